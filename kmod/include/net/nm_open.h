/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The nm_open family over the legacy requests: open a port by name, send, receive. Programs include
 * <net/netmap_user.h> with NETMAP_WITH_LIBS defined.
 */
#ifndef _NET_NM_OPEN_H_
#define _NET_NM_OPEN_H_

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <net/netmap_user.h>
#include <net/nm_name.h>

/* A line on stderr with time, function and line of source; RD at most _lps times a second. */
#define ND(...) ((void)0)
#define D(...)                                                                                     \
	do {                                                                                       \
		struct timeval _t;                                                                 \
		gettimeofday(&_t, NULL);                                                           \
		fprintf(stderr, "%03d.%06d %s [%d] ", (int)(_t.tv_sec % 1000), (int)_t.tv_usec,    \
			__func__, __LINE__);                                                       \
		fprintf(stderr, __VA_ARGS__);                                                      \
		fputc('\n', stderr);                                                               \
	} while (0)
#define RD(_lps, ...)                                                                              \
	do {                                                                                       \
		static time_t _second;                                                             \
		static int _lines;                                                                 \
		struct timeval _now;                                                               \
		gettimeofday(&_now, NULL);                                                         \
		if (_second != _now.tv_sec) {                                                      \
			_second = _now.tv_sec;                                                     \
			_lines = 0;                                                                \
		}                                                                                  \
		if (_lines++ < (_lps))                                                             \
			D(__VA_ARGS__);                                                            \
	} while (0)

#define NM_MORE_PKTS 1 /* in nm_pkthdr.flags: this call will deliver another packet */

enum {
	NM_OPEN_NO_MMAP = 0x040000,
	NM_OPEN_IFNAME = 0x080000, /* name, ring and flags from the parent, not from the string */
	NM_OPEN_ARG1 = 0x100000,
	NM_OPEN_ARG2 = 0x200000, /* the parent's memory region */
	NM_OPEN_ARG3 = 0x400000, /* the parent's number of extra buffers */
	NM_OPEN_RING_CFG = 0x800000,
};

struct nm_desc;

/* The first 24 bytes are those of struct pcap_pkthdr. */
struct nm_pkthdr {
	struct timeval ts;
	uint32_t caplen; /* bytes that can be read at buf */
	uint32_t len;	 /* bytes of the whole packet */
	uint64_t flags;
	const struct nm_desc *d;
	struct netmap_slot *slot;
	uint8_t *buf;
};

struct nm_stat {
	unsigned int ps_recv;
	unsigned int ps_drop;
	unsigned int ps_ifdrop;
};

struct nm_desc {
	struct nm_desc
		*self; /* this address, which tells a live descriptor from any other memory */
	int fd;
	void *mem;
	uint64_t memsize;
	int done_mmap; /* mem is ours to unmap */
	struct netmap_if *nifp;
	uint16_t first_tx_ring, last_tx_ring, cur_tx_ring;
	uint16_t first_rx_ring, last_rx_ring, cur_rx_ring;
	struct nmreq req;
	struct nm_pkthdr hdr;
	struct netmap_ring *some_ring; /* any bound ring, for NETMAP_BUF */
	void *buf_start;
	void *buf_end;
	int snaplen;
	int promisc;
	int to_ms;
	char *errbuf;
	uint32_t if_flags;
	uint32_t if_reqcap;
	uint32_t if_curcap;
	struct nm_stat st;
	char msg[NM_ERRBUF_SIZE];
};

#define P2NMD(_p)	   ((const struct nm_desc *)(_p))
#define IS_NETMAP_DESC(_d) (P2NMD(_d) != NULL && P2NMD(_d)->self == P2NMD(_d))
#define NETMAP_FD(_d)	   (P2NMD(_d)->fd)

typedef void (*nm_cb_t)(unsigned char *arg, const struct nm_pkthdr *hdr, const unsigned char *buf);

static inline void nm_pkt_copy(const void *src, void *dst, int len)
{
	memcpy(dst, src, (size_t)len);
}

