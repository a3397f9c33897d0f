/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Batches that are a few packets for each of many receivers, which are delivered side by side: who
 * gets what, against a model in which packets are delivered one after the other.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "support.h"

#define RECEIVERS  40
#define SLOTS	   16
#define ROOM	   (SLOTS - 1)
#define BATCH	   400
#define ROUNDS	   200
#define BYTES_MORE 1400
#define FLOOD_IN   (3 * BATCH) /* so many packets one is for all: most batches have none */

enum { SENDER = 200 };

struct model {
	uint32_t seq[ROOM];
	uint16_t bytes[ROOM];
	unsigned n;
};

struct crowd {
	struct port sender, rx[RECEIVERS];
	struct model model[RECEIVERS];
	unsigned seed;
	uint32_t seq;
};

static void crowd_open(struct crowd *c)
{
	char name[NETMAP_REQ_IFNAMSIZ];
	int i;

	memset(c, 0, sizeof(*c));
	c->seed = 1;
	port_open(&c->sender, "vale0:sender");
	for (i = 0; i < RECEIVERS; i++) {
		snprintf(name, sizeof(name), "vale0:rx%d", i);
		port_open_sized(&c->rx[i], name, 1, SLOTS);
	}
	for (i = 0; i < RECEIVERS; i++)
		send_frame(&c->rx[i], BROADCAST, i + 1, 0);
	drain(&c->sender);
	for (i = 0; i < RECEIVERS; i++) {
		drain(&c->rx[i]);
		rxsync(&c->rx[i]);
	}
}

static void crowd_close(struct crowd *c)
{
	int i;

	port_close(&c->sender);
	for (i = 0; i < RECEIVERS; i++)
		port_close(&c->rx[i]);
	finish();
}

static void model_take(struct model *m, uint32_t seq, uint16_t bytes)
{
	if (m->n == ROOM)
		return;
	m->seq[m->n] = seq;
	m->bytes[m->n++] = bytes;
}

/* To the receivers in turn, from a place by chance on; some packets to all, some receivers often.
 */
static void send_batch(struct crowd *c)
{
	unsigned to = rand_r(&c->seed), often = rand_r(&c->seed) % RECEIVERS, i, k;

	for (i = 0; i < BATCH; i++, to++) {
		uint16_t bytes = FRAME_BYTES + rand_r(&c->seed) % BYTES_MORE;
		unsigned one = rand_r(&c->seed) % RECEIVERS ? to % RECEIVERS : often;
		bool all = rand_r(&c->seed) % FLOOD_IN == 0;

		put_frame(tx_ring(&c->sender, 0), all ? BROADCAST : one + 1, SENDER, bytes, c->seq);
		for (k = 0; k < RECEIVERS; k++)
			if (all || k == one)
				model_take(&c->model[k], c->seq, bytes);
		c->seq++;
	}
	txsync(&c->sender);
}

