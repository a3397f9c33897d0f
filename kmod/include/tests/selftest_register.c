/* SPDX-License-Identifier: BSD-2-Clause */
/* REGISTER: modes, sizes, subsets of rings, sharing, exclusiveness, and what mapping shows. */
#include "selftest.h"

#include <string.h>
#include <sys/ioctl.h>

#define PORT "valest:a"

enum { DEFAULT_SLOTS = 1024, MAX_SLOTS = 4096, MAX_RINGS = 16, FIRST_PRIVATE_REGION = 2 };

static void register_reports_the_defaults(void)
{
	struct st_port p = {.reg = {.nr_flags = NR_ACCEPT_VNET_HDR, .nr_ringid = 5}};

	CHECK_EQ(st_bind_as(&p, PORT), 0);
	CHECK_EQ(p.reg.nr_tx_slots, DEFAULT_SLOTS);
	CHECK_EQ(p.reg.nr_rx_slots, DEFAULT_SLOTS);
	CHECK_EQ(p.reg.nr_tx_rings, 1);
	CHECK_EQ(p.reg.nr_rx_rings, 1);
	CHECK_EQ(p.reg.nr_host_tx_rings, 0);
	CHECK_EQ(p.reg.nr_host_rx_rings, 0);
	CHECK_EQ(p.reg.nr_extra_bufs, 0);
	CHECK_EQ(p.reg.nr_mode, NR_REG_ALL_NIC);
	CHECK_EQ(p.reg.nr_ringid, 5);
	CHECK_EQ(p.reg.nr_flags, NR_ACCEPT_VNET_HDR);
	CHECK(p.reg.nr_mem_id >= FIRST_PRIVATE_REGION);
	CHECK(p.reg.nr_offset < p.reg.nr_memsize);
}

static void unknown_flags_are_ignored_and_echoed(void)
{
	struct st_port p = {.reg = {.nr_flags = 0x1000 | 1ULL << 40 | NR_DO_RX_POLL}};

	CHECK_EQ(st_bind_as(&p, PORT), 0);
	CHECK_EQ(p.reg.nr_flags, 0x1000 | 1ULL << 40 | NR_DO_RX_POLL);
	CHECK(p.tx && p.rx);
}

static void netmap_if_describes_the_binding(void)
{
	struct st_port p;

	CHECK_EQ(st_bind(&p, PORT), 0);
	CHECK_EQ(strncmp(p.nifp->ni_name, PORT, sizeof(p.nifp->ni_name)), 0);
	CHECK_EQ(p.nifp->ni_flags & NI_PRIV_MEM, NI_PRIV_MEM);
	CHECK_EQ(p.nifp->ni_tx_rings, 1);
	CHECK_EQ(p.nifp->ni_rx_rings, 1);
	CHECK_EQ(p.nifp->ni_host_tx_rings, 1);
	CHECK_EQ(p.nifp->ni_host_rx_rings, 1);
	CHECK_EQ(p.nifp->ni_bufs_head, 0);
	CHECK(p.nifp->ring_ofs[0] != 0);
	CHECK_EQ(p.nifp->ring_ofs[1], 0);
	CHECK(p.nifp->ring_ofs[2] != 0);
	CHECK_EQ(p.nifp->ring_ofs[3], 0);
}

static void check_ring(const struct st_port *p, const struct netmap_ring *ring, uint32_t tail)
{
	uint32_t i;

	CHECK_EQ((uintptr_t)ring % NM_CACHE_ALIGN, 0);
	CHECK_EQ(ring->num_slots, DEFAULT_SLOTS);
	CHECK_EQ(ring->ringid, 0);
	CHECK_EQ(ring->head, 0);
	CHECK_EQ(ring->cur, 0);
	CHECK_EQ(ring->tail, tail);
	CHECK_EQ(ring->flags, 0);
	CHECK_EQ(ring->offset_mask, 0);
	CHECK(ring->nr_buf_size >= 1514);
	for (i = 0; i < ring->num_slots; i++) {
		const char *buf = NETMAP_BUF(ring, ring->slot[i].buf_idx);

		CHECK(ring->slot[i].buf_idx >= 2);
		CHECK_EQ(ring->slot[i].len, ring->nr_buf_size);
		CHECK_EQ(ring->slot[i].ptr, 0);
		CHECK(buf >= p->mem && buf + ring->nr_buf_size <= p->mem + p->reg.nr_memsize);
	}
}

static void rings_start_empty_with_buffers_of_their_own(void)
{
	static unsigned char used[1 << 20];
	struct st_port p;
	uint32_t i;

	CHECK_EQ(st_bind(&p, PORT), 0);
	check_ring(&p, p.tx, p.tx->num_slots - 1);
	check_ring(&p, p.rx, 0);
	memset(used, 0, sizeof(used));
	for (i = 0; i < DEFAULT_SLOTS; i++) {
		CHECK(p.tx->slot[i].buf_idx < sizeof(used) && p.rx->slot[i].buf_idx < sizeof(used));
		CHECK_EQ(used[p.tx->slot[i].buf_idx]++, 0);
		CHECK_EQ(used[p.rx->slot[i].buf_idx]++, 0);
	}
}

