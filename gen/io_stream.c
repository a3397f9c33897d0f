/* SPDX-License-Identifier: BSD-2-Clause */
/* The wire of an emulated network card: a socket with a path, where QEMU listens when it is told
 * -netdev stream,server=on. */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io.h"
#include "memport.h"
#include "stream_wire.h"

#define BATCH_BYTES (2 * MEMRING_MAX_FRAME)
#define READ_BYTES  (2 * MEMRING_MAX_FRAME)
/* Frames that wait in the socket count as sent, so there should be few. */
#define SOCKET_BYTES (1 << 15)

struct stream_port {
	struct memport mem;
	int fd;
	uint32_t out_from, out_to, in_from, in_to;
	uint8_t out[BATCH_BYTES];
	uint8_t in[READ_BYTES];
};

/* A name after an @ is in no file system: unix(7), "abstract". */
static int attach(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	socklen_t named = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	int fd, error, bytes = SOCKET_BYTES;

	if (!*path || strlen(path) >= sizeof(to.sun_path))
		return -EINVAL;
	strcpy(to.sun_path, path);
	if (*path == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)); /* larger is no defect */
	if (connect(fd, (struct sockaddr *)&to, named + (*path != '@')) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static void stream_close(struct io *io)
{
	struct stream_port *p = io->priv;

	if (p->fd >= 0)
		close(p->fd);
	memport_free(io);
}

static int stream_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	struct stream_port *p = memport_new(io, req, sizeof(*p), err);
	int ret;

	if (!p)
		return -ENOMEM;
	p->fd = -1;
	ret = p->fd = attach(req->name + strlen("stream:"));
	if (ret < 0) {
		stream_close(io);
		vb_fail(err, VB_MISSING,
			"cannot open %s: %s (something must listen on a socket of that path)",
			req->name, strerror(-ret));
		return ret;
	}
	memport_show(io);
	return 0;
}

/* Whole frames as long as the longest has room. */
static void gather(struct stream_port *p)
{
	const uint8_t *frame;
	uint32_t bytes;

	p->out_from = p->out_to = 0;
	while (p->out_to + WIRE_LENGTH_BYTES + MEMRING_MAX_FRAME <= BATCH_BYTES &&
	       (frame = memring_next(&p->mem.tx, &bytes))) {
		wire_put_length(p->out + p->out_to, bytes);
		memcpy(p->out + p->out_to + WIRE_LENGTH_BYTES, frame, bytes);
		p->out_to += WIRE_LENGTH_BYTES + bytes;
	}
}

/* Writes what the socket takes; slots come back once it took them. 0, or -errno that is no lack of
 * room. */
static int stream_txsync(struct io *io)
{
	struct stream_port *p = io->priv;
	ssize_t n;

	for (;;) {
		if (p->out_from == p->out_to) {
			memring_reclaim(&p->mem.tx);
			gather(p);
		}
		if (p->out_from == p->out_to)
			return 0;
		n = send(p->fd, p->out + p->out_from, p->out_to - p->out_from, MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (n < 0)
			return -(io->fd_errno = errno);
		p->out_from += (uint32_t)n;
	}
}

/* The next frame that is there as a whole, as wire_frame() has it. */
static int next_frame(const struct stream_port *p)
{
	return wire_frame(p->in + p->in_from, p->in_to - p->in_from, MEMRING_MAX_FRAME);
}

/* Frames that are there go into the ring. 1: it is full; 0; or -EPROTO. */
static int take(struct stream_port *p)
{
	int bytes;

	while ((bytes = next_frame(p)) > 0) {
		if (!memring_put(&p->mem.rx, p->in + p->in_from + WIRE_LENGTH_BYTES,
				 (uint32_t)bytes))
			return 1;
		p->in_from += WIRE_LENGTH_BYTES + (uint32_t)bytes;
	}
	return bytes;
}

/* Adds to what was read. True if something came; an end is an error to who waits for frames. */
static bool read_more(struct io *io)
{
	struct stream_port *p = io->priv;
	ssize_t n;

	memmove(p->in, p->in + p->in_from, p->in_to - p->in_from);
	p->in_to -= p->in_from;
	p->in_from = 0;
	n = recv(p->fd, p->in + p->in_to, READ_BYTES - p->in_to, 0);
	if (n == 0)
		io->fd_errno = ECONNRESET;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		io->fd_errno = errno;
	else if (n > 0)
		p->in_to += (uint32_t)n;
	return n > 0;
}

static int stream_rxsync(struct io *io)
{
	int ret;

	do {
		ret = take(io->priv);
	} while (ret == 0 && read_more(io));
	if (ret < 0)
		io->fd_errno = -ret;
	return ret < 0 ? ret : 0;
}

static int stream_wait(struct io *io, short events, int timeout_ms)
{
	struct stream_port *p = io->priv;
	struct pollfd pfd = {.fd = p->fd, .events = events};
	int ret = stream_txsync(io);

	if (ret < 0)
		return -EIO;
	ret = poll(&pfd, 1, timeout_ms);
	if (ret < 0)
		return -errno;
	if (ret > 0 && pfd.revents & POLLOUT && stream_txsync(io) < 0)
		return -EIO;
	if (ret > 0 && pfd.revents & POLLIN && (stream_rxsync(io) < 0 || io->fd_errno))
		return -EIO;
	return ret > 0 && pfd.revents & (POLLERR | POLLHUP) ? -EIO : ret;
}

const struct io_ops io_stream = {
	.name = "stream",
	.open = stream_open,
	.txsync = stream_txsync,
	.rxsync = stream_rxsync,
	.wait = stream_wait,
	.close = stream_close,
};
