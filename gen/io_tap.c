/* SPDX-License-Identifier: BSD-2-Clause */
/* A tap device: one read or write a frame. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "io.h"
#include "memring.h"

#define TUN_DEVICE    "/dev/net/tun"
#define READ_AT_ONCE  256
#define FULL_RETRY_MS 1

struct tap_port {
	struct memring tx, rx;
	int fd;
	uint8_t frame[MEMRING_MAX_FRAME];
	uint32_t waiting; /* bytes in frame that found no room yet */
};

static int attach(const char *name)
{
	struct ifreq ifr = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	const char *dev = strncmp(name, "tap:", 4) == 0 ? name + 4 : name;
	int fd, error;

	if (!*dev || strlen(dev) >= sizeof(ifr.ifr_name))
		return -EINVAL;
	strcpy(ifr.ifr_name, dev);
	fd = open(TUN_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, TUNSETIFF, &ifr) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static void tap_close(struct io *io)
{
	struct tap_port *p = io->priv;

	if (p->fd >= 0)
		close(p->fd);
	memring_free(&p->tx);
	memring_free(&p->rx);
	free(p);
	io->priv = NULL;
}

static int tap_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	struct tap_port *p = calloc(1, sizeof(*p));
	int ret = -ENOMEM;

	if (!p) {
		vb_fail(err, VB_NO_SPACE, "cannot open %s: no memory", req->name);
		return ret;
	}
	io->priv = p;
	p->fd = -1;
	if (memring_init(&p->tx, true, req->tx_slots) == 0 &&
	    memring_init(&p->rx, false, req->rx_slots) == 0)
		ret = p->fd = attach(req->name);
	if (ret < 0) {
		tap_close(io);
		vb_fail(err, VB_MISSING,
			"cannot open tap device %s: %s (needs " TUN_DEVICE " and root)", req->name,
			strerror(-ret));
		return ret;
	}
	io->tx[0] = p->tx.ring;
	io->rx[0] = p->rx.ring;
	io->n_tx = io->n_rx = 1;
	io->tx_queues = io->rx_queues = 1;
	return 0;
}

static bool write_frame(struct io *io, const uint8_t *frame, uint32_t bytes)
{
	struct tap_port *p = io->priv;
	struct pollfd pfd = {.fd = p->fd, .events = POLLOUT};

	if (write(p->fd, frame, bytes) == (ssize_t)bytes)
		return true;
	if (errno == EAGAIN && poll(&pfd, 1, FULL_RETRY_MS) > 0 &&
	    write(p->fd, frame, bytes) == (ssize_t)bytes)
		return true;
	io->fd_errno = errno;
	return false;
}

static int tap_txsync(struct io *io)
{
	struct tap_port *p = io->priv;
	const uint8_t *frame;
	uint32_t bytes;

	while ((frame = memring_next(&p->tx, &bytes)))
		if (!write_frame(io, frame, bytes))
			io->lost++;
	memring_reclaim(&p->tx);
	return 0;
}

static int tap_rxsync(struct io *io)
{
	struct tap_port *p = io->priv;
	unsigned n;

	for (n = 0; n < READ_AT_ONCE; n++) {
		if (!p->waiting) {
			ssize_t got = read(p->fd, p->frame, sizeof(p->frame));

			if (got <= 0)
				break;
			p->waiting = (uint32_t)got;
		}
		if (!memring_put(&p->rx, p->frame, p->waiting))
			break;
		p->waiting = 0;
	}
	return 0;
}

static int tap_wait(struct io *io, short events, int timeout_ms)
{
	struct tap_port *p = io->priv;
	struct pollfd pfd = {.fd = p->fd, .events = events};
	int ret;

	tap_txsync(io);
	ret = poll(&pfd, 1, timeout_ms);
	if (ret < 0)
		return -errno;
	if (ret > 0 && pfd.revents & POLLIN)
		tap_rxsync(io);
	return ret > 0 && pfd.revents & POLLERR ? -EIO : ret;
}

const struct io_ops io_tap = {
	.name = "tap",
	.open = tap_open,
	.txsync = tap_txsync,
	.rxsync = tap_rxsync,
	.wait = tap_wait,
	.close = tap_close,
};
