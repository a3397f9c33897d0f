/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sync is asked for beyond its cursors: by the calls, and by tasks in their blocks. */
#include "csb.h"
#include "csb_port.h"

#define LEFT	"eth0"
#define RIGHT	"eth1"
#define SLOTS	64
#define HOST_RX 3 /* the place of a device's host rx ring: tx, host tx, rx, host rx */
#define ALL	(NM_SYNC_FORCE_READ | NM_SYNC_FORCE_RECLAIM | NM_SYNC_CAN_FORWARD_DOWN)

static void transmit_slots_are_taken_back_when_half_are_used(void)
{
	static const struct {
		enum nm_dir dir;
		uint32_t head, tail, wished, flags;
	} rows[] = {
		{NM_TX, 0, SLOTS - 1, 0, 0},
		{NM_TX, 0, SLOTS / 2 + 1, 0, 0},
		{NM_TX, 0, SLOTS / 2, 0, NM_SYNC_FORCE_RECLAIM},
		{NM_TX, 60, 10, 0, NM_SYNC_FORCE_RECLAIM},
		{NM_TX, 10, 10, NM_SYNC_FORCE_READ, NM_SYNC_FORCE_READ | NM_SYNC_FORCE_RECLAIM},
		{NM_TX, SLOTS, 0, 0, 0}, /* nonsense, refused later */
		{NM_RX, 0, 0, 0, 0},
		{NM_RX, 0, 0, UINT32_MAX, ALL},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nm_ring ring = {
			.dir = rows[i].dir, .slots = SLOTS, .tail = rows[i].tail};

		CU_ASSERT_EQUAL(nm_csb_sync_flags(&ring, rows[i].head, rows[i].wished),
				rows[i].flags);
	}
}

static uint32_t seen;

static int note_flags(struct nm_ring *ring)
{
	seen = ring->sync_flags;
	return 0;
}

static void the_port_is_told(void)
{
	static const struct nm_port_ops ops = {.txsync = note_flags, .rxsync = note_flags};
	struct nm_port port = {.ops = &ops};
	struct netmap_ring *shared = calloc(1, sizeof(*shared) + SLOTS * sizeof(shared->slot[0]));
	struct nm_ring ring;
	uint32_t flags;

	for (flags = 0; flags <= ALL; flags++) {
		memset(&ring, 0, sizeof(ring));
		nm_ring_init(&ring, &port, NM_RX, 0, SLOTS);
		ring.shared = shared;
		seen = UINT32_MAX;
		CU_ASSERT_EQUAL(nm_ring_sync_to(&ring, 0, 0, flags), NM_SYNC_OK);
		CU_ASSERT_EQUAL(seen, flags);
		CU_ASSERT_EQUAL(nm_ring_sync(&ring, flags ^ ALL, NM_TS_NO), NM_SYNC_OK);
		CU_ASSERT_EQUAL(seen, flags ^ ALL);
		nm_ring_exit(&ring);
	}
	free(shared);
}

/* A device and its host rings in CSB mode. */
static void device_open(struct csb_port *p)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_NIC_SW, .nr_flags = NR_EXCLUSIVE};
	struct nmreq_opt_csb opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB};

	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(LEFT, NULL, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(RIGHT, LEFT, NULL), 0);
	p->rings = HOST_RX + 1;
	p->atok = csb_atok();
	p->ktoa = csb_ktoa();
	opt.csb_atok = (uintptr_t)p->atok;
	opt.csb_ktoa = (uintptr_t)p->ktoa;
	CU_ASSERT_EQUAL_FATAL(port_try_options(&p->port, LEFT, &want, &opt), 0);
}

/* The stack sends a frame, the task marks it to go on and gives it back: does it reach the wire? */
static bool goes_on(struct csb_port *p, uint32_t flags)
{
	struct nm_csb_atok *a = &p->atok[HOST_RX];
	struct netmap_ring *rx = rx_ring(&p->port, 1);
	uint8_t frame[FRAME_BYTES];
	uint32_t head = a->head;

	fill_frame(frame, 1, 2, 7);
	CU_ASSERT_EQUAL(nm_user_stack_send(LEFT, 0, frame, sizeof(frame)), 0);
	WAIT_FOR(p->ktoa[HOST_RX].hwtail != head);
	rx->slot[head].flags |= NS_FORWARD;
	a->sync_flags = flags;
	head = next_slot(rx, head);
	nm_sync_kloop_appl_write(a, head, head);
	WAIT_FOR(p->ktoa[HOST_RX].hwcur == head);
	return nm_user_stack_receive(RIGHT, frame, sizeof(frame)) == FRAME_BYTES;
}

static void marked_packets_pass_where_the_task_allows_it(void)
{
	struct csb_port p;
	struct csb_loop loop = {.port = &p, .sleep_us = 50};

	device_open(&p);
	rx_ring(&p.port, 1)->flags |= NR_FORWARD;
	csb_loop_begin(&loop);
	CU_ASSERT(goes_on(&p, NM_SYNC_CAN_FORWARD_DOWN));
	CU_ASSERT(!goes_on(&p, NM_SYNC_FORCE_READ));
	CU_ASSERT(goes_on(&p, ALL));
	CU_ASSERT(!goes_on(&p, 0));
	csb_loop_end(&loop);
	csb_close(&p);
	finish();
}

static const struct suite_test tests[] = {
	{"transmit_slots_are_taken_back_when_half_are_used",
	 transmit_slots_are_taken_back_when_half_are_used},
	{"the_port_is_told", the_port_is_told},
	{"marked_packets_pass_where_the_task_allows_it",
	 marked_packets_pass_where_the_task_allows_it},
};

SUITE_MAIN("core_sync_flags", tests)
