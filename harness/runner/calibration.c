/* SPDX-License-Identifier: BSD-2-Clause */
#include "calibration.h"

#include <stddef.h>

static int first_cpu;

static const struct scenario_program copy_program = {
	.name = "copyloop",
	.role = ROLE_SENDER,
	.cpu = &first_cpu,
	.run = "vb-copyloop --frame-bytes {frame_bytes} --duration {duration_s} --stride 2048 "
	       "--slots 1024",
};

/* Buffers as far from each other, and pages as large, as those of the in-process switch. */
static const struct scenario_program spread_program = {
	.name = "spreadloop",
	.role = ROLE_SENDER,
	.cpu = &first_cpu,
	.run = "vb-copyloop --frame-bytes {frame_bytes} --duration {duration_s} --stride 2112 "
	       "--slots {slots} --rings {receivers} --large-pages",
};

/* A persistent port outside any switch forwards nothing: its tx sync only takes the slots back. */
static const struct scenario_program ceiling_program = {
	.name = "ceiling",
	.role = ROLE_SENDER,
	.cpu = &first_cpu,
	.run = "pkt-gen -i netmap:sink0 -f tx -l {frame_bytes} -b {burst} -w 0 -T 100 --json "
	       "--duration {duration_s}",
};

static const char *const copy_needs[] = {"frame_bytes", NULL};
static const char *const spread_needs[] = {"frame_bytes", "receivers", "slots", NULL};
static const char *const ceiling_needs[] = {"frame_bytes", "burst", NULL};

static const struct calibration calibrations[] = {
	[CALIBRATE_COPY] = {.name = "copy",
			    .metric = "copy_pps",
			    .needs = copy_needs,
			    .program = &copy_program},
	[CALIBRATE_CEILING] = {.name = "ceiling",
			       .metric = "ceiling_pps",
			       .needs = ceiling_needs,
			       .setup = "vale-ctl -n sink0",
			       .teardown = "vale-ctl -r sink0",
			       .program = &ceiling_program},
	[CALIBRATE_SPREAD] = {.name = "spread",
			      .metric = "spread_pps",
			      .needs = spread_needs,
			      .program = &spread_program},
};

const struct calibration *calibration_of(enum scenario_calibrator kind)
{
	return &calibrations[kind];
}
