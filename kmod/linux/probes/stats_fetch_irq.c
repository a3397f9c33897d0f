/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/u64_stats_sync.h>

unsigned int probe(const struct u64_stats_sync *sync)
{
	return u64_stats_fetch_begin_irq(sync);
}
