/* SPDX-License-Identifier: BSD-2-Clause */
#include "live.h"

#include "ring.h"

static int sync_if_needed(struct io *receiver)
{
	struct live *live = &loop_of(receiver)->live;
	struct netmap_ring *ring = receiver->rx[0];

	if (__atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) != ring->head &&
	    ring_distance(ring, live->given, ring->head) < ring->num_slots / 2)
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
