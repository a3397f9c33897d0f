/* SPDX-License-Identifier: BSD-2-Clause */
#include "part.h"

#include <inttypes.h>

void part_write(FILE *out, const struct loop_count *count)
{
	fprintf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", count->packets, count->bytes,
		count->sent);
	fflush(out);
}

int part_read(const char *line, struct loop_count *count, struct vb_err *err)
{
	if (sscanf(line, "%" SCNu64 " %" SCNu64 " %" SCNu64, &count->packets, &count->bytes,
		   &count->sent) == 3)
		return 0;
	return vb_fail(err, VB_FAILED, "the counted process did not say how much it did");
}
