/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole runs: two or more generators and the in-process switch between them. */
#include <pcap/pcap.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nm_user.h"
#include "pace.h"
#include "session.h"
#include "suite.h"

#define MAC1 "02:00:00:00:00:01"

/* A late sender catches up in one go: only a ring for all slots of a test never overflows. */
#define RX     "vale0:rx@conf:slots=4096"
#define GENTLE "-R 20000 -b 16"

static struct session *ready(struct session *s)
{
	CU_ASSERT_FATAL(session_says(s, "\"ready\""));
	return s;
}

static void leaves_nothing_behind(void)
{
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
	CU_ASSERT_EQUAL(nm_user_live_bytes(), 0);
}

static void counted_packets_all_arrive(void)
{
	struct session *rx = ready(session_start("-i " RX " -f rx --json -n 4000"));
	struct session *tx = session_start("-i vale0:tx -f tx --json -n 4000 " GENTLE);

	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT(tx->status == 0 && rx->status == 0);
	CU_ASSERT_EQUAL(session_number(tx, "end", "packets"), 4000);
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 4000);
	CU_ASSERT_EQUAL(session_number(rx, "end", "bytes"), 4000 * 60);
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->out_text, "\"reason\":\"count\""));
	CU_ASSERT(session_number(rx, "end", "last_ns") > session_number(rx, "end", "first_ns"));
	CU_ASSERT(session_number(tx, "end", "pps") > 10000 &&
		  session_number(tx, "end", "pps") < 25000);
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void text_lines_are_those_that_scripts_parse(void)
{
	struct session *rx = session_start("-i " RX " -f rx -T 100 -W");
	struct session *tx;
	unsigned long long packets, bytes, events, each;
	double seconds;

	CU_ASSERT_FATAL(session_says(rx, "Ready..."));
	tx = session_start("-i vale0:tx -f tx -n 2000 -l 100 -N " GENTLE);
	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(rx->out_text, "Receiving from " RX ": 1 queues, 1 threads and 1 cpus.\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(
		tx->out_text,
		"Sending on vale0:tx: 1 queues, 1 threads and 1 cpus.\n10.0.0.1 -> 10.1.0.1 ("));
	CU_ASSERT_EQUAL(
		sscanf(strstr(tx->out_text, "Sent "),
		       "Sent %llu packets %llu bytes %llu events %llu bytes each in %lf seconds.",
		       &packets, &bytes, &events, &each, &seconds),
		5);
	CU_ASSERT(packets == 2000 && bytes == 200000 && events == 125 && each == 100);
	CU_ASSERT_PTR_NOT_NULL(strstr(tx->out_text, "pps Bandwidth: "));
	CU_ASSERT_PTR_NOT_NULL(strstr(tx->out_text, "Average batch: 16.00 pkts\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->out_text, "Received 2000 packets 200000 bytes "));
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->err_text, " avg_batch "));
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->err_text, " min_space\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(tx->err_text, "Sending 16 packets every 0.000800000 s"));
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void json_lines_follow_the_schema(void)
{
	static const struct {
		const char *type, *keys[20];
	} schema[] = {
		{"start",
		 {"function", "port", "threads", "tx_rings", "rx_rings", "burst", "frame_bytes",
		  "now_ns"}},
		{"interval",
		 {"function", "now_ns", "dt_ns", "packets", "bytes", "events", "drops", "pps",
		  "bps", "avg_batch", "min_space"}},
		{"end",
		 {"function", "reason", "packets", "bytes", "events", "drops", "first_ns",
		  "last_ns", "late_ns", "elapsed_ns", "cpu_ns", "pps", "bps", "avg_batch",
		  "latency"}},
	};
	struct session *s = session_start("-i vale0:tx -f tx --json --duration 0.4 -T 100");
	char *copy, *line, *save;
	size_t i, k;

	CU_ASSERT(session_end(s));
	CU_ASSERT_EQUAL(s->status, 0);
	for (i = 0; i < sizeof(schema) / sizeof(schema[0]); i++) {
		json_t *object = session_json(s, schema[i].type);

		CU_ASSERT_PTR_NOT_NULL(object);
		for (k = 0; schema[i].keys[k]; k++)
			CU_ASSERT_PTR_NOT_NULL(json_object_get(object, schema[i].keys[k]));
		CU_ASSERT_EQUAL(json_object_size(object), k + 1);
		json_decref(object);
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(s->out_text, "\"reason\":\"duration\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(s->out_text, "\"latency\":null"));
	CU_ASSERT(session_count(s->out_text, "\"interval\"") >= 2);
	CU_ASSERT(session_number(s, "end", "elapsed_ns") > 0);
	CU_ASSERT(session_number(s, "end", "cpu_ns") > 0);
	copy = strdup(s->out_text);
	for (line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		json_t *object = json_loads(line, 0, NULL);

		CU_ASSERT_PTR_NOT_NULL(object);
		json_decref(object);
	}
	free(copy);
	session_free(s);
	leaves_nothing_behind();
}

