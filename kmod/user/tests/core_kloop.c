/* SPDX-License-Identifier: BSD-2-Clause */
/* The sync kernel loop: its errors, its ends, its events, and traffic through it. */
#include "csb_port.h"

#define ROUNDS 200

static void misuse(void)
{
	struct nmreq_sync_kloop_start start = {0};
	struct csb_port p;
	struct port plain;
	void *h;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_SYNC_KLOOP_START, "", &start), -ENXIO);
	CU_ASSERT_EQUAL(ctrl(h, NETMAP_REQ_SYNC_KLOOP_STOP, "", NULL), -ENXIO);
	DEV->close(h);
	port_open(&plain, "vale0:plain");
	CU_ASSERT_EQUAL(ctrl(plain.handle, NETMAP_REQ_SYNC_KLOOP_START, "", &start), -EINVAL);
	port_close(&plain);
	csb_open(&p, "vale0:a", 1);
	start.sleep_us = 1000001;
	CU_ASSERT_EQUAL(ctrl(p.port.handle, NETMAP_REQ_SYNC_KLOOP_START, "", &start), -EINVAL);
	csb_close(&p);
	finish();
}

static void options_are_checked(void)
{
	struct csb_port p;
	int good = eventfd(0, 0), pipes[2];
	const struct {
		uint32_t mode;
		int io, irq, rc;
		uint32_t events_status, mode_status;
	} rows[] = {
		{4, good, good, -EINVAL, EOPNOTSUPP, EINVAL},
		{1, -1, good, -EINVAL, EINVAL, 0},
		{2, -1, good, -EINVAL, EINVAL, 0},
		{0, 9999, -1, -EBADF, EBADF, 0},
		{0, -1, 9999, -EBADF, EBADF, 0},
		{0, -2, -2, 0, 0, 0},
	};
	size_t i;

	CU_ASSERT_EQUAL_FATAL(pipe(pipes), 0);
	csb_open(&p, "vale0:a", 1);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct csb_loop loop = {
			.port = &p,
			.use_events = true,
			.use_mode = true,
			.mode = rows[i].mode,
			.ioeventfd = {rows[i].io, rows[i].io},
			.irqfd = {rows[i].irq, rows[i].irq},
		};

		if (!rows[i].rc) /* a stop that comes first ends it at once */
			CU_ASSERT_EQUAL(csb_stop(&p), 0);
		CU_ASSERT_EQUAL(csb_loop_run(&loop), rows[i].rc);
		CU_ASSERT_EQUAL(loop.events_status, rows[i].events_status);
		CU_ASSERT_EQUAL(loop.mode_status, rows[i].mode_status);
		loop.mode = 0;
		loop.ioeventfd[0] = pipes[0];
		CU_ASSERT_EQUAL(csb_loop_run(&loop), -EINVAL);
	}
	close(good);
	close(pipes[0]);
	close(pipes[1]);
	csb_close(&p);
	finish();
}

static void the_number_of_events_must_be_that_of_rings(void)
{
	struct nmreq_sync_kloop_start start = {0};
	struct {
		struct nmreq_option opt;
		struct nm_kloop_eventfd fds[3];
	} events = {.opt.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS};
	struct csb_port p;
	unsigned n;

	csb_open(&p, "vale0:a", 1);
	for (n = 0; n <= 3; n++) {
		if (n == 2)
			continue;
		events.opt.nro_size = sizeof(events.opt) + n * sizeof(events.fds[0]);
		CU_ASSERT_EQUAL(ctrl_options(p.port.handle, NETMAP_REQ_SYNC_KLOOP_START, "", &start,
					     &events),
				-EINVAL);
		CU_ASSERT_EQUAL(events.opt.nro_status, EINVAL);
	}
	csb_close(&p);
	finish();
}

static void a_stop_before_the_start_ends_it_at_once(void)
{
	struct csb_port p;
	struct csb_loop loop = {.port = &p, .sleep_us = 1000000};
	int i;

	csb_open(&p, "vale0:a", 1);
	for (i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(csb_stop(&p), 0);
		CU_ASSERT_EQUAL(csb_loop_run(&loop), 0);
	}
	csb_close(&p);
	finish();
}

