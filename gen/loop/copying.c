/* SPDX-License-Identifier: BSD-2-Clause */
#include "copying.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define STRIDE_BYTES 2048

/* Longer frames lie closer to the next one, and the last one needs its room too. */
#define ROOM_BYTES ((size_t)COPYING_FRAMES * STRIDE_BYTES + UINT16_MAX)

int copying_open(struct copying *c, uint16_t frame_bytes)
{
	*c = (struct copying){malloc(ROOM_BYTES), malloc(ROOM_BYTES), frame_bytes};
	if (!c->from || !c->to)
		return -1;
	/* Pages that nobody wrote to may all be one page of zeroes. */
	memset(c->from, 1, ROOM_BYTES);
	memset(c->to, 1, ROOM_BYTES);
	return 0;
}

void copying_run(const struct copying *c, unsigned rounds)
{
	size_t i;

	while (rounds--) {
		for (i = 0; i < COPYING_FRAMES; i++)
			memcpy(c->to + i * STRIDE_BYTES, c->from + i * STRIDE_BYTES,
			       c->frame_bytes);
		/* Nobody reads the copies, and they are made all the same. */
		__asm__ volatile("" : : "r"(c->to) : "memory");
	}
}

void copying_close(struct copying *c)
{
	free(c->from);
	free(c->to);
	*c = (struct copying){0};
}
