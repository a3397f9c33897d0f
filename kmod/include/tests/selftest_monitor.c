/* SPDX-License-Identifier: BSD-2-Clause */
/* Monitors: a port's traffic seen by others, copied or with its buffers. */
#include "selftest.h"

#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#define PORT "valest:a"

static struct st_port owner, peer, mon;

static int bind_with_monitor(uint64_t flags)
{
	int ret = st_bind(&owner, PORT);

	if (!ret)
		ret = st_bind(&peer, "valest:b");
	mon = (struct st_port){.reg = {.nr_flags = flags}};
	return ret ? ret : st_bind_as(&mon, PORT);
}

static const char *first_frame(const struct st_port *p)
{
	return NETMAP_BUF(p->rx, p->rx->slot[p->rx->head].buf_idx);
}

static void the_port_must_be_open(void)
{
	struct st_port p = {.reg = {.nr_flags = NR_MONITOR_RX}};

	NEEDS(ST_MONITORS);
	CHECK_EQ(st_bind_as(&p, PORT), EINVAL);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static void copies_of_what_arrives(void)
{
	NEEDS(ST_MONITORS);
	CHECK_EQ(bind_with_monitor(NR_MONITOR_RX), 0);
	CHECK(mon.reg.nr_mem_id != owner.reg.nr_mem_id);
	CHECK_EQ(mon.reg.nr_flags, NR_MONITOR_RX);
	CHECK_EQ(mon.reg.nr_tx_rings, 1);
	CHECK_EQ(mon.reg.nr_rx_rings, 1);
	CHECK_EQ(st_send(&peer, ST_BROADCAST, 2, 99), 0);
	CHECK_EQ(st_pending(&mon), 1); /* the owner has not looked yet */
	CHECK_EQ(mon.rx->slot[0].len, 99);
	CHECK_EQ(mon.rx->slot[0].flags & NS_TXMON, 0);
	CHECK_EQ(st_pending(&owner), 1);
	CHECK_EQ(memcmp(first_frame(&mon), first_frame(&owner), 99), 0);
	CHECK_EQ(st_send(&owner, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(st_pending(&mon), 1);
}

static void copies_of_what_is_sent(void)
{
	NEEDS(ST_MONITORS);
	CHECK_EQ(bind_with_monitor(NR_MONITOR_TX), 0);
	CHECK_EQ(st_send(&owner, ST_BROADCAST, 1, 88), 0);
	CHECK_EQ(st_pending(&mon), 1);
	CHECK_EQ(mon.rx->slot[0].len, 88);
	CHECK_EQ(mon.rx->slot[0].flags & NS_TXMON, NS_TXMON);
	CHECK_EQ(st_pending(&peer), 1);
	CHECK_EQ(memcmp(first_frame(&mon), first_frame(&peer), 88), 0);
	CHECK_EQ(st_send(&peer, ST_BROADCAST, 2, 60), 0);
	CHECK_EQ(st_pending(&mon), 1);
}

static void several_monitors_see_the_same(void)
{
	struct st_port second = {.reg = {.nr_flags = NR_MONITOR_RX}};

	NEEDS(ST_MONITORS);
	CHECK_EQ(bind_with_monitor(NR_MONITOR_RX | NR_MONITOR_TX), 0);
	CHECK_EQ(st_bind_as(&second, PORT), 0);
	CHECK_EQ(st_send(&peer, ST_BROADCAST, 2, 60), 0);
	CHECK_EQ(st_send(&owner, ST_BROADCAST, 1, 61), 0);
	CHECK_EQ(st_pending(&mon), 2);
	CHECK_EQ(st_pending(&second), 1);
	st_unbind(&mon);
	CHECK_EQ(st_send(&peer, ST_BROADCAST, 2, 62), 0);
	CHECK_EQ(st_pending(&second), 2);
}

static void a_full_monitor_holds_nobody_up(void)
{
	int i;

	NEEDS(ST_MONITORS);
	CHECK_EQ(st_bind(&owner, PORT), 0);
	CHECK_EQ(st_bind(&peer, "valest:b"), 0);
	mon = (struct st_port){.reg = {.nr_flags = NR_MONITOR_RX, .nr_rx_slots = 16}};
	CHECK_EQ(st_bind_as(&mon, PORT), 0);
	for (i = 0; i < 100; i++)
		CHECK_EQ(st_send(&peer, ST_BROADCAST, 2, 60), 0);
	CHECK_EQ(st_pending(&owner), 100);
	CHECK(st_pending(&mon) <= (int)mon.rx->num_slots - 1);
	CHECK(nm_ring_space(mon.rx) > 0);
}

static void zero_copy_asks_for_both_sides(void)
{
	NEEDS(ST_MONITORS);
	CHECK_EQ(bind_with_monitor(NR_ZCOPY_MON), 0);
	CHECK_EQ(mon.reg.nr_flags, NR_ZCOPY_MON | NR_MONITOR_TX | NR_MONITOR_RX);
	CHECK_EQ(mon.reg.nr_mem_id, owner.reg.nr_mem_id);
}

static void zero_copy_of_what_the_owner_released(void)
{
	char frame[77];
	uint32_t buf;

	NEEDS(ST_MONITORS);
	CHECK_EQ(bind_with_monitor(NR_ZCOPY_MON | NR_MONITOR_RX), 0);
	CHECK_EQ(st_send(&peer, ST_BROADCAST, 2, sizeof(frame)), 0);
	CHECK_EQ(st_pending(&mon), 0);
	CHECK_EQ(st_pending(&owner), 1);
	buf = owner.rx->slot[0].buf_idx;
	memcpy(frame, first_frame(&owner), sizeof(frame));
	st_drain(&owner);
	CHECK_EQ(st_pending(&mon), 1);
	CHECK_EQ(mon.rx->slot[0].buf_idx, buf);
	CHECK_EQ(mon.rx->slot[0].len, sizeof(frame));
	CHECK_EQ(mon.rx->slot[0].flags & NS_TXMON, 0);
	CHECK_EQ(memcmp(first_frame(&mon), frame, sizeof(frame)), 0);
	CHECK(owner.rx->slot[0].buf_idx != buf);
	CHECK_EQ(owner.rx->slot[0].flags & NS_BUF_CHANGED, NS_BUF_CHANGED);
}

static void a_port_that_closes_ends_its_monitors(void)
{
	struct pollfd pfd = {.events = POLLIN};

	NEEDS(ST_MONITORS);
	CHECK_EQ(bind_with_monitor(NR_MONITOR_RX), 0);
	CHECK_EQ(ioctl(mon.fd, NIOCTXSYNC, NULL), 0);
	st_unbind(&owner);
	pfd.fd = mon.fd;
	CHECK_EQ(poll(&pfd, 1, 1000), 1);
	CHECK_EQ(pfd.revents & POLLERR, POLLERR);
	CHECK_EQ(ioctl(mon.fd, NIOCRXSYNC, NULL), 0);
}

static void one_ring_can_be_watched(void)
{
	struct st_port wide = {.reg = {.nr_tx_rings = 2, .nr_rx_rings = 3}};

	NEEDS(ST_MONITORS);
	CHECK_EQ(st_bind_as(&wide, PORT), 0);
	mon = (struct st_port){.reg = {.nr_flags = NR_MONITOR_RX | NR_MONITOR_TX,
				       .nr_mode = NR_REG_ONE_NIC,
				       .nr_ringid = 1}};
	CHECK_EQ(st_bind_as(&mon, PORT), 0);
	CHECK_EQ(mon.reg.nr_rx_rings, 3);
	wide.tx = NETMAP_TXRING(wide.nifp, 0);
	CHECK_EQ(st_send(&wide, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(st_pending(&mon), 0);
	wide.tx = NETMAP_TXRING(wide.nifp, 1);
	CHECK_EQ(st_send(&wide, ST_BROADCAST, 1, 61), 0);
	CHECK_EQ(st_pending(&mon), 1);
	CHECK_EQ(mon.rx->slot[0].len, 61);
}

static const struct st_test tests[] = {
	{"monitor-closed-port", the_port_must_be_open},
	{"monitor-rx", copies_of_what_arrives},
	{"monitor-tx", copies_of_what_is_sent},
	{"monitor-several", several_monitors_see_the_same},
	{"monitor-full", a_full_monitor_holds_nobody_up},
	{"monitor-zero-copy-flags", zero_copy_asks_for_both_sides},
	{"monitor-zero-copy", zero_copy_of_what_the_owner_released},
	{"monitor-dead", a_port_that_closes_ends_its_monitors},
	{"monitor-one-ring", one_ring_can_be_watched},
};

const struct st_group st_monitor_group = {tests, ST_COUNT(tests)};
