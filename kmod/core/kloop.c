/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "kloop.h"
#include "csb.h"
#include "ctrl.h"
#include "ns.h"

#define SLEEP_MAX_US 1000000
#define EVENT_MAX_US 3000000 /* then the rings are looked at although nothing was heard */
#define END_POLL_US  200
#define QUEUES	     2 /* a descriptor has one a direction */

struct kloop_ring {
	struct nm_ring *ring;
	struct nm_csb_atok __user *atok;
	struct nm_csb_ktoa __user *ktoa;
	struct os_event *irq; /* NULL: the task does not want to be told */
	uint32_t hwtail;      /* as last told to the task */
	bool direct;
};

struct kloop {
	struct nm_file *f;
	struct os_waiter *waiter;
	unsigned sleep_us;
	bool events; /* waits for the task's events instead of sleeping */
	unsigned nrings;
	struct kloop_ring rings[];
};

static int get_word(uint32_t *value, const uint32_t __user *at)
{
	return os_copy_from_user(value, at, sizeof(*value));
}

static int put_word(uint32_t __user *at, uint32_t value)
{
	return os_copy_to_user(at, &value, sizeof(value));
}

/* head first: the task writes cur, then head, so cur is at least as new. */
static int get_cursors(const struct kloop_ring *r, uint32_t *head, uint32_t *cur)
{
	if (get_word(head, &r->atok->head))
		return -EFAULT;
	os_mb();
	return get_word(cur, &r->atok->cur);
}

/* hwcur first: the task reads hwtail, then hwcur, so hwcur is at least as new. */
static int put_cursors(const struct kloop_ring *r)
{
	if (put_word(&r->ktoa->hwcur, r->ring->hwcur))
		return -EFAULT;
	os_mb();
	return put_word(&r->ktoa->hwtail, r->ring->tail);
}

/* The look at the task's wish comes after the news was published: it wishes, then looks for news.
 */
static int tell_news(const struct kloop_ring *r)
{
	uint32_t wanted;

	if (!r->irq)
		return 0;
	os_mb();
	if (get_word(&wanted, &r->atok->appl_need_kick))
		return -EFAULT;
	if (wanted || r->direct)
		os_event_signal(r->irq);
	return 0;
}

static int ring_step(struct kloop_ring *r)
{
	uint32_t head, cur, wished;

	if (get_cursors(r, &head, &cur) || get_word(&wished, &r->atok->sync_flags))
		return -EFAULT;
	nm_ring_sync_to(r->ring, head, cur, nm_csb_sync_flags(r->ring, head, wished));
	if (put_cursors(r))
		return -EFAULT;
	if (r->hwtail == r->ring->tail)
		return 0;
	r->hwtail = r->ring->tail;
	return tell_news(r);
}

static int ask_for_events(struct kloop *k, uint32_t need_kick)
{
	unsigned i;

	for (i = 0; i < k->nrings; i++)
		if (put_word(&k->rings[i].ktoa->kern_need_kick, need_kick))
			return -EFAULT;
	return 0;
}

/* 1: some ring has news that came before we asked to be told, 0, or -EFAULT. */
static int has_news(struct kloop *k)
{
	unsigned i;

	for (i = 0; i < k->nrings; i++) {
		const struct kloop_ring *r = &k->rings[i];
		uint32_t head, cur;

		if (get_cursors(r, &head, &cur))
			return -EFAULT;
		if (head != r->ring->head || cur != r->ring->cur ||
		    os_load_acquire(&r->ring->hwtail) != r->ring->tail)
			return 1;
	}
	return 0;
}

static int wait_for_events(struct kloop *k)
{
	int rc = ask_for_events(k, 1);

	if (!rc) {
		os_mb();
		rc = has_news(k);
	}
	if (rc < 0)
		return rc;
	if (rc)
		os_relax();
	else
		os_waiter_wait(k->waiter, EVENT_MAX_US);
	return ask_for_events(k, 0);
}

