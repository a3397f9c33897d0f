/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "frontring.h"

int vif_ring_init(struct vif_ring *ring, void *page, uint32_t entry_bytes)
{
	uint32_t pending;

	ring->shared = page;
	ring->entry_bytes = entry_bytes;
	ring->rsp_prod = OS_READ_ONCE(ring->shared->rsp_prod);
	ring->req_cons = ring->rsp_prod;
	return vif_ring_pending(ring, &pending);
}

int vif_ring_pending(const struct vif_ring *ring, uint32_t *n)
{
	uint32_t req_prod = os_load_acquire(&ring->shared->req_prod);

	*n = req_prod - ring->req_cons;
	if (req_prod - ring->rsp_prod > VIF_RING_ENTRIES || *n > VIF_RING_ENTRIES)
		return -EPROTO;
	return 0;
}

void vif_ring_look(const struct vif_ring *ring, uint32_t ahead, void *request)
{
	vif_shared_copy(ring->shared, ring->req_cons + ahead, ring->entry_bytes, request);
}

void vif_ring_respond(struct vif_ring *ring, const void *response, uint32_t bytes)
{
	memcpy(vif_shared_entry(ring->shared, ring->rsp_prod++, ring->entry_bytes), response,
	       bytes);
}

bool vif_ring_publish(struct vif_ring *ring)
{
	return vif_shared_publish(&ring->shared->rsp_prod, &ring->shared->rsp_event,
				  ring->rsp_prod);
}

bool vif_ring_await(struct vif_ring *ring, uint32_t wanted)
{
	uint32_t pending;

	OS_WRITE_ONCE(ring->shared->req_event, ring->req_cons + wanted);
	os_mb(); /* pairs with the frontend's, between its requests and its look at req_event */
	return !vif_ring_pending(ring, &pending) && pending < wanted;
}
