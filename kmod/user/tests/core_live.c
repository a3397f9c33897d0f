/* SPDX-License-Identifier: BSD-2-Clause */
/* A receive ring whose task says NR_LIVE shows what arrives without a sync, and no other does. */
#include <pthread.h>
#include <stdlib.h>

#include "support.h"

#define SLOTS	64
#define FRAMES	100000
#define SENDERS 2
#define WAIT_S	20

enum { SENDER = 1, RECEIVER, FIRST_SENDER };

struct stage {
	struct port tx, rx;
};

static void stage_open(struct stage *s, uint32_t flags)
{
	port_open_sized(&s->tx, "vale0:tx", 1, SLOTS);
	port_open_sized(&s->rx, "vale0:rx", 1, SLOTS);
	send_frame(&s->rx, BROADCAST, RECEIVER, 0);
	drain(&s->tx);
	rx_ring(&s->rx, 0)->flags = flags;
	rxsync(&s->rx);
}

static void stage_close(struct stage *s)
{
	port_close(&s->tx);
	port_close(&s->rx);
	finish();
}

/* The tail as a task sees it that does not sync. */
static uint32_t tail_of(struct netmap_ring *ring)
{
	return __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE);
}

static uint32_t seen(struct netmap_ring *ring)
{
	uint32_t tail = tail_of(ring);

	return tail >= ring->head ? tail - ring->head : tail + ring->num_slots - ring->head;
}

static void send_many(struct stage *s, uint8_t to, uint16_t bytes, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		put_frame(tx_ring(&s->tx, 0), to, SENDER, bytes, i);
	txsync(&s->tx);
}

struct batch {
	const char *what;
	uint8_t to;
	uint16_t bytes;
	unsigned frames;
};

static const struct batch batches[] = {
	{"one of a line", RECEIVER, 60, 1},	{"one that is longer", RECEIVER, 1000, 1},
	{"a handful", RECEIVER, 60, 5},		{"many", RECEIVER, 60, 40},
	{"many long ones", RECEIVER, 1514, 40}, {"one to all", BROADCAST, 60, 1},
	{"many to all", BROADCAST, 60, 40},
};

/* How many of each batch are seen without a sync by a ring of these flags? */
static void check_batches(uint32_t flags, bool live)
{
	struct netmap_ring *ring;
	struct stage s;
	size_t i;

	for (i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		const struct batch *b = &batches[i];

		stage_open(&s, flags);
		ring = rx_ring(&s.rx, 0);
		send_many(&s, b->to, b->bytes, b->frames);
		if (seen(ring) != (live ? b->frames : 0)) {
			printf("%s: %u are seen\n", b->what, seen(ring));
			CU_FAIL("not what the flag says");
		}
		rxsync(&s.rx);
		CU_ASSERT_EQUAL(available(ring), b->frames);
		CU_ASSERT_EQUAL(frame_seq(ring, (ring->head + b->frames - 1) % SLOTS),
				b->frames - 1);
		stage_close(&s);
	}
}

static void what_arrives_is_seen_at_once(void)
{
	check_batches(NR_LIVE, true);
}

static void no_other_ring_moves_without_a_sync(void)
{
	check_batches(0, false);
}

static void the_flag_goes_from_the_next_sync_on(void)
{
	struct netmap_ring *ring;
	struct stage s;

	stage_open(&s, 0);
	ring = rx_ring(&s.rx, 0);
	ring->flags = NR_LIVE;
	send_many(&s, RECEIVER, 60, 1);
	CU_ASSERT_EQUAL(seen(ring), 0);
	rxsync(&s.rx);
	CU_ASSERT_EQUAL(seen(ring), 1);
	send_many(&s, RECEIVER, 60, 1);
	CU_ASSERT_EQUAL(seen(ring), 2);
	ring->flags = 0;
	rxsync(&s.rx);
	send_many(&s, RECEIVER, 60, 1);
	CU_ASSERT_EQUAL(seen(ring), 2);
	rxsync(&s.rx);
	CU_ASSERT_EQUAL(seen(ring), 3);
	stage_close(&s);
}

static void slots_are_given_back_by_a_sync(void)
{
	struct netmap_ring *ring;
	struct stage s;

	stage_open(&s, NR_LIVE);
	ring = rx_ring(&s.rx, 0);
	send_many(&s, RECEIVER, 60, SLOTS - 1);
	CU_ASSERT_EQUAL(seen(ring), SLOTS - 1);
	ring->head = ring->cur = tail_of(ring);
	send_many(&s, RECEIVER, 60, 3);
	CU_ASSERT_EQUAL(seen(ring), 0);
	rxsync(&s.rx);
	send_many(&s, RECEIVER, 60, 3);
	CU_ASSERT_EQUAL(seen(ring), 3);
	stage_close(&s);
}

