/* SPDX-License-Identifier: BSD-2-Clause */
/* Whenever the runner is killed, and wherever a power failure cuts what it wrote, the store is
 * whole: what is in it is true, and the next run can use it. */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_platform.h"
#include "run.h"
#include "store.h"
#include "suite.h"

#define KILLS	   40
#define CUTS	   60
#define FILE_BYTES (8 << 20)

static const char scenario[] =
	"name: test\ntitle: A test\nplatforms: [native]\nmeasure: ndr_pdr\ntrials: 1\n"
	"duration_s: 1\nparameters: [{name: a, default: 1}]\n"
	"sweep: [{parameter: a, values: [1, 2]}]\nprograms:\n"
	"  - {name: rx, role: receiver, run: pkt-gen -i vale0:rxp -f rx}\n"
	"  - {name: tx, role: sender, run: 'pkt-gen -i vale0:txp -f tx -R {rate_pps} -n"
	" {trial_packets} --duration {duration_s}'}\n"
	"search: {residual_s: 0, width: 0.05}\ngraph: {x: a, y: [ndr_pps]}\n";

static char folder[32], yaml[64], path[64], wal[72];
static unsigned collects, last_collect;
static volatile sig_atomic_t interrupted;

static void enter(void)
{
	FILE *out;

	strcpy(folder, "/tmp/vb-crash-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(yaml, sizeof(yaml), "%s/test.yaml", folder);
	snprintf(path, sizeof(path), "%s/store.sqlite", folder);
	snprintf(wal, sizeof(wal), "%s-wal", path);
	out = fopen(yaml, "w");
	fputs(scenario, out);
	fclose(out);
	fake_fault = FAKE_WELL;
	fake_faults_left = -1;
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
	fake_hook = NULL;
}

static void die_in_time(void)
{
	if (++collects == last_collect)
		raise(SIGKILL);
}

static enum vb_exit run(void)
{
	const struct run_options opt = {.scenario_path = yaml,
					.platform = "native",
					.results = folder,
					.platforms = fake_platforms,
					.skip_fitness = true,
					.interrupted = &interrupted};
	enum vb_exit code;
	char *name = NULL;

	code = run_scenario(&opt, &name);
	free(name);
	return code;
}

/* A runner that dies when it listens to its platform for the n-th time. True when it did. */
static bool run_and_die(unsigned n)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		last_collect = n;
		fake_hook = die_in_time;
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		_exit(run());
	}
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static int64_t count(const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t value = -1;
	sqlite3 *db;

	sqlite3_open(path, &db);
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		value = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return value;
}

/* Trials are there whole or not at all, and only a point that was searched to its end has results.
 */
static void check_truth(void)
{
	CU_ASSERT_EQUAL(count("SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials t WHERE (SELECT count(*) FROM metrics m"
			      " WHERE m.trial_id = t.id) < 5 OR (SELECT count(*) FROM search_steps"
			      " s WHERE s.trial_id = t.id) <> 2"),
			0);
	CU_ASSERT_EQUAL(
		count("SELECT count(*) FROM trials t WHERE idx > 0 AND NOT EXISTS (SELECT 1"
		      " FROM trials b WHERE b.point_id = t.point_id AND b.idx = t.idx - 1)"),
		0);
	CU_ASSERT_EQUAL(
		count("SELECT count(*) FROM outcomes o JOIN search_steps s ON s.goal ||"
		      " '_pps' = o.name AND s.trial_id = (SELECT max(id) FROM trials t WHERE"
		      " t.point_id = o.point_id) WHERE s.lower_pps IS NOT o.lower"),
		0);
}

static void test_kills(void)
{
	int64_t trials, partial = 0;
	unsigned i, n = 1;
	bool died;

	enter();
	for (i = 0; i < KILLS; i++, n += 1 + n / 6) {
		died = run_and_die(n);
		check_truth();
		if (!died)
			break;
		partial++;
	}
	CU_ASSERT(partial > 15);
	trials = count("SELECT count(*) FROM trials");
	CU_ASSERT(trials > 0);
	CU_ASSERT_EQUAL(run(), VB_OK);
	check_truth();
	CU_ASSERT(count("SELECT count(*) FROM trials") > trials);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM runs WHERE state = 'running'"), 0);
	/* one that died before it had a run left none */
	CU_ASSERT(count("SELECT count(*) FROM runs WHERE state = 'partial'") <= partial);
	CU_ASSERT(count("SELECT count(*) FROM runs WHERE state = 'partial'") >= partial - 2);
	leave();
}

static size_t load(const char *name, char *bytes)
{
	FILE *in = fopen(name, "r");
	size_t n = in ? fread(bytes, 1, FILE_BYTES, in) : 0;

	if (in)
		fclose(in);
	return n;
}

static void save(const char *name, const char *bytes, size_t n)
{
	FILE *out = fopen(name, "w");

	fwrite(bytes, 1, n, out);
	fclose(out);
}

/* What a power failure leaves of the log: a part, or a part and then zeros. */
static void test_cut_log(void)
{
	char *store = malloc(FILE_BYTES), *log = malloc(FILE_BYTES), *torn = malloc(FILE_BYTES);
	size_t store_bytes, log_bytes, cut;
	int64_t all, last = 0, found;
	struct vb_err err;
	struct store st;
	unsigned i;

	enter();
	CU_ASSERT_TRUE_FATAL(run_and_die(120));
	store_bytes = load(path, store);
	log_bytes = load(wal, log);
	CU_ASSERT_FATAL(log_bytes > 50000 && log_bytes < FILE_BYTES);
	all = count("SELECT count(*) FROM trials");
	for (i = 0; i <= CUTS; i++) {
		cut = log_bytes * i / CUTS;
		memcpy(torn, log, cut);
		memset(torn + cut, 0, log_bytes - cut);
		unlink(wal);
		save(path, store, store_bytes);
		save(wal, torn, i % 2 ? log_bytes : cut);
		CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
		store_close(&st);
		check_truth();
		found = count("SELECT count(*) FROM trials");
		CU_ASSERT(found >= last && found <= all);
		last = found;
	}
	CU_ASSERT_EQUAL(last, all);
	CU_ASSERT(all > 3);
	free(store);
	free(log);
	free(torn);
	leave();
}

static const struct suite_test tests[] = {
	{"kill -9 at many points", test_kills},
	{"a log cut anywhere", test_cut_log},
};

SUITE_MAIN("crash", tests)
