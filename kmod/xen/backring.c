/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "backring.h"

void vif_backring_init(struct vif_backring *ring, void *page, uint32_t entry_bytes)
{
	memset(page, 0, VIF_PAGE_BYTES);
	ring->shared = page;
	ring->shared->req_event = ring->shared->rsp_event = 1;
	ring->entry_bytes = entry_bytes;
	ring->req_prod = ring->rsp_cons = 0;
}

uint32_t vif_backring_room(const struct vif_backring *ring)
{
	return VIF_RING_ENTRIES - (ring->req_prod - ring->rsp_cons);
}

void vif_backring_put(struct vif_backring *ring, const void *request)
{
	memcpy(vif_shared_entry(ring->shared, ring->req_prod++, ring->entry_bytes), request,
	       ring->entry_bytes);
}

bool vif_backring_publish(struct vif_backring *ring)
{
	return vif_shared_publish(&ring->shared->req_prod, &ring->shared->req_event,
				  ring->req_prod);
}

int vif_backring_pending(const struct vif_backring *ring, uint32_t *n)
{
	*n = os_load_acquire(&ring->shared->rsp_prod) - ring->rsp_cons;
	return *n > ring->req_prod - ring->rsp_cons ? -EPROTO : 0;
}

void vif_backring_look(const struct vif_backring *ring, uint32_t ahead, void *response)
{
	vif_shared_copy(ring->shared, ring->rsp_cons + ahead, ring->entry_bytes, response);
}

bool vif_backring_await(struct vif_backring *ring, uint32_t wanted)
{
	uint32_t pending;

	OS_WRITE_ONCE(ring->shared->rsp_event, ring->rsp_cons + wanted);
	os_mb(); /* pairs with the backend's, between its responses and its look at rsp_event */
	return !vif_backring_pending(ring, &pending) && pending < wanted;
}
