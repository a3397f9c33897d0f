/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/netmap.h>
#include <net/vale_stats.h>

#include "core.h"
#include "fuzz_request.h"
#include "gen/nmdev.h"
#include "nm_user.h"

#define HANDLES	      6
#define GLOBAL_BUFS   512 /* regions so small that making them takes no time */
#define PRIVATE_BUFS  64
#define RINGS_MAX     64
#define POLL_LIMIT_MS 1

struct ring_view {
	struct netmap_ring *ring;
	uint32_t slots;
};

static struct handle {
	void *dev;
	struct ring_view rings[RINGS_MAX];
	unsigned nrings;
} handles[HANDLES];

/* A request that waits for another thread would wait for ever: its end is announced beforehand. */
static void no_endless_loop(struct handle *h, const struct nmreq_header *hdr)
{
	struct nmreq_header stop = {.nr_version = NETMAP_API,
				    .nr_reqtype = NETMAP_REQ_SYNC_KLOOP_STOP};

	if (hdr->nr_reqtype == NETMAP_REQ_SYNC_KLOOP_START)
		nmdev_inproc.ioctl(h->dev, NIOCCTRL, &stop);
}

static void view_rings(struct handle *h, const struct nmreq_register *reg)
{
	struct netmap_if *nifp;
	void *base;
	unsigned i, n;

	h->nrings = 0;
	if (nmdev_inproc.mmap(h->dev, reg->nr_memsize, &base))
		return;
	nifp = (struct netmap_if *)((char *)base + reg->nr_offset);
	n = nifp->ni_tx_rings + nifp->ni_rx_rings + nifp->ni_host_tx_rings + nifp->ni_host_rx_rings;
	for (i = 0; i < n && h->nrings < RINGS_MAX; i++) {
		struct ring_view *view = &h->rings[h->nrings];

		if (!nifp->ring_ofs[i])
			continue;
		view->ring = (struct netmap_ring *)((char *)nifp + nifp->ring_ofs[i]);
		view->slots = view->ring->num_slots;
		h->nrings++;
	}
}

static void do_open(struct handle *h, const uint8_t *r)
{
	if (!h->dev && nmdev_inproc.open(&h->dev))
		h->dev = NULL;
}

static void do_close(struct handle *h, const uint8_t *r)
{
	if (h->dev)
		nmdev_inproc.close(h->dev);
	memset(h, 0, sizeof(*h));
}

static void do_request(struct handle *h, const uint8_t *r)
{
	struct nmreq_header *hdr = fuzz_request(r);

	no_endless_loop(h, hdr);
	if (!nmdev_inproc.ioctl(h->dev, NIOCCTRL, hdr) && hdr->nr_reqtype == NETMAP_REQ_REGISTER)
		view_rings(h, (void *)(uintptr_t)hdr->nr_body);
}

static void do_raw(struct handle *h, const uint8_t *r)
{
	unsigned long cmd;
	void *arg = fuzz_raw(r, &cmd);

	if (cmd == NIOCCTRL && arg == fuzz_arena())
		no_endless_loop(h, arg);
	nmdev_inproc.ioctl(h->dev, cmd, arg);
}

static void do_sync(struct handle *h, const uint8_t *r)
{
	nmdev_inproc.ioctl(h->dev, r[2] % 2 ? NIOCTXSYNC : NIOCRXSYNC, NULL);
}

static void do_poll(struct handle *h, const uint8_t *r)
{
	short revents;

	nmdev_inproc.poll(h->dev, r[2], &revents, r[3] % 8 ? 0 : POLL_LIMIT_MS);
}

static uint32_t word(const uint8_t *at)
{
	uint32_t w;

	memcpy(&w, at, sizeof(w));
	return w;
}

/* Writes to a slot, or to the words of a ring that the task may write, or to any. */
static void do_scribble(struct handle *h, const uint8_t *r)
{
	struct ring_view *view;
	struct netmap_ring *ring;
	struct netmap_slot *slot;

	if (!h->nrings)
		return;
	view = &h->rings[r[2] % h->nrings];
	ring = view->ring;
	slot = view->slots ? &ring->slot[r[4] % view->slots] : NULL;
	switch (r[3] % 8) {
	case 0:
		((uint32_t *)ring)[r[4] % (sizeof(*ring) / sizeof(uint32_t))] = word(r + 8);
		break;
	case 1:
	case 2:
		ring->head = ring->cur = word(r + 8);
		break;
	case 3:
	case 4:
		if (view->slots)
			ring->head = ring->cur = r[8] % view->slots;
		break;
	default:
		if (!slot)
			break;
		slot->len = r[5] % 2 ? word(r + 8) : r[8];
		slot->flags = r[6];
		slot->buf_idx = r[5] % 4 ? slot->buf_idx : word(r + 12);
		slot->ptr = r[7] % 2 ? (uintptr_t)fuzz_arena() + r[9]
				     : (uint64_t)word(r + 10) << r[7] % 33;
	}
}

static void (*const calls[])(struct handle *h, const uint8_t *r) = {
	do_request, do_request,	 do_request,  do_raw,	   do_sync,  do_sync,
	do_poll,    do_scribble, do_scribble, do_scribble, do_close, do_open,
};

static void one_call(const uint8_t *r)
{
	struct handle *h = &handles[r[1] % HANDLES];

	do_open(h, r);
	if (h->dev)
		calls[r[0] % (sizeof(calls) / sizeof(calls[0]))](h, r);
}

void fuzz_run(const uint8_t *input, size_t bytes)
{
	size_t at, i;
	int rc;

	nm_params.buf_num = GLOBAL_BUFS;
	nm_params.priv_buf_num = PRIVATE_BUFS;
	if (nm_user_init() || nm_user_add_device("eth0", NULL, NULL))
		abort();
	for (at = 0; at + FUZZ_RECORD_BYTES <= bytes && at < FUZZ_INPUT_MAX;
	     at += FUZZ_RECORD_BYTES)
		one_call(input + at);
	for (i = 0; i < HANDLES; i++)
		do_close(&handles[i], NULL);
	rc = nm_user_exit();
	if (!rc)
		return;
	fprintf(stderr, "fuzz: %s, %llu bytes are left\n", strerror(-rc),
		(unsigned long long)nm_user_live_bytes());
	abort();
}
