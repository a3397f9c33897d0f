/* SPDX-License-Identifier: BSD-2-Clause */
/* What the suites of monitors share: a port that is looked at, and what a monitor of it sees. */
#ifndef NM_TEST_MONITORS_H
#define NM_TEST_MONITORS_H

#include "support.h"

#define COPY_RX NR_MONITOR_RX
#define COPY_TX NR_MONITOR_TX
#define COPY	(NR_MONITOR_RX | NR_MONITOR_TX)
#define ZCOPY	NR_ZCOPY_MON
#define BOTH	(NR_ZCOPY_MON | NR_MONITOR_RX | NR_MONITOR_TX)

static inline int monitor_try(struct port *p, const char *name, uint64_t flags)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = flags};

	return port_try(p, name, &want);
}

static inline void monitor_open(struct port *p, const char *name, uint64_t flags)
{
	CU_ASSERT_EQUAL_FATAL(monitor_try(p, name, flags), 0);
}

/* Two ports of a switch; b is the one that is looked at. */
static inline void pair_open(struct port *a, struct port *b)
{
	port_open(a, "vale0:a");
	port_open(b, "vale0:b");
	send_frame(b, BROADCAST, 2, 0); /* the switch knows b from here on */
	drain(a);
}

static inline void pair_close(struct port *a, struct port *b)
{
	port_close(a);
	port_close(b);
	finish();
}

/* How many slots wait on receive ring i. */
static inline uint32_t look(struct port *p, unsigned i)
{
	CU_ASSERT_EQUAL(rxsync(p), 0);
	return available(rx_ring(p, i));
}

static inline void give_back(struct port *p)
{
	struct netmap_ring *ring = rx_ring(p, 0);

	ring->head = ring->cur = ring->tail;
	CU_ASSERT_EQUAL(rxsync(p), 0);
}

/* The next slots are the frames seq.. and carry NS_TXMON or not. */
static inline void expect(struct port *mon, uint32_t n, uint32_t seq, bool tx)
{
	struct netmap_ring *ring = rx_ring(mon, 0);

	CU_ASSERT_EQUAL_FATAL(look(mon, 0), n);
	for (; n--; ring->head = ring->cur = next_slot(ring, ring->head)) {
		const struct netmap_slot *slot = &ring->slot[ring->head];

		CU_ASSERT_EQUAL(slot->len, FRAME_BYTES);
		CU_ASSERT_EQUAL(!!(slot->flags & NS_TXMON), tx);
		CU_ASSERT_EQUAL(frame_seq(ring, ring->head), seq++);
	}
	CU_ASSERT_EQUAL(rxsync(mon), 0);
}

#endif
