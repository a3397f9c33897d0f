/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "file.h"

#include <net/vale_stats.h>

#include "csb.h"
#include "ctrl.h"
#include "kloop.h"
#include "legacy.h"
#include "ns.h"
#include "stats.h"

#define POLL_TX (POLLOUT | POLLWRNORM)
#define POLL_RX (POLLIN | POLLRDNORM)

struct nm_file *nm_file_open(struct nm_ns *ns)
{
	struct nm_file *f = os_alloc(sizeof(*f));

	if (f)
		f->ns = ns;
	return f;
}

void nm_file_close(struct nm_file *f)
{
	nm_kloop_end(f);
	nm_lock();
	if (f->bound)
		nm_unbind(f);
	nm_unlock();
	os_free(f);
}

static const uint32_t call_flags[NM_DIRS] = {
	[NM_TX] = NM_SYNC_FORCE_RECLAIM,
	[NM_RX] = NM_SYNC_FORCE_READ | NM_SYNC_CAN_FORWARD_DOWN,
};

/* Inlined for each direction: with one packet between two calls it is a good part of the cost. */
static inline __attribute__((always_inline)) int sync_all(struct nm_file *f, enum nm_dir dir)
{
	struct nm_port *port = nm_file_port(f);
	struct nm_ring *ring, *end;
	struct os_timeval now;

	if (unlikely(!port))
		return -ENXIO;
	if (unlikely(nm_csb_enabled(f)))
		return -EBUSY;
	if (unlikely(OS_READ_ONCE(port->dead)))
		return -EIO;
	if (dir == NM_RX)
		os_wall_clock(&now);
	ring = &port->rings[dir][f->first[dir]];
	end = &port->rings[dir][f->last[dir]];
	for (; ring < end; ring++)
		nm_ring_sync(ring, call_flags[dir], dir == NM_RX ? &now : NM_TS_NO);
	return 0;
}

static noinline int sync_tx(struct nm_file *f)
{
	return sync_all(f, NM_TX);
}

static noinline int sync_rx(struct nm_file *f)
{
	return sync_all(f, NM_RX);
}

int nm_file_ioctl(struct nm_file *f, unsigned cmd, void __user *arg)
{
	if (cmd == NIOCTXSYNC)
		return sync_tx(f);
	if (cmd == NIOCRXSYNC)
		return sync_rx(f);
	switch (cmd) {
	case NIOCCTRL:
		return nm_ctrl(f, arg);
	case NIOCREGIF:
		return nm_legacy(f, arg, true);
	case NIOCGINFO:
		return nm_legacy(f, arg, false);
	case NIOCCONFIG:
		return nm_config(f, arg);
	case NIOCVALESTATS:
		return nm_stats(f, arg);
	default:
		return -EOPNOTSUPP;
	}
}

/*
 * One look at every bound ring of a direction. Transmit rings without news are left alone unless
 * space is wanted.
 */
static unsigned poll_pass(struct nm_file *f, struct nm_port *port, enum nm_dir dir, unsigned want,
			  const struct os_timeval *now)
{
	unsigned revents = 0;
	uint16_t i;

	for (i = f->first[dir]; i < f->last[dir]; i++) {
		struct nm_ring *ring = &port->rings[dir][i];
		enum nm_sync_result result;

		if (dir == NM_TX && (!want || revents & want) &&
		    OS_READ_ONCE(ring->shared->head) == ring->hwcur)
			continue;
		result = nm_ring_sync(ring, NM_SYNC_CAN_FORWARD_DOWN, now);
		if (result == NM_SYNC_BUSY)
			continue;
		if (result != NM_SYNC_OK)
			revents |= POLLERR;
		if (nm_ring_ready(ring))
			revents |= want;
	}
	return revents;
}

/*
 * Once more when nobody is ready: what came between the look and the registration of the sleeper
 * would wake nobody.
 */
static unsigned poll_dir(struct nm_file *f, struct nm_port *port, enum nm_dir dir, unsigned want)
{
	struct os_timeval now;
	unsigned revents;

	if (dir == NM_RX)
		os_wall_clock(&now);
	revents = poll_pass(f, port, dir, want, dir == NM_RX ? &now : NM_TS_NO);
	if (want && !(revents & want))
		revents |= poll_pass(f, port, dir, want, dir == NM_RX ? &now : NM_TS_NO);
	return revents;
}

unsigned nm_file_poll(struct nm_file *f, unsigned events, struct os_poll *poll)
{
	struct nm_port *port = nm_file_port(f);
	unsigned revents = 0;

	if (!port || nm_csb_enabled(f))
		return POLLERR;
	if (poll) {
		os_poll_wait(poll, f->waitq[NM_RX]);
		os_poll_wait(poll, f->waitq[NM_TX]);
	}
	if (OS_READ_ONCE(port->dead))
		return POLLERR;
	if ((events & POLL_TX) || !(f->flags & NR_NO_TX_POLL))
		revents |= poll_dir(f, port, NM_TX, events & POLL_TX);
	if (events & POLL_RX)
		revents |= poll_dir(f, port, NM_RX, events & POLL_RX);
	return revents;
}

int nm_file_mmap_check(struct nm_file *f, uint64_t offset, uint64_t bytes)
{
	struct nm_port *port = nm_file_port(f);

	if (!port || port->region->pin || offset > port->region->bytes ||
	    bytes > port->region->bytes - offset)
		return -EINVAL;
	return 0;
}

void *nm_file_page(struct nm_file *f, uint64_t offset)
{
	struct nm_port *port = nm_file_port(f);

	return port ? nm_region_page(port->region, offset) : NULL;
}
