/* SPDX-License-Identifier: BSD-2-Clause */
/* Simulated devices, as the files os_dev*.c share them. */
#ifndef NM_OS_DEV_SIM_H
#define NM_OS_DEV_SIM_H

#include "nm_user.h"
#include "os_dev.h"

#define QUEUES_MAX 32 /* of a direction, host queues included */
#define NAME_BYTES 16

struct frame {
	struct frame *next;
	uint32_t bytes;
	uint8_t data[];
};

struct queue {
	struct frame *head;
	struct frame **tail;
	uint32_t frames;
	uint32_t posted; /* native: slots that arrivals may use */
	bool diverted;	 /* arrivals and the stack's frames; for a transmit queue, what the stack
			    sends */
};

struct sim {
	char name[NAME_BYTES];
	struct os_ifnet *ifnet;
	struct nm_user_device how;
	struct sim *peer;
	struct os_dev *user; /* who has opened it */
	struct queue stack;  /* frames that came up */
	bool claimed;
	bool stalled;
};

struct os_dev {
	struct sim *sim; /* NULL: gone */
	const struct os_dev_events *events;
	void *arg;
	bool started;
	struct os_dev_queues has;
	struct queue rx[QUEUES_MAX];
	struct queue tx[QUEUES_MAX];
};

extern pthread_mutex_t sim_lock; /* held by callers of all below */

void queue_put(struct queue *q, struct frame *f);
struct frame *queue_take(struct queue *q);
/* NULL: no memory. */
struct frame *frame_of(const struct os_piece *pieces, unsigned n);
/* Hands over what waits for the wire, unless the device is stalled. */
void complete(struct os_dev *dev, unsigned queue);

#endif