/* --- Opening and closing --- */

/* The name alone, without opening: see nm_parse_name(). */
static inline int nm_parse(const char *name, struct nm_desc *d, char *err)
{
	return nm_parse_name(name, &d->req, err);
}

/* What flags (NM_OPEN_*) say is taken over from a parent. */
static inline void nm_import(struct nmreq *req, const struct nmreq *parent, uint64_t flags)
{
	req->nr_arg1 = flags & NM_OPEN_ARG1 ? parent->nr_arg1 : 4;
	if (flags & NM_OPEN_ARG2)
		req->nr_arg2 = parent->nr_arg2;
	req->nr_arg3 = flags & NM_OPEN_ARG3 ? parent->nr_arg3 : 0;
	if (flags & NM_OPEN_RING_CFG) {
		req->nr_tx_slots = parent->nr_tx_slots;
		req->nr_rx_slots = parent->nr_rx_slots;
		req->nr_tx_rings = parent->nr_tx_rings;
		req->nr_rx_rings = parent->nr_rx_rings;
	}
	if (flags & NM_OPEN_IFNAME) {
		memcpy(req->nr_name, parent->nr_name, sizeof(req->nr_name));
		req->nr_ringid = parent->nr_ringid;
		req->nr_flags = parent->nr_flags;
	}
}

/* Which rings the kernel bound, from what it returned. */
static inline void nm_set_ring_range(struct nm_desc *d)
{
	const struct nmreq *req = &d->req;
	uint16_t ring = req->nr_ringid & NETMAP_RING_MASK;

	d->first_tx_ring = d->last_tx_ring = 0;
	d->first_rx_ring = d->last_rx_ring = 0;
	switch (req->nr_flags & NR_REG_MASK) {
	case NR_REG_SW:
		d->first_tx_ring = d->last_tx_ring = req->nr_tx_rings;
		d->first_rx_ring = d->last_rx_ring = req->nr_rx_rings;
		break;
	case NR_REG_ALL_NIC:
		d->last_tx_ring = (uint16_t)(req->nr_tx_rings - 1);
		d->last_rx_ring = (uint16_t)(req->nr_rx_rings - 1);
		break;
	case NR_REG_NIC_SW:
		d->last_tx_ring = req->nr_tx_rings;
		d->last_rx_ring = req->nr_rx_rings;
		break;
	case NR_REG_ONE_NIC:
		d->first_tx_ring = d->last_tx_ring = ring;
		d->first_rx_ring = d->last_rx_ring = ring;
		break;
	}
	d->cur_tx_ring = d->first_tx_ring;
	d->cur_rx_ring = d->first_rx_ring;
}

/* Bound rings by index; NULL where the descriptor has none in that direction. */
static inline struct netmap_ring *nm_txring(const struct nm_desc *d, uint32_t i)
{
	return d->nifp->ring_ofs[i] ? NETMAP_TXRING(d->nifp, i) : NULL;
}

static inline struct netmap_ring *nm_rxring(const struct nm_desc *d, uint32_t i)
{
	return nm_txring(d, i + d->nifp->ni_tx_rings + d->nifp->ni_host_tx_rings);
}

/*
 * Maps the region of d, or shares the mapping of parent (which may be NULL) when both are in the
 * same region. 0, or -1 with errno.
 */
static inline int nm_mmap(struct nm_desc *d, const struct nm_desc *parent)
{
	if (d->mem)
		return 0;
	if (IS_NETMAP_DESC(parent) && parent->mem && parent->req.nr_arg2 == d->req.nr_arg2) {
		d->mem = parent->mem;
		d->memsize = parent->memsize;
	} else {
		d->mem =
			mmap(NULL, d->req.nr_memsize, PROT_READ | PROT_WRITE, MAP_SHARED, d->fd, 0);
		if (d->mem == MAP_FAILED) {
			d->mem = NULL;
			return -1;
		}
		d->memsize = d->req.nr_memsize;
		d->done_mmap = 1;
	}
	d->nifp = NETMAP_IF(d->mem, d->req.nr_offset);
	d->some_ring = nm_rxring(d, d->first_rx_ring);
	if (!d->some_ring)
		d->some_ring = nm_txring(d, d->first_tx_ring);
	if (d->some_ring)
		d->buf_start = NETMAP_BUF(d->some_ring, 0);
	d->buf_end = (char *)d->mem + d->memsize;
	return 0;
}

