/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports with virtio-net headers of different length: what becomes of headers, checksums and large
 * packets. */
#include <pthread.h>
#include <stdlib.h>

#include "support.h"
#include "vnet_frames.h"

#define HDR	 12
#define INDIRECT 0x100 /* in a splitting: by address */

struct vnet_hdr {
	uint8_t flags, gso_type;
	uint16_t hdr_len, gso_size, csum_start, csum_offset, num_buffers;
};

static void open_vnet(struct port *p, const char *name, uint32_t hdr_len)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC,
					    .nr_flags = NR_ACCEPT_VNET_HDR};
	struct nmreq_port_hdr hdr = {.nr_hdr_len = hdr_len};

	CU_ASSERT_EQUAL_FATAL(port_try(p, name, &want), 0);
	CU_ASSERT_EQUAL_FATAL(ctrl(p->handle, NETMAP_REQ_PORT_HDR_SET, name, &hdr), 0);
}

/* One slot, direct or by address. */
static void put_bytes(struct port *p, const uint8_t *data, uint32_t bytes, bool indirect, bool more)
{
	struct netmap_ring *ring = tx_ring(p, 0);

	ring->slot[ring->head].ptr = (uintptr_t)data;
	put_slot(ring, indirect ? NULL : data, bytes,
		 (indirect ? NS_INDIRECT : 0) | (more ? NS_MOREFRAG : 0));
}

/*
 * The header, then the frame, in slots of so many bytes; 0: the header in a slot of its own. The
 * data must stay where they are until the sync.
 */
static void put_packet(struct port *p, const struct vnet_hdr *hdr, uint32_t hdr_len,
		       const struct frame *f, uint32_t first, uint32_t each, bool indirect)
{
	static uint8_t flat[FRAME_MAX + HDR];
	uint32_t total = hdr_len + f->bytes, at = 0, n = first ? first : hdr_len;

	memcpy(flat, hdr, hdr_len);
	memcpy(flat + hdr_len, f->byte, f->bytes);
	for (; at < total; at += n, n = each) {
		if (n > total - at)
			n = total - at;
		put_bytes(p, flat + at, n, indirect, at + n < total);
	}
	CU_ASSERT_EQUAL(txsync(p), 0);
}

/* The next slot that was received, or NULL; given back at the next call. */
static struct netmap_slot *next_received(struct port *p, uint8_t **data)
{
	struct netmap_ring *ring = rx_ring(p, 0);
	uint32_t i = ring->cur;

	CU_ASSERT_EQUAL(rxsync(p), 0);
	if (i == ring->tail)
		return NULL;
	*data = (uint8_t *)buffer(ring, i);
	ring->cur = next_slot(ring, i);
	ring->head = ring->cur;
	return &ring->slot[i];
}

static void nothing_more(struct port *p)
{
	uint8_t *data;

	CU_ASSERT_PTR_NULL(next_received(p, &data));
}

/* Every copy of the senders of this switch ended somewhere. */
static void balanced(const char *const *names, unsigned n)
{
	uint64_t sent = 0, ended = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		struct vale_port_stats s = stats_of(names[i]);

		sent += s.tx_copies;
		ended += rx_total(&s);
	}
	CU_ASSERT_EQUAL(sent, ended);
}

static const char *const pair[] = {"vale0:from", "vale0:to"};

static void headers_are_made_cut_and_taken(void)
{
	static const struct {
		uint32_t from, to;
	} rows[] = {{0, 10}, {0, 12}, {10, 0}, {10, 12}, {12, 0}, {12, 10}, {12, 12}, {0, 0}};
	static const struct vnet_hdr hdr = {0, 0, 1, 2, 3, 4, 0x5555};
	static const struct frame_kind plain = {.tcp = true};
	uint8_t want[HDR] = {0};
	struct frame f;
	size_t i;

	frame_build(&f, &plain, 300);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t to_len = rows[i].to;
		struct netmap_slot *slot;
		struct port from, to;
		uint8_t *data;

		memset(want, 0, sizeof(want));
		if (rows[i].from)
			memcpy(want, &hdr, rows[i].from == to_len ? to_len : 10);
		open_vnet(&from, pair[0], rows[i].from);
		open_vnet(&to, pair[1], to_len);
		put_packet(&from, &hdr, rows[i].from, &f, f.bytes + HDR, 1, false);
		slot = next_received(&to, &data);
		CU_ASSERT_PTR_NOT_NULL_FATAL(slot);
		CU_ASSERT_EQUAL(slot->len, to_len + f.bytes);
		CU_ASSERT_EQUAL(slot->flags, 1 << NS_PORT_SHIFT);
		CU_ASSERT(!memcmp(data, want, to_len));
		CU_ASSERT(!memcmp(data + to_len, f.byte, f.bytes));
		nothing_more(&to);
		balanced(pair, 2);
		port_close(&from);
		port_close(&to);
	}
	finish();
}

