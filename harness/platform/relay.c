/* SPDX-License-Identifier: BSD-2-Clause */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "stream_wire.h"

#define FRAME_BYTES 65536u
#define FLOW_BYTES  (2 * (WIRE_LENGTH_BYTES + FRAME_BYTES))
/*
 * QEMU (7.2 to 10) reads on as soon as one of the frames has left that a card had no room for, and
 * keeps what it reads without limit. So it is to read few at once: as many as drivers make room
 * for.
 */
#define CARD_FRAMES 16
#define CALL_BYTES  4096 /* read of a caller at once: what waits here counts as sent */
/*
 * Between looks at a card that sends frame after frame. To wake the relay for each would take as
 * long as to send it, and that time is the emulator's; a socket holds what comes meanwhile.
 */
#define NAP_NS 100000

/* What was read and not yet written: whole frames from `from` to `whole`, then the beginning of
 * one. Those up to `due` are the next for a card. */
struct flow {
	size_t from, due, whole, to;
	uint8_t bytes[FLOW_BYTES];
};

struct wire {
	int card, listening, caller; /* caller: -1 none */
	int mark;		     /* see write_marked() */
	bool streams;		     /* frames of the card's follow each other */
	uint64_t looked_ns;	     /* when the last ones came */
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
static void find_due(struct flow *f)
{
	unsigned frames = CARD_FRAMES;
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

static bool has_several(const struct flow *f)
{
	int bytes = wire_frame(f->bytes + f->from, f->whole - f->from, FRAME_BYTES);

	return bytes > 0 && f->whole - f->from > WIRE_LENGTH_BYTES + (size_t)bytes;
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

static bool written(struct flow *f, ssize_t n)
{
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	f->from += (size_t)n;
	return true;
}

/* False: nobody reads any more. */
static bool write_all(struct flow *f, int fd)
{
	return written(
		f, send(fd, f->bytes + f->from, f->whole - f->from, MSG_DONTWAIT | MSG_NOSIGNAL));
}

/* Nobody reads beyond what comes with a descriptor: unix(7), "ancillary data forms a barrier". */
static bool write_marked(struct flow *f, int fd, int mark)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS}};
	struct iovec data;
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	find_due(f);
	memcpy(CMSG_DATA(&control.header), &mark, sizeof(mark));
	data = (struct iovec){.iov_base = f->bytes + f->from, .iov_len = f->due - f->from};
	return written(f, sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
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
	if (events & POLLOUT && has_whole(&w->out) && !write_all(&w->out, w->caller)) {
		caller_gone(w);
		return;
	}
	if (events & (POLLIN | POLLHUP | POLLERR) && !has_whole(&w->in) &&
	    !read_some(&w->in, w->caller, CALL_BYTES))
		caller_gone(w);
}

/*
 * Do frames follow each other? Where who sends them shares a processor with the relay, each wakes
 * it at once, and none is ever found beside another.
 */
static bool is_stream(struct wire *w)
{
	uint64_t before = w->looked_ns;

	w->looked_ns = vb_now_ns();
	return has_several(&w->out) || w->looked_ns - before < NAP_NS;
}

/* False: the emulator has gone. What nobody is there to take is lost, as on a wire. */
static bool serve_card(struct wire *w, short events)
{
	if (events & POLLOUT && has_whole(&w->in) && !write_marked(&w->in, w->card, w->mark))
		return false;
	if (!has_room(&w->out))
		return !(events & (POLLHUP | POLLERR));
	if (!(events & (POLLIN | POLLHUP | POLLERR)))
		return true;
	if (!read_some(&w->out, w->card, FLOW_BYTES))
		return false;
	w->streams = is_stream(w);
	if (w->caller < 0)
		w->out.from = w->out.whole;
	else if (!write_all(&w->out, w->caller))
		caller_gone(w);
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

/* Not while frames wait to go to a card: that has to be told when there is room. */
static void nap(struct wire *wires, size_t n)
{
	const struct timespec pause = {.tv_nsec = NAP_NS};
	bool wanted = false, busy = false;
	size_t i;

	for (i = 0; i < n; i++) {
		wanted = wanted || wires[i].streams;
		busy = busy || has_whole(&wires[i].in);
		wires[i].streams = false;
	}
	if (wanted && !busy)
		nanosleep(&pause, NULL);
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
		nap(wires, n);
	}
}

int relay_run(const struct relay_wire *wires, size_t n, struct vb_err *err)
{
	struct wire *all = n <= RELAY_WIRES_MAX ? calloc(n, sizeof(*all)) : NULL;
	int mark = open("/dev/null", O_RDONLY | O_CLOEXEC);
	size_t i, there = 0;

	if (!all || mark < 0) {
		free(all);
		return vb_fail(err, VB_NO_SPACE, "no memory or descriptor for %zu wires", n);
	}
	for (i = 0; i < n; i++) {
		all[i].card = wires[i].card;
		all[i].mark = mark;
		all[i].caller = -1;
		all[i].listening = listen_at(wires[i].name, err);
		if (all[i].listening < 0)
			break;
		there++;
	}
	if (there == n)
		carry(all, n);
	for (i = 0; i < there; i++) {
		close(all[i].listening);
		if (all[i].caller >= 0)
			close(all[i].caller);
	}
	close(mark);
	free(all);
	return there == n ? 0 : -1;
}
