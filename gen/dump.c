/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>

#include "ring.h"
#include "tx.h"

#define LINE_BYTES 16

static void dump_line(FILE *out, const uint8_t *p, uint32_t offset, uint32_t n)
{
	char hex[3 * LINE_BYTES + 1], text[LINE_BYTES + 1];
	uint32_t i;

	for (i = 0; i < LINE_BYTES; i++) {
		bool there = i < n;

		snprintf(hex + 3 * i, 4, there ? "%02x " : "   ", there ? p[i] : 0);
		text[i] = there ? (isprint(p[i]) ? (char)p[i] : '.') : '\0';
	}
	text[LINE_BYTES] = '\0';
	fprintf(out, "%5u: %s%s\n", offset, hex, text);
}

void dump_slots(FILE *out, const struct netmap_ring *ring, uint32_t from, uint32_t n)
{
	for (; n; n--, from = ring_next(ring, from)) {
		const struct netmap_slot *slot = &ring->slot[from];
		const uint8_t *p = slot->flags & NS_INDIRECT ? (const uint8_t *)(uintptr_t)slot->ptr
							     : ring_buf(ring, slot);
		uint32_t offset;

		fprintf(out, "ring %p cur %5u [buf %6u flags 0x%04x len %5u]\n", (const void *)ring,
			from, slot->buf_idx, slot->flags, slot->len);
		for (offset = 0; offset < slot->len; offset += LINE_BYTES)
			dump_line(out, p + offset, offset,
				  slot->len - offset < LINE_BYTES ? slot->len - offset
								  : LINE_BYTES);
	}
}
