/* SPDX-License-Identifier: BSD-2-Clause */
#include "first_frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS 1000000000ull

uint64_t first_frame_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * SECOND_NS + (uint64_t)ts.tv_nsec;
}

static int bind_to(int fd, const char *interface)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	struct packet_mreq everything = {.mr_type = PACKET_MR_PROMISC};
	int on = 1;

	address.sll_ifindex = everything.mr_ifindex = (int)if_nametoindex(interface);
	if (!address.sll_ifindex || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &everything, sizeof(everything)))
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

int first_frame_open(struct first_frame *f, const char *interface, struct vb_err *err)
{
	memset(f, 0, sizeof(*f));
	f->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (f->fd >= 0 && bind_to(f->fd, interface) == 0)
		return 0;
	vb_fail(err, VB_FAILED, "cannot listen on %s: %s", interface, strerror(errno));
	first_frame_close(f);
	return -1;
}

void first_frame_close(struct first_frame *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

int first_frame_guest(const unsigned char source[6])
{
	static const unsigned char prefix[5] = {2, 0, 0, 0, 2};

	if (memcmp(source, prefix, sizeof(prefix)) || source[5] >= FIRST_FRAME_GUESTS_MAX)
		return -1;
	return source[5];
}

static uint64_t stamp_of(struct msghdr *message)
{
	struct cmsghdr *c;
	struct timespec ts;

	for (c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		return (uint64_t)ts.tv_sec * SECOND_NS + (uint64_t)ts.tv_nsec;
	}
	return first_frame_now_ns();
}

/* False when there is none. What this machine sends itself is seen here as well. */
static bool take(struct first_frame *f)
{
	struct sockaddr_ll from;
	unsigned char header[ETH_HLEN];
	char control[256];
	struct iovec piece = {.iov_base = header, .iov_len = sizeof(header)};
	struct msghdr message = {.msg_name = &from,
				 .msg_namelen = sizeof(from),
				 .msg_iov = &piece,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(f->fd, &message, 0);
	int guest;

	if (n < 0)
		return errno == EINTR;
	guest = n == sizeof(header) && from.sll_pkttype != PACKET_OUTGOING
			? first_frame_guest(header + ETH_ALEN)
			: -1;
	if (guest >= 0 && !f->at_ns[guest]) {
		f->at_ns[guest] = stamp_of(&message);
		f->heard++;
	}
	return true;
}

void first_frame_collect(struct first_frame *f, unsigned limit_ms)
{
	struct pollfd fd = {.fd = f->fd, .events = POLLIN};

	poll(&fd, 1, (int)limit_ms);
	while (take(f))
		;
}