static void fragments_stay_fragments(void)
{
	static const struct {
		uint32_t from, to, first, slots, first_len;
	} rows[] = {
		{12, 0, 112, 3, 100}, {12, 0, 0, 3, 200},   {12, 10, 112, 3, 110},
		{12, 10, 0, 4, 10},   {0, 12, 100, 3, 112}, {10, 0, 110, 3, 100},
	};
	static const struct vnet_hdr hdr = {0};
	static const struct frame_kind plain = {.tcp = true};
	struct frame f, got;
	size_t i;

	frame_build(&f, &plain, 446); /* 500 bytes in all */
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct port from, to;
		struct netmap_slot *slot;
		uint32_t n = 0, skip = rows[i].to;
		uint8_t *data;

		open_vnet(&from, pair[0], rows[i].from);
		open_vnet(&to, pair[1], rows[i].to);
		put_packet(&from, &hdr, rows[i].from, &f, rows[i].first, 200, i % 2);
		got.bytes = 0;
		while ((slot = next_received(&to, &data)) != NULL) {
			if (!n)
				CU_ASSERT_EQUAL(slot->len, rows[i].first_len);
			n++;
			CU_ASSERT_EQUAL(slot->flags, rows[i].slots << NS_PORT_SHIFT |
							     (n < rows[i].slots ? NS_MOREFRAG : 0));
			memcpy(got.byte + got.bytes, data + skip, slot->len - skip);
			got.bytes += slot->len - skip;
			skip = 0;
		}
		CU_ASSERT_EQUAL(n, rows[i].slots);
		CU_ASSERT_EQUAL(got.bytes, f.bytes);
		CU_ASSERT(!memcmp(got.byte, f.byte, f.bytes));
		port_close(&from);
		port_close(&to);
	}
	finish();
}

static const struct frame_kind kinds[] = {
	{.name = "tcp4", .gso_type = 1, .tcp = true, .tcp_flags = 0x19},
	{.name = "tcp4, options", .gso_type = 1, .tcp = true, .tcp_options = 12, .tcp_flags = 0x18},
	{.name = "tcp4, IP options", .gso_type = 1, .tcp = true, .ip_options = 8},
	{.name = "tcp4, congestion", .gso_type = 0x81, .tcp = true, .tcp_flags = 0x98},
	{.name = "tcp4, CWR kept", .gso_type = 1, .tcp = true, .tcp_flags = 0x98},
	{.name = "tcp4, a tag", .gso_type = 1, .tcp = true, .tags = 1, .tcp_flags = 0x11},
	{.name = "tcp4, three tags", .gso_type = 1, .tcp = true, .tags = 3},
	{.name = "tcp6", .gso_type = 4, .ipv6 = true, .tcp = true, .tcp_flags = 0x19},
	{.name = "tcp6, all",
	 .gso_type = 4,
	 .ipv6 = true,
	 .tcp = true,
	 .tags = 2,
	 .tcp_options = 40},
	{.name = "udp4", .gso_type = 3},
	{.name = "udp4, a tag", .gso_type = 3, .tags = 1},
	{.name = "udp6", .gso_type = 3, .ipv6 = true},
};

static bool segments_match(struct port *to, const struct frame *f, const struct frame_kind *kind)
{
	unsigned n = frame_segments(f), i;
	struct frame want;
	bool same = true;

	for (i = 0; i < n; i++) {
		uint8_t *data;
		struct netmap_slot *slot = next_received(to, &data);

		frame_segment(f, kind, i, &want);
		same &= slot && slot->len == want.bytes && slot->flags == 1 << NS_PORT_SHIFT &&
			!memcmp(data, want.byte, want.bytes);
	}
	nothing_more(to);
	return same;
}

