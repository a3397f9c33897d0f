/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes: two ends that pass slots to each other, in the memory of a parent port. */
#include "selftest.h"

#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#define PARENT "nmstp"
#define MASTER PARENT "{1"
#define SLAVE  PARENT "}1"

enum { SLOTS = 16 };

static struct st_port m, s;

static int bind_ends(void)
{
	struct nmreq_register reg = {.nr_tx_slots = SLOTS, .nr_rx_slots = SLOTS};
	int ret;

	m = s = (struct st_port){.reg = reg};
	ret = st_bind_as(&m, MASTER);
	return ret ? ret : st_bind_as(&s, SLAVE);
}

static int sync_tx(const struct st_port *p)
{
	return ioctl(p->fd, NIOCTXSYNC, NULL) ? errno : 0;
}

static void put_many(struct st_port *p, int n)
{
	while (n--)
		st_put(p, 2, (uint8_t)(n + 1), 60);
}

static void release(struct st_port *p, int n)
{
	while (n--)
		p->rx->head = nm_ring_next(p->rx, p->rx->head);
	p->rx->cur = p->rx->head;
	ioctl(p->fd, NIOCRXSYNC, NULL);
}

/* Sent and not yet given back by the other end. */
static uint32_t unread(const struct st_port *p)
{
	return SLOTS - 1 - nm_ring_space(p->tx);
}

static void slots_change_hands(void)
{
	uint32_t sent;

	NEEDS(ST_PIPES);
	CHECK_EQ(bind_ends(), 0);
	CHECK_EQ(m.reg.nr_mem_id, s.reg.nr_mem_id);
	CHECK_EQ(m.reg.nr_tx_rings, 1);
	CHECK_EQ(s.reg.nr_rx_rings, 1);
	CHECK_EQ(m.reg.nr_host_tx_rings, 0);
	sent = m.tx->slot[0].buf_idx;
	m.tx->slot[0].ptr = 0x1234567890ULL;
	CHECK_EQ(st_send(&m, 2, 1, 77), 0);
	CHECK_EQ(st_pending(&s), 1);
	CHECK_EQ(s.rx->slot[0].buf_idx, sent);
	CHECK_EQ(s.rx->slot[0].len, 77);
	CHECK_EQ(s.rx->slot[0].ptr, 0x1234567890ULL);
	CHECK_EQ(st_send(&s, 1, 2, 66), 0);
	CHECK_EQ(st_pending(&m), 1);
	CHECK_EQ(m.rx->slot[0].len, 66);
}

static void what_was_not_read_stays_pending(void)
{
	struct st_port third = {.fd = -1};

	NEEDS(ST_PIPES);
	CHECK_EQ(bind_ends(), 0);
	put_many(&m, 10);
	CHECK_EQ(sync_tx(&m), 0);
	CHECK_EQ(st_pending(&s), 10);
	release(&s, 7);
	CHECK_EQ(sync_tx(&m), 0);
	CHECK_EQ(unread(&m), 3);
	CHECK_EQ(st_bind_as(&third, MASTER), 0);
	CHECK_EQ(unread(&third), 3);
	CHECK_EQ(third.tx->head, 10);
	st_unbind(&third);
	CHECK_EQ(st_pending(&s), 3);
}

static void a_slow_reader_stops_the_writer(void)
{
	struct pollfd pfd = {.events = POLLOUT};
	int round, i;

	NEEDS(ST_PIPES);
	CHECK_EQ(bind_ends(), 0);
	for (round = 0; round < 5; round++) {
		for (i = 0; i < SLOTS - 1; i++)
			st_put(&m, 2, 1, (uint16_t)(60 + i));
		CHECK_EQ(sync_tx(&m), 0);
		CHECK(nm_ring_empty(m.tx));
		pfd.fd = m.fd;
		CHECK_EQ(poll(&pfd, 1, 0), 0);
		CHECK_EQ(st_pending(&s), SLOTS - 1);
		for (i = 0; i < SLOTS - 1; i++) {
			CHECK_EQ(s.rx->slot[s.rx->head].len, 60 + i);
			release(&s, 1);
		}
		CHECK_EQ(poll(&pfd, 1, 1000), 1);
		CHECK_EQ(nm_ring_space(m.tx), SLOTS - 1);
	}
}

