/* SPDX-License-Identifier: BSD-2-Clause */
#include "setup.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture.h"
#include "ring.h"

#define MAX_FRAME_BYTES 65536
#define NUMBER_BYTES	12 /* what ping puts into a payload; txseq needs less */
#define ROOM_LIMIT_MS	2000

/* Frames to a network device must fit its MTU; pipes and switch ports only the general limit. */
static int check_mtu(const struct engine *eng, struct vb_err *err)
{
	struct ifreq ifr = {0};
	int fd, ret;

	if (eng->cfg.fn == FN_RX || eng->cfg.fn == FN_RXSEQ ||
	    !io_device_name(eng->cfg.port, ifr.ifr_name, sizeof(ifr.ifr_name)))
		return 0;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return 0;
	ret = ioctl(fd, SIOCGIFMTU, &ifr);
	close(fd);
	if (ret == 0 && eng->cfg.frame_bytes > ifr.ifr_mtu + ETH_HEADER_BYTES)
		return vb_fail(err, VB_USAGE,
			       "-l: frames of %lld bytes are longer than the MTU of %s allows (%d)",
			       (long long)eng->cfg.frame_bytes, ifr.ifr_name, ifr.ifr_mtu);
	return 0;
}

static void agree_to_exchange(struct io *io)
{
	unsigned k;

	for (k = 0; k < io->n_tx; k++)
		io->tx[k]->flags |= NR_EXCHANGE;
	for (k = 0; k < io->n_rx; k++)
		io->rx[k]->flags |= NR_EXCHANGE;
}

static int open_io(struct engine *eng, struct worker *w, struct vb_err *err)
{
	const struct config *c = &eng->cfg;
	struct io_request req = {
		.name = c->port,
		.nmdev = eng->env->nmdev,
		.thread = w->index,
		.threads = eng->n_workers,
		.tx_slots = c->tx_slots,
		.rx_slots = c->rx_slots,
		.tx_rings = c->tx_rings,
		.rx_rings = c->rx_rings,
		.mem_id = w->index ? eng->workers[0].io.mem_id : 0,
		.only_receives = config_receives(c),
	};
	unsigned queues, k;

	if (io_open(&w->io, &req, err))
		return -1;
	if (c->zero_copy)
		agree_to_exchange(&w->io);
	queues = config_receives(c) ? w->io.rx_queues : w->io.tx_queues;
	if (eng->n_workers > queues)
		return vb_fail(err, VB_USAGE, "-p: %u threads are wanted, but %s has %u queues",
			       eng->n_workers, c->port, queues);
	if (!config_receives(c) && !w->io.n_tx)
		return vb_fail(err, VB_USAGE,
			       "%s has no transmit rings here; leave /R out of its name", c->port);
	if (!config_sends(c) && !w->io.n_rx)
		return vb_fail(err, VB_USAGE,
			       "%s has no receive rings here; leave /T out of its name", c->port);
	for (k = 0; k < w->io.n_tx; k++)
		if (w->io.tx[k]->nr_buf_size < w->vnet_bytes + FRAME_V6_PAYLOAD + MARK_BYTES)
			return vb_fail(err, VB_USAGE,
				       "%s has buffers of %u bytes, too small for headers", c->port,
				       w->io.tx[k]->nr_buf_size);
	return 0;
}

/* Tells the port its header length, or asks for it. Ports that know none have none. */
static int agree_on_header(struct engine *eng, struct vb_err *err)
{
	struct io *io = &eng->workers[0].io;
	int bytes = (int)eng->cfg.vnet_bytes, ret;

	if (!io->ops->netmap)
		bytes = bytes > 0 ? bytes : 0;
	else if (bytes == 0) {
		ret = io->ops->get_header(io);
		bytes = ret > 0 ? ret : 0;
	} else {
		ret = io->ops->set_header(io, (unsigned)bytes);
		if (ret < 0)
			return vb_fail(err, VB_FAILED,
				       "-H: cannot set a virtio-net header of %d bytes on %s: %s",
				       bytes, eng->cfg.port, strerror(-ret));
	}
	eng->cfg.vnet_bytes = bytes;
	return 0;
}

static int make_frame(struct engine *eng, struct worker *w, struct vb_err *err)
{
	struct config *c = &eng->cfg;
	struct frame_spec spec = {
		.family = c->family,
		.max_bytes = (uint32_t)c->frame_bytes,
		.vnet_bytes = w->vnet_bytes,
		.indirect = c->options & OPT_INDIRECT,
		.src = c->src,
		.dst = c->dst,
		.random_src = c->options & OPT_RANDOM_SRC,
		.random_dst = c->options & OPT_RANDOM_DST,
		.dst_macs = (uint32_t)c->dst_macs,
		.src_macs = (uint32_t)c->src_macs,
	};

	if (c->frame_file) {
		spec.image = eng->replay.data;
		spec.max_bytes = eng->replay.packets[0].bytes;
	}
	memcpy(spec.dst_mac, c->dst_mac, MAC_BYTES);
	memcpy(spec.src_mac, c->src_mac, MAC_BYTES);
	return frame_init(&w->frame, &spec, clock_ns() + w->index, err);
}

