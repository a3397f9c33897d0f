/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* One call sets a timer and its function. */
#include <linux/hrtimer.h>

void probe(struct hrtimer *timer, enum hrtimer_restart (*fn)(struct hrtimer *timer))
{
	hrtimer_setup(timer, fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}
