/* SPDX-License-Identifier: BSD-2-Clause */
/* Status blocks in place of head, cur and tail, and the loop in the kernel that watches them. */
#include "selftest.h"

#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PORT "valest:a"

enum { RINGS = 2, SLEEP_US = 500, DONE_WITHIN_MS = 3000 };

static struct nm_csb_atok atok[RINGS] __attribute__((aligned(64)));
static struct nm_csb_ktoa ktoa[RINGS] __attribute__((aligned(64)));

static struct nmreq_opt_csb csb_at(const void *to_kernel, const void *to_task)
{
	return (struct nmreq_opt_csb){.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB,
				      .csb_atok = (uintptr_t)to_kernel,
				      .csb_ktoa = (uintptr_t)to_task};
}

static int bind_csb(struct st_port *p, uint64_t flags, struct nmreq_opt_csb *option)
{
	memset(p, 0, sizeof(*p));
	p->reg.nr_mode = NR_REG_ALL_NIC;
	p->reg.nr_flags = flags;
	p->fd = st_open();
	if (p->fd < 0)
		return errno;
	return st_ctrl_options(p->fd, NETMAP_REQ_REGISTER, PORT, &p->reg, option);
}

static void who_may_have_status_blocks(void)
{
	const struct {
		uint64_t flags;
		const void *atok, *ktoa;
		int err;
	} t[] = {
		{NR_EXCLUSIVE, atok, ktoa, 0},
		{0, atok, ktoa, EINVAL},
		{NR_EXCLUSIVE, (char *)atok + 8, ktoa, EINVAL},
		{NR_EXCLUSIVE, atok, (char *)ktoa + 8, EINVAL},
		{NR_EXCLUSIVE, NULL, ktoa, EFAULT},
		{NR_EXCLUSIVE, (void *)0x7ffffffff000, ktoa, EFAULT},
		{NR_EXCLUSIVE, atok, (void *)0x7ffffffff000, EFAULT},
	};
	size_t i;

	NEEDS(ST_CSB);
	for (i = 0; i < ST_COUNT(t); i++) {
		struct nmreq_opt_csb option = csb_at(t[i].atok, t[i].ktoa);
		struct st_port p;

		CHECK_EQ(bind_csb(&p, t[i].flags, &option), t[i].err);
		CHECK_EQ(option.nro_opt.nro_status, t[i].err);
		st_close(p.fd);
		CHECK_EQ(st_port_index(PORT), -ENOENT);
	}
}

static void blocks_begin_where_the_kernel_is(void)
{
	struct nmreq_opt_csb option = csb_at(atok, ktoa);
	struct pollfd pfd = {.events = POLLIN | POLLOUT};
	struct st_port p;

	NEEDS(ST_CSB);
	memset(atok, 0xff, sizeof(atok));
	memset(ktoa, 0xff, sizeof(ktoa));
	CHECK_EQ(bind_csb(&p, NR_EXCLUSIVE, &option), 0);
	CHECK_EQ(atok[0].head, 0);
	CHECK_EQ(atok[0].cur, 0);
	CHECK_EQ(atok[0].appl_need_kick, 1);
	CHECK_EQ(atok[0].sync_flags, 1);
	CHECK_EQ(ktoa[0].hwcur, 0);
	CHECK_EQ(ktoa[0].hwtail, p.reg.nr_tx_slots - 1);
	CHECK_EQ(ktoa[0].kern_need_kick, 1);
	CHECK_EQ(ktoa[1].hwcur, 0);
	CHECK_EQ(ktoa[1].hwtail, 0);
	CHECK(ioctl(p.fd, NIOCTXSYNC, NULL) == -1 && errno == EBUSY);
	CHECK(ioctl(p.fd, NIOCRXSYNC, NULL) == -1 && errno == EBUSY);
	pfd.fd = p.fd;
	CHECK_EQ(poll(&pfd, 1, 100), 1);
	CHECK_EQ(pfd.revents, POLLERR);
}