static void of_two_starts_one_wins(void)
{
	struct csb_port p;
	struct csb_loop a = {.port = &p, .sleep_us = 100}, b = a;
	int i;

	csb_open(&p, "vale0:a", 1);
	for (i = 0; i < ROUNDS; i++) {
		csb_loop_begin(&a);
		csb_loop_begin(&b);
		WAIT_FOR(a.done || b.done);
		CU_ASSERT_EQUAL(a.done ? a.result : b.result, -EBUSY);
		CU_ASSERT(!a.done || !b.done);
		CU_ASSERT_EQUAL(csb_stop(&p), 0);
		pthread_join(a.thread, NULL);
		pthread_join(b.thread, NULL);
		CU_ASSERT_EQUAL(a.result + b.result, -EBUSY);
	}
	csb_close(&p);
	finish();
}

static void starts_and_stops_race_without_harm(void)
{
	struct csb_port p;
	struct csb_loop loop = {.port = &p, .sleep_us = 1000000};
	int i;

	csb_open(&p, "vale0:a", 1);
	for (i = 0; i < ROUNDS; i++) {
		csb_loop_begin(&loop);
		csb_loop_end(&loop);
	}
	csb_close(&p);
	finish();
}

static void csb_cannot_change_under_a_loop(void)
{
	struct csb_port p;
	struct csb_loop loop = {.port = &p, .sleep_us = 1000};
	struct nmreq_opt_csb opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB};

	csb_open(&p, "vale0:a", 1);
	opt.csb_atok = (uintptr_t)p.atok;
	opt.csb_ktoa = (uintptr_t)p.ktoa;
	csb_loop_begin(&loop);
	WAIT_FOR(p.ktoa[0].kern_need_kick == 0);
	CU_ASSERT_EQUAL(ctrl_options(p.port.handle, NETMAP_REQ_CSB_ENABLE, "", NULL, &opt), -EBUSY);
	CU_ASSERT_EQUAL(opt.nro_opt.nro_status, EBUSY);
	csb_loop_end(&loop);
	csb_close(&p);
	finish();
}

