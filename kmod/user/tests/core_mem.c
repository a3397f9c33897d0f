/* SPDX-License-Identifier: BSD-2-Clause */
/* Regions: sizes, offsets, lazy backing, sharing, extra buffers. */
#include "support.h"

#define MIB (1024 * 1024)

/* The reference's sizing rule, worked out for a stride of 2112 by a separate program. */
static const struct {
	unsigned tx_rings, rx_rings, tx_slots, rx_slots, extra;
	uint64_t ring_offset, buf_offset, memsize;
	uint32_t ring_total, ring_size, buf_total;
} sizings[] = {
	{1, 1, 1024, 1024, 0, 12288, 421888, 43810816, 20, 20480, 20544},
	{1, 1, 1024, 1024, 256, 12288, 421888, 44351488, 20, 20480, 20800},
	{4, 4, 1024, 1024, 0, 12288, 544768, 56909824, 26, 20480, 26688},
	{1, 1, 4096, 4096, 0, 12288, 2117632, 175267840, 32, 65792, 81984},
	{16, 16, 4096, 4096, 0, 12288, 4222976, 436895744, 64, 65792, 204864},
	{2, 3, 100, 300, 7, 12288, 483328, 10485760, 23, 20480, 4736},
};

static void sizes_follow_the_rule(void)
{
	size_t i;

	for (i = 0; i < sizeof(sizings) / sizeof(sizings[0]); i++) {
		const struct nmreq_register want = {
			.nr_mode = NR_REG_ALL_NIC,
			.nr_tx_rings = sizings[i].tx_rings,
			.nr_rx_rings = sizings[i].rx_rings,
			.nr_tx_slots = sizings[i].tx_slots,
			.nr_rx_slots = sizings[i].rx_slots,
			.nr_extra_bufs = sizings[i].extra,
		};
		struct nmreq_pools_info info = {0};
		struct port p;

		CU_ASSERT_EQUAL_FATAL(port_try(&p, "vale0:a", &want), 0);
		CU_ASSERT_EQUAL(ctrl(p.handle, NETMAP_REQ_POOLS_INFO_GET, "vale0:a", &info), 0);
		CU_ASSERT_EQUAL(info.nr_memsize, sizings[i].memsize);
		CU_ASSERT_EQUAL(p.reg.nr_memsize, sizings[i].memsize);
		CU_ASSERT_EQUAL(info.nr_if_pool_offset, 0);
		CU_ASSERT_EQUAL(info.nr_if_pool_objtotal, 12);
		CU_ASSERT_EQUAL(info.nr_if_pool_objsize, 1024);
		CU_ASSERT_EQUAL(info.nr_ring_pool_offset, sizings[i].ring_offset);
		CU_ASSERT_EQUAL(info.nr_ring_pool_objtotal, sizings[i].ring_total);
		CU_ASSERT_EQUAL(info.nr_ring_pool_objsize, sizings[i].ring_size);
		CU_ASSERT_EQUAL(info.nr_buf_pool_offset, sizings[i].buf_offset);
		CU_ASSERT_EQUAL(info.nr_buf_pool_objtotal, sizings[i].buf_total);
		CU_ASSERT_EQUAL(info.nr_buf_pool_objsize, 2112);
		CU_ASSERT_EQUAL(p.reg.nr_extra_bufs, sizings[i].extra);
		port_close(&p);
	}
	finish();
}

