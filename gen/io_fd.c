/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors that take and give a frame a call: tap devices, and pipes with a name. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"
#include "memport.h"

#define TUN_DEVICE    "/dev/net/tun"
#define READ_AT_ONCE  256
#define TAP_RETRY_MS  1
#define FIFO_RETRY_MS 1000	/* a reader empties it, as soon as it runs */
#define FIFO_BYTES    (1 << 20) /* of which each frame takes a page */

/* What kinds of descriptors differ in. */
struct fd_kind {
	int (*attach)(const char *name); /* a descriptor, or -errno */
	const char *needs;
	int retry_ms; /* how long a frame waits for room before it is lost */
};

struct fd_port {
	struct memport mem;
	const struct fd_kind *kind;
	int fd;
	uint8_t frame[MEMRING_MAX_FRAME];
	uint32_t waiting; /* bytes in frame that found no room yet */
};

static int attach_tap(const char *name)
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

/* Made if it is not there, and left there: who comes last cannot know that nobody comes after. */
static int attach_fifo(const char *name)
{
	const char *path = name + strlen("fifo:");
	struct stat st;
	int fd;

	if (mkfifo(path, 0600) && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* O_DIRECT on a pipe: what one call wrote, one call reads. */
	if (!fstat(fd, &st) && S_ISFIFO(st.st_mode) && !fcntl(fd, F_SETFL, O_NONBLOCK | O_DIRECT)) {
		fcntl(fd, F_SETPIPE_SZ, FIFO_BYTES); /* smaller is slower, no more */
		return fd;
	}
	close(fd);
	return -EINVAL;
}

static void fd_close(struct io *io)
{
	struct fd_port *p = io->priv;

	if (p->fd >= 0)
		close(p->fd);
	memport_free(io);
}

static int fd_open(struct io *io, const struct io_request *req, const struct fd_kind *kind,
		   struct vb_err *err)
{
	struct fd_port *p = memport_new(io, req, sizeof(*p), err);
	int ret;

	if (!p)
		return -ENOMEM;
	p->fd = -1;
	p->kind = kind;
	ret = p->fd = kind->attach(req->name);
	if (ret < 0) {
		fd_close(io);
		vb_fail(err, VB_MISSING, "cannot open %s: %s (%s)", req->name, strerror(-ret),
			kind->needs);
		return ret;
	}
	memport_show(io);
	return 0;
}

static int tap_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	static const struct fd_kind tap = {attach_tap, "a tap device needs " TUN_DEVICE " and root",
					   TAP_RETRY_MS};

	return fd_open(io, req, &tap, err);
}

static int fifo_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	static const struct fd_kind fifo = {
		attach_fifo, "the path must be free or a pipe that one may use", FIFO_RETRY_MS};

	return fd_open(io, req, &fifo, err);
}

static bool write_frame(struct io *io, const uint8_t *frame, uint32_t bytes)
{
	struct fd_port *p = io->priv;
	struct pollfd pfd = {.fd = p->fd, .events = POLLOUT};

	if (write(p->fd, frame, bytes) == (ssize_t)bytes)
		return true;
	if (errno == EAGAIN && poll(&pfd, 1, p->kind->retry_ms) > 0 &&
	    write(p->fd, frame, bytes) == (ssize_t)bytes)
		return true;
	io->fd_errno = errno;
	return false;
}

static int fd_txsync(struct io *io)
{
	struct fd_port *p = io->priv;
	const uint8_t *frame;
	uint32_t bytes;

	while ((frame = memring_next(&p->mem.tx, &bytes)))
		if (!write_frame(io, frame, bytes))
			io->lost++;
	memring_reclaim(&p->mem.tx);
	return 0;
}

static int fd_rxsync(struct io *io)
{
	struct fd_port *p = io->priv;
	unsigned n;

	for (n = 0; n < READ_AT_ONCE; n++) {
		if (!p->waiting) {
			ssize_t got = read(p->fd, p->frame, sizeof(p->frame));

			if (got <= 0)
				break;
			p->waiting = (uint32_t)got;
		}
		if (!memring_put(&p->mem.rx, p->frame, p->waiting))
			break;
		p->waiting = 0;
	}
	return 0;
}

static int fd_wait(struct io *io, short events, int timeout_ms)
{
	struct fd_port *p = io->priv;
	struct pollfd pfd = {.fd = p->fd, .events = events};
	int ret;

	fd_txsync(io);
	ret = poll(&pfd, 1, timeout_ms);
	if (ret < 0)
		return -errno;
	if (ret > 0 && pfd.revents & POLLIN)
		fd_rxsync(io);
	return ret > 0 && pfd.revents & POLLERR ? -EIO : ret;
}

const struct io_ops io_tap = {
	.name = "tap",
	.open = tap_open,
	.txsync = fd_txsync,
	.rxsync = fd_rxsync,
	.wait = fd_wait,
	.close = fd_close,
};

const struct io_ops io_fifo = {
	.name = "fifo",
	.open = fifo_open,
	.txsync = fd_txsync,
	.rxsync = fd_rxsync,
	.wait = fd_wait,
	.close = fd_close,
};
