/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A task that writes what it likes, when it likes, into all that it shares with the switch: nothing
 * crashes, others are served, and nobody reads what was never shared with him.
 */
#include <pthread.h>
#include <stdlib.h>

#include "support.h"

#define ROUNDS	     8000
#define SECRET	     0x5ec2e7a11dea57ULL
#define PADDING_MAX  63 /* bytes behind a packet that may be copied along with it */
#define TAIL_PATTERN 0x7e

struct vandal {
	struct netmap_ring *rings[2];
	struct netmap_if *nifp;
	uint32_t slots[2];
	uint16_t flags; /* of slots, those that it may set */
	pthread_t thread;
	volatile bool stop;
};

static void scribble(struct vandal *v, unsigned *seed)
{
	unsigned which = rand_r(seed) % 2;
	volatile struct netmap_ring *ring = v->rings[which];
	volatile struct netmap_slot *slot = &ring->slot[rand_r(seed) % v->slots[which]];

	slot->buf_idx = rand_r(seed) % 3 ? rand_r(seed) % 4096U : rand_r(seed) * 2U;
	slot->len = rand_r(seed);
	slot->flags = rand_r(seed) & v->flags;
	slot->ptr = (uint64_t)rand_r(seed) << (rand_r(seed) % 40);
	ring->head = rand_r(seed) % (v->slots[which] + 1);
	ring->cur = rand_r(seed) % 4 ? ring->head : rand_r(seed) * 2U;
	ring->tail = rand_r(seed);
	ring->flags = rand_r(seed);
	v->nifp->ni_bufs_head = rand_r(seed);
	if (rand_r(seed) % 16)
		return;
	ring->num_slots = rand_r(seed);
	ring->nr_buf_size = rand_r(seed);
	ring->buf_ofs = rand_r(seed);
	ring->offset_mask = rand_r(seed);
	ring->dir = rand_r(seed);
	ring->ringid = rand_r(seed);
}

static void *vandal_run(void *arg)
{
	struct vandal *v = arg;
	unsigned seed = 20120613;

	while (!v->stop)
		scribble(v, &seed);
	return NULL;
}

static void vandal_start(struct vandal *v, const struct port *p, uint16_t flags)
{
	*v = (struct vandal){
		.rings = {tx_ring(p, 0), rx_ring(p, 0)}, .nifp = p->nifp, .flags = flags};
	v->slots[0] = v->rings[0]->num_slots;
	v->slots[1] = v->rings[1]->num_slots;
	CU_ASSERT_EQUAL_FATAL(pthread_create(&v->thread, NULL, vandal_run, v), 0);
}

static void vandal_end(struct vandal *v)
{
	v->stop = true;
	pthread_join(v->thread, NULL);
}

/* What is attacked: a port by this name and register request, with one it depends on before it. */
static const struct target {
	const char *first; /* or NULL */
	const char *name;
	struct nmreq_register reg;
} targets[] = {
	{NULL, "vale0:v", {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 8}},
	{NULL, "vale0:v", {.nr_mode = NR_REG_ALL_NIC, .nr_tx_slots = 5, .nr_rx_slots = 3}},
	{"vale0:v",
	 "vale0:v",
	 {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_MONITOR_RX | NR_MONITOR_TX}},
	{"vale0:v", "vale0:v", {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_ZCOPY_MON}},
	{"p}1", "p{1", {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 8}},
	{"vale0:v}x", "vale0:v{x", {.nr_mode = NR_REG_ONE_NIC, .nr_tx_slots = 7}},
	{"vale0:v{x", "vale0:v", {.nr_mode = NR_REG_ALL_NIC}},
};

static void sync_both(const struct port *p)
{
	short revents;

	CU_ASSERT_EQUAL(txsync(p), 0);
	CU_ASSERT_EQUAL(rxsync(p), 0);
	DEV->poll(p->handle, POLLIN | POLLOUT, &revents, 0);
}

