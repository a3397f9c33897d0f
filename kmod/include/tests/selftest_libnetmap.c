/* SPDX-License-Identifier: BSD-2-Clause */
/* libnetmap over the device: what it adds to system calls, most of all memory and offsets. */
#include "selftest.h"

#include <libnetmap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PORT "valest:a"
#define PEER "valest:b"

enum { PAGE = 4096, MEMORY_BYTES = 4 << 20, SLOTS = 64, BUFFERS = 500, FRAME = 77, OFFSET = 40 };

/* What a test opened, so that a failed one leaves nothing either. */
static struct nmport_d *port, *peer;
static void *memory;
static int file = -1;

static struct netmap_ring *tx_of(const struct nmport_d *d)
{
	return NETMAP_TXRING(d->nifp, d->first_tx_ring);
}

static struct netmap_ring *rx_of(const struct nmport_d *d)
{
	return NETMAP_RXRING(d->nifp, d->first_rx_ring);
}

static bool lies_in(const void *p, const void *base)
{
	return (const char *)p >= (const char *)base &&
	       (const char *)p < (const char *)base + MEMORY_BYTES;
}

static char *packet(const struct netmap_ring *ring, const struct netmap_slot *slot)
{
	return NETMAP_BUF_OFFSET(ring, slot);
}

/* One broadcast from a to b, and what b finds: the slot, or NULL. */
static const struct netmap_slot *pass(struct nmport_d *a, struct nmport_d *b, char mark)
{
	struct netmap_ring *tx = tx_of(a), *rx = rx_of(b);
	struct netmap_slot *slot = &tx->slot[tx->head];
	char *frame = packet(tx, slot);

	memset(frame, mark, FRAME);
	memset(frame, 0xff, 6);
	frame[6] = 2;
	slot->len = FRAME;
	tx->head = tx->cur = nm_ring_next(tx, tx->head);
	if (ioctl(a->fd, NIOCTXSYNC, NULL) || ioctl(b->fd, NIOCRXSYNC, NULL) || nm_ring_empty(rx))
		return NULL;
	slot = &rx->slot[rx->head];
	frame = packet(rx, slot);
	return slot->len == FRAME && frame[FRAME - 1] == mark ? slot : NULL;
}

static void memory_is_brought_along(void)
{
	struct nmreq_pools_info *info;

	NEEDS(ST_EXTMEM);
	memory = aligned_alloc(PAGE, MEMORY_BYTES);
	CHECK(memory);
	memset(memory, 0, MEMORY_BYTES);
	port = nmport_prepare(PORT "@conf:slots=64");
	CHECK(port);
	CHECK_EQ(nmport_extmem(port, memory, MEMORY_BYTES), 0);
	info = nmport_extmem_getinfo(port);
	CHECK(info);
	info->nr_buf_pool_objtotal = BUFFERS;
	CHECK_EQ(nmport_open_desc(port), 0);
	CHECK_EQ(info->nr_if_pool_offset, 0);
	CHECK(info->nr_buf_pool_objtotal >= BUFFERS);
	CHECK(lies_in(port->nifp, memory) && lies_in(tx_of(port), memory));
	CHECK_EQ(tx_of(port)->num_slots, SLOTS);
	peer = nmport_open(PEER);
	CHECK(peer && !lies_in(peer->nifp, memory));
	CHECK(pass(port, peer, 1));
	CHECK(pass(peer, port, 2));
}

/* A file that lives in memory only, by the name that this process knows it by. */
static bool make_file(char *name, size_t bytes)
{
	file = memfd_create("selftest", 0);
	snprintf(name, bytes, "/proc/self/fd/%d", file);
	return file >= 0 && !ftruncate(file, MEMORY_BYTES);
}

static void memory_of_a_file(void)
{
	char name[64], spec[128];

	NEEDS(ST_EXTMEM);
	CHECK(make_file(name, sizeof(name)));
	snprintf(spec, sizeof(spec), PORT "@conf:slots=64@extmem:file=%s,buf-num=%d", name,
		 BUFFERS);
	port = nmport_open(spec);
	CHECK(port);
	CHECK(nmport_extmem_getinfo(port)->nr_buf_pool_objtotal >= BUFFERS);
	peer = nmport_open(PEER);
	CHECK(peer);
	CHECK(pass(peer, port, 3));
	CHECK(pass(port, peer, 4));
}