static void large_packets_are_cut_as_a_card_would(void)
{
	static const uint32_t sizes[] = {0, 1, 1400, 1460, 1461, 2920, 8000, 8001, 40000};
	static const struct {
		uint32_t first, each;
		bool indirect;
	} splits[] = {{2048, 2048, false},
		      {0, 1999, false},
		      {212, 1501, false},
		      {2048, 2048, true},
		      {0, 1001, true}};
	static struct frame f;
	struct port from, to;
	size_t k, s, c;
	uint64_t cut = 0, packets = 0;

	open_vnet(&from, pair[0], HDR);
	port_open(&to, pair[1]);
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			for (c = 0; c < sizeof(splits) / sizeof(splits[0]); c++) {
				struct vnet_hdr hdr = {.flags = 1, .gso_type = kinds[k].gso_type};
				bool same;

				frame_build(&f, &kinds[k], sizes[s]);
				put_packet(&from, &hdr, HDR, &f, splits[c].first, splits[c].each,
					   splits[c].indirect);
				same = segments_match(&to, &f, &kinds[k]);
				if (!same)
					printf("%s, %u bytes, splitting %zu\n", kinds[k].name,
					       sizes[s], c);
				CU_ASSERT(same);
				cut += frame_segments(&f);
				packets++;
			}
	CU_ASSERT_EQUAL(stats_of(pair[0]).tx_packets, packets);
	CU_ASSERT_EQUAL(stats_of(pair[0]).tx_copies, cut);
	CU_ASSERT_EQUAL(stats_of(pair[1]).rx_packets, cut);
	port_close(&from);
	port_close(&to);
	finish();
}

/* What the sender leaves to hardware: the field holds the sum of the pseudo-header. */
static void checksums_are_completed(void)
{
	static const struct {
		uint32_t payload, first, each;
		bool tcp, indirect;
	} rows[] = {
		{100, 2000, 1, true, false},	 {101, 2000, 1, false, false},
		{1000, 212, 301, true, false},	 {1001, 0, 333, false, true},
		{1001, 101, 7 * 31, true, true},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct frame_kind kind = {.tcp = rows[i].tcp};
		struct vnet_hdr hdr = {.flags = 1};
		struct netmap_slot *slot;
		struct port from, to;
		struct frame f, got = {.bytes = 0};
		uint8_t *data;

		frame_build(&f, &kind, rows[i].payload);
		hdr.csum_start = f.l4;
		hdr.csum_offset = rows[i].tcp ? 16 : 6;
		f.byte[f.l4 + hdr.csum_offset] = 0x12; /* any start: all of it is summed */
		open_vnet(&from, pair[0], HDR);
		port_open(&to, pair[1]);
		put_packet(&from, &hdr, HDR, &f, rows[i].first, rows[i].each, rows[i].indirect);
		while ((slot = next_received(&to, &data)) != NULL) {
			memcpy(got.byte + got.bytes, data, slot->len);
			got.bytes += slot->len;
		}
		CU_ASSERT_EQUAL(got.bytes, f.bytes);
		CU_ASSERT_NOT_EQUAL(memcmp(got.byte, f.byte, f.bytes), 0);
		f.byte[f.l4 + hdr.csum_offset] = got.byte[f.l4 + hdr.csum_offset];
		f.byte[f.l4 + hdr.csum_offset + 1] = got.byte[f.l4 + hdr.csum_offset + 1];
		CU_ASSERT(!memcmp(got.byte, f.byte, f.bytes)); /* nothing else was touched */
		/* The old start was in the sum that was complemented. */
		CU_ASSERT_EQUAL(naive_sum(got.byte + f.l4, got.bytes - f.l4, 0x1200), 0xffff);
		port_close(&from);
		port_close(&to);
	}
	finish();
}

/* A field beyond the first fragment is only a line in the log. */
static void a_checksum_out_of_reach_is_left_alone(void)
{
	static const struct vnet_hdr hdr = {.flags = 1, .csum_start = 90, .csum_offset = 16};
	static const struct frame_kind kind = {.tcp = true};
	struct port from, to;
	struct frame f;
	uint8_t *data;

	frame_build(&f, &kind, 100);
	open_vnet(&from, pair[0], HDR);
	port_open(&to, pair[1]);
	put_packet(&from, &hdr, HDR, &f, 100, 2000, false);
	CU_ASSERT_PTR_NOT_NULL_FATAL(next_received(&to, &data));
	CU_ASSERT(!memcmp(data, f.byte, 88));
	CU_ASSERT_PTR_NOT_NULL_FATAL(next_received(&to, &data));
	CU_ASSERT(!memcmp(data, f.byte + 88, f.bytes - 88));
	port_close(&from);
	port_close(&to);
	finish();
}