static void numbers_come_without_gaps(void)
{
	struct session *rx = ready(session_start("-i " RX " -f rxseq --json"));
	struct session *tx =
		session_start("-i vale0:tx -f txseq --json --duration 0.3 -F 3 -R 10000 -b 33");

	CU_ASSERT(session_end(tx));
	usleep(200000);
	CU_ASSERT(session_stop(rx));
	CU_ASSERT(session_number(tx, "end", "packets") > 500);
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"),
			3 * session_number(tx, "end", "packets"));
	CU_ASSERT_EQUAL(session_number(rx, "end", "drops"), 0);
	CU_ASSERT_EQUAL(session_count(rx->err_text, "Sequence"), 0);
	CU_ASSERT_EQUAL(session_count(rx->err_text, "frags"), 0);
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void missing_numbers_are_reported(void)
{
	struct session *rx = ready(session_start("-i vale0:rx -f rxseq --json"));
	struct session *tx = session_start("-i vale0:tx -f txseq --json --duration 0.3");

	/* At full speed the receiver's ring overflows; a second sender starts again at 0. */
	CU_ASSERT(session_end(tx));
	session_free(tx);
	tx = session_start("-i vale0:tx -f txseq --json --duration 0.1 -R 1000 -b 4 -F 2");
	CU_ASSERT(session_end(tx));
	usleep(200000);
	CU_ASSERT(session_stop(rx));
	CU_ASSERT(session_count(rx->err_text, "Sequence OUT OF ORDER: exp ") >= 1);
	CU_ASSERT(session_count(rx->err_text, "Received packets with 2 frags, expected 1") == 1);
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void every_ping_is_answered(void)
{
	struct session *pong = ready(session_start("-i vale0:po -f pong --json"));
	struct session *ping = session_start("-i vale0:pi -f ping --json -n 200 -S " MAC1);

	CU_ASSERT(session_end(ping));
	usleep(100000);
	CU_ASSERT(session_stop(pong));
	CU_ASSERT_EQUAL(session_number(ping, "end", "packets"), 200);
	CU_ASSERT_EQUAL(session_number(ping, "end", "latency.count"), 200);
	CU_ASSERT_EQUAL(session_number(ping, "end", "latency.lost"), 0);
	CU_ASSERT(session_number(ping, "end", "latency.min") > 0);
	CU_ASSERT_EQUAL(session_number(pong, "end", "packets"), 200);
	CU_ASSERT_PTR_NOT_NULL(strstr(ping->err_text, "RTT over 200 packets: min "));
	session_free(ping);
	session_free(pong);
	leaves_nothing_behind();
}

static void one_way_latency_counts_every_mark(void)
{
	struct session *rx = ready(session_start("-i " RX " -f rx --json --latency -n 4000"));
	struct session *tx = session_start(
		"-i vale0:tx -f tx --json --latency --latency-every 10 -n 4000 " GENTLE);
	double min, p50, p99, max;

	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "latency.count"), 400);
	CU_ASSERT_EQUAL(session_number(rx, "end", "latency.lost"), 0);
	min = session_number(rx, "end", "latency.min");
	p50 = session_number(rx, "end", "latency.p50");
	p99 = session_number(rx, "end", "latency.p99");
	max = session_number(rx, "end", "latency.max");
	CU_ASSERT(min > 0 && min <= p50 && p50 <= p99 && p99 <= max && max < 20e9);
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->out_text, "\"mode\":\"one-way\""));
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void round_trip_latency_counts_every_mark(void)
{
	struct session *pong = ready(session_start("-i vale0:po -f pong --json"));
	struct session *tx = session_start(
		"-i vale0:tx -f tx --json --latency=round-trip --latency-every 5 -n 1000 "
		"-R 5000 -b 2 -S " MAC1);
	json_t *end, *bucket;
	double in_buckets = 0;
	size_t i;

	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_stop(pong));
	CU_ASSERT_EQUAL(session_number(tx, "end", "latency.count"), 200);
	CU_ASSERT_EQUAL(session_number(tx, "end", "latency.lost"), 0);
	end = session_json(tx, "end");
	json_array_foreach(json_object_get(json_object_get(end, "latency"), "buckets"), i, bucket)
		in_buckets += json_number_value(json_array_get(bucket, 2));
	CU_ASSERT_EQUAL(in_buckets, 200);
	json_decref(end);
	session_free(tx);
	session_free(pong);
	leaves_nothing_behind();
}

