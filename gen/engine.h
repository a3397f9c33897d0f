/* SPDX-License-Identifier: BSD-2-Clause */
/* One run: its threads, what they count, when they stop. */
#ifndef PG_ENGINE_H
#define PG_ENGINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "monotonic.h"
#include "config.h"
#include "frame.h"
#include "hist.h"
#include "io.h"
#include "latency.h"
#include "pcapfile.h"
#include "pktgen.h"

#define CACHE_LINE_BYTES 128 /* with the neighbour line that prefetchers pull in */
#define NO_MIN_SPACE	 99999
#define WAIT_SLICE_MS	 100 /* how long a thread may not notice that it should stop */

enum end_reason { END_RUNNING, END_COUNT, END_DURATION, END_SIGNAL, END_IDLE, END_ERROR };
const char *end_reason_name(enum end_reason r);

/* Written by the worker, read by the reporter at any time. */
struct counters {
	uint64_t packets;
	uint64_t bytes;	    /* what the slots held */
	uint64_t events;    /* batches */
	uint64_t drops;	    /* frames that could not be sent or were missing */
	uint32_t min_space; /* least free receive slots seen; the reporter resets it */
} __attribute__((aligned(CACHE_LINE_BYTES)));

struct engine;
struct capture;

struct worker {
	struct counters counters;
	struct engine *eng;
	const struct config *cfg;
	unsigned index;
	uint64_t goal; /* packets, 0 no limit */
	unsigned burst;
	unsigned vnet_bytes;
	struct io io;
	struct frame frame;
	struct marker *marker;	 /* NULL: no marks are sent */
	struct latency *latency; /* NULL: none are looked for */
	uint64_t marks_sent;
	uint64_t start_ns; /* when it may send, or began to look */
	uint64_t first_ns; /* of the first batch with packets, 0 none */
	uint64_t last_ns;
	uint64_t late_ns; /* how long after its time the latest paced batch was sent */
	uint64_t cpu_ns; /* of its thread, in all */
	uint64_t end_ns; /* set by functions that do other things after their work */
	enum end_reason reason;
	pthread_t thread;
	bool started;
};

struct engine {
	struct config cfg;
	const struct app_env *env;
	FILE *text; /* where human output goes: env->out, or env->err with --json */
	struct worker *workers;
	unsigned n_workers;
	struct capture *capture; /* --write, shared by the threads; NULL none */
	struct pcapfile replay;	 /* --replay: all packets; -P: the first */
	uint64_t start_ns;
	pthread_mutex_t lock; /* protects running and waits for done */
	pthread_cond_t done;
	unsigned running;
	int stop; /* enum end_reason, END_RUNNING: go on; atomic */
};

/* A log line: time, function, line, text. Errors are shown even with --quiet. */
__attribute__((format(printf, 4, 5))) void engine_log(const struct engine *eng, const char *func,
						      int line, const char *fmt, ...);
#define pg_log(eng, ...)                                                                           \
	do {                                                                                       \
		if (!(eng)->cfg.quiet)                                                             \
			engine_log(eng, __func__, __LINE__, __VA_ARGS__);                          \
	} while (0)
#define pg_error(eng, ...) engine_log(eng, __func__, __LINE__, __VA_ARGS__)

static inline bool worker_stopped(const struct worker *w)
{
	return __atomic_load_n(&w->eng->stop, __ATOMIC_RELAXED) != END_RUNNING ||
	       (w->eng->env->stop && *w->eng->env->stop);
}

static inline void counter_add(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

static inline void worker_count(struct worker *w, uint64_t packets, uint64_t bytes)
{
	counter_add(&w->counters.packets, packets);
	counter_add(&w->counters.bytes, bytes);
	counter_add(&w->counters.events, 1);
}

/* The packets still to do, at most `most`. */
static inline uint64_t worker_left(const struct worker *w, uint64_t most)
{
	uint64_t done = w->counters.packets;

	if (!w->goal || w->goal - done > most)
		return most;
	return w->goal - done;
}

static inline bool worker_goal_reached(const struct worker *w)
{
	return w->goal && w->counters.packets >= w->goal;
}

/*
 * Waits for POLLIN or POLLOUT, at most limit_ms and in slices, so that a stop is noticed. > 0
 * ready, 0 limit reached or stopped, -EIO port broken.
 */
int worker_wait(struct worker *w, short events, int limit_ms);

/* Waits until due_ns: sleeps while it is more than 1 ms away, then spins. Reads marks meanwhile, if
 * any are expected. Returns how late it is then, in ns. */
uint64_t worker_wait_until(struct worker *w, uint64_t due_ns);

/* Ends the worker with an error that is said in one line. Always returns END_ERROR. */
enum end_reason worker_fail(struct worker *w, const char *doing, int error);

/* Hands over what is still in the tx rings and waits until it is gone, at most a few seconds. */
void worker_drain(struct worker *w);

/* Reads returned marks from the worker's rx rings and releases the slots; for round-trip latency.
 */
void worker_read_marks(struct worker *w);

/* What the threads run. Each returns why it ended. */
enum end_reason tx_run(struct worker *w);
enum end_reason replay_run(struct worker *w);
enum end_reason rx_run(struct worker *w);
enum end_reason ping_run(struct worker *w);
enum end_reason pong_run(struct worker *w);
enum end_reason txseq_run(struct worker *w);
enum end_reason rxseq_run(struct worker *w);

#endif