static void first_binding_is_laid_out_as_documented(void)
{
	struct netmap_ring *tx, *rx;
	struct port p;
	uint32_t i;

	port_open(&p, "vale0:a");
	tx = tx_ring(&p, 0);
	rx = rx_ring(&p, 0);
	CU_ASSERT_EQUAL(p.reg.nr_offset, 0);
	CU_ASSERT(p.reg.nr_mem_id >= 2);
	CU_ASSERT_EQUAL(p.nifp->ni_flags, NI_PRIV_MEM);
	CU_ASSERT_EQUAL(p.nifp->ni_host_tx_rings, 1);
	CU_ASSERT_EQUAL(p.nifp->ni_host_rx_rings, 1);
	CU_ASSERT_EQUAL(p.nifp->ni_bufs_head, 0);
	CU_ASSERT_STRING_EQUAL(p.nifp->ni_name, "vale0:a");
	CU_ASSERT_EQUAL(p.nifp->ring_ofs[0], 12288 + 20480);
	CU_ASSERT_EQUAL(p.nifp->ring_ofs[1], 0);
	CU_ASSERT_EQUAL(p.nifp->ring_ofs[2], 12288);
	CU_ASSERT_EQUAL(p.nifp->ring_ofs[3], 0);
	CU_ASSERT_EQUAL(rx->buf_ofs, 421888 - 12288);
	CU_ASSERT_EQUAL(tx->buf_ofs, 421888 - 12288 - 20480);
	CU_ASSERT_EQUAL(tx->nr_buf_size, 2112);
	CU_ASSERT_EQUAL(tx->dir, 1);
	CU_ASSERT_EQUAL(rx->dir, 0);
	CU_ASSERT_EQUAL(tx->head + tx->cur, 0);
	CU_ASSERT_EQUAL(tx->tail, 1023);
	CU_ASSERT_EQUAL(rx->head + rx->cur + rx->tail, 0);
	for (i = 0; i < 1024; i++) {
		CU_ASSERT_EQUAL(rx->slot[i].buf_idx, 2 + i);
		CU_ASSERT_EQUAL(tx->slot[i].buf_idx, 1026 + i);
		CU_ASSERT_EQUAL(tx->slot[i].len, 2112);
		CU_ASSERT_EQUAL(tx->slot[i].ptr, 0);
	}
	port_close(&p);
	finish();
}

static void two_idle_ports_stay_below_20_mib(void)
{
	struct port a, b;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	CU_ASSERT(nm_user_live_bytes() < 20 * MIB);
	CU_ASSERT(a.reg.nr_memsize > 40 * MIB);
	port_close(&a);
	port_close(&b);
	finish();
}

static void buffers_nobody_was_given_are_the_sink(void)
{
	struct netmap_ring *ring;
	struct port a, b;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	ring = tx_ring(&a, 0);
	put_frame(ring, BROADCAST, 1, FRAME_BYTES, 7);
	fill_frame((char *)ring + ring->buf_ofs, BROADCAST, 1, 8); /* buffer 0 */
	ring->slot[0].buf_idx = 20000; /* inside the pool, in a block that was never backed */
	CU_ASSERT_EQUAL(txsync(&a), 0);
	CU_ASSERT_EQUAL(rxsync(&b), 0);
	CU_ASSERT_EQUAL(available(rx_ring(&b, 0)), 1);
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&b, 0), 0), 8);
	port_close(&a);
	port_close(&b);
	finish();
}

static void extra_buffers_form_a_list_and_come_back(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 20};
	struct netmap_ring *ring;
	struct port anchor, p;
	uint32_t idx, n, rounds;

	port_open(&anchor, "vale0:a");
	want.nr_mem_id = anchor.reg.nr_mem_id;
	/* More rounds than buffers are left in the region: what is not freed would be missed. */
	for (rounds = 0; rounds < 1200; rounds++) {
		CU_ASSERT_EQUAL_FATAL(port_try(&p, "vale0:b", &want), 0);
		CU_ASSERT_EQUAL_FATAL(p.reg.nr_extra_bufs, 20);
		ring = tx_ring(&p, 0);
		idx = p.nifp->ni_bufs_head;
		for (n = 0; idx >= 2; n++)
			memcpy(&idx, (char *)ring + ring->buf_ofs + (size_t)idx * ring->nr_buf_size,
			       sizeof(idx));
		CU_ASSERT_EQUAL_FATAL(n, 20);
		port_close(&p);
	}
	port_close(&anchor);
	finish();
}

static void a_hostile_list_of_extra_buffers_ends(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 4};
	static const uint32_t heads[] = {0, 1, 2, 0xffffffff, 20000, 1 << 31};
	struct netmap_ring *ring;
	struct port p;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(port_try(&p, "vale0:a", &want), 0);
		ring = tx_ring(&p, 0);
		/* The head's buffer points to itself: a double free ends the walk. */
		memcpy((char *)ring + ring->buf_ofs + (size_t)p.nifp->ni_bufs_head * 2112,
		       &p.nifp->ni_bufs_head, sizeof(uint32_t));
		if (i)
			p.nifp->ni_bufs_head = heads[i];
		port_close(&p);
	}
	finish();
}

