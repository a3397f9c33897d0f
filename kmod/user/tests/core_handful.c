/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Syncs of one to nine packets, of which up to seven take a way of their own: who gets what, what
 * is counted and what is learned, against a model that knows no ways.
 */
#include <stdlib.h>

#include "support.h"

#define RECEIVERS  3
#define SLOTS	   16
#define ROOM	   (SLOTS - 1)
#define MOST	   9
#define SYNCS	   20000
#define BYTES_MORE 200
#define SHORT	   13 /* bytes that hold no addresses */

enum { SENDER = 200 };

struct inbox {
	uint32_t seq[ROOM];
	uint16_t bytes[ROOM];
	unsigned n;
};

struct counts {
	uint64_t packets, bytes, copies, bad, full;
};

struct office {
	struct port sender, rx[RECEIVERS];
	struct inbox inbox[RECEIVERS];
	struct counts expected;
	unsigned seed;
	uint32_t seq;
};

static unsigned chance(struct office *o, unsigned n)
{
	return rand_r(&o->seed) % n;
}

static void office_open(struct office *o)
{
	char name[NETMAP_REQ_IFNAMSIZ];
	int i;

	memset(o, 0, sizeof(*o));
	o->seed = 7;
	port_open_sized(&o->sender, "vale0:sender", 1, SLOTS);
	for (i = 0; i < RECEIVERS; i++) {
		snprintf(name, sizeof(name), "vale0:rx%d", i);
		port_open_sized(&o->rx[i], name, 1, SLOTS);
	}
	for (i = 0; i < RECEIVERS; i++)
		send_frame(&o->rx[i], BROADCAST, i + 1, 0);
	drain(&o->sender);
	for (i = 0; i < RECEIVERS; i++)
		drain(&o->rx[i]);
	for (i = 0; i < RECEIVERS; i++)
		rxsync(&o->rx[i]);
}

static void office_close(struct office *o)
{
	int i;

	port_close(&o->sender);
	for (i = 0; i < RECEIVERS; i++)
		port_close(&o->rx[i]);
	finish();
}

static void inbox_take(struct office *o, unsigned to, uint32_t seq, uint16_t bytes)
{
	struct inbox *in = &o->inbox[to];

	o->expected.copies++;
	if (in->n == ROOM) {
		o->expected.full++;
		return;
	}
	in->seq[in->n] = seq;
	in->bytes[in->n++] = bytes;
}

/* One packet, odd in some way now and then. */
static void put_one(struct office *o, unsigned to)
{
	static const uint16_t odd[] = {NS_BUF_CHANGED, NS_NO_LEARN, NS_REPORT};
	bool all = chance(o, 20) == 0, cut = chance(o, 20) == 0;
	uint16_t bytes = cut ? chance(o, SHORT + 1) : FRAME_BYTES + chance(o, BYTES_MORE);
	struct netmap_ring *ring = tx_ring(&o->sender, 0);
	uint32_t slot;
	unsigned i;

	slot = put_frame(ring, all ? BROADCAST : to + 1, SENDER, bytes, o->seq);
	if (!cut)
		buffer(ring, slot)[bytes - 1] = (char)o->seq;
	if (chance(o, 10) == 0)
		ring->slot[slot].flags = odd[chance(o, 3)];
	o->expected.packets++;
	o->expected.bytes += bytes;
	o->expected.bad += cut;
	for (i = 0; i < RECEIVERS && !cut; i++)
		if (all || i == to)
			inbox_take(o, i, o->seq, bytes);
	o->seq++;
}

static void send_few(struct office *o)
{
	unsigned n = 1 + chance(o, MOST), to = chance(o, RECEIVERS);

	for (; n; n--) {
		put_one(o, to);
		if (chance(o, 4) == 0)
			to = chance(o, RECEIVERS);
	}
	CU_ASSERT_EQUAL(txsync(&o->sender), 0);
}

