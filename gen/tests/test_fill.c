/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sender leaves in its slots: which buffers, which addresses. */
#include <string.h>

#include "memring.h"
#include "ring.h"
#include "suite.h"
#include "tx.h"

#define SLOTS	   16
#define BURST	   5
#define OLD_BYTE   0xee
#define HEAD_BYTES 64

/* A sender of one ring in our own memory. */
struct rig {
	struct config cfg;
	struct worker w;
	struct memring mem;
	struct netmap_ring *ring;
	struct filler filler;
};

static void rig_open(struct rig *r, bool exchange, uint32_t src_macs, uint32_t frags)
{
	struct frame_spec spec = {.family = 4,
				  .max_bytes = 200,
				  .dst_mac = {2, 0, 0, 0, 0, 1},
				  .src_mac = {2, 0, 0, 0, 1, 0},
				  .src_macs = src_macs};
	struct vb_err err;

	memset(r, 0, sizeof(*r));
	CU_ASSERT_EQUAL_FATAL(range_parse(&spec.src, 4, "10.0.0.1", "-s", &err), 0);
	CU_ASSERT_EQUAL_FATAL(range_parse(&spec.dst, 4, "10.1.0.1", "-d", &err), 0);
	CU_ASSERT_EQUAL_FATAL(memring_init(&r->mem, true, SLOTS), 0);
	r->ring = r->mem.ring;
	r->cfg.exchange_buffers = exchange;
	r->cfg.frags = frags;
	r->w.cfg = &r->cfg;
	r->w.io.n_tx = 1;
	r->w.io.tx[0] = r->ring;
	CU_ASSERT_EQUAL_FATAL(frame_init(&r->w.frame, &spec, 1, &err), 0);
	filler_init(&r->filler, &r->w);
}

static void rig_close(struct rig *r)
{
	frame_free(&r->w.frame);
	memring_free(&r->mem);
}

static uint32_t fill(struct rig *r, uint32_t packets)
{
	uint32_t slots;
	uint64_t bytes;

	filler_fill(&r->filler, r->ring, packets, &slots, &bytes);
	return slots;
}

static void take_back(struct rig *r)
{
	r->mem.position = r->ring->head;
	memring_reclaim(&r->mem);
}

/* Every buffer is in exactly one slot. */
static bool none_lost(const struct rig *r)
{
	bool seen[SLOTS + 2] = {false};
	uint32_t i;

	for (i = 0; i < SLOTS; i++) {
		uint32_t index = r->ring->slot[i].buf_idx;

		if (index < 2 || index >= SLOTS + 2 || seen[index])
			return false;
		seen[index] = true;
	}
	return true;
}

/* Slots whose buffer is another one than before, which say so, and hold the frame. */
static uint32_t changed(const struct rig *r, const struct netmap_slot *before, uint32_t from,
			uint32_t slots)
{
	uint32_t n = 0;

	for (; slots; slots--, from = ring_next(r->ring, from)) {
		const struct netmap_slot *slot = &r->ring->slot[from];

		n += slot->buf_idx != before[from].buf_idx && slot->flags & NS_BUF_CHANGED &&
		     memcmp(ring_buf(r->ring, slot), r->w.frame.buf, slot->len) == 0;
	}
	return n;
}

static void every_slot_gets_another_buffer(void)
{
	struct netmap_slot before[SLOTS];
	struct rig r;
	int round;

	rig_open(&r, true, 1, 1);
	for (round = 0; round < 20; round++) {
		uint32_t from = r.ring->head;

		memcpy(before, r.ring->slot, sizeof(before));
		CU_ASSERT_EQUAL(fill(&r, BURST), BURST);
		CU_ASSERT_EQUAL(changed(&r, before, from, BURST), BURST);
		CU_ASSERT(none_lost(&r));
		take_back(&r);
	}
	rig_close(&r);
}

/* One slot of a ring is never the sender's. */
static void full_ring_leaves_the_slot_of_others(void)
{
	struct netmap_slot before[SLOTS];
	struct rig r;

	rig_open(&r, true, 1, 1);
	memcpy(before, r.ring->slot, sizeof(before));
	CU_ASSERT_EQUAL(fill(&r, SLOTS), SLOTS - 1);
	CU_ASSERT_EQUAL(changed(&r, before, 0, SLOTS - 1), SLOTS - 1);
	CU_ASSERT_EQUAL(before[SLOTS - 1].buf_idx, r.ring->slot[SLOTS - 1].buf_idx);
	CU_ASSERT(none_lost(&r));
	CU_ASSERT_EQUAL(fill(&r, 1), 0);
	rig_close(&r);
}

static void fragments_change_buffers_too(void)
{
	struct netmap_slot before[SLOTS];
	struct rig r;
	uint32_t i, n = 0;

	rig_open(&r, true, 1, 3);
	memcpy(before, r.ring->slot, sizeof(before));
	CU_ASSERT_EQUAL(fill(&r, 2), 6);
	for (i = 0; i < 6; i++)
		n += r.ring->slot[i].buf_idx != before[i].buf_idx &&
		     r.ring->slot[i].flags & NS_BUF_CHANGED;
	CU_ASSERT_EQUAL(n, 6);
	CU_ASSERT(none_lost(&r));
	rig_close(&r);
}

