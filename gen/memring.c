/* SPDX-License-Identifier: BSD-2-Clause */
#include "memring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

#define RESERVED_BUFFERS 2

int memring_init(struct memring *m, bool tx, uint32_t slots)
{
	uint32_t n = slots ? slots : MEMRING_SLOTS, i;
	size_t header = sizeof(struct netmap_ring) + n * sizeof(struct netmap_slot);
	size_t bytes;

	header = (header + 4095) & ~(size_t)4095;
	bytes = header + (size_t)(n + RESERVED_BUFFERS) * MEMRING_BUF_BYTES;
	memset(m, 0, sizeof(*m));
	m->ring = aligned_alloc(4096, (bytes + 4095) & ~(size_t)4095);
	m->gather = malloc(MEMRING_MAX_FRAME);
	if (!m->ring || !m->gather) {
		memring_free(m);
		return -ENOMEM;
	}
	memset(m->ring, 0, bytes);
	m->ring->buf_ofs = (int64_t)header;
	m->ring->num_slots = n;
	m->ring->nr_buf_size = MEMRING_BUF_BYTES;
	m->ring->dir = tx;
	m->ring->tail = tx ? n - 1 : 0;
	for (i = 0; i < n; i++) {
		m->ring->slot[i].buf_idx = i + RESERVED_BUFFERS;
		m->ring->slot[i].len = MEMRING_BUF_BYTES;
	}
	return 0;
}

void memring_free(struct memring *m)
{
	free(m->ring);
	free(m->gather);
	m->ring = NULL;
	m->gather = NULL;
}

static const uint8_t *slot_data(const struct netmap_ring *ring, const struct netmap_slot *slot)
{
	if (slot->flags & NS_INDIRECT)
		return (const uint8_t *)(uintptr_t)slot->ptr;
	return ring_buf(ring, slot);
}

const uint8_t *memring_next(struct memring *m, uint32_t *bytes)
{
	struct netmap_ring *ring = m->ring;
	const struct netmap_slot *slot = &ring->slot[m->position];

	if (m->position == ring->head)
		return NULL;
	*bytes = slot->len;
	m->position = ring_next(ring, m->position);
	if (!(slot->flags & NS_MOREFRAG))
		return slot_data(ring, slot);
	memcpy(m->gather, slot_data(ring, slot), slot->len);
	while (slot->flags & NS_MOREFRAG && m->position != ring->head) {
		slot = &ring->slot[m->position];
		if (*bytes + slot->len <= MEMRING_MAX_FRAME) {
			memcpy(m->gather + *bytes, slot_data(ring, slot), slot->len);
			*bytes += slot->len;
		}
		m->position = ring_next(ring, m->position);
	}
	return m->gather;
}

void memring_reclaim(struct memring *m)
{
	m->ring->tail = m->position ? m->position - 1 : m->ring->num_slots - 1;
}

uint32_t memring_room(const struct memring *m)
{
	const struct netmap_ring *ring = m->ring;

	return ring->num_slots - 1 - ring_space(ring);
}

bool memring_put(struct memring *m, const uint8_t *frame, uint32_t bytes)
{
	struct netmap_ring *ring = m->ring;
	uint32_t slots = bytes ? (bytes + MEMRING_BUF_BYTES - 1) / MEMRING_BUF_BYTES : 1;
	uint32_t i = ring->tail;

	if (slots > memring_room(m))
		return false;
	for (; slots; slots--) {
		struct netmap_slot *slot = &ring->slot[i];
		uint32_t part = bytes < MEMRING_BUF_BYTES ? bytes : MEMRING_BUF_BYTES;

		memcpy(ring_buf(ring, slot), frame, part);
		slot->len = (uint16_t)part;
		slot->flags = slots > 1 ? NS_MOREFRAG : 0;
		frame += part;
		bytes -= part;
		i = ring_next(ring, i);
	}
	ring->tail = i;
	return true;
}
