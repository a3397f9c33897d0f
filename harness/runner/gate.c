/* SPDX-License-Identifier: BSD-2-Clause */
#include "gate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define LINE_BYTES 256

static const struct {
	const char *name;
	unsigned lanes;
} lanes_named[] = {
	{"counted", LANE_COUNTED}, {"timed", LANE_TIMED}, {"all", LANE_COUNTED | LANE_TIMED}};

unsigned gate_lanes(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(lanes_named) / sizeof(lanes_named[0]); i++)
		if (strcmp(lanes_named[i].name, name) == 0)
			return lanes_named[i].lanes;
	return 0;
}

static bool in_range(unsigned runs)
{
	return runs >= 1 && runs <= GATE_RUNS_MAX;
}

/* 1: an entry; 0: nothing on this line; -1: neither. */
static int parse(struct gate_entry *e, const char *line)
{
	char lane[16], extra;
	int n;

	if (line[strspn(line, " \t\n")] == '\0' || line[0] == '#')
		return 0;
	n = sscanf(line, "%15s %63s %31s %u %u %c", lane, e->scenario, e->platform,
		   &e->baseline_runs, &e->runs, &extra);
	e->lane = n == 5 ? gate_lanes(lane) : 0;
	if (e->lane != LANE_COUNTED && e->lane != LANE_TIMED)
		return -1;
	return in_range(e->baseline_runs) && in_range(e->runs) ? 1 : -1;
}

static int read_lane(struct gate *g, FILE *in, const char *path, unsigned lane, struct vb_err *err)
{
	char line[LINE_BYTES];
	struct gate_entry e;
	unsigned number = 0;
	int found;

	rewind(in);
	while (fgets(line, sizeof(line), in)) {
		number++;
		found = parse(&e, line);
		if (found < 0)
			return vb_fail(err, VB_USAGE,
				       "%s:%u: not LANE SCENARIO PLATFORM BASELINE-RUNS RUNS with "
				       "a lane counted or timed and 1 to %d runs",
				       path, number, GATE_RUNS_MAX);
		if (!found || e.lane != lane)
			continue;
		g->entries = alloc_grow(g->entries, g->n + 1, sizeof(*g->entries));
		g->entries[g->n++] = e;
	}
	return 0;
}

int gate_read(struct gate *g, const char *path, unsigned lanes, struct vb_err *err)
{
	FILE *in = fopen(path, "re");
	unsigned lane;
	int rc = 0;

	*g = (struct gate){0};
	if (!in)
		return vb_fail(err, VB_MISSING, "reading the gate's scenarios %s: %s", path,
			       strerror(errno));
	for (lane = LANE_COUNTED; rc == 0 && lane <= LANE_TIMED; lane <<= 1)
		if (lanes & lane)
			rc = read_lane(g, in, path, lane, err);
	fclose(in);
	if (rc == 0 && !g->n)
		rc = vb_fail(err, VB_USAGE, "%s names no scenario of this lane", path);
	if (rc)
		gate_free(g);
	return rc;
}

size_t gate_count(const struct gate *g, enum gate_lane lane)
{
	size_t i, n = 0;

	for (i = 0; i < g->n; i++)
		n += g->entries[i].lane == lane;
	return n;
}

void gate_free(struct gate *g)
{
	free(g->entries);
	*g = (struct gate){0};
}
