/* SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#define SEQ_OFFSET 14

int ctrl(void *handle, uint16_t type, const char *name, void *body)
{
	return ctrl_options(handle, type, name, body, NULL);
}

int ctrl_options(void *handle, uint16_t type, const char *name, void *body, void *options)
{
	struct nmreq_header hdr = {.nr_version = NETMAP_API, .nr_reqtype = type};
	void *own = NULL;
	int rc;

	if (!handle) {
		CU_ASSERT_EQUAL_FATAL(DEV->open(&own), 0);
		handle = own;
	}
	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", name);
	hdr.nr_body = (uintptr_t)body;
	hdr.nr_options = (uintptr_t)options;
	rc = DEV->ioctl(handle, NIOCCTRL, &hdr);
	if (own)
		DEV->close(own);
	return rc;
}

int port_try(struct port *p, const char *name, const struct nmreq_register *want)
{
	return port_try_options(p, name, want, NULL);
}

int port_try_options(struct port *p, const char *name, const struct nmreq_register *want,
		     void *options)
{
	void *base;
	int rc;

	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "%s", name);
	if (want)
		p->reg = *want;
	else
		p->reg.nr_mode = NR_REG_ALL_NIC;
	rc = DEV->open(&p->handle);
	if (rc)
		return rc;
	rc = ctrl_options(p->handle, NETMAP_REQ_REGISTER, name, &p->reg, options);
	if (!rc)
		rc = DEV->mmap(p->handle, p->reg.nr_memsize, &base);
	if (rc) {
		DEV->close(p->handle);
		return rc;
	}
	p->base = base;
	p->nifp = (struct netmap_if *)(p->base + p->reg.nr_offset);
	return 0;
}

void port_open(struct port *p, const char *name)
{
	CU_ASSERT_EQUAL_FATAL(port_try(p, name, NULL), 0);
}

void port_open_sized(struct port *p, const char *name, unsigned rings, unsigned slots)
{
	const struct nmreq_register want = {
		.nr_mode = NR_REG_ALL_NIC,
		.nr_tx_rings = rings,
		.nr_rx_rings = rings,
		.nr_tx_slots = slots,
		.nr_rx_slots = slots,
	};

	CU_ASSERT_EQUAL_FATAL(port_try(p, name, &want), 0);
}

void port_close(struct port *p)
{
	DEV->munmap(p->handle, p->base, p->reg.nr_memsize);
	DEV->close(p->handle);
	p->handle = NULL;
}

struct netmap_ring *tx_ring(const struct port *p, unsigned i)
{
	return (struct netmap_ring *)((char *)p->nifp + p->nifp->ring_ofs[i]);
}

struct netmap_ring *rx_ring(const struct port *p, unsigned i)
{
	unsigned first = p->nifp->ni_tx_rings + p->nifp->ni_host_tx_rings;

	return (struct netmap_ring *)((char *)p->nifp + p->nifp->ring_ofs[first + i]);
}

char *buffer(struct netmap_ring *ring, uint32_t slot)
{
	return (char *)ring + ring->buf_ofs + (size_t)ring->slot[slot].buf_idx * ring->nr_buf_size;
}

uint32_t next_slot(const struct netmap_ring *ring, uint32_t slot)
{
	return slot + 1 == ring->num_slots ? 0 : slot + 1;
}

uint32_t available(const struct netmap_ring *ring)
{
	return (ring->tail + ring->num_slots - ring->head) % ring->num_slots;
}

void fill_frame(void *buf, uint8_t dst, uint8_t src, uint32_t seq)
{
	uint8_t *b = buf;

	memset(b, dst == BROADCAST ? 0xff : 0, 6);
	memset(b + 6, 0, 6);
	b[0] = dst == BROADCAST ? 0xff : 2;
	b[5] = dst;
	b[6] = 2;
	b[11] = src;
	b[12] = 8;
	b[13] = 0;
	memcpy(b + SEQ_OFFSET, &seq, sizeof(seq));
}

uint32_t put_slot(struct netmap_ring *ring, const void *data, uint16_t bytes, uint16_t flags)
{
	uint32_t i = ring->head;

	if (!available(ring)) /* senders are threads, and CUnit counts without locks */
		CU_FAIL_FATAL("no free slot");
	if (data)
		memcpy(buffer(ring, i), data, bytes);
	ring->slot[i].len = bytes;
	ring->slot[i].flags = flags;
	/* Another thread may sync at any moment: cur must never be seen behind head. */
	ring->cur = next_slot(ring, i);
	__atomic_store_n(&ring->head, ring->cur, __ATOMIC_RELEASE);
	return i;
}

uint32_t put_frame(struct netmap_ring *ring, uint8_t dst, uint8_t src, uint16_t bytes, uint32_t seq)
{
	fill_frame(buffer(ring, ring->head), dst, src, seq);
	return put_slot(ring, NULL, bytes, 0);
}

uint32_t frame_seq(struct netmap_ring *ring, uint32_t slot)
{
	uint32_t seq;

	memcpy(&seq, buffer(ring, slot) + SEQ_OFFSET, sizeof(seq));
	return seq;
}

int txsync(const struct port *p)
{
	return DEV->ioctl(p->handle, NIOCTXSYNC, NULL);
}

int rxsync(const struct port *p)
{
	return DEV->ioctl(p->handle, NIOCRXSYNC, NULL);
}

void send_frame(struct port *p, uint8_t dst, uint8_t src, uint32_t seq)
{
	put_frame(tx_ring(p, 0), dst, src, FRAME_BYTES, seq);
	CU_ASSERT_EQUAL(txsync(p), 0);
}

uint32_t drain(struct port *p)
{
	struct netmap_ring *ring = rx_ring(p, 0);
	uint32_t n;

	CU_ASSERT_EQUAL(rxsync(p), 0);
	n = available(ring);
	ring->head = ring->tail;
	ring->cur = ring->tail;
	CU_ASSERT_EQUAL(rxsync(p), 0);
	return n;
}

struct vale_port_stats stats_of(const char *name)
{
	struct vale_port_stats s = {.version = VALE_STATS_VERSION};
	void *handle;

	snprintf(s.name, sizeof(s.name), "%s", name);
	CU_ASSERT_EQUAL_FATAL(DEV->open(&handle), 0);
	CU_ASSERT_EQUAL_FATAL(DEV->ioctl(handle, NIOCVALESTATS, &s), 0);
	DEV->close(handle);
	return s;
}

uint64_t rx_total(const struct vale_port_stats *s)
{
	return s->rx_packets + s->rx_drop_ring_full + s->rx_drop_not_ready + s->rx_drop_bad_slot;
}

void finish(void)
{
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
	CU_ASSERT_EQUAL(nm_user_live_bytes(), 0);
}