static void blocks_can_come_later(void)
{
	struct nmreq_opt_csb option = csb_at(atok, ktoa);
	struct st_port p = {.reg = {.nr_flags = NR_EXCLUSIVE}};

	NEEDS(ST_CSB);
	CHECK_EQ(st_bind_as(&p, PORT), 0);
	CHECK_EQ(st_ctrl(p.fd, NETMAP_REQ_CSB_ENABLE, PORT, NULL), EINVAL);
	CHECK_EQ(ioctl(p.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(st_ctrl_options(p.fd, NETMAP_REQ_CSB_ENABLE, PORT, NULL, &option), 0);
	CHECK_EQ(option.nro_opt.nro_status, 0);
	CHECK(ioctl(p.fd, NIOCTXSYNC, NULL) == -1 && errno == EBUSY);
}

static int start(int fd, uint32_t sleep_us, void *options)
{
	struct nmreq_sync_kloop_start body = {.sleep_us = sleep_us};

	return st_ctrl_options(fd, NETMAP_REQ_SYNC_KLOOP_START, PORT, &body, options);
}

static int stop(int fd)
{
	return st_ctrl(fd, NETMAP_REQ_SYNC_KLOOP_STOP, PORT, NULL);
}

static void a_loop_needs_its_blocks(void)
{
	struct nmreq_opt_csb option = csb_at(atok, ktoa);
	struct st_port p, plain;
	int fd = st_open();

	NEEDS(ST_KLOOP);
	CHECK_EQ(start(fd, SLEEP_US, NULL), ENXIO);
	CHECK_EQ(stop(fd), ENXIO);
	CHECK_EQ(st_bind(&plain, "valest:b"), 0);
	CHECK_EQ(start(plain.fd, SLEEP_US, NULL), EINVAL);
	CHECK_EQ(bind_csb(&p, NR_EXCLUSIVE, &option), 0);
	CHECK_EQ(start(p.fd, 1000001, NULL), EINVAL);
}

static void a_loop_refuses_wrong_options(void)
{
	struct nmreq_opt_csb option = csb_at(atok, ktoa);
	struct nmreq_opt_sync_kloop_mode mode = {
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_MODE, .mode = 4};
	struct {
		struct nmreq_option nro_opt;
		struct nm_kloop_eventfd eventfds[RINGS + 1];
	} events = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS};
	struct st_port p;
	int i;

	NEEDS(ST_KLOOP);
	for (i = 0; i <= RINGS; i++)
		events.eventfds[i] = (struct nm_kloop_eventfd){-1, -1};
	CHECK_EQ(bind_csb(&p, NR_EXCLUSIVE, &option), 0);
	CHECK_EQ(start(p.fd, SLEEP_US, &mode), EINVAL);
	CHECK_EQ(mode.nro_opt.nro_status, EINVAL);
	events.nro_opt.nro_size = sizeof(events);
	CHECK_EQ(start(p.fd, SLEEP_US, &events), EINVAL);
	CHECK_EQ(events.nro_opt.nro_status, EINVAL);
	events.nro_opt.nro_size = sizeof(events) - sizeof(events.eventfds[0]);
	mode.mode = NM_OPT_SYNC_KLOOP_DIRECT_TX;
	mode.nro_opt.nro_next = (uintptr_t)&events;
	CHECK_EQ(start(p.fd, SLEEP_US, &mode), EINVAL);
}

static void a_stop_before_the_start_is_remembered(void)
{
	struct nmreq_opt_csb option = csb_at(atok, ktoa);
	struct st_port p;

	NEEDS(ST_KLOOP);
	CHECK_EQ(bind_csb(&p, NR_EXCLUSIVE, &option), 0);
	CHECK_EQ(stop(p.fd), 0);
	CHECK_EQ(start(p.fd, SLEEP_US, NULL), 0);
}

struct loop {
	pthread_t thread;
	int fd, ret;
	void *options;
};

static void *loop_run(void *arg)
{
	struct loop *loop = arg;

	loop->ret = start(loop->fd, SLEEP_US, loop->options);
	return NULL;
}

static bool within_limit(bool (*done)(void))
{
	int ms;

	for (ms = 0; ms < DONE_WITHIN_MS; ms++) {
		if (done())
			return true;
		usleep(1000);
	}
	return false;
}

static bool sent_three(void)
{
	uint32_t hwtail, hwcur;

	nm_sync_kloop_appl_read(&ktoa[0], &hwtail, &hwcur);
	return hwcur == 3;
}

static bool received_one(void)
{
	uint32_t hwtail, hwcur;

	nm_sync_kloop_appl_read(&ktoa[1], &hwtail, &hwcur);
	return hwtail == 1;
}

/* Three packets out and one in, by the blocks alone; kick and call say when the kernel is told. */
static void exchange_through_blocks(struct st_port *p, struct st_port *peer, int kick, int call)
{
	const uint64_t one = 1;
	int i;

	p->mem = st_map(p->fd, p->reg.nr_memsize);
	CHECK(p->mem);
	p->nifp = NETMAP_IF(p->mem, p->reg.nr_offset);
	p->tx = NETMAP_TXRING(p->nifp, 0);
	for (i = 0; i < 3; i++)
		st_put(p, ST_BROADCAST, 1, 60);
	nm_sync_kloop_appl_write(&atok[0], 3, 3);
	if (kick >= 0)
		CHECK_EQ(write(kick, &one, sizeof(one)), sizeof(one));
	CHECK(within_limit(sent_three));
	CHECK_EQ(st_pending(peer), 3);
	CHECK_EQ(st_send(peer, ST_BROADCAST, 2, 60), 0);
	CHECK(within_limit(received_one));
	if (call >= 0) {
		struct pollfd pfd = {.fd = call, .events = POLLIN};

		CHECK_EQ(poll(&pfd, 1, DONE_WITHIN_MS), 1);
	}
}

static void run_loop(void *options, int kick, int call)
{
	struct nmreq_opt_csb option = csb_at(atok, ktoa);
	struct loop loop = {.options = options};
	struct st_port p, peer;

	CHECK_EQ(bind_csb(&p, NR_EXCLUSIVE, &option), 0);
	CHECK_EQ(st_bind(&peer, "valest:b"), 0);
	loop.fd = p.fd;
	CHECK_EQ(pthread_create(&loop.thread, NULL, loop_run, &loop), 0);
	exchange_through_blocks(&p, &peer, kick, call);
	CHECK_EQ(stop(p.fd), 0);
	pthread_join(loop.thread, NULL);
	CHECK_EQ(loop.ret, 0);
}

static void a_sleeping_loop_moves_packets(void)
{
	NEEDS(ST_KLOOP);
	run_loop(NULL, -1, -1);
}

static void a_loop_with_eventfds_moves_packets(void)
{
	static struct {
		struct nmreq_option nro_opt;
		struct nm_kloop_eventfd eventfds[RINGS];
	} events;
	static struct nmreq_opt_sync_kloop_mode mode;
	uint32_t direct;
	int i, fd[2 * RINGS];

	NEEDS(ST_KLOOP);
	for (direct = 0; direct < 4; direct++) {
		for (i = 0; i < 2 * RINGS; i++)
			fd[i] = eventfd(0, EFD_CLOEXEC);
		events.nro_opt =
			(struct nmreq_option){.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS,
					      .nro_size = sizeof(events)};
		for (i = 0; i < RINGS; i++)
			events.eventfds[i] = (struct nm_kloop_eventfd){fd[i], fd[RINGS + i]};
		mode = (struct nmreq_opt_sync_kloop_mode){
			.nro_opt = {.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_MODE,
				    .nro_next = (uintptr_t)&events},
			.mode = direct};
		run_loop(&mode, fd[0], fd[RINGS + 1]);
		CHECK_EQ(mode.nro_opt.nro_status, 0);
		CHECK_EQ(events.nro_opt.nro_status, 0);
		for (i = 0; i < 2 * RINGS; i++)
			close(fd[i]);
		st_end_all();
	}
}

static void of_two_loops_one_runs(void)
{
	struct nmreq_opt_csb option = csb_at(atok, ktoa);
	struct loop a = {0}, b = {0};
	struct st_port p;

	NEEDS(ST_KLOOP);
	CHECK_EQ(bind_csb(&p, NR_EXCLUSIVE, &option), 0);
	a.fd = b.fd = p.fd;
	a.ret = b.ret = -1;
	CHECK_EQ(pthread_create(&a.thread, NULL, loop_run, &a), 0);
	CHECK_EQ(pthread_create(&b.thread, NULL, loop_run, &b), 0);
	usleep(100000);
	CHECK_EQ(stop(p.fd), 0);
	pthread_join(a.thread, NULL);
	pthread_join(b.thread, NULL);
	CHECK((a.ret == 0 && b.ret == EBUSY) || (a.ret == EBUSY && b.ret == 0));
}

static const struct st_test tests[] = {
	{"csb-who", who_may_have_status_blocks},
	{"csb-begin", blocks_begin_where_the_kernel_is},
	{"csb-later", blocks_can_come_later},
	{"kloop-misuse", a_loop_needs_its_blocks},
	{"kloop-options", a_loop_refuses_wrong_options},
	{"kloop-stop-first", a_stop_before_the_start_is_remembered},
	{"kloop-sleeping", a_sleeping_loop_moves_packets},
	{"kloop-eventfds", a_loop_with_eventfds_moves_packets},
	{"kloop-two", of_two_loops_one_runs},
};

const struct st_group st_csb_group = {tests, ST_COUNT(tests)};
