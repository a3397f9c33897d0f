/* SPDX-License-Identifier: BSD-2-Clause */
/* Forwarding: learning, flooding, fragments, loss, order. */
#include "core.h"
#include "support.h"

#define TRIO 3

static void open_trio(struct port *p)
{
	port_open(&p[0], "vale0:a");
	port_open(&p[1], "vale0:b");
	port_open(&p[2], "vale0:c");
}

static void close_trio(struct port *p)
{
	int i;

	for (i = 0; i < TRIO; i++)
		port_close(&p[i]);
	finish();
}

static void broadcast_floods_then_unicast_reaches_one(void)
{
	struct port p[TRIO];

	open_trio(p);
	send_frame(&p[1], BROADCAST, 2, 1);
	CU_ASSERT_EQUAL(drain(&p[0]), 1);
	CU_ASSERT_EQUAL(drain(&p[1]), 0);
	CU_ASSERT_EQUAL(drain(&p[2]), 1);
	send_frame(&p[0], 2, 1, 2);
	CU_ASSERT_EQUAL(drain(&p[1]), 1);
	CU_ASSERT_EQUAL(drain(&p[2]), 0);
	send_frame(&p[0], 77, 1, 3); /* nobody knows station 77 */
	CU_ASSERT_EQUAL(drain(&p[1]), 1);
	CU_ASSERT_EQUAL(drain(&p[2]), 1);
	close_trio(p);
}

static void delivered_slots_carry_length_and_count(void)
{
	struct netmap_ring *ring;
	struct port p[TRIO];
	uint32_t i;

	open_trio(p);
	ring = tx_ring(&p[0], 0);
	i = put_frame(ring, BROADCAST, 1, 333, 5);
	ring->slot[i].flags = NS_REPORT | NS_BUF_CHANGED | 0x4200;
	rx_ring(&p[1], 0)->slot[0].ptr = 0x1234;
	txsync(&p[0]);
	CU_ASSERT_EQUAL(ring->slot[i].flags, NS_REPORT | 0x4200);
	rxsync(&p[1]);
	ring = rx_ring(&p[1], 0);
	CU_ASSERT_EQUAL(ring->slot[0].len, 333);
	CU_ASSERT_EQUAL(ring->slot[0].flags, 0x0100);
	CU_ASSERT_EQUAL(ring->slot[0].ptr, 0x1234);
	CU_ASSERT_EQUAL(frame_seq(ring, 0), 5);
	close_trio(p);
}

