/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The default forwarding decision: the last writer wins, a miss floods. An entry is one word, so
 * that CPUs may update the table without a lock and no reader sees half of one. A bucket is a
 * cache line of entries, so that stations push each other out only when there are really many.
 */
#ifndef NM_LEARN_H
#define NM_LEARN_H

#include "vale.h"

#define NM_ETHER_BYTES	   14
#define NM_LEARN_BITS	   9 /* of the number of a bucket */
#define NM_LEARN_BUCKETS   (1U << NM_LEARN_BITS)
#define NM_LEARN_WAYS	   8 /* entries of a bucket */
#define NM_LEARN_WAY_BITS  3
#define NM_LEARN_PORT_BITS 16
#define NM_LEARN_VALID	   0x8000U /* tells an entry of port 0 from an empty one */
#define NM_LEARN_PORT_MASK 0xffffU
#define NM_LEARN_HASH_MIX  0x9e3779b97f4a7c15ULL /* 2^64 over the golden ratio mixes upwards */

struct nm_learn {
	/* The address in the high 48 bits, NM_LEARN_VALID | port in the low 16. */
	uint64_t entry[NM_LEARN_BUCKETS][NM_LEARN_WAYS] __attribute__((aligned(64)));
};

/* Destination and source address, read once from a frame that may change under our hands. */
struct nm_macs {
	uint8_t dst[6];
	uint8_t src[6];
} __attribute__((aligned(4)));

extern const struct nm_lookup_ops nm_learn_ops;

/* Addresses in the high 48 bits, in the byte order of the CPU: nobody but us looks at them. */
struct nm_keys {
	uint64_t dst, src;
};

/* Of the frame at p. Two loads, which may come from memory that its owner is rewriting. */
static inline struct nm_keys nm_keys_at(const void *p)
{
	const uint64_t low = NM_LEARN_PORT_MASK;
	uint64_t a, b;

	__builtin_memcpy(&a, p, sizeof(a));
	__builtin_memcpy(&b, (const char *)p + 4, sizeof(b));
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return (struct nm_keys){.dst = a << NM_LEARN_PORT_BITS, .src = b & ~low};
	return (struct nm_keys){.dst = a & ~low, .src = b << NM_LEARN_PORT_BITS};
}

/* The group bit is the lowest of the first byte. */
static inline bool nm_key_is_group(uint64_t key)
{
	return key >> (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? NM_LEARN_PORT_BITS : 56) & 1;
}

/* Where an address is looked for: in a bucket, from its own place on. */
struct nm_learn_place {
	uint64_t *bucket;
	uint32_t own;
};

static inline struct nm_learn_place nm_learn_place(struct nm_learn *table, uint64_t key)
{
	uint32_t hash = key * NM_LEARN_HASH_MIX >> (64 - NM_LEARN_BITS - NM_LEARN_WAY_BITS);

	return (struct nm_learn_place){.bucket = table->entry[hash >> NM_LEARN_WAY_BITS],
				       .own = hash & (NM_LEARN_WAYS - 1)};
}

/* The own place alone: buckets follow one another, so the hash is its number in the table. */
static inline uint64_t *nm_learn_own(struct nm_learn *table, uint64_t key)
{
	return &table->entry[0][0] +
	       (key * NM_LEARN_HASH_MIX >> (64 - NM_LEARN_BITS - NM_LEARN_WAY_BITS));
}

static inline bool nm_learn_is(uint64_t entry, uint64_t key)
{
	return !((entry ^ key) >> NM_LEARN_PORT_BITS) && entry & NM_LEARN_VALID;
}

/* The parts that are rarely needed: the address is not in its own place. */
void nm_learn_put(struct nm_learn *table, uint64_t key, uint32_t port);
uint32_t nm_learn_seek(struct nm_learn *table, uint64_t key);

/*
 * The port of this station is learned. An entry is written only when it changes, so that a steady
 * flow shares the table's lines among CPUs, and a station that moves is always followed.
 */
static inline void nm_learn_station(struct nm_learn *table, uint64_t key, uint32_t port)
{
	if (unlikely(OS_READ_ONCE(*nm_learn_own(table, key)) != (key | NM_LEARN_VALID | port)))
		nm_learn_put(table, key, port);
}

/*
 * The port of a destination, or NM_VALE_FLOOD. Nobody teaches a group, so none is found in its own
 * place, and one comparison says all: is it this station, and at which port.
 */
static inline uint32_t nm_learn_find(struct nm_learn *table, uint64_t key)
{
	uint64_t port = OS_READ_ONCE(*nm_learn_own(table, key)) ^ (key | NM_LEARN_VALID);

	return likely(port < NM_VALE_FLOOD) ? port : nm_learn_seek(table, key);
}

/* Forgets what a leaving port taught, so that its number can be reused; it teaches no more. */
void nm_learn_forget(struct nm_learn *table, uint32_t port);

#endif
