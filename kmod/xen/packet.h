/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A frame, or a command, that a guest described in its requests; all of it checked. */
#ifndef VIF_PACKET_H
#define VIF_PACKET_H

#include "frontring.h"

struct vif_frag {
	uint32_t gref;
	uint16_t offset; /* offset + bytes is within a page */
	uint16_t bytes;
};

struct vif_packet {
	uint32_t bytes;	  /* the sum of its fragments */
	uint16_t slots;	  /* entries of the ring: requests and extras */
	uint16_t nextras; /* they follow the first request */
	uint16_t nfrags;
	uint16_t flags;	 /* VIF_TX_*, of the first request */
	uint16_t mss;	 /* with gso */
	uint8_t gso;	 /* VIF_GSO_*; 0: none */
	uint8_t command; /* VIF_EXTRA_MCAST_*; 0: none, it is a frame */
	uint8_t mac[6];
	uint16_t id[VIF_SLOTS_MAX]; /* of its requests */
	struct vif_frag frag[VIF_SLOTS_MAX];
};

enum vif_verdict {
	VIF_INCOMPLETE, /* the rest has not been sent yet */
	VIF_GOOD,
	VIF_BAD,    /* to be answered with errors; the next one may be better */
	VIF_BROKEN, /* nothing that this guest says can be believed: *why */
};

/*
 * Reads, without taking it, what begins with the next request. pending is how many wait. p->slots
 * and p->id hold for good and bad ones.
 */
enum vif_verdict vif_packet_read(const struct vif_ring *ring, uint32_t pending,
				 struct vif_packet *p, const char **why);

/* Takes it, and answers: status for each request, VIF_NULL for extras. */
void vif_packet_answer(struct vif_ring *ring, const struct vif_packet *p, int16_t status);

#endif
