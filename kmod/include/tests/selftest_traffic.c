/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets between VALE ports: learning, fragments, indirect buffers, loss, extra buffers. */
#include "selftest.h"

#include <string.h>
#include <sys/ioctl.h>

#include <net/vale_stats.h>

static int bind_three(struct st_port *a, struct st_port *b, struct st_port *c)
{
	int ret = st_bind(a, "valest:a");

	if (!ret)
		ret = st_bind(b, "valest:b");
	return ret ? ret : st_bind(c, "valest:c");
}

static void a_station_that_spoke_is_known(void)
{
	struct st_port a, b, c;

	CHECK_EQ(bind_three(&a, &b, &c), 0);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(st_pending(&a), 0);
	CHECK_EQ(st_pending(&b), 1);
	CHECK_EQ(st_pending(&c), 1);
	CHECK_EQ(st_send(&b, 1, 2, 60), 0);
	CHECK_EQ(st_pending(&a), 1);
	CHECK_EQ(st_pending(&c), 1);
	CHECK_EQ(st_send(&a, 9, 1, 60), 0); /* unknown: to all */
	CHECK_EQ(st_pending(&b), 2);
	CHECK_EQ(st_pending(&c), 2);
}

/* Floods and unicasts of one batch arrive in the order in which they were sent, each once. */
static void a_batch_keeps_its_order(void)
{
	struct st_port a, b, c;
	uint16_t i;

	CHECK_EQ(bind_three(&a, &b, &c), 0);
	CHECK_EQ(st_send(&b, ST_BROADCAST, 2, 60), 0);
	CHECK_EQ(st_pending(&c), 1);
	st_drain(&c);
	for (i = 0; i < 60; i++)
		st_put(&a, i % 3 ? 2 : ST_BROADCAST, 1, (uint16_t)(60 + i));
	CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(st_pending(&b), 60);
	CHECK_EQ(st_pending(&c), 20);
	for (i = 0; i < 60; i++)
		CHECK_EQ(b.rx->slot[i].len, 60 + i);
	for (i = 0; i < 20; i++)
		CHECK_EQ(c.rx->slot[1 + i].len, 60 + 3 * i);
}

static void content_and_slot_arrive_whole(void)
{
	struct netmap_slot *slot;
	struct st_port a, b, c;
	const char *sent, *got;

	CHECK_EQ(bind_three(&a, &b, &c), 0);
	sent = NETMAP_BUF(a.tx, a.tx->slot[0].buf_idx);
	st_put(&a, ST_BROADCAST, 1, 1514);
	memset((char *)(uintptr_t)sent + 14, 0xa5, 1500);
	a.tx->slot[0].flags = NS_REPORT;
	CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(a.tx->tail, 0);
	CHECK_EQ(st_pending(&b), 1);
	slot = &b.rx->slot[b.rx->head];
	got = NETMAP_BUF(b.rx, slot->buf_idx);
	CHECK_EQ(slot->len, 1514);
	CHECK_EQ(slot->flags, 0x0100);
	CHECK_EQ(NS_RFRAGS(slot), 1);
	CHECK_EQ(memcmp(sent, got, 1514), 0);
}

static void fragments_stay_together(void)
{
	static const uint16_t flags[] = {0x0320, 0x0320, 0x0300};
	struct st_port a, b, c;
	uint32_t i;

	CHECK_EQ(bind_three(&a, &b, &c), 0);
	for (i = 0; i < 3; i++) {
		st_put(&a, ST_BROADCAST, 1, (uint16_t)(100 + i));
		a.tx->slot[i].flags = i < 2 ? NS_MOREFRAG : 0;
	}
	CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(st_pending(&b), 3);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(b.rx->slot[i].len, 100 + i);
		CHECK_EQ(b.rx->slot[i].flags, flags[i]);
	}
}

static void too_many_fragments_are_dropped_whole(void)
{
	struct st_port a, b, c;
	int i;

	CHECK_EQ(bind_three(&a, &b, &c), 0);
	for (i = 0; i < NETMAP_MAX_FRAGS + 1; i++) {
		st_put(&a, ST_BROADCAST, 1, 60);
		a.tx->slot[i].flags = i < NETMAP_MAX_FRAGS ? NS_MOREFRAG : 0;
	}
	st_put(&a, ST_BROADCAST, 1, 61);
	CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(st_pending(&b), 1);
	CHECK_EQ(b.rx->slot[0].len, 61);
}

static void indirect_buffers_are_fetched(void)
{
	unsigned char frame[200] = {255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 7, 0x88, 0xb5};
	struct st_port a, b, c;
	const char *got;

	memset(frame + 14, 0x5a, sizeof(frame) - 14);
	CHECK_EQ(bind_three(&a, &b, &c), 0);
	st_put(&a, 0, 0, 60);
	a.tx->slot[0].len = sizeof(frame);
	a.tx->slot[0].flags = NS_INDIRECT;
	a.tx->slot[0].ptr = (uintptr_t)frame;
	CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(st_pending(&c), 1);
	got = NETMAP_BUF(c.rx, c.rx->slot[0].buf_idx);
	CHECK_EQ(c.rx->slot[0].len, sizeof(frame));
	CHECK_EQ(c.rx->slot[0].flags, 0x0100);
	CHECK_EQ(memcmp(got, frame, sizeof(frame)), 0);
}