static void sizes_are_brought_into_range(void)
{
	static const struct {
		uint32_t tx_slots, rx_slots;
		uint16_t tx_rings, rx_rings;
		uint32_t got_tx_slots, got_rx_slots;
		uint16_t got_tx_rings, got_rx_rings;
	} t[] = {
		{16, 32, 3, 2, 16, 32, 3, 2},
		{8, 8, 20, 17, 8, 8, MAX_RINGS, MAX_RINGS},
		{5000, 1, 1, 1, MAX_SLOTS, 1, 1, 1},
		{100, 0, 0, 0, 100, DEFAULT_SLOTS, 1, 1},
	};
	size_t i;

	for (i = 0; i < ST_COUNT(t); i++) {
		struct st_port p = {.reg = {.nr_tx_slots = t[i].tx_slots,
					    .nr_rx_slots = t[i].rx_slots,
					    .nr_tx_rings = t[i].tx_rings,
					    .nr_rx_rings = t[i].rx_rings}};

		CHECK_EQ(st_bind_as(&p, PORT), 0);
		CHECK_EQ(p.reg.nr_tx_slots, t[i].got_tx_slots);
		CHECK_EQ(p.reg.nr_rx_slots, t[i].got_rx_slots);
		CHECK_EQ(p.reg.nr_tx_rings, t[i].got_tx_rings);
		CHECK_EQ(p.reg.nr_rx_rings, t[i].got_rx_rings);
		CHECK_EQ(p.tx->num_slots, t[i].got_tx_slots);
		CHECK_EQ(p.nifp->ni_rx_rings, t[i].got_rx_rings);
		st_unbind(&p);
	}
}

/* Which of 4 tx and 2 rx rings are bound, as bit masks. */
static void bound_rings(const struct st_port *p, unsigned *tx, unsigned *rx)
{
	unsigned i, host = p->nifp->ni_tx_rings + p->nifp->ni_host_tx_rings;

	*tx = *rx = 0;
	for (i = 0; i < p->nifp->ni_tx_rings; i++)
		*tx |= (p->nifp->ring_ofs[i] != 0) << i;
	for (i = 0; i < p->nifp->ni_rx_rings; i++)
		*rx |= (p->nifp->ring_ofs[host + i] != 0) << i;
}

static void modes_and_flags_select_rings(void)
{
	static const struct {
		uint32_t mode;
		uint16_t ring;
		uint64_t flags;
		int err;
		unsigned tx, rx;
	} t[] = {
		{NR_REG_ALL_NIC, 0, 0, 0, 0xf, 0x3},
		{NR_REG_ONE_NIC, 1, 0, 0, 0x2, 0x2},
		{NR_REG_ONE_NIC, 3, 0, 0, 0x8, 0x1}, /* beyond the rx rings: the first */
		{NR_REG_ONE_NIC, 4, 0, EINVAL, 0, 0},
		{NR_REG_ALL_NIC, 0, NR_TX_RINGS_ONLY, 0, 0xf, 0},
		{NR_REG_ALL_NIC, 0, NR_RX_RINGS_ONLY, 0, 0, 0x3},
		{NR_REG_ONE_NIC, 0, NR_RX_RINGS_ONLY, 0, 0, 0x1},
		{NR_REG_ALL_NIC, 0, NR_TX_RINGS_ONLY | NR_RX_RINGS_ONLY, 0, 0, 0},
		{NR_REG_ALL_NIC, 0, 0x1000, 0, 0xf, 0x3}, /* no meaning, must be ignored */
		{NR_REG_DEFAULT, 0, 0, EINVAL, 0, 0},
		{NR_REG_SW, 0, 0, EINVAL, 0, 0},
		{NR_REG_NIC_SW, 0, 0, EINVAL, 0, 0},
		{NR_REG_ONE_SW, 0, 0, EINVAL, 0, 0},
		{NR_REG_PIPE_MASTER, 0, 0, EINVAL, 0, 0},
		{NR_REG_PIPE_SLAVE, 0, 0, EINVAL, 0, 0},
		{9, 0, 0, EINVAL, 0, 0},
	};
	struct nmreq_register keep = {.nr_mode = NR_REG_ALL_NIC,
				      .nr_tx_rings = 4,
				      .nr_rx_rings = 2,
				      .nr_tx_slots = 16,
				      .nr_rx_slots = 16};
	struct st_port keeper = {.reg = keep};
	unsigned tx, rx;
	size_t i;

	CHECK_EQ(st_bind_as(&keeper, PORT), 0);
	for (i = 0; i < ST_COUNT(t); i++) {
		struct st_port p = {.fd = st_open()};

		CHECK(p.fd >= 0);
		p.reg.nr_mode = t[i].mode;
		p.reg.nr_ringid = t[i].ring;
		p.reg.nr_flags = t[i].flags;
		CHECK_EQ(st_ctrl(p.fd, NETMAP_REQ_REGISTER, PORT, &p.reg), t[i].err);
		if (!t[i].err) {
			CHECK_EQ(p.reg.nr_mem_id, keeper.reg.nr_mem_id);
			CHECK_EQ(p.reg.nr_tx_rings, 4);
			p.nifp = NETMAP_IF(keeper.mem, p.reg.nr_offset);
			bound_rings(&p, &tx, &rx);
			CHECK_EQ(tx, t[i].tx);
			CHECK_EQ(rx, t[i].rx);
		}
		st_close(p.fd);
	}
}

