/* SPDX-License-Identifier: BSD-2-Clause */
/* The OFFSETS option on pipes, null ports and monitors. */
#include "support.h"

#define MAX_OFFSET 256
#define OWNERS	   70
#define THEIRS	   30

static int open_with(struct port *p, const char *name, const struct nmreq_register *reg,
		     uint64_t initial)
{
	struct nmreq_opt_offsets opt = {
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_OFFSETS,
		.nro_max_offset = MAX_OFFSET,
		.nro_initial_offset = initial,
		.nro_offset_bits = 16,
	};
	int rc = port_try_options(p, name, reg, &opt);

	CU_ASSERT_EQUAL(opt.nro_opt.nro_status, (uint32_t)-rc);
	return rc;
}

static char *packet(struct netmap_ring *ring, uint32_t slot)
{
	return buffer(ring, slot) + (ring->slot[slot].ptr & ring->offset_mask);
}

/* Sends "packet SEQ" from where the slot says. */
static void send_text(struct port *p, unsigned seq)
{
	struct netmap_ring *ring = tx_ring(p, 0);
	char text[FRAME_BYTES] = {0};

	fill_frame(text, BROADCAST, 1, seq);
	snprintf(text + 20, sizeof(text) - 20, "packet %u", seq);
	memcpy(packet(ring, ring->head), text, sizeof(text));
	put_slot(ring, NULL, sizeof(text), 0);
	CU_ASSERT_EQUAL(txsync(p), 0);
}

static void check_text(struct port *p, uint32_t slot, uint32_t offset, unsigned seq)
{
	struct netmap_ring *ring = rx_ring(p, 0);
	char text[32];

	snprintf(text, sizeof(text), "packet %u", seq);
	CU_ASSERT_EQUAL(rxsync(p), 0);
	CU_ASSERT_FATAL(available(ring) > slot);
	CU_ASSERT_EQUAL(ring->slot[slot].ptr & ring->offset_mask, offset);
	CU_ASSERT_STRING_EQUAL(packet(ring, slot) + 20, text);
}

/* An offset is part of the descriptor, and one that is on its way stays what it was. */
static void pipes_carry_offsets(void)
{
	const struct nmreq_register all = {.nr_mode = NR_REG_ALL_NIC};
	struct port m, s;

	CU_ASSERT_EQUAL_FATAL(open_with(&m, "pipe{1", &all, OWNERS), 0);
	CU_ASSERT_EQUAL(tx_ring(&m, 0)->slot[3].ptr, OWNERS);
	send_text(&m, 1);
	send_text(&m, 2);
	CU_ASSERT_EQUAL_FATAL(open_with(&s, "pipe}1", &all, THEIRS), 0);
	CU_ASSERT_EQUAL(tx_ring(&s, 0)->slot[3].ptr, THEIRS);
	check_text(&s, 0, OWNERS, 1);
	check_text(&s, 1, OWNERS, 2);
	port_close(&m);
	port_close(&s);
	finish();
}

static void null_ports_take_offsets(void)
{
	const struct nmreq_register null = {
		.nr_mode = NR_REG_NULL, .nr_mem_id = 1, .nr_tx_rings = 1, .nr_tx_slots = 4};
	struct port p;

	CU_ASSERT_EQUAL_FATAL(open_with(&p, "n", &null, OWNERS), 0);
	CU_ASSERT_EQUAL(tx_ring(&p, 0)->slot[3].ptr, OWNERS);
	port_close(&p);
	finish();
}

/* From where the owner's slot says to where the monitor's does. */
static void copy_monitors_read_and_write_at_offsets(void)
{
	const struct nmreq_register all = {.nr_mode = NR_REG_ALL_NIC};
	const struct nmreq_register both = {.nr_mode = NR_REG_ALL_NIC,
					    .nr_flags = NR_MONITOR_RX | NR_MONITOR_TX};
	struct port a, b, mon, plain;

	CU_ASSERT_EQUAL_FATAL(open_with(&a, "vale0:a", &all, OWNERS), 0);
	port_open(&b, "vale0:b");
	CU_ASSERT_EQUAL_FATAL(open_with(&mon, "vale0:a", &both, THEIRS), 0);
	CU_ASSERT_EQUAL_FATAL(port_try(&plain, "vale0:a", &both), 0);
	send_text(&a, 1);
	send_text(&b, 2);
	check_text(&mon, 0, THEIRS, 1);
	check_text(&mon, 1, THEIRS, 2);
	check_text(&plain, 0, 0, 1);
	check_text(&plain, 1, 0, 2);
	check_text(&a, 0, OWNERS, 2);
	port_close(&plain);
	port_close(&mon);
	port_close(&a);
	port_close(&b);
	finish();
}

static void zero_copy_monitors_refuse_them(void)
{
	const struct nmreq_register zero = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_ZCOPY_MON};
	struct port a, mon;

	port_open(&a, "vale0:a");
	CU_ASSERT_EQUAL(open_with(&mon, "vale0:a", &zero, 0), -EOPNOTSUPP);
	send_frame(&a, BROADCAST, 1, 1);
	CU_ASSERT(!(tx_ring(&a, 0)->slot[0].flags & NS_BUF_CHANGED));
	port_close(&a);
	finish();
}

static const struct suite_test tests[] = {
	{"pipes_carry_offsets", pipes_carry_offsets},
	{"null_ports_take_offsets", null_ports_take_offsets},
	{"copy_monitors_read_and_write_at_offsets", copy_monitors_read_and_write_at_offsets},
	{"zero_copy_monitors_refuse_them", zero_copy_monitors_refuse_them},
};

SUITE_MAIN("core_offsets_kinds", tests)