/* Each row spoils one byte of a good packet, or its header. */
static void what_makes_no_sense_is_dropped_and_counted(void)
{
	static const struct {
		const char *what;
		unsigned kind;
		struct vnet_hdr hdr;
		uint32_t at; /* byte of the frame, 0: none */
		uint8_t value;
		uint32_t first;
	} rows[] = {
		{"an unknown flag", 0, {.flags = 4}, 0, 0, 2048},
		{"an unknown type", 0, {.gso_type = 2}, 0, 0, 2048},
		{"a type out of range", 0, {.gso_type = 0x7f}, 0, 0, 2048},
		{"congestion without TCP", 0, {.gso_type = 0x83}, 0, 0, 2048},
		{"IPv6 called IPv4", 7, {.gso_type = 1}, 0, 0, 2048},
		{"IPv4 called IPv6", 0, {.gso_type = 4}, 0, 0, 2048},
		{"TCP called UDP", 0, {.gso_type = 3}, 0, 0, 2048},
		{"UDP called TCP", 9, {.gso_type = 1}, 0, 0, 2048},
		{"another ethertype", 0, {.gso_type = 1}, 13, 6, 2048},
		{"IPv4 of version 5", 0, {.gso_type = 1}, 14, 0x55, 2048},
		{"an IPv4 header too short", 0, {.gso_type = 1}, 14, 0x44, 2048},
		{"an IPv4 header beyond the fragment", 0, {.gso_type = 1}, 14, 0x4f, 66},
		{"a fragment of IPv4", 0, {.gso_type = 1}, 20, 0x20, 2048},
		{"a TCP header too short", 0, {.gso_type = 1}, 46, 0x40, 2048},
		{"a TCP header beyond the fragment", 0, {.gso_type = 1}, 46, 0xf0, 80},
		{"headers in two fragments", 0, {.gso_type = 1}, 0, 0, 12 + 40},
		{"an IPv6 header cut short", 7, {.gso_type = 4}, 0, 0, 12 + 50},
		{"tags without end", 0, {.gso_type = 1}, 12, 0x81, 12 + 14},
	};
	struct port from, to;
	uint64_t dropped = 0;
	struct frame f;
	size_t i;

	open_vnet(&from, pair[0], HDR);
	port_open(&to, pair[1]);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		frame_build(&f, &kinds[rows[i].kind], 3000);
		if (rows[i].at)
			f.byte[rows[i].at] = rows[i].value;
		put_packet(&from, &rows[i].hdr, HDR, &f, rows[i].first, 1900, false);
		nothing_more(&to);
		dropped++;
		if (stats_of(pair[1]).rx_drop_bad_slot != dropped)
			printf("%s\n", rows[i].what);
		CU_ASSERT_EQUAL(stats_of(pair[1]).rx_drop_bad_slot, dropped);
		balanced(pair, 2);
	}
	port_close(&from);
	port_close(&to);
	finish();
}

/* All segments or none, and nothing behind a packet that found no room. */
static void a_packet_without_room_is_lost_whole(void)
{
	static const struct vnet_hdr large = {.gso_type = 1}, small = {0};
	struct port from, to;
	struct frame f, tiny;
	unsigned n;

	frame_build(&f, &kinds[0], 14600); /* ten segments */
	frame_build(&tiny, &kinds[0], 6);
	open_vnet(&from, pair[0], HDR);
	port_open_sized(&to, pair[1], 1, 16);
	put_packet(&from, &large, HDR, &f, 2048, 2048, false);
	put_packet(&from, &large, HDR, &f, 2048, 2048, false);
	put_packet(&from, &small, HDR, &tiny, 2048, 2048, false);
	CU_ASSERT_EQUAL(stats_of(pair[1]).rx_packets, 11);
	CU_ASSERT_EQUAL(stats_of(pair[1]).rx_drop_ring_full, 1);
	CU_ASSERT_EQUAL(stats_of(pair[0]).tx_copies, 12);
	n = drain(&to);
	CU_ASSERT_EQUAL(n, 11);
	frame_build(&f, &kinds[0], 30000); /* never fits */
	put_packet(&from, &large, HDR, &f, 2048, 2048, false);
	CU_ASSERT_EQUAL(stats_of(pair[1]).rx_drop_ring_full, 2);
	CU_ASSERT_EQUAL(drain(&to), 0);
	balanced(pair, 2);
	port_close(&from);
	port_close(&to);
	finish();
}