static uint64_t raised(int fd)
{
	uint64_t n = 0;

	return read(fd, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

/* Frames out of one loop into another, in every way to be told about them. */
static void traffic(uint32_t mode, bool events, uint32_t sleep_us)
{
	struct csb_port from, to;
	struct csb_loop sender = {
		.port = &from, .sleep_us = sleep_us, .mode = mode, .use_mode = mode != 0};
	struct csb_loop receiver = {
		.port = &to, .sleep_us = sleep_us, .mode = mode, .use_mode = mode != 0};
	uint32_t total = 0, i;

	csb_open(&from, "vale0:from", 1);
	csb_open(&to, "vale0:to", 1);
	if (events) {
		csb_loop_events(&sender);
		csb_loop_events(&receiver);
	}
	csb_loop_begin(&sender);
	csb_loop_begin(&receiver);
	for (i = 0; i < ROUNDS; i++) {
		csb_send(&from, 1 + i % 20);
		total += 1 + i % 20;
		__sync_synchronize();
		if (events && from.ktoa[0].kern_need_kick)
			eventfd_write(sender.ioeventfd[0], 1);
		WAIT_FOR(csb_received(&to) == 1 + i % 20);
		if (events) /* told when it was wished, which it is from the start */
			WAIT_FOR(raised(receiver.irqfd[1]));
		csb_release(&to, 1 + i % 20);
		if (events)
			eventfd_write(receiver.ioeventfd[1], 1);
		WAIT_FOR(to.ktoa[1].hwcur == to.atok[1].head);
	}
	CU_ASSERT_EQUAL(stats_of("vale0:to").rx_packets, total);
	csb_loop_end(&sender);
	csb_loop_end(&receiver);
	CU_ASSERT_EQUAL(sender.events_status, 0);
	CU_ASSERT_EQUAL(sender.mode_status, 0);
	csb_close(&from);
	csb_close(&to);
	finish();
}

static void traffic_by_spinning(void)
{
	traffic(0, false, 0);
}

static void traffic_by_sleeping(void)
{
	traffic(0, false, 50);
}

static void traffic_by_events(void)
{
	traffic(0, true, 0);
}

static void traffic_in_direct_modes(void)
{
	uint32_t mode;

	for (mode = 1; mode <= 3; mode++)
		traffic(mode, true, 0);
}

/* Without events the loop never asks for any; with them, it asks while it sleeps. */
static void who_need_not_be_told_is_not(void)
{
	struct csb_port p;
	struct csb_loop loop = {.port = &p};
	struct port other;

	csb_open(&p, "vale0:a", 1);
	port_open(&other, "vale0:other");
	csb_loop_events(&loop);
	p.atok[1].appl_need_kick = 0;
	csb_loop_begin(&loop);
	WAIT_FOR(p.ktoa[1].kern_need_kick == 1);
	send_frame(&other, BROADCAST, 3, 1);
	WAIT_FOR(csb_received(&p) == 1);
	usleep(2000);
	CU_ASSERT_EQUAL(raised(loop.irqfd[1]), 0);
	p.atok[1].appl_need_kick = 1;
	send_frame(&other, BROADCAST, 3, 2);
	WAIT_FOR(raised(loop.irqfd[1]));
	csb_loop_end(&loop);
	port_close(&other);
	csb_close(&p);
	finish();
}

/* Cursors out of range move nothing; when they make sense again, traffic goes on. */
static void nonsense_is_survived(void)
{
	struct csb_port p;
	struct csb_loop loop = {.port = &p, .sleep_us = 100};
	struct port other;

	csb_open(&p, "vale0:a", 1);
	port_open(&other, "vale0:other");
	csb_loop_begin(&loop);
	nm_sync_kloop_appl_write(&p.atok[0], 4000000000u, 4000000000u);
	nm_sync_kloop_appl_write(&p.atok[1], 60, 60);
	usleep(2000);
	CU_ASSERT_EQUAL(p.ktoa[0].hwcur, 0);
	nm_sync_kloop_appl_write(&p.atok[0], 0, 0);
	nm_sync_kloop_appl_write(&p.atok[1], 0, 0);
	csb_send(&p, 3);
	WAIT_FOR(p.ktoa[0].hwcur == 3);
	CU_ASSERT_EQUAL(drain(&other), 3);
	csb_loop_end(&loop);
	port_close(&other);
	csb_close(&p);
	finish();
}

static void closing_ends_the_loop(void)
{
	struct csb_port p;
	struct csb_loop loop = {.port = &p, .sleep_us = 1000000};

	csb_open(&p, "vale0:a", 1);
	csb_loop_begin(&loop);
	WAIT_FOR(p.ktoa[0].kern_need_kick == 0);
	csb_close(&p);
	pthread_join(loop.thread, NULL);
	CU_ASSERT_EQUAL(loop.result, 0);
	finish();
}

static void allocation_failing_at_each_site(void)
{
	struct csb_port p;
	struct csb_loop loop = {.port = &p};
	long n = 0;
	int rc;

	csb_open(&p, "vale0:a", 1);
	csb_loop_events(&loop);
	do {
		CU_ASSERT_EQUAL(csb_stop(&p), 0);
		nm_user_fail_alloc(++n);
		rc = csb_loop_run(&loop);
		nm_user_fail_alloc(0);
		CU_ASSERT(rc == 0 || rc == -ENOMEM);
	} while (rc);
	CU_ASSERT(n > 4);
	csb_loop_begin(&loop);
	csb_loop_end(&loop);
	csb_close(&p);
	finish();
}

static const struct suite_test tests[] = {
	{"misuse", misuse},
	{"options_are_checked", options_are_checked},
	{"the_number_of_events_must_be_that_of_rings", the_number_of_events_must_be_that_of_rings},
	{"a_stop_before_the_start_ends_it_at_once", a_stop_before_the_start_ends_it_at_once},
	{"of_two_starts_one_wins", of_two_starts_one_wins},
	{"starts_and_stops_race_without_harm", starts_and_stops_race_without_harm},
	{"csb_cannot_change_under_a_loop", csb_cannot_change_under_a_loop},
	{"traffic_by_spinning", traffic_by_spinning},
	{"traffic_by_sleeping", traffic_by_sleeping},
	{"traffic_by_events", traffic_by_events},
	{"traffic_in_direct_modes", traffic_in_direct_modes},
	{"who_need_not_be_told_is_not", who_need_not_be_told_is_not},
	{"nonsense_is_survived", nonsense_is_survived},
	{"closing_ends_the_loop", closing_ends_the_loop},
	{"allocation_failing_at_each_site", allocation_failing_at_each_site},
};

SUITE_MAIN("core_kloop", tests)
