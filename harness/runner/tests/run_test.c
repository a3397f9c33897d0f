/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole runs over the fake platform: what is stored, what is said by the exit status, and what
 * happens after faults. */
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "choice.h"
#include "fake_platform.h"
#include "run.h"
#include "store.h"
#include "suite.h"

static const char scenario[] =
	"name: test\n"
	"title: A test\n"
	"platforms: [native, qemu]\n"
	"measure: throughput\n"
	"trials: 2\n"
	"duration_s: 0.1\n"
	"parameters: [{name: frame_bytes, default: 60}]\n"
	"sweep: [{parameter: frame_bytes, values: [1, 2, 3, 4, 5]}]\n"
	"setup: [{run: insmod netmap.ko, platforms: [qemu]}]\n"
	"teardown: [{run: rmmod netmap, platforms: [qemu]}]\n"
	"programs:\n"
	"  - {name: rx, role: receiver, run: pkt-gen -i vale0:rxp -f rx}\n"
	"  - {name: tx, role: sender, run: 'pkt-gen -i vale0:txp -f tx -l {frame_bytes}'}\n"
	"calibrations: [{kind: copy, by: [frame_bytes]}]\n"
	"graph: {x: frame_bytes, y: [rx_pps]}\n";

static char folder[32], path[64];
static volatile sig_atomic_t interrupted;
static bool interleaved;

static void enter(void)
{
	FILE *out;

	strcpy(folder, "/tmp/vb-run-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/test.yaml", folder);
	out = fopen(path, "w");
	fputs(scenario, out);
	fclose(out);
	interrupted = 0;
	interleaved = false;
	fake_fault = FAKE_WELL;
	fake_faults_left = -1;
	fake_starts = 0;
	fake_hook = NULL;
	fake_entered = fake_left = 0;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *at)
{
	return remove(name);
}

static void leave(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static enum vb_exit run(const char *platform, const char *set)
{
	struct run_options opt = {.scenario_path = path,
				  .platform = platform,
				  .results = folder,
				  .sets = &set,
				  .sets_n = set != NULL,
				  .platforms = fake_platforms,
				  .skip_fitness = true,
				  .interleaved = interleaved,
				  .interrupted = &interrupted};
	enum vb_exit code;
	char *name;

	code = run_scenario(&opt, &name);
	free(name);
	return code;
}

static int64_t count(const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t value = -1;
	struct store st;
	struct vb_err err;
	char file[64];

	snprintf(file, sizeof(file), "%s/store.sqlite", folder);
	if (store_open_read(&st, file, &err))
		return -1;
	if (sqlite3_prepare_v2(st.db, sql, -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		value = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	store_close(&st);
	return value;
}

static void test_complete(void)
{
	enter();
	CU_ASSERT_EQUAL(run("qemu", "frame_bytes=1,2"), VB_OK);
	CU_ASSERT_EQUAL(fake_starts, 1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM runs WHERE state='complete' AND platform='qemu'"
			      " AND boot_ms=7 AND reason IS NULL"),
			1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM points WHERE kind='measure'"), 2);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM points WHERE kind='calibration'"), 2);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials WHERE state='ok'"), 8);
	/* the calibration's median stands beside every figure */
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM metrics WHERE name='copy_pps' AND value=5000"),
			8);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM metrics WHERE name='rx_pps' AND value=450"), 4);
	CU_ASSERT_EQUAL(count("SELECT overrides = '{\"set\":{\"frame_bytes\":\"1,2\"}}' FROM runs"),
			1);
	leave();
}

static void test_interleaved(void)
{
	enter();
	interleaved = true;
	CU_ASSERT_EQUAL(run("qemu", "frame_bytes=1,2"), VB_OK);
	CU_ASSERT_EQUAL(count("SELECT group_concat(idx || ':' || label, ' ') = "
			      "'0:copy frame_bytes=1 0:frame_bytes=1 0:copy frame_bytes=2 0:frame_bytes=2 "
			      "1:copy frame_bytes=1 1:frame_bytes=1 1:copy frame_bytes=2 1:frame_bytes=2' "
			      "FROM (SELECT t.idx, p.label FROM trials t JOIN points p ON p.id = "
			      "t.point_id ORDER BY t.id)"),
			1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM metrics WHERE name='copy_pps' AND value=5000"),
			8);
	CU_ASSERT_EQUAL(
		count("SELECT json_extract(overrides, '$.interleaved') FROM runs"), 1);
	leave();
}

/* A point that cannot be taken in the first round is left alone in the others. */
static void test_interleaved_without_device(void)
{
	FILE *out;

	enter();
	interleaved = true;
	out = fopen(path, "a");
	fputs("point_setup: [{run: 'enter {frame_bytes}', when: frame_bytes=1|2|3}]\n", out);
	fclose(out);
	CU_ASSERT_EQUAL(run("qemu", "frame_bytes=1,2,4"), VB_OK);
	CU_ASSERT_EQUAL(fake_entered, 2 * 1 + 1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM warnings WHERE text LIKE 'not run: %'"), 1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials t JOIN points p ON p.id = t.point_id "
			      "WHERE p.kind='measure' AND t.state='ok'"),
			4);
	leave();
}

