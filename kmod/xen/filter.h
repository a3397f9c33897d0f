/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The multicast addresses that a guest wants to receive; read while they change. */
#ifndef VIF_FILTER_H
#define VIF_FILTER_H

#include "os.h"

#define VIF_FILTER_MAX 64

struct vif_filter {
	bool on;		      /* off: all pass */
	struct os_spin lock;	      /* of those who change it */
	uint64_t mac[VIF_FILTER_MAX]; /* 0: none */
};

/* False: there is no room, or it is no multicast address. */
bool vif_filter_add(struct vif_filter *f, const uint8_t mac[6]);
void vif_filter_del(struct vif_filter *f, const uint8_t mac[6]);
/* Is a frame with this destination to be delivered? */
bool vif_filter_passes(const struct vif_filter *f, const uint8_t mac[6]);

#endif
