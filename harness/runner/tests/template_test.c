/* SPDX-License-Identifier: BSD-2-Clause */
/* Templates become words; programs become numbered instances. */
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "suite.h"
#include "template.h"

static void fill(struct params *vars)
{
	*vars = (struct params){0};
	params_set(vars, "frame_bytes", "60");
	params_set(vars, "i", "10");
	params_set(vars, "text", "two words");
	params_set(vars, "big", "256");
	params_set(vars, "minus", "-1");
	params_set(vars, "sneaky", "{i}");
}

static const struct {
	const char *command,
		*words; /* words as compact JSON; a complaint when it does not start with [ */
} cases[] = {
	{"pkt-gen -l {frame_bytes}", "[\"pkt-gen\",\"-l\",\"60\"]"},
	{"  a\t b\n", "[\"a\",\"b\"]"},
	{"02:00:{i:02x}", "[\"02:00:0a\"]"},
	{"rx{i}x{i}", "[\"rx10x10\"]"},
	{"say {text}", "[\"say\",\"two words\"]"},
	{"sh -c 'echo 1 > /proc/x'", "[\"sh\",\"-c\",\"echo 1 > /proc/x\"]"},
	{"a \"b 'c' d\"e", "[\"a\",\"b 'c' de\"]"},
	{"{{i}}", "[\"{i}\"]"},
	{"{sneaky}", "[\"{i}\"]"},
	{"a ''", "[\"a\",\"\"]"},
	{"{none}", "unknown variable {none}; there are: frame_bytes, i, text, big, minus, sneaky"},
	{"{i", "'{i' has no closing brace"},
	{"{i:d}", "unknown format {i:d}; there is only :02x"},
	{"{text:02x}", "{text:02x} needs a number 0..255, not 'two words'"},
	{"{big:02x}", "{big:02x} needs a number 0..255, not '256'"},
	{"{minus:02x}", "{minus:02x} needs a number 0..255, not '-1'"},
	{"a 'b", "'a 'b' has an open quote"},
	{"", "the command is empty"},
	{" \t", "the command is empty"},
};

static void test_words(void)
{
	struct params vars;
	struct vb_err err;
	json_t *argv;
	char *text;
	size_t i;

	fill(&vars);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		argv = template_argv(cases[i].command, &vars, &err);
		CU_ASSERT_EQUAL_FATAL(argv != NULL, cases[i].words[0] == '[');
		if (!argv) {
			CU_ASSERT_STRING_EQUAL(err.text, cases[i].words);
			CU_ASSERT_EQUAL(err.code, VB_USAGE);
			continue;
		}
		text = json_dumps(argv, JSON_COMPACT);
		CU_ASSERT_STRING_EQUAL(text, cases[i].words);
		free(text);
		json_decref(argv);
	}
	params_free(&vars);
}

static int cpu = 1;
static const struct scenario_program programs[] = {
	{.name = "rx",
	 .role = ROLE_RECEIVER,
	 .count = "{receivers}",
	 .cpu = &cpu,
	 .run = "r {i} {n}"},
	{.name = "never", .role = ROLE_SENDER, .when = "path=b", .run = "x"},
	{.name = "tx", .role = ROLE_SENDER, .when = "path=a", .run = "t {n}"},
};

static void test_instances(void)
{
	struct params vars = {0};
	struct instances in;
	struct vb_err err;

	params_set(&vars, "receivers", "3");
	params_set(&vars, "path", "a");
	CU_ASSERT_EQUAL_FATAL(instances_build(&in, programs, 3, &vars, 2, &err), 0);
	CU_ASSERT_EQUAL_FATAL(in.n, 4);
	CU_ASSERT_STRING_EQUAL(in.items[2].name, "rx2");
	CU_ASSERT_EQUAL(in.items[0].cpu, 1);
	CU_ASSERT_EQUAL(in.items[1].cpu, 0);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(in.items[2].argv, 1)), "2");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(in.items[2].argv, 2)), "3");
	CU_ASSERT_STRING_EQUAL(in.items[3].name, "tx");
	CU_ASSERT_EQUAL(in.items[3].cpu, -1);
	instances_free(&in);

	params_set(&vars, "receivers", "257");
	CU_ASSERT_EQUAL(instances_build(&in, programs, 3, &vars, 2, &err), -1);
	CU_ASSERT_STRING_EQUAL(err.text, "program rx: count '257' is not from 0 to 256");
	params_free(&vars);
}

static const struct suite_test tests[] = {{"words", test_words}, {"instances", test_instances}};

SUITE_MAIN("template", tests)
