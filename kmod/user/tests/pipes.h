/* SPDX-License-Identifier: BSD-2-Clause */
/* What the suites of pipes share: a small pipe, numbered frames, what is on its way. */
#ifndef NM_TEST_PIPES_H
#define NM_TEST_PIPES_H

#include "support.h"

#define SLOTS 16

static inline void master_and_slave(struct port *m, struct port *s)
{
	port_open_sized(m, "pipe{1", 1, SLOTS);
	port_open(s, "pipe}1");
}

static inline void close_both(struct port *m, struct port *s)
{
	port_close(m);
	port_close(s);
	finish();
}

/* Sends n numbered frames from seq on. */
static inline void send_many(struct port *p, uint32_t n, uint32_t seq)
{
	while (n--)
		put_frame(tx_ring(p, 0), 1, 2, FRAME_BYTES, seq++);
	CU_ASSERT_EQUAL(txsync(p), 0);
}

/* Takes n frames, which must be numbered from seq on. */
static inline void take_many(struct port *p, uint32_t n, uint32_t seq)
{
	struct netmap_ring *ring = rx_ring(p, 0);

	CU_ASSERT_EQUAL(rxsync(p), 0);
	CU_ASSERT_FATAL(available(ring) >= n);
	for (; n--; ring->head = ring->cur = next_slot(ring, ring->head))
		CU_ASSERT_EQUAL(frame_seq(ring, ring->head), seq++);
	CU_ASSERT_EQUAL(rxsync(p), 0);
}

static inline uint32_t pending(struct port *p)
{
	struct netmap_ring *ring = tx_ring(p, 0);

	return ring->num_slots - 1 - available(ring);
}

#endif