/* Memory that is not there: counted, and the slots that were reserved are empty. */
static void sources_out_of_nowhere(void)
{
	static struct vnet_hdr hdr = {.gso_type = 1};
	static struct frame f;
	static uint8_t head[FRAME_MAX];
	struct port from, to;
	struct netmap_ring *ring;
	uint8_t *data;

	frame_build(&f, &kinds[0], 1500);
	memcpy(head, &hdr, HDR);
	memcpy(head + HDR, f.byte, f.payload);
	open_vnet(&from, pair[0], HDR);
	port_open(&to, pair[1]);
	ring = tx_ring(&from, 0);
	put_bytes(&from, head, HDR + f.payload, true, true);
	ring->slot[ring->head].ptr = 4096;
	put_slot(ring, NULL, 1500, NS_INDIRECT);
	CU_ASSERT_EQUAL(txsync(&from), 0);
	while (next_received(&to, &data))
		CU_ASSERT_EQUAL(rx_ring(&to, 0)->slot[0].len, 0);
	CU_ASSERT_EQUAL(stats_of(pair[1]).rx_drop_bad_slot, 2);
	head[1] = 0;
	put_bytes(&from, head, HDR + f.payload, true, true);
	ring->slot[ring->head].ptr = 4096;
	put_slot(ring, NULL, 1500, NS_INDIRECT);
	CU_ASSERT_EQUAL(txsync(&from), 0);
	CU_ASSERT_EQUAL(stats_of(pair[1]).rx_drop_bad_slot, 3);
	CU_ASSERT_EQUAL(stats_of(pair[1]).rx_packets, 0);
	balanced(pair, 2);
	port_close(&from);
	port_close(&to);
	finish();
}

/* One sender, receivers of every length: each gets its own form, in the sender's order. */
static void a_flood_reaches_every_kind_of_port(void)
{
	static const uint32_t lengths[] = {0, 10, 12, 0};
	static const char *const names[] = {"vale0:from", "vale0:a", "vale0:b", "vale0:c",
					    "vale0:d"};
	static const struct vnet_hdr large = {.gso_type = 1}, small = {0};
	struct port from, to[4];
	struct frame f, tiny;
	unsigned i;

	frame_build(&f, &kinds[0], 2000);
	frame_build(&tiny, &kinds[0], 6);
	open_vnet(&from, names[0], HDR);
	for (i = 0; i < 4; i++)
		open_vnet(&to[i], names[i + 1], lengths[i]);
	put_packet(&from, &small, HDR, &tiny, 2048, 2048, false);
	put_packet(&from, &large, HDR, &f, 2048, 2048, false);
	put_packet(&from, &small, HDR, &tiny, 2048, 2048, false);
	for (i = 0; i < 4; i++) {
		struct netmap_ring *ring = rx_ring(&to[i], 0);
		uint32_t hdr = lengths[i];

		CU_ASSERT_EQUAL(rxsync(&to[i]), 0);
		CU_ASSERT_EQUAL(available(ring), 4);
		CU_ASSERT_EQUAL(ring->slot[0].len, hdr + tiny.bytes);
		CU_ASSERT_EQUAL(ring->slot[3].len, hdr + tiny.bytes);
		CU_ASSERT_EQUAL(ring->slot[1].flags & NS_MOREFRAG, hdr ? NS_MOREFRAG : 0);
	}
	balanced(names, 5);
	for (i = 0; i < 4; i++)
		port_close(&to[i]);
	port_close(&from);
	finish();
}

static void receivers_with_offsets(void)
{
	struct nmreq_opt_offsets opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_OFFSETS,
					.nro_max_offset = 128,
					.nro_initial_offset = 33};
	static const struct vnet_hdr hdr = {.gso_type = 3};
	struct port from, to;
	struct frame f, want;
	unsigned i;

	frame_build(&f, &kinds[9], 5000);
	open_vnet(&from, pair[0], HDR);
	CU_ASSERT_EQUAL_FATAL(port_try_options(&to, pair[1],
					       &(struct nmreq_register){.nr_mode = NR_REG_ALL_NIC},
					       &opt),
			      0);
	put_packet(&from, &hdr, HDR, &f, 2048, 2048, false);
	CU_ASSERT_EQUAL(rxsync(&to), 0);
	for (i = 0; i < frame_segments(&f); i++) {
		frame_segment(&f, &kinds[9], i, &want);
		CU_ASSERT_EQUAL(rx_ring(&to, 0)->slot[i].len, want.bytes);
		CU_ASSERT(!memcmp(buffer(rx_ring(&to, 0), i) + 33, want.byte, want.bytes));
	}
	port_close(&from);
	port_close(&to);
	finish();
}