static void a_second_binding_shares_the_rings(void)
{
	struct st_port first = {.reg = {.nr_tx_slots = 64, .nr_rx_slots = 64}};
	struct st_port second = {.reg = {.nr_tx_slots = 16}};

	CHECK_EQ(st_bind_as(&first, PORT), 0);
	st_put(&first, ST_BROADCAST, 1, 60);
	first.tx->sem[127] = 42;
	CHECK_EQ(st_bind_as(&second, PORT), 0);
	CHECK_EQ(second.reg.nr_mem_id, first.reg.nr_mem_id);
	CHECK_EQ(second.reg.nr_tx_slots, 64);
	CHECK(second.reg.nr_offset != first.reg.nr_offset);
	CHECK_EQ(second.tx->head, 1);
	CHECK_EQ(second.tx->sem[127], 42);
	st_unbind(&second);
	CHECK_EQ(first.tx->head, 1);
	CHECK_EQ(ioctl(first.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(first.tx->tail, 0);
}

static void exclusive_rings_have_one_user(void)
{
	struct st_port first = {.reg = {.nr_flags = NR_EXCLUSIVE}};
	struct st_port second = {.reg = {.nr_flags = NR_EXCLUSIVE}};

	CHECK_EQ(st_bind_as(&first, PORT), 0);
	CHECK_EQ(st_bind(&second, PORT), EBUSY);
	second.reg.nr_flags = NR_EXCLUSIVE;
	CHECK_EQ(st_bind_as(&second, PORT), EBUSY);
	st_unbind(&first);
	CHECK_EQ(st_bind(&second, PORT), 0);
	first.reg = (struct nmreq_register){.nr_flags = NR_EXCLUSIVE};
	CHECK_EQ(st_bind_as(&first, PORT), EBUSY);
}

static void a_failed_register_leaves_the_descriptor_usable(void)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_SW};
	struct nmreq_register other = {.nr_mode = NR_REG_ALL_NIC};
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_REGISTER, PORT, &reg), EINVAL);
	CHECK_EQ(reg.nr_memsize, 0);
	reg.nr_mode = NR_REG_ALL_NIC;
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_REGISTER, PORT, &reg), 0);
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_REGISTER, "valest:b", &other), EBUSY);
	CHECK_EQ(st_port_index("valest:b"), 255);
}

static void ports_can_share_a_region(void)
{
	struct st_port a, b = {.fd = -1};

	CHECK_EQ(st_bind(&a, PORT), 0);
	b.reg.nr_mem_id = a.reg.nr_mem_id;
	CHECK_EQ(st_bind_as(&b, "valest:b"), 0);
	CHECK_EQ(b.reg.nr_mem_id, a.reg.nr_mem_id);
	CHECK_EQ(b.reg.nr_memsize, a.reg.nr_memsize);
	CHECK(NETMAP_IF(a.mem, b.reg.nr_offset) != a.nifp);
	CHECK(strcmp(NETMAP_IF(a.mem, b.reg.nr_offset)->ni_name, "valest:b") == 0);
}

static void an_unknown_region_is_refused(void)
{
	struct st_port p = {.reg = {.nr_mem_id = 0xfffe}};

	CHECK_EQ(st_bind_as(&p, PORT), EINVAL);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static const struct st_test tests[] = {
	{"register-defaults", register_reports_the_defaults},
	{"register-unknown-flags", unknown_flags_are_ignored_and_echoed},
	{"register-netmap-if", netmap_if_describes_the_binding},
	{"register-fresh-rings", rings_start_empty_with_buffers_of_their_own},
	{"register-sizes", sizes_are_brought_into_range},
	{"register-modes", modes_and_flags_select_rings},
	{"register-shared", a_second_binding_shares_the_rings},
	{"register-exclusive", exclusive_rings_have_one_user},
	{"register-again-after-failure", a_failed_register_leaves_the_descriptor_usable},
	{"register-same-region", ports_can_share_a_region},
	{"register-unknown-region", an_unknown_region_is_refused},
};

const struct st_group st_register_group = {tests, ST_COUNT(tests)};