/* Frames pass between two ports of a task that keeps the rules, whatever the other one does. */
static void neighbours_talk(struct port *b, struct port *c, uint32_t seq)
{
	struct netmap_ring *ring = rx_ring(b, 0);
	uint32_t found = 0;

	send_frame(c, BROADCAST, 3, seq);
	CU_ASSERT_EQUAL(rxsync(b), 0);
	while (ring->head != ring->tail) {
		found += ring->slot[ring->head].len == FRAME_BYTES &&
			 buffer(ring, ring->head)[11] == 3 && frame_seq(ring, ring->head) == seq;
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
	CU_ASSERT_EQUAL(found, 1);
	drain(c);
}

static void attack(const struct target *t)
{
	struct port first = {0}, victim, b, c;
	struct vandal vandal;
	uint32_t i;

	if (t->first)
		port_open(&first, t->first);
	CU_ASSERT_EQUAL_FATAL(port_try(&victim, t->name, &t->reg), 0);
	port_open(&b, "vale0:b");
	port_open(&c, "vale0:c");
	vandal_start(&vandal, &victim, 0xffff & ~NS_INDIRECT);
	for (i = 0; i < ROUNDS; i++) {
		sync_both(&victim);
		if (t->first)
			sync_both(&first);
		if (i % 8 == 0)
			neighbours_talk(&b, &c, i);
	}
	vandal_end(&vandal);
	port_close(&victim);
	if (t->first)
		port_close(&first);
	neighbours_talk(&b, &c, i);
	port_close(&b);
	port_close(&c);
	finish();
}

static void whoever_scribbles_harms_nobody_else(void)
{
	size_t i;

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		attack(&targets[i]);
}

/* Whoever holds a port and scribbles may close it at any time, or open it again. */
static void a_scribbled_port_can_be_closed(void)
{
	struct vandal vandal;
	struct port a, again;
	int i;

	for (i = 0; i < 100; i++) {
		port_open_sized(&a, "vale0:a", 1, 16);
		vandal_start(&vandal, &a, 0xffff & ~NS_INDIRECT);
		CU_ASSERT_EQUAL(txsync(&a), 0);
		port_open(&again, "vale0:a");
		vandal_end(&vandal);
		port_close(&a);
		port_close(&again);
		finish();
	}
}

static void indirect_pointers_into_nowhere(void)
{
	static const uint64_t nowhere[] = {
		0,
		1,
		16,
		0xfff,
		0x7fffffffffffULL,
		0x800000000000ULL,
		0xffff800000000000ULL,
		~0ULL,
		~0ULL - 13,
		~0ULL - 59,
		0xdead000000000100ULL,
	};
	struct vale_port_stats sa, sb;
	struct port a, b;
	size_t i, k;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	for (i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		for (k = 0; k < 2; k++) { /* as the whole packet, and behind a good fragment */
			uint32_t slot;

			if (k)
				slot = put_frame(tx_ring(&a, 0), BROADCAST, 1, FRAME_BYTES, i);
			if (k)
				tx_ring(&a, 0)->slot[slot].flags = NS_MOREFRAG;
			slot = put_slot(tx_ring(&a, 0), NULL, FRAME_BYTES, NS_INDIRECT);
			tx_ring(&a, 0)->slot[slot].ptr = nowhere[i];
			CU_ASSERT_EQUAL(txsync(&a), 0);
		}
		send_frame(&a, BROADCAST, 1, i);
	}
	sa = stats_of("vale0:a");
	sb = stats_of("vale0:b");
	CU_ASSERT_EQUAL(sa.tx_packets, 3 * i);
	CU_ASSERT_EQUAL(sa.tx_packets, sa.tx_copies + sa.tx_drop_bad_slot + sa.tx_drop_no_dest);
	CU_ASSERT_EQUAL(sa.tx_copies, rx_total(&sb));
	CU_ASSERT(sb.rx_packets >= i);
	port_close(&a);
	port_close(&b);
	finish();
}

static void fill(const struct port *p, uint64_t word)
{
	struct netmap_ring *ring = tx_ring(p, 0);
	uint64_t *at = (uint64_t *)((char *)ring + ring->buf_ofs);
	uint64_t *end = (uint64_t *)(p->base + p->reg.nr_memsize);

	while (at < end)
		*at++ = word;
}

static bool holds(const struct port *p, uint64_t word)
{
	const uint64_t *at = (const uint64_t *)p->base;
	const uint64_t *end = (const uint64_t *)(p->base + p->reg.nr_memsize);

	while (at < end)
		if (*at++ == word)
			return true;
	return false;
}

static const struct nmreq_register small = {.nr_mode = NR_REG_ALL_NIC,
					    .nr_tx_slots = 16,
					    .nr_rx_slots = 16,
					    .nr_tx_rings = 1,
					    .nr_rx_rings = 1};

static void memory_that_was_anothers_comes_empty(void)
{
	struct port a;
	int i;

	for (i = 0; i < 10; i++) {
		CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &small), 0);
		CU_ASSERT_FALSE(holds(&a, SECRET));
		fill(&a, SECRET);
		port_close(&a);
	}
	finish();
}

