/* SPDX-License-Identifier: BSD-2-Clause */
/* From tests to statements: which holds, which does not, and which nobody could tell. */
#include "selftest_main.h"

#include <stdio.h>
#include <string.h>

static const struct st_group *const groups[] = {
	&st_register_group,  &st_info_group,	&st_newif_group,   &st_legacy_group,
	&st_misuse_group,    &st_option_group,	&st_traffic_group, &st_ring_group,
	&st_poll_group,	     &st_life_group,	&st_pipe_group,	   &st_null_group,
	&st_monitor_group,   &st_offsets_group, &st_csb_group,	   &st_device_group,
	&st_kloop_group,     &st_extmem_group,	&st_pages_group,   &st_vnet_group,
	&st_libnetmap_group,
};

static const struct st_statements *const chapters[] = {
	&st_abi_statements,  &st_ring_statements,   &st_vale_statements,
	&st_port_statements, &st_option_statements,
};

const char *const st_result_name[ST_RESULTS] = {
	[ST_NOT_RUN] = "not run",
	[ST_OK] = "ok",
	[ST_SKIPPED] = "skipped",
	[ST_FAILED] = "FAILED",
};

static struct st_outcome outcomes[ST_TESTS_MAX];
static size_t count;

size_t st_outcomes(struct st_outcome **out)
{
	size_t g, t;

	*out = outcomes;
	if (count)
		return count;
	for (g = 0; g < ST_COUNT(groups); g++)
		for (t = 0; t < groups[g]->count && count < ST_TESTS_MAX; t++)
			outcomes[count++].test = &groups[g]->tests[t];
	return count;
}

static struct st_outcome *find(const char *name, size_t bytes)
{
	struct st_outcome *all;
	size_t i, n = st_outcomes(&all);

	for (i = 0; i < n; i++)
		if (strlen(all[i].test->name) == bytes &&
		    memcmp(all[i].test->name, name, bytes) == 0)
			return &all[i];
	return NULL;
}

/* Calls act for every name in a list of tests; outcome is NULL where there is no such test. */
static void for_each_name(const struct st_statement *s, void *arg,
			  void (*act)(void *arg, const struct st_statement *s, const char *name,
				      size_t bytes, struct st_outcome *outcome))
{
	const char *at = s->tests;

	while (*at) {
		size_t bytes = strcspn(at, " ");

		act(arg, s, at, bytes, find(at, bytes));
		at += bytes + strspn(at + bytes, " ");
	}
}

static void for_each_statement(void *arg, void (*act)(void *arg, const struct st_statement *s))
{
	size_t c, i;

	for (c = 0; c < ST_COUNT(chapters); c++)
		for (i = 0; i < chapters[c]->count; i++)
			act(arg, &chapters[c]->rows[i]);
}

struct coverage {
	bool named[ST_TESTS_MAX];
	bool complete;
};

static void note_name(void *arg, const struct st_statement *s, const char *name, size_t bytes,
		      struct st_outcome *outcome)
{
	struct coverage *coverage = arg;

	if (outcome) {
		coverage->named[outcome - outcomes] = true;
		return;
	}
	coverage->complete = false;
	fprintf(stderr, "nm-selftest: statement %s names the test %.*s, which does not exist\n",
		s->id, (int)bytes, name);
}

static void print_row(void *arg, const struct st_statement *s)
{
	const char *at;

	printf("| %s | %s | %s | ", s->id, s->kind, s->text);
	for (at = s->tests; *at; at++)
		if (*at == ' ')
			fputs(", ", stdout);
		else
			putchar(*at);
	puts(" |");
	for_each_name(s, arg, note_name);
}

bool st_print_statements(void)
{
	struct coverage coverage = {.complete = true};
	struct st_outcome *all;
	size_t i, n = st_outcomes(&all);

	for_each_statement(&coverage, print_row);
	for (i = 0; i < n; i++) {
		if (coverage.named[i])
			continue;
		coverage.complete = false;
		fprintf(stderr, "nm-selftest: no statement names the test %s\n", all[i].test->name);
	}
	return coverage.complete;
}

/* One failure spoils a statement; what was skipped or left out neither spoils nor proves it. */
static void weigh(void *arg, const struct st_statement *s, const char *name, size_t bytes,
		  struct st_outcome *outcome)
{
	enum st_result *verdict = arg;

	if (!outcome || *verdict == ST_FAILED)
		return;
	if (outcome->result == ST_FAILED || outcome->result == ST_OK || *verdict == ST_NOT_RUN)
		*verdict = outcome->result;
}

static enum st_result verdict_of(const struct st_statement *s)
{
	enum st_result verdict = ST_NOT_RUN;

	for_each_name(s, &verdict, weigh);
	return verdict;
}

static void summarize(void *arg, const struct st_statement *s)
{
	unsigned *sums = arg;
	enum st_result verdict = verdict_of(s);

	sums[verdict]++;
	if (verdict != ST_NOT_RUN)
		printf("%-11s %-8s %s\n", s->id, st_result_name[verdict], s->text);
}

void st_print_summary(void)
{
	unsigned sums[ST_RESULTS] = {0};

	printf("\n%-11s %-8s\n", "statement", "result");
	for_each_statement(sums, summarize);
	printf("%u statements hold, %u do not, %u could not be tried\n\n", sums[ST_OK],
	       sums[ST_FAILED], sums[ST_SKIPPED]);
}

static void json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar((unsigned char)*s < ' ' ? ' ' : *s);
	}
	putchar('"');
}

static void json_statement(void *arg, const struct st_statement *s)
{
	enum st_result verdict = verdict_of(s);

	if (verdict == ST_NOT_RUN)
		return;
	printf("{\"type\":\"statement\",\"id\":\"%s\",\"kind\":\"%s\",\"result\":\"%s\",\"tests\":"
	       "\"%s\","
	       "\"text\":",
	       s->id, s->kind, st_result_name[verdict], s->tests);
	json_string(s->text);
	puts("}");
}

void st_print_json(void)
{
	struct st_outcome *all;
	size_t i, n = st_outcomes(&all);

	for (i = 0; i < n; i++) {
		if (all[i].result == ST_NOT_RUN)
			continue;
		printf("{\"type\":\"test\",\"name\":\"%s\",\"result\":\"%s\",\"why\":",
		       all[i].test->name, st_result_name[all[i].result]);
		json_string(all[i].why);
		puts("}");
	}
	for_each_statement(NULL, json_statement);
}
