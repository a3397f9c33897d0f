/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lookup modules that are commanded from user space (vale_modctl.h): such a module is a name, a
 * lookup function, and the kinds of keys that it wants tables of. The switch keeps the tables, one
 * set for each switch that the module runs, and answers the requests.
 */
#ifndef _NET_VALE_LOOKUP_H_
#define _NET_VALE_LOOKUP_H_

#include <net/vale_modctl.h>
#include <net/vale_module.h>

#define NM_TABLE_MISS	    0xffffffffU
#define NM_TABLE_VALUE_BITS 8
#define NM_TABLE_HASH_MIX   0x9e3779b97f4a7c15ULL /* 2^64 over the golden ratio: spreads upwards */

/*
 * Keys of at most 56 bits to port numbers. Open addressing in words, each the complement of
 * key << 8 | port, 0 empty, at most half of them used: a lookup needs no lock while one writer
 * changes the table, and usually touches one cache line.
 */
struct nm_table {
	uint64_t *slots;
	uint32_t mask;	/* slots - 1, a power of two less one */
	uint32_t shift; /* from a mixed key to its first slot */
	uint32_t entries;
	uint32_t moves; /* entries that ever moved to another slot */
};

static inline uint32_t nm_table_home(const struct nm_table *t, uint64_t key)
{
	return (key * NM_TABLE_HASH_MIX) >> t->shift;
}

/* One pass; an entry that moves meanwhile may be missed. */
static inline uint32_t nm_table_probe(const struct nm_table *t, uint64_t key)
{
	uint32_t i = nm_table_home(t, key);
	uint64_t word;

	while ((word = __atomic_load_n(&t->slots[i], __ATOMIC_ACQUIRE)) != 0) {
		word = ~word;
		if (word >> NM_TABLE_VALUE_BITS == key)
			return word & ((1U << NM_TABLE_VALUE_BITS) - 1);
		i = (i + 1) & t->mask;
	}
	return NM_TABLE_MISS;
}

/* The port of a key, or NM_TABLE_MISS. For lookup functions. */
static inline uint32_t nm_table_find(const struct nm_table *t, uint64_t key)
{
	uint32_t moves, port;

	do {
		moves = __atomic_load_n(&t->moves, __ATOMIC_ACQUIRE);
		port = nm_table_probe(t, key);
	} while (port == NM_TABLE_MISS && __atomic_load_n(&t->moves, __ATOMIC_RELAXED) != moves);
	return port;
}

/* What lookup gets as private data. */
struct nm_lookup_state {
	const struct nm_lookup_module *module;
	uint32_t default_port;		       /* for frames without an entry */
	struct nm_table table[VALE_KEY_KINDS]; /* those of the module's kinds */
	void *own;			       /* own_bytes of the module, zeroed */
};

struct nm_lookup_module {
	struct nm_lookup_ops ops; /* name and lookup, and dtor where one is needed; no release */
	uint32_t kinds;		  /* bits 1 << VALE_KEY_* */
	size_t own_bytes;	  /* of state of the module's own for each switch */
	struct nm_lookup_module *next; /* of those that are loaded */
};

static inline uint64_t nm_key_of_mac(const uint8_t *mac)
{
	return (uint64_t)mac[0] << 40 | (uint64_t)mac[1] << 32 | (uint64_t)mac[2] << 24 |
	       (uint64_t)mac[3] << 16 | (uint64_t)mac[4] << 8 | mac[5];
}

static inline uint64_t nm_key_of_ip4(const uint8_t *ip4)
{
	return (uint64_t)ip4[0] << 24 | (uint64_t)ip4[1] << 16 | (uint64_t)ip4[2] << 8 | ip4[3];
}

static inline uint64_t nm_key_of_tuple(const uint8_t *ip4, uint8_t protocol, uint16_t l4_port)
{
	return nm_key_of_ip4(ip4) << 24 | (uint64_t)protocol << 16 | l4_port;
}

/*
 * Loads a module, and lets it run the switch (NULL or "": none), dropping frames without an entry.
 * -EINVAL: its name is empty, too long or that of a switch; -EEXIST: it is loaded; -ENODEV: no such
 * switch; -EACCES: the switch is exclusive; -ENOMEM. On failure it is not loaded.
 */
int nm_lookup_load(struct nm_lookup_module *module, const char *switch_name);
/* Every switch that it runs learns again. None of its functions runs when this returns. */
void nm_lookup_unload(struct nm_lookup_module *module);

#endif
