/* SPDX-License-Identifier: BSD-2-Clause */
/* The OFFSETS option: what it refuses, and packets that begin where slots say. */
#include "support.h"

#define MAX_OFFSET 256
#define INITIAL	   70
#define BITS	   16
#define TAG	   0xabcd0000ULL /* bits of ptr above the offset */

/* REGISTER with these offsets: 0 or -errno, which is the option's status as well. */
static int open_with(struct port *p, const char *name, struct nmreq_opt_offsets *opt)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC};
	int rc;

	opt->nro_opt.nro_reqtype = NETMAP_REQ_OPT_OFFSETS;
	rc = port_try_options(p, name, &reg, opt);
	CU_ASSERT_EQUAL(opt->nro_opt.nro_status, (uint32_t)-rc);
	return rc;
}

static void open_default(struct port *p, const char *name)
{
	struct nmreq_opt_offsets opt = {.nro_max_offset = MAX_OFFSET,
					.nro_initial_offset = INITIAL,
					.nro_offset_bits = BITS};

	CU_ASSERT_EQUAL_FATAL(open_with(p, name, &opt), 0);
}

static void limits(void)
{
	static const struct {
		uint64_t max, initial;
		uint32_t bits;
		int rc;
		uint64_t mask;
	} rows[] = {
		{0, 0, 0, 0, ~0ULL},	    {128, 128, 8, 0, 0xff},    {255, 0, 8, 0, 0xff},
		{256, 0, 8, -EINVAL, 0},    {128, 129, 8, -EINVAL, 0}, {2048, 0, 64, 0, ~0ULL},
		{65536, 0, 64, -EINVAL, 0}, {0, 0, 65, -EINVAL, 0},    {1, 1, 1, 0, 1},
		{2, 0, 1, -EINVAL, 0},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nmreq_opt_offsets opt = {.nro_max_offset = rows[i].max,
						.nro_initial_offset = rows[i].initial,
						.nro_offset_bits = rows[i].bits};
		struct port p;

		CU_ASSERT_EQUAL(open_with(&p, "vale0:a", &opt), rows[i].rc);
		if (rows[i].rc)
			continue;
		CU_ASSERT_EQUAL(tx_ring(&p, 0)->offset_mask, rows[i].mask);
		CU_ASSERT_EQUAL(rx_ring(&p, 0)->offset_mask, rows[i].mask);
		CU_ASSERT_EQUAL(tx_ring(&p, 0)->slot[5].ptr, rows[i].initial);
		CU_ASSERT_EQUAL(opt.nro_max_offset, rows[i].max);
		port_close(&p);
	}
	finish();
}

static void rings_in_use_keep_what_they_agreed_to(void)
{
	static const struct {
		uint64_t max;
		uint32_t bits;
		int rc;
	} rows[] = {
		{MAX_OFFSET, BITS, 0},
		{MAX_OFFSET / 2, BITS - 1, 0},
		{MAX_OFFSET + 1, BITS, -EBUSY},
		{MAX_OFFSET, BITS + 1, -EBUSY},
	};
	struct port first, second;
	size_t i;

	open_default(&first, "vale0:a");
	tx_ring(&first, 0)->slot[7].ptr = 1;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nmreq_opt_offsets opt = {.nro_max_offset = rows[i].max,
						.nro_initial_offset = 3,
						.nro_offset_bits = rows[i].bits};

		CU_ASSERT_EQUAL(open_with(&second, "vale0:a", &opt), rows[i].rc);
		CU_ASSERT_EQUAL(tx_ring(&first, 0)->offset_mask, 0xffff);
		CU_ASSERT_EQUAL(tx_ring(&first, 0)->slot[7].ptr, 1);
		if (rows[i].rc)
			continue;
		CU_ASSERT_EQUAL(opt.nro_max_offset, MAX_OFFSET);
		port_close(&second);
	}
	port_close(&first);
	port_open(&first, "vale0:a");
	CU_ASSERT_EQUAL(tx_ring(&first, 0)->offset_mask, 0);
	port_close(&first);
	finish();
}

/* Puts a frame at this offset of the next slot and sends it. */
static void send_at(struct port *p, uint32_t offset, uint16_t bytes, uint32_t seq)
{
	struct netmap_ring *ring = tx_ring(p, 0);

	ring->slot[ring->head].ptr = TAG | offset;
	fill_frame(buffer(ring, ring->head) + (offset < MAX_OFFSET ? offset : MAX_OFFSET),
		   BROADCAST, 1, seq);
	put_slot(ring, NULL, bytes, 0);
	CU_ASSERT_EQUAL(txsync(p), 0);
}

/* The next frame of the ring: its sequence number, found where its slot says. */
static uint32_t receive_at(struct port *p, uint32_t *offset, uint16_t *bytes)
{
	struct netmap_ring *ring = rx_ring(p, 0);
	uint32_t i = ring->head, seq;

	CU_ASSERT_EQUAL(rxsync(p), 0);
	CU_ASSERT_NOT_EQUAL_FATAL(ring->tail, i);
	*offset = ring->slot[i].ptr & ring->offset_mask;
	*bytes = ring->slot[i].len;
	memcpy(&seq, buffer(ring, i) + *offset + 14, sizeof(seq));
	ring->head = ring->cur = next_slot(ring, i);
	CU_ASSERT_EQUAL(rxsync(p), 0);
	return seq;
}