/* Points 1 and 4 are taken, 2 has no device, 3 cannot be set up; each is left. */
static void test_commands_of_points(void)
{
	FILE *out;

	enter();
	out = fopen(path, "a");
	fputs("point_setup: [{run: 'enter {frame_bytes}', when: frame_bytes=1|2|3}]\n"
	      "point_teardown: [{run: leave}]\n",
	      out);
	fclose(out);
	CU_ASSERT_EQUAL(run("qemu", "frame_bytes=1,2,3,4"), VB_FAILED);
	CU_ASSERT_EQUAL(fake_entered, 3);
	CU_ASSERT_EQUAL(fake_left, 4);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials t JOIN points p ON p.id = t.point_id "
			      "WHERE p.kind='measure' AND t.state='ok'"),
			4);
	CU_ASSERT_EQUAL(
		count("SELECT count(*) FROM trials WHERE state='failed' AND reason = "
		      "'point_setup of the scenario: enter {frame_bytes} exited with status "
		      "1: the card is broken'"),
		1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM warnings WHERE text LIKE "
			      "'not run: frame_bytes=2: %no device'"),
			1);
	CU_ASSERT_EQUAL(run("qemu", "frame_bytes=2"), VB_MISSING);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM runs WHERE state='failed' AND reason LIKE "
			      "'nothing could be run here; frame_bytes=2: %'"),
			1);
	leave();
}

/* The same programs on cards, of which none says that a switch is between them. */
static const char between_cards[] =
	"programs:\n"
	"  - {name: rx, role: receiver, run: pkt-gen -i netmap:nic1 -f rx}\n"
	"  - {name: tx, role: sender, run: 'pkt-gen -i netmap:nic0 -f tx -l {frame_bytes}'}\n"
	"graph: {x: frame_bytes, y: [rx_pps]}\n";

/* A switch is asked what it lost at points where something was attached to it. */
static void test_attached(void)
{
	static const char *const steps[] = {
		"point_setup: [{run: enter 1, when: frame_bytes=1, attaches: yes}, {run: enter 1}]\n",
		"setup: [{run: enter 1, when: frame_bytes=1, attaches: yes}]\n",
		"point_setup: [{run: enter 1, attaches: yes, platforms: [native]},"
		" {run: enter 1, when: frame_bytes=1, attaches: yes}]\n"};
	const char *before = strstr(scenario, "setup:");
	FILE *out;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		enter();
		out = fopen(path, "w");
		fprintf(out, "%.*s%s%s", (int)(before - scenario), scenario, steps[i],
			between_cards);
		fclose(out);
		CU_ASSERT_EQUAL(run("qemu", "frame_bytes=1,4"), VB_OK);
		CU_ASSERT_EQUAL(count("SELECT group_concat(DISTINCT p.label) = 'frame_bytes=1' "
				      "FROM metrics m JOIN trials t ON t.id = m.trial_id "
				      "JOIN points p ON p.id = t.point_id "
				      "WHERE m.name='lost_ring_full' AND m.value > 0"),
				1);
		leave();
	}
}

static void test_two_runs_share_a_store(void)
{
	enter();
	CU_ASSERT_EQUAL(run("native", "frame_bytes=1"), VB_OK);
	CU_ASSERT_EQUAL(run("auto", "frame_bytes=1"), VB_OK);
	CU_ASSERT_EQUAL(count("SELECT count(DISTINCT name) FROM runs WHERE state='complete'"), 2);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM runs WHERE platform='qemu'"), 1);
	leave();
}

/* The rest of the failed point is given up, the next one runs on a new guest. */
static void test_guest_dies_once(void)
{
	enter();
	fake_fault = FAKE_DIES;
	fake_faults_left = 1;
	CU_ASSERT_EQUAL(run("qemu", "frame_bytes=1,2"), VB_FAILED);
	CU_ASSERT_EQUAL(fake_starts, 2);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials WHERE state='failed' AND reason="
			      "'the guest powered off early' AND log_excerpt IS NOT NULL"),
			1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials WHERE state='ok'"), 6);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM metrics m JOIN trials t ON t.id = m.trial_id"
			      " WHERE t.state='failed'"),
			0);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM warnings WHERE text LIKE '%started anew%'"), 1);
	CU_ASSERT_EQUAL(count("SELECT state='failed' FROM runs"), 1);
	leave();
}

