/* SPDX-License-Identifier: BSD-2-Clause */
#include "gen/nmdev.h"

#include <stdlib.h>
#include <time.h>

#include "core.h"
#include "nm_user.h"
#include "os_poll.h"

#define SPIN_MAX_NS   50000 /* a sleep and its wake-up cost about as much */
#define SPIN_MIN_NS   1000
#define PAUSE_MAX     16
#define NS_PER_SECOND 1000000000LL
#define NS_PER_MS     1000000LL

struct handle {
	struct nm_file *file;
	struct handle *next;
	uint32_t interrupts_seen;
	int64_t spin_ns; /* how long looking again has paid of late */
	struct os_poll poll;
	bool sleeping; /* under host_lock: poll may be fired */
};

static pthread_mutex_t host_lock = PTHREAD_MUTEX_INITIALIZER;
static struct nm_ns *host_ns;
static struct handle *handles;
static uint32_t interrupts;

static int init_locked(void)
{
	int rc;

	if (host_ns)
		return 0;
	rc = nm_core_init();
	if (rc)
		return rc;
	host_ns = nm_ns_create(NULL);
	if (host_ns)
		return 0;
	nm_core_exit();
	return -ENOMEM;
}

int nm_user_init(void)
{
	int rc;

	pthread_mutex_lock(&host_lock);
	rc = init_locked();
	pthread_mutex_unlock(&host_lock);
	return rc;
}

int nm_user_exit(void)
{
	int rc = 0;

	pthread_mutex_lock(&host_lock);
	if (handles) {
		rc = -EBUSY;
	} else if (host_ns) {
		nm_ns_destroy(host_ns);
		host_ns = NULL;
		nm_core_exit();
		nm_user_forget_devices();
		rc = os_live_bytes() ? -ENOTRECOVERABLE : 0;
	}
	pthread_mutex_unlock(&host_lock);
	return rc;
}

struct nm_ns *os_current_ns(void)
{
	return host_ns;
}

uint64_t nm_user_live_bytes(void)
{
	return os_live_bytes();
}

void nm_user_interrupt(void)
{
	struct handle *h;

	pthread_mutex_lock(&host_lock);
	__atomic_add_fetch(&interrupts, 1, __ATOMIC_RELEASE);
	for (h = handles; h; h = h->next)
		if (h->sleeping)
			os_poll_fire(&h->poll);
	pthread_mutex_unlock(&host_lock);
}

static int inproc_open(void **out)
{
	struct handle *h = calloc(1, sizeof(*h));
	int rc = h ? 0 : -ENOMEM;

	pthread_mutex_lock(&host_lock);
	if (!rc)
		rc = init_locked();
	if (!rc) {
		h->file = nm_file_open(host_ns);
		rc = h->file ? 0 : -ENOMEM;
	}
	if (!rc) {
		h->spin_ns = SPIN_MAX_NS;
		h->interrupts_seen = interrupts;
		h->next = handles;
		handles = h;
		*out = h;
	}
	pthread_mutex_unlock(&host_lock);
	if (rc)
		free(h);
	return rc;
}

static void inproc_close(void *handle)
{
	struct handle *h = handle, **link = &handles;

	nm_file_close(h->file);
	pthread_mutex_lock(&host_lock);
	while (*link != h)
		link = &(*link)->next;
	*link = h->next;
	pthread_mutex_unlock(&host_lock);
	free(h);
}

static int inproc_ioctl(void *handle, unsigned long cmd, void *arg)
{
	struct handle *h = handle;

	return nm_file_ioctl(h->file, cmd, arg);
}

/* Regions are contiguous in our own address space: the mapping is the region itself. */
static int inproc_mmap(void *handle, size_t bytes, void **base)
{
	struct handle *h = handle;
	int rc = nm_file_mmap_check(h->file, 0, bytes);

	if (rc)
		return rc;
	*base = nm_file_page(h->file, 0);
	return *base ? 0 : -EINVAL;
}

static int inproc_munmap(void *handle, void *base, size_t bytes)
{
	return 0;
}

static bool interrupted(struct handle *h)
{
	uint32_t now = os_load_acquire(&interrupts);

	if (now == h->interrupts_seen)
		return false;
	h->interrupts_seen = now;
	return true;
}

