/* SPDX-License-Identifier: BSD-2-Clause */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "stream_wire.h"

#define FRAME_BYTES 65536u
#define FLOW_BYTES  (2 * (WIRE_LENGTH_BYTES + FRAME_BYTES))
/*
 * QEMU (7.2 to 10) reads on as soon as one of the frames has left that a card had no room for, and
 * keeps what it reads without limit. So it is given few at once, and none before it took those.
 */
#define CARD_FRAMES 16
#define CALL_BYTES  4096 /* read of a caller at once: what waits here counts as sent */

/* What was read and not yet written: whole frames from `from` to `whole`, then the beginning of
 * one. Those up to `due` may be written now. */
struct flow {
	size_t from, due, whole, to;
	uint8_t bytes[FLOW_BYTES];
};

struct wire {
	int card, listening, caller; /* caller: -1 none */
	struct flow in, out;	     /* to the card, from the card */
};

enum { CARD, LISTENING, CALLER, FDS };

/* False: no frame can follow. */
static bool find_whole(struct flow *f)
{
	int bytes;

	while ((bytes = wire_frame(f->bytes + f->whole, f->to - f->whole, FRAME_BYTES)) > 0)
		f->whole += WIRE_LENGTH_BYTES + (size_t)bytes;
	return bytes == 0;
}

/* Once those before are gone, the next few frames. */
static void find_due(struct flow *f, unsigned frames)
{
	int bytes;

	if (f->due > f->from)
		return;
	for (f->due = f->from; frames && f->due < f->whole; frames--) {
		bytes = wire_frame(f->bytes + f->due, f->whole - f->due, FRAME_BYTES);
		f->due += WIRE_LENGTH_BYTES + (size_t)bytes;
	}
}

static bool has_room(const struct flow *f)
{
	return f->to - f->from < FLOW_BYTES / 2;
}

static bool has_whole(const struct flow *f)
{
	return f->from < f->whole;
}

static void make_room(struct flow *f)
{
	memmove(f->bytes, f->bytes + f->from, f->to - f->from);
	f->to -= f->from;
	f->whole -= f->from;
	f->due = f->due > f->from ? f->due - f->from : 0;
	f->from = 0;
}

/* False: the descriptor has ended, or does not give frames. */
static bool read_some(struct flow *f, int fd, size_t most)
{
	ssize_t n;

	make_room(f);
	if (most > FLOW_BYTES - f->to)
		most = FLOW_BYTES - f->to;
	n = recv(fd, f->bytes + f->to, most, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	f->to += (size_t)n;
	return n > 0 && find_whole(f);
}

/* False: nobody reads any more. */
static bool write_some(struct flow *f, int fd, unsigned frames)
{
	ssize_t n;

	find_due(f, frames);
	n = send(fd, f->bytes + f->from, f->due - f->from, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	f->from += (size_t)n;
	return true;
}

/* Of what the program began to send, and of what it did not read to the end, nothing is left. */
static void caller_gone(struct wire *w)
{
	close(w->caller);
	w->caller = -1;
	w->in.to = w->in.whole;
	w->out.from = w->out.whole;
}

static void serve_caller(struct wire *w, short events)
{
	if (events & POLLOUT && has_whole(&w->out) && !write_some(&w->out, w->caller, UINT_MAX)) {
		caller_gone(w);
		return;
	}
	if (events & (POLLIN | POLLHUP | POLLERR) && !has_whole(&w->in) &&
	    !read_some(&w->in, w->caller, CALL_BYTES))
		caller_gone(w);
}

/* False: the emulator has gone. What nobody is there to take is lost, as on a wire. */
static bool serve_card(struct wire *w, short events)
{
	if (events & POLLOUT && has_whole(&w->in) && !write_some(&w->in, w->card, CARD_FRAMES))
		return false;
	if (!has_room(&w->out))
		return !(events & (POLLHUP | POLLERR));
	if (events & (POLLIN | POLLHUP | POLLERR) && !read_some(&w->out, w->card, FLOW_BYTES))
		return false;
	if (w->caller < 0)
		w->out.from = w->out.whole;
	return true;
}

static void expect(const struct wire *w, struct pollfd *fds)
{
	fds[CARD] = (struct pollfd){.fd = w->card};
	fds[CARD].events |= has_room(&w->out) ? POLLIN : 0;
	fds[CARD].events |= has_whole(&w->in) ? POLLOUT : 0;
	fds[LISTENING] = (struct pollfd){.fd = w->caller < 0 ? w->listening : -1, .events = POLLIN};
	fds[CALLER] = (struct pollfd){.fd = w->caller};
	fds[CALLER].events |= has_whole(&w->in) ? 0 : POLLIN;
	fds[CALLER].events |= has_whole(&w->out) ? POLLOUT : 0;
	/* A caller that has gone is not asked for again and again before what it sent has left. */
	if (!fds[CALLER].events)
		fds[CALLER].fd = -1;
}

static bool serve(struct wire *w, const struct pollfd *fds)
{
	if (fds[LISTENING].revents & POLLIN)
		w->caller = accept4(w->listening, NULL, NULL, SOCK_CLOEXEC);
	else if (fds[CALLER].revents)
		serve_caller(w, fds[CALLER].revents);
	return !fds[CARD].revents || serve_card(w, fds[CARD].revents);
}

/* With the least that a socket can have it takes no frames while others wait in it. */
static void take_turns(int card)
{
	int least = 0;

	setsockopt(card, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least)); /* more is no defect */
}

static int listen_at(const char *name, struct vb_err *err)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t named = strlen(name);
	socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + named);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (named < sizeof(at.sun_path) - 1)
		memcpy(at.sun_path + 1, name, named);
	else
		errno = ENAMETOOLONG;
	if (fd >= 0 && named < sizeof(at.sun_path) - 1 &&
	    bind(fd, (struct sockaddr *)&at, bytes) == 0 && listen(fd, 1) == 0)
		return fd;
	vb_fail(err, VB_FAILED, "cannot listen at the wire %s: %s", name, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static void carry(struct wire *wires, size_t n)
{
	struct pollfd fds[RELAY_WIRES_MAX * FDS];
	bool all_there = true;
	size_t i;

	while (all_there) {
		for (i = 0; i < n; i++)
			expect(&wires[i], fds + i * FDS);
		if (poll(fds, n * FDS, -1) < 0 && errno != EINTR)
			return;
		for (i = 0; i < n; i++)
			all_there = serve(&wires[i], fds + i * FDS) && all_there;
	}
}

int relay_run(const struct relay_wire *wires, size_t n, struct vb_err *err)
{
	struct wire *all = n <= RELAY_WIRES_MAX ? calloc(n, sizeof(*all)) : NULL;
	size_t i, open = 0;

	if (!all)
		return vb_fail(err, VB_NO_SPACE, "no memory for %zu wires", n);
	for (i = 0; i < n; i++) {
		all[i].card = wires[i].card;
		take_turns(all[i].card);
		all[i].caller = -1;
		all[i].listening = listen_at(wires[i].name, err);
		if (all[i].listening < 0)
			break;
		open++;
	}
	if (open == n)
		carry(all, n);
	for (i = 0; i < open; i++) {
		close(all[i].listening);
		if (all[i].caller >= 0)
			close(all[i].caller);
	}
	free(all);
	return open == n ? 0 : -1;
}
