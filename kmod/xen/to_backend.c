/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "to_backend.h"

/* A whole frame's pages and an extra. Backends need not take more than 18. */
#define FRAME_SLOTS ((VIF_FRAME_MAX + VIF_PAGE_BYTES - 1) / VIF_PAGE_BYTES + 1)
/* Who waited for room is told when there is some for several frames. */
#define ROOM_TO_AWAIT (VIF_RING_ENTRIES / 4)

void vif_to_backend_init(struct vif_to_backend *q, void *page, const uint32_t *gref)
{
	uint16_t id;

	memset(q, 0, sizeof(*q));
	vif_backring_init(&q->ring, page, sizeof(struct vif_tx_request));
	q->gref = gref;
	for (id = 0; id < VIF_RING_ENTRIES; id++)
		q->free[q->nfree++] = id;
}

/* Where every entry is of use or an extra, there are no fewer ids than entries. */
bool vif_to_backend_room(const struct vif_to_backend *q)
{
	return vif_backring_room(&q->ring) >= FRAME_SLOTS;
}

static uint16_t id_take(struct vif_to_backend *q, enum vif_out_use use)
{
	uint16_t id = q->free[--q->nfree];

	q->use[id] = use;
	return id;
}

static uint16_t put_page(struct vif_to_backend *q, enum vif_out_use use, uint16_t flags,
			 uint16_t bytes)
{
	struct vif_tx_request request = {.flags = flags, .bytes = bytes};

	request.id = id_take(q, use);
	request.gref = q->gref[request.id];
	vif_backring_put(&q->ring, &request);
	return request.id;
}

static void put_extra(struct vif_to_backend *q, const struct vif_extra *extra)
{
	vif_backring_put(&q->ring, extra);
	q->nulls++;
}

static void put_gso(struct vif_to_backend *q, const struct vif_out_frame *f)
{
	const struct vif_extra extra = {
		.type = VIF_EXTRA_GSO,
		.gso = {.mss = f->mss, .type = f->gso},
	};

	put_extra(q, &extra);
}

uint32_t vif_to_backend_put(struct vif_to_backend *q, const struct vif_out_frame *f,
			    uint16_t id[VIF_SLOTS_MAX])
{
	uint32_t pages = vif_out_pages(f), i;
	uint16_t flags = f->flags;

	if (f->gso)
		flags |= VIF_TX_EXTRA;
	for (i = 0; i < pages; i++) {
		uint32_t left = f->bytes - i * VIF_PAGE_BYTES;
		uint16_t more = i + 1 < pages ? VIF_TX_MORE : 0;

		/* The first one tells the length of all. */
		if (i && left > VIF_PAGE_BYTES)
			left = VIF_PAGE_BYTES;
		id[i] = put_page(q, VIF_OUT_FRAME, flags | more, left);
		flags = 0;
		if (!i && f->gso)
			put_gso(q, f);
	}
	q->packets++;
	q->bytes += f->bytes;
	return pages;
}

void vif_to_backend_command(struct vif_to_backend *q, uint8_t command, const uint8_t mac[6])
{
	struct vif_extra extra = {.type = command};

	memcpy(extra.mac, mac, sizeof(extra.mac));
	put_page(q, VIF_OUT_COMMAND, VIF_TX_EXTRA, 0);
	put_extra(q, &extra);
}

void vif_to_backend_publish(struct vif_to_backend *q)
{
	q->notify |= vif_backring_publish(&q->ring);
}

/* An extra has no id. False: the answer is to nothing that was asked. */
static bool answered(struct vif_to_backend *q, const struct vif_tx_response *r)
{
	if (r->status == VIF_NULL) {
		if (!q->nulls)
			return false;
		q->nulls--;
		return true;
	}
	if (r->id >= VIF_RING_ENTRIES || q->use[r->id] == VIF_OUT_FREE)
		return false;
	if (r->status != VIF_OKAY) {
		q->errors += q->use[r->id] == VIF_OUT_FRAME;
		q->command_failed |= q->use[r->id] == VIF_OUT_COMMAND;
	}
	q->use[r->id] = VIF_OUT_FREE;
	q->free[q->nfree++] = r->id;
	return true;
}

void vif_to_backend_reap(struct vif_to_backend *q)
{
	uint8_t entry[sizeof(struct vif_tx_request)];
	struct vif_tx_response response;
	uint32_t pending;

	if (q->broken)
		return;
	if (vif_backring_pending(&q->ring, &pending)) {
		q->broken = "more answers than there were requests";
		return;
	}
	for (; pending && !q->broken; pending--) {
		vif_backring_look(&q->ring, 0, entry);
		memcpy(&response, entry, sizeof(response));
		q->ring.rsp_cons++;
		if (!answered(q, &response))
			q->broken = "an answer to nothing that was sent";
	}
}

bool vif_to_backend_await(struct vif_to_backend *q)
{
	uint32_t room = vif_backring_room(&q->ring);

	return room >= ROOM_TO_AWAIT ? false : vif_backring_await(&q->ring, ROOM_TO_AWAIT - room);
}

bool vif_to_backend_await_all(struct vif_to_backend *q)
{
	uint32_t waiting = q->ring.req_prod - q->ring.rsp_cons;

	return waiting && vif_backring_await(&q->ring, waiting);
}