static void pause(struct kloop *k)
{
	if (k->sleep_us)
		os_waiter_wait(k->waiter, k->sleep_us);
	else
		os_relax();
}

static int kloop_run(struct kloop *k)
{
	struct nm_port *port = k->f->port;
	int rc = ask_for_events(k, 0);

	while (!rc && !OS_READ_ONCE(k->f->kloop.stopping)) {
		unsigned i;

		if (os_task_killed())
			return -EINTR;
		if (OS_READ_ONCE(port->dead))
			return -EIO;
		for (i = 0; !rc && i < k->nrings; i++)
			rc = ring_step(&k->rings[i]);
		if (rc)
			break;
		if (k->events)
			rc = wait_for_events(k);
		else
			pause(k);
	}
	return rc;
}

static int take_mode(struct kloop *k, const struct nmreq_opt_sync_kloop_mode *opt)
{
	unsigned i;

	if (opt->mode & ~(NM_OPT_SYNC_KLOOP_DIRECT_TX | NM_OPT_SYNC_KLOOP_DIRECT_RX))
		return -EINVAL;
	for (i = 0; i < k->nrings; i++)
		k->rings[i].direct =
			opt->mode & (k->rings[i].ring->dir == NM_TX ? NM_OPT_SYNC_KLOOP_DIRECT_TX
								    : NM_OPT_SYNC_KLOOP_DIRECT_RX);
	return 0;
}

static int take_events(struct kloop *k, const struct nmreq_opt_sync_kloop_eventfds *opt)
{
	uint64_t bytes = sizeof(*opt) + (uint64_t)k->nrings * sizeof(opt->eventfds[0]);
	unsigned i;
	int rc = 0;

	if (opt->nro_opt.nro_size != bytes)
		return -EINVAL;
	k->events = true;
	for (i = 0; i < k->nrings; i++)
		if (opt->eventfds[i].ioeventfd < 0) {
			if (k->rings[i].direct)
				return -EINVAL;
			k->events = false;
		}
	for (i = 0; !rc && i < k->nrings; i++) {
		const struct nm_kloop_eventfd *fds = &opt->eventfds[i];

		if (fds->ioeventfd >= 0)
			rc = os_waiter_add_event(k->waiter, fds->ioeventfd);
		if (!rc && fds->irqfd >= 0)
			rc = os_event_get(fds->irqfd, &k->rings[i].irq);
	}
	return rc;
}

static int take_options(struct kloop *k, const struct nm_request *rq)
{
	struct nmreq_opt_sync_kloop_mode *mode = nm_option_of(rq, NETMAP_REQ_OPT_SYNC_KLOOP_MODE);
	struct nmreq_opt_sync_kloop_eventfds *events =
		nm_option_of(rq, NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS);
	int rc = 0;

	if (mode) {
		rc = take_mode(k, mode);
		mode->nro_opt.nro_status = -rc;
	}
	if (!rc && events) {
		rc = take_events(k, events);
		events->nro_opt.nro_status = -rc;
	}
	return rc;
}

static void kloop_free(struct kloop *k)
{
	unsigned i;

	for (i = 0; i < k->nrings; i++)
		if (k->rings[i].irq)
			os_event_put(k->rings[i].irq);
	if (k->waiter)
		os_waiter_destroy(k->waiter);
	os_free(k);
}

static struct kloop *kloop_new(struct nm_file *f, unsigned sleep_us)
{
	unsigned n = nm_csb_rings(f), i;
	struct kloop *k = os_alloc(sizeof(*k) + n * sizeof(k->rings[0]));

	if (!k)
		return NULL;
	k->f = f;
	k->sleep_us = sleep_us;
	k->nrings = n;
	for (i = 0; i < n; i++) {
		struct kloop_ring *r = &k->rings[i];

		r->ring = nm_csb_ring(f, f->port, i);
		r->atok = &f->csb.atok[i];
		r->ktoa = &f->csb.ktoa[i];
		r->hwtail = r->ring->tail;
	}
	k->waiter = os_waiter_create(n + QUEUES);
	if (k->waiter)
		return k;
	kloop_free(k);
	return NULL;
}