/* The payload of the frames between marks is what it always was. */
static void marks_do_not_stay_in_other_frames(void)
{
	struct session *rx = ready(session_start("-i " RX " -f rx --json --latency -n 4000"));
	struct session *tx = session_start(
		"-i vale0:tx -f tx --json --latency --latency-every 7 -n 4000 -C 64 " GENTLE);

	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "latency.count"), 572);
	CU_ASSERT_EQUAL(session_number(rx, "end", "latency.lost"), 0);
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void announced_receivers_get_only_their_share(void)
{
	struct session *rx[4], *tx;
	unsigned i;

	for (i = 0; i < 4; i++)
		rx[i] = ready(
			session_start("-i vale0:r%u -f rx --json --announce -S 02:00:00:00:00:%02x",
				      i, 0x10 + i));
	tx = session_start(
		"-i vale0:tx/T -f tx --json -n 4000 -D 02:00:00:00:00:10 --dst-macs 4 " GENTLE);
	CU_ASSERT(session_end(tx));
	usleep(200000);
	for (i = 0; i < 4; i++) {
		CU_ASSERT(session_stop(rx[i]));
		/* The announcements of those that came later were flooded to those that were there.
		 */
		CU_ASSERT_EQUAL(session_number(rx[i], "end", "packets"), 1000);
		session_free(rx[i]);
	}
	session_free(tx);
	leaves_nothing_behind();
}

static void capture_replays_what_was_received(void)
{
	char path[] = "/tmp/gen-engine-XXXXXX", twice[] = "/tmp/gen-engine-XXXXXX";
	struct session *rx, *tx;
	struct pcap_pkthdr *hdr;
	char why[PCAP_ERRBUF_SIZE];
	const u_char *data;
	unsigned n = 0, n60 = 0;
	pcap_t *pcap;

	close(mkstemp(path));
	close(mkstemp(twice));
	rx = ready(session_start("-i vale0:rx -f rx --json -n 240 --write %s", path));
	tx = session_start("-i vale0:tx -f tx --json -n 240 --sizes imix " GENTLE);
	CU_ASSERT(session_end(tx) && session_end(rx));
	session_free(tx);
	session_free(rx);
	rx = ready(session_start("-i vale0:rx -f rx --json -n 480 --write %s", twice));
	tx = session_start("-i vale0:tx -f tx --json --replay %s --replay-speed x2 --loops 2 -b 16",
			   path);
	CU_ASSERT(session_end(tx) && session_end(rx));
	CU_ASSERT_EQUAL(session_number(tx, "end", "packets"), 480);
	CU_ASSERT_EQUAL(session_number(tx, "end", "bytes"), 40 * (7 * 60 + 4 * 590 + 1514));
	pcap = pcap_open_offline(twice, why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pcap);
	for (; pcap_next_ex(pcap, &hdr, &data) == 1; n++)
		n60 += hdr->caplen == 60 && memcmp(data + 42, "netmap pkt-gen DIR", 18) == 0;
	pcap_close(pcap);
	CU_ASSERT(n == 480 && n60 == 280);
	session_free(tx);
	session_free(rx);
	unlink(path);
	unlink(twice);
	leaves_nothing_behind();
}

