/* SPDX-License-Identifier: BSD-2-Clause */
#include "host_tsc.h"

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "clock.h"

#define WINDOW_NS 20000000
#define TRIES	  64

#ifdef __x86_64__
#define ticks() __builtin_ia32_rdtsc()
#else
#define ticks() 0ull
#endif

struct moment {
	uint64_t ticks, ns;
};

/* Both clocks at once: the attempt that took least was not interrupted. */
static struct moment look(void)
{
	uint64_t least = UINT64_MAX;
	struct moment best = {0};

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = ticks(), ns = vb_now_ns(), took = ticks() - before;

		if (took < least) {
			least = took;
			best = (struct moment){before + took / 2, ns};
		}
	}
	return best;
}

unsigned host_tsc_khz(void)
{
	const struct timespec window = {.tv_nsec = WINDOW_NS};
	struct moment from = look(), to;

	nanosleep(&window, NULL);
	to = look();
	return (unsigned)((double)(to.ticks - from.ticks) * 1e6 / (double)(to.ns - from.ns) + 0.5);
}

const char *host_tsc_argument(char *buf)
{
	unsigned khz = host_tsc_khz();

	buf[0] = '\0';
	if (khz)
		snprintf(buf, HOST_TSC_ARGUMENT_BYTES, "tsc_early_khz=%u", khz);
	return buf;
}
