/* SPDX-License-Identifier: BSD-2-Clause */
/* Host rings: what the stack sends and receives, and frames that are passed on without a look. */
#include "core.h"
#include "support.h"

#define LEFT  "eth0"
#define RIGHT "eth1"

static const uint8_t *frame(uint32_t seq)
{
	static uint8_t f[FRAME_BYTES];

	memset(f, 0, sizeof(f));
	fill_frame(f, 1, 2, seq);
	return f;
}

static void stack_sends(const char *dev, uint32_t seq)
{
	CU_ASSERT_EQUAL(nm_user_stack_send(dev, 0, frame(seq), FRAME_BYTES), 0);
}

/* The sequence number of the oldest frame that came up to the stack, or -1. */
static long stack_got(const char *dev)
{
	uint8_t f[FRAME_BYTES];
	uint32_t seq;

	if (nm_user_stack_receive(dev, f, sizeof(f)) != FRAME_BYTES)
		return -1;
	memcpy(&seq, f + 14, sizeof(seq));
	return seq;
}

static void open_left(struct port *p, uint32_t mode)
{
	const struct nmreq_register want = {.nr_mode = mode};

	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(LEFT, NULL, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(RIGHT, LEFT, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(port_try(p, LEFT, &want), 0);
}

/* Ring 1 of a device with one queue is its host ring. */
static void the_stack_sends_into_the_host_ring(void)
{
	struct port p;

	open_left(&p, NR_REG_NIC_SW);
	stack_sends(LEFT, 5);
	CU_ASSERT_EQUAL(rxsync(&p), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&p, 0)), 0);
	CU_ASSERT_EQUAL_FATAL(available(rx_ring(&p, 1)), 1);
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&p, 1), 0), 5);
	CU_ASSERT_EQUAL(stack_got(RIGHT), -1);
	port_close(&p);
	finish();
}

static void the_host_ring_sends_into_the_stack(void)
{
	struct port p;

	open_left(&p, NR_REG_SW);
	put_frame(tx_ring(&p, 1), 1, 2, FRAME_BYTES, 6);
	put_frame(tx_ring(&p, 1), 1, 2, 13, 7); /* no frame */
	CU_ASSERT_EQUAL(txsync(&p), 0);
	CU_ASSERT_EQUAL(available(tx_ring(&p, 1)), 1023);
	CU_ASSERT_EQUAL(stack_got(LEFT), 6);
	CU_ASSERT_EQUAL(stack_got(LEFT), -1);
	port_close(&p);
	finish();
}

static void host_rings_alone_leave_the_wire_to_the_stack(void)
{
	struct port p;

	open_left(&p, NR_REG_SW);
	stack_sends(LEFT, 8);
	CU_ASSERT_EQUAL(stack_got(RIGHT), 8);
	stack_sends(RIGHT, 9);
	CU_ASSERT_EQUAL(stack_got(LEFT), 9);
	port_close(&p);
	finish();
}

static void without_host_rings_the_stack_is_cut_off(void)
{
	struct port p;

	open_left(&p, NR_REG_ALL_NIC);
	stack_sends(LEFT, 1);
	CU_ASSERT_EQUAL(stack_got(RIGHT), -1);
	stack_sends(RIGHT, 2);
	CU_ASSERT_EQUAL(stack_got(LEFT), -1);
	port_close(&p);
	stack_sends(LEFT, 3);
	CU_ASSERT_EQUAL(stack_got(RIGHT), 3);
	finish();
}

static void take(struct port *p, unsigned ring, uint16_t flags)
{
	struct netmap_ring *rx = rx_ring(p, ring);

	CU_ASSERT_EQUAL(rxsync(p), 0);
	while (rx->head != rx->tail) {
		rx->slot[rx->head].flags |= flags;
		rx->head = next_slot(rx, rx->head);
	}
	rx->cur = rx->head;
	CU_ASSERT_EQUAL(rxsync(p), 0);
}

static void marked_packets_pass(void)
{
	struct netmap_ring *rx;
	struct port p;

	open_left(&p, NR_REG_NIC_SW);
	rx = rx_ring(&p, 0);
	rx->flags |= NR_FORWARD;
	rx_ring(&p, 1)->flags |= NR_FORWARD;
	stack_sends(RIGHT, 1);
	take(&p, 0, NS_FORWARD);
	CU_ASSERT_EQUAL(stack_got(LEFT), 1);
	CU_ASSERT_EQUAL(rx->slot[0].flags & NS_FORWARD, 0);
	stack_sends(RIGHT, 2);
	take(&p, 0, 0);
	CU_ASSERT_EQUAL(stack_got(LEFT), -1);
	stack_sends(LEFT, 3);
	take(&p, 1, NS_FORWARD);
	CU_ASSERT_EQUAL(stack_got(RIGHT), 3);
	rx->flags &= ~NR_FORWARD;
	stack_sends(RIGHT, 4);
	take(&p, 0, NS_FORWARD);
	CU_ASSERT_EQUAL(stack_got(LEFT), -1);
	port_close(&p);
	finish();
}

static void the_administrator_passes_everything(void)
{
	struct port p;

	open_left(&p, NR_REG_NIC_SW);
	nm_params.fwd = 1;
	stack_sends(RIGHT, 1);
	take(&p, 0, 0);
	CU_ASSERT_EQUAL(stack_got(LEFT), 1);
	stack_sends(LEFT, 2);
	take(&p, 1, 0);
	CU_ASSERT_EQUAL(stack_got(RIGHT), 2);
	nm_params.fwd = 0;
	port_close(&p);
	finish();
}

static void a_stalled_wire_bounds_what_is_passed(void)
{
	struct port p;
	int i;

	open_left(&p, NR_REG_NIC_SW);
	nm_params.fwd = 1;
	nm_user_stall_device(LEFT, true);
	for (i = 0; i < 3000; i++) {
		stack_sends(LEFT, i);
		take(&p, 1, 0);
	}
	nm_user_stall_device(LEFT, false);
	for (i = 0; stack_got(RIGHT) >= 0; i++)
		;
	CU_ASSERT_EQUAL(i, 1023);
	nm_params.fwd = 0;
	port_close(&p);
	finish();
}

static const struct suite_test tests[] = {
	{"the_stack_sends_into_the_host_ring", the_stack_sends_into_the_host_ring},
	{"the_host_ring_sends_into_the_stack", the_host_ring_sends_into_the_stack},
	{"host_rings_alone_leave_the_wire_to_the_stack",
	 host_rings_alone_leave_the_wire_to_the_stack},
	{"without_host_rings_the_stack_is_cut_off", without_host_rings_the_stack_is_cut_off},
	{"marked_packets_pass", marked_packets_pass},
	{"the_administrator_passes_everything", the_administrator_passes_everything},
	{"a_stalled_wire_bounds_what_is_passed", a_stalled_wire_bounds_what_is_passed},
};

SUITE_MAIN("core_host_rings", tests)
