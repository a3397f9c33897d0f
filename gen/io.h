/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Seam 4: what the generator asks of a place to send to and receive from. Every backend shows
 * netmap rings, real ones or rings in its own memory, so that each function of the generator is
 * written once: fill or read slots, advance head and cur, call txsync or rxsync, wait when nothing
 * is left to do.
 */
#ifndef PG_IO_H
#define PG_IO_H

#include <net/netmap.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "nmdev.h"

#define IO_MAX_RINGS 256
#define IO_NAME_MAX  504

/* The port that a run works on. */
struct io_request {
	const char *name;	       /* as resolved by io_resolve_name */
	const struct nmdev_ops *nmdev; /* how netmap names are reached */
	unsigned thread, threads;      /* this binding is for thread k of n */
	uint32_t tx_slots, rx_slots;   /* 0: the port's default */
	uint16_t tx_rings, rx_rings;
	uint16_t mem_id; /* of thread 0's binding, for the others; 0 for thread 0 */
	bool only_receives;
};

struct io {
	const struct io_ops *ops;
	void *priv;	     /* the backend's own */
	unsigned n_tx, n_rx; /* rings of this binding */
	unsigned ports;      /* that the rings belong to, in order, as many to each */
	struct netmap_ring *tx[IO_MAX_RINGS];
	struct netmap_ring *rx[IO_MAX_RINGS];
	unsigned tx_queues, rx_queues; /* of the port, host rings included */
	uint16_t mem_id;
	int fd_errno;  /* the last error of a backend that writes or reads by itself, 0 none */
	uint64_t lost; /* frames that such a backend could not send or had to drop */
};

struct io_ops {
	const char *name;
	/* Opens one binding. Returns 0, or -errno with err; nothing is left behind on failure. */
	int (*open)(struct io *io, const struct io_request *req, struct vb_err *err);
	/* Hands over what lies before head. Returns 0 or -errno. */
	int (*txsync)(struct io *io);
	int (*rxsync)(struct io *io);
	/* Waits for POLLIN or POLLOUT; > 0 ready, 0 timeout, -EINTR, -EIO when the port is broken
	 * (POLLERR). */
	int (*wait)(struct io *io, short events, int timeout_ms);
	/* Brings io->lost up to date; NULL: it always is. */
	void (*count_lost)(struct io *io);
	void (*close)(struct io *io);
	/* The virtio-net header of the port; NULL: the backend has none. Bytes, or -errno. */
	int (*get_header)(struct io *io);
	int (*set_header)(struct io *io, unsigned bytes);
	bool netmap; /* /dev/netmap or the in-process switch */
};

extern const struct io_ops io_netmap, io_bundle, io_null, io_tap, io_fifo, io_pcap, io_packet,
	io_stream;

/* tap..., fifo:..., pcap:..., packet:..., stream:..., null, netmap:... and vale... stay; anything
 * else gets netmap: before it. Returns 0, or -1 with err. */
int io_resolve_name(const char *name, char resolved[IO_NAME_MAX + 1], struct vb_err *err);

/* What nmdev->wait() takes, of an open io_netmap. */
void *io_netmap_handle(const struct io *io);

/* The backend of a resolved name. */
const struct io_ops *io_backend(const char *resolved);

/* Opens with the backend that the name asks for. */
int io_open(struct io *io, const struct io_request *req, struct vb_err *err);
void io_close(struct io *io);

/* The network device behind a resolved name ("netmap:eth0-3" -> "eth0"), or false where there is
 * none. */
bool io_device_name(const char *resolved, char *device, size_t bytes);

#endif
