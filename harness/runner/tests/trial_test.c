/* SPDX-License-Identifier: BSD-2-Clause */
/* One trial over the fake platform: the good one's numbers, and one reason for each way to fail. */
#include <stdlib.h>
#include <string.h>

#include "fake_platform.h"
#include "measure.h"
#include "suite.h"
#include "trial.h"

static const struct trial_limits quick = {
	.ready_ms = 60, .senders_ms = 60, .stop_ms = 60, .kill_ms = 60, .command_ms = 60};

static const struct scenario_program pair[] = {
	{.name = "rx", .role = ROLE_RECEIVER, .run = "pkt-gen -i vale0:rxp -f rx"},
	{.name = "tx", .role = ROLE_SENDER, .run = "pkt-gen -i vale0:txp -f tx"},
};
static const struct scenario_program cards[] = {
	{.name = "rx", .role = ROLE_RECEIVER, .run = "pkt-gen -i netmap:nic1 -f rx"},
	{.name = "tx", .role = ROLE_SENDER, .run = "pkt-gen -i netmap:nic0 -f tx"},
};
static const struct scenario_program loop[] = {
	{.name = "copyloop", .role = ROLE_SENDER, .run = "vb-copyloop"}};

static volatile sig_atomic_t interrupted;

struct stage {
	struct session s;
	struct record record;
	struct vb_err err;
	int rc;
};

static void play(struct stage *st, const struct scenario_program *programs, size_t n,
		 struct trial_spec spec)
{
	const struct platform_config cfg = {0};
	struct instances instances;
	struct params none = {0};

	*st = (struct stage){.s = {.ops = &fake_native, .interrupted = &interrupted}};
	CU_ASSERT_EQUAL_FATAL(session_start(&st->s, &cfg, &st->err), 0);
	CU_ASSERT_EQUAL_FATAL(instances_build(&instances, programs, n, &none, 2, &st->err), 0);
	spec.programs = &instances;
	spec.vars = &none;
	spec.limits = &quick;
	st->rc = trial_run(&st->s, &spec, &st->record, &st->err);
	instances_free(&instances);
	session_stop(&st->s);
}

static void unplay(struct stage *st)
{
	record_free(&st->record);
	fake_fault = FAKE_WELL;
	fake_faults_left = -1;
	fake_hook = NULL;
	interrupted = 0;
}

static double metric(const struct stage *st, const char *name)
{
	const double *value = record_metric_get(&st->record, name);

	return value ? *value : -1;
}

static void test_throughput(void)
{
	struct stage st;

	play(&st, pair, 2, (struct trial_spec){0});
	CU_ASSERT_EQUAL(st.rc, 0);
	CU_ASSERT_TRUE(st.record.ok);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "rx_pps"), 450, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "rx_bps"), 216000, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "tx_pps"), 1000, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "loss_ratio"), 0.1, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_ring_full"), 80, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_not_ready"), 5, 0);
	/* 902 reached the ring since the first reading, 900 were read; 13 never reached any queue
	 */
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_unread"), 2, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_at_sender"), 13, 0);
	CU_ASSERT_EQUAL(record_counter_sum(&st.record, "rx_packets"), 902);
	CU_ASSERT_EQUAL(st.record.samples_n, 4);
	unplay(&st);
}

/* 1,000 sent, 900 taken: each place by whoever counts there since the first reading, and the rest.
 */
static void test_losses_of_cards(void)
{
	struct stage st;

	play(&st, cards, 2, (struct trial_spec){.has_cards = true});
	CU_ASSERT_TRUE(st.record.ok);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "sent_packets"), 1000, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_at_card"), 40, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_in_kernel"), 7, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_at_program"), 20, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_on_wire"), 33, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_at_sender"), -1, 0);
	unplay(&st);
}

/* What the switch behind a card counts is not on the wire; more places than losses leave none. */
static void test_losses_of_cards_at_a_switch(void)
{
	struct stage st;

	play(&st, cards, 2, (struct trial_spec){.has_cards = true, .has_switch = true});
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_ring_full"), 80, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_at_card"), 40, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_on_wire"), 0, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "lost_unread"), -1, 0);
	unplay(&st);
}

static void test_latency(void)
{
	struct stage st;

	play(&st, pair, 2, (struct trial_spec){.measure = MEASURE_LATENCY});
	CU_ASSERT_TRUE(st.record.ok);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "latency_p50_ns"), 1400, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "latency_p99_9_ns"), 2200, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "latency_mean_ns"), 1500.5, 0);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "latency_lost"), 1, 0);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(st.record.histograms, "latency")), 2);
	unplay(&st);
}

