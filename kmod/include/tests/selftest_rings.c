/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings that a careless or hostile task has written to. */
#include "selftest.h"

#include <poll.h>
#include <sys/ioctl.h>

enum { SLOTS = 64 };

static int bind_two(struct st_port *a, struct st_port *b)
{
	struct nmreq_register reg = {.nr_tx_slots = SLOTS, .nr_rx_slots = SLOTS};
	int ret;

	a->reg = b->reg = reg;
	ret = st_bind_as(a, "valest:a");
	return ret ? ret : st_bind_as(b, "valest:b");
}

/* Of an idle tx ring: head 0, tail SLOTS - 1; then 3 sent: head 3, tail 2. */
static void positions_that_cannot_be(void)
{
	static const struct {
		uint32_t head, cur;
	} t[] = {
		{SLOTS, SLOTS},	 {5, SLOTS}, {0xffffffff, 5},
		{5, 0xffffffff}, {5, 4},     {10, 2 + SLOTS},
	};
	struct st_port a, b;
	size_t i;

	for (i = 0; i < ST_COUNT(t); i++) {
		struct pollfd pfd = {.events = POLLOUT};

		CHECK_EQ(bind_two(&a, &b), 0);
		st_put(&a, ST_BROADCAST, 1, 60);
		st_put(&a, ST_BROADCAST, 1, 60);
		CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
		a.tx->head = t[i].head;
		a.tx->cur = t[i].cur;
		CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
		CHECK_EQ(a.tx->head, 3);
		CHECK_EQ(a.tx->cur, 3);
		CHECK_EQ(a.tx->tail, 2);
		a.tx->head = t[i].head;
		a.tx->cur = t[i].cur;
		pfd.fd = a.fd;
		CHECK_EQ(poll(&pfd, 1, 1000), 1);
		CHECK_EQ(pfd.revents & POLLERR, POLLERR);
		CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
		CHECK_EQ(st_pending(&b), 4);
		st_unbind(&a);
		st_unbind(&b);
	}
}

static void receive_positions_that_cannot_be(void)
{
	struct st_port a, b;

	CHECK_EQ(bind_two(&a, &b), 0);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(st_pending(&b), 1);
	b.rx->head = b.rx->cur = 5; /* beyond what was received */
	CHECK_EQ(ioctl(b.fd, NIOCRXSYNC, NULL), 0);
	CHECK_EQ(b.rx->head, 0);
	CHECK_EQ(b.rx->tail, 1);
}

static void a_tail_that_was_overwritten_is_put_back(void)
{
	struct pollfd pfd = {.events = POLLOUT};
	struct st_port a, b;

	CHECK_EQ(bind_two(&a, &b), 0);
	a.tx->tail = 7;
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(a.tx->tail, 0);
	a.tx->tail = 7;
	pfd.fd = a.fd;
	CHECK_EQ(poll(&pfd, 1, 1000), 1);
	CHECK_EQ(pfd.revents, POLLOUT);
	CHECK_EQ(st_pending(&b), 1);
}

static void buffers_that_do_not_exist_are_harmless(void)
{
	static const uint32_t index[] = {0, 1, 0xffffffff, 0x7fffffff, 1u << 20};
	struct st_port a, b;
	size_t i;

	CHECK_EQ(bind_two(&a, &b), 0);
	for (i = 0; i < ST_COUNT(index); i++) {
		uint32_t head = a.tx->head, good = a.tx->slot[head].buf_idx;

		st_put(&a, ST_BROADCAST, 1, 60);
		a.tx->slot[head].buf_idx = index[i];
		CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
		CHECK_EQ(a.tx->tail, head);
		a.tx->slot[head].buf_idx = good;
	}
	st_drain(&b);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(st_pending(&b), 1);
}

static void lengths_above_the_buffer_are_not_copied(void)
{
	struct st_port a, b;
	int i;

	CHECK_EQ(bind_two(&a, &b), 0);
	st_put(&a, ST_BROADCAST, 1, 60);
	a.tx->slot[0].len = 0xffff;
	CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 70), 0);
	for (i = st_pending(&b); i > 0; i--) {
		uint32_t head = b.rx->head;

		CHECK(b.rx->slot[head].len == 0 || b.rx->slot[head].len == 70);
		b.rx->head = b.rx->cur = nm_ring_next(b.rx, head);
	}
	CHECK_EQ(b.rx->head, b.rx->tail);
}

static void receive_buffers_that_were_exchanged_for_nothing(void)
{
	struct st_port a, b;
	uint32_t i;

	CHECK_EQ(bind_two(&a, &b), 0);
	for (i = 0; i < SLOTS; i++)
		b.rx->slot[i].buf_idx = 0xffffff00 + i;
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK(st_pending(&b) <= 1);
}

static const struct st_test tests[] = {
	{"ring-positions-tx", positions_that_cannot_be},
	{"ring-positions-rx", receive_positions_that_cannot_be},
	{"ring-tail", a_tail_that_was_overwritten_is_put_back},
	{"ring-buffers", buffers_that_do_not_exist_are_harmless},
	{"ring-lengths", lengths_above_the_buffer_are_not_copied},
	{"ring-rx-buffers", receive_buffers_that_were_exchanged_for_nothing},
};

const struct st_group st_ring_group = {tests, ST_COUNT(tests)};
