/* SPDX-License-Identifier: BSD-2-Clause */
/* Every scenario of the tree loads; every wrong one gives its one line. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario.h"
#include "suite.h"

static void test_tree(void)
{
	struct scenario_file file;
	struct vb_err err;
	glob_t found;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(glob("scenarios/*.yaml", 0, NULL, &found), 0);
	CU_ASSERT_TRUE(found.gl_pathc >= 9);
	for (i = 0; i < found.gl_pathc; i++) {
		err.text[0] = '\0';
		CU_ASSERT_EQUAL(scenario_load(&file, found.gl_pathv[i], &err), 0);
		CU_ASSERT_STRING_EQUAL(err.text, "");
		if (err.text[0])
			fprintf(stderr, "%s\n", err.text);
		else
			scenario_free(&file);
	}
	globfree(&found);
}

/* A good one, a key a line; the bad ones below replace line `line` by `text` (NULL: leave it out).
 */
static const char *const good[] = {
	"name: test",
	"title: A test",
	"platforms: [native]",
	"measure: throughput",
	"trials: 2",
	"duration_s: 0.5",
	"warmup_s: 0",
	"cpus: 2",
	"memory_mib: 512",
	"parameters: [{name: frame_bytes, default: 60, min: 16, max: 1514}, {name: path, type: "
	"text, "
	"default: a, choices: [a, b]}]",
	"sweep: [{parameter: frame_bytes, values: [60, 1514]}]",
	"setup: [{run: true}]",
	"programs: [{name: tx, role: sender, run: 'pkt-gen -l {frame_bytes} {i:02x}', cpu: 1}, "
	"{name: rx, "
	"role: receiver, run: x}]",
	"calibrations: [{kind: copy, by: [frame_bytes]}]",
	"compare: {parameter: path, baseline: a}",
	"graph: {x: frame_bytes, y: [rx_pps]}",
};

#define LINES (sizeof(good) / sizeof(good[0]))

static const struct {
	unsigned line; /* counted from 1 */
	const char *text, *complaint;
} bad[] = {
	{1, "name: other", "1: the scenario is called other, so its file must be other.yaml"},
	{1, "nam: test", "1: Unexpected key: nam"},
	{1, NULL, "Missing required mapping field: name"},
	{2, "title: [a, b]",
	 "2: Expecting STRING, got event: SEQUENCE_START in mapping field 'title'"},
	{2, "title: 'open", "not valid YAML: "},
	{3, "platforms: [native, vax]", "3: "},
	{3, "platforms: []", "3: no platform is named; there are: native, qemu"},
	{4, "measure: speed", "4: Invalid ENUM value: speed in mapping field 'measure'"},
	{5, "trials: many", "5: Invalid uint64_t value: 'many' in mapping field 'trials'"},
	{5, "trials: 0", "5: trials is 0, which is not from 1 to 1000"},
	{5, "trials: -1", "5: Invalid UINT value: '-1' in mapping field 'trials'"},
	{6, "duration_s: 2x",
	 "6: duration_s is '2x', which is no number of seconds from 0.05 to 3600"},
	{6, "duration_s: 0",
	 "6: duration_s is '0', which is no number of seconds from 0.05 to 3600"},
	{6, "duration_s: nan", "6: duration_s is 'nan', which is no number of seconds"},
	{7, "warmup_s: -1", "7: warmup_s is '-1', which is no number of seconds from 0 to 3600"},
	{8, "cpus: 0", "8: cpus is 0, which is not from 1 to 64"},
	{9, "memory_mib: 4", "9: memory_mib is 4, which is not from 128 to 65536"},
	{10, "parameters: [{name: frame_bytes, default: big}]",
	 "10: frame_bytes is 'big', which is no whole number"},
	{10, "parameters: [{name: frame_bytes, default: 5, min: 16}]",
	 "10: frame_bytes is 5, below its minimum 16"},
	{10, "parameters: [{name: frame_bytes, default: 60}, {name: frame_bytes, default: 61}]",
	 "10: parameter frame_bytes is there twice"},
	{10, "parameters: [{name: i, default: 60}]",
	 "10: i is a variable of the runner; choose another name"},
	{10, "parameters: [{name: Big, default: 60}]", "10: 'Big' may hold only a-z, 0-9, _ and -"},
	{11, "sweep: [{parameter: frame_byte, values: [60]}]",
	 "11: there is no parameter frame_byte; there are: frame_bytes, path"},
	{11, "sweep: [{parameter: frame_bytes, values: [60, 9000]}]",
	 "11: frame_bytes is 9000, above its maximum 1514"},
	{11, "sweep: [{parameter: frame_bytes, values: []}]",
	 "11: Insufficient entries (0 of 1 min) in sequence."},
	{11, "sweep: [{parameter: path, values: [a, c]}]",
	 "11: path is 'c', which is none of: a, b"},
	{11, "sweep: [{parameter: path, values: [a]}, {parameter: path, values: [b]}]",
	 "11: parameter path is swept twice"},
	{12, "setup: [{run: 'x {i}'}]", "12: unknown variable {i}; there are: frame_bytes, path"},
	{12, "setup: [{run: true, when: path}]", "12: 'path' must read parameter=value"},
	{12, "setup: [{run: true, when: path=z}]", "12: path is 'z', which is none of: a, b"},
	{12, "setup: [{run: true, when: path=a|z}]", "12: path is 'z', which is none of: a, b"},
	{12, "point_setup: [{run: 'x {i}'}]", "12: unknown variable {i}"},
	{12, "point_teardown: [{run: true, when: size=1}]", "12: there is no parameter size"},
	{12, "teardown: [{run: true, attaches: yes}]", "12: what is attached after the traffic"},
	{12, "point_teardown: [{run: true, attaches: yes}]",
	 "12: what is attached after the traffic"},
	{12, "cards: [{driver: '{nic}', wires: 1}]", "12: unknown variable {nic}"},
	{12, "cards: [{driver: e1000, wires: 0}]", "12: wires is 0, which is not from 1 to 4"},
	{13, "programs: []", "13: Insufficient entries (0 of 1 min) in sequence."},
	{13, "programs: [{name: tx, role: sender, run: 'a {size}'}]",
	 "13: unknown variable {size}"},
	{13, "programs: [{name: tx, role: sender, run: 'a {i:x}'}]", "13: unknown format {i:x}"},
	{13, "programs: [{name: tx, role: sender, run: 'a {i'}]", "13: '{i' has no closing brace"},
	{13, "programs: [{name: tx, role: sender, run: ' '}]", "13: the command is empty"},
	{13, "programs: [{name: tx, role: boss, run: a}]", "13: Invalid ENUM value: boss"},
	{13, "programs: [{name: tx, role: sender, run: a, cpu: -1}]",
	 "13: cpu is -1, which is not from 0 to 1023"},
	{13, "programs: [{name: tx, role: sender, run: a}, {name: tx, role: sender, run: a}]",
	 "13: program tx is there twice"},
	{13, "programs: [{name: tx, role: sender, run: a}]",
	 "13: no program is a receiver or reflector"},
	{13, "programs: [{name: rx, role: receiver, run: a}]", "13: no program is a sender"},
	{14, "calibrations: [{kind: ceiling, by: [frame_bytes]}]",
	 "14: calibration ceiling needs a parameter burst"},
	{14, "calibrations: [{kind: copy, by: [size]}]", "14: there is no parameter size"},
	{15, "compare: {parameter: path, baseline: c}", "15: path is 'c', which is none of: a, b"},
	{15,
	 "load: {parameter: frame_bytes, idle_pps: 10, programs: [{name: a, role: sender, run: "
	 "a}]}",
	 "15: frame_bytes must be an integer with min 0 and max 100"},
	{16, "graph: {x: frame_bytes, y: [rx_mpps]}", "16: there is no metric rx_mpps to draw"},
	{16, "graph: {x: size, y: [rx_pps]}", "16: there is no parameter size"},
	{16, "graph: {x: frame_bytes, y: [rx_pps], z: 1}", "16: Unexpected key: z"},
};

