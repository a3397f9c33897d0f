/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The default forwarding decision: one entry a bucket, the last writer wins, a miss floods. An
 * entry is one word, so that CPUs may update the table without a lock and no reader sees half of
 * one.
 */
#ifndef NM_LEARN_H
#define NM_LEARN_H

#include "vale.h"

#define NM_ETHER_BYTES	   14
#define NM_MACS_BYTES	   12
#define NM_LEARN_BITS	   10
#define NM_LEARN_BUCKETS   (1U << NM_LEARN_BITS)
#define NM_LEARN_PORT_BITS 16
#define NM_LEARN_VALID	   0x8000U /* tells an entry of port 0 from an empty bucket */
#define NM_LEARN_PORT_MASK 0xffffU
#define NM_LEARN_HASH_MIX  0x9e3779b97f4a7c15ULL /* 2^64 over the golden ratio mixes upwards */

struct nm_learn {
	/* The address in the high 48 bits, NM_LEARN_VALID | port in the low 16. */
	uint64_t entry[NM_LEARN_BUCKETS];
};

/* Destination and source address, read once from a frame that may change under our hands. */
struct nm_macs {
	uint8_t dst[6];
	uint8_t src[6];
} __attribute__((aligned(4)));

/*
 * Are these the addresses at p? Two loads, which may come from memory that its owner is rewriting.
 */
static inline bool nm_macs_at(const void *p, const struct nm_macs *macs)
{
	uint64_t a, b;
	uint32_t c, d;

	__builtin_memcpy(&a, p, sizeof(a));
	__builtin_memcpy(&b, macs, sizeof(b));
	__builtin_memcpy(&c, (const char *)p + sizeof(a), sizeof(c));
	__builtin_memcpy(&d, (const char *)macs + sizeof(b), sizeof(d));
	return a == b && c == d;
}

extern const struct nm_lookup_ops nm_learn_ops;

static inline uint64_t nm_mac_key(const uint8_t *mac)
{
	return (uint64_t)mac[0] << 56 | (uint64_t)mac[1] << 48 | (uint64_t)mac[2] << 40 |
	       (uint64_t)mac[3] << 32 | (uint64_t)mac[4] << 24 | (uint64_t)mac[5] << 16;
}

static inline uint64_t *nm_learn_bucket(struct nm_learn *table, uint64_t key)
{
	return &table->entry[key * NM_LEARN_HASH_MIX >> (64 - NM_LEARN_BITS)];
}

static inline bool nm_mac_is_group(const uint8_t *mac)
{
	return mac[0] & 1;
}

/*
 * Learns the source (unless told not to) and returns the port of the destination, or
 * NM_VALE_FLOOD. An entry is written only when it changes, so that a steady flow shares the
 * table's lines among CPUs, and a station that moves is always followed.
 */
static inline uint32_t nm_learn_route(struct nm_learn *table, const struct nm_macs *macs,
				      uint32_t src_port, bool learn)
{
	uint64_t *bucket, entry, key;

	if (learn && !nm_mac_is_group(macs->src)) {
		key = nm_mac_key(macs->src);
		entry = key | NM_LEARN_VALID | src_port;
		bucket = nm_learn_bucket(table, key);
		if (OS_READ_ONCE(*bucket) != entry)
			OS_WRITE_ONCE(*bucket, entry);
	}
	if (nm_mac_is_group(macs->dst))
		return NM_VALE_FLOOD;
	key = nm_mac_key(macs->dst);
	entry = OS_READ_ONCE(*nm_learn_bucket(table, key));
	if ((entry ^ key) >> NM_LEARN_PORT_BITS || !(entry & NM_LEARN_VALID))
		return NM_VALE_FLOOD;
	return entry & (NM_LEARN_VALID - 1);
}

/* Forgets what a leaving port taught, so that its number can be reused. Write lock held. */
void nm_learn_forget(struct nm_learn *table, uint32_t port);

#endif