static void buffers_stay_unless_asked(void)
{
	struct netmap_slot before[SLOTS];
	struct rig r;
	uint32_t i;

	rig_open(&r, false, 1, 1);
	memcpy(before, r.ring->slot, sizeof(before));
	fill(&r, BURST);
	for (i = 0; i < SLOTS; i++)
		CU_ASSERT_EQUAL(before[i].buf_idx, r.ring->slot[i].buf_idx);
	CU_ASSERT_EQUAL(r.ring->slot[0].flags & NS_BUF_CHANGED, 0);
	rig_close(&r);
}

/* How many of a burst's buffers, given by somebody else, hold nothing of the frame but its head. */
static uint32_t heads_only(bool zero_copy)
{
	const uint8_t *data;
	uint32_t i, n = 0;
	struct rig r;

	rig_open(&r, false, 1, 1);
	r.cfg.zero_copy = zero_copy;
	filler_init(&r.filler, &r.w);
	for (i = 0; i < SLOTS; i++) {
		r.ring->slot[i].flags = NS_BUF_CHANGED;
		memset(ring_buf(r.ring, &r.ring->slot[i]), OLD_BYTE, 256);
	}
	CU_ASSERT_EQUAL(fill(&r, BURST), BURST);
	for (i = 0; i < BURST; i++) {
		data = ring_buf(r.ring, &r.ring->slot[i]);
		CU_ASSERT_EQUAL(memcmp(data, r.w.frame.buf, HEAD_BYTES), 0);
		CU_ASSERT_EQUAL(r.ring->slot[i].len, r.w.frame.bytes);
		n += data[HEAD_BYTES] == OLD_BYTE;
	}
	rig_close(&r);
	return n;
}

static void a_given_buffer_gets_the_head_of_the_frame(void)
{
	CU_ASSERT_EQUAL(heads_only(true), BURST);
	CU_ASSERT_EQUAL(heads_only(false), 0);
}

static void buffer_is_given(const struct rig *r, struct netmap_slot *slot)
{
	slot->flags = NS_BUF_CHANGED;
	memset(ring_buf(r->ring, slot), OLD_BYTE, 256);
}

/* Sends many laps, and sees that every packet has the addresses that are its turn. */
static void send_laps(struct rig *r, uint32_t src_macs, bool give)
{
	uint32_t round, at, i;

	rig_open(r, false, src_macs, 1);
	for (i = 0; i < SLOTS; i++)
		buffer_is_given(r, &r->ring->slot[i]);
	for (round = 0, i = 0; round < 20; round++) {
		at = r->ring->head;
		if (give)
			buffer_is_given(r, &r->ring->slot[at]);
		CU_ASSERT_EQUAL(fill(r, BURST), BURST);
		for (; at != r->ring->head; at = ring_next(r->ring, at), i++) {
			const uint8_t *eth = ring_buf(r->ring, &r->ring->slot[at]);

			CU_ASSERT_EQUAL(mac_number(eth), 0x020000000001);
			CU_ASSERT_EQUAL(mac_number(eth + MAC_BYTES), 0x020000000100 + i % src_macs);
		}
		take_back(r);
	}
}

static void source_macs_are_written_into_slots(void)
{
	static const uint32_t macs[] = {3, 8, SLOTS, SLOTS + 1}; /* two of them fit a lap */
	struct rig r;
	unsigned i;

	for (i = 0; i < 2 * sizeof(macs) / sizeof(macs[0]); i++) {
		send_laps(&r, macs[i / 2], i % 2);
		rig_close(&r);
	}
}

/* Is an address written again into a slot whose buffer nobody else had? */
static bool written_again(uint32_t src_macs)
{
	struct rig r;
	uint8_t *src;
	bool again;

	send_laps(&r, src_macs, false);
	src = (uint8_t *)ring_buf(r.ring, &r.ring->slot[r.ring->head]) + MAC_BYTES;
	src[0] = OLD_BYTE;
	CU_ASSERT_EQUAL(fill(&r, 1), 1);
	again = src[0] != OLD_BYTE;
	rig_close(&r);
	return again;
}

static void addresses_that_come_again_stay(void)
{
	CU_ASSERT_FALSE(written_again(8));
	CU_ASSERT_TRUE(written_again(3));
}

/* A head that others moved: what slots hold is no longer what is due. */
static void addresses_follow_a_head_that_jumped(void)
{
	const struct netmap_slot *slot;
	struct rig r;

	send_laps(&r, 8, false);
	r.ring->head = r.ring->cur = ring_next(r.ring, r.ring->head);
	take_back(&r);
	slot = &r.ring->slot[r.ring->head];
	CU_ASSERT_EQUAL(fill(&r, 1), 1);
	CU_ASSERT_EQUAL(mac_number((uint8_t *)ring_buf(r.ring, slot) + MAC_BYTES),
			0x020000000100 + 20 * BURST % 8);
	rig_close(&r);
}

static const struct suite_test tests[] = {
	{"every slot gets another buffer", every_slot_gets_another_buffer},
	{"a full ring leaves the slot of others", full_ring_leaves_the_slot_of_others},
	{"fragments change buffers, too", fragments_change_buffers_too},
	{"buffers stay unless asked", buffers_stay_unless_asked},
	{"a given buffer gets the head of the frame", a_given_buffer_gets_the_head_of_the_frame},
	{"source MACs are written into slots", source_macs_are_written_into_slots},
	{"addresses that come again with every lap stay", addresses_that_come_again_stay},
	{"addresses follow a head that jumped", addresses_follow_a_head_that_jumped},
};

SUITE_MAIN("gen-fill", tests)