/* Some of what a receiver has; how much of it is not what it should be. */
static unsigned receive_wrong(struct port *p, struct inbox *in, unsigned most)
{
	struct netmap_ring *ring = rx_ring(p, 0);
	unsigned wrong, i;

	rxsync(p);
	wrong = available(ring) != in->n;
	for (i = 0; !wrong && i < in->n && i < most; i++) {
		wrong += ring->slot[ring->head].len != in->bytes[i] ||
			 frame_seq(ring, ring->head) != in->seq[i] ||
			 buffer(ring, ring->head)[in->bytes[i] - 1] != (char)in->seq[i];
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
	rxsync(p);
	in->n -= i;
	memmove(in->seq, in->seq + i, in->n * sizeof(in->seq[0]));
	memmove(in->bytes, in->bytes + i, in->n * sizeof(in->bytes[0]));
	return wrong;
}

static struct counts counted(struct office *o)
{
	struct vale_port_stats s = stats_of(o->sender.name);
	struct counts c = {.packets = s.tx_packets, .bytes = s.tx_bytes, .copies = s.tx_copies};
	int i;

	c.bad = s.tx_drop_bad_slot;
	for (i = 0; i < RECEIVERS; i++)
		c.full += stats_of(o->rx[i].name).rx_drop_ring_full;
	return c;
}

static void each_gets_its_own_in_order_and_all_is_counted(void)
{
	unsigned wrong = 0, sync, i;
	static struct office o;
	struct counts c;

	office_open(&o);
	for (sync = 0; sync < SYNCS && !wrong; sync++) {
		send_few(&o);
		for (i = 0; i < RECEIVERS; i++)
			if (chance(&o, 3) == 0)
				wrong += receive_wrong(&o.rx[i], &o.inbox[i], chance(&o, SLOTS));
	}
	CU_ASSERT_EQUAL(wrong, 0);
	c = counted(&o);
	CU_ASSERT_EQUAL(memcmp(&c, &o.expected, sizeof(c)), 0);
	CU_ASSERT(o.expected.full > SYNCS / 10);
	CU_ASSERT(o.expected.bad > SYNCS / 10);
	office_close(&o);
}

/* A station that says one packet from somewhere else is found there. */
static void one_packet_is_enough_to_learn(void)
{
	static struct office o;

	office_open(&o);
	send_frame(&o.rx[0], 2, SENDER, 0); /* as if the sender had moved */
	CU_ASSERT_EQUAL(drain(&o.rx[1]), 1);
	send_frame(&o.rx[2], SENDER, 3, 1);
	CU_ASSERT_EQUAL(drain(&o.rx[0]), 1);
	CU_ASSERT_EQUAL(drain(&o.sender), 0);
	send_frame(&o.sender, 2, SENDER, 2);
	send_frame(&o.rx[2], SENDER, 3, 3);
	CU_ASSERT_EQUAL(drain(&o.sender), 1);
	office_close(&o);
}

static void slots_say_not_to_learn_and_that_their_buffer_changed(void)
{
	static struct office o;
	struct netmap_ring *ring;
	uint32_t slot;

	office_open(&o);
	ring = tx_ring(&o.rx[0], 0);
	slot = put_frame(ring, 2, 3, FRAME_BYTES, 0); /* from where station 3 is not */
	ring->slot[slot].flags = NS_NO_LEARN;
	txsync(&o.rx[0]);
	CU_ASSERT_EQUAL(drain(&o.rx[1]), 1);
	slot = put_frame(ring, 3, 1, FRAME_BYTES, 1);
	ring->slot[slot].flags = NS_BUF_CHANGED;
	txsync(&o.rx[0]);
	CU_ASSERT_EQUAL(drain(&o.rx[2]), 1);
	CU_ASSERT_EQUAL(ring->slot[slot].flags, 0);
	office_close(&o);
}

static void a_group_is_no_station(void)
{
	static struct office o;
	struct netmap_ring *ring;

	office_open(&o);
	ring = tx_ring(&o.sender, 0);
	buffer(ring, put_frame(ring, 1, SENDER, FRAME_BYTES, 0))[6] = 1; /* its source */
	txsync(&o.sender);
	CU_ASSERT_EQUAL(drain(&o.rx[0]), 1);
	buffer(ring, put_frame(ring, 1, 0, FRAME_BYTES, 1))[0] = 1; /* a group as destination */
	txsync(&o.sender);
	CU_ASSERT_EQUAL(drain(&o.rx[0]), 1);
	CU_ASSERT_EQUAL(drain(&o.rx[1]), 1);
	office_close(&o);
}

static const struct suite_test tests[] = {
	{"each_gets_its_own_in_order_and_all_is_counted",
	 each_gets_its_own_in_order_and_all_is_counted},
	{"one_packet_is_enough_to_learn", one_packet_is_enough_to_learn},
	{"slots_say_not_to_learn_and_that_their_buffer_changed",
	 slots_say_not_to_learn_and_that_their_buffer_changed},
	{"a_group_is_no_station", a_group_is_no_station},
};

SUITE_MAIN("core_handful", tests)
