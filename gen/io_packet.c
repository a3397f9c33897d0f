/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network device through its stock driver: an AF_PACKET socket that sends batches with one system
 * call, and one whose arrivals lie in memory that the kernel shares (TPACKET_V2: each frame is seen
 * as it comes, which a block of TPACKET_V3 would delay).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io.h"
#include "memport.h"

#define BATCH_FRAMES 256
#define RING_FRAMES  4096u
#define FRAME_BYTES  2048u /* with its header; longer frames are cut by the kernel */
#define BLOCK_BYTES  (1u << 16)
#define RING_BYTES   ((size_t)RING_FRAMES * FRAME_BYTES)

struct packet_port {
	struct memport mem;
	int tx_fd, rx_fd;
	uint8_t *shared; /* RING_FRAMES frames of FRAME_BYTES */
	unsigned next;	 /* the frame that arrives next */
	struct mmsghdr message[BATCH_FRAMES];
	struct iovec piece[BATCH_FRAMES];
	unsigned pending; /* of message, not accepted yet */
};

static int make_socket(unsigned ifindex, uint16_t protocol)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
				 .sll_ifindex = (int)ifindex,
				 .sll_protocol = htons(protocol)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static int set(int fd, int option, int value)
{
	return setsockopt(fd, SOL_PACKET, option, &value, sizeof(value)) ? -errno : 0;
}

static int share_ring(struct packet_port *p, unsigned ifindex)
{
	const struct tpacket_req ring = {.tp_block_size = BLOCK_BYTES,
					 .tp_block_nr = RING_BYTES / BLOCK_BYTES,
					 .tp_frame_size = FRAME_BYTES,
					 .tp_frame_nr = RING_FRAMES};
	const struct packet_mreq promiscuous = {.mr_ifindex = (int)ifindex,
						.mr_type = PACKET_MR_PROMISC};
	int ret = set(p->rx_fd, PACKET_VERSION, TPACKET_V2);

	if (ret == 0)
		ret = set(p->rx_fd, PACKET_IGNORE_OUTGOING, 1);
	if (ret)
		return ret;
	if (setsockopt(p->rx_fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous,
		       sizeof(promiscuous)) ||
	    setsockopt(p->rx_fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)))
		return -errno;
	p->shared = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, p->rx_fd, 0);
	if (p->shared != MAP_FAILED)
		return 0;
	p->shared = NULL;
	return -errno;
}

static int open_sockets(struct packet_port *p, const char *device)
{
	unsigned ifindex = if_nametoindex(device);
	int ret;

	if (!ifindex)
		return -errno;
	/* Protocol 0 receives nothing. */
	ret = p->tx_fd = make_socket(ifindex, 0);
	if (ret >= 0)
		ret = p->rx_fd = make_socket(ifindex, ETH_P_ALL);
	return ret < 0 ? ret : share_ring(p, ifindex);
}

static void packet_close(struct io *io)
{
	struct packet_port *p = io->priv;

	if (p->shared)
		munmap(p->shared, RING_BYTES);
	if (p->tx_fd >= 0)
		close(p->tx_fd);
	if (p->rx_fd >= 0)
		close(p->rx_fd);
	memport_free(io);
}

static int packet_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	const char *device = req->name + strlen("packet:");
	struct packet_port *p = memport_new(io, req, sizeof(*p), err);
	int ret;

	if (!p)
		return -ENOMEM;
	p->tx_fd = p->rx_fd = -1;
	ret = open_sockets(p, device);
	if (ret < 0) {
		packet_close(io);
		vb_fail(err, VB_MISSING, "cannot open device \"%s\" through AF_PACKET: %s%s",
			device, strerror(-ret), ret == -EPERM ? " (needs root)" : "");
		return ret;
	}
	memport_show(io);
	return 0;
}