static void payload_arrives_byte_by_byte_at_every_length(void)
{
	struct netmap_ring *tx, *rx;
	struct port p[TRIO];
	uint32_t bytes, i, slot, wrong = 0;

	open_trio(p);
	tx = tx_ring(&p[0], 0);
	rx = rx_ring(&p[1], 0);
	for (bytes = 14; bytes <= tx->nr_buf_size; bytes++) {
		char *b = buffer(tx, tx->head);

		for (i = 0; i < bytes; i++)
			b[i] = i * 7 + bytes;
		put_frame(tx, BROADCAST, 1, bytes, bytes);
		txsync(&p[0]);
		rxsync(&p[1]);
		slot = rx->head;
		wrong += available(rx) != 1 || rx->slot[slot].len != bytes;
		wrong += memcmp(buffer(rx, slot), b, bytes) != 0;
		rx->head = rx->cur = rx->tail;
		drain(&p[2]);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	close_trio(p);
}

static void runts_and_impossible_lengths_are_dropped(void)
{
	static const uint16_t lengths[] = {0, 1, 13, 2113, 65535};
	struct vale_port_stats s;
	struct port p[TRIO];
	size_t i;

	open_trio(p);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		put_slot(tx_ring(&p[0], 0), NULL, lengths[i], 0);
	txsync(&p[0]);
	CU_ASSERT_EQUAL(drain(&p[1]), 0);
	s = stats_of("vale0:a");
	CU_ASSERT_EQUAL(s.tx_packets, 5);
	CU_ASSERT_EQUAL(s.tx_drop_bad_slot, 5);
	CU_ASSERT_EQUAL(s.tx_copies, 0);
	close_trio(p);
}

/* A packet of so many fragments of 20 bytes each. */
static void put_fragments(struct netmap_ring *ring, uint32_t frags, uint32_t seq)
{
	uint32_t i;

	fill_frame(buffer(ring, ring->head), BROADCAST, 1, seq);
	for (i = 0; i < frags; i++)
		put_slot(ring, NULL, 20, i + 1 < frags ? NS_MOREFRAG : 0);
}

static void packets_of_1_to_64_fragments(void)
{
	struct netmap_ring *rx;
	struct port p[TRIO];
	uint32_t frags, i, slot, wrong = 0;

	open_trio(p);
	rx = rx_ring(&p[1], 0);
	for (frags = 1; frags <= NETMAP_MAX_FRAGS; frags++) {
		put_fragments(tx_ring(&p[0], 0), frags, frags);
		txsync(&p[0]);
		rxsync(&p[1]);
		CU_ASSERT_EQUAL_FATAL(available(rx), frags);
		CU_ASSERT_EQUAL(frame_seq(rx, rx->head), frags);
		for (i = 0, slot = rx->head; i < frags; i++, slot = next_slot(rx, slot)) {
			uint16_t more = i + 1 < frags ? NS_MOREFRAG : 0;

			wrong += rx->slot[slot].flags != (frags << 8 | more);
			wrong += rx->slot[slot].len != 20;
		}
		rx->head = rx->cur = rx->tail;
		drain(&p[2]);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	close_trio(p);
}

static void packets_of_more_fragments_are_dropped_whole(void)
{
	struct vale_port_stats s;
	struct port p[TRIO];

	open_trio(p);
	put_fragments(tx_ring(&p[0], 0), 65, 1);
	put_fragments(tx_ring(&p[0], 0), 200, 2);
	put_fragments(tx_ring(&p[0], 0), 2, 3);
	txsync(&p[0]);
	CU_ASSERT_EQUAL(drain(&p[1]), 2);
	s = stats_of("vale0:a");
	CU_ASSERT_EQUAL(s.tx_packets, 3);
	CU_ASSERT_EQUAL(s.tx_drop_bad_slot, 2);
	close_trio(p);
}

static void a_packet_cut_by_head_ends_there(void)
{
	struct netmap_ring *rx;
	struct port p[TRIO];

	open_trio(p);
	fill_frame(buffer(tx_ring(&p[0], 0), 0), BROADCAST, 1, 9);
	put_slot(tx_ring(&p[0], 0), NULL, 30, NS_MOREFRAG);
	put_slot(tx_ring(&p[0], 0), NULL, 31, NS_MOREFRAG);
	txsync(&p[0]);
	rxsync(&p[1]);
	rx = rx_ring(&p[1], 0);
	CU_ASSERT_EQUAL(available(rx), 2);
	CU_ASSERT_EQUAL(rx->slot[0].flags, 0x0200 | NS_MOREFRAG);
	CU_ASSERT_EQUAL(rx->slot[1].flags, 0x0200);
	close_trio(p);
}

static void a_full_ring_loses_whole_packets_from_the_tail(void)
{
	struct vale_port_stats s;
	struct netmap_ring *rx;
	struct port a, b;
	uint32_t i, slot, wrong = 0;

	port_open(&a, "vale0:a");
	port_open_sized(&b, "vale0:b", 1, 64); /* room for 63 slots: 12 packets of 5 */
	for (i = 0; i < 20; i++)
		put_fragments(tx_ring(&a, 0), 5, i);
	put_fragments(tx_ring(&a, 0), 1, 20); /* would fit, but comes after the first loss */
	txsync(&a);
	rxsync(&b);
	rx = rx_ring(&b, 0);
	CU_ASSERT_EQUAL(available(rx), 60);
	for (i = 0, slot = 0; i < 12; i++, slot += 5)
		wrong += frame_seq(rx, slot) != i;
	CU_ASSERT_EQUAL(wrong, 0);
	s = stats_of("vale0:b");
	CU_ASSERT_EQUAL(s.rx_packets, 12);
	CU_ASSERT_EQUAL(s.rx_bytes, 12 * 5 * 20);
	CU_ASSERT_EQUAL(s.rx_drop_ring_full, 9);
	CU_ASSERT_EQUAL(stats_of("vale0:a").tx_copies, rx_total(&s));
	port_close(&a);
	port_close(&b);
	finish();
}

static void check_order(struct port *p)
{
	struct netmap_ring *rx = rx_ring(&p[1], 0);
	uint32_t i, seq = 0, expect = 0, wrong = 0;

	/*
	 * To b by name, to all, to c: b must see the first two kinds in the order they were sent.
	 */
	for (i = 0; i < 700; i++)
		put_frame(tx_ring(&p[0], 0),
			  i % 3 == 0   ? 2
			  : i % 3 == 1 ? BROADCAST
				       : 3,
			  1, FRAME_BYTES, i % 3 == 2 ? 0 : seq++);
	txsync(&p[0]);
	rxsync(&p[1]);
	while (rx->head != rx->tail) {
		wrong += frame_seq(rx, rx->head) != expect++;
		rx->head = rx->cur = next_slot(rx, rx->head);
	}
	CU_ASSERT_EQUAL(drain(&p[2]), 466);
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(expect, seq);
}

static void order_is_kept_whatever_the_batch(void)
{
	static const int batches[] = {1, 3, 64, 1024, 100000};
	int saved = nm_params.bridge_batch;
	struct port p[TRIO];
	size_t i;

	open_trio(p);
	send_frame(&p[1], BROADCAST, 2, 0);
	send_frame(&p[2], BROADCAST, 3, 0);
	drain(&p[0]);
	drain(&p[1]);
	drain(&p[2]);
	for (i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		nm_params.bridge_batch = batches[i];
		check_order(p);
	}
	nm_params.bridge_batch = saved;
	close_trio(p);
}

/* Takes everything; how many frames are not what the sender put with numbers from seq on. */
static uint32_t wrong_in_turn(struct port *p, uint32_t *seq)
{
	struct netmap_ring *rx = rx_ring(p, 0);
	uint32_t wrong = 0;

	rxsync(p);
	for (; rx->head != rx->tail; rx->head = rx->cur = next_slot(rx, rx->head), ++*seq) {
		wrong += frame_seq(rx, rx->head) != *seq;
		wrong += rx->slot[rx->head].len != FRAME_BYTES + *seq % 1400;
		wrong += rx->slot[rx->head].flags != 0x0100;
	}
	rxsync(p);
	return wrong;
}

static void a_frame_to_each_in_turn(void)
{
	static const int batches[] = {1, 3, 10, 64, 100000, 100000, 100000, 100000};
	uint32_t sent[2] = {0, 0}, got[2] = {0, 0}, wrong = 0, k;
	int saved = nm_params.bridge_batch;
	struct port p[TRIO];
	size_t i;

	open_trio(p);
	send_frame(&p[1], BROADCAST, 2, 0);
	send_frame(&p[2], BROADCAST, 3, 0);
	for (k = 0; k < TRIO; k++)
		drain(&p[k]);
	for (i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		nm_params.bridge_batch = batches[i];
		for (k = 0; k < 700; k++) { /* two to b, one to c */
			uint32_t to = k % 3 == 2, seq = sent[to]++;

			put_frame(tx_ring(&p[0], 0), 2 + to, 1, FRAME_BYTES + seq % 1400, seq);
		}
		txsync(&p[0]);
		wrong += wrong_in_turn(&p[1], &got[0]) + wrong_in_turn(&p[2], &got[1]);
	}
	nm_params.bridge_batch = saved;
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(got[0], sent[0]);
	CU_ASSERT_EQUAL(got[1], sent[1]);
	close_trio(p);
}

#define STATIONS 1000 /* more than would do in a table of one entry a bucket */

/* A frame between stations of 16 bits. */
static void put_long(struct port *p, unsigned dst, unsigned src)
{
	struct netmap_ring *ring = tx_ring(p, 0);
	uint8_t *frame = (uint8_t *)buffer(ring, put_frame(ring, 0, 0, FRAME_BYTES, 0));

	frame[4] = dst >> 8;
	frame[5] = dst;
	frame[10] = src >> 8;
	frame[11] = src;
}

static void many_stations_keep_their_places(void)
{
	struct port p[TRIO];
	unsigned i;

	open_trio(p);
	for (i = 1; i <= STATIONS; i++)
		put_long(&p[1], 0x7000, i);
	txsync(&p[1]);
	drain(&p[0]);
	drain(&p[2]);
	for (i = 1; i <= STATIONS; i++)
		put_long(&p[0], i, 0x7001);
	txsync(&p[0]);
	CU_ASSERT_EQUAL(drain(&p[1]), STATIONS);
	CU_ASSERT_EQUAL(drain(&p[2]), 0); /* nobody was pushed out, so nothing was flooded */
	/* Half of them move. */
	for (i = 1; i <= STATIONS / 2; i++)
		put_long(&p[2], 0x7000, i);
	txsync(&p[2]);
	drain(&p[0]);
	drain(&p[1]);
	for (i = 1; i <= STATIONS; i++)
		put_long(&p[0], i, 0x7001);
	txsync(&p[0]);
	CU_ASSERT_EQUAL(drain(&p[1]), STATIONS / 2);
	CU_ASSERT_EQUAL(drain(&p[2]), STATIONS / 2);
	close_trio(p);
}

static void a_batch_of_zero_discards_and_counts(void)
{
	int saved = nm_params.bridge_batch;
	struct vale_port_stats s;
	struct port p[TRIO];

	open_trio(p);
	nm_params.bridge_batch = 0;
	put_fragments(tx_ring(&p[0], 0), 3, 1);
	send_frame(&p[0], BROADCAST, 1, 2);
	nm_params.bridge_batch = saved;
	CU_ASSERT_EQUAL(drain(&p[1]), 0);
	CU_ASSERT_EQUAL(available(tx_ring(&p[0], 0)), 1023);
	s = stats_of("vale0:a");
	CU_ASSERT_EQUAL(s.tx_packets, 2);
	CU_ASSERT_EQUAL(s.tx_drop_no_switch, 2);
	close_trio(p);
}

static void a_station_that_moves_is_followed(void)
{
	struct port p[TRIO];

	open_trio(p);
	send_frame(&p[1], BROADCAST, 9, 1);
	send_frame(&p[2], BROADCAST, 9, 2);
	send_frame(&p[1], BROADCAST, 9, 3); /* back, with nothing else sent in between */
	drain(&p[1]);
	drain(&p[2]);
	send_frame(&p[0], 9, 1, 4);
	CU_ASSERT_EQUAL(drain(&p[1]), 1);
	CU_ASSERT_EQUAL(drain(&p[2]), 0);
	close_trio(p);
}

static void nothing_is_learned_from_groups_or_on_request(void)
{
	struct netmap_ring *ring;
	struct port p[TRIO];
	uint32_t i;

	open_trio(p);
	ring = tx_ring(&p[1], 0);
	i = put_frame(ring, BROADCAST, 5, FRAME_BYTES, 1);
	ring->slot[i].flags = NS_NO_LEARN;
	i = put_frame(ring, BROADCAST, 6, FRAME_BYTES, 2);
	buffer(ring, i)[6] |= 1;
	txsync(&p[1]);
	drain(&p[0]);
	drain(&p[2]);
	send_frame(&p[0], 5, 1, 3);
	send_frame(&p[0], 6, 1, 4);
	CU_ASSERT_EQUAL(drain(&p[1]), 2);
	CU_ASSERT_EQUAL(drain(&p[2]), 2); /* flooded: nobody was learned */
	close_trio(p);
}

static void frames_to_oneself_or_to_nobody_are_counted(void)
{
	struct vale_port_stats s;
	struct port a;

	port_open(&a, "vale0:a");
	send_frame(&a, 1, 1, 1);	 /* learned on this very port */
	send_frame(&a, BROADCAST, 1, 2); /* nobody else is here */
	s = stats_of("vale0:a");
	CU_ASSERT_EQUAL(s.tx_packets, 2);
	CU_ASSERT_EQUAL(s.tx_bytes, 2 * FRAME_BYTES);
	CU_ASSERT_EQUAL(s.tx_drop_no_dest, 2);
	CU_ASSERT_EQUAL(s.tx_copies, 0);
	port_close(&a);
	finish();
}

static void a_port_without_open_rx_rings_loses_and_counts(void)
{
	const struct nmreq_register tx_only = {.nr_mode = NR_REG_ALL_NIC,
					       .nr_flags = NR_TX_RINGS_ONLY};
	struct vale_port_stats s;
	struct port a, b;

	port_open(&a, "vale0:a");
	CU_ASSERT_EQUAL_FATAL(port_try(&b, "vale0:b", &tx_only), 0);
	send_frame(&a, BROADCAST, 1, 1);
	s = stats_of("vale0:b");
	CU_ASSERT_EQUAL(s.rx_drop_not_ready, 1);
	CU_ASSERT_EQUAL(stats_of("vale0:a").tx_copies, 1);
	port_close(&a);
	port_close(&b);
	finish();
}

static uint32_t put_indirect(struct netmap_ring *ring, const void *data, uint16_t bytes,
			     uint16_t flags)
{
	ring->slot[ring->head].ptr = (uintptr_t)data;
	return put_slot(ring, NULL, bytes, flags | NS_INDIRECT);
}

static void indirect_fragments_are_fetched_from_the_task(void)
{
	static char frame[3000 + 1];
	struct netmap_ring *rx;
	struct port p[TRIO];
	uint32_t i;

	open_trio(p);
	for (i = 0; i < sizeof(frame); i++)
		frame[i] = i * 13;
	fill_frame(frame + 1, BROADCAST, 1, 77); /* at an odd address */
	put_indirect(tx_ring(&p[0], 0), frame + 1, 1999, NS_MOREFRAG);
	put_slot(tx_ring(&p[0], 0), "direct", 6, NS_MOREFRAG);
	put_indirect(tx_ring(&p[0], 0), frame + 2000, 5, 0);
	txsync(&p[0]);
	rxsync(&p[1]);
	rx = rx_ring(&p[1], 0);
	CU_ASSERT_EQUAL_FATAL(available(rx), 3);
	CU_ASSERT_EQUAL(rx->slot[0].len, 1999);
	CU_ASSERT_EQUAL(rx->slot[0].flags, 0x0300 | NS_MOREFRAG);
	CU_ASSERT_EQUAL(memcmp(buffer(rx, 0), frame + 1, 1999), 0);
	CU_ASSERT_EQUAL(memcmp(buffer(rx, 1), "direct", 6), 0);
	CU_ASSERT_EQUAL(rx->slot[2].len, 5);
	CU_ASSERT_EQUAL(rx->slot[2].flags, 0x0300);
	CU_ASSERT_EQUAL(memcmp(buffer(rx, 2), frame + 2000, 5), 0);
	close_trio(p);
}

static void unreadable_indirect_fragments(void)
{
	char frame[FRAME_BYTES];
	struct netmap_ring *rx;
	struct port p[TRIO];
	struct vale_port_stats s;

	open_trio(p);
	fill_frame(frame, BROADCAST, 1, 1);
	put_indirect(tx_ring(&p[0], 0), NULL, 60, 0);		 /* no address: an empty packet */
	put_indirect(tx_ring(&p[0], 0), (void *)4096, 60, 0);	 /* header unreadable */
	put_indirect(tx_ring(&p[0], 0), frame, 60, NS_MOREFRAG); /* rest unreadable */
	put_indirect(tx_ring(&p[0], 0), (void *)4096, 60, 0);
	txsync(&p[0]);
	rxsync(&p[1]);
	rx = rx_ring(&p[1], 0);
	CU_ASSERT_EQUAL_FATAL(available(rx), 2);
	CU_ASSERT_EQUAL(rx->slot[0].len, 60);
	CU_ASSERT_EQUAL(rx->slot[1].len, 0);
	CU_ASSERT_EQUAL(stats_of("vale0:a").tx_drop_bad_slot, 2);
	s = stats_of("vale0:b");
	CU_ASSERT_EQUAL(s.rx_drop_bad_slot, 1);
	CU_ASSERT_EQUAL(s.rx_packets, 0);
	CU_ASSERT_EQUAL(s.rx_bytes, 0);
	close_trio(p);
}

static void headers_of_equal_length_pass(void)
{
	const struct nmreq_register vnet = {.nr_mode = NR_REG_ALL_NIC,
					    .nr_flags = NR_ACCEPT_VNET_HDR};
	struct nmreq_port_hdr hdr = {.nr_hdr_len = 12};
	struct netmap_ring *tx, *rx;
	struct port a, b, c;

	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &vnet), 0);
	CU_ASSERT_EQUAL_FATAL(port_try(&b, "vale0:b", &vnet), 0);
	port_open(&c, "vale0:c");
	CU_ASSERT_EQUAL(ctrl(a.handle, NETMAP_REQ_PORT_HDR_SET, "vale0:a", &hdr), 0);
	CU_ASSERT_EQUAL(ctrl(b.handle, NETMAP_REQ_PORT_HDR_SET, "vale0:b", &hdr), 0);
	tx = tx_ring(&a, 0);
	memset(buffer(tx, 0), 0xaa, 12);
	fill_frame(buffer(tx, 0) + 12, BROADCAST, 1, 7);
	put_slot(tx, NULL, 72, 0);
	put_slot(tx, "headerheader", 12, NS_MOREFRAG); /* the frame starts in the second slot */
	put_frame(tx, BROADCAST, 1, FRAME_BYTES, 8);
	put_slot(tx, "headerheader", 12, 0); /* only a header: dropped */
	txsync(&a);
	rxsync(&b);
	rx = rx_ring(&b, 0);
	CU_ASSERT_EQUAL_FATAL(available(rx), 3);
	CU_ASSERT_EQUAL(rx->slot[0].len, 72);
	CU_ASSERT_EQUAL(memcmp(buffer(rx, 0), buffer(tx, 0), 72), 0);
	CU_ASSERT_EQUAL(frame_seq(rx, 2), 8);
	CU_ASSERT_EQUAL(stats_of("vale0:a").tx_drop_bad_slot, 1);
	CU_ASSERT_EQUAL(drain(&c), 0); /* no header there: counted, not passed on */
	CU_ASSERT_EQUAL(stats_of("vale0:c").rx_drop_bad_slot, 2);
	port_close(&a);
	port_close(&b);
	port_close(&c);
	finish();
}