static char folder[] = "/tmp/vb-scenario-XXXXXX";

/* Writes the good file with one line replaced; 0 replaces none. */
static int load_changed(unsigned line, const char *text, struct vb_err *err)
{
	struct scenario_file file;
	char path[64];
	FILE *out;
	size_t i;
	int rc;

	snprintf(path, sizeof(path), "%s/test.yaml", folder);
	out = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	for (i = 0; i < LINES; i++)
		if (i + 1 != line)
			fprintf(out, "%s\n", good[i]);
		else if (text)
			fprintf(out, "%s\n", text);
	fclose(out);
	rc = scenario_load(&file, path, err);
	if (rc == 0)
		scenario_free(&file);
	unlink(path);
	return rc;
}

static void test_bad(void)
{
	struct vb_err err;
	char prefix[64];
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	CU_ASSERT_EQUAL(load_changed(0, NULL, &err), 0);
	snprintf(prefix, sizeof(prefix), "%s/test.yaml:", folder);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err.text[0] = '\0';
		CU_ASSERT_EQUAL(load_changed(bad[i].line, bad[i].text, &err), -1);
		CU_ASSERT_EQUAL(err.code, VB_USAGE);
		CU_ASSERT_EQUAL(strncmp(err.text, prefix, strlen(prefix)), 0);
		CU_ASSERT_PTR_NULL(strchr(err.text, '\n'));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, bad[i].complaint));
		if (!strstr(err.text, bad[i].complaint))
			fprintf(stderr, "wanted '%s', got '%s'\n", bad[i].complaint, err.text);
	}
	rmdir(folder);
}

static void test_unreadable(void)
{
	struct scenario_file file;
	struct vb_err err;

	CU_ASSERT_EQUAL(scenario_load(&file, "scenarios/no-such.yaml", &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
	CU_ASSERT_EQUAL(scenario_load(&file, "/dev/null", &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text,
			       "/dev/null:1: the file is empty; every key is described in docs/scenarios.md");
}

static void test_defaults(void)
{
	struct scenario_file file;
	struct vb_err err;

	CU_ASSERT_EQUAL_FATAL(scenario_load(&file, "scenarios/smoke.yaml", &err), 0);
	CU_ASSERT_EQUAL(file.scenario->cpus, 2);
	CU_ASSERT_EQUAL(file.scenario->memory_mib, 1024);
	CU_ASSERT_EQUAL(file.scenario->platforms, ON_NATIVE | ON_QEMU | ON_UML | ON_XEN);
	CU_ASSERT_PTR_NOT_NULL(scenario_parameter(file.scenario, "burst"));
	CU_ASSERT_PTR_NULL(scenario_parameter(file.scenario, "bursts"));
	scenario_free(&file);
}

static const struct suite_test tests[] = {
	{"scenarios of the tree", test_tree},
	{"bad ones", test_bad},
	{"unreadable", test_unreadable},
	{"defaults", test_defaults},
};

SUITE_MAIN("scenario", tests)