static void fragments_make_whole_packets(void)
{
	struct session *rx = ready(session_start("-i " RX " -f rx --json -n 500"));
	struct session *tx =
		session_start("-i vale0:tx -f tx --json -n 500 -l 1000 -F 7 -M 200 " GENTLE);

	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 500);
	CU_ASSERT_EQUAL(session_number(rx, "end", "bytes"), 500 * 1000);
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void threads_share_the_count_over_rings(void)
{
	struct session *rx = /* rings that hold all of it: its threads may not run for a while */
		ready(session_start("-i vale0:rx@conf:rings=2,slots=4096 -f rx --json -p 2"));
	struct session *tx =
		session_start("-i vale0:tx@conf:rings=2 -f tx --json -p 2 -n 2000 " GENTLE);

	CU_ASSERT(session_end(tx));
	usleep(1000000);
	CU_ASSERT(session_stop(rx));
	CU_ASSERT_EQUAL(session_number(tx, "end", "packets"), 2000);
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 2000);
	CU_ASSERT_EQUAL(session_number(rx, "start", "threads"), 2);
	session_free(tx);
	session_free(rx);
	tx = session_start("-i vale0:tx -f tx -p 3");
	CU_ASSERT(session_end(tx));
	CU_ASSERT_EQUAL(tx->status, PKTGEN_USAGE_EXIT);
	CU_ASSERT_PTR_NOT_NULL(strstr(tx->err_text, "-p: 3 threads"));
	session_free(tx);
	leaves_nothing_behind();
}

static void indirect_and_headers_arrive(void)
{
	struct session *rx = ready(session_start("-i vale0:rx -f rx --json -X -n 1 -H 12"));
	struct session *tx = session_start("-i vale0:tx -f tx --json -n 1 -I -H 12");

	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "bytes"), 72);
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->err_text, "len    72]"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->err_text, "   48: "));
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->err_text, "-gen ind"));
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void stopping_is_quick_and_still_reports(void)
{
	struct session *rx = ready(session_start("-i vale0:rx -f rx --json"));

	CU_ASSERT(session_stop(rx));
	CU_ASSERT_EQUAL(rx->status, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->out_text, "\"reason\":\"signal\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->err_text, "received control-C on thread"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->err_text, "Received nothing.\n"));
	session_free(rx);
	leaves_nothing_behind();
}

static void failures_say_one_line_and_end(void)
{
	static const char *const lines[] = {
		"-i vale0:x@bogus:y=1 -f tx --json",
		"-i netmap:nosuchdev -f tx --json --quiet -w 0",
		"-i vale0:x -f tx --json --replay /nonexistent",
		"-i vale0:x/T -f rx --json --quiet",
		"-i vale0:x -f tx --json -n x",
		"-i tap:averyveryverylongdevicename --json --quiet",
		"-i pcap:nosuchdev --json --quiet",
		"-i vale0:x[0] -f rx --json",
		"-i vale0:x[257] -f rx --json",
		"-i vale0:x[2 -f rx --json",
		"-i vale0:x[2] -f rx -p 2 --json",
	};
	struct session *s;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		s = session_start("%s --quiet", lines[i]);
		CU_ASSERT(session_end(s));
		CU_ASSERT_EQUAL(s->status, PKTGEN_USAGE_EXIT);
		CU_ASSERT_EQUAL(session_count(s->err_text, "\n"), 1);
		CU_ASSERT_PTR_NOT_NULL(strstr(s->out_text, "\"reason\":\"error\""));
		session_free(s);
	}
	leaves_nothing_behind();
}

static void silence_ends_a_receiver_that_asked_for_it(void)
{
	struct session *rx = ready(session_start("-i vale0:rx -f rx --json --quiet -W"));
	struct session *tx = session_start("-i vale0:tx -f tx --json --quiet -n 100");

	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 100);
	CU_ASSERT_PTR_NOT_NULL(strstr(rx->out_text, "\"reason\":\"idle\""));
	/* The second of silence is not counted, nor does --quiet leave a log line. */
	CU_ASSERT(session_number(rx, "end", "elapsed_ns") < 5e8);
	CU_ASSERT_EQUAL(session_count(rx->err_text, "["), 0);
	session_free(tx);
	session_free(rx);
	leaves_nothing_behind();
}

