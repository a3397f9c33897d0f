/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>

#include "guest.h"

static struct guest *current; /* of whom copies are asked */

static uint8_t *pages_new(size_t n)
{
	uint8_t *p = aligned_alloc(VIF_PAGE_BYTES, n * VIF_PAGE_BYTES);

	assert(p);
	memset(p, 0, n * VIF_PAGE_BYTES);
	return p;
}

static void slots_init(struct guest *g)
{
	uint32_t i;

	g->blocks[0] = pages_new((OUR_SLOTS + NM_BUF_RESERVED) * BUF_BYTES / VIF_PAGE_BYTES);
	g->pool = (struct nm_pool){
		.blocks = g->blocks,
		.objsize = BUF_BYTES,
		.objtotal = OUR_SLOTS + NM_BUF_RESERVED,
		.shift = 16,
		.mask = 0xffff,
	};
	for (i = 0; i < OUR_SLOTS; i++)
		g->slot[i].buf_idx = i + NM_BUF_RESERVED;
	g->slots = (struct vif_slots){.slot = g->slot, .bufs = &g->pool, .n = OUR_SLOTS};
}

static struct vif_shared *ring_new(void)
{
	struct vif_shared *shared = (struct vif_shared *)pages_new(1);

	shared->req_event = shared->rsp_event = 1;
	return shared;
}

struct guest *guest_new(void)
{
	struct guest *g = calloc(1, sizeof(*g));
	unsigned i;

	assert(g);
	g->page = (void *)pages_new(GUEST_PAGES);
	for (i = 0; i < GUEST_PAGES; i++)
		g->granted[i] = true;
	slots_init(g);
	os_spin_init(&g->filter.lock);
	g->tx = ring_new();
	g->rx = ring_new();
	assert(!vif_ring_init(&g->from.ring, g->tx, sizeof(struct vif_tx_request)));
	assert(!vif_ring_init(&g->to.ring, g->rx, sizeof(struct vif_rx_request)));
	g->from.batch = (void *)pages_new(sizeof(*g->from.batch) / VIF_PAGE_BYTES);
	g->to.batch = g->from.batch;
	g->from.filter = &g->filter;
	g->to.filter = &g->filter;
	g->from.domain = g->to.domain = GUEST_ID;
	g->to.scatters = true;
	current = g;
	return g;
}

void guest_free(struct guest *g)
{
	os_spin_destroy(&g->filter.lock);
	free(g->from.batch);
	free(g->blocks[0]);
	free(g->tx);
	free(g->rx);
	free(g->page);
	free(g);
}

void guest_send(struct guest *g, const union entry *entry)
{
	uint32_t at = g->tx->req_prod % VIF_RING_ENTRIES;

	memcpy(g->tx->entries + at * sizeof(*entry), entry, sizeof(*entry));
	g->tx->req_prod++;
}

void guest_offer(struct guest *g, uint16_t id, uint32_t gref)
{
	const struct vif_rx_request request = {.id = id, .gref = gref};
	uint32_t at = g->rx->req_prod % VIF_RING_ENTRIES;

	memcpy(g->rx->entries + at * sizeof(request), &request, sizeof(request));
	g->rx->req_prod++;
}

struct vif_tx_response guest_tx_response(const struct guest *g, uint32_t index)
{
	struct vif_tx_response response;

	memcpy(&response, g->tx->entries + index % VIF_RING_ENTRIES * sizeof(struct vif_tx_request),
	       sizeof(response));
	return response;
}

struct vif_rx_response guest_rx_response(const struct guest *g, uint32_t index)
{
	struct vif_rx_response response;

	memcpy(&response, g->rx->entries + index % VIF_RING_ENTRIES * sizeof(response),
	       sizeof(response));
	return response;
}

uint32_t guest_fill(struct guest *g, uint32_t pos, uint32_t max, uint64_t now_ns)
{
	uint32_t end = vif_from_guest(&g->from, &g->slots, pos, max, now_ns, &g->got);

	return nm_distance(pos, end, OUR_SLOTS);
}

uint8_t *guest_buf(struct guest *g, uint32_t slot)
{
	return vif_slot_buf(&g->slots, slot);
}

void guest_slot(struct guest *g, uint32_t pos, uint32_t bytes, uint16_t flags, uint8_t fill)
{
	memset(guest_buf(g, pos), fill, BUF_BYTES);
	g->slot[pos].len = bytes;
	g->slot[pos].flags = flags;
}

uint64_t vif_host_frame(const void *page)
{
	return (uintptr_t)page / VIF_PAGE_BYTES;
}

static uint8_t *ours(const struct vif_copy_end *end)
{
	return (uint8_t *)(uintptr_t)(end->frame * VIF_PAGE_BYTES) + end->offset;
}

/* NULL: not granted, or another domain's. */
static uint8_t *theirs(const struct vif_copy_end *end)
{
	uint32_t page = end->gref - GREF(0);

	if (end->domain != GUEST_ID || page >= GUEST_PAGES || !current->granted[page])
		return NULL;
	return current->page[page] + end->offset;
}

/* As strict as the hypervisor: neither end may leave its page. */
static void copy(struct vif_copy *op)
{
	bool from_guest = op->flags == 1;
	uint8_t *guest = theirs(from_guest ? &op->from : &op->to);

	assert(op->flags == 1 || op->flags == 2);
	assert(op->from.offset + op->bytes <= VIF_PAGE_BYTES);
	assert(op->to.offset + op->bytes <= VIF_PAGE_BYTES);
	op->status = guest ? 0 : -3;
	if (!guest)
		current->refused++;
	else if (from_guest)
		memcpy(ours(&op->to), guest, op->bytes);
	else
		memcpy(guest, ours(&op->from), op->bytes);
}

void vif_host_copy(struct vif_copy *op, unsigned n)
{
	unsigned i;

	current->hypercalls++;
	for (i = 0; i < n; i++)
		copy(&op[i]);
}