static const struct suite_test tests[] = {
	{"broadcast_floods_then_unicast_reaches_one", broadcast_floods_then_unicast_reaches_one},
	{"delivered_slots_carry_length_and_count", delivered_slots_carry_length_and_count},
	{"payload_arrives_byte_by_byte_at_every_length",
	 payload_arrives_byte_by_byte_at_every_length},
	{"runts_and_impossible_lengths_are_dropped", runts_and_impossible_lengths_are_dropped},
	{"packets_of_1_to_64_fragments", packets_of_1_to_64_fragments},
	{"packets_of_more_fragments_are_dropped_whole",
	 packets_of_more_fragments_are_dropped_whole},
	{"a_packet_cut_by_head_ends_there", a_packet_cut_by_head_ends_there},
	{"a_full_ring_loses_whole_packets_from_the_tail",
	 a_full_ring_loses_whole_packets_from_the_tail},
	{"order_is_kept_whatever_the_batch", order_is_kept_whatever_the_batch},
	{"a_frame_to_each_in_turn", a_frame_to_each_in_turn},
	{"many_stations_keep_their_places", many_stations_keep_their_places},
	{"a_batch_of_zero_discards_and_counts", a_batch_of_zero_discards_and_counts},
	{"a_station_that_moves_is_followed", a_station_that_moves_is_followed},
	{"nothing_is_learned_from_groups_or_on_request",
	 nothing_is_learned_from_groups_or_on_request},
	{"frames_to_oneself_or_to_nobody_are_counted", frames_to_oneself_or_to_nobody_are_counted},
	{"a_port_without_open_rx_rings_loses_and_counts",
	 a_port_without_open_rx_rings_loses_and_counts},
	{"indirect_fragments_are_fetched_from_the_task",
	 indirect_fragments_are_fetched_from_the_task},
	{"unreadable_indirect_fragments", unreadable_indirect_fragments},
	{"headers_of_equal_length_pass", headers_of_equal_length_pass},
};

SUITE_MAIN("core_vale", tests)
