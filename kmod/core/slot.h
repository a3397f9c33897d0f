/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A slot as two words, so that a task that rewrites it cannot make one descriptor out of two. */
#ifndef NM_SLOT_H
#define NM_SLOT_H

#include <net/netmap.h>

#include "os.h"

union nm_slot {
	struct {
		uint64_t low, ptr;
	};
	struct {
		uint32_t buf_idx;
		uint16_t len;
		uint16_t flags;
	};
};

typedef uint64_t __attribute__((may_alias)) nm_slot_word;

/* Index, length and flags in one load, so that the owner cannot change one between two looks. */
static inline union nm_slot nm_slot_look(const struct netmap_slot *slot)
{
	return (union nm_slot){.low = *(const volatile nm_slot_word *)slot};
}

static inline union nm_slot nm_slot_read(const struct netmap_slot *slot)
{
	const volatile nm_slot_word *word = (const nm_slot_word *)slot;
	union nm_slot s = {.low = word[0]};

	s.ptr = word[1];
	return s;
}

/* Writes only the words that differ: the line of a slot that stays stays where it is cached. */
static inline void nm_slot_update(struct netmap_slot *slot, union nm_slot s)
{
	volatile nm_slot_word *word = (nm_slot_word *)slot;

	if (word[0] != s.low)
		word[0] = s.low;
	if (word[1] != s.ptr)
		word[1] = s.ptr;
}

#endif