/* Unmaps what nm_open mapped, closes, frees. 0, or EINVAL when d is no descriptor. */
static inline int nm_close(struct nm_desc *d)
{
	if (!IS_NETMAP_DESC(d))
		return EINVAL;
	if (d->done_mmap)
		munmap(d->mem, d->memsize);
	if (d->fd >= 0)
		close(d->fd);
	d->self = NULL;
	free(d);
	return 0;
}

/* The steps of nm_open that can fail; -1 with errno, and the step's name in d->msg. */
static inline int nm_open_steps(struct nm_desc *d, const char *name, uint64_t flags,
				const struct nm_desc *parent)
{
	if (!(flags & NM_OPEN_IFNAME) && nm_parse(name, d, d->msg))
		return -1;
	d->req.nr_version = NETMAP_API;
	d->req.nr_ringid &= NETMAP_RING_MASK;
	if (IS_NETMAP_DESC(parent) && flags)
		nm_import(&d->req, &parent->req, flags);
	d->req.nr_ringid |= flags & (NETMAP_NO_TX_POLL | NETMAP_DO_RX_POLL);
	strcpy(d->msg, "cannot open /dev/netmap");
	d->fd = open("/dev/netmap", O_RDWR);
	if (d->fd < 0)
		return -1;
	strcpy(d->msg, "NIOCREGIF failed");
	if (ioctl(d->fd, NIOCREGIF, &d->req))
		return -1;
	nm_set_ring_range(d);
	strcpy(d->msg, "cannot map the memory region");
	if ((!(flags & NM_OPEN_NO_MMAP) || parent) && nm_mmap(d, parent))
		return -1;
	d->msg[0] = '\0';
	return 0;
}

/*
 * Opens a port. req (may be NULL) gives the rest of the request; flags are NM_OPEN_* and the two
 * poll bits of nr_ringid; parent (may be NULL) is a descriptor to share with.
 * NULL with errno and a line on stderr; silently with errno 0 when the name is not a netmap name.
 */
static inline struct nm_desc *nm_open(const char *name, const struct nmreq *req, uint64_t flags,
				      const struct nm_desc *parent)
{
	struct nm_desc *d = (struct nm_desc *)calloc(1, sizeof(*d));
	int err;

	if (!d)
		return NULL;
	d->self = d;
	d->fd = -1;
	if (req)
		d->req = *req;
	errno = EINVAL;
	if (nm_open_steps(d, name, flags, parent) == 0)
		return d;
	err = errno;
	if (err)
		D("opening %s: %s: %s", name ? name : "(parent's port)", d->msg, strerror(err));
	nm_close(d);
	errno = err;
	return NULL;
}

/* --- Sending and receiving; none of these makes a system call --- */

static inline void nm_fill_slots(struct netmap_ring *ring, const char *buf, size_t size)
{
	uint32_t head = ring->head;

	while (size) {
		struct netmap_slot *slot = &ring->slot[head];
		size_t n = size < ring->nr_buf_size ? size : ring->nr_buf_size;

		nm_pkt_copy(buf, NETMAP_BUF(ring, slot->buf_idx), (int)n);
		slot->len = (uint16_t)n;
		buf += n;
		size -= n;
		slot->flags = (slot->flags & NS_BUF_CHANGED) | (size ? NS_MOREFRAG : 0);
		head = nm_ring_next(ring, head);
	}
	ring->head = ring->cur = head;
}

