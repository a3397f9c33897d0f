/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "table.h"

#define WORD_BITS 64
#define PORT_MASK ((1U << NM_TABLE_VALUE_BITS) - 1)

static uint64_t word_of(uint64_t key, uint32_t port)
{
	return ~(key << NM_TABLE_VALUE_BITS | (port < PORT_MASK ? port : PORT_MASK));
}

static uint64_t key_of(uint64_t word)
{
	return ~word >> NM_TABLE_VALUE_BITS;
}

/* Where the key is, or the free slot where it would go. */
static uint32_t slot_of(const struct nm_table *t, uint64_t key)
{
	uint32_t i = nm_table_home(t, key);

	while (t->slots[i] && key_of(t->slots[i]) != key)
		i = (i + 1) & t->mask;
	return i;
}

int nm_table_init(struct nm_table *t, unsigned bits)
{
	t->slots = os_alloc(sizeof(*t->slots) << bits);
	if (!t->slots)
		return -ENOMEM;
	t->mask = (1U << bits) - 1;
	t->shift = WORD_BITS - bits;
	t->entries = 0;
	t->moves = 0;
	return 0;
}

void nm_table_exit(struct nm_table *t)
{
	os_free(t->slots);
	t->slots = NULL;
}

int nm_table_set(struct nm_table *t, uint64_t key, uint32_t port)
{
	uint32_t i = slot_of(t, key);

	if (!t->slots[i]) {
		if (t->entries > t->mask / 2)
			return -ENOSPC;
		t->entries++;
	}
	os_store_release(&t->slots[i], word_of(key, port));
	return 0;
}

/* Would a lookup of what is in slot i still find it in the hole? */
static bool fits_hole(const struct nm_table *t, uint32_t i, uint32_t hole)
{
	uint32_t home = nm_table_home(t, key_of(t->slots[i]));

	return ((i - home) & t->mask) >= ((i - hole) & t->mask);
}

int nm_table_delete(struct nm_table *t, uint64_t key)
{
	uint32_t hole = slot_of(t, key), i;

	if (!t->slots[hole])
		return -ENOENT;
	for (i = (hole + 1) & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
		if (!fits_hole(t, i, hole))
			continue;
		os_store_release(&t->slots[hole], t->slots[i]);
		/* Whoever sees slot i reused sees this change too, and looks again. */
		os_store_release(&t->moves, t->moves + 1);
		hole = i;
	}
	os_store_release(&t->slots[hole], 0);
	t->entries--;
	return 0;
}

int nm_table_next(const struct nm_table *t, uint32_t *slot, uint64_t *key, uint32_t *port)
{
	uint32_t i;

	for (i = *slot; i <= t->mask; i++) {
		if (!t->slots[i])
			continue;
		*slot = i;
		*key = key_of(t->slots[i]);
		*port = ~t->slots[i] & PORT_MASK;
		return 0;
	}
	return -ENOENT;
}

int nm_table_widen(const struct nm_table *t, struct nm_table *wider)
{
	unsigned bits = WORD_BITS - t->shift + 1;
	uint32_t i;
	int rc;

	if (bits > NM_TABLE_BITS_MAX)
		return -ENOSPC;
	rc = nm_table_init(wider, bits);
	if (rc)
		return rc;
	for (i = 0; i <= t->mask; i++)
		if (t->slots[i])
			wider->slots[slot_of(wider, key_of(t->slots[i]))] = t->slots[i];
	wider->entries = t->entries;
	return 0;
}
