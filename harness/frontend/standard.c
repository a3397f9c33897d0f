/* SPDX-License-Identifier: BSD-2-Clause */
#include "standard.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"

#define ANSWER_MS 10000
#define GLANCE_US 1000

static const uint8_t frame[] = {
	0x02, 0, 0, 0, 0,    0x01, /* to dom0's end of the switch */
	0x02, 0, 0, 0, 0x66, 0x66, 0x88, 0xb5,
};

static uint8_t *entry(struct vif_shared *ring, uint32_t index)
{
	return ring->entries + index % VIF_RING_ENTRIES * sizeof(struct vif_tx_request);
}

static int write_keys(struct standard *s, struct vb_err *err)
{
	if (frontend_write_number("tx-ring-ref", s->rings.ref[0], err) ||
	    frontend_write_number("rx-ring-ref", s->rings.ref[1], err))
		return -1;
	return frontend_write("request-rx-copy", "1", err);
}

int standard_connect(struct standard *s, struct frontend *f, struct vb_err *err)
{
	memset(s, 0, sizeof(*s));
	s->front = f;
	if (grants_give(&s->rings, f->domain, 2, err) ||
	    grants_give(&s->data, f->domain, STANDARD_DATA_PAGES, err))
		return -1;
	s->tx = (struct vif_shared *)s->rings.base;
	s->rx = (struct vif_shared *)(s->rings.base + GRANT_PAGE_BYTES);
	s->tx->req_event = s->tx->rsp_event = 1;
	s->rx->req_event = s->rx->rsp_event = 1;
	memcpy(s->data.base, frame, sizeof(frame));
	if (write_keys(s, err))
		return -1;
	return frontend_connect(f, err);
}

int standard_close(struct standard *s, struct vb_err *err)
{
	int failed = frontend_close(s->front, err);

	grants_end(&s->rings);
	grants_end(&s->data);
	return failed;
}

void standard_put(struct standard *s, const void *request, size_t bytes)
{
	memcpy(entry(s->tx, s->tx_next++), request, bytes);
}

void standard_show(struct standard *s)
{
	os_store_release(&s->tx->req_prod, s->tx_next);
	channel_notify(&s->front->channels, 0);
}

struct vif_tx_request standard_frame(const struct standard *s, uint16_t offset, uint16_t bytes,
				     uint16_t flags)
{
	return (struct vif_tx_request){
		.gref = s->data.ref[0], .offset = offset, .flags = flags, .bytes = bytes};
}

static void look(struct standard *s)
{
	uint32_t there = os_load_acquire(&s->tx->rsp_prod);
	struct vif_tx_response response;

	for (; s->tx_seen != there && s->tx_seen != s->tx_next; s->tx_seen++) {
		memcpy(&response, entry(s->tx, s->tx_seen), sizeof(response));
		s->good += response.status == VIF_OKAY;
		s->bad += response.status == VIF_ERROR;
	}
}

bool standard_answered(struct standard *s)
{
	uint64_t end = vb_now_ms() + ANSWER_MS;

	for (look(s); s->tx_seen != s->tx_next && vb_now_ms() < end; look(s))
		usleep(GLANCE_US);
	return s->tx_seen == s->tx_next;
}