static void test_calibration(void)
{
	struct stage st;

	play(&st, loop, 1,
	     (struct trial_spec){.rate_metric = "copy_pps", .setup = "vale-ctl -n sink0"});
	CU_ASSERT_TRUE(st.record.ok);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "copy_pps"), 5000, 1e-9);
	CU_ASSERT_EQUAL(st.record.metrics_n, 1);
	unplay(&st);
}

static void test_maximum(void)
{
	struct stage st;

	play(&st, pair, 2,
	     (struct trial_spec){.rate_metric = "maximum_pps", .measure = MEASURE_LATENCY});
	CU_ASSERT_TRUE(st.record.ok);
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "maximum_pps"), 450, 1e-9);
	unplay(&st);
}

static void test_flood(void)
{
	struct stage st;

	play(&st, pair, 2, (struct trial_spec){.flood = true});
	CU_ASSERT_DOUBLE_EQUAL(metric(&st, "loss_ratio"), 0.1, 1e-9);
	unplay(&st);
}

static const struct {
	enum fake_fault fault;
	const char *reason;
	enum session_fault session;
} faults[] = {
	{FAKE_RX_FAILS, "rx exited with status 255: vale0:rxp: cannot open: No such device", 0},
	{FAKE_RX_NEVER_READY, "waited 0.1 s for the receivers to be ready", 0},
	{FAKE_RX_LEAVES, "rx ended before it was told to", 0},
	{FAKE_RX_DEAF, "waited 0.1 s for the receivers to stop", 0},
	{FAKE_RX_IMMORTAL, "waited 0.1 s for the receivers to stop", SESSION_DEAD},
	{FAKE_RX_EMPTY, "no packet was received", 0},
	{FAKE_TX_FAILS, "tx exited with status 1: vale0:txp: transmit failed: Input/output error",
	 0},
	{FAKE_TX_NO_END, "tx ended without its closing JSON line", 0},
	{FAKE_TX_KILLED, "tx was killed by signal 11; last words: it said nothing", 0},
	{FAKE_TX_TIMED_OUT, "tx was ended at its time limit; last words: it said nothing", 0},
	{FAKE_TX_SILENT, "waited 0.1 s for the senders to end", 0},
	{FAKE_CTL_FAILS,
	 "vale-ctl -s --json exited with status 1: failed to list: No such file or directory", 0},
	{FAKE_OOPS,
	 "the kernel reported oops: BUG: kernel NULL pointer dereference, address: "
	 "0000000000000008",
	 SESSION_KERNEL},
	{FAKE_DIES, "the guest powered off early", SESSION_DEAD},
	{FAKE_NOT_FOUND, "rx could not be run: pkt-gen: No such file or directory", 0},
};

static void test_faults(void)
{
	struct stage st;
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		fake_fault = faults[i].fault;
		fake_faults_left = -1;
		play(&st, pair, 2, (struct trial_spec){0});
		CU_ASSERT_EQUAL(st.rc, 0);
		CU_ASSERT_FALSE(st.record.ok);
		if (strcmp(st.record.reason, faults[i].reason) || st.s.fault != faults[i].session)
			fprintf(stderr, "fault %u: \"%s\", session %d\n", faults[i].fault,
				st.record.reason, st.s.fault);
		CU_ASSERT_STRING_EQUAL(st.record.reason, faults[i].reason);
		CU_ASSERT_EQUAL(st.s.fault, faults[i].session);
		/* never a number of a failed trial */
		CU_ASSERT_EQUAL(st.record.metrics_n, 0);
		CU_ASSERT_EQUAL(st.record.samples_n, 0);
		CU_ASSERT_PTR_NOT_NULL_FATAL(st.record.excerpt);
		CU_ASSERT_STRING_EQUAL(st.record.excerpt, faults[i].fault == FAKE_OOPS
								  ? "Call Trace:\n f+0x8"
								  : "last line of the console");
		unplay(&st);
	}
}

static void interrupt(void)
{
	interrupted = 1;
}

static void test_interrupt(void)
{
	struct stage st;

	fake_fault = FAKE_RX_NEVER_READY;
	fake_hook = interrupt;
	play(&st, pair, 2, (struct trial_spec){0});
	CU_ASSERT_EQUAL(st.rc, -1);
	CU_ASSERT_EQUAL(st.err.code, VB_INTERRUPTED);
	unplay(&st);
}

static void test_one_batch_is_no_rate(void)
{
	const struct instance rx = {.name = "rx", .role = ROLE_RECEIVER};
	const struct instance tx = {.name = "tx", .role = ROLE_SENDER};
	struct program programs[] = {
		{.instance = &rx, .end = {.seen = true, .packets = 5, .first_ns = 9, .last_ns = 9}},
		{.instance = &tx,
		 .end = {.seen = true, .packets = 5, .first_ns = 1, .last_ns = 9}}};
	struct record record = {0};
	struct vb_err err;

	CU_ASSERT_EQUAL(measure_throughput(&record, programs, 2, false, &err), -1);
	CU_ASSERT_STRING_EQUAL(err.text, "all packets were received in one batch, which gives no "
					 "rate; measure longer");
	record_free(&record);
}

