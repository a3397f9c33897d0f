/* SPDX-License-Identifier: BSD-2-Clause */
/* Bare copying between as many buffers as a ring has, as far apart as a ring's. */
#ifndef LOOP_COPYING_H
#define LOOP_COPYING_H

#include <stdint.h>

#define COPYING_FRAMES 1024 /* a round */

struct copying {
	char *from, *to;
	uint16_t frame_bytes;
};

/* 0, or -1 without memory. */
int copying_open(struct copying *c, uint16_t frame_bytes);
void copying_run(const struct copying *c, unsigned rounds);
void copying_close(struct copying *c);

#endif