/* Asks every handle; the number of those that are ready. */
static int look(struct nmdev_wait *set, unsigned n, bool enlist)
{
	int ready = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		struct handle *h = set[i].handle;

		set[i].revents = nm_file_poll(h->file, set[i].events, enlist ? &h->poll : NULL);
		ready += set[i].revents != 0;
	}
	return ready;
}

/*
 * Looks again and again, ever less often, until something is there or the time is over. What is not
 * there soon may be waiting for this very processor: others may have it then.
 */
static int spin(struct nmdev_wait *set, unsigned n, int64_t until)
{
	struct handle *h = set[0].handle;
	unsigned pauses = 1, i;
	int ready;

	do {
		ready = look(set, n, false);
		if (ready || OS_READ_ONCE(interrupts) != h->interrupts_seen)
			break;
		for (i = 0; i < pauses; i++)
			os_cpu_pause();
		if (pauses < PAUSE_MAX)
			pauses *= 2;
		else
			sched_yield();
	} while (os_poll_now_ns() < until);
	return ready;
}

static void set_sleeping(struct nmdev_wait *set, unsigned n, bool sleeping)
{
	unsigned i;

	pthread_mutex_lock(&host_lock);
	for (i = 0; i < n; i++)
		((struct handle *)set[i].handle)->sleeping = sleeping;
	pthread_mutex_unlock(&host_lock);
}

/* Returns the number of ready handles, 0 at the deadline (0: none), or -EINTR. */
static int sleep_until_ready(struct nmdev_wait *set, unsigned n, int64_t deadline)
{
	struct timespec until = {deadline / NS_PER_SECOND, deadline % NS_PER_SECOND};
	struct handle *first = set[0].handle;
	bool enlist = true, in_time = true;
	unsigned i;
	int result;

	for (i = 0; i < n; i++)
		os_poll_begin(&((struct handle *)set[i].handle)->poll, &first->poll);
	set_sleeping(set, n, true);
	for (;;) {
		result = interrupted(first) ? -EINTR : look(set, n, enlist);
		if (result || !in_time)
			break;
		enlist = false;
		in_time = os_poll_sleep(&first->poll, deadline ? &until : NULL);
	}
	for (i = 0; i < n; i++)
		os_poll_end(&((struct handle *)set[i].handle)->poll);
	set_sleeping(set, n, false);
	return result;
}

/*
 * Spin longer when what was waited for came soon, and shorter when it did not: others need the CPU.
 * When it came counts, not when we got to run again, which on a busy machine is always late.
 */
static void adapt_spin(struct handle *h, int64_t start)
{
	bool soon = h->poll.fired_ns >= start && h->poll.fired_ns - start <= SPIN_MAX_NS;

	if (soon && h->spin_ns < SPIN_MAX_NS)
		h->spin_ns *= 2;
	else if (!soon && h->spin_ns > SPIN_MIN_NS)
		h->spin_ns /= 2;
}

static int inproc_wait(struct nmdev_wait *set, unsigned n, int timeout_ms)
{
	struct handle *h = n ? set[0].handle : NULL;
	int64_t start = os_poll_now_ns(), deadline = 0, spin_end;
	int result;

	if (n == 0 || n > NMDEV_WAIT_MAX)
		return -EINVAL;
	if (timeout_ms >= 0)
		deadline = start + timeout_ms * NS_PER_MS;
	spin_end = start + h->spin_ns;
	if (deadline && deadline < spin_end)
		spin_end = deadline;
	if (interrupted(h))
		return -EINTR;
	result = spin(set, n, spin_end);
	if (!result && timeout_ms) {
		result = sleep_until_ready(set, n, deadline);
		adapt_spin(h, start);
	}
	return result;
}

static int inproc_poll(void *handle, short events, short *revents, int timeout_ms)
{
	struct nmdev_wait one = {.handle = handle, .events = events};
	int result = inproc_wait(&one, 1, timeout_ms);

	*revents = result > 0 ? one.revents : 0;
	return result;
}

const struct nmdev_ops nmdev_inproc = {
	.name = "inproc",
	.open = inproc_open,
	.ioctl = inproc_ioctl,
	.mmap = inproc_mmap,
	.munmap = inproc_munmap,
	.poll = inproc_poll,
	.close = inproc_close,
	.wait = inproc_wait,
};