static void only_whole_packets_pass(void)
{
	NEEDS(ST_PIPES);
	CHECK_EQ(bind_ends(), 0);
	st_put(&m, 2, 1, 60);
	put_many(&m, 2);
	m.tx->slot[1].flags = NS_MOREFRAG;
	m.tx->slot[2].flags = NS_MOREFRAG;
	CHECK_EQ(sync_tx(&m), 0);
	CHECK_EQ(st_pending(&s), 1);
	put_many(&m, 1);
	CHECK_EQ(sync_tx(&m), 0);
	CHECK_EQ(st_pending(&s), 4);
	CHECK_EQ(s.rx->slot[1].flags & NS_MOREFRAG, NS_MOREFRAG);
	CHECK_EQ(s.rx->slot[3].flags & NS_MOREFRAG, 0);
}

static void an_end_that_comes_back_finds_its_place(void)
{
	NEEDS(ST_PIPES);
	CHECK_EQ(bind_ends(), 0);
	put_many(&m, 5);
	CHECK_EQ(sync_tx(&m), 0);
	CHECK_EQ(st_pending(&s), 5);
	release(&s, 2);
	st_unbind(&s);
	put_many(&m, 1);
	CHECK_EQ(sync_tx(&m), 0);
	CHECK_EQ(m.tx->head, 6);
	CHECK_EQ(st_bind(&s, SLAVE), 0);
	CHECK_EQ(s.rx->head, 2);
	CHECK_EQ(st_pending(&s), 4);
}

static void exchanged_buffers_travel(void)
{
	struct st_port a = {.reg = {.nr_extra_bufs = 20}};
	uint32_t extra, own;

	NEEDS(ST_PIPES);
	CHECK_EQ(st_bind_as(&a, MASTER), 0);
	CHECK_EQ(a.reg.nr_extra_bufs, 20);
	CHECK_EQ(st_bind(&s, SLAVE), 0);
	extra = a.nifp->ni_bufs_head;
	CHECK(extra >= 2);
	own = a.tx->slot[0].buf_idx;
	memcpy(&a.nifp->ni_bufs_head, NETMAP_BUF(a.tx, extra), sizeof(uint32_t));
	a.tx->slot[0].buf_idx = extra;
	st_put(&a, 2, 1, 60);
	a.tx->slot[0].flags = NS_BUF_CHANGED;
	CHECK_EQ(sync_tx(&a), 0);
	CHECK_EQ(st_pending(&s), 1);
	CHECK_EQ(s.rx->slot[0].buf_idx, extra);
	CHECK_EQ(s.rx->slot[0].flags & NS_BUF_CHANGED, NS_BUF_CHANGED);
	CHECK_EQ(a.tx->slot[0].flags & NS_BUF_CHANGED, 0);
	memcpy(NETMAP_BUF(a.tx, own), &a.nifp->ni_bufs_head, sizeof(uint32_t));
	a.nifp->ni_bufs_head = own;
}

static void names_and_modes(void)
{
	static const struct {
		const char *name;
		uint32_t mode;
		int err;
	} t[] = {
		{"{1", NR_REG_ALL_NIC, EINVAL},
		{PARENT "{", NR_REG_ALL_NIC, EINVAL},
		{MASTER, NR_REG_SW, EINVAL},
		{MASTER, NR_REG_NIC_SW, EINVAL},
		{MASTER, NR_REG_ONE_SW, EINVAL},
		{MASTER, NR_REG_ONE_NIC, 0},
		{PARENT, NR_REG_PIPE_MASTER, EINVAL},
		{PARENT, NR_REG_PIPE_SLAVE, EINVAL},
		{PARENT "{any-thing", NR_REG_ALL_NIC, 0},
		{"valest:a{x", NR_REG_ALL_NIC, 0},
	};
	size_t i;

	NEEDS(ST_PIPES);
	for (i = 0; i < ST_COUNT(t); i++) {
		struct st_port p = {.reg = {.nr_mode = t[i].mode}};

		CHECK_EQ(st_bind_as(&p, t[i].name), t[i].err);
		st_unbind(&p);
	}
}

static void a_refused_mode_leaves_the_descriptor_free(void)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_NIC_SW};
	int fd = st_open();

	NEEDS(ST_PIPES);
	CHECK(fd >= 0);
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_REGISTER, MASTER, &reg), EINVAL);
	reg.nr_mode = NR_REG_ALL_NIC;
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_REGISTER, MASTER, &reg), 0);
}

