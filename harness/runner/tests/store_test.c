/* SPDX-License-Identifier: BSD-2-Clause */
/* The store: every finished trial survives, a full disk is one clear line, a dead runner's run
 * becomes partial. */
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "identity.h"
#include "results.h"
#include "store.h"
#include "suite.h"

static char folder[32], path[64];
static const char *graph = "{\"x\":\"a\",\"y\":[\"rx_pps\"]}";

static void enter(void)
{
	strcpy(folder, "/tmp/vb-store-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store.sqlite", folder);
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *at)
{
	return remove(name);
}

static void leave(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int64_t begin(struct store *st, const char *name)
{
	char *identity = identity_of(getpid());
	struct store_run run = {.name = name,
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
				.graph = graph,
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

static int64_t point(struct store *st, int64_t run, int idx, const char *label)
{
	json_t *params = json_pack("{s:i}", "a", idx);
	struct vb_err err;
	int64_t id = 0;

	CU_ASSERT_EQUAL_FATAL(store_point(st, run, idx, "measure", label, params, &id, &err), 0);
	json_decref(params);
	return id;
}

static void record_full(struct record *r, double rate)
{
	*r = (struct record){.ok = true, .started_at = "2026-11-22T17:15:00Z", .duration_s = 1};
	record_metric(r, "rx_pps", "pps", rate);
	record_metric(r, "loss_ratio", "ratio", 0.25);
	record_metric(r, "lost_ring_full", "packets", 5);
	record_sample(r, "rx", 0, "pps", "pps", rate);
	record_counter(r, "vale0:rx", "rx_packets", 17);
	r->histograms = json_pack("{s:[[i,i,i]]}", "latency", 1, 2, 3);
}

static int64_t count(struct store *st, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t value = -1;

	if (sqlite3_prepare_v2(st->db, sql, -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		value = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return value;
}

static void test_trial_rows(void)
{
	struct record good, failed = {.started_at = "2026-11-22T17:15:01Z"};
	struct store st;
	struct vb_err err;
	int64_t run, at;

	enter();
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	run = begin(&st, "one");
	at = point(&st, run, 0, "a=0");
	record_full(&good, 1e6);
	record_metric(&failed, "rx_pps", "pps", 1);
	record_fail(&failed, "the guest %s", "died");
	record_fail(&failed, "a later reason");
	failed.excerpt = alloc_string("last words");
	CU_ASSERT_EQUAL(store_trial(&st, at, 0, &good, &err), 0);
	CU_ASSERT_EQUAL(store_trial(&st, at, 1, &failed, &err), 0);
	CU_ASSERT_EQUAL(store_run_finish(&st, run, "failed", "because", &err), 0);
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM metrics"), 3);
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM samples"), 1);
	CU_ASSERT_EQUAL(count(&st, "SELECT value FROM counters WHERE port='vale0:rx'"), 17);
	CU_ASSERT_EQUAL(count(&st, "SELECT buckets = '[[1,2,3]]' FROM histograms"), 1);
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM trials WHERE state='failed' AND reason="
				   "'the guest died' AND log_excerpt='last words'"),
			1);
	CU_ASSERT_EQUAL(count(&st, "SELECT finished_at IS NOT NULL FROM runs"), 1);
	CU_ASSERT_EQUAL(count(&st, "PRAGMA foreign_keys"), 1);
	record_free(&good);
	record_free(&failed);
	store_close(&st);
	leave();
}

/* A trial that does not go in whole does not go in at all. */
static void test_half_a_trial(void)
{
	struct record twice;
	struct store st;
	struct vb_err err;
	int64_t at;

	enter();
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	at = point(&st, begin(&st, "one"), 0, "a=0");
	record_full(&twice, 1);
	record_counter(&twice, "vale0:rx", "rx_packets", 18);
	CU_ASSERT_EQUAL(store_trial(&st, at, 0, &twice, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_INTERNAL);
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM trials"), 0);
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM metrics"), 0);
	record_free(&twice);
	store_close(&st);
	leave();
}

static void test_disk_full(void)
{
	struct record big;
	struct store st;
	struct vb_err err = {0};
	int64_t at;
	char pages[64];
	unsigned i;

	enter();
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	at = point(&st, begin(&st, "one"), 0, "a=0");
	snprintf(pages, sizeof(pages), "PRAGMA max_page_count = %lld",
		 (long long)count(&st, "PRAGMA page_count") + 2);
	count(&st, pages);
	record_full(&big, 1);
	for (i = 1; i < 2000; i++)
		record_sample(&big, "rx", i, "pps", "pps", i);
	CU_ASSERT_EQUAL(store_trial(&st, at, 0, &big, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_NO_SPACE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "the disk is full"));
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM trials"), 0);
	record_free(&big);
	store_close(&st);
	leave();
}

/* Writes trials until it is killed; tells each finished one through the pipe. */
static void write_for_ever(int fd)
{
	struct record r;
	struct store st;
	struct vb_err err;
	int64_t at;
	int i;

	if (store_open(&st, path, &err))
		_exit(1);
	at = point(&st, begin(&st, "killed"), 0, "a=0");
	for (i = 0;; i++) {
		record_full(&r, i);
		if (store_trial(&st, at, i, &r, &err) || write(fd, "x", 1) != 1)
			_exit(1);
		record_free(&r);
	}
}

struct told {
	char name[32];
	int trials, runs;
};

static void tell(void *ctx, const char *name, int trials)
{
	struct told *t = ctx;

	snprintf(t->name, sizeof(t->name), "%s", name);
	t->trials = trials;
	t->runs++;
}

static void test_kill(void)
{
	struct told told = {0};
	struct store st;
	struct vb_err err;
	int fds[2], finished = 0, status;
	char word;
	pid_t pid;

	enter();
	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	pid = fork();
	if (pid == 0)
		write_for_ever(fds[1]);
	close(fds[1]);
	while (finished < 5 && read(fds[0], &word, 1) == 1)
		finished++;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	CU_ASSERT_TRUE(WIFSIGNALED(status));
	while (read(fds[0], &word, 1) == 1)
		finished++;
	close(fds[0]);

	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	CU_ASSERT_TRUE(count(&st, "SELECT count(*) FROM trials") >= finished);
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM trials t WHERE (SELECT count(*) FROM"
				   " metrics m WHERE m.trial_id = t.id) <> 3"),
			0);
	CU_ASSERT_EQUAL(store_mark_partial(&st, tell, &told, &err), 0);
	CU_ASSERT_EQUAL(told.runs, 1);
	CU_ASSERT_STRING_EQUAL(told.name, "killed");
	CU_ASSERT_TRUE(told.trials >= finished);
	CU_ASSERT_EQUAL(count(&st, "SELECT state = 'partial' FROM runs"), 1);
	store_close(&st);
	leave();
}

static void test_living_run_is_left_alone(void)
{
	struct told told = {0};
	struct store st;
	struct vb_err err;

	enter();
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	begin(&st, "mine");
	CU_ASSERT_EQUAL(store_mark_partial(&st, tell, &told, &err), 0);
	CU_ASSERT_EQUAL(told.runs, 0);
	/* the same pid of another boot is another process */
	count(&st, "UPDATE runs SET runner_identity = 'old/1'");
	CU_ASSERT_EQUAL(store_mark_partial(&st, tell, &told, &err), 0);
	CU_ASSERT_EQUAL(told.runs, 1);
	store_close(&st);
	leave();
}

static void tell_and_write(void *ctx, const char *name, int trials)
{
	sqlite3 *other;

	++*(int *)ctx;
	sqlite3_open(path, &other);
	sqlite3_exec(other, "UPDATE runs SET reason = 'another program'", NULL, NULL, NULL);
	sqlite3_close(other);
}

static void test_partial_runs_while_others_write(void)
{
	struct store st;
	struct vb_err err = {0};
	int told = 0;

	enter();
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	begin(&st, "one");
	begin(&st, "two");
	count(&st, "UPDATE runs SET runner_identity = 'old/1'");
	CU_ASSERT_EQUAL(store_mark_partial(&st, tell_and_write, &told, &err), 0);
	CU_ASSERT_EQUAL(told, 2);
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM runs WHERE state = 'partial'"), 2);
	store_close(&st);
	leave();
}

static void write_one(int number)
{
	char name[16];
	struct record r;
	struct store st;
	struct vb_err err;
	int64_t at;

	snprintf(name, sizeof(name), "run%d", number);
	if (store_open(&st, path, &err)) {
		fprintf(stderr, "%s\n", err.text);
		_exit(1);
	}
	at = point(&st, begin(&st, name), 0, "a=0");
	record_full(&r, number);
	_exit(store_trial(&st, at, 0, &r, &err) ? 1 : 0);
}

static void test_many_at_once(void)
{
	struct store st;
	struct vb_err err;
	int i, status, failed = 0;

	enter();
	for (i = 0; i < 8; i++)
		if (fork() == 0)
			write_one(i);
	for (i = 0; i < 8; i++) {
		CU_ASSERT_TRUE(wait(&status) > 0);
		failed += status != 0;
	}
	CU_ASSERT_EQUAL(failed, 0);
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	CU_ASSERT_EQUAL(count(&st, "SELECT count(*) FROM trials"), 8);
	store_close(&st);
	leave();
}

static void test_foreign_files(void)
{
	struct store st;
	struct vb_err err;
	FILE *out;

	enter();
	CU_ASSERT_EQUAL(store_open_read(&st, path, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
	out = fopen(path, "w");
	fputs("this is no database, however long one looks at it", out);
	fclose(out);
	CU_ASSERT_EQUAL(store_open(&st, path, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_CANNOT_TELL);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, path));
	unlink(path);
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	count(&st, "PRAGMA user_version = 99");
	store_close(&st);
	CU_ASSERT_EQUAL(store_open(&st, path, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "has layout 99"));
	leave();
}

static void test_table(void)
{
	struct record r;
	struct store st;
	struct vb_err err;
	char *text = NULL;
	size_t bytes;
	int64_t run, at;
	FILE *out;
	int i;

	enter();
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	run = begin(&st, "one");
	at = point(&st, run, 0, "a=0");
	for (i = 0; i < 3; i++) {
		record_full(&r, 1e6 + i * 1e5);
		record_metric(&r, "copy_pps", "pps", 5.5e6);
		CU_ASSERT_EQUAL(store_trial(&st, at, i, &r, &err), 0);
		record_free(&r);
	}
	out = open_memstream(&text, &bytes);
	CU_ASSERT_EQUAL(results_show(&st, "one", out, &err), 0);
	CU_ASSERT_EQUAL(results_list(&st, out, &err), 0);
	CU_ASSERT_EQUAL(results_show(&st, "two", out, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_USAGE);
	fclose(out);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "1.10 M"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "9.09 %"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "0.200"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "25.0 % receive ring full"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "3 trials, 0 failed"));
	free(text);
	store_close(&st);
	leave();
}

static void store_path(struct store *st, int64_t run, int idx, const char *path_name, double rate)
{
	json_t *params = json_pack("{s:i, s:s}", "size", idx / 2, "path", path_name);
	struct record r;
	struct vb_err err;
	int64_t at = 0;

	CU_ASSERT_EQUAL(store_point(st, run, idx, "measure", path_name, params, &at, &err), 0);
	json_decref(params);
	record_full(&r, rate);
	CU_ASSERT_EQUAL(store_trial(st, at, 0, &r, &err), 0);
	record_free(&r);
}

/* Each point is divided by the one that differs from it in nothing but the compared parameter. */
static void test_comparison(void)
{
	const char *plain = graph;
	struct store st;
	struct vb_err err;
	char *text = NULL;
	size_t bytes;
	int64_t run;
	FILE *out;

	enter();
	graph = "{\"y\":[\"rx_pps\"],\"compare\":{\"parameter\":\"path\",\"baseline\":\"bridge\"}}";
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	run = begin(&st, "one");
	graph = plain;
	store_path(&st, run, 0, "bridge", 1e5);
	store_path(&st, run, 1, "vale", 12.5e5);
	store_path(&st, run, 2, "bridge", 2e5);
	store_path(&st, run, 3, "vale", 3e5);
	out = open_memstream(&text, &bytes);
	CU_ASSERT_EQUAL(results_show(&st, "one", out, &err), 0);
	fclose(out);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text, "\nvale: 12.50 times bridge, 9200.0 ns a packet less\n"
			     "vale: 1.50 times bridge, 1666.7 ns a packet less\n"));
	CU_ASSERT_PTR_NULL(strstr(text, "bridge: "));
	free(text);
	store_close(&st);
	leave();
}

static const struct suite_test tests[] = {
	{"trial rows", test_trial_rows},
	{"half a trial", test_half_a_trial},
	{"disk full", test_disk_full},
	{"kill -9", test_kill},
	{"a living run is left alone", test_living_run_is_left_alone},
	{"partial runs are marked while others write", test_partial_runs_while_others_write},
	{"many at once", test_many_at_once},
	{"foreign files", test_foreign_files},
	{"table", test_table},
	{"comparison", test_comparison},
};

SUITE_MAIN("store", tests)
