/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A learning bridge as a module, to start one's own from; or the low byte of the destination MAC.
 */
#include "headers.h"
#include "loadable.h"
#include "modules.h"

#define BUCKET_BITS 10
#define BUCKETS	    (1U << BUCKET_BITS)
#define PORT_BITS   16
#define VALID	    0x8000U /* tells port 0 from an empty bucket */

int learn_type = LEARN_BRIDGE;

/* An address in the high 48 bits and its port below, in one word: no reader sees half of an entry.
 */
struct learn_table {
	uint64_t bucket[BUCKETS];
};

static uint64_t *bucket_of(struct learn_table *table, uint64_t mac)
{
	return &table->bucket[(mac << PORT_BITS) * NM_TABLE_HASH_MIX >> (64 - BUCKET_BITS)];
}

static uint64_t bucket_read(const uint64_t *bucket)
{
	return __atomic_load_n(bucket, __ATOMIC_RELAXED);
}

static void learn(struct learn_table *table, const uint8_t *mac, uint32_t port)
{
	uint64_t key = nm_key_of_mac(mac), word = key << PORT_BITS | VALID | port;
	uint64_t *bucket = bucket_of(table, key);

	if (bucket_read(bucket) != word) /* a line that nobody writes is everybody's to keep */
		__atomic_store_n(bucket, word, __ATOMIC_RELAXED);
}

static uint32_t route(struct learn_table *table, const uint8_t *mac)
{
	uint64_t key = nm_key_of_mac(mac), word = bucket_read(bucket_of(table, key));

	if (word >> PORT_BITS != key || !(word & VALID))
		return NM_BDG_BROADCAST;
	return word & (VALID - 1);
}

static uint32_t learn_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			     void *private_data)
{
	const struct nm_lookup_state *state = private_data;
	struct ether_header ether;

	if (!nm_bdg_read(ft, 0, &ether, sizeof(ether)))
		return NM_BDG_NOPORT;
	if (learn_type == LEARN_LOW_BYTE)
		return ether.dst[5];
	if (!(ether.src[0] & 1) && !(ft->ft_flags & NS_NO_LEARN))
		learn(state->own, ether.src, netmap_bdg_idx(src));
	return ether.dst[0] & 1 ? NM_BDG_BROADCAST : route(state->own, ether.dst);
}

/* The number of a port that left will be another's. */
static void learn_forget(const struct nm_port *port)
{
	struct nm_lookup_state *state = netmap_bdg_private_data(port);
	struct learn_table *table = state->own;
	uint64_t port_bits = VALID | netmap_bdg_idx(port);
	unsigned i;

	for (i = 0; i < BUCKETS; i++)
		if ((table->bucket[i] & ((1U << PORT_BITS) - 1)) == port_bits)
			table->bucket[i] = 0;
}

struct nm_lookup_module vale_learn = {
	.ops = {.name = "learn", .lookup = learn_lookup, .dtor = learn_forget},
	.own_bytes = sizeof(struct learn_table),
};

VALE_LOADABLE_INT(type, learn_type, "0: a learning bridge, 1: the low byte of the MAC is the port");
VALE_LOADABLE(vale_learn, "vale0", "VALE lookup: a learning bridge");