static void test_guest_dies_always(void)
{
	enter();
	fake_fault = FAKE_OOPS;
	CU_ASSERT_EQUAL(run("qemu", NULL), VB_FAILED);
	CU_ASSERT_EQUAL(fake_starts, 2);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials WHERE state='failed'"), 2);
	CU_ASSERT_EQUAL(count("SELECT reason LIKE '%failed again after a restart%' FROM runs"), 1);
	leave();
}

/* Calibrations go on working in between, so no three points in a row fail. */
static void test_programs_fail(void)
{
	enter();
	fake_fault = FAKE_TX_FAILS;
	CU_ASSERT_EQUAL(run("native", "frame_bytes=1,2"), VB_FAILED);
	CU_ASSERT_EQUAL(fake_starts, 1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials WHERE state='failed'"), 2);
	CU_ASSERT_EQUAL(count("SELECT reason LIKE '2 trials failed; the first: frame_bytes=1: tx"
			      " exited%' FROM runs"),
			1);
	leave();
}

static void test_everything_fails(void)
{
	enter();
	fake_fault = FAKE_NOT_FOUND;
	CU_ASSERT_EQUAL(run("native", NULL), VB_FAILED);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials"), 3);
	CU_ASSERT_EQUAL(count("SELECT reason LIKE '3 points in a row failed%' FROM runs"), 1);
	leave();
}

static void test_no_boot(void)
{
	enter();
	fake_fault = FAKE_NO_BOOT;
	CU_ASSERT_EQUAL(run("qemu", NULL), VB_TIMEOUT);
	CU_ASSERT_EQUAL(count("SELECT state='failed' AND reason LIKE 'waited 120 s%' FROM runs"),
			1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials"), 0);
	leave();
}

static void test_setup_fails(void)
{
	enter();
	fake_fault = FAKE_SETUP_FAILS;
	CU_ASSERT_EQUAL(run("qemu", NULL), VB_FAILED);
	CU_ASSERT_EQUAL(count("SELECT reason LIKE 'setup of the scenario: insmod netmap.ko %'"
			      " FROM runs"),
			1);
	CU_ASSERT_EQUAL(run("native", "frame_bytes=1"), VB_OK);
	leave();
}

static unsigned collects;

static void interrupt_later(void)
{
	if (++collects == 40)
		interrupted = 1;
}

static void test_interrupted(void)
{
	enter();
	collects = 0;
	fake_hook = interrupt_later;
	CU_ASSERT_EQUAL(run("qemu", NULL), VB_INTERRUPTED);
	CU_ASSERT_EQUAL(count("SELECT state='interrupted' FROM runs"), 1);
	CU_ASSERT_TRUE(count("SELECT count(*) FROM trials WHERE state='ok'") > 0);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials WHERE state='failed'"), 0);
	leave();
}

static void test_refusals(void)
{
	enter();
	CU_ASSERT_EQUAL(run("xen", NULL), VB_USAGE);
	CU_ASSERT_EQUAL(run("qemu", "size=1"), VB_USAGE);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM runs"), -1);
	strcat(path, "x");
	CU_ASSERT_EQUAL(run("qemu", NULL), VB_MISSING);
	leave();
}

static void test_auto_falls_back(void)
{
	const struct platform_config cfg = {0};
	const struct scenario both = {.name = "x", .platforms = ON_NATIVE | ON_QEMU};
	const struct scenario guest = {.name = "x", .platforms = ON_QEMU};
	struct platform_facts facts = {0};
	struct vb_err err = {0};
	char why[200];

	enter();
	fake_fault = FAKE_NO_QEMU;
	CU_ASSERT_PTR_EQUAL(
		choice_of(fake_platforms, &both, "auto", &cfg, &facts, why, sizeof(why), &err),
		&fake_native);
	CU_ASSERT_STRING_EQUAL(why, "platform native: qemu cannot run (qemu-system-x86_64 is not "
				    "installed); accelerator none");
	CU_ASSERT_PTR_NULL(
		choice_of(fake_platforms, &guest, "auto", &cfg, &facts, why, sizeof(why), &err));
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
	CU_ASSERT_EQUAL(run("qemu", NULL), VB_MISSING);
	CU_ASSERT_EQUAL(run("auto", "frame_bytes=1"), VB_OK);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM runs WHERE platform='native'"), 1);
	leave();
}

static const struct suite_test tests[] = {
	{"commands around points", test_commands_of_points},
	{"a switch that something is attached to", test_attached},
	{"complete", test_complete},
	{"interleaved", test_interleaved},
	{"interleaved without device", test_interleaved_without_device},
	{"two runs share a store", test_two_runs_share_a_store},
	{"guest dies once", test_guest_dies_once},
	{"guest dies always", test_guest_dies_always},
	{"programs fail", test_programs_fail},
	{"everything fails", test_everything_fails},
	{"auto falls back", test_auto_falls_back},
	{"no boot", test_no_boot},
	{"setup fails", test_setup_fails},
	{"interrupted", test_interrupted},
	{"refusals", test_refusals},
};

SUITE_MAIN("run", tests)
