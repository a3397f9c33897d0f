/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings of one region that agree to it exchange buffers; all others are copied to, as ever. */
#include <pthread.h>
#include <stdlib.h>

#include "support.h"

#define SLOTS	   64
#define ROUNDS	   500
#define BATCH_MAX  40
#define BUFS_MAX   4096
#define BYTES_MORE 1400
#define BAD_INDEX  0x7fffffffU

enum { SENDER = 1, RECEIVER, OTHER };

struct stage {
	struct port tx, rx, other;
};

static void open_in(struct port *p, const char *name, uint16_t mem_id)
{
	const struct nmreq_register want = {
		.nr_mode = NR_REG_ALL_NIC,
		.nr_tx_slots = SLOTS,
		.nr_rx_slots = SLOTS,
		.nr_mem_id = mem_id,
	};

	CU_ASSERT_EQUAL_FATAL(port_try(p, name, &want), 0);
}

/* All in the global region, which has room for them, or each in its own. */
static void stage_open(struct stage *s, bool together)
{
	uint16_t mem_id = together ? 1 : 0;

	open_in(&s->tx, "vale0:tx", mem_id);
	open_in(&s->rx, "vale0:rx", mem_id);
	open_in(&s->other, "vale0:other", mem_id);
	send_frame(&s->rx, BROADCAST, RECEIVER, 0);
	send_frame(&s->other, BROADCAST, OTHER, 0);
	drain(&s->tx);
	drain(&s->rx);
	rxsync(&s->rx);
	drain(&s->other);
	rxsync(&s->other);
}

static void stage_close(struct stage *s)
{
	port_close(&s->tx);
	port_close(&s->rx);
	port_close(&s->other);
	finish();
}

static void agree(struct stage *s, bool tx, bool rx)
{
	tx_ring(&s->tx, 0)->flags = tx ? NR_EXCHANGE : 0;
	rx_ring(&s->rx, 0)->flags = rx ? NR_EXCHANGE : 0;
}

/* One frame: did it come by exchange, or by copy with both slots as they were? */
static bool comes_by(struct stage *s, uint8_t to, uint32_t seq, bool exchange)
{
	struct netmap_ring *tx = tx_ring(&s->tx, 0), *rx = rx_ring(&s->rx, 0);
	uint32_t had = rx->slot[rx->head].buf_idx, at = put_frame(tx, to, SENDER, 100, seq);
	uint32_t gave = tx->slot[at].buf_idx;
	const struct netmap_slot *from = &tx->slot[at], *got = &rx->slot[rx->head];
	uint16_t changed = exchange ? NS_BUF_CHANGED : 0;
	bool right;

	txsync(&s->tx);
	rxsync(&s->rx);
	right = available(rx) == 1 && got->len == 100 && frame_seq(rx, rx->head) == seq &&
		got->flags == (1 << NS_PORT_SHIFT | changed) && from->flags == changed &&
		got->buf_idx == (exchange ? gave : had) && from->buf_idx == (exchange ? had : gave);
	drain(&s->rx);
	rxsync(&s->rx);
	drain(&s->other);
	rxsync(&s->other);
	return right;
}

struct agreement {
	const char *what;
	bool together, tx, rx;
	uint8_t to;
	bool exchange;
};

static void only_who_agrees_exchanges(void)
{
	static const struct agreement cases[] = {
		{"both agree", true, true, true, RECEIVER, true},
		{"the sender does not", true, false, true, RECEIVER, false},
		{"the receiver does not", true, true, false, RECEIVER, false},
		{"nobody does", true, false, false, RECEIVER, false},
		{"regions of their own", false, true, true, RECEIVER, false},
		{"to all", true, true, true, BROADCAST, false},
	};
	struct stage s;
	uint32_t k;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		stage_open(&s, cases[i].together);
		agree(&s, cases[i].tx, cases[i].rx);
		for (k = 0; k < 3 * SLOTS; k++)
			if (!comes_by(&s, cases[i].to, k, cases[i].exchange)) {
				printf("%s: frame %u\n", cases[i].what, k);
				CU_FAIL("came another way");
				break;
			}
		stage_close(&s);
	}
}

static void who_is_watched_does_not_exchange(void)
{
	const struct nmreq_register look = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_MONITOR_TX};
	struct stage s;
	struct port m;

	stage_open(&s, true);
	agree(&s, true, true);
	CU_ASSERT(comes_by(&s, RECEIVER, 1, true));
	CU_ASSERT_EQUAL_FATAL(port_try(&m, "vale0:tx", &look), 0);
	CU_ASSERT(comes_by(&s, RECEIVER, 2, false));
	port_close(&m);
	CU_ASSERT(comes_by(&s, RECEIVER, 3, true));
	stage_close(&s);
}