static void extra_buffers_can_be_swapped_into_slots(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 1};
	struct netmap_ring *ring;
	struct port a, b;
	uint32_t extra, slot;

	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &want), 0);
	port_open(&b, "vale0:b");
	ring = tx_ring(&a, 0);
	extra = a.nifp->ni_bufs_head;
	slot = ring->head;
	a.nifp->ni_bufs_head = ring->slot[slot].buf_idx;
	ring->slot[slot].buf_idx = extra;
	memset(buffer(ring, 1), 0, 4);
	put_frame(ring, BROADCAST, 1, FRAME_BYTES, 99);
	ring->slot[slot].flags = NS_BUF_CHANGED;
	memset((char *)ring + ring->buf_ofs + (size_t)a.nifp->ni_bufs_head * 2112, 0, 4);
	CU_ASSERT_EQUAL(txsync(&a), 0);
	CU_ASSERT_EQUAL(ring->slot[slot].flags, 0);
	CU_ASSERT_EQUAL(ring->slot[slot].buf_idx, extra);
	CU_ASSERT_EQUAL(rxsync(&b), 0);
	CU_ASSERT_EQUAL(frame_seq(rx_ring(&b, 0), 0), 99);
	port_close(&a);
	port_close(&b);
	finish();
}

static void ports_share_a_region_by_its_id(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC};
	struct port a, b, c;

	port_open(&a, "vale0:a");
	want.nr_mem_id = a.reg.nr_mem_id;
	CU_ASSERT_EQUAL_FATAL(port_try(&b, "vale0:b", &want), 0);
	CU_ASSERT_EQUAL(a.reg.nr_mem_id, b.reg.nr_mem_id);
	CU_ASSERT_PTR_EQUAL(a.base, b.base);
	CU_ASSERT_NOT_EQUAL(a.reg.nr_offset, b.reg.nr_offset);
	want.nr_mem_id = 4242;
	CU_ASSERT_EQUAL(port_try(&c, "vale0:c", &want), -EINVAL);
	port_close(&a);
	send_frame(&b, BROADCAST, 1, 1);
	port_close(&b);
	finish();
}

static void the_global_region_has_id_1(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_mem_id = 1};
	struct nmreq_port_info_get info = {0};
	struct port a;

	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_INFO_GET, "", &info), 0);
	CU_ASSERT_EQUAL(info.nr_mem_id, 1);
	CU_ASSERT_EQUAL(info.nr_memsize, 353505280);
	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &want), 0);
	CU_ASSERT_EQUAL(a.reg.nr_memsize, 353505280);
	CU_ASSERT_EQUAL(a.nifp->ni_flags, 0);
	port_close(&a);
	finish();
}

static void region_ids_are_not_reused_at_once(void)
{
	struct port p;
	uint16_t first;

	port_open(&p, "vale0:a");
	first = p.reg.nr_mem_id;
	port_close(&p);
	port_open(&p, "vale0:a");
	CU_ASSERT_EQUAL(p.reg.nr_mem_id, first + 1);
	port_close(&p);
	finish();
}

static const struct suite_test tests[] = {
	{"sizes_follow_the_rule", sizes_follow_the_rule},
	{"first_binding_is_laid_out_as_documented", first_binding_is_laid_out_as_documented},
	{"two_idle_ports_stay_below_20_mib", two_idle_ports_stay_below_20_mib},
	{"buffers_nobody_was_given_are_the_sink", buffers_nobody_was_given_are_the_sink},
	{"extra_buffers_form_a_list_and_come_back", extra_buffers_form_a_list_and_come_back},
	{"a_hostile_list_of_extra_buffers_ends", a_hostile_list_of_extra_buffers_ends},
	{"extra_buffers_can_be_swapped_into_slots", extra_buffers_can_be_swapped_into_slots},
	{"ports_share_a_region_by_its_id", ports_share_a_region_by_its_id},
	{"the_global_region_has_id_1", the_global_region_has_id_1},
	{"region_ids_are_not_reused_at_once", region_ids_are_not_reused_at_once},
};

SUITE_MAIN("core_mem", tests)
