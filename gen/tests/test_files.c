/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings in memory, filling them, capture files there and back. */
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "memring.h"
#include "pcapfile.h"
#include "ring.h"
#include "suite.h"

static char path[64];

static void name_file(void)
{
	int fd;

	strcpy(path, "/tmp/gen-files-XXXXXX");
	fd = mkstemp(path);
	CU_ASSERT_FATAL(fd >= 0);
	close(fd);
}

static void put(struct memring *m, uint32_t bytes, uint8_t fill)
{
	uint8_t frame[9000];

	memset(frame, fill, sizeof(frame));
	CU_ASSERT_FATAL(memring_put(m, frame, bytes));
}

static void transmit_ring_starts_full_and_comes_back(void)
{
	struct memring m;
	uint32_t bytes;

	CU_ASSERT_EQUAL_FATAL(memring_init(&m, true, 8), 0);
	CU_ASSERT_EQUAL(ring_space(m.ring), 7);
	CU_ASSERT_FALSE(ring_tx_pending(m.ring));
	CU_ASSERT_PTR_NULL(memring_next(&m, &bytes));
	memset(ring_buf(m.ring, &m.ring->slot[0]), 1, 100);
	memset(ring_buf(m.ring, &m.ring->slot[1]), 2, 50);
	m.ring->slot[0] = (struct netmap_slot){
		.buf_idx = m.ring->slot[0].buf_idx, .len = 100, .flags = NS_MOREFRAG};
	m.ring->slot[1].len = 50;
	m.ring->head = m.ring->cur = 2;
	CU_ASSERT(ring_tx_pending(m.ring));
	{
		const uint8_t *frame = memring_next(&m, &bytes);

		CU_ASSERT_FATAL(frame != NULL && bytes == 150);
		CU_ASSERT(frame[99] == 1 && frame[100] == 2 && frame[149] == 2);
	}
	CU_ASSERT_PTR_NULL(memring_next(&m, &bytes));
	memring_reclaim(&m);
	CU_ASSERT_EQUAL(ring_space(m.ring), 7);
	memring_free(&m);
}

static void receive_ring_splits_long_frames(void)
{
	struct memring m;

	CU_ASSERT_EQUAL_FATAL(memring_init(&m, false, 4), 0);
	CU_ASSERT_EQUAL(memring_room(&m), 3);
	put(&m, 3000, 7);
	CU_ASSERT_EQUAL(ring_space(m.ring), 2);
	CU_ASSERT_EQUAL(m.ring->slot[0].len, MEMRING_BUF_BYTES);
	CU_ASSERT_EQUAL(m.ring->slot[0].flags, NS_MOREFRAG);
	CU_ASSERT_EQUAL(m.ring->slot[1].len, 3000 - MEMRING_BUF_BYTES);
	CU_ASSERT_EQUAL(m.ring->slot[1].flags, 0);
	CU_ASSERT_FALSE(memring_put(&m, (const uint8_t *)path, MEMRING_BUF_BYTES + 1));
	CU_ASSERT_EQUAL(ring_space(m.ring), 2);
	memring_free(&m);
}

static void capture_comes_back_as_written(void)
{
	const struct timespec first = {1000, 999999999}, second = {1001, 500};
	struct pcapfile f;
	struct capture *c;
	struct vb_err err;
	struct memring m;

	name_file();
	CU_ASSERT_EQUAL_FATAL(memring_init(&m, false, 16), 0);
	put(&m, 72, 5);
	put(&m, 3012, 6);
	put(&m, 74, 7);
	c = capture_open(path, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	CU_ASSERT_EQUAL(capture_slots(c, m.ring, 0, 3, 12, &first), 0);
	CU_ASSERT_EQUAL(capture_slots(c, m.ring, 3, 1, 12, &second), 0);
	CU_ASSERT_EQUAL(capture_close(c, &err), 0);
	CU_ASSERT_EQUAL_FATAL(pcapfile_read(&f, path, 0, "--replay", &err), 0);
	CU_ASSERT_EQUAL(f.count, 3);
	CU_ASSERT(f.packets[0].bytes == 60 && f.packets[1].bytes == 3000 &&
		  f.packets[2].bytes == 62);
	CU_ASSERT(f.packets[0].ns == 0 && f.packets[1].ns == 0 && f.packets[2].ns == 501);
	CU_ASSERT(f.data[f.packets[1].offset] == 6 && f.data[f.packets[1].offset + 2999] == 6);
	CU_ASSERT_EQUAL(f.data[f.packets[2].offset + 61], 7);
	CU_ASSERT_EQUAL(f.cut, 0);
	pcapfile_free(&f);
	memring_free(&m);
	unlink(path);
}

static void full_disk_is_noticed(void)
{
	const struct timespec now = {0, 0};
	struct capture *c;
	struct vb_err err;
	struct memring m;
	int i, ret = 0;

	CU_ASSERT_EQUAL_FATAL(memring_init(&m, false, 16), 0);
	put(&m, 2000, 1);
	c = capture_open("/dev/full", &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	for (i = 0; i < 100 && ret == 0; i++)
		ret = capture_slots(c, m.ring, 0, 1, 0, &now);
	CU_ASSERT(ret < 0);
	CU_ASSERT_EQUAL(capture_close(c, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/dev/full"));
	CU_ASSERT_EQUAL(err.code, VB_NO_SPACE);
	memring_free(&m);
}

static void write_bytes(const void *data, size_t bytes)
{
	FILE *f;

	name_file();
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(data, 1, bytes, f), bytes);
	fclose(f);
}

struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snaplen, link;
	uint32_t sec, usec, caplen, len;
	uint8_t data[60];
};

static void bad_captures_are_refused_in_one_line(void)
{
	static const struct file_header good = {0xa1b2c3d4, 2, 4, 0,  0,  65535,
						DLT_EN10MB, 1, 0, 60, 60, {0}};
	struct file_header raw = good;
	const struct {
		const void *data;
		size_t bytes;
	} cases[] = {
		{"this is no capture at all, only text", 36},
		{"", 0},
		{&good, 24},		    /* no packet */
		{&good, sizeof(good) - 10}, /* cut off */
		{&raw, sizeof(raw)},
	};
	struct vb_err err;
	struct pcapfile f;
	size_t i;

	raw.link = DLT_RAW;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_bytes(cases[i].data, cases[i].bytes);
		err.text[0] = '\0';
		CU_ASSERT_EQUAL(pcapfile_read(&f, path, 0, "--replay", &err), -1);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, path));
		CU_ASSERT_PTR_NULL(strchr(err.text, '\n'));
		unlink(path);
	}
	CU_ASSERT_EQUAL(pcapfile_read(&f, "/nonexistent/file", 0, "-P", &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "-P"));
	write_bytes(&good, sizeof(good));
	CU_ASSERT_EQUAL(pcapfile_read(&f, path, 0, "--replay", &err), 0);
	CU_ASSERT_EQUAL(f.count, 1);
	pcapfile_free(&f);
	unlink(path);
}

static const struct suite_test tests[] = {
	{"a transmit ring starts full and comes back", transmit_ring_starts_full_and_comes_back},
	{"a receive ring splits long frames", receive_ring_splits_long_frames},
	{"a capture comes back as written", capture_comes_back_as_written},
	{"a full disk is noticed", full_disk_is_noticed},
	{"bad captures are refused in one line", bad_captures_are_refused_in_one_line},
};

SUITE_MAIN("gen-files", tests)