/* Two receivers, one starting earlier: the window spans both. */
static void test_window_spans_receivers(void)
{
	const struct instance rx = {.name = "rx", .role = ROLE_RECEIVER};
	const struct instance tx = {.name = "tx", .role = ROLE_SENDER};
	struct program programs[] = {
		{.instance = &rx,
		 .end = {.packets = 100, .first_ns = 1000000000, .last_ns = 2000000000}},
		{.instance = &rx,
		 .end = {.packets = 300, .first_ns = 2000000000, .last_ns = 3000000000}},
		{.instance = &tx,
		 .end = {.packets = 500, .first_ns = 1000000000, .last_ns = 3000000000}}};
	struct record record = {0};
	struct vb_err err;

	CU_ASSERT_EQUAL(measure_throughput(&record, programs, 3, true, &err), 0);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "rx_pps"), 200, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "loss_ratio"), 0.6, 1e-9);
	record_free(&record);
}

/* The time of each role by its own packets, and the slower of both ends. */
static void test_cpu_times(void)
{
	const struct instance rx = {.name = "rx", .role = ROLE_RECEIVER};
	const struct instance tx = {.name = "tx", .role = ROLE_SENDER};
	const struct instance bridge = {.name = "bridge", .role = ROLE_REFLECTOR};
	struct program programs[] = {
		{.instance = &rx,
		 .end = {.packets = 100, .first_ns = 1, .last_ns = 2000, .cpu_ns = 1500}},
		{.instance = &rx,
		 .end = {.packets = 300, .first_ns = 1, .last_ns = 2000, .cpu_ns = 500}},
		{.instance = &tx,
		 .end = {.packets = 500, .first_ns = 1, .last_ns = 2000, .cpu_ns = 4000}},
		{.instance = &bridge, .end = {.forwarded = 400, .cpu_ns = 1200, .round_ns = 2.5}}};
	struct record record = {0};
	struct vb_err err;

	CU_ASSERT_EQUAL(measure_throughput(&record, programs, 4, false, &err), 0);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "receiver_cpu_ns"), 5, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "sender_cpu_ns"), 8, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "end_cpu_ns"), 8, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "reflector_cpu_ns"), 3, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "reflector_round_ns"), 2.5, 1e-9);
	record_free(&record);
	programs[2].end.cpu_ns = 0;
	programs[3].end.round_ns = 0;
	record = (struct record){0};
	CU_ASSERT_EQUAL(measure_throughput(&record, programs, 4, false, &err), 0);
	CU_ASSERT_PTR_NULL(record_metric_get(&record, "sender_cpu_ns"));
	CU_ASSERT_PTR_NULL(record_metric_get(&record, "end_cpu_ns"));
	CU_ASSERT_PTR_NULL(record_metric_get(&record, "reflector_round_ns"));
	record_free(&record);
}

/* What a program that starts guests says last, whole and with one time missing. */
static void test_boot(void)
{
	struct program guests = {.job = {.name = "guests"}};
	struct record record = {0};
	struct vb_err err;

	guests.end.boot = json_pack("{s:i, s:i, s:i, s:i}", "min_ns", 1, "p50_ns", 2, "max_ns", 3,
				    "all_ns", 4);
	CU_ASSERT_EQUAL(measure_boot(&record, &guests, &err), 0);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "boot_p50_ns"), 2, 0);
	CU_ASSERT_DOUBLE_EQUAL(*record_metric_get(&record, "boot_all_ns"), 4, 0);
	json_object_del(guests.end.boot, "all_ns");
	CU_ASSERT_EQUAL(measure_boot(&record, &guests, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_FAILED);
	program_release(&guests);
	record_free(&record);
}

static const struct suite_test tests[] = {
	{"throughput", test_throughput},
	{"losses of cards", test_losses_of_cards},
	{"losses of cards at a switch", test_losses_of_cards_at_a_switch},
	{"latency", test_latency},
	{"calibration", test_calibration},
	{"maximum", test_maximum},
	{"flood", test_flood},
	{"faults", test_faults},
	{"interrupt", test_interrupt},
	{"one batch is no rate", test_one_batch_is_no_rate},
	{"window spans receivers", test_window_spans_receivers},
	{"times of processors by role", test_cpu_times},
	{"boot", test_boot},
};

SUITE_MAIN("trial", tests)