/* Functions that put each packet into one slot cannot send longer ones. */
static int check_one_slot(const struct worker *w, struct vb_err *err)
{
	const struct config *c = w->cfg;

	if (c->fn != FN_PING && c->fn != FN_TXSEQ)
		return 0;
	if (w->frame.max_bytes > w->io.tx[0]->nr_buf_size)
		return vb_fail(err, VB_USAGE,
			       "-l: %s sends frames of one slot, which holds %u bytes on %s",
			       function_name(c->fn), w->io.tx[0]->nr_buf_size, c->port);
	if (w->frame.max_bytes < w->frame.header_bytes + NUMBER_BYTES)
		return vb_fail(
			err, VB_USAGE,
			"-l: %s writes %d bytes into each payload; the frame needs at least %u",
			function_name(c->fn), NUMBER_BYTES,
			w->frame.header_bytes - w->frame.vnet_bytes + NUMBER_BYTES);
	return 0;
}

static int check_frags(const struct worker *w, struct vb_err *err)
{
	const struct config *c = w->cfg;
	int64_t most = w->io.tx[0]->nr_buf_size, need;

	if (c->frag_bytes && c->frag_bytes < most)
		most = c->frag_bytes;
	need = ((int64_t)w->frame.max_bytes + most - 1) / most;
	if (need > NETMAP_MAX_FRAGS)
		return vb_fail(err, VB_USAGE,
			       "-l: frames of %lld bytes need %lld slots of %lld bytes, but %d is "
			       "the limit",
			       (long long)c->frame_bytes, (long long)need, (long long)most,
			       NETMAP_MAX_FRAGS);
	if (c->latency &&
	    (most < w->frame.header_bytes + MARK_BYTES ||
	     w->frame.max_bytes / (uint32_t)c->frags < w->frame.header_bytes + MARK_BYTES))
		return vb_fail(err, VB_USAGE,
			       "--latency: the first fragment is too short for a mark; use fewer "
			       "fragments");
	return 0;
}

static int make_latency(struct worker *w, struct vb_err *err)
{
	const struct config *c = w->cfg;
	bool sends = c->fn == FN_TX && c->latency,
	     reads = c->fn == FN_RX ? c->latency != LATENCY_OFF : c->latency == LATENCY_ROUND_TRIP;
	uint16_t flow = (uint16_t)w->index;

	if (getrandom(&flow, sizeof(flow), GRND_NONBLOCK) != sizeof(flow))
		flow = (uint16_t)(clock_ns() / NS_PER_US + w->index);
	if (sends) {
		w->marker = calloc(1, sizeof(*w->marker));
		if (!w->marker)
			return vb_fail(err, VB_NO_SPACE, "--latency: no memory");
		if (marker_init(w->marker, &w->io, &w->frame, (uint32_t)c->latency_every, flow,
				err))
			return -1;
	}
	if (reads || c->fn == FN_PING) {
		w->latency = calloc(1, sizeof(*w->latency));
		if (!w->latency)
			return vb_fail(err, VB_NO_SPACE, "--latency: no memory");
		latency_init(w->latency, w->vnet_bytes, c->fn == FN_TX ? flow : -1);
	}
	if (c->latency == LATENCY_ROUND_TRIP && !w->io.n_rx)
		return vb_fail(err, VB_USAGE,
			       "--latency=round-trip: %s has no receive rings here; leave /T out "
			       "of its name",
			       c->port);
	return 0;
}

static int prepare_worker(struct engine *eng, struct worker *w, struct vb_err *err)
{
	const struct config *c = &eng->cfg;

	w->goal = c->count / eng->n_workers;
	if (c->count && !w->goal)
		w->goal = 1;
	if (c->fn == FN_TXSEQ || c->fn == FN_RXSEQ)
		w->goal = 0;
	w->burst = (unsigned)c->burst;
	if (config_sends(c))
		w->burst = pace_burst((uint64_t)c->rate_pps, w->burst);
	w->vnet_bytes = (unsigned)c->vnet_bytes;
	if (config_receives(c) || c->fn == FN_PONG)
		return make_latency(w, err);
	if (make_frame(eng, w, err) || check_one_slot(w, err) ||
	    (c->fn == FN_TX && check_frags(w, err)))
		return -1;
	return make_latency(w, err);
}

