/* SPDX-License-Identifier: BSD-2-Clause */
#include "fitness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "clock.h"
#include "cpu_times.h"
#include "median.h"
#include "provenance.h"
#include "yardstick.h"

/* Work of others in a tenth of the processors' time moves figures by more than trials differ. */
#define LOAD_BOUND   0.1
#define STEAL_BOUND  0.01
#define SPREAD_BOUND 0.05
#define CORE_BOUND   0.25
/* A clock that needs a system call or a device takes several times as long. */
#define CLOCK_BOUND_NS 250

#define LISTEN_NS  250000000
#define WINDOWS	   60
#define WINDOW_NS  5000000
#define YARDSTICKS 2000
/* Of the fastest yardstick; one that is slower was disturbed. */
#define YARDSTICK_TOLERANCE 0.01
#define FRAME_BYTES	    60
#define STRIDE_BYTES	    2048
#define BUFFERS		    1024
#define CLOCK_READS	    20000

static void check_load(struct fitness *f, double bound)
{
	const struct timespec nap = {.tv_nsec = LISTEN_NS};
	struct cpu_times before, after;
	double busy;

	if (!cpu_times_read(&before)) {
		fitness_add(f, "load", "ratio", NAN, bound,
			    "the load of this host cannot be read: /proc/stat says nothing");
		return;
	}
	nanosleep(&nap, NULL);
	cpu_times_read(&after);
	busy = cpu_times_busy(&before, &after);
	fitness_add(f, "load", "ratio", busy, bound,
		    "other work took %.0f %% of the processors while valebench slept (load average "
		    "%.1f)",
		    busy * 100, provenance_load());
}

/* Frames a second of one window. */
static double copy_window(char *from, char *to)
{
	uint64_t start = vb_now_ns(), end = start + WINDOW_NS, at, frames = 0;
	size_t i;

	do {
		for (i = 0; i < BUFFERS; i++)
			memcpy(to + i * STRIDE_BYTES, from + i * STRIDE_BYTES, FRAME_BYTES);
		/* What is copied must be seen by nobody, and copied all the same. */
		__asm__ volatile("" : : "r"(to) : "memory");
		frames += BUFFERS;
		at = vb_now_ns();
	} while (at < end);
	return frames * 1e9 / (at - start);
}

static void check_copy(struct fitness *f, double spread_bound, double steal_bound)
{
	char *from = alloc_zero(BUFFERS, STRIDE_BYTES), *to = alloc_zero(BUFFERS, STRIDE_BYTES);
	struct cpu_times before, after;
	bool known = cpu_times_read(&before);
	double rates[WINDOWS], rate, spread, steal;
	int i;

	copy_window(from, to);
	for (i = 0; i < WINDOWS; i++)
		rates[i] = copy_window(from, to);
	free(from);
	free(to);
	rate = median(rates, WINDOWS);
	spread = (rates[WINDOWS * 3 / 4] - rates[WINDOWS / 4]) / rate;
	fitness_add(f, "copy", "pps", rate, NAN,
		    "one processor copies %.1f M frames of %d bytes a second", rate / 1e6,
		    FRAME_BYTES);
	fitness_add(f, "copy_spread", "ratio", spread, spread_bound,
		    "half of %d windows of %d ms copy within %.1f %% of each other", WINDOWS,
		    WINDOW_NS / 1000000, spread * 100);
	known = known && cpu_times_read(&after);
	steal = known ? cpu_times_steal(&before, &after) : NAN;
	if (known)
		fitness_add(f, "steal", "ratio", steal, steal_bound,
			    "other guests of the machine took %.1f %% of the processors",
			    steal * 100);
	else
		fitness_add(f, "steal", "ratio", NAN, steal_bound,
			    "whether other guests took the processors cannot be read");
}

static void check_core(struct fitness *f, double bound)
{
	double *times = alloc_zero(YARDSTICKS, sizeof(*times)), share;
	size_t i, slow = 0;
	uint64_t start;

	for (i = 0; i < YARDSTICKS; i++) {
		start = vb_now_ns();
		yardstick();
		times[i] = vb_now_ns() - start;
	}
	median(times, YARDSTICKS);
	for (i = 0; i < YARDSTICKS; i++)
		slow += times[i] > times[0] * (1 + YARDSTICK_TOLERANCE);
	share = (double)slow / YARDSTICKS;
	free(times);
	fitness_add(f, "core", "ratio", share, bound, "others had the core in %.0f %% of %d tries",
		    share * 100, YARDSTICKS);
}

static void clock_source(char *name, size_t bytes)
{
	FILE *in = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");

	snprintf(name, bytes, "unknown");
	if (!in)
		return;
	if (fgets(name, bytes, in))
		name[strcspn(name, "\n")] = '\0';
	fclose(in);
}

/* The fastest of several runs of reads: an interruption must not look like a slow clock. */
static double clock_cost_ns(void)
{
	double best = INFINITY;
	uint64_t start;
	int i, k;

	for (k = 0; k < 5; k++) {
		start = vb_now_ns();
		for (i = 0; i < CLOCK_READS / 5; i++)
			vb_now_ns();
		best = fmin(best, (vb_now_ns() - start) / (CLOCK_READS / 5.0));
	}
	return best;
}

static void check_clock(struct fitness *f)
{
	double cost = clock_cost_ns();
	char name[32];

	clock_source(name, sizeof(name));
	fitness_add(f, "clock", "ns", cost, CLOCK_BOUND_NS,
		    "reading the clock takes %.0f ns (clock source %s)", cost, name);
}

void fitness_host(struct fitness *f, bool own_yardstick)
{
	check_load(f, own_yardstick ? NAN : LOAD_BOUND);
	check_copy(f, own_yardstick ? NAN : SPREAD_BOUND, own_yardstick ? NAN : STEAL_BOUND);
	check_core(f, own_yardstick ? NAN : CORE_BOUND);
	check_clock(f);
}
