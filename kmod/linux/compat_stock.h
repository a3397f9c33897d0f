/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The part of compat.h that stock drivers need. It comes before all else of theirs, so it includes
 * nothing of the kernel.
 */
#ifndef NM_COMPAT_STOCK_H
#define NM_COMPAT_STOCK_H

#include "features.h"

/* Debian's source packages have no real-time patch, which does away with these. */
#ifndef HAVE_STATS_FETCH_IRQ
#define u64_stats_fetch_begin_irq u64_stats_fetch_begin
#define u64_stats_fetch_retry_irq u64_stats_fetch_retry
#endif

#endif
