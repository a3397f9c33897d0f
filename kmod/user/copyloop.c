/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vb-copyloop: the yardstick of the switch's speed. Copies frames one by one between two rings of
 * buffers on one core with the library's memcpy, and nothing else; says how many a second that
 * was.
 */
#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "err.h"

#define NS_PER_SECOND 1e9
#define FRAME_MAX     65536
#define SLOTS_MAX     1000000
#define SECONDS_MAX   3600
#define LOOK_NS	      1e6 /* between looks at the clock, which may be system calls of 10 us */

struct options {
	size_t frame_bytes;
	size_t stride_bytes;
	size_t slots;
	double seconds;
};

enum { KEY_FRAME = 256, KEY_DURATION, KEY_STRIDE, KEY_SLOTS };

static const struct argp_option option_table[] = {
	{"frame-bytes", KEY_FRAME, "N", 0, "Bytes of a frame, 1 to 65536 (60)", 0},
	{"duration", KEY_DURATION, "S", 0, "Seconds to copy for, above 0 to 3600 (1)", 0},
	{"stride", KEY_STRIDE, "N", 0, "Bytes between buffers, frame to 65536 (2048)", 0},
	{"slots", KEY_SLOTS, "N", 0, "Buffers of a ring, 1 to 1000000 (1024)", 0},
	{0},
};

static double number(struct argp_state *state, const char *name, const char *arg, double min,
		     double max)
{
	char *end;
	double value = strtod(arg, &end);

	if (*end || end == arg || !(value >= min && value <= max))
		argp_failure(state, VB_USAGE, 0, "--%s=%s: not a number from %g to %g", name, arg,
			     min, max);
	return value;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_FRAME:
		o->frame_bytes = number(state, "frame-bytes", arg, 1, FRAME_MAX);
		break;
	case KEY_DURATION:
		o->seconds = number(state, "duration", arg, 1e-3, SECONDS_MAX);
		break;
	case KEY_STRIDE:
		o->stride_bytes = number(state, "stride", arg, 1, FRAME_MAX);
		break;
	case KEY_SLOTS:
		o->slots = number(state, "slots", arg, 1, SLOTS_MAX);
		break;
	case ARGP_KEY_END:
		if (o->stride_bytes < o->frame_bytes)
			argp_failure(state, VB_USAGE, 0,
				     "--stride=%zu: smaller than the frame of %zu bytes",
				     o->stride_bytes, o->frame_bytes);
		break;
	case ARGP_KEY_ARG:
		argp_failure(state, VB_USAGE, 0, "%s: no arguments are taken, only options", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * (uint64_t)NS_PER_SECOND + ts.tv_nsec;
}

static char *ring_alloc(const struct options *o)
{
	size_t bytes = o->slots * o->stride_bytes;
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		fprintf(stderr,
			"vb-copyloop: allocating a ring of %zu bytes: no memory; "
			"take fewer --slots\n",
			bytes);
		exit(VB_NO_SPACE);
	}
	memset(p, 1, bytes); /* pages exist before the clock runs */
	return p;
}

static void copy_ring(char *to, const char *from, const struct options *o)
{
	volatile size_t frame_bytes = o->frame_bytes; /* a length the compiler does not know */
	size_t i, bytes = frame_bytes;

	for (i = 0; i < o->slots; i++) {
		memcpy(to + i * o->stride_bytes, from + i * o->stride_bytes, bytes);
		__asm__ volatile("" ::: "memory"); /* every copy really happens */
	}
}

/* Copies whole rings, *packets in all, until the time is over; the nanoseconds that took. */
static uint64_t copy_for(char *to, const char *from, const struct options *o, uint64_t *packets)
{
	const uint64_t start = now_ns(), limit = o->seconds * NS_PER_SECOND;
	uint64_t rings = 1, before, now = start, i;

	do {
		before = now;
		for (i = 0; i < rings; i++)
			copy_ring(to, from, o);
		*packets += rings * o->slots;
		now = now_ns();
		if (now - before < LOOK_NS)
			rings *= 2;
	} while (now - start < limit);
	return now - start;
}

int main(int argc, char **argv)
{
	struct options o = {.frame_bytes = 60, .stride_bytes = 2048, .slots = 1024, .seconds = 1};
	const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.doc = "Measure a bare copy loop, in packets a second.",
	};
	uint64_t packets = 0, elapsed;
	char *from, *to;

	argp_err_exit_status = VB_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	from = ring_alloc(&o);
	to = ring_alloc(&o);
	copy_ring(to, from, &o);
	elapsed = copy_for(to, from, &o, &packets);
	printf("{\"type\":\"copyloop\",\"frame_bytes\":%zu,\"stride_bytes\":%zu,\"slots\":%zu,"
	       "\"packets\":%llu,\"elapsed_ns\":%llu,\"pps\":%.1f}\n",
	       o.frame_bytes, o.stride_bytes, o.slots, (unsigned long long)packets,
	       (unsigned long long)elapsed, packets * NS_PER_SECOND / elapsed);
	return VB_OK;
}
