/* SPDX-License-Identifier: BSD-2-Clause */
/* The points of a run: every combination of the swept values, with what the command line changed.
 */
#ifndef VB_SWEEP_H
#define VB_SWEEP_H

#include <jansson.h>

#include "params.h"
#include "scenario.h"

#define SWEEP_POINTS_MAX 10000

struct sweep_axis {
	const char *name;
	char **values;
	size_t n;
};

struct sweep {
	struct sweep_axis *axes; /* the first one turns slowest */
	size_t axes_n;
	struct params fixed; /* defaults of the parameters that are not swept, as the command line
				left them */
	json_t *overrides;   /* {"frame_bytes": "60,1514"} */
};

/* The sweep of the file. */
void sweep_init(struct sweep *sw, const struct scenario *sc);
void sweep_free(struct sweep *sw);

/*
 * Applies "frame_bytes=60,1514 burst=32" (assignments parted by blanks or semicolons, values by
 * commas). A swept parameter gets new values; another one a new value or, with several values,
 * becomes the fastest axis. -1: VB_USAGE.
 */
int sweep_override(struct sweep *sw, const struct scenario *sc, const char *text,
		   struct vb_err *err);

/* All points; the caller frees each and the array. -1 (VB_USAGE) when there are more than
 * SWEEP_POINTS_MAX. */
int sweep_expand(const struct sweep *sw, const struct scenario *sc, struct params **points,
		 size_t *n, struct vb_err *err);

/* Label of a point: its swept parameters, or "default". The caller frees. */
char *sweep_label(const struct sweep *sw, const struct params *point);

#endif
