/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole runs that search, over a simulated device: what is tried, stored and said. */
#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_platform.h"
#include "results.h"
#include "run.h"
#include "store.h"
#include "suite.h"

#define PROGRAMS                                                                                   \
	"  - {name: rx, role: receiver, run: pkt-gen -i vale0:rxp -f rx}\n"                        \
	"  - {name: tx, role: sender, run: 'pkt-gen -i vale0:txp -f tx -R {rate_pps} -n "          \
	"{trial_packets} --duration {duration_s}'}\n"

#define UNPACED                                                                                    \
	"  - {name: rx, role: receiver, run: pkt-gen -i vale0:rxp -f rx}\n"                        \
	"  - {name: tx, role: sender, run: 'pkt-gen -i vale0:txp -f tx --duration "                \
	"{duration_s}'}\n"

static char folder[32], path[64];
static volatile sig_atomic_t interrupted;

static void enter(const char *measure, const char *more)
{
	FILE *out;

	strcpy(folder, "/tmp/vb-hunt-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/test.yaml", folder);
	out = fopen(path, "w");
	fprintf(out,
		"name: test\ntitle: A test\nplatforms: [native]\nmeasure: %s\ntrials: 1\n"
		"duration_s: 1\nparameters: [{name: frame_bytes, default: 60}, {name: n_pairs, "
		"default:"
		" 1, min: 1}, {name: share,"
		" default: 0, min: 0, max: 100}]\nprograms:\n%s%s"
		"graph: {x: frame_bytes, y: [rx_pps]}\n",
		measure, strcmp(measure, "scaling") ? PROGRAMS : UNPACED, more);
	fclose(out);
	interrupted = 0;
	fake_fault = FAKE_WELL;
	fake_faults_left = -1;
	fake_hook = NULL;
	fake_device = (struct fake_device){.top_pps = 20e6, .capacity_pps = 7.3e6};
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *at)
{
	return remove(name);
}

static void leave(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	fake_device = (struct fake_device){0};
}

static bool ask_fitness;

static enum vb_exit run(const char *set, char **table)
{
	struct run_options opt = {.scenario_path = path,
				  .platform = "native",
				  .results = folder,
				  .sets = &set,
				  .sets_n = set != NULL,
				  .platforms = fake_platforms,
				  .skip_fitness = !ask_fitness,
				  .interrupted = &interrupted};
	char *name = NULL, file[64];
	struct vb_err err;
	enum vb_exit code;
	struct store st;
	size_t bytes;
	FILE *out;

	code = run_scenario(&opt, &name);
	snprintf(file, sizeof(file), "%s/store.sqlite", folder);
	if (table && name && store_open_read(&st, file, &err) == 0) {
		out = open_memstream(table, &bytes);
		CU_ASSERT_EQUAL(results_show(&st, name, out, &err), 0);
		fclose(out);
		store_close(&st);
	}
	free(name);
	return code;
}

static double value(const char *sql)
{
	sqlite3_stmt *q = NULL;
	double found = -1;
	sqlite3 *db;
	char file[64];

	snprintf(file, sizeof(file), "%s/store.sqlite", folder);
	sqlite3_open(file, &db);
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		found = sqlite3_column_double(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return found;
}

static void check_outcome(const char *name, double truth, double width)
{
	char sql[128];
	double lower, upper;

	snprintf(sql, sizeof(sql), "SELECT lower FROM outcomes WHERE name = '%s'", name);
	lower = value(sql);
	snprintf(sql, sizeof(sql), "SELECT upper FROM outcomes WHERE name = '%s'", name);
	upper = value(sql);
	if (!(lower <= truth && truth <= upper))
		printf("\n%s: %.0f is not from %.0f to %.0f\n", name, truth, lower, upper);
	CU_ASSERT(lower <= truth && truth <= upper);
	CU_ASSERT(upper - lower <= width * upper * 1.001);
	snprintf(sql, sizeof(sql), "SELECT value FROM outcomes WHERE name = '%s'", name);
	CU_ASSERT_EQUAL(value(sql), lower);
}

static void test_ndr_pdr(void)
{
	char *table = NULL;

	enter("ndr_pdr", "search: {width: 0.01}\n");
	CU_ASSERT_EQUAL(run(NULL, &table), VB_OK);
	check_outcome("ndr_pps", 7.3e6, 0.01);
	check_outcome("pdr_pps", 7.3e6 / 0.995, 0.01);
	CU_ASSERT_EQUAL(value("SELECT measure = 'ndr_pdr' FROM runs"), 1);
	CU_ASSERT(value("SELECT count(*) FROM trials") < 20);
	/* both goals after each trial, and the last bounds are the result */
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM trials t WHERE (SELECT count(*) FROM"
			      " search_steps s WHERE s.trial_id = t.id AND s.seq = t.idx) <> 2"),
			0);
	CU_ASSERT_EQUAL(
		value("SELECT count(*) FROM outcomes o JOIN search_steps s ON s.goal || '_pps'"
		      " = o.name AND s.lower_pps = o.lower AND s.upper_pps = o.upper WHERE"
		      " s.trial_id = (SELECT max(id) FROM trials)"),
		2);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM trials t WHERE (SELECT count(*) FROM metrics m"
			      " WHERE m.trial_id = t.id AND m.name IN ('offered_pps', 'loss_ratio',"
			      " 'rx_pps')) <> 3"),
			0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	CU_ASSERT_PTR_NOT_NULL(strstr(table, "ndr_pps"));
	CU_ASSERT_PTR_NOT_NULL(strstr(table, "7.30 M"));
	free(table);
	leave();
}

