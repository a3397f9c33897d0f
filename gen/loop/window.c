/* SPDX-License-Identifier: BSD-2-Clause */
#include "window.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "ring.h"

#define HEADER_BYTES 14

/* A kernel may hand frames to a thread of its own; this many looks give it ample time to run. */
#define EMPTY_LOOKS_MAX 10000

void loop_prefill(struct loop *l, const uint8_t header[HEADER_BYTES])
{
	unsigned i;
	uint32_t k;

	for (i = 0; i < l->tx.n_tx; i++) {
		struct netmap_ring *ring = l->tx.tx[i];

		for (k = 0; k < ring->num_slots; k++) {
			uint8_t *buf = ring_buf(ring, &ring->slot[k]);

			memset(buf, 0, l->frame_bytes);
			memcpy(buf, header, HEADER_BYTES);
			ring->slot[k].len = l->frame_bytes;
		}
	}
}

/* Up to a burst on the first ring, which is all a port of a switch has; how many found room. */
static uint32_t fill(struct loop *l, uint64_t left)
{
	struct netmap_ring *ring = l->tx.tx[0];
	uint32_t n = ring_space(ring), at = ring->head, i;

	if (n > l->burst)
		n = l->burst;
	if (n > left)
		n = (uint32_t)left;
	for (i = 0; i < n; i++, at = ring_next(ring, at)) {
		ring->slot[at].len = l->frame_bytes;
		ring->slot[at].flags = 0;
	}
	ring->head = ring->cur = at;
	return n;
}

static uint32_t empty(struct loop *l, struct io *io)
{
	uint32_t frames = 0;
	unsigned i;

	for (i = 0; i < io->n_rx; i++) {
		struct netmap_ring *ring = io->rx[i];
		uint32_t n = ring_space(ring), at = ring->head;

		for (; n; n--, at = ring_next(ring, at)) {
			l->bytes += ring->slot[at].len;
			frames += !(ring->slot[at].flags & NS_MOREFRAG);
		}
		ring->head = ring->cur = at;
	}
	return frames;
}

/*
 * Slots that were read are the switch's again at the next sync only. Where those of this burst and
 * the next one do not fit the ring together, that sync comes at once.
 */
static int take(struct loop *l, struct io *io, uint32_t n)
{
	uint32_t got = 0, looks = 0, now;
	int ret;

	while (got < n) {
		ret = io->ops->rxsync(io);
		if (ret < 0)
			return ret;
		now = empty(l, io);
		got += now;
		looks = now ? 0 : looks + 1;
		if (looks > EMPTY_LOOKS_MAX)
			return -ETIMEDOUT;
		if (!now)
			sched_yield();
	}
	l->taken += got;
	if (got > n)
		return -EBADMSG;
	return l->burst + got < io->rx[0]->num_slots ? 0 : io->ops->rxsync(io);
}

static int round_of(struct loop *l, uint64_t left)
{
	uint32_t n = fill(l, left);
	unsigned i;
	int ret = l->tx.ops->txsync(&l->tx);

	l->sent += n;
	for (i = 0; ret == 0 && i < l->takers; i++)
		ret = take(l, &l->rx[i], n / l->shares);
	return ret;
}

static inline __attribute__((always_inline)) int rounds(struct loop *l, uint64_t packets)
{
	const uint64_t end = l->sent + packets, bytes = l->bytes;
	uint32_t stuck = 0;
	uint64_t before;
	int ret = 0;

	while (ret == 0 && l->sent < end) {
		before = l->sent;
		ret = round_of(l, end - l->sent);
		stuck = l->sent == before ? stuck + 1 : 0;
		if (stuck > EMPTY_LOOKS_MAX)
			return -ETIMEDOUT;
	}
	if (ret == 0 && l->bytes - bytes != packets / l->shares * l->takers * l->frame_bytes)
		return -EBADMSG;
	return ret;
}

/* What a profiler finds under this name is this function, though another does the same. */
#define NAMED __attribute__((noinline, noclone, no_icf))

NAMED int loop_warm(struct loop *l, uint64_t packets)
{
	return rounds(l, packets);
}

NAMED int loop_window(struct loop *l, uint64_t packets)
{
	return rounds(l, packets);
}
