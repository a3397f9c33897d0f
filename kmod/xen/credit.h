/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A limit of so many bytes in each interval (xl: rate=). Zeroed: no limit. */
#ifndef VIF_CREDIT_H
#define VIF_CREDIT_H

#include "os.h"

struct vif_credit {
	uint64_t interval_ns;
	uint64_t begin_ns; /* of the present interval */
	uint64_t bytes;	   /* in an interval; 0: no limit */
	uint64_t left;
};

/*
 * May a frame go? One that is larger than an interval's worth goes as the first of an interval.
 * False: not before *wait_ns.
 */
static inline bool vif_credit_take(struct vif_credit *c, uint64_t now_ns, uint32_t bytes,
				   uint64_t *wait_ns)
{
	if (!c->bytes)
		return true;
	if (now_ns - c->begin_ns >= c->interval_ns) {
		c->begin_ns = now_ns;
		c->left = c->bytes;
	}
	if (bytes > c->left && c->left < c->bytes) {
		*wait_ns = c->begin_ns + c->interval_ns - now_ns;
		return false;
	}
	c->left -= bytes < c->left ? bytes : c->left;
	return true;
}

#endif
