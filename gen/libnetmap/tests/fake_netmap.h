/* SPDX-License-Identifier: BSD-2-Clause */
/* A netmap device without a switch: it hands out small regions, counts, and fails when told to. */
#ifndef FAKE_NETMAP_H
#define FAKE_NETMAP_H

#include <net/netmap.h>
#include <stdbool.h>

#include "device.h"

enum { FAKE_REGION_BYTES = 65536, FAKE_IF_OFFSET = 256, FAKE_TEXT_BYTES = 4096 };

struct fake_netmap {
	int open_error, register_error, mmap_error; /* positive errno: the next such call fails */
	uint32_t option_status;			    /* what every option of a REGISTER gets */
	uint16_t mem_id;			    /* what ports without a region get */
	unsigned tx_rings, rx_rings;		    /* host rings, one a direction, come on top */
	uint64_t bound_tx, bound_rx;		    /* bit i: ring i belongs to the descriptor */
	int opened, closed, mapped, unmapped;
	struct nmreq_header header; /* of the last request */
	struct nmreq_register reg;  /* of the last REGISTER, as it came */
	char said[FAKE_TEXT_BYTES]; /* messages of the context, a line each */
	long fail_malloc;	    /* n: the nth allocation fails */
	int live;		    /* allocations not yet freed */
};

extern struct fake_netmap fake;
extern const struct nmdev_ops fake_netmap_ops;

/* Forgets everything, and begins a context over the device. */
void fake_begin(struct nmctx_of *c);

#endif
