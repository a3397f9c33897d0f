/* SPDX-License-Identifier: BSD-2-Clause */
/* Stores of earlier versions are brought up to date, whole, once, and nothing in them is lost. */
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine_class.h"
#include "results.h"
#include "store.h"
#include "store_schema.h"
#include "suite.h"

#define KILLS 40

__asm__(".section .rodata\n"
	"store_v1_sql:\n"
	".incbin \"harness/runner/tests/store_v1.sql\"\n"
	".byte 0\n"
	".previous\n");
extern const char store_v1_sql[];

static char folder[32], path[64], fresh[64];

static void enter(void)
{
	strcpy(folder, "/tmp/vb-migrate-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store.sqlite", folder);
	snprintf(fresh, sizeof(fresh), "%s/fresh.sqlite", folder);
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *at)
{
	return remove(name);
}

static void leave(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_v1(void)
{
	sqlite3 *db;

	CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db), SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL), SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(db, store_v1_sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* All columns of all tables, with their types and constraints. */
static char *layout(const char *file)
{
	static const char sql[] =
		"SELECT group_concat(t.name || '.' || c.name || ' ' || c.type || ' ' ||"
		" c.\"notnull\" || ' ' || coalesce(c.dflt_value, '-') || ' ' || c.pk, char(10))"
		" FROM (SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name) t,"
		" pragma_table_info(t.name) c ORDER BY t.name, c.cid";
	sqlite3_stmt *q;
	char *text = NULL;
	sqlite3 *db;

	sqlite3_open(file, &db);
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		text = strdup((const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	sqlite3_close(db);
	return text;
}

static int64_t count(const char *sql)
{
	sqlite3_stmt *q;
	int64_t value = -1;
	sqlite3 *db;

	sqlite3_open(path, &db);
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		value = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return value;
}

static void check_content(void)
{
	static const char *const tables[] = {"metrics", "samples", "histograms", "counters",
					     "warnings"};
	char sql[64];
	size_t i;

	CU_ASSERT_EQUAL(count("PRAGMA user_version"), STORE_SCHEMA_VERSION);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM runs"), 3);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM trials"), 2);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", tables[i]);
		CU_ASSERT_EQUAL(count(sql), 1);
	}
	CU_ASSERT_EQUAL(count("SELECT group_concat(measure) = 'throughput,latency,memory' FROM"
			      " (SELECT measure FROM runs ORDER BY id)"),
			1);
	CU_ASSERT_EQUAL(count("SELECT machine_class = 'intel-xeon-6975p-c.2cpu' AND fit = 'unknown'"
			      " AND comparison IS NULL AND side IS NULL FROM runs WHERE id = 1"),
			1);
	CU_ASSERT_EQUAL(count("SELECT machine_class = 'amd-epyc-7763-64-core-processor.128cpu'"
			      " FROM runs WHERE id = 2"),
			1);
	CU_ASSERT_EQUAL(count("SELECT machine_class = 'unknown.2cpu' FROM runs WHERE id = 3"), 1);
	CU_ASSERT_EQUAL(count("SELECT value = 1250000.5 FROM metrics"), 1);
}

static void test_version_1(void)
{
	char *migrated, *made;
	struct store st;
	struct vb_err err;

	enter();
	make_v1();
	CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
	store_close(&st);
	check_content();
	CU_ASSERT_EQUAL_FATAL(store_open(&st, fresh, &err), 0);
	store_close(&st);
	migrated = layout(path);
	made = layout(fresh);
	CU_ASSERT_PTR_NOT_NULL_FATAL(migrated);
	CU_ASSERT_PTR_NOT_NULL(strstr(migrated, "search_steps.lower_pps REAL"));
	CU_ASSERT_STRING_EQUAL(migrated, made);
	free(migrated);
	free(made);
	leave();
}

static void test_reading_migrates_too(void)
{
	struct store st;
	struct vb_err err;
	char *text = NULL;
	size_t bytes;
	FILE *out;

	enter();
	make_v1();
	CU_ASSERT_EQUAL_FATAL(store_open_read(&st, path, &err), 0);
	out = open_memstream(&text, &bytes);
	CU_ASSERT_EQUAL(results_show(&st, "20261122T171500Z-old-0001", out, &err), 0);
	fclose(out);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "1.25 M"));
	free(text);
	store_close(&st);
	check_content();
	leave();
}

static void test_no_store(void)
{
	struct store st;
	struct vb_err err;
	sqlite3 *db;

	enter();
	CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db), SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(db, "CREATE TABLE others(a)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	CU_ASSERT_EQUAL(store_open_read(&st, path, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_CANNOT_TELL);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM sqlite_master"), 1);
	leave();
}

/* A value that the new tables refuse stops the whole migration. */
static void test_fails_whole(void)
{
	struct store st;
	struct vb_err err;

	enter();
	make_v1();
	count("ALTER TABLE runs ADD COLUMN side TEXT");
	CU_ASSERT_EQUAL(store_open(&st, path, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "duplicate column name: side"));
	CU_ASSERT_EQUAL(count("PRAGMA user_version"), 1);
	CU_ASSERT_EQUAL(count("SELECT count(*) FROM pragma_table_info('runs') WHERE name = 'fit'"),
			0);
	leave();
}

static void migrate_and_leave(void)
{
	struct store st;
	struct vb_err err;
	int rc = store_open(&st, path, &err);

	if (rc)
		fprintf(stderr, "%s\n", err.text);
	_exit(rc ? 1 : 0);
}

static void test_many_at_once(void)
{
	int i, status, failed = 0;

	enter();
	make_v1();
	for (i = 0; i < 6; i++)
		if (fork() == 0)
			migrate_and_leave();
	for (i = 0; i < 6; i++) {
		CU_ASSERT_TRUE(wait(&status) > 0);
		failed += status != 0;
	}
	CU_ASSERT_EQUAL(failed, 0);
	check_content();
	leave();
}

/* Killed ever later: the store is of one version or the other, and whole. */
static void test_kill(void)
{
	struct timespec delay = {0};
	struct store st;
	struct vb_err err;
	int i, status;
	pid_t pid;

	for (i = 0; i < KILLS; i++) {
		enter();
		make_v1();
		delay.tv_nsec = i * 1000000;
		pid = fork();
		if (pid == 0)
			migrate_and_leave();
		nanosleep(&delay, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		CU_ASSERT_EQUAL(count("SELECT integrity_check = 'ok' FROM pragma_integrity_check"),
				1);
		CU_ASSERT_EQUAL_FATAL(store_open(&st, path, &err), 0);
		store_close(&st);
		check_content();
		leave();
	}
}

static void test_machine_class(void)
{
	static const struct {
		const char *model, *name;
	} cases[] = {
		{"Intel(R) Xeon(R) 6975P-C", "intel-xeon-6975p-c.4cpu"},
		{"Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz", "intel-core-i7-9750h.4cpu"},
		{"  odd__name / with\tblanks ", "odd-name-with-blanks.4cpu"},
		{"CPUID machine", "cpuid-machine.4cpu"},
		{"", "unknown.4cpu"},
	};
	char *name;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		name = machine_class(cases[i].model, 4);
		CU_ASSERT_STRING_EQUAL(name, cases[i].name);
		free(name);
	}
}

static const struct suite_test tests[] = {
	{"version 1", test_version_1},	       {"reading migrates too", test_reading_migrates_too},
	{"no store", test_no_store},	       {"fails whole", test_fails_whole},
	{"many at once", test_many_at_once},   {"kill -9", test_kill},
	{"machine class", test_machine_class},
};

SUITE_MAIN("store_migrate", tests)