/* Queues one packet, in several slots when size is larger than a buffer. size, or 0: no room. */
static inline int nm_inject(struct nm_desc *d, const void *buf, size_t size)
{
	uint32_t n = d->last_tx_ring - d->first_tx_ring + 1u, i, index = d->cur_tx_ring;

	for (i = 0; i < n; i++) {
		struct netmap_ring *ring = nm_txring(d, index);

		if (ring && size <= (size_t)nm_ring_space(ring) * ring->nr_buf_size) {
			d->cur_tx_ring = (uint16_t)index;
			nm_fill_slots(ring, (const char *)buf, size);
			return (int)size;
		}
		index = index == d->last_tx_ring ? d->first_tx_ring : index + 1;
	}
	return 0;
}

/* The next bound ring with something to read, from the current one on; NULL: there is none. */
static inline struct netmap_ring *nm_next_full_ring(struct nm_desc *d)
{
	uint32_t n = d->last_rx_ring - d->first_rx_ring + 1u, i;

	for (i = 0; i < n; i++) {
		struct netmap_ring *ring = nm_rxring(d, d->cur_rx_ring);

		if (ring && !nm_ring_empty(ring))
			return ring;
		d->cur_rx_ring = d->cur_rx_ring == d->last_rx_ring ? d->first_rx_ring
								   : (uint16_t)(d->cur_rx_ring + 1);
	}
	return NULL;
}

/* Takes one slot and describes it in hdr; its data stay valid until the next sync. */
static inline struct netmap_slot *nm_take_slot(struct nm_desc *d, struct netmap_ring *ring,
					       struct nm_pkthdr *hdr)
{
	struct netmap_slot *slot = &ring->slot[ring->head];

	hdr->ts = ring->ts;
	hdr->caplen = hdr->len = slot->len;
	hdr->flags = 0;
	hdr->d = d;
	hdr->slot = slot;
	hdr->buf = (uint8_t *)NETMAP_BUF(ring, slot->buf_idx);
	ring->head = ring->cur = nm_ring_next(ring, ring->head);
	return slot;
}

/* Takes one packet; caplen counts the fragments that follow each other in memory without a gap. */
static inline void nm_take_packet(struct nm_desc *d, struct netmap_ring *ring,
				  struct nm_pkthdr *hdr)
{
	struct netmap_slot *slot = nm_take_slot(d, ring, hdr);
	uint32_t room = ring->nr_buf_size;
	int contiguous = 1;

	while ((slot->flags & NS_MOREFRAG) && !nm_ring_empty(ring)) {
		struct netmap_slot *next = &ring->slot[ring->head];

		contiguous &= slot->len == room && next->buf_idx == slot->buf_idx + 1;
		hdr->len += next->len;
		if (contiguous)
			hdr->caplen += next->len;
		slot = next;
		ring->head = ring->cur = nm_ring_next(ring, ring->head);
	}
}

/*
 * Calls back for up to cnt packets that are already there (0 or -1: for all of them).
 * Returns how many packets it delivered.
 */
static inline int nm_dispatch(struct nm_desc *d, int cnt, nm_cb_t callback, unsigned char *arg)
{
	struct netmap_ring *ring;
	int got = 0;

	d->hdr.flags = 0;
	while ((cnt <= 0 || got < cnt) && (ring = nm_next_full_ring(d)) != NULL) {
		if (got) {
			d->hdr.flags = NM_MORE_PKTS;
			callback(arg, &d->hdr, d->hdr.buf);
		}
		nm_take_packet(d, ring, &d->hdr);
		got++;
	}
	if (got)
		callback(arg, &d->hdr, d->hdr.buf);
	return got;
}

/* The next slot, whether or not the packet goes on; NULL when there is none. */
static inline unsigned char *nm_nextpkt(struct nm_desc *d, struct nm_pkthdr *hdr)
{
	struct netmap_ring *ring = nm_next_full_ring(d);

	if (!ring)
		return NULL;
	nm_take_slot(d, ring, hdr);
	return hdr->buf;
}

#endif
