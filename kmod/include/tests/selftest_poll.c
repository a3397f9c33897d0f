/* SPDX-License-Identifier: BSD-2-Clause */
/* Readiness and waking through poll, select and epoll. */
#include "selftest.h"

#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

static struct st_port a, b;

static int bind_pair(uint64_t flags)
{
	int ret;

	a = (struct st_port){.reg = {.nr_flags = flags}};
	b = (struct st_port){.reg = {.nr_flags = flags}};
	ret = st_bind_as(&a, "valest:a");
	return ret ? ret : st_bind_as(&b, "valest:b");
}

/* The bits that poll returns, or a negative errno. */
static int poll_one(const struct st_port *p, short events, int timeout_ms)
{
	struct pollfd pfd = {.fd = p->fd, .events = events};
	int ret = poll(&pfd, 1, timeout_ms);

	return ret < 0 ? -errno : ret ? pfd.revents : 0;
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void readiness_is_exactly_what_was_asked(void)
{
	static const struct {
		short events, idle, loaded;
	} t[] = {
		{POLLIN, 0, POLLIN},
		{POLLOUT, POLLOUT, POLLOUT},
		{POLLIN | POLLOUT, POLLOUT, POLLIN | POLLOUT},
		{POLLRDNORM, 0, POLLRDNORM},
		{POLLWRNORM, POLLWRNORM, POLLWRNORM},
		{0, 0, 0},
	};
	size_t i;

	CHECK_EQ(bind_pair(0), 0);
	for (i = 0; i < ST_COUNT(t); i++)
		CHECK_EQ(poll_one(&b, t[i].events, 0), t[i].idle);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	for (i = 0; i < ST_COUNT(t); i++)
		CHECK_EQ(poll_one(&b, t[i].events, 0), t[i].loaded);
}

static void a_wait_for_nothing_ends_in_time(void)
{
	long start = now_ms(), took;

	CHECK_EQ(bind_pair(0), 0);
	CHECK_EQ(poll_one(&b, POLLIN, 100), 0);
	took = now_ms() - start;
	CHECK(took >= 99);
}

static void readiness_stays_until_released(void)
{
	CHECK_EQ(bind_pair(0), 0);
	st_put(&a, ST_BROADCAST, 1, 60);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(poll_one(&b, POLLIN, 1000), POLLIN);
	b.rx->head = b.rx->cur = 1;
	CHECK_EQ(poll_one(&b, POLLIN, 1000), POLLIN);
	b.rx->head = b.rx->cur = 2;
	CHECK_EQ(poll_one(&b, POLLIN, 0), 0);
}

static void cur_decides_and_not_head(void)
{
	CHECK_EQ(bind_pair(0), 0);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(st_pending(&b), 1);
	b.rx->cur = b.rx->tail; /* wake me for later ones only */
	CHECK_EQ(poll_one(&b, POLLIN, 0), 0);
	CHECK_EQ(nm_ring_space(b.rx), 1);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(poll_one(&b, POLLIN, 1000), POLLIN);
	CHECK_EQ(nm_ring_space(b.rx), 2);
}

static void waiting_for_input_transmits(void)
{
	CHECK_EQ(bind_pair(0), 0);
	st_put(&a, ST_BROADCAST, 1, 60);
	CHECK_EQ(poll_one(&a, POLLIN, 0), 0);
	CHECK_EQ(poll_one(&b, POLLIN, 1000), POLLIN);
}

static void unless_the_binding_said_no(void)
{
	CHECK_EQ(bind_pair(NR_NO_TX_POLL), 0);
	st_put(&a, ST_BROADCAST, 1, 60);
	CHECK_EQ(poll_one(&a, POLLIN, 0), 0);
	CHECK_EQ(poll_one(&b, POLLIN, 0), 0);
	CHECK_EQ(poll_one(&a, POLLOUT, 0), POLLOUT);
	CHECK_EQ(poll_one(&b, POLLIN, 1000), POLLIN);
}

static void no_rings_no_readiness(void)
{
	CHECK_EQ(bind_pair(NR_RX_RINGS_ONLY), 0);
	CHECK_EQ(poll_one(&a, POLLOUT, 0), 0);
}

static void *send_later(void *arg)
{
	usleep(50000);
	return (void *)(intptr_t)st_send(arg, ST_BROADCAST, 1, 60);
}

/* Runs wait while another thread sends in 50 ms; the wait's result, or -1000. */
static int while_one_sends(int (*wait)(void))
{
	pthread_t sender;
	int ret;

	if (pthread_create(&sender, NULL, send_later, &a))
		return -1000;
	ret = wait();
	pthread_join(sender, NULL);
	return ret;
}

static int wait_by_poll(void)
{
	return poll_one(&b, POLLIN, 5000);
}

static int wait_by_select(void)
{
	struct timeval limit = {.tv_sec = 5};
	fd_set in;

	FD_ZERO(&in);
	FD_SET(b.fd, &in);
	return select(b.fd + 1, &in, NULL, NULL, &limit);
}

static int wait_by_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int ep = epoll_create1(0), ret;

	if (ep < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, b.fd, &event))
		return -errno;
	ret = epoll_wait(ep, &event, 1, 5000);
	close(ep);
	return ret == 1 ? (int)event.events : ret;
}

