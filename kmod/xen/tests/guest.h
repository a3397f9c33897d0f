/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest without a machine: its pages, what it granted, its two rings; and a netmap ring of ours.
 */
#ifndef XEN_TEST_GUEST_H
#define XEN_TEST_GUEST_H

#include "from_guest.h"
#include "to_guest.h"

#define GUEST_PAGES 64
#define OUR_SLOTS   128
#define BUF_BYTES   2048
#define GUEST_ID    7

/* Grant references are GREF(page). */
#define GREF(page) (100 + (page))

/* What a ring's entry can be. */
union entry {
	struct vif_tx_request tx;
	struct vif_extra extra;
	struct vif_rx_request rx;
	uint8_t bytes[12];
};

/* Extra information in the place of an entry, for tables of them. */
#define GSO(k, m, x)                                                                               \
	{                                                                                          \
		.extra = {.type = VIF_EXTRA_GSO, .flags = (x), .gso = {.type = (k), .mss = (m)} }  \
	}
#define EXTRA(t, x)                                                                                \
	{                                                                                          \
		.extra = {.type = (t), .flags = (x) }                                              \
	}

struct guest {
	uint8_t (*page)[VIF_PAGE_BYTES];
	bool granted[GUEST_PAGES];
	struct vif_shared *tx, *rx; /* a page each */
	struct vif_filter filter;
	struct vif_from_guest from;
	struct vif_to_guest to;
	struct netmap_slot slot[OUR_SLOTS];
	struct nm_pool pool;
	void *blocks[1];
	struct vif_slots slots;
	struct nm_rx_stats got;
	struct nm_tx_stats sent;
	unsigned hypercalls;
	unsigned refused; /* copies that the hypervisor would not do */
};

struct guest *guest_new(void);
void guest_free(struct guest *g);
/* Puts an entry behind those that are there, and shows it. */
void guest_send(struct guest *g, const union entry *entry);
void guest_offer(struct guest *g, uint16_t id, uint32_t gref);
/* A response, by its place. */
struct vif_tx_response guest_tx_response(const struct guest *g, uint32_t index);
struct vif_rx_response guest_rx_response(const struct guest *g, uint32_t index);
/* Has the backend fill slots from pos on. Returns how many it filled. */
uint32_t guest_fill(struct guest *g, uint32_t pos, uint32_t max, uint64_t now_ns);
uint8_t *guest_buf(struct guest *g, uint32_t slot);
/* A frame of ours in slot pos. */
void guest_slot(struct guest *g, uint32_t pos, uint32_t bytes, uint16_t flags, uint8_t fill);

#endif