/* A sender that is slower than the device is the answer, and it is said that there is no bound. */
static void test_generator_is_the_limit(void)
{
	enter("ndr_pdr", "");
	fake_device.capacity_pps = 30e6;
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	CU_ASSERT_EQUAL(value("SELECT lower FROM outcomes WHERE name = 'ndr_pps'"), 20e6);
	CU_ASSERT_EQUAL(value("SELECT upper IS NULL FROM outcomes WHERE name = 'ndr_pps'"), 1);
	leave();
}

static void test_rfc2544(void)
{
	enter("rfc2544", "search: {width: 0.01, settle_s: 0, residual_s: 0}\n");
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	/* the resolution is a share of the greatest rate */
	check_outcome("rfc2544_pps", 7.3e6, 0.01 * 20 / 7.3);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM search_steps WHERE goal = 'rfc2544'"),
			value("SELECT count(*) - 1 FROM trials"));
	leave();
}

static void test_soak(void)
{
	enter("soak", "search: {loss_ratio: 0.001, residual_s: 0}\n");
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	check_outcome("soak_pps", 7.3e6 / 0.999, 0.02);
	leave();
}

/* Bursts fit into the queue as long as the device takes them slower than they come. */
static void test_back_to_back(void)
{
	const double longest = 1000 / (1 - 7.3 / 20);

	enter("back_to_back", "search: {residual_s: 0}\n");
	fake_device.queue = 1000;
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	check_outcome("back_to_back_packets", floor(longest), 0.01);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM metrics WHERE name = 'burst_packets'"),
			value("SELECT count(*) - 1 FROM trials"));
	leave();
}

/* Points of a load are shares of the PDR, which is searched for once. */
static void test_load_of_pdr(void)
{
	enter("throughput", "search: {width: 0.01}\nsweep: [{parameter: share, values: [10, 50]}]\n"
			    "load:\n  parameter: share\n  of: pdr\n  idle_pps: 1000\n"
			    "  programs:\n" PROGRAMS);
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	check_outcome("pdr_pps", 7.3e6 / 0.995, 0.01);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM points WHERE kind = 'calibration'"), 1);
	CU_ASSERT_EQUAL(
		value("SELECT count(*) FROM metrics m JOIN trials t ON t.id = m.trial_id JOIN"
		      " points p ON p.id = t.point_id WHERE p.kind = 'measure' AND m.name ="
		      " 'pdr_pps' AND m.value = (SELECT value FROM outcomes)"),
		2);
	leave();
}

/* A device that leaks at any rate has no rate without loss: nothing is stored, and it is said. */
static void test_no_such_rate(void)
{
	enter("ndr_pdr", "");
	fake_device.leak = 0.001;
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM outcomes WHERE name = 'ndr_pps'"), 0);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM outcomes WHERE name = 'pdr_pps'"), 1);
	CU_ASSERT_EQUAL(
		value("SELECT count(*) FROM warnings WHERE text LIKE '%no ndr_pps was found%'"), 1);
	leave();
	enter("rfc2544", "search: {settle_s: 0, residual_s: 0}\n");
	fake_device.leak = 0.001;
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM outcomes"), 0);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM warnings WHERE text LIKE '%no rfc2544_pps%'"),
			1);
	leave();
}

/* The simulated device is as fast whatever the parameter says: flat, and by no means linear. */
static void test_scaling(void)
{
	static const char sweep[] =
		"sweep: [{parameter: n_pairs, values: [1, 2, 4]}]\nshape: {parameter: n_pairs,"
		" expected: %s, within: 0.1}\n";
	char more[200];

	snprintf(more, sizeof(more), sweep, "flat");
	enter("scaling", more);
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM outcomes WHERE name = 'scaling_ratio' AND"
			      " abs(value - 1) < 1e-9"),
			3);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM warnings WHERE text LIKE '%expected%'"), 0);
	leave();
	snprintf(more, sizeof(more), sweep, "linear");
	enter("scaling", more);
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	CU_ASSERT_EQUAL(
		value("SELECT round(value, 3) FROM outcomes JOIN points p ON p.id = point_id"
		      " WHERE p.label = 'n_pairs=4'"),
		0.25);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM warnings WHERE text LIKE '%expected%'"), 2);
	leave();
}

