/* SPDX-License-Identifier: BSD-2-Clause */
/* A CUnit suite as a program: one table of named claims, one closing line "N passed, N failed, N skipped". */
#ifndef VB_SUITE_H
#define VB_SUITE_H

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

struct suite_test {
	const char *name;
	void (*run)(void);
};

/*
 * Runs every test of the table (or those that match the shell pattern argv[1]) one at a time.
 * Returns the exit status of the program: 0 all passed, 1 some failed, 2 the suite could not run.
 */
static inline int suite_run(const char *name, const struct suite_test *tests, size_t n, int argc,
			    char **argv)
{
	CU_pSuite suite;
	unsigned failed, ran;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	suite = CU_add_suite(name, NULL, NULL);
	if (!suite)
		return 2;
	for (i = 0; i < n; i++)
		if (argc < 2 || fnmatch(argv[1], tests[i].name, 0) == 0)
			if (!CU_add_test(suite, tests[i].name, tests[i].run))
				return 2;
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	ran = CU_get_number_of_tests_run();
	failed = CU_get_number_of_tests_failed();
	CU_cleanup_registry();
	printf("%u passed, %u failed, 0 skipped\n", ran - failed, failed);
	return failed || !ran ? 1 : 0;
}

#define SUITE_MAIN(name, tests)                                                                    \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		return suite_run(name, tests, sizeof(tests) / sizeof((tests)[0]), argc, argv);     \
	}

#endif