static void an_index_of_nothing_is_not_passed_on(void)
{
	struct netmap_ring *tx, *rx;
	struct stage s;
	uint32_t at;

	stage_open(&s, true);
	agree(&s, true, true);
	tx = tx_ring(&s.tx, 0);
	rx = rx_ring(&s.rx, 0);
	rx->slot[rx->head].buf_idx = BAD_INDEX; /* the receiver's fault */
	put_frame(tx, RECEIVER, SENDER, 100, 1);
	txsync(&s.tx);
	rxsync(&s.rx);
	CU_ASSERT_EQUAL(available(rx), 1);
	CU_ASSERT_EQUAL(rx->slot[rx->head].buf_idx, BAD_INDEX);
	drain(&s.rx);
	at = put_frame(tx, RECEIVER, SENDER, 100, 1);
	tx->slot[at].buf_idx = BAD_INDEX;
	txsync(&s.tx);
	CU_ASSERT_EQUAL(tx->slot[at].buf_idx, BAD_INDEX);
	stage_close(&s);
}

static void note(const struct netmap_ring *ring, uint8_t *seen)
{
	uint32_t i;

	for (i = 0; i < ring->num_slots; i++)
		seen[ring->slot[i].buf_idx % BUFS_MAX]++;
}

/* Some frames to the one, some to the other, who does not agree; all arrive, in order, as sent. */
static unsigned round_wrong(struct stage *s, unsigned *seed, uint32_t seq[2])
{
	const struct port *rx[2] = {&s->rx, &s->other};
	unsigned n = rand_r(seed) % BATCH_MAX + 1, wrong = 0, i, k, sent[2] = {0, 0};
	uint32_t first[2] = {seq[0], seq[1]};

	for (i = 0; i < n; i++) {
		unsigned to = rand_r(seed) % 8 == 0;

		put_frame(tx_ring(&s->tx, 0), RECEIVER + to, SENDER,
			  FRAME_BYTES + rand_r(seed) % BYTES_MORE, seq[to]++);
		sent[to]++;
	}
	txsync(&s->tx);
	for (k = 0; k < 2; k++) {
		struct netmap_ring *ring = rx_ring(rx[k], 0);

		rxsync(rx[k]);
		wrong += available(ring) != sent[k];
		for (i = 0; i < sent[k]; i++) {
			wrong += frame_seq(ring, ring->head) != first[k] + i;
			ring->head = ring->cur = next_slot(ring, ring->head);
		}
		rxsync(rx[k]);
	}
	return wrong;
}

static void no_buffer_is_lost_or_doubled(void)
{
	uint8_t before[BUFS_MAX] = {0}, after[BUFS_MAX] = {0};
	uint32_t seq[2] = {0, 0};
	unsigned seed = 1, wrong = 0, i;
	struct stage s;

	stage_open(&s, true);
	agree(&s, true, true);
	note(tx_ring(&s.tx, 0), before);
	note(rx_ring(&s.rx, 0), before);
	for (i = 0; i < ROUNDS; i++)
		wrong += round_wrong(&s, &seed, seq);
	note(tx_ring(&s.tx, 0), after);
	note(rx_ring(&s.rx, 0), after);
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(memcmp(before, after, sizeof(before)), 0);
	stage_close(&s);
}

struct vandal {
	struct netmap_ring *ring[2];
	pthread_t thread;
	volatile bool stop;
};

/* Indices that exist and that do not, twice the same one, and now with consent and now without. */
static void *vandal_run(void *arg)
{
	struct vandal *v = arg;
	unsigned seed = 7, which;

	while (!v->stop) {
		which = rand_r(&seed) % 2;
		v->ring[which]->slot[rand_r(&seed) % SLOTS].buf_idx = rand_r(&seed) % BUFS_MAX;
		v->ring[which]->slot[rand_r(&seed) % SLOTS].flags = rand_r(&seed) & ~NS_INDIRECT;
		v->ring[which]->flags = rand_r(&seed);
	}
	return NULL;
}

static void whoever_scribbles_harms_nobody_else(void)
{
	struct vandal v = {.stop = false};
	unsigned i, k, others = 0;
	struct stage s;

	stage_open(&s, true);
	v.ring[0] = tx_ring(&s.tx, 0);
	v.ring[1] = rx_ring(&s.rx, 0);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&v.thread, NULL, vandal_run, &v), 0);
	for (i = 0; i < ROUNDS; i++) {
		for (k = 0; k < BATCH_MAX; k++)
			put_slot(tx_ring(&s.tx, 0), NULL, FRAME_BYTES, 0);
		txsync(&s.tx);
		rxsync(&s.rx);
		drain(&s.rx);
		drain(&s.other);
	}
	v.stop = true;
	pthread_join(v.thread, NULL);
	agree(&s, false, false);
	for (k = 0; k < SLOTS; k++) { /* who shares no buffers with it is served as ever */
		struct port own, peer;

		port_open(&own, "vale1:own");
		port_open(&peer, "vale1:peer");
		send_frame(&own, BROADCAST, 3, k);
		others += drain(&peer);
		port_close(&own);
		port_close(&peer);
	}
	CU_ASSERT_EQUAL(others, SLOTS);
	stage_close(&s);
}

static const struct suite_test tests[] = {
	{"only_who_agrees_exchanges", only_who_agrees_exchanges},
	{"who_is_watched_does_not_exchange", who_is_watched_does_not_exchange},
	{"an_index_of_nothing_is_not_passed_on", an_index_of_nothing_is_not_passed_on},
	{"whoever_scribbles_harms_nobody_else", whoever_scribbles_harms_nobody_else},
	{"no_buffer_is_lost_or_doubled", no_buffer_is_lost_or_doubled},
};

SUITE_MAIN("core_exchange", tests)