static int read_files(struct engine *eng, struct vb_err *err)
{
	struct config *c = &eng->cfg;

	if (c->write_file && !(eng->capture = capture_open(c->write_file, err)))
		return -1;
	if (c->replay_file)
		return pcapfile_read(&eng->replay, c->replay_file, 0, "--replay", err);
	if (!c->frame_file)
		return 0;
	if (pcapfile_read(&eng->replay, c->frame_file, 1, "-P", err))
		return -1;
	c->frame_bytes = eng->replay.packets[0].bytes;
	return 0;
}

static void correct_frags(struct config *c)
{
	if (c->frags < 1 || c->frags > NETMAP_MAX_FRAGS - 1)
		c->frags = 1;
}

int setup_workers(struct engine *eng, struct vb_err *err)
{
	unsigned i;

	correct_frags(&eng->cfg);
	if (read_files(eng, err) || check_mtu(eng, err))
		return -1;
	eng->workers =
		aligned_alloc(CACHE_LINE_BYTES, (size_t)eng->cfg.threads * sizeof(*eng->workers));
	if (!eng->workers)
		return vb_fail(err, VB_NO_SPACE, "-p: no memory for %lld threads",
			       (long long)eng->cfg.threads);
	memset(eng->workers, 0, (size_t)eng->cfg.threads * sizeof(*eng->workers));
	eng->n_workers = (unsigned)eng->cfg.threads;
	for (i = 0; i < eng->n_workers; i++) {
		struct worker *w = &eng->workers[i];

		w->eng = eng;
		w->cfg = &eng->cfg;
		w->index = i;
		w->counters.min_space = NO_MIN_SPACE;
		if (open_io(eng, w, err) || (i == 0 && agree_on_header(eng, err)) ||
		    prepare_worker(eng, w, err))
			return -1;
	}
	return 0;
}

/* One frame from this address to itself. */
static int announce(const struct engine *eng, struct netmap_ring *ring, uint64_t mac,
		    struct vb_err *err)
{
	struct io *io = &eng->workers[0].io;
	unsigned vnet = (unsigned)eng->cfg.vnet_bytes;
	struct netmap_slot *slot = &ring->slot[ring->head];
	uint8_t *buf = ring_buf(ring, slot);

	if (!ring_space(ring) && io->ops->wait(io, POLLOUT, ROOM_LIMIT_MS) <= 0)
		return vb_fail(err, VB_TIMEOUT, "--announce: no room to send on %s for %d ms",
			       eng->cfg.port, ROOM_LIMIT_MS);
	memset(buf, 0, vnet + 60);
	frame_put_mac(buf + vnet, mac);
	frame_put_mac(buf + vnet + MAC_BYTES, mac);
	buf[vnet + 12] = 0x90; /* the loopback test type, 0x9000: nobody acts on it */
	slot->len = (uint16_t)(vnet + 60);
	slot->flags = NS_REPORT;
	ring->head = ring->cur = ring_next(ring, ring->head);
	return 0;
}

int setup_announce(struct engine *eng, struct vb_err *err)
{
	struct io *io = &eng->workers[0].io;
	uint64_t mac = mac_number(eng->cfg.src_mac);
	unsigned i;

	if (io->n_tx < io->ports)
		return vb_fail(
			err, VB_USAGE,
			"--announce: %s has no transmit rings here; leave /R out of its name",
			eng->cfg.port);
	for (i = 0; i < io->ports; i++)
		if (announce(eng, io->tx[i * (io->n_tx / io->ports)], mac + i, err))
			return -1;
	if (io->ops->txsync(io) < 0)
		return vb_fail(err, VB_FAILED, "--announce: cannot send on %s", eng->cfg.port);
	return 0;
}

void setup_pin(const struct worker *w)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	if (w->cfg->affinity < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET((size_t)((w->cfg->affinity + w->index) % online), &set);
	if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set))
		pg_error(w->eng, "cannot pin thread %u to CPU %lld", w->index,
			 (long long)(w->cfg->affinity + w->index) % online);
}

void setup_undo(struct engine *eng)
{
	struct vb_err err;
	unsigned i;

	for (i = 0; i < eng->n_workers; i++) {
		struct worker *w = &eng->workers[i];

		if (w->marker)
			marker_free(w->marker);
		free(w->marker);
		free(w->latency);
		frame_free(&w->frame);
		io_close(&w->io);
	}
	free(eng->workers);
	if (eng->capture)
		capture_close(eng->capture, &err);
	pcapfile_free(&eng->replay);
	config_free(&eng->cfg);
}