static void begin(struct nm_file *f)
{
	f->kloop.state = NM_KLOOP_RUNNING;
	f->kloop.owner = os_task_owner();
}

static int claim(struct nm_file *f)
{
	int rc = 0;

	nm_lock();
	if (!f->port)
		rc = -ENXIO;
	else if (!nm_csb_enabled(f))
		rc = -EINVAL;
	else if (f->kloop.state != NM_KLOOP_IDLE)
		rc = -EBUSY;
	else
		begin(f);
	nm_unlock();
	return rc;
}

static void set_waiter(struct nm_file *f, struct os_waiter *waiter)
{
	nm_lock();
	f->kloop.waiter = waiter;
	nm_unlock();
}

static void release(struct nm_file *f)
{
	nm_lock();
	OS_WRITE_ONCE(f->kloop.stopping, false);
	OS_WRITE_ONCE(f->kloop.ended, f->kloop.ended + 1);
	OS_WRITE_ONCE(f->kloop.state, NM_KLOOP_IDLE);
	nm_unlock();
}

static int kloop_start(struct nm_request *rq, unsigned sleep_us)
{
	struct nm_file *f = rq->file;
	struct kloop *k = kloop_new(f, sleep_us);
	int dir, rc;

	if (!k)
		return -ENOMEM;
	rc = take_options(k, rq);
	if (!rc) {
		for (dir = 0; k->events && dir < NM_DIRS; dir++)
			os_waiter_add_queue(k->waiter, f->waitq[dir]);
		set_waiter(f, k->waiter);
		rc = kloop_run(k);
		set_waiter(f, NULL);
	}
	kloop_free(k);
	return rc;
}

int nm_req_sync_kloop_start(struct nm_request *rq)
{
	const struct nmreq_sync_kloop_start *start = rq->body;
	int rc;

	if (start->sleep_us > SLEEP_MAX_US)
		return -EINVAL;
	rc = claim(rq->file);
	if (rc)
		return rc;
	rc = kloop_start(rq, start->sleep_us);
	release(rq->file);
	return rc;
}

/* Global lock held. */
static void ask_to_stop(struct nm_file *f)
{
	OS_WRITE_ONCE(f->kloop.stopping, true);
	if (f->kloop.waiter)
		os_waiter_kick(f->kloop.waiter);
}

/* The loop that runs now, not one that begins later. It ends soon: all its waits end when it is
 * kicked. */
static int wait_for_end(struct nm_file *f, unsigned ended)
{
	while (OS_READ_ONCE(f->kloop.state) == NM_KLOOP_RUNNING &&
	       OS_READ_ONCE(f->kloop.ended) == ended) {
		if (os_task_killed())
			return -EINTR;
		os_sleep_us(END_POLL_US);
	}
	return 0;
}

/* A loop that has not begun yet is stopped as it begins: who stops may be faster than who starts.
 */
int nm_req_sync_kloop_stop(struct nm_request *rq)
{
	struct nm_file *f = rq->file;
	unsigned ended;

	nm_lock();
	if (!f->port) {
		nm_unlock();
		return -ENXIO;
	}
	ask_to_stop(f);
	ended = f->kloop.ended;
	nm_unlock();
	return wait_for_end(f, ended);
}

static void stop_running(struct nm_file *f)
{
	nm_lock();
	if (f->kloop.state == NM_KLOOP_RUNNING)
		ask_to_stop(f);
	nm_unlock();
}

void nm_file_flush(struct nm_file *f, const void *owner)
{
	if (OS_READ_ONCE(f->kloop.owner) == owner)
		stop_running(f);
}

void nm_kloop_end(struct nm_file *f)
{
	stop_running(f);
	wait_for_end(f, f->kloop.ended);
}
