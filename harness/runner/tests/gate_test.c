/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of the gate's scenarios. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate.h"
#include "suite.h"

static char path[] = "/tmp/vb-gate.XXXXXX";

static int read_text(struct gate *g, const char *text, unsigned lanes, struct vb_err *err)
{
	int fd = mkstemp(strcpy(path, "/tmp/vb-gate.XXXXXX")), rc;

	CU_ASSERT_EQUAL_FATAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	rc = gate_read(g, path, lanes, err);
	unlink(path);
	return rc;
}

static void test_lanes(void)
{
	static const char text[] =
		"# what is guarded\n\ntimed vale-p2p qemu 5 2\ncounted instructions "
		"icount 1 1\n";
	struct gate g;

	CU_ASSERT_EQUAL_FATAL(read_text(&g, text, gate_lanes("all"), NULL), 0);
	CU_ASSERT_EQUAL_FATAL(g.n, 2);
	CU_ASSERT_STRING_EQUAL(g.entries[0].scenario, "instructions");
	CU_ASSERT_STRING_EQUAL(g.entries[0].platform, "icount");
	CU_ASSERT_STRING_EQUAL(g.entries[1].scenario, "vale-p2p");
	CU_ASSERT_EQUAL(g.entries[1].baseline_runs, 5);
	CU_ASSERT_EQUAL(g.entries[1].runs, 2);
	CU_ASSERT_EQUAL(gate_count(&g, LANE_TIMED), 1);
	gate_free(&g);
	CU_ASSERT_EQUAL_FATAL(read_text(&g, text, gate_lanes("timed"), NULL), 0);
	CU_ASSERT_EQUAL(g.n, 1);
	gate_free(&g);
	CU_ASSERT_EQUAL(gate_lanes("some"), 0);
}

static void test_wrong_lines(void)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"counted instructions icount\n", ":1: not LANE"},
		{"counted instructions icount 1\n", ":1: not LANE"},
		{"\nall instructions icount 1 1\n", ":2: not LANE"},
		{"counted instructions icount 0 1\n", ":1: not LANE"},
		{"counted instructions icount 1 0\n", ":1: not LANE"},
		{"counted instructions icount 1 51\n", ":1: not LANE"},
		{"counted instructions icount 1 1 more\n", ":1: not LANE"},
		{"timed smoke native 1 1\n", "no scenario of this lane"},
	};
	struct vb_err err;
	struct gate g;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(read_text(&g, cases[i].text, LANE_COUNTED, &err), -1);
		CU_ASSERT_EQUAL(err.code, VB_USAGE);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].said));
	}
	CU_ASSERT_EQUAL(gate_read(&g, path, LANE_COUNTED, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
}

static const struct suite_test tests[] = {
	{"counted scenarios come first, and lanes can be chosen", test_lanes},
	{"a wrong line is named", test_wrong_lines},
};

SUITE_MAIN("gate", tests)