static void runts_are_dropped(void)
{
	struct st_port a, b, c;

	CHECK_EQ(bind_three(&a, &b, &c), 0);
	st_put(&a, ST_BROADCAST, 1, 14);
	a.tx->slot[0].len = 13;
	st_put(&a, ST_BROADCAST, 1, 14);
	a.tx->slot[1].len = 0;
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 14), 0);
	CHECK_EQ(st_pending(&b), 1);
}

static int read_counters(int fd, const char *name, struct vale_port_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->version = VALE_STATS_VERSION;
	strcpy(stats->name, name);
	return ioctl(fd, NIOCVALESTATS, stats) ? errno : 0;
}

static void a_full_receiver_loses_and_the_sender_goes_on(void)
{
	struct st_port a, b = {.reg = {.nr_rx_slots = 16, .nr_tx_slots = 16}};
	struct vale_port_stats stats;
	int i;

	CHECK_EQ(st_bind(&a, "valest:a"), 0);
	CHECK_EQ(st_bind_as(&b, "valest:b"), 0);
	for (i = 0; i < 40; i++) {
		CHECK(!nm_ring_empty(a.tx));
		CHECK_EQ(st_send(&a, ST_BROADCAST, 1, (uint16_t)(60 + i)), 0);
	}
	CHECK_EQ(st_pending(&b), 15);
	CHECK_EQ(b.rx->slot[0].len, 60);
	CHECK_EQ(b.rx->slot[14].len, 74);
	CHECK_EQ(read_counters(b.fd, "valest:b", &stats), 0);
	CHECK_EQ(stats.rx_packets, 15);
	CHECK_EQ(stats.rx_drop_ring_full, 25);
	st_drain(&b);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 99), 0);
	CHECK_EQ(st_pending(&b), 1);
}

static void a_port_that_only_sends_receives_nothing(void)
{
	struct st_port a, b = {.reg = {.nr_flags = NR_TX_RINGS_ONLY}};
	struct vale_port_stats stats;

	CHECK_EQ(st_bind(&a, "valest:a"), 0);
	CHECK_EQ(st_bind_as(&b, "valest:b"), 0);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(read_counters(a.fd, "valest:b", &stats), 0);
	CHECK_EQ(stats.rx_packets, 0);
	CHECK_EQ(stats.rx_drop_not_ready, 1);
}

static uint32_t list_length(const struct st_port *p)
{
	uint32_t i = p->nifp->ni_bufs_head, n = 0;

	for (; i && n < 1000; n++)
		memcpy(&i, NETMAP_BUF(p->tx, i), sizeof(i));
	return n;
}

static void extra_buffers_are_swapped_and_sent(void)
{
	struct st_port a = {.reg = {.nr_extra_bufs = 20}}, b;
	struct netmap_slot *slot;
	uint32_t extra, next;

	CHECK_EQ(st_bind_as(&a, "valest:a"), 0);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	CHECK_EQ(a.reg.nr_extra_bufs, 20);
	CHECK_EQ(list_length(&a), 20);
	extra = a.nifp->ni_bufs_head;
	memcpy(&next, NETMAP_BUF(a.tx, extra), sizeof(next));
	slot = &a.tx->slot[a.tx->head];
	a.nifp->ni_bufs_head = slot->buf_idx;
	memcpy(NETMAP_BUF(a.tx, slot->buf_idx), &next, sizeof(next));
	slot->buf_idx = extra;
	st_put(&a, ST_BROADCAST, 1, 77);
	slot->flags = NS_BUF_CHANGED;
	CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(slot->buf_idx, extra);
	CHECK_EQ(slot->flags & NS_BUF_CHANGED, 0);
	CHECK_EQ(st_pending(&b), 1);
	CHECK_EQ(b.rx->slot[0].len, 77);
	CHECK_EQ(list_length(&a), 20);
}

static void extra_buffers_come_back_at_close(void)
{
	struct st_port keeper, p;
	int i;

	CHECK_EQ(st_bind(&keeper, "valest:a"), 0);
	for (i = 0; i < 50; i++) {
		memset(&p, 0, sizeof(p));
		p.reg.nr_extra_bufs = 200;
		p.reg.nr_mem_id = keeper.reg.nr_mem_id;
		CHECK_EQ(st_bind_as(&p, "valest:a"), 0);
		CHECK_EQ(p.reg.nr_extra_bufs, 200);
		st_unbind(&p);
	}
}

static const struct st_test tests[] = {
	{"traffic-learning", a_station_that_spoke_is_known},
	{"traffic-order", a_batch_keeps_its_order},
	{"traffic-content", content_and_slot_arrive_whole},
	{"traffic-fragments", fragments_stay_together},
	{"traffic-too-many-fragments", too_many_fragments_are_dropped_whole},
	{"traffic-indirect", indirect_buffers_are_fetched},
	{"traffic-runts", runts_are_dropped},
	{"traffic-full-receiver", a_full_receiver_loses_and_the_sender_goes_on},
	{"traffic-not-ready", a_port_that_only_sends_receives_nothing},
	{"extra-buffers", extra_buffers_are_swapped_and_sent},
	{"extra-buffers-return", extra_buffers_come_back_at_close},
};

const struct st_group st_traffic_group = {tests, ST_COUNT(tests)};
