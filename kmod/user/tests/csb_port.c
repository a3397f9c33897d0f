/* SPDX-License-Identifier: BSD-2-Clause */
#include "csb_port.h"

#define LINE 64

static void *lines(size_t each)
{
	void *p = aligned_alloc(LINE, CSB_RINGS_MAX * each);

	memset(p, 0xa5, CSB_RINGS_MAX * each);
	return p;
}

struct nm_csb_atok *csb_atok(void)
{
	return lines(sizeof(struct nm_csb_atok));
}

struct nm_csb_ktoa *csb_ktoa(void)
{
	return lines(sizeof(struct nm_csb_ktoa));
}

int csb_try(struct csb_port *p, const char *name, unsigned pairs)
{
	const struct nmreq_register want = {
		.nr_mode = NR_REG_ALL_NIC,
		.nr_flags = NR_EXCLUSIVE,
		.nr_tx_rings = pairs,
		.nr_rx_rings = pairs,
		.nr_tx_slots = 64,
		.nr_rx_slots = 64,
	};
	struct nmreq_opt_csb opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB};
	int rc;

	p->rings = 2 * pairs;
	p->atok = csb_atok();
	p->ktoa = csb_ktoa();
	opt.csb_atok = (uintptr_t)p->atok;
	opt.csb_ktoa = (uintptr_t)p->ktoa;
	rc = port_try_options(&p->port, name, &want, &opt);
	if (rc) {
		free(p->atok);
		free(p->ktoa);
	} else {
		CU_ASSERT_EQUAL(opt.nro_opt.nro_status, 0);
	}
	return rc;
}

void csb_open(struct csb_port *p, const char *name, unsigned pairs)
{
	CU_ASSERT_EQUAL_FATAL(csb_try(p, name, pairs), 0);
}

void csb_close(struct csb_port *p)
{
	port_close(&p->port);
	free(p->atok);
	free(p->ktoa);
}

void csb_send(struct csb_port *p, uint32_t n)
{
	struct netmap_ring *ring = tx_ring(&p->port, 0);
	uint32_t head = p->atok[0].head, i;

	for (i = 0; i < n; i++) {
		fill_frame(buffer(ring, head), BROADCAST, 1, i);
		ring->slot[head].len = FRAME_BYTES;
		ring->slot[head].flags = 0;
		head = next_slot(ring, head);
	}
	nm_sync_kloop_appl_write(&p->atok[0], head, head);
}

void csb_release(struct csb_port *p, uint32_t n)
{
	struct nm_csb_atok *a = &p->atok[p->rings / 2];
	uint32_t head = (a->head + n) % rx_ring(&p->port, 0)->num_slots;

	nm_sync_kloop_appl_write(a, head, head);
}

uint32_t csb_received(const struct csb_port *p)
{
	uint32_t hwtail, hwcur, n = rx_ring(&p->port, 0)->num_slots;

	nm_sync_kloop_appl_read(&p->ktoa[p->rings / 2], &hwtail, &hwcur);
	return (hwtail + n - p->atok[p->rings / 2].head) % n;
}

int csb_loop_run(struct csb_loop *loop)
{
	union {
		struct nmreq_opt_sync_kloop_eventfds opt;
		char space[sizeof(struct nmreq_option) +
			   CSB_RINGS_MAX * sizeof(struct nm_kloop_eventfd)];
	} events = {.opt.nro_opt = {.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS}};
	struct nmreq_opt_sync_kloop_mode mode = {
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_MODE, .mode = loop->mode};
	struct nmreq_sync_kloop_start start = {.sleep_us = loop->sleep_us};
	struct nmreq_option *list = NULL;
	unsigned i;

	if (loop->use_events) {
		for (i = 0; i < loop->port->rings; i++)
			events.opt.eventfds[i] =
				(struct nm_kloop_eventfd){loop->ioeventfd[i], loop->irqfd[i]};
		events.opt.nro_opt.nro_size = sizeof(struct nmreq_option) +
					      loop->port->rings * sizeof(struct nm_kloop_eventfd);
		list = &events.opt.nro_opt;
	}
	if (loop->use_mode) {
		mode.nro_opt.nro_next = (uintptr_t)list;
		list = &mode.nro_opt;
	}
	loop->result = ctrl_options(loop->port->port.handle, NETMAP_REQ_SYNC_KLOOP_START, "",
				    &start, list);
	loop->events_status = events.opt.nro_opt.nro_status;
	loop->mode_status = mode.nro_opt.nro_status;
	loop->done = true;
	return loop->result;
}

static void *loop_thread(void *arg)
{
	csb_loop_run(arg);
	return NULL;
}

void csb_loop_begin(struct csb_loop *loop)
{
	loop->done = false;
	CU_ASSERT_EQUAL_FATAL(pthread_create(&loop->thread, NULL, loop_thread, loop), 0);
}

void csb_loop_events(struct csb_loop *loop)
{
	unsigned i;

	loop->use_events = true;
	for (i = 0; i < loop->port->rings; i++) {
		loop->ioeventfd[i] = eventfd(0, EFD_NONBLOCK);
		loop->irqfd[i] = eventfd(0, EFD_NONBLOCK);
	}
}

int csb_stop(struct csb_port *p)
{
	return ctrl(p->port.handle, NETMAP_REQ_SYNC_KLOOP_STOP, "", NULL);
}

void csb_loop_end(struct csb_loop *loop)
{
	unsigned i;

	CU_ASSERT_EQUAL(csb_stop(loop->port), 0);
	pthread_join(loop->thread, NULL);
	CU_ASSERT_EQUAL(loop->result, 0);
	for (i = 0; loop->use_events && i < loop->port->rings; i++) {
		close(loop->ioeventfd[i]);
		close(loop->irqfd[i]);
	}
}