/* Some of what a receiver has; how much of it is not what it should be. */
static unsigned receive_wrong(struct port *p, struct model *m, unsigned most)
{
	struct netmap_ring *ring = rx_ring(p, 0);
	unsigned wrong, i;

	rxsync(p);
	wrong = available(ring) != m->n;
	for (i = 0; !wrong && i < m->n && i < most; i++) {
		wrong += ring->slot[ring->head].len != m->bytes[i] ||
			 frame_seq(ring, ring->head) != m->seq[i];
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
	rxsync(p);
	m->n -= i;
	memmove(m->seq, m->seq + i, m->n * sizeof(m->seq[0]));
	memmove(m->bytes, m->bytes + i, m->n * sizeof(m->bytes[0]));
	return wrong;
}

static void each_gets_its_own_in_order_while_there_is_room(void)
{
	unsigned wrong = 0, round, i;
	static struct crowd c;

	crowd_open(&c);
	for (round = 0; round < ROUNDS && !wrong; round++) {
		send_batch(&c);
		for (i = 0; i < RECEIVERS; i++)
			wrong += receive_wrong(&c.rx[i], &c.model[i], rand_r(&c.seed) % SLOTS);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	crowd_close(&c);
}

static void what_does_not_fit_is_counted_at_its_ring(void)
{
	uint64_t arrived = 0, lost = 0, sent;
	static struct crowd c;
	unsigned i;

	crowd_open(&c);
	for (i = 0; i < RECEIVERS; i++) {
		struct vale_port_stats s = stats_of(c.rx[i].name);

		arrived -= s.rx_packets;
		lost -= s.rx_drop_ring_full;
	}
	sent = stats_of("vale0:sender").tx_copies;
	for (i = 0; i < 4; i++)
		send_batch(&c);
	sent = stats_of("vale0:sender").tx_copies - sent;
	for (i = 0; i < RECEIVERS; i++) {
		struct vale_port_stats s = stats_of(c.rx[i].name);

		arrived += s.rx_packets;
		lost += s.rx_drop_ring_full;
	}
	CU_ASSERT_EQUAL(arrived, RECEIVERS * ROOM);
	CU_ASSERT_EQUAL(arrived + lost, sent);
	crowd_close(&c);
}

#define AT_ONCE	     3
#define RIVAL_ROUNDS 2000
#define RIVAL_BATCH  (5 * RECEIVERS) /* so few for each that they are delivered side by side */

/* One of several senders to all of a crowd. */
struct rival {
	struct port port;
	pthread_t thread;
	uint8_t station;
	unsigned running;
};

static void *rival_run(void *arg)
{
	struct rival *r = arg;
	unsigned round, i;

	for (round = 0; round < RIVAL_ROUNDS; round++) {
		for (i = 0; i < RIVAL_BATCH; i++)
			put_frame(tx_ring(&r->port, 0), i % RECEIVERS + 1, r->station, FRAME_BYTES,
				  round * RIVAL_BATCH + i);
		DEV->ioctl(r->port.handle, NIOCTXSYNC, NULL);
	}
	__atomic_store_n(&r->running, 0, __ATOMIC_RELEASE);
	return NULL;
}

/* Takes what there is; how much of it is older than what came before from the same sender. */
static unsigned receive_disorder(struct port *p, uint32_t next[AT_ONCE], uint64_t *packets)
{
	struct netmap_ring *ring = rx_ring(p, 0);
	unsigned wrong = 0;

	for (rxsync(p); ring->head != ring->tail; ring->head = next_slot(ring, ring->head)) {
		unsigned from = (uint8_t)buffer(ring, ring->head)[11] - SENDER;
		uint32_t seq = frame_seq(ring, ring->head);

		wrong += from >= AT_ONCE || seq < next[from % AT_ONCE];
		next[from % AT_ONCE] = seq + 1;
		++*packets;
	}
	ring->cur = ring->head;
	rxsync(p);
	return wrong;
}

static void several_at_once_keep_their_order_and_lose_nothing_uncounted(void)
{
	static uint32_t next[RECEIVERS][AT_ONCE];
	struct rival rivals[AT_ONCE] = {0};
	uint64_t packets = 0, lost = 0;
	unsigned wrong = 0, running, i;
	static struct crowd c;
	char name[32];

	crowd_open(&c);
	for (i = 0; i < RECEIVERS; i++)
		lost -= stats_of(c.rx[i].name).rx_drop_ring_full;
	for (i = 0; i < AT_ONCE; i++) {
		snprintf(name, sizeof(name), "vale0:rival%u", i);
		port_open(&rivals[i].port, name);
		rivals[i].station = SENDER + i;
		rivals[i].running = 1;
	}
	for (i = 0; i < AT_ONCE; i++)
		pthread_create(&rivals[i].thread, NULL, rival_run, &rivals[i]);
	do {
		for (running = i = 0; i < AT_ONCE; i++)
			running += __atomic_load_n(&rivals[i].running, __ATOMIC_ACQUIRE);
		for (i = 0; i < RECEIVERS; i++)
			wrong += receive_disorder(&c.rx[i], next[i], &packets);
		sched_yield();
	} while (running);
	for (i = 0; i < AT_ONCE; i++)
		pthread_join(rivals[i].thread, NULL);
	for (i = 0; i < RECEIVERS; i++)
		lost += stats_of(c.rx[i].name).rx_drop_ring_full;
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(packets + lost, (uint64_t)AT_ONCE * RIVAL_ROUNDS * RIVAL_BATCH);
	for (i = 0; i < AT_ONCE; i++)
		port_close(&rivals[i].port);
	crowd_close(&c);
}

static const struct suite_test tests[] = {
	{"each_gets_its_own_in_order_while_there_is_room",
	 each_gets_its_own_in_order_while_there_is_room},
	{"what_does_not_fit_is_counted_at_its_ring", what_does_not_fit_is_counted_at_its_ring},
	{"several_at_once_keep_their_order_and_lose_nothing_uncounted",
	 several_at_once_keep_their_order_and_lose_nothing_uncounted},
};

SUITE_MAIN("core_few", tests)
