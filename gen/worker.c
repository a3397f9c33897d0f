/* SPDX-License-Identifier: BSD-2-Clause */
/* What all functions of the generator share: waiting, draining, reading marks. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "ring.h"

#define NEAR_NS	       NS_PER_MS
#define DRAIN_LIMIT_NS (2 * NS_PER_S)

int worker_wait(struct worker *w, short events, int limit_ms)
{
	while (limit_ms > 0 && !worker_stopped(w)) {
		int slice = limit_ms < WAIT_SLICE_MS ? limit_ms : WAIT_SLICE_MS;
		int ret = w->io.ops->wait(&w->io, events, slice);

		if (ret > 0 || (ret < 0 && ret != -EINTR))
			return ret;
		limit_ms -= slice;
	}
	return 0;
}

void worker_read_marks(struct worker *w)
{
	uint64_t now_ns;
	unsigned i;

	w->io.ops->rxsync(&w->io);
	now_ns = clock_ns();
	for (i = 0; i < w->io.n_rx; i++) {
		struct netmap_ring *ring = w->io.rx[i];
		uint32_t at = ring->head, tail = ring->tail;
		bool first = true;

		for (; at != tail; at = ring_next(ring, at)) {
			const struct netmap_slot *slot = &ring->slot[at];

			if (first)
				latency_observe(w->latency, ring_buf(ring, slot), slot->len,
						now_ns);
			first = !(slot->flags & NS_MOREFRAG);
		}
		ring->head = ring->cur = at;
	}
}

uint64_t worker_wait_until(struct worker *w, uint64_t due_ns)
{
	bool marks = w->latency != NULL;

	while (!worker_stopped(w)) {
		uint64_t now_ns = clock_ns();

		if (now_ns >= due_ns)
			return now_ns - due_ns;
		if (due_ns - now_ns > NEAR_NS) {
			if (marks)
				w->io.ops->wait(&w->io, POLLIN, 1);
			else
				poll(NULL, 0, 1);
		}
		if (marks)
			worker_read_marks(w);
	}
	return 0;
}

enum end_reason worker_fail(struct worker *w, const char *doing, int error)
{
	pg_error(w->eng, "cannot %s %s: %s", doing, w->cfg->port,
		 strerror(error < 0 ? -error : error));
	return END_ERROR;
}

static bool pending(const struct io *io)
{
	unsigned i;

	for (i = 0; i < io->n_tx; i++)
		if (ring_tx_pending(io->tx[i]))
			return true;
	return false;
}

void worker_drain(struct worker *w)
{
	uint64_t limit_ns =
		clock_ns() + (worker_stopped(w) ? WAIT_SLICE_MS * NS_PER_MS : DRAIN_LIMIT_NS);
	bool was_stopped = worker_stopped(w);

	w->io.ops->txsync(&w->io);
	while (pending(&w->io) && clock_ns() < limit_ns && worker_stopped(w) == was_stopped) {
		usleep(1);
		w->io.ops->txsync(&w->io);
	}
	if (pending(&w->io) && !worker_stopped(w))
		pg_log(w->eng, "gave up waiting for sent packets to leave %s", w->cfg->port);
}
