/* SPDX-License-Identifier: BSD-2-Clause */
#include "loop.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counter.h"
#include "live.h"
#include "mirror.h"
#include "polled.h"
#include "refused.h"
#include "ring.h"

#define HEADER_BYTES   14
#define ETHERTYPE_HIGH 0x88 /* 0x88b5, for local experiments (IEEE 802): no stack looks at it */
#define ETHERTYPE_LOW  0xb5
#define SENDER	       0x0100

/* Page faults, tables that grow and lazily bound functions belong to nobody's steady state. */
#define WARM_ROUNDS 16
#define WARM_MIN    4096

/* A slice is a few hundred thousand instructions in a guest, whose timer interrupts every 4
 * million. */
#define LARGE_BURST  256
#define LARGE_ROUNDS 4
#define SMALL_ROUNDS 64

static void put_mac(uint8_t *mac, unsigned number)
{
	const uint8_t bytes[LOOP_MAC_BYTES] = {2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number};

	memcpy(mac, bytes, LOOP_MAC_BYTES);
}

static void make_header(uint8_t header[HEADER_BYTES], const uint8_t *dst, unsigned src)
{
	memcpy(header, dst, LOOP_MAC_BYTES);
	put_mac(header + LOOP_MAC_BYTES, src);
	header[12] = ETHERTYPE_HIGH;
	header[13] = ETHERTYPE_LOW;
}

static int check_kinds(const struct loop *l, const struct loop_config *c, struct vb_err *err)
{
	const char *odd = l->tx.ops != &io_netmap      ? c->tx
			  : l->rx[0].ops != &io_netmap ? c->rx[0]
						       : NULL;

	if ((!c->polled && !c->live) || !odd)
		return 0;
	return vb_fail(err, VB_USAGE, "%s: %s is no single netmap port",
		       c->polled ? "--poll" : "--live", odd);
}

static int open_port(struct io *io, const char *name, uint64_t rx_slots,
		     const struct nmdev_ops *nmdev, struct vb_err *err)
{
	char resolved[IO_NAME_MAX + 1];
	const struct io_request req = {
		.name = resolved, .nmdev = nmdev, .threads = 1, .rx_slots = (uint32_t)rx_slots};

	if (io_resolve_name(name, resolved, err) || io_open(io, &req, err))
		return -1;
	if (!io->n_tx || !io->n_rx)
		return vb_fail(err, VB_USAGE,
			       "%s lacks transmit or receive rings; leave /T and /R "
			       "out of its name",
			       name);
	return 0;
}

static int check_room(const struct loop_config *c, const struct io *io, struct vb_err *err)
{
	const struct netmap_ring *ring = io->tx[0];

	if (c->burst > ring->num_slots - 1)
		return vb_fail(err, VB_USAGE,
			       "-b: a burst of %" PRIu64 " does not fit the ring of "
			       "%s, which holds %u",
			       c->burst, c->tx, ring->num_slots - 1);
	if (c->frame_bytes > ring->nr_buf_size)
		return vb_fail(err, VB_USAGE,
			       "-l: %" PRIu64 " bytes do not fit a buffer of %s, "
			       "which holds %u",
			       c->frame_bytes, c->tx, ring->nr_buf_size);
	if (c->spread && (c->burst % c->n_rx || ring->num_slots % c->n_rx))
		return vb_fail(err, VB_USAGE,
			       "--spread: neither a burst of %" PRIu64 " nor a ring of %u "
			       "slots is shared evenly by %u receivers",
			       c->burst, ring->num_slots, c->n_rx);
	return 0;
}

static int open_ports(struct loop *l, const struct loop_config *c, const struct nmdev_ops *nmdev,
		      struct vb_err *err)
{
	unsigned i;

	for (i = 0; i < c->n_rx; i++)
		if (open_port(&l->rx[i], c->rx[i], c->rx_slots, nmdev, err))
			return -1;
	if (open_port(&l->tx, c->tx, 0, nmdev, err))
		return -1;
	return check_kinds(l, c, err) || check_room(c, &l->tx, err) ? -1 : 0;
}

static int announce(struct loop *l, const struct loop_config *c, struct vb_err *err)
{
	unsigned i;
	int ret;

	for (i = 0; i < l->n_rx; i++) {
		struct netmap_ring *ring = l->rx[i].tx[0];
		struct netmap_slot *slot = &ring->slot[ring->head];
		uint8_t self[LOOP_MAC_BYTES];

		put_mac(self, i + 1);
		memset(ring_buf(ring, slot), 0, l->frame_bytes);
		make_header(ring_buf(ring, slot), self, i + 1);
		slot->len = l->frame_bytes;
		ring->head = ring->cur = ring_next(ring, ring->head);
		ret = l->rx[i].ops->txsync(&l->rx[i]);
		if (ret < 0)
			return vb_fail(err, VB_FAILED, "cannot announce %s: %s", c->rx[i],
				       strerror(-ret));
	}
	return 0;
}

/* What the announcements have left in the rings. */
static void forget_arrivals(struct io *io)
{
	unsigned i;

	io->ops->rxsync(io);
	for (i = 0; i < io->n_rx; i++)
		io->rx[i]->head = io->rx[i]->cur = io->rx[i]->tail;
	io->ops->rxsync(io);
}