/* A failed trial ends the search: it has no result at all. */
static void test_failure(void)
{
	enter("ndr_pdr", "");
	fake_fault = FAKE_TX_FAILS;
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_FAILED);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM outcomes"), 0);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM search_steps"), 0);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM trials WHERE state = 'failed'"), 1);
	leave();
}

/* Whatever the machine that runs this test is like, the verdict follows from the checks. */
static void check_fitness(double ok, const char *condition)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM fitness WHERE %s", condition);
	CU_ASSERT_EQUAL(value(sql), ok);
	CU_ASSERT_EQUAL(
		value("SELECT count(*) FROM runs WHERE fit IN (SELECT CASE min(ok) WHEN 0 THEN"
		      " 'unfit' WHEN 1 THEN 'fit' END FROM fitness) OR (fit = 'unfit' AND"
		      " id IN (SELECT run_id FROM warnings WHERE text LIKE '%load average"
		      " rose%'))"),
		1);
	CU_ASSERT_EQUAL(
		value("SELECT count(*) FROM warnings WHERE text LIKE '%not fit to measure%'") > 0,
		value("SELECT fit = 'unfit' FROM runs"));
}

static void test_fitness(void)
{
	ask_fitness = true;
	enter("ndr_pdr", "");
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	check_fitness(1, "name = 'loss_at_10pct' AND ok = 1 AND value = 0");
	check_fitness(1, "name = 'ceiling' AND value = 20e6 AND ok IS NULL");
	check_fitness(4, "name IN ('load', 'steal', 'copy', 'clock') AND value >= 0");
	leave();
	enter("ndr_pdr", "");
	fake_device.leak = 0.001;
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	check_fitness(1, "name = 'loss_at_10pct' AND ok = 0 AND abs(value - 0.001) < 1e-5");
	CU_ASSERT_EQUAL(value("SELECT fit = 'unfit' FROM runs"), 1);
	leave();
	enter("scaling", "shape: {parameter: n_pairs, expected: flat, within: 0.1}\n");
	fake_device.leak = 0.001;
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	check_fitness(1, "name = 'loss_at_10pct' AND ok IS NULL AND abs(value - 0.001) < 1e-5");
	leave();
	enter("ndr_pdr", "fitness: host\n");
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	check_fitness(0, "name IN ('loss_at_10pct', 'ceiling')");
	leave();
	enter("ndr_pdr", "fitness: none\n");
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_OK);
	CU_ASSERT_EQUAL(value("SELECT count(*) FROM fitness"), 0);
	CU_ASSERT_EQUAL(value("SELECT fit = 'unknown' FROM runs"), 1);
	leave();
	ask_fitness = false;
}

/* Programs that cannot be started say nothing of the machine. */
static void test_fitness_unknown(void)
{
	ask_fitness = true;
	enter("ndr_pdr", "");
	fake_fault = FAKE_NOT_FOUND;
	CU_ASSERT_EQUAL(run(NULL, NULL), VB_FAILED);
	CU_ASSERT_EQUAL(
		value("SELECT count(*) FROM fitness WHERE name IN ('loss_at_10pct', 'ceiling')"
		      " AND value IS NULL AND ok IS NULL AND text LIKE '%No such file%'"),
		2);
	leave();
	ask_fitness = false;
}

static void test_refusals(void)
{
	static const struct {
		const char *measure, *more;
	} cases[] = {
		{"throughput", "search: {width: 0.01}\n"},
		{"ndr_pdr", "search: {width: 0.9}\n"},
		{"ndr_pdr", "search: {longest_s: 1}\n"},
		{"rfc2544", "search: {loss_ratio: 0.1}\n"},
		{"soak", "search: {first_trial_s: 5}\n"},
		{"soak", "search: {widht: 0.1}\n"},
		{"scaling", ""},
		{"throughput", "shape: {parameter: n_pairs, expected: flat, within: 0.1}\n"},
		{"scaling", "shape: {parameter: frame_bytes, expected: flat, within: 0.1}\n"},
		{"scaling", "shape: {parameter: n_pairs, expected: flat, within: 1}\n"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enter(cases[i].measure, cases[i].more);
		CU_ASSERT_EQUAL(run(NULL, NULL), VB_USAGE);
		leave();
	}
}

static const struct suite_test tests[] = {
	{"ndr and pdr", test_ndr_pdr},
	{"the generator is the limit", test_generator_is_the_limit},
	{"rfc 2544", test_rfc2544},
	{"soak", test_soak},
	{"back to back", test_back_to_back},
	{"load of pdr", test_load_of_pdr},
	{"no such rate", test_no_such_rate},
	{"scaling", test_scaling},
	{"failure", test_failure},
	{"fitness", test_fitness},
	{"fitness unknown", test_fitness_unknown},
	{"refusals", test_refusals},
};

SUITE_MAIN("run_search", tests)
