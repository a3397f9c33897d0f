/* SPDX-License-Identifier: BSD-2-Clause */
/* The extra buffers of a port: free ones, and queues of packets that wait in them. */
#ifndef LB_POOL_H
#define LB_POOL_H

#include <libnetmap.h>
#include <stdbool.h>

#define POOL_NONE UINT32_MAX

struct pool_node {
	struct netmap_slot slot; /* free: only its buffer counts */
	uint32_t next;
};

struct pool {
	struct pool_node *node;
	uint32_t total, n_free, free_head;
};

/* Whole packets, oldest first. All zero is not empty: see pool_queue_init. */
struct pool_queue {
	uint32_t head, tail;
	uint32_t slots, packets;
};

/* Takes the list at ni_bufs_head of an open port. 0, or -1: no memory. */
int pool_init(struct pool *p, struct nmport_d *d);
/* Links all buffers, queued ones too, back to ni_bufs_head, so that the port frees them. */
void pool_give_back(struct pool *p, struct nmport_d *d);

void pool_queue_init(struct pool_queue *q);
/* Appends what is in the slot, which gets a free buffer; there must be one. */
void pool_push(struct pool *p, struct pool_queue *q, struct netmap_slot *slot);
/* Puts the oldest slot into a transmit slot, whose buffer becomes free. */
void pool_pop(struct pool *p, struct pool_queue *q, struct netmap_slot *slot);
/* Frees the buffers of the oldest packet; returns its bytes. */
uint64_t pool_drop(struct pool *p, struct pool_queue *q);
/* Slots of the oldest packet; 0: the queue is empty. */
uint32_t pool_first_slots(const struct pool *p, const struct pool_queue *q);

#endif
