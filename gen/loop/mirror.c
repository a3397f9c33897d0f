/* SPDX-License-Identifier: BSD-2-Clause */
#include "mirror.h"

#include <errno.h>
#include <stdlib.h>

#include "memring.h"
#include "ring.h"

struct mirror {
	struct memring ring;
	struct loop *loop;  /* of the sender */
	uint32_t published; /* sender: first slot not yet shown to the receivers */
};

static void mirror_close(struct io *io)
{
	struct mirror *m = io->priv;

	memring_free(&m->ring);
	free(m);
	io->priv = NULL;
}

static int mirror_txsync(struct io *io)
{
	struct mirror *m = io->priv;
	struct netmap_ring *ring = io->tx[0];
	uint32_t n = ring_distance(ring, m->published, ring->head);
	unsigned i;

	for (i = 0; i < m->loop->takers; i++) {
		struct netmap_ring *to = m->loop->rx[i].rx[0];

		to->tail = ring_advance(to, to->tail, n);
	}
	m->published = ring->head;
	ring->tail = ring->head ? ring->head - 1 : ring->num_slots - 1;
	return 0;
}

static int mirror_rxsync(struct io *io)
{
	return 0;
}

static const struct io_ops mirror_ops = {
	.name = "mirror", .txsync = mirror_txsync, .rxsync = mirror_rxsync, .close = mirror_close};

static int open_end(struct loop *l, struct io *io, bool tx)
{
	struct mirror *m = calloc(1, sizeof(*m));
	uint32_t i;

	if (!m)
		return -ENOMEM;
	if (memring_init(&m->ring, tx, 0)) {
		free(m);
		return -ENOMEM;
	}
	for (i = 0; i < m->ring.ring->num_slots; i++)
		m->ring.ring->slot[i].len = l->frame_bytes;
	m->loop = l;
	*io = (struct io){.ops = &mirror_ops, .priv = m};
	if (tx)
		io->tx[io->n_tx++] = m->ring.ring;
	else
		io->rx[io->n_rx++] = m->ring.ring;
	return 0;
}

int mirror_open(struct loop *l)
{
	unsigned i;

	if (open_end(l, &l->tx, true))
		return -ENOMEM;
	for (i = 0; i < l->n_rx; i++)
		if (open_end(l, &l->rx[i], false))
			return -ENOMEM;
	return 0;
}
