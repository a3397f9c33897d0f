/* SPDX-License-Identifier: BSD-2-Clause */
/* What leaves the generator is right on the wire: captured by a receiver, checked from scratch. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csum.h"
#include "pcapfile.h"
#include "session.h"
#include "suite.h"

#define PACKETS "300"

static unsigned be16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static bool udp_holds(const uint8_t *udp, uint32_t bytes, const uint8_t *addrs, uint32_t addr_bytes)
{
	uint32_t sum = csum_add(htons(17), addrs, addr_bytes);

	if (be16(udp + 4) != bytes)
		return false;
	sum = csum_add(sum + htons((uint16_t)bytes), udp, bytes);
	return csum_finish(sum) == 0;
}

static bool frame_holds(const uint8_t *f, uint32_t bytes)
{
	if (be16(f + 12) == 0x0800)
		return be16(f + 16) == bytes - 14 && csum_finish(csum_add(0, f + 14, 20)) == 0 &&
		       udp_holds(f + 34, bytes - 34, f + 26, 8);
	return be16(f + 12) == 0x86dd && be16(f + 18) == bytes - 54 &&
	       udp_holds(f + 54, bytes - 54, f + 22, 32);
}

/* Sends with these options into a capture; returns the frames that are wrong, -1 if not all came.
 */
static int wrong_frames(const char *function, const char *options)
{
	char path[] = "/tmp/gen-wire-XXXXXX";
	struct session *rx, *tx;
	struct pcapfile f;
	struct vb_err err;
	int wrong = 0;
	size_t i;

	close(mkstemp(path));
	rx = session_start("-i vale0:rx@conf:slots=4096 -f rx --json -n " PACKETS " --write %s",
			   path);
	CU_ASSERT_FATAL(session_says(rx, "\"ready\""));
	tx = session_start("-i vale0:tx@conf:slots=100 --json -n " PACKETS " -f %s %s", function,
			   options);
	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL_FATAL(pcapfile_read(&f, path, 0, "--replay", &err), 0);
	for (i = 0; i < f.count; i++)
		wrong += !frame_holds(f.data + f.packets[i].offset, f.packets[i].bytes);
	if (f.count != (size_t)atoi(PACKETS))
		wrong = -1;
	pcapfile_free(&f);
	session_free(tx);
	session_free(rx);
	unlink(path);
	return wrong;
}

static void all_frames_are_valid(void)
{
	static const char *const options[] = {
		"",
		"-l 1514",
		"-l 61",
		"-6 -l 80",
		"-s 10.0.0.1:1-10.0.0.9:20 -d 10.1.0.1-10.1.255.1",
		"-6 -l 100 -s 6@[fd00::1]:1-[fd00::7:1]:9",
		"-z -Z",
		"-6 -l 99 -z",
		"-Z -s 10.0.0.1-10.0.0.5",
		"--dst-macs 7 -D 02:00:00:00:00:fe",
		"--dst-macs 7 -D 02:00:00:00:00:01 -z",
		"--src-macs 5 -S 02:00:00:00:00:fe",
		"--src-macs 5 -S 02:00:00:00:00:01 --dst-macs 7 -D 02:00:00:00:00:fe",
		"--src-macs 3 -S 02:00:00:00:00:01 -l 1000 -F 3",
		"--exchange-buffers",
		"--exchange-buffers -b 1 --sizes imix",
		"--exchange-buffers -l 1000 -F 3",
		"--zero-copy",
		"--zero-copy --sizes imix",
		"--sizes 60-1514",
		"--sizes imix",
		"--sizes 64,1500:2 -z",
		"--sizes 62-1400 -6",
		"--sizes 1000-6000",
		"-l 1514 -l 64 -o 4096",
		"-l 1000 -F 3",
		"-l 5000",
		"-l 5000 -M 700 -z",
		"-o 4",
		"-o 8 -l 777",
		"--latency --latency-every 3",
		"--latency --latency-every 1 -z",
		"--latency --latency-every 5 --sizes 60-1514",
		"--latency --latency-every 2 -l 900 -F 4",
		"-6 -l 100 --latency --latency-every 4 --dst-macs 3 -D 02:00:00:00:00:01",
		"-I",
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		int wrong = wrong_frames("tx -b 30", options[i]);

		if (wrong)
			printf("\n  tx %s: %d wrong", options[i], wrong);
		CU_ASSERT_EQUAL(wrong, 0);
	}
}

static void numbered_frames_are_valid(void)
{
	struct session *pong = session_start("-i vale0:po -f pong --json");

	CU_ASSERT_FATAL(session_says(pong, "\"ready\""));
	CU_ASSERT_EQUAL(wrong_frames("ping", "-S 02:00:00:00:00:01"), 0);
	CU_ASSERT_EQUAL(wrong_frames("ping", "-S 02:00:00:00:00:01 -6 -l 81"), 0);
	CU_ASSERT(session_stop(pong));
	session_free(pong);
	CU_ASSERT_EQUAL(wrong_frames("txseq", "-R 30000 --duration 0.1"), 0);
	CU_ASSERT_EQUAL(wrong_frames("txseq", "-R 30000 --duration 0.1 -6 -l 90"), 0);
}

/* The first packet of a capture goes out again as it is. */
static void frame_of_a_capture_is_sent_unchanged(void)
{
	char first[] = "/tmp/gen-wire-XXXXXX", second[] = "/tmp/gen-wire-XXXXXX";
	struct session *rx, *tx;
	struct pcapfile a, b;
	struct vb_err err;

	close(mkstemp(first));
	close(mkstemp(second));
	rx = session_start("-i vale0:rx -f rx --json -n 3 --write %s", first);
	CU_ASSERT_FATAL(session_says(rx, "\"ready\""));
	tx = session_start("-i vale0:tx -f tx --json -n 3 -l 200 -z");
	CU_ASSERT(session_end(tx) && session_end(rx));
	session_free(tx);
	session_free(rx);
	rx = session_start("-i vale0:rx -f rx --json -n 2 --write %s", second);
	CU_ASSERT_FATAL(session_says(rx, "\"ready\""));
	tx = session_start("-i vale0:tx -f tx --json -n 2 -P %s", first);
	CU_ASSERT(session_end(tx) && session_end(rx));
	CU_ASSERT_EQUAL(session_number(tx, "start", "frame_bytes"), 200);
	CU_ASSERT_EQUAL_FATAL(pcapfile_read(&a, first, 0, "-P", &err), 0);
	CU_ASSERT_EQUAL_FATAL(pcapfile_read(&b, second, 0, "-P", &err), 0);
	CU_ASSERT(b.count == 2 && b.packets[1].bytes == 200);
	CU_ASSERT_EQUAL(memcmp(b.data, a.data, 200), 0);
	CU_ASSERT_EQUAL(memcmp(b.data + 200, a.data, 200), 0);
	pcapfile_free(&a);
	pcapfile_free(&b);
	session_free(tx);
	session_free(rx);
	unlink(first);
	unlink(second);
}

static const struct suite_test tests[] = {
	{"all frames are valid", all_frames_are_valid},
	{"numbered frames are valid", numbered_frames_are_valid},
	{"the frame of a capture is sent unchanged", frame_of_a_capture_is_sent_unchanged},
};

SUITE_MAIN("gen-wire", tests)
