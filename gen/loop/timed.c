/* SPDX-License-Identifier: BSD-2-Clause */
#include "timed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "copying.h"
#include "span.h"
#include "stopwatch.h"
#include "yardstick.h"

/* Short enough that most lie between two interruptions of a busy machine, long enough that the
 * clock, which may be a system call, is no part of them. */
#define WORK_NS	   200000
#define COPY_NS	   50000
#define ROUNDS_MAX (1u << 16)
#define TRIES	   3

#define SPANS_MAX 65536
#define ENOUGH	  64

struct timing {
	struct loop *loop;
	struct copying copying;
	unsigned rounds, copy_rounds; /* of a span */
	struct span *spans;
	size_t n;
	struct stopwatch begun;
};

static int work(struct timing *t)
{
	return loop_window(t->loop, (uint64_t)t->rounds * t->loop->burst);
}

static int copy(struct timing *t)
{
	copying_run(&t->copying, t->copy_rounds);
	return 0;
}

/* The fewest rounds, a power of two, that take so long at their fastest. */
static int find_rounds(struct timing *t, int (*doing)(struct timing *), unsigned *rounds,
		       uint64_t ns)
{
	uint64_t took, best;
	int ret = 0, i;

	for (*rounds = 1; *rounds < ROUNDS_MAX; *rounds *= 2) {
		best = UINT64_MAX;
		for (i = 0; ret == 0 && i < TRIES; i++) {
			took = stopwatch_clock_ns();
			ret = doing(t);
			took = stopwatch_clock_ns() - took;
			best = took < best ? took : best;
		}
		if (ret || best >= ns)
			break;
	}
	return ret;
}

static int take_span(struct timing *t, struct span *s)
{
	uint64_t at[6];
	int ret;

	at[0] = stopwatch_ticks();
	yardstick();
	at[1] = stopwatch_ticks();
	ret = work(t);
	at[2] = stopwatch_ticks();
	yardstick();
	at[3] = stopwatch_ticks();
	copy(t);
	at[4] = stopwatch_ticks();
	yardstick();
	at[5] = stopwatch_ticks();
	*s = (struct span){at[1] - at[0], at[2] - at[1], at[3] - at[2], at[4] - at[3],
			   at[5] - at[4]};
	return ret;
}

static bool over(const struct timing *t, const struct loop_config *c, uint64_t sent, uint64_t ns)
{
	if (t->n == SPANS_MAX || sent >= c->packets)
		return true;
	if (c->limit_s <= 0 || ns < c->limit_s * 1e9)
		return false;
	return ns >= TIMED_PATIENCE * c->limit_s * 1e9 ||
	       span_undisturbed(t->spans, t->n) >= ENOUGH;
}

static int take_spans(struct timing *t, const struct loop_config *c)
{
	const uint64_t sent = t->loop->sent;
	int ret;

	t->begun = stopwatch_start();
	do {
		ret = take_span(t, &t->spans[t->n++]);
	} while (ret == 0 && !over(t, c, t->loop->sent - sent, stopwatch_clock_ns() - t->begun.ns));
	return ret;
}

static int conclude(const struct timing *t, const struct loop *before, struct loop_time *time,
		    struct vb_err *err)
{
	const struct loop *l = t->loop;
	const double tick_ns = stopwatch_ns_per_tick(&t->begun);
	struct span_cost cost;
	double packets;

	if (span_cost(t->spans, t->n, &cost))
		return vb_fail(err, VB_NO_SPACE, "no memory for %zu times", t->n);
	*time = (struct loop_time){.packets = l->taken - before->taken,
				   .bytes = l->bytes - before->bytes,
				   .sent = l->sent - before->sent,
				   .spans = cost.spans,
				   .undisturbed = cost.undisturbed,
				   .core_hz = cost.cycles_per_tick * 1e9 / tick_ns};
	packets = (double)time->packets / t->n;
	time->ns = cost.work_ticks * tick_ns / packets;
	time->cycles = cost.work_cycles / packets;
	time->copy_cycles = cost.copy_cycles / t->copy_rounds / COPYING_FRAMES;
	return 0;
}

static int run(struct loop *l, const struct loop_config *c, void *result, struct vb_err *err)
{
	struct timing t = {.loop = l, .spans = calloc(SPANS_MAX, sizeof(*t.spans))};
	struct loop before;
	int rc = -1;

	if (!t.spans || copying_open(&t.copying, l->frame_bytes)) {
		vb_fail(err, VB_NO_SPACE, "no memory for times and for frames to copy");
		goto out;
	}
	if (loop_told(l, find_rounds(&t, work, &t.rounds, WORK_NS), err))
		goto out;
	find_rounds(&t, copy, &t.copy_rounds, COPY_NS);
	before = *l;
	if (loop_told(l, take_spans(&t, c), err) == 0)
		rc = conclude(&t, &before, result, err);
out:
	copying_close(&t.copying);
	free(t.spans);
	return rc;
}

int loop_time(const struct loop_config *c, const struct nmdev_ops *nmdev, struct loop_time *time,
	      struct vb_err *err)
{
	*time = (struct loop_time){0};
	return loop_over(c, nmdev, LOOP_PORTS, run, time, err);
}

void loop_say_time(FILE *out, const struct loop_time *time)
{
	fprintf(out,
		"{\"type\":\"end\",\"function\":\"loop\",\"reason\":\"count\",\"counter\":"
		"\"clock\","
		"\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"sent\":%" PRIu64
		",\"cost\":{\"ns\":%.4f,\"cycles\":%.4f,\"copy_cycles\":%.4f,\"core_hz\":%.0f,"
		"\"spans\":%" PRIu64 ",\"undisturbed\":%" PRIu64 ",\"placement\":%u}}\n",
		time->packets, time->bytes, time->sent, time->ns, time->cycles, time->copy_cycles,
		time->core_hz, time->spans, time->undisturbed, time->placement);
	fflush(out);
}
