/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * When a sender asks for the line of the cursor that an owner watches: before the copy and once
 * more near its end, which is better when the two CPUs are far from each other, or near its end
 * only, which is better when they are not. Nobody says which it is, and it changes where a host
 * moves CPUs. So both are tried by turns from time to time, and what took less time is kept. On the
 * clock depends which of the two that is, and nothing else.
 */
#ifndef NM_ASKING_H
#define NM_ASKING_H

#include "os.h"

#define NM_ASKING_BLOCK	  4096			   /* packets of which the time is taken */
#define NM_ASKING_TRIES	  8			   /* blocks of each way; the shortest counts */
#define NM_ASKING_REST	  (1024 * NM_ASKING_BLOCK) /* packets until they are tried again */
#define NM_ASKING_CLEARLY 32			   /* one part in so many less is better */

struct nm_asking {	   /* begins as zeros */
	uint64_t since;	   /* the block began */
	uint64_t least[2]; /* time of a block: asked before the copy too, late only */
	int32_t left;	   /* packets of the block, or of the rest */
	uint16_t blocks;   /* of the trial */
	bool late;	   /* is only asked for near the copy's end */
};

/* A block or the rest is over. */
void nm_asking_next(struct nm_asking *a, uint64_t now);

/* So many packets were delivered. */
static inline void nm_asking_count(struct nm_asking *a, uint32_t packets)
{
	a->left -= packets;
	if (unlikely(a->left <= 0))
		nm_asking_next(a, os_cycles());
}

#endif
