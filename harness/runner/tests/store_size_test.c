/* SPDX-License-Identifier: BSD-2-Clause */
/* A store that grew for years opens at once. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "identity.h"
#include "results.h"
#include "store.h"
#include "suite.h"

#define TRIALS	      20
#define SAMPLES_EACH  50000 /* a million in all */
#define OPEN_BOUND_MS 50
#define LIST_BOUND_MS 250

static int64_t begin(struct store *st)
{
	char *identity = identity_of(getpid());
	const struct store_run run = {.name = "long",
				      .scenario = "test",
				      .title = "A test",
				      .hash = "0",
				      .yaml = "name: test",
				      .overrides = "{}",
				      .started_at = "2026-11-22T17:15:00Z",
				      .version = "0",
				      .platform = "native",
				      .accelerator = "none",
				      .accelerator_reason = "",
				      .host_kernel = "6.1",
				      .cpu_model = "a CPU",
				      .graph = "{\"x\":\"a\",\"y\":[\"rx_pps\"]}",
				      .measure = "throughput",
				      .machine_class = "a.2cpu",
				      .runner_identity = identity,
				      .runner_pid = getpid(),
				      .cpus = 2,
				      .memory_bytes = 1,
				      .dirty = -1};
	struct vb_err err;
	int64_t id = 0;

	CU_ASSERT_EQUAL_FATAL(store_run_begin(st, &run, &id, &err), 0);
	free(identity);
	return id;
}

static void fill(struct store *st)
{
	struct record trial = {.ok = true, .started_at = "2026-11-22T17:15:00Z", .duration_s = 1};
	json_t *params = json_object();
	int64_t run = begin(st), point = 0;
	struct vb_err err;
	char sql[400];
	int i;

	CU_ASSERT_EQUAL_FATAL(store_point(st, run, 0, "measure", "a=0", params, &point, &err), 0);
	json_decref(params);
	record_metric(&trial, "rx_pps", "pps", 1e6);
	for (i = 0; i < TRIALS; i++)
		CU_ASSERT_EQUAL_FATAL(store_trial(st, point, i, &trial, &err), 0);
	record_free(&trial);
	snprintf(sql, sizeof(sql),
		 "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
		 "INSERT INTO samples SELECT trials.id, 'rx', i, 'pps', 'pps', 1e6 FROM trials, n",
		 SAMPLES_EACH - 1);
	CU_ASSERT_EQUAL_FATAL(sqlite3_exec(st->db, sql, NULL, NULL, NULL), SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_changes(st->db), TRIALS * SAMPLES_EACH);
	CU_ASSERT_EQUAL(store_run_finish(st, run, "complete", NULL, &err), 0);
}

/* Of this process: what else the machine does is not asked. */
static double processor_ms(void)
{
	return clock() * 1000.0 / CLOCKS_PER_SEC;
}

static double open_and_list(const char *path,
			    int (*open)(struct store *, const char *, struct vb_err *), FILE *out,
			    double *opened_ms)
{
	double start = processor_ms();
	struct vb_err err;
	struct store st;

	CU_ASSERT_EQUAL_FATAL(open(&st, path, &err), 0);
	*opened_ms = processor_ms() - start;
	start = processor_ms();
	CU_ASSERT_EQUAL(results_list(&st, out, &err), 0);
	store_close(&st);
	return processor_ms() - start;
}

static void test_a_million_samples_open_at_once(void)
{
	char folder[] = "/tmp/vb-store-XXXXXX", path[64];
	FILE *out = fopen("/dev/null", "w");
	double opened_ms, listed_ms;
	struct vb_err err;
	struct store st;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store.sqlite", folder);
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	fill(&st);
	store_close(&st);
	listed_ms = open_and_list(path, store_open_read, out, &opened_ms);
	CU_ASSERT(opened_ms < OPEN_BOUND_MS);
	CU_ASSERT(listed_ms < LIST_BOUND_MS);
	open_and_list(path, store_open, out, &opened_ms);
	CU_ASSERT(opened_ms < OPEN_BOUND_MS);
	fclose(out);
	unlink(path);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static const struct suite_test tests[] = {
	{"a store of a million samples opens at once", test_a_million_samples_open_at_once},
};

SUITE_MAIN("store-size", tests)
