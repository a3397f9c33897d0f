/* SPDX-License-Identifier: BSD-2-Clause */
/* The reflector at a port that tells late which slots it has done with, as hardware does. */
#include <string.h>

#include "engine.h"
#include "memring.h"
#include "ring.h"
#include "suite.h"

#define TX_SLOTS    16
#define RX_SLOTS    64
#define LOOKS	    4
#define FRAME_BYTES 60
#define NUMBER_AT   (FRAME_BYTES - 1) /* where a frame of these tests is numbered */

struct port {
	struct memring tx, rx;
	const uint8_t *arrivals; /* frames that each look finds; 0 ends them */
	uint32_t tells_at;	 /* so many slots are out when it tells, if ever */
	uint8_t came, went;
	bool in_order;
	struct engine *eng;
};

struct stage {
	struct port port;
	struct engine eng;
	struct app_env env;
	struct config cfg;
	struct worker w;
};

static int port_rxsync(struct io *io)
{
	struct port *p = io->priv;
	uint8_t frame[FRAME_BYTES] = {0}, n = *p->arrivals;

	for (p->arrivals += n > 0; n; n--) {
		frame[NUMBER_AT] = p->came++;
		CU_ASSERT_TRUE(memring_put(&p->rx, frame, sizeof(frame)));
	}
	return 0;
}

static int port_txsync(struct io *io)
{
	struct port *p = io->priv;
	const uint8_t *frame;
	uint32_t bytes;

	while ((frame = memring_next(&p->tx, &bytes)))
		p->in_order &= bytes == FRAME_BYTES && frame[NUMBER_AT] == p->went++;
	if (TX_SLOTS - 1 - ring_space(p->tx.ring) >= p->tells_at)
		memring_reclaim(&p->tx);
	return 0;
}

/* Nothing comes any more. */
static int port_wait(struct io *io, short events, int timeout_ms)
{
	struct port *p = io->priv;

	(void)events;
	(void)timeout_ms;
	p->tells_at = 0;
	p->eng->stop = END_IDLE;
	return 0;
}

static const struct io_ops port_ops = {
	.name = "late", .txsync = port_txsync, .rxsync = port_rxsync, .wait = port_wait};

static void reflect(struct stage *st, const uint8_t arrivals[LOOKS], uint32_t tells_at)
{
	struct port *p = &st->port;

	memset(st, 0, sizeof(*st));
	*p = (struct port){
		.arrivals = arrivals, .tells_at = tells_at, .in_order = true, .eng = &st->eng};
	CU_ASSERT_EQUAL_FATAL(memring_init(&p->tx, true, TX_SLOTS), 0);
	CU_ASSERT_EQUAL_FATAL(memring_init(&p->rx, false, RX_SLOTS), 0);
	st->eng.env = &st->env;
	st->w = (struct worker){.eng = &st->eng, .cfg = &st->cfg};
	st->w.io = (struct io){.ops = &port_ops, .priv = p, .n_tx = 1, .n_rx = 1};
	st->w.io.tx[0] = p->tx.ring;
	st->w.io.rx[0] = p->rx.ring;
	CU_ASSERT_EQUAL(pong_run(&st->w), END_RUNNING);
	memring_free(&p->tx);
	memring_free(&p->rx);
}

/* A port that tells of slots when half of them are out has room again for who asks. */
static void late_slots_drop_nothing(void)
{
	static const uint8_t arrivals[][LOOKS] = {{6, 12}, {7, 7, 15}, {40}};
	struct stage st;
	unsigned i, k, sent;

	for (i = 0; i < sizeof(arrivals) / sizeof(arrivals[0]); i++) {
		for (k = 0, sent = 0; k < LOOKS; k++)
			sent += arrivals[i][k];
		reflect(&st, arrivals[i], TX_SLOTS / 2);
		CU_ASSERT_EQUAL(st.w.counters.packets, sent);
		CU_ASSERT_EQUAL(st.w.counters.drops, 0);
		CU_ASSERT_EQUAL(st.port.went, sent);
		CU_ASSERT_TRUE(st.port.in_order);
	}
}

/* One that gives none back costs what finds no room, and nobody waits for it. */
static void lost_slots_drop_the_rest(void)
{
	static const uint8_t arrivals[LOOKS] = {6, 12};
	struct stage st;

	reflect(&st, arrivals, TX_SLOTS);
	CU_ASSERT_EQUAL(st.w.counters.packets, TX_SLOTS - 1);
	CU_ASSERT_EQUAL(st.w.counters.drops, 18 - (TX_SLOTS - 1));
	CU_ASSERT_EQUAL(st.port.went, TX_SLOTS - 1);
	CU_ASSERT_TRUE(st.port.in_order);
}

static const struct suite_test tests[] = {
	{"slots that are told of late drop nothing", late_slots_drop_nothing},
	{"slots that never come back drop the rest", lost_slots_drop_the_rest},
};

SUITE_MAIN("gen-pong", tests)