static void packets_begin_where_both_sides_say(void)
{
	static const uint32_t offsets[] = {0,	 1, 63, 64, 65, 200, MAX_OFFSET, MAX_OFFSET + 1,
					   65535};
	struct port from, to, plain;
	uint32_t i, at;
	uint16_t bytes;

	open_default(&from, "vale0:from");
	open_default(&to, "vale0:to");
	port_open(&plain, "vale0:plain");
	for (i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct netmap_ring *ring = rx_ring(&to, 0);
		uint32_t want = offsets[i] < MAX_OFFSET ? offsets[i] : MAX_OFFSET;

		ring->slot[ring->head].ptr = TAG | offsets[i];
		send_at(&from, offsets[sizeof(offsets) / sizeof(offsets[0]) - 1 - i], 300, i);
		CU_ASSERT_EQUAL(receive_at(&to, &at, &bytes), i);
		CU_ASSERT_EQUAL(at, want);
		CU_ASSERT_EQUAL(
			ring->slot[(ring->head + ring->num_slots - 1) % ring->num_slots].ptr,
			TAG | want);
		CU_ASSERT_EQUAL(bytes, 300);
		CU_ASSERT_EQUAL(receive_at(&plain, &at, &bytes), i);
		CU_ASSERT_EQUAL(at, 0);
	}
	port_close(&plain);
	port_close(&to);
	port_close(&from);
	finish();
}

/* A slot's length reaches to the end of its buffer and not beyond, on either side. */
static void room_ends_with_the_buffer(void)
{
	struct nmreq_opt_offsets tight = {
		.nro_max_offset = MAX_OFFSET, .nro_offset_bits = BITS, .nro_min_gap = 1000};
	struct port from, to, gap;
	uint32_t size, at;
	uint16_t bytes;

	open_default(&from, "vale0:from");
	open_default(&to, "vale0:to");
	CU_ASSERT_EQUAL_FATAL(open_with(&gap, "vale0:gap", &tight), 0);
	size = tx_ring(&from, 0)->nr_buf_size;
	send_at(&from, INITIAL, size - INITIAL, 1);
	receive_at(&to, &at, &bytes);
	CU_ASSERT_EQUAL(at, INITIAL);
	CU_ASSERT_EQUAL(bytes, size - INITIAL);
	rx_ring(&to, 0)->slot[rx_ring(&to, 0)->head].ptr = INITIAL + 1;
	send_at(&from, INITIAL, size - INITIAL, 2);
	receive_at(&to, &at, &bytes);
	CU_ASSERT_EQUAL(bytes, 0);
	CU_ASSERT_EQUAL(stats_of("vale0:to").rx_drop_bad_slot, 1);
	CU_ASSERT_EQUAL(stats_of("vale0:gap").rx_drop_bad_slot, 2);
	send_at(&from, 0, 1000, 3);
	CU_ASSERT_EQUAL(stats_of("vale0:gap").rx_packets, 1);
	send_at(&from, INITIAL, size - INITIAL + 1, 4); /* too long for the sender's buffer */
	CU_ASSERT_EQUAL(stats_of("vale0:from").tx_drop_bad_slot, 1);
	port_close(&gap);
	port_close(&to);
	port_close(&from);
	finish();
}

static void fragments_have_an_offset_each(void)
{
	struct port from, to;
	struct netmap_ring *tx, *rx;
	uint32_t i;

	open_default(&from, "vale0:from");
	open_default(&to, "vale0:to");
	tx = tx_ring(&from, 0);
	rx = rx_ring(&to, 0);
	for (i = 0; i < 3; i++) {
		char *at = buffer(tx, i) + 10 * i;

		rx->slot[i].ptr = 33 * i;
		tx->slot[i].ptr = 10 * i;
		memset(at, 'a' + i, 100);
		if (!i)
			fill_frame(at, BROADCAST, 1, 5);
		put_slot(tx, NULL, 100, i < 2 ? NS_MOREFRAG : 0);
	}
	CU_ASSERT_EQUAL(txsync(&from), 0);
	CU_ASSERT_EQUAL(rxsync(&to), 0);
	CU_ASSERT_EQUAL_FATAL(available(rx), 3);
	for (i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(rx->slot[i].flags, 3 << NS_PORT_SHIFT | (i < 2 ? NS_MOREFRAG : 0));
		CU_ASSERT_EQUAL(buffer(rx, i)[33 * i + 99], (char)('a' + i));
	}
	port_close(&to);
	port_close(&from);
	finish();
}

static const struct suite_test tests[] = {
	{"limits", limits},
	{"rings_in_use_keep_what_they_agreed_to", rings_in_use_keep_what_they_agreed_to},
	{"packets_begin_where_both_sides_say", packets_begin_where_both_sides_say},
	{"room_ends_with_the_buffer", room_ends_with_the_buffer},
	{"fragments_have_an_offset_each", fragments_have_an_offset_each},
};

SUITE_MAIN("core_offsets", tests)
