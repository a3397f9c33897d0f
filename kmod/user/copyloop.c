/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vb-copyloop: the yardstick of the switch's speed. Copies frames one by one from a ring of buffers
 * to another, or to several in turn, on one core with the library's memcpy, and nothing else; says
 * how many a second that was.
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
#define RINGS_MAX     254
#define SECONDS_MAX   3600
#define LOOK_NS	      1e6 /* between looks at the clock, which may be system calls of 10 us */

struct options {
	size_t frame_bytes;
	size_t stride_bytes;
	size_t slots;
	size_t rings;
	bool large_pages;
	double seconds;
};

enum { KEY_FRAME = 256, KEY_DURATION, KEY_STRIDE, KEY_SLOTS, KEY_RINGS, KEY_LARGE_PAGES };

static const struct argp_option option_table[] = {
	{"frame-bytes", KEY_FRAME, "N", 0, "Bytes of a frame, 1 to 65536 (60)", 0},
	{"duration", KEY_DURATION, "S", 0, "Seconds to copy for, above 0 to 3600 (1)", 0},
	{"stride", KEY_STRIDE, "N", 0, "Bytes between buffers, frame to 65536 (2048)", 0},
	{"slots", KEY_SLOTS, "N", 0, "Buffers of a ring, 1 to 1000000 (1024)", 0},
	{"rings", KEY_RINGS, "N", 0, "Rings to copy to, one frame to each in turn, 1 to 254 (1)",
	 0},
	{"large-pages", KEY_LARGE_PAGES, NULL, 0, "Buffers in large pages, if the kernel has them",
	 0},
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
	case KEY_RINGS:
		o->rings = number(state, "rings", arg, 1, RINGS_MAX);
		break;
	case KEY_LARGE_PAGES:
		o->large_pages = true;
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

static char *rings_alloc(const struct options *o, size_t rings)
{
	size_t bytes = rings * o->slots * o->stride_bytes;
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		fprintf(stderr,
			"vb-copyloop: allocating rings of %zu bytes: no memory; "
			"take fewer --slots or --rings\n",
			bytes);
		exit(VB_NO_SPACE);
	}
	if (o->large_pages)
		madvise(p, bytes, MADV_HUGEPAGE);
	memset(p, 1, bytes); /* pages exist before the clock runs */
	return p;
}

static void copy_one_ring(char *to, const char *from, const struct options *o)
{
	volatile size_t frame_bytes = o->frame_bytes; /* a length the compiler does not know */
	size_t i, bytes = frame_bytes;

	for (i = 0; i < o->slots; i++) {
		memcpy(to + i * o->stride_bytes, from + i * o->stride_bytes, bytes);
		__asm__ volatile("" ::: "memory"); /* every copy really happens */
	}
}

/* As a sender to many ports: successive frames go to successive rings. */
static void copy_in_turn(char *to, const char *from, const struct options *o)
{
	const size_t ring_bytes = o->slots * o->stride_bytes;
	volatile size_t frame_bytes = o->frame_bytes;
	size_t i, ring, at = 0, bytes = frame_bytes;

	for (i = 0; i < o->slots; i++)
		for (ring = 0; ring < o->rings; ring++) {
			memcpy(to + ring * ring_bytes + i * o->stride_bytes,
			       from + at * o->stride_bytes, bytes);
			at = at + 1 == o->slots ? 0 : at + 1;
			__asm__ volatile("" ::: "memory");
		}
}

/* Fills every buffer of every ring once. */
static void copy_all(char *to, const char *from, const struct options *o)
{
	if (o->rings > 1)
		copy_in_turn(to, from, o);
	else
		copy_one_ring(to, from, o);
}

/* Copies whole rings, *packets in all, until the time is over; the nanoseconds that took. */
static uint64_t copy_for(char *to, const char *from, const struct options *o, uint64_t *packets)
{
	const uint64_t start = now_ns(), limit = o->seconds * NS_PER_SECOND;
	uint64_t rounds = 1, before, now = start, i;

	do {
		before = now;
		for (i = 0; i < rounds; i++)
			copy_all(to, from, o);
		*packets += rounds * o->rings * o->slots;
		now = now_ns();
		if (now - before < LOOK_NS)
			rounds *= 2;
	} while (now - start < limit);
	return now - start;
}

int main(int argc, char **argv)
{
	struct options o = {
		.frame_bytes = 60, .stride_bytes = 2048, .slots = 1024, .rings = 1, .seconds = 1};
	const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.doc = "Measure a bare copy loop, in packets a second.",
	};
	uint64_t packets = 0, elapsed;
	char *from, *to;

	argp_err_exit_status = VB_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &o);
	from = rings_alloc(&o, 1);
	to = rings_alloc(&o, o.rings);
	copy_all(to, from, &o);
	elapsed = copy_for(to, from, &o, &packets);
	printf("{\"type\":\"copyloop\",\"frame_bytes\":%zu,\"stride_bytes\":%zu,\"slots\":%zu,"
	       "\"rings\":%zu,\"packets\":%llu,\"elapsed_ns\":%llu,\"pps\":%.1f}\n",
	       o.frame_bytes, o.stride_bytes, o.slots, o.rings, (unsigned long long)packets,
	       (unsigned long long)elapsed, packets * NS_PER_SECOND / elapsed);
	return VB_OK;
}
