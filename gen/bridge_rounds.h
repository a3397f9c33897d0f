/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long rounds of bridge took, each for its packets. The middle one tells what a packet costs
 * where the processor was not taken away, however often it was.
 */
#ifndef GEN_BRIDGE_ROUNDS_H
#define GEN_BRIDGE_ROUNDS_H

#include <stdint.h>

#define BRIDGE_ROUNDS 4096 /* the latest are kept */

struct bridge_rounds {
	double ns[BRIDGE_ROUNDS]; /* a packet */
	uint64_t count;
};

void bridge_rounds_add(struct bridge_rounds *r, uint64_t ns, uint64_t packets);
/* Median, ns a packet; 0 without any. Changes their order, so it is the last that is asked. */
double bridge_rounds_middle(struct bridge_rounds *r);

#endif