int loop_told(const struct loop *l, int ret, struct vb_err *err)
{
	if (ret == -ETIMEDOUT)
		return vb_fail(err, VB_FAILED,
			       "of %" PRIu64 " frames sent to %u receivers %" PRIu64
			       " arrived, and "
			       "no more came; check the port names, -D and --announce",
			       l->sent, l->takers, l->taken);
	if (ret == -EBADMSG)
		return vb_fail(err, VB_FAILED,
			       "receivers got frames that were not sent: somebody else uses the "
			       "ports");
	return ret ? vb_fail(err, VB_FAILED, "cannot sync a port: %s", strerror(-ret)) : 0;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Slices are equal work, so the middle one stands for all: timers and daemons fall into few. */
static uint64_t typical(uint64_t *ticks, uint64_t n)
{
	qsort(ticks, n, sizeof(*ticks), by_size);
	return n * (ticks[(n - 1) / 2] + ticks[n / 2]) / 2;
}

static int run_slices(struct loop *l, uint64_t packets, uint64_t *ticks, uint64_t n,
		      struct vb_err *err)
{
	uint64_t i;

	for (i = 0; i < n; i++) {
		ticks[i] = counter_read();
		if (loop_told(l, loop_window(l, packets), err))
			return -1;
		ticks[i] = counter_read() - ticks[i];
	}
	return 0;
}

static int run(struct loop *l, const struct loop_config *c, void *result, struct vb_err *err)
{
	struct loop_count *count = result;
	uint64_t warm = c->burst * WARM_ROUNDS > WARM_MIN ? c->burst * WARM_ROUNDS : WARM_MIN;
	uint64_t slice = c->burst * (c->burst < LARGE_BURST ? SMALL_ROUNDS : LARGE_ROUNDS);
	uint64_t n = (c->packets + slice - 1) / slice, *ticks = calloc(n, sizeof(*ticks));
	struct loop before;
	int rc;

	if (!ticks)
		return vb_fail(err, VB_NO_SPACE, "no memory for %" PRIu64 " counts", n);
	rc = loop_told(l, loop_warm(l, warm), err);
	before = *l;
	if (rc == 0)
		rc = run_slices(l, slice, ticks, n, err);
	if (rc == 0)
		*count = (struct loop_count){.packets = l->taken - before.taken,
					     .bytes = l->bytes - before.bytes,
					     .sent = l->sent - before.sent,
					     .ticks = typical(ticks, n)};
	free(ticks);
	return rc;
}

static void close_all(struct loop *l)
{
	unsigned i;

	io_close(&l->tx);
	for (i = 0; i < l->n_rx; i++)
		io_close(&l->rx[i]);
}

/* Slot by slot to one receiver after the other. */
static void address_all(struct loop *l)
{
	struct netmap_ring *ring = l->tx.tx[0];
	uint32_t k;

	for (k = 0; k < ring->num_slots; k++)
		put_mac(ring_buf(ring, &ring->slot[k]), k % l->n_rx + 1);
}

static int begin_ports(struct loop *l, const struct loop_config *c, const struct nmdev_ops *nmdev,
		       struct vb_err *err)
{
	unsigned i;

	if (open_ports(l, c, nmdev, err))
		return -1;
	if (c->wait_s)
		sleep((unsigned)c->wait_s);
	if (c->announce && announce(l, c, err))
		return -1;
	for (i = 0; i < l->n_rx; i++)
		forget_arrivals(&l->rx[i]);
	return 0;
}

static int prepare(struct loop *l, const struct loop_config *c, const struct nmdev_ops *nmdev,
		   enum loop_part part, struct vb_err *err)
{
	uint8_t header[HEADER_BYTES];

	if (part == LOOP_PORTS && !c->refused) {
		if (begin_ports(l, c, nmdev, err))
			return -1;
	} else if (mirror_open(l)) {
		return vb_fail(err, VB_NO_SPACE, "no memory for the loop's rings");
	}
	if (part == LOOP_PORTS && c->refused && refused_begin(l, nmdev, err))
		return -1;
	if (c->polled)
		polled_begin(l, part == LOOP_PORTS ? nmdev : NULL);
	if (c->live && live_begin(l))
		return vb_fail(err, VB_FAILED, "--live: cannot sync %s", c->rx[0]);
	make_header(header, c->dst_mac, SENDER);
	loop_prefill(l, header);
	if (c->spread)
		address_all(l);
	return 0;
}

int loop_over(const struct loop_config *c, const struct nmdev_ops *nmdev, enum loop_part part,
	      loop_body *body, void *result, struct vb_err *err)
{
	struct loop *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return vb_fail(err, VB_NO_SPACE, "no memory for the loop");
	l->n_rx = c->n_rx;
	l->takers = c->flood || c->spread ? c->n_rx : 1;
	l->shares = c->spread ? c->n_rx : 1;
	l->burst = (uint32_t)c->burst;
	l->frame_bytes = (uint16_t)c->frame_bytes;
	rc = prepare(l, c, nmdev, part, err);
	if (rc == 0)
		rc = body(l, c, result, err);
	close_all(l);
	refused_end(l);
	free(l);
	return rc;
}

int loop_measure(const struct loop_config *c, const struct nmdev_ops *nmdev, enum loop_part part,
		 struct loop_count *count, struct vb_err *err)
{
	*count = (struct loop_count){0};
	return loop_over(c, nmdev, part, run, count, err);
}

void loop_say(FILE *out, const char *counter, const struct loop_count *ports,
	      const struct loop_count *own)
{
	fprintf(out,
		"{\"type\":\"end\",\"function\":\"loop\",\"reason\":\"count\",\"counter\":\"%s\","
		"\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"sent\":%" PRIu64
		",\"instructions\":%" PRIu64 ",\"own_packets\":%" PRIu64
		",\"own_instructions\":%" PRIu64 "}\n",
		counter, ports->packets, ports->bytes, ports->sent, ports->ticks, own->packets,
		own->ticks);
	fflush(out);
}