static void a_parent_comes_and_goes_with_its_pipes(void)
{
	struct nmreq_port_info_get info = {0};
	struct nmreq_pools_info pools = {0};

	NEEDS(ST_PIPES);
	CHECK_EQ(bind_ends(), 0);
	CHECK_EQ(st_ctrl(m.fd, NETMAP_REQ_PORT_INFO_GET, PARENT, &info), 0);
	CHECK_EQ(info.nr_mem_id, m.reg.nr_mem_id);
	CHECK_EQ(st_ctrl(m.fd, NETMAP_REQ_PORT_INFO_GET, SLAVE, &info), 0);
	CHECK_EQ(info.nr_tx_slots, SLOTS);
	CHECK_EQ(info.nr_tx_rings, 1);
	CHECK(info.nr_memsize > 0);
	CHECK_EQ(st_ctrl(m.fd, NETMAP_REQ_POOLS_INFO_GET, MASTER, &pools), 0);
	CHECK_EQ(pools.nr_mem_id, m.reg.nr_mem_id);
	st_unbind(&m);
	CHECK_EQ(st_ctrl(s.fd, NETMAP_REQ_PORT_INFO_GET, PARENT, &info), 0);
	st_unbind(&s);
	CHECK_EQ(st_bind(&m, PARENT), ENXIO);
}

static void sizes_are_the_masters(void)
{
	struct nmreq_register reg = {
		.nr_tx_slots = 64, .nr_rx_slots = 32, .nr_tx_rings = 2, .nr_rx_rings = 1};

	NEEDS(ST_PIPES);
	s = m = (struct st_port){.reg = reg};
	CHECK_EQ(st_bind_as(&s, SLAVE), 0);
	CHECK_EQ(s.reg.nr_rx_slots, 64);
	CHECK_EQ(s.reg.nr_tx_slots, 32);
	CHECK_EQ(s.reg.nr_rx_rings, 2);
	CHECK_EQ(s.reg.nr_tx_rings, 1);
	CHECK_EQ(st_bind_as(&m, MASTER), 0);
	CHECK_EQ(m.tx->num_slots, 64);
	CHECK_EQ(m.rx->num_slots, 32);
	CHECK_EQ(m.reg.nr_tx_rings, 2);
}

static void an_exclusive_end_has_one_user(void)
{
	struct st_port first = {.reg = {.nr_flags = NR_EXCLUSIVE}}, second;

	NEEDS(ST_PIPES);
	CHECK_EQ(st_bind_as(&first, MASTER), 0);
	CHECK_EQ(st_bind(&second, MASTER), EBUSY);
	CHECK_EQ(st_bind(&s, SLAVE), 0);
}

static int legacy_end(uint32_t mode, struct nmreq *req)
{
	int fd = st_open();

	*req = (struct nmreq){
		.nr_name = PARENT, .nr_version = 16, .nr_ringid = 1, .nr_flags = mode};
	return fd < 0 || ioctl(fd, NIOCREGIF, req) ? errno : 0;
}

static void legacy_requests_mean_the_same_pipe(void)
{
	struct nmreq master, slave;

	NEEDS(ST_PIPES);
	CHECK_EQ(legacy_end(NR_REG_PIPE_MASTER, &master), 0);
	CHECK(strcmp(master.nr_name, PARENT) == 0);
	CHECK_EQ(master.nr_flags, NR_REG_PIPE_MASTER);
	CHECK_EQ(master.nr_ringid, 1);
	CHECK_EQ(legacy_end(NR_REG_PIPE_SLAVE, &slave), 0);
	CHECK_EQ(slave.nr_arg2, master.nr_arg2);
	CHECK_EQ(st_bind(&s, SLAVE), 0);
	CHECK_EQ(s.reg.nr_mem_id, slave.nr_arg2);
}

static const struct st_test tests[] = {
	{"pipe-slots", slots_change_hands},
	{"pipe-backlog", what_was_not_read_stays_pending},
	{"pipe-slow-reader", a_slow_reader_stops_the_writer},
	{"pipe-whole-packets", only_whole_packets_pass},
	{"pipe-reopen", an_end_that_comes_back_finds_its_place},
	{"pipe-buffers", exchanged_buffers_travel},
	{"pipe-names", names_and_modes},
	{"pipe-again-after-failure", a_refused_mode_leaves_the_descriptor_free},
	{"pipe-parent", a_parent_comes_and_goes_with_its_pipes},
	{"pipe-sizes", sizes_are_the_masters},
	{"pipe-exclusive", an_exclusive_end_has_one_user},
	{"pipe-legacy", legacy_requests_mean_the_same_pipe},
};

const struct st_group st_pipe_group = {tests, ST_COUNT(tests)};
