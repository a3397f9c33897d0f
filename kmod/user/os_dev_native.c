/* SPDX-License-Identifier: BSD-2-Clause */
/* A simulated device whose driver moves slots itself: between them and the device's own queues. */
#include "dev_port.h"
#include "os_dev_sim.h"

static void switch_rings(struct nm_port *port, struct queue *queues, int dir)
{
	struct frame *f;
	unsigned i;

	for (i = 0; i < port->nrings[dir]; i++) {
		if (queues[i].diverted == port->rings[dir][i].open)
			continue;
		queues[i].diverted = port->rings[dir][i].open;
		queues[i].posted = port->slots[dir] - 1;
		while ((f = queue_take(&queues[i])) != NULL)
			os_free(f);
	}
}

void os_dev_native_switch(struct os_dev *dev, struct nm_port *port)
{
	pthread_mutex_lock(&sim_lock);
	if (dev->started) {
		switch_rings(port, dev->rx, NM_RX);
		switch_rings(port, dev->tx, NM_TX);
	}
	pthread_mutex_unlock(&sim_lock);
}

void os_dev_native_send(struct os_dev *dev, struct nm_ring *ring)
{
	struct queue *q = &dev->tx[ring->id];
	struct nm_frame frame;
	struct frame *f;

	pthread_mutex_lock(&sim_lock);
	while (dev->started && ring->hwcur != ring->head) {
		ring->hwcur = nm_frame_read(ring, ring->hwcur, ring->head, &frame);
		ring->tx_stats.packets++;
		f = frame_of(frame.piece, frame.n);
		if (f)
			queue_put(q, f);
	}
	if (dev->started)
		complete(dev, ring->id);
	if (!q->frames)
		os_store_release(&ring->hwtail, (ring->hwcur ? ring->hwcur : ring->slots) - 1);
	pthread_mutex_unlock(&sim_lock);
}

void os_dev_native_release(struct os_dev *dev, struct nm_ring *ring)
{
	pthread_mutex_lock(&sim_lock);
	dev->rx[ring->id].posted += nm_distance(ring->hwcur, ring->head, ring->slots);
	ring->hwcur = ring->head;
	pthread_mutex_unlock(&sim_lock);
}

static uint32_t put(struct nm_ring *ring, uint32_t pos, const struct frame *f)
{
	uint32_t room = ring->bufs->objsize, done = 0, bytes;

	while (done < f->bytes) {
		struct netmap_slot *slot = &ring->shared->slot[pos];

		bytes = f->bytes - done < room ? f->bytes - done : room;
		memcpy(nm_buf_or_sink(ring->bufs, OS_READ_ONCE(slot->buf_idx)), f->data + done,
		       bytes);
		done += bytes;
		OS_WRITE_ONCE(slot->len, bytes);
		OS_WRITE_ONCE(slot->flags, done < f->bytes ? NS_MOREFRAG : 0);
		pos = nm_next(pos, ring->slots);
	}
	return pos;
}

uint32_t os_dev_native_fill(struct os_dev *dev, struct nm_ring *ring, struct nm_rx_stats *got)
{
	struct queue *q = &dev->rx[ring->id];
	uint32_t pos = ring->hwtail, room = ring->bufs->objsize, need;
	struct frame *f;

	pthread_mutex_lock(&sim_lock);
	while (dev->started && q->head) {
		need = (q->head->bytes + room - 1) / room;
		if (need > q->posted)
			break;
		q->posted -= need;
		f = queue_take(q);
		pos = put(ring, pos, f);
		got->packets++;
		got->bytes += f->bytes;
		os_free(f);
	}
	pthread_mutex_unlock(&sim_lock);
	return pos;
}
