/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing what is received to a capture file. Safe for several threads. */
#ifndef PG_CAPTURE_H
#define PG_CAPTURE_H

#include <net/netmap.h>
#include <stdint.h>
#include <time.h>

#include "err.h"

struct capture;

/* Creates the file (pcap, Ethernet, nanoseconds). NULL with err on failure. */
struct capture *capture_open(const char *path, struct vb_err *err);

/*
 * Writes the whole packets among slots [from, from + n) of a receive ring, without the first
 * vnet_bytes of each. Returns 0, or -errno when the file cannot take them.
 */
int capture_slots(struct capture *c, const struct netmap_ring *ring, uint32_t from, uint32_t n,
		  unsigned vnet_bytes, const struct timespec *when);

/* Flushes and closes. Returns 0, or -1 with err if the file is not complete. */
int capture_close(struct capture *c, struct vb_err *err);

#endif
