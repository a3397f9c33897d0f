/* SPDX-License-Identifier: BSD-2-Clause */
/* Collections: what a good file says, and what is said of wrong ones. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collection.h"
#include "suite.h"

#define HEAD "name: test\ntitle: A test\n"
#define RUN  "  - {name: one, scenario: smoke, platform: native"

static char folder[32], path[64];

static int load(const char *text, struct collection **c, struct vb_err *err)
{
	FILE *out;
	int rc;

	strcpy(folder, "/tmp/vb-coll-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/test.yaml", folder);
	out = fopen(path, "w");
	fputs(text, out);
	fclose(out);
	rc = collection_load(c, path, err);
	unlink(path);
	rmdir(folder);
	return rc;
}

static void test_a_file_is_read(void)
{
	struct collection *c;
	struct vb_err err;

	CU_ASSERT_EQUAL_FATAL(
		load(HEAD "about: more\nruns:\n" RUN ", set: ['a=1,2', 'b=3'], trials: 9, "
			  "duration_s: 0.5}\n  - {name: two, scenario: smoke, platform: uml}\n"
			  "targets: [{what: anything, not: checked here}]\n",
		     &c, &err),
		0);
	CU_ASSERT_EQUAL_FATAL(c->runs_count, 2);
	CU_ASSERT_STRING_EQUAL(c->runs[0].name, "one");
	CU_ASSERT_EQUAL(c->runs[0].set_count, 2);
	CU_ASSERT_STRING_EQUAL(c->runs[0].set[0], "a=1,2");
	CU_ASSERT_EQUAL(c->runs[0].trials, 9);
	CU_ASSERT_DOUBLE_EQUAL(c->runs[0].duration_s, 0.5, 1e-9);
	CU_ASSERT_STRING_EQUAL(c->runs[1].platform, "uml");
	CU_ASSERT_EQUAL(c->runs[1].trials, 0);
	CU_ASSERT_EQUAL(c->runs[1].duration_s, 0);
	collection_free(c);
}

static void test_wrong_files_are_refused(void)
{
	static const struct {
		const char *text, *said;
	} wrong[] = {
		{"", ":1: "},
		{HEAD, "runs"},
		{"title: A test\nruns:\n" RUN "}\n", "name"},
		{"name: other\ntitle: x\nruns:\n" RUN "}\n", ":1: the collection is called other"},
		{HEAD "runs:\n" RUN ", speed: 3}\n", ":4: "},
		{HEAD "runs:\n" RUN "}\n" RUN "}\n", ":5: one: a run of that name is there twice"},
		{HEAD "runs:\n" RUN ", trials: 1001}\n", ":4: one: trials must be"},
		{HEAD "runs:\n" RUN ", duration_s: soon}\n", ":4: one: duration_s must be"},
		{HEAD "runs:\n" RUN ", duration_s: nan}\n", ":4: one: duration_s must be"},
	};
	struct collection *c;
	struct vb_err err;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(load(wrong[i].text, &c, &err), -1);
		CU_ASSERT_EQUAL(err.code, VB_USAGE);
		CU_ASSERT_PTR_NULL(c);
		CU_ASSERT_PTR_NULL(strchr(err.text, '\n'));
		if (!strstr(err.text, wrong[i].said))
			printf("case %zu says: %s\n", i, err.text);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, wrong[i].said));
	}
	CU_ASSERT_EQUAL(collection_load(&c, "/nowhere/collections/x.yaml", &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
}

static void test_which_words_mean_collections(void)
{
	static const struct {
		const char *word, *path;
	} words[] = {
		{"limits", "scenarios/collections/limits.yaml"},
		{"smoke", NULL},
		{"scenarios/smoke.yaml", NULL},
		{"collections/x.yaml", "collections/x.yaml"},
		{"/tmp/collections/x.yaml", "/tmp/collections/x.yaml"},
		{"/tmp/collections/deeper/x.yaml", NULL},
	};
	char *found;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		found = collection_path(words[i].word);
		CU_ASSERT_EQUAL(!found, !words[i].path);
		if (found && words[i].path)
			CU_ASSERT_STRING_EQUAL(found, words[i].path);
		free(found);
	}
}

static const struct suite_test tests[] = {
	{"a file is read", test_a_file_is_read},
	{"wrong files are refused", test_wrong_files_are_refused},
	{"which words mean collections", test_which_words_mean_collections},
};

SUITE_MAIN("collection", tests)
