/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The data path of a switch, in three passes over a batch that stays in the caches of a CPU:
 * gather (read each slot of the sender once), classify (find the destination, queue the packet
 * there) and deliver (lease, copy, publish). Packets that go one after the other to one
 * destination are one run, whatever their number. Only the last two happen inside the gate.
 */
#ifndef NM_FORWARD_H
#define NM_FORWARD_H

#include "asking.h"
#include "learn.h"
#include "lease.h"

#define NM_BATCH_SLOTS	 512 /* so many ports get some packets each; the last packet may run over */
#define NM_WORK_SLOTS	 (NM_BATCH_SLOTS + NETMAP_MAX_FRAGS)
#define NM_NO_RUN	 0xffffU
#define NM_QUEUE_FLOOD	 0		      /* the queue of packets to all */
#define NM_QUEUE_NOWHERE (1 + NM_BATCH_SLOTS) /* of those that nobody gets; behind all others */
#define NM_NEWS		 32
/* A slot without them is a packet in memory of ours, and is left as it is. */
#define NM_ODD_FLAGS (NS_INDIRECT | NS_MOREFRAG | NS_NO_LEARN | NS_BUF_CHANGED)

struct nm_piece {  /* a fragment, 16 bytes */
	void *buf; /* the task's address with NS_INDIRECT in flags */
	uint16_t len;
	uint16_t flags;	   /* of the sender's slot */
	uint16_t rx_flags; /* of the receivers' slots */
	uint8_t frags;	   /* of the packet, in its first fragment */
	uint8_t spare;	   /* written with frags and rx_flags in one store */
};

/*
 * In the flags of a piece: its data are not aligned to 64 bytes, so no copy may run over its
 * length. No flag of the ABI; a task that sets it gets a slower copy.
 */
#define NM_PIECE_EXACT 0x0080

struct nm_run { /* packets in consecutive pieces; its number is that of the first */
	uint16_t slots;
	uint16_t next; /* run of the same queue, or NM_NO_RUN */
};

struct nm_queue {	/* what one destination ring gets from this batch */
	uint16_t *link; /* where the number of its next run will stand */
	uint16_t head;	/* its first run */
	uint16_t slots;
	uint16_t more;	  /* than packets */
	uint16_t sibling; /* another queue of the port, 0 none */
	uint8_t port;
	uint8_t ring;
};

#define NM_FEW	 8
#define NM_GROUP 16

/* A few plain packets for one ring. Those for several rings are delivered side by side. */
struct nm_few {
	struct nm_ring *ring; /* its lock is held */
	uint32_t first;	      /* slot */
	uint16_t slots;	      /* for which there is room */
	uint16_t packets;     /* room or not */
	uint16_t run;	      /* the first of them */
	struct nm_rx_stats done;
	void *dst[NM_FEW]; /* buffers of the slots */
};

struct nm_work {
	struct nm_piece pieces[NM_WORK_SLOTS];
	struct nm_run runs[NM_BATCH_SLOTS];
	struct nm_queue queues[NM_QUEUE_NOWHERE + 1]; /* [NM_QUEUE_FLOOD], then by first packet */
	uint16_t port_queue[NM_VALE_PORTS];	      /* first queue of a port, 0 none */
	struct nm_few few[NM_GROUP];
	uint16_t later[NM_BATCH_SLOTS]; /* queues that are not delivered side by side */
	struct nm_ring *news[NM_NEWS];	/* where packets arrived of which nobody was told yet */
	struct nm_asking asking;	/* of small batches that go one way */
	uint32_t first;			/* slot of the sender where the batch begins */
	uint32_t bytes;
	uint16_t npieces;
	uint16_t nqueues; /* NM_QUEUE_FLOOD included */
	uint16_t nnews;
	uint16_t nfew;
	bool multi;	      /* some packet has several fragments */
	bool exchange;	      /* the sender would exchange buffers */
	bool arrived;	      /* some of it did */
	bool stalled;	      /* some of it was for an owner that takes nothing */
	bool stalled_afar;    /* and shares no CPU's queue with us */
	uint8_t stalled_port; /* which */
	uint8_t stalled_ring;
	bool plain; /* every packet is a fragment in our memory, at the start of a buffer */
};

static inline uint32_t nm_queue_packets(const struct nm_queue *q)
{
	return q->slots - q->more;
}

/* The receive ring that a decision means. */
static inline uint32_t nm_ring_at(const struct nm_port *dst, uint32_t ring)
{
	ring %= NM_VALE_RINGS;
	return likely(ring < dst->nrings[NM_RX]) ? ring : ring % dst->nrings[NM_RX];
}

/*
 * Makes a batch of whole packets from slot pos on, until so many slots were read or head is
 * reached, and returns the slot after them. A packet that head cuts short ends there.
 */
uint32_t nm_gather(struct nm_ring *src, uint32_t pos, unsigned limit);
/* Sends the batch where it belongs; the port is one of the members. Inside the gate. */
void nm_forward(const struct nm_vale *vale, const struct nm_members *members, struct nm_ring *src);
/* Counts the packets of the batch as not sent anywhere. */
void nm_discard(struct nm_ring *src);

/*
 * Has the owner of that ring still taken nothing, and is so much patience with it left, which is
 * then gone? Inside the gate.
 */
bool nm_still_stalled(const struct nm_members *members, const struct nm_work *work, uint32_t cost);

/* Delivers every queue of the batch. */
void nm_deliver(const struct nm_members *members, struct nm_ring *src, struct nm_work *work);

/* Bytes of a piece, which may come from the calling task: 0, or -EFAULT. */
int nm_piece_copy(void *dst, const struct nm_piece *p, uint32_t from, uint32_t bytes);
/*
 * Where the data of a receiver's slot are to be put, and the bytes of room there. The slot is told
 * when that is not where it asked for.
 */
void *nm_slot_place(const struct nm_ring *ring, struct netmap_slot *slot, uint32_t *room);

#endif