/* What a task writes there itself stays until packets come or it syncs, and harms nobody else. */
static void a_tail_that_the_task_wrote_is_put_right(void)
{
	struct netmap_ring *ring;
	struct stage s;
	uint32_t right;

	stage_open(&s, NR_LIVE);
	ring = rx_ring(&s.rx, 0);
	send_many(&s, RECEIVER, 60, 2);
	right = ring->tail;
	ring->tail = SLOTS + 7;
	rxsync(&s.rx);
	CU_ASSERT_EQUAL(ring->tail, right);
	ring->tail = SLOTS + 7;
	send_many(&s, RECEIVER, 60, 1);
	CU_ASSERT_EQUAL(ring->tail, right + 1);
	ring->head = SLOTS + 9;
	rxsync(&s.rx); /* made no sense: reset */
	CU_ASSERT_EQUAL(ring->tail, right + 1);
	CU_ASSERT_EQUAL(seen(ring), 3);
	stage_close(&s);
}

static void whoever_comes_next_is_not_live(void)
{
	struct netmap_ring *ring;
	struct stage s;

	stage_open(&s, NR_LIVE);
	port_close(&s.rx);
	port_open_sized(&s.rx, "vale0:rx", 1, SLOTS);
	ring = rx_ring(&s.rx, 0);
	CU_ASSERT_EQUAL(ring->flags & NR_LIVE, 0);
	send_many(&s, BROADCAST, 60, 1);
	CU_ASSERT_EQUAL(seen(ring), 0);
	stage_close(&s);
}

struct sender {
	struct port port;
	uint8_t station;
	pthread_t thread;
};

static _Atomic bool enough;

/* One batch after the other, of one to seven frames. */
static void *keep_sending(void *arg)
{
	struct sender *s = arg;
	struct netmap_ring *ring = tx_ring(&s->port, 0);
	uint32_t seq = 0, i;

	while (!enough) {
		for (i = 0; i < seq % 7 + 1; i++)
			put_frame(ring, RECEIVER, s->station, 60, seq + i);
		seq += i;
		txsync(&s->port);
	}
	return NULL;
}

/* Looks until so many more have come, and gives back half a ring at a time. How many came. */
static uint64_t look(struct port *p, uint64_t wanted, uint32_t *next)
{
	struct netmap_ring *ring = rx_ring(p, 0);
	time_t end = time(NULL) + WAIT_S;
	uint64_t got = 0;
	uint32_t kept = 0;

	while (got < wanted && time(NULL) < end) {
		for (; got < wanted && ring->head != tail_of(ring); got++) {
			uint32_t from = (uint8_t)buffer(ring, ring->head)[11] - FIRST_SENDER;
			uint32_t seq = frame_seq(ring, ring->head);

			CU_ASSERT_FATAL(from < SENDERS);
			CU_ASSERT_FATAL(seq >= next[from]);
			next[from] = seq + 1;
			ring->head = ring->cur = next_slot(ring, ring->head);
			if (++kept < SLOTS / 2)
				continue;
			kept = 0;
			rxsync(p);
		}
	}
	return got;
}

/* Nothing is lost that was delivered, each sender's frames are in order, and whole. */
static void several_senders_at_once(void)
{
	struct sender senders[SENDERS];
	uint32_t next[SENDERS] = {0};
	struct stage s;
	char name[16];
	uint64_t got;
	unsigned i;

	enough = false;
	stage_open(&s, NR_LIVE);
	for (i = 0; i < SENDERS; i++) {
		snprintf(name, sizeof(name), "vale0:s%u", i);
		senders[i].station = (uint8_t)(FIRST_SENDER + i);
		port_open_sized(&senders[i].port, name, 1, SLOTS);
	}
	for (i = 0; i < SENDERS; i++)
		pthread_create(&senders[i].thread, NULL, keep_sending, &senders[i]);
	got = look(&s.rx, FRAMES, next);
	CU_ASSERT_EQUAL(got, FRAMES);
	enough = true;
	for (i = 0; i < SENDERS; i++)
		pthread_join(senders[i].thread, NULL);
	got += look(&s.rx, stats_of("vale0:rx").rx_packets - got, next);
	CU_ASSERT_EQUAL(got, stats_of("vale0:rx").rx_packets);
	CU_ASSERT_EQUAL(seen(rx_ring(&s.rx, 0)), 0);
	for (i = 0; i < SENDERS; i++)
		port_close(&senders[i].port);
	stage_close(&s);
}

static const struct suite_test tests[] = {
	{"what arrives is seen at once", what_arrives_is_seen_at_once},
	{"no other ring moves without a sync", no_other_ring_moves_without_a_sync},
	{"the flag goes from the next sync on", the_flag_goes_from_the_next_sync_on},
	{"slots are given back by a sync", slots_are_given_back_by_a_sync},
	{"a tail that the task wrote is put right", a_tail_that_the_task_wrote_is_put_right},
	{"whoever comes next is not live", whoever_comes_next_is_not_live},
	{"several senders at once", several_senders_at_once},
};

SUITE_MAIN("core_live", tests)