/* The victim's region is full of a secret; no slot of the attacker's reaches it. */
static void no_slot_reaches_another_region(void)
{
	struct port victim, a, b;
	struct vandal vandal;
	int i;

	CU_ASSERT_EQUAL_FATAL(port_try(&victim, "vale1:v", &small), 0);
	fill(&victim, SECRET);
	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &small), 0);
	CU_ASSERT_EQUAL_FATAL(port_try(&b, "vale0:b", &small), 0);
	vandal_start(&vandal, &a, 0xffff & ~NS_INDIRECT);
	for (i = 0; i < 4 * ROUNDS; i++) {
		CU_ASSERT_EQUAL(txsync(&a), 0);
		drain(&b);
	}
	vandal_end(&vandal);
	CU_ASSERT_FALSE(holds(&a, SECRET));
	CU_ASSERT_FALSE(holds(&b, SECRET));
	port_close(&victim);
	port_close(&a);
	port_close(&b);
	finish();
}

/* What lies in the sender's buffer behind a packet is not the receiver's business. */
static void bytes_behind_a_packet_stay_behind(void)
{
	static const uint16_t lengths[] = {14, 60, 63, 64, 65, 100, 1000, 1023, 1024, 1514, 2048};
	struct port a, b;
	size_t i;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct netmap_ring *tx = tx_ring(&a, 0), *rx = rx_ring(&b, 0);
		uint32_t j, size = tx->nr_buf_size;
		const char *got;

		memset(buffer(tx, tx->head), TAIL_PATTERN, size);
		memset(buffer(rx, rx->head), 0, size);
		put_frame(tx, BROADCAST, 1, lengths[i], i);
		got = buffer(rx, rx->head);
		CU_ASSERT_EQUAL(txsync(&a), 0);
		CU_ASSERT_EQUAL(rxsync(&b), 0);
		CU_ASSERT_EQUAL_FATAL(available(rx), 1);
		for (j = lengths[i] + PADDING_MAX + 1; j < size; j++)
			CU_ASSERT_EQUAL_FATAL(got[j], 0);
		rx->head = rx->cur = rx->tail;
		CU_ASSERT_EQUAL(rxsync(&b), 0);
	}
	port_close(&a);
	port_close(&b);
	finish();
}

static const struct suite_test tests[] = {
	{"whoever_scribbles_harms_nobody_else", whoever_scribbles_harms_nobody_else},
	{"a_scribbled_port_can_be_closed", a_scribbled_port_can_be_closed},
	{"indirect_pointers_into_nowhere", indirect_pointers_into_nowhere},
	{"memory_that_was_anothers_comes_empty", memory_that_was_anothers_comes_empty},
	{"no_slot_reaches_another_region", no_slot_reaches_another_region},
	{"bytes_behind_a_packet_stay_behind", bytes_behind_a_packet_stay_behind},
};

SUITE_MAIN("attack_rings", tests)