static void many_ports_are_served_by_turns(void)
{
	struct session *rx =
		ready(session_start("-i vale0:r[5] -f rx --json -n 4000 -S 02:00:00:00:00:10 "
				    "--announce"));
	struct session *other = ready(session_start("-i vale0:other -f rx --json"));
	struct session *tx = session_start("-i vale0:tx -f tx --json -n 4000 -D 02:00:00:00:00:10 "
					   "--dst-macs 5 -R 20000 -b 20");

	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 4000);
	/* Each port had said who it is, so that nothing was flooded. */
	CU_ASSERT(session_stop(other));
	CU_ASSERT_EQUAL(session_number(other, "end", "packets"), 0);
	session_free(tx);
	session_free(rx);
	session_free(other);
	leaves_nothing_behind();
}

static void null_takes_everything(void)
{
	struct session *s = session_start("-i null -f tx --json -w 0 -n 100000");

	CU_ASSERT(session_end(s));
	CU_ASSERT_EQUAL(session_number(s, "end", "packets"), 100000);
	session_free(s);
}

/* A sender may be late on a busy machine, but by no more than it says, and never early. */
static void pacing_is_exact(void)
{
	static const struct {
		double rate, packets;
	} cases[] = {{1000, 100}, {1e6, 2e5}, {2e7, 4e6}};
	double least_ns, burst, late_ns, took_ns;
	struct session *s;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s = session_start("-i null -f tx --json --at-once -R %.0f -n %.0f", cases[i].rate,
				  cases[i].packets);
		CU_ASSERT(session_end(s));
		CU_ASSERT_EQUAL(session_number(s, "end", "packets"), cases[i].packets);
		burst = pace_burst(cases[i].rate, session_number(s, "start", "burst"));
		late_ns = session_number(s, "end", "late_ns");
		took_ns =
			session_number(s, "end", "last_ns") - session_number(s, "end", "first_ns");
		least_ns = (ceil(cases[i].packets / burst) - 1) * burst * 1e9 / cases[i].rate;
		CU_ASSERT(took_ns >= least_ns - late_ns - 1);
		CU_ASSERT(session_number(s, "end", "elapsed_ns") >= least_ns - 1);
		CU_ASSERT(took_ns <= least_ns + late_ns + 5e7);
		CU_ASSERT(late_ns < 1e9);
		session_free(s);
	}
}

static const struct suite_test tests[] = {
	{"counted packets all arrive", counted_packets_all_arrive},
	{"text lines are those that scripts parse", text_lines_are_those_that_scripts_parse},
	{"JSON lines follow the schema", json_lines_follow_the_schema},
	{"numbers come without gaps", numbers_come_without_gaps},
	{"missing numbers are reported", missing_numbers_are_reported},
	{"every ping is answered", every_ping_is_answered},
	{"one-way latency counts every mark", one_way_latency_counts_every_mark},
	{"round-trip latency counts every mark", round_trip_latency_counts_every_mark},
	{"marks do not stay in other frames", marks_do_not_stay_in_other_frames},
	{"announced receivers get only their share", announced_receivers_get_only_their_share},
	{"a capture replays what was received", capture_replays_what_was_received},
	{"fragments make whole packets", fragments_make_whole_packets},
	{"threads share the count over rings", threads_share_the_count_over_rings},
	{"indirect buffers and headers arrive", indirect_and_headers_arrive},
	{"stopping is quick and still reports", stopping_is_quick_and_still_reports},
	{"failures say one line and end", failures_say_one_line_and_end},
	{"silence ends a receiver that asked for it", silence_ends_a_receiver_that_asked_for_it},
	{"pacing is exact", pacing_is_exact},
	{"many ports are served by turns", many_ports_are_served_by_turns},
	{"null takes everything", null_takes_everything},
};

SUITE_MAIN("gen-engine", tests)
