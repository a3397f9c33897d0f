/* SPDX-License-Identifier: BSD-2-Clause */
/* How the tests are found, and how their results become the results of statements. */
#ifndef NM_SELFTEST_MAIN_H
#define NM_SELFTEST_MAIN_H

#include "selftest.h"

enum st_result { ST_NOT_RUN, ST_OK, ST_SKIPPED, ST_FAILED, ST_RESULTS };

enum { ST_TESTS_MAX = 400, ST_WHY_BYTES = 512 };

struct st_outcome {
	const struct st_test *test;
	enum st_result result;
	char why[ST_WHY_BYTES];
};

/* Every test, in the order of their groups. */
size_t st_outcomes(struct st_outcome **out);

extern const char *const st_result_name[ST_RESULTS];

/*
 * Prints the statements as the rows of a table. False, with a line on stderr each, when a
 * statement names a test that does not exist, or a test is named by no statement.
 */
bool st_print_statements(void);

/* After the tests: a table statement, result; and everything as lines of JSON. */
void st_print_summary(void);
void st_print_json(void);

#endif