/* Both ports of one region in one mapping, so that buffers can be exchanged. */
static void a_region_is_shared_by_name(void)
{
	port = nmport_open(PORT);
	CHECK(port);
	peer = nmport_open(PEER "@share=" PORT);
	CHECK(peer);
	CHECK_EQ(peer->reg.nr_mem_id, port->reg.nr_mem_id);
	CHECK(peer->mem == port->mem);
	CHECK(pass(port, peer, 5));
}

static bool all_begin_at(const struct netmap_ring *ring, uint64_t offset)
{
	uint32_t i;

	for (i = 0; i < ring->num_slots; i++)
		if (NETMAP_ROFFSET(ring, &ring->slot[i]) != offset)
			return false;
	return true;
}

static void offsets_are_agreed_upon(void)
{
	NEEDS(ST_OFFSETS);
	port = nmport_prepare(PORT);
	CHECK(port);
	CHECK_EQ(nmport_offset(port, OFFSET, 128, 16, 0), 0);
	CHECK_EQ(nmport_open_desc(port), 0);
	CHECK_EQ(tx_of(port)->offset_mask, 0xffff);
	CHECK(all_begin_at(tx_of(port), OFFSET) && all_begin_at(rx_of(port), OFFSET));
	peer = nmport_open(PEER);
	CHECK(peer);
	CHECK(pass(port, peer, 6));
	CHECK(pass(peer, port, 7));
	CHECK_EQ(NETMAP_ROFFSET(rx_of(port), &rx_of(port)->slot[0]), OFFSET);
}

static void offsets_are_named(void)
{
	NEEDS(ST_OFFSETS);
	CHECK(!nmport_prepare(PORT "@offset=24"));
	CHECK_EQ(nmport_enable_option("offset"), 0);
	port = nmport_open(PORT "@offset:initial=24,bits=8");
	CHECK(port);
	CHECK_EQ(rx_of(port)->offset_mask, 0xff);
	CHECK(all_begin_at(tx_of(port), 24));
	peer = nmport_open(PEER);
	CHECK(peer);
	CHECK(pass(peer, port, 8));
}

static void too_much_is_refused(void)
{
	NEEDS(ST_OFFSETS);
	port = nmport_prepare(PORT);
	CHECK(port);
	CHECK_EQ(nmport_offset(port, 0, 1 << 20, 32, 0), 0);
	CHECK_EQ(nmport_open_desc(port), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(port->fd, -1);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

/* Whatever the test found: ports first, then the memory that they lie in. */
static void with_ports(void (*test)(void))
{
	nmctx_get()->verbose = 0;
	test();
	nmport_disable_option("offset");
	nmport_close(peer);
	nmport_close(port);
	port = peer = NULL;
	free(memory);
	memory = NULL;
	if (file >= 0)
		close(file);
	file = -1;
}

static void run_memory(void)
{
	with_ports(memory_is_brought_along);
}

static void run_file(void)
{
	with_ports(memory_of_a_file);
}

static void run_share(void)
{
	with_ports(a_region_is_shared_by_name);
}

static void run_offset(void)
{
	with_ports(offsets_are_agreed_upon);
}

static void run_offset_name(void)
{
	with_ports(offsets_are_named);
}

static void run_offset_refused(void)
{
	with_ports(too_much_is_refused);
}

static const struct st_test tests[] = {
	{"libnetmap-extmem", run_memory},
	{"libnetmap-extmem-file", run_file},
	{"libnetmap-share", run_share},
	{"libnetmap-offset", run_offset},
	{"libnetmap-offset-name", run_offset_name},
	{"libnetmap-offset-refused", run_offset_refused},
};

const struct st_group st_libnetmap_group = {tests, ST_COUNT(tests)};
