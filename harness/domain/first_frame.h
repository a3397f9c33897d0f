/* SPDX-License-Identifier: BSD-2-Clause */
/* When each guest was first heard on a network interface of dom0, by the kernel's time stamps. */
#ifndef VB_FIRST_FRAME_H
#define VB_FIRST_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

#define FIRST_FRAME_GUESTS_MAX 64

/* Guest i sends from 02:00:00:00:02:i. */
#define FIRST_FRAME_MAC_FORMAT "02:00:00:00:02:%02x"

struct first_frame {
	int fd;
	unsigned heard;
	uint64_t at_ns[FIRST_FRAME_GUESTS_MAX]; /* CLOCK_REALTIME; 0: not yet */
};

/* CLOCK_REALTIME in ns, the clock of at_ns. */
uint64_t first_frame_now_ns(void);

/* Listens on that interface from now on. 0, or -1 with err. */
int first_frame_open(struct first_frame *f, const char *interface, struct vb_err *err);
void first_frame_close(struct first_frame *f);

/* Takes the frames that are there, waiting at most limit_ms for the first. */
void first_frame_collect(struct first_frame *f, unsigned limit_ms);

/* The guest that a frame with this source address is of, -1: none. */
int first_frame_guest(const unsigned char source[6]);

#endif
