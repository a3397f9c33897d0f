/* SPDX-License-Identifier: BSD-2-Clause */
/* What a counted process tells the one that counts, on one line of its standard output. */
#ifndef LOOP_PART_H
#define LOOP_PART_H

#include "loop.h"

void part_write(FILE *out, const struct loop_count *count);
/* Everything but the ticks. 0, or -1 when the line holds something else. */
int part_read(const char *line, struct loop_count *count, struct vb_err *err);

#endif
