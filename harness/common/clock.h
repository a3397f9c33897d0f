/* SPDX-License-Identifier: BSD-2-Clause */
/* The one clock that waits and silences are measured by. */
#ifndef VB_CLOCK_H
#define VB_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds of CLOCK_MONOTONIC. */
static inline uint64_t vb_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static inline uint64_t vb_now_ms(void)
{
	return vb_now_ns() / 1000000;
}

/* What is left until deadline_ms, as poll(2) takes it: 0 when it has passed. */
static inline int vb_left_ms(uint64_t deadline_ms)
{
	uint64_t now = vb_now_ms();

	if (now >= deadline_ms)
		return 0;
	return deadline_ms - now > INT32_MAX ? INT32_MAX : (int)(deadline_ms - now);
}

#endif