/* What the kernel does not take stays, in order. 0, or -errno that is no lack of room. */
static int send_pending(struct packet_port *p)
{
	unsigned sent = 0;
	int ret = 0;

	while (sent < p->pending && ret >= 0) {
		ret = sendmmsg(p->tx_fd, p->message + sent, p->pending - sent, MSG_DONTWAIT);
		sent += ret > 0 ? (unsigned)ret : 0;
	}
	if (ret < 0)
		ret = errno == EAGAIN || errno == ENOBUFS || errno == EINTR ? 0 : -errno;
	p->pending -= sent;
	memmove(p->piece, p->piece + sent, p->pending * sizeof(*p->piece));
	return ret < 0 ? ret : 0;
}

static void add_pending(struct packet_port *p, const uint8_t *frame, uint32_t bytes)
{
	unsigned i = p->pending++;

	p->piece[i] = (struct iovec){.iov_base = (void *)(uintptr_t)frame, .iov_len = bytes};
	p->message[i].msg_hdr.msg_iov = &p->piece[i];
	p->message[i].msg_hdr.msg_iovlen = 1;
}

/* Slots are given back once every frame before them has been taken by the kernel. */
static int packet_txsync(struct io *io)
{
	struct packet_port *p = io->priv;
	const uint8_t *frame;
	uint32_t bytes;
	int ret = 0;

	do {
		/* A frame that was gathered from several slots must be gone before the next. */
		while (p->pending < BATCH_FRAMES &&
		       !(p->pending && p->piece[p->pending - 1].iov_base == p->mem.tx.gather) &&
		       (frame = memring_next(&p->mem.tx, &bytes)))
			add_pending(p, frame, bytes);
		if (!p->pending)
			break;
		ret = send_pending(p);
	} while (ret == 0 && !p->pending);
	if (ret < 0)
		io->fd_errno = -ret;
	if (!p->pending)
		memring_reclaim(&p->mem.tx);
	return ret;
}

/* The kernel forgets what it has told. */
static void packet_count_lost(struct io *io)
{
	struct packet_port *p = io->priv;
	struct tpacket_stats stats;
	socklen_t bytes = sizeof(stats);

	if (getsockopt(p->rx_fd, SOL_PACKET, PACKET_STATISTICS, &stats, &bytes) == 0)
		io->lost += stats.tp_drops;
}

static struct tpacket2_hdr *next_frame(const struct packet_port *p)
{
	return (struct tpacket2_hdr *)(p->shared + (size_t)p->next * FRAME_BYTES);
}

/* The status is the frame's owner: read before the frame, written after it. */
static int packet_rxsync(struct io *io)
{
	struct packet_port *p = io->priv;
	uint32_t status;

	for (;;) {
		struct tpacket2_hdr *frame = next_frame(p);

		status = __atomic_load_n(&frame->tp_status, __ATOMIC_ACQUIRE);
		if (!(status & TP_STATUS_USER) ||
		    !memring_put(&p->mem.rx, (uint8_t *)frame + frame->tp_mac, frame->tp_snaplen))
			break;
		__atomic_store_n(&frame->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		p->next = (p->next + 1) % RING_FRAMES;
	}
	return 0;
}

static int packet_wait(struct io *io, short events, int timeout_ms)
{
	struct packet_port *p = io->priv;
	struct pollfd pfd = {.fd = events & POLLOUT ? p->tx_fd : p->rx_fd, .events = events};
	int ret = packet_txsync(io);

	if (ret < 0)
		return -EIO;
	ret = poll(&pfd, 1, timeout_ms);
	if (ret < 0)
		return -errno;
	if (ret > 0 && pfd.revents & POLLERR)
		return -EIO;
	if (ret > 0 && events & POLLOUT)
		ret = packet_txsync(io) < 0 ? -EIO : ret;
	if (ret > 0 && events & POLLIN)
		packet_rxsync(io);
	return ret;
}

const struct io_ops io_packet = {
	.name = "packet",
	.open = packet_open,
	.txsync = packet_txsync,
	.rxsync = packet_rxsync,
	.wait = packet_wait,
	.count_lost = packet_count_lost,
	.close = packet_close,
};