#define CALM_ROUNDS 200

struct vandal {
	struct port *from, *to;
	volatile bool stop;
	pthread_t thread;
};

/* Rewrites what the switch reads while it reads it: slots, headers, the receiver's wishes. */
static void *vandalise(void *arg)
{
	struct vandal *v = arg;
	struct netmap_ring *tx = tx_ring(v->from, 0), *rx = rx_ring(v->to, 0);
	char *data = buffer(tx, 0);
	unsigned seed = 1;

	while (!v->stop) {
		struct netmap_slot *out = &tx->slot[rand_r(&seed) % tx->num_slots];
		struct netmap_slot *in = &rx->slot[rand_r(&seed) % rx->num_slots];

		out->len = rand_r(&seed);
		out->ptr = rand_r(&seed);
		out->flags = rand_r(&seed) % 2 ? NS_MOREFRAG : rand_r(&seed) & 0xff;
		in->ptr = rand_r(&seed);
		in->len = rand_r(&seed);
		data[rand_r(&seed) % 80] = rand_r(&seed) % 8;
	}
	return NULL;
}

static void unshift(struct netmap_ring *ring)
{
	uint32_t i;

	for (i = 0; i < ring->num_slots; i++)
		ring->slot[i].ptr = 0;
}

static void nothing_that_is_rewritten_does_harm(void)
{
	static const uint32_t lengths[] = {0, 10};
	struct nmreq_opt_offsets opt = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_OFFSETS,
					.nro_max_offset = 2048};
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_ACCEPT_VNET_HDR};
	size_t k;
	int i;

	for (k = 0; k < 2; k++) {
		struct nmreq_port_hdr hdr = {.nr_hdr_len = lengths[k]};
		struct vnet_hdr large = {.flags = 1, .gso_type = 1};
		struct port from, to;
		struct vandal v = {.from = &from, .to = &to};
		struct frame f;

		open_vnet(&from, pair[0], HDR);
		CU_ASSERT_EQUAL_FATAL(port_try_options(&to, pair[1], &want, &opt), 0);
		CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_PORT_HDR_SET, pair[1], &hdr), 0);
		frame_build(&f, &kinds[0], 9000);
		CU_ASSERT_EQUAL_FATAL(pthread_create(&v.thread, NULL, vandalise, &v), 0);
		for (i = 0; i < 5000; i++) {
			put_packet(&from, &large, HDR, &f, 2048, 2048, false);
			drain(&to);
		}
		v.stop = true;
		pthread_join(v.thread, NULL);
		unshift(rx_ring(&to, 0));
		for (i = 0; i < CALM_ROUNDS; i++) { /* it may have let none through whole */
			put_packet(&from, &large, HDR, &f, 2048, 2048, false);
			drain(&to);
		}
		CU_ASSERT(stats_of(pair[0]).tx_packets >= 5000);
		CU_ASSERT(stats_of(pair[1]).rx_packets > 0);
		CU_ASSERT(stats_of(pair[1]).rx_drop_bad_slot > 0);
		balanced(pair, 2);
		port_close(&from);
		port_close(&to);
	}
	finish();
}

static const struct suite_test tests[] = {
	{"headers_are_made_cut_and_taken", headers_are_made_cut_and_taken},
	{"fragments_stay_fragments", fragments_stay_fragments},
	{"large_packets_are_cut_as_a_card_would", large_packets_are_cut_as_a_card_would},
	{"checksums_are_completed", checksums_are_completed},
	{"a_checksum_out_of_reach_is_left_alone", a_checksum_out_of_reach_is_left_alone},
	{"what_makes_no_sense_is_dropped_and_counted", what_makes_no_sense_is_dropped_and_counted},
	{"a_packet_without_room_is_lost_whole", a_packet_without_room_is_lost_whole},
	{"sources_out_of_nowhere", sources_out_of_nowhere},
	{"a_flood_reaches_every_kind_of_port", a_flood_reaches_every_kind_of_port},
	{"receivers_with_offsets", receivers_with_offsets},
	{"nothing_that_is_rewritten_does_harm", nothing_that_is_rewritten_does_harm},
};

SUITE_MAIN("core_vnet", tests)