static void poll_wakes(void)
{
	long start = now_ms();

	CHECK_EQ(bind_pair(0), 0);
	CHECK_EQ(while_one_sends(wait_by_poll), POLLIN);
	CHECK_EQ(nm_ring_space(b.rx), 1);
	CHECK(now_ms() - start < 4000);
}

static void select_wakes(void)
{
	SKIP_IN_PROCESS("select needs a descriptor of the kernel");
	CHECK_EQ(bind_pair(0), 0);
	CHECK_EQ(while_one_sends(wait_by_select), 1);
	CHECK_EQ(nm_ring_space(b.rx), 1);
}

static void epoll_wakes(void)
{
	SKIP_IN_PROCESS("epoll needs a descriptor of the kernel");
	CHECK_EQ(bind_pair(0), 0);
	CHECK_EQ(while_one_sends(wait_by_epoll), EPOLLIN);
	CHECK_EQ(nm_ring_space(b.rx), 1);
}

/* One binding sleeps on the port, another on its ring; both must hear of the same packet. */
static void bindings_of_one_port_all_wake(void)
{
	struct st_port one = {.reg = {.nr_mode = NR_REG_ONE_NIC}};

	a = (struct st_port){.fd = -1};
	b = (struct st_port){.reg = {.nr_rx_rings = 2, .nr_tx_rings = 2}};
	CHECK_EQ(st_bind_as(&a, "valest:a"), 0);
	CHECK_EQ(st_bind_as(&b, "valest:b"), 0);
	CHECK_EQ(st_bind_as(&one, "valest:b"), 0);
	CHECK_EQ(while_one_sends(wait_by_poll), POLLIN);
	b = one;
	CHECK_EQ(poll_one(&one, POLLIN, 0), POLLIN);
	b.rx->head = b.rx->cur = b.rx->tail;
	CHECK_EQ(while_one_sends(wait_by_poll), POLLIN);
}

static const struct st_test tests[] = {
	{"poll-readiness", readiness_is_exactly_what_was_asked},
	{"poll-timeout", a_wait_for_nothing_ends_in_time},
	{"poll-level", readiness_stays_until_released},
	{"poll-cur", cur_decides_and_not_head},
	{"poll-transmits", waiting_for_input_transmits},
	{"poll-no-tx", unless_the_binding_said_no},
	{"poll-no-rings", no_rings_no_readiness},
	{"poll-wakes", poll_wakes},
	{"select-wakes", select_wakes},
	{"epoll-wakes", epoll_wakes},
	{"poll-two-bindings", bindings_of_one_port_all_wake},
};

const struct st_group st_poll_group = {tests, ST_COUNT(tests)};
