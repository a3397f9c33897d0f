/* SPDX-License-Identifier: BSD-2-Clause */
#include "results_words.h"

#include <stdio.h>
#include <string.h>

#include "progress.h"

#define LONG_NS 1e8 /* from here on microseconds say nothing */

const char *results_number(const char *metric, double value, char *buf, size_t bytes)
{
	size_t n = strlen(metric);

	if (value < 0)
		snprintf(buf, bytes, "-");
	else if (n > 4 && (!strcmp(metric + n - 4, "_pps") || !strcmp(metric + n - 4, "_bps")))
		progress_rate(value, buf, bytes);
	else if (n > 3 && !strcmp(metric + n - 3, "_ns") && value >= LONG_NS)
		snprintf(buf, bytes, "%.1f ms", value / 1e6);
	else if (n > 3 && !strcmp(metric + n - 3, "_ns"))
		snprintf(buf, bytes, "%.2f us", value / 1000);
	else if (strstr(metric, "instructions"))
		snprintf(buf, bytes, "%.1f", value);
	else if (n > 8 && !strcmp(metric + n - 8, "_packets"))
		snprintf(buf, bytes, "%.0f", value);
	else
		snprintf(buf, bytes, "%.3g", value);
	return buf;
}

const char *results_percent(double ratio, char *buf, size_t bytes)
{
	snprintf(buf, bytes, ratio < 0 ? "-" : "%.*f %%", ratio < 0.1 ? 2 : 1, ratio * 100);
	return buf;
}
