/* SPDX-License-Identifier: BSD-2-Clause */
#include "live.h"

#include "ring.h"

/* Slots that were read and are not the switch's again. */
static uint32_t kept(const struct netmap_ring *ring, uint32_t given)
{
	return ring->head >= given ? ring->head - given : ring->head + ring->num_slots - given;
}

static int sync_if_needed(struct io *receiver)
{
	struct live *live = &loop_of(receiver)->live;
	struct netmap_ring *ring = receiver->rx[0];

	if (__atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) != ring->head &&
	    kept(ring, live->given) < ring->num_slots / 2)
		return 0;
	live->given = ring->head;
	return live->before->rxsync(receiver);
}

int live_begin(struct loop *l)
{
	struct live *live = &l->live;

	l->rx[0].rx[0]->flags |= NR_LIVE;
	live->before = l->rx[0].ops;
	live->given = l->rx[0].rx[0]->head;
	live->rx = *live->before;
	live->rx.rxsync = sync_if_needed;
	l->rx[0].ops = &live->rx;
	return live->before->rxsync(&l->rx[0]);
}
