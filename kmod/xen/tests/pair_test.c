/* SPDX-License-Identifier: BSD-2-Clause */
/* Our frontend and our backend on the two sides of the same rings. */
#include "from_backend.h"
#include "guest.h"
#include "suite.h"
#include "to_backend.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct pair {
	struct guest *g;
	uint32_t gref[VIF_RING_ENTRIES];
	struct vif_to_backend to;
	struct vif_from_backend from;
};

static void pair_begin(struct pair *p)
{
	uint32_t i;

	p->g = guest_new();
	for (i = 0; i < VIF_RING_ENTRIES; i++)
		p->gref[i] = GREF(i % GUEST_PAGES);
	vif_to_backend_init(&p->to, p->g->tx, p->gref);
	vif_from_backend_init(&p->from, p->g->rx, p->gref);
	vif_from_backend_publish(&p->from);
	CU_ASSERT(!vif_ring_init(&p->g->from.ring, p->g->tx, sizeof(struct vif_tx_request)));
	CU_ASSERT(!vif_ring_init(&p->g->to.ring, p->g->rx, sizeof(struct vif_rx_request)));
}

static const uint32_t lengths[] = {14, 60, 1514, 2048, 2049, 4096, 4097, 9014, 65535};

static uint8_t byte(uint32_t i)
{
	return i * 31 + (i >> 8);
}

static void send(struct pair *p, uint32_t bytes)
{
	const struct vif_out_frame f = {.bytes = bytes};
	uint16_t id[VIF_SLOTS_MAX];
	uint32_t i;

	vif_to_backend_put(&p->to, &f, id);
	for (i = 0; i < bytes; i++)
		p->g->page[id[i / VIF_PAGE_BYTES] % GUEST_PAGES][i % VIF_PAGE_BYTES] = byte(i);
	vif_to_backend_publish(&p->to);
	CU_ASSERT_TRUE(p->to.notify);
}

/* Each length, several times round the ring. */
static void test_to_backend(void)
{
	uint32_t n, i, wrong = 0, pos = 0, slots;
	struct pair p = {0};

	pair_begin(&p);
	for (n = 0; n < 40 * COUNT(lengths); n++) {
		uint32_t bytes = lengths[n % COUNT(lengths)];

		CU_ASSERT_TRUE(vif_to_backend_room(&p.to));
		send(&p, bytes);
		p.to.notify = false;
		slots = guest_fill(p.g, pos, OUR_SLOTS - 1, 0);
		CU_ASSERT_EQUAL(slots, vif_slots_for(&p.g->slots, bytes));
		for (i = 0; i < bytes; i++)
			wrong += guest_buf(p.g, (pos + i / BUF_BYTES) % OUR_SLOTS)[i % BUF_BYTES] !=
				 byte(i);
		pos = (pos + slots) % OUR_SLOTS;
		vif_to_backend_reap(&p.to);
		CU_ASSERT_EQUAL(p.to.nfree, VIF_RING_ENTRIES);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(p.to.errors, 0);
	CU_ASSERT_PTR_NULL(p.to.broken);
	CU_ASSERT_PTR_NULL(p.g->from.broken);
	guest_free(p.g);
}

static void fill_slots(struct guest *g, uint32_t pos, uint32_t bytes)
{
	uint32_t n = vif_slots_for(&g->slots, bytes), i;

	for (i = 0; i < n; i++) {
		struct netmap_slot *slot = &g->slot[(pos + i) % OUR_SLOTS];

		slot->len = i + 1 < n ? BUF_BYTES : bytes - i * BUF_BYTES;
		slot->flags = i + 1 < n ? NS_MOREFRAG : 0;
	}
	for (i = 0; i < bytes; i++)
		guest_buf(g, (pos + i / BUF_BYTES) % OUR_SLOTS)[i % BUF_BYTES] = byte(i);
}

static uint32_t differences(const struct pair *p, const struct vif_in_frame *f)
{
	uint32_t wrong = 0, at = 0, i, k;

	for (i = 0; i < f->npieces; i++)
		for (k = 0; k < f->piece[i].bytes; k++)
			wrong += p->g->page[f->piece[i].page % GUEST_PAGES]
					   [f->piece[i].offset + k] != byte(at++);
	return wrong + (at != f->bytes);
}

static void test_from_backend(void)
{
	uint32_t n, wrong = 0, pos = 0, end;
	struct vif_in_frame f;
	struct pair p = {0};

	pair_begin(&p);
	for (n = 0; n < 40 * COUNT(lengths); n++) {
		uint32_t bytes = lengths[n % COUNT(lengths)];

		end = (pos + vif_slots_for(&p.g->slots, bytes)) % OUR_SLOTS;
		fill_slots(p.g, pos, bytes);
		CU_ASSERT_TRUE(vif_from_backend_await(&p.from));
		CU_ASSERT_EQUAL(vif_to_guest(&p.g->to, &p.g->slots, pos, end, &p.g->sent), end);
		CU_ASSERT_TRUE(p.g->to.notify);
		p.g->to.notify = false;
		pos = end;
		CU_ASSERT_EQUAL(vif_from_backend_read(&p.from, &f), VIF_GOOD);
		CU_ASSERT_EQUAL(f.bytes, bytes);
		wrong += differences(&p, &f);
		vif_from_backend_take(&p.from, &f);
		vif_from_backend_publish(&p.from);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_PTR_NULL(p.from.broken);
	guest_free(p.g);
}

/* The addresses that a frontend asks for are those that pass. */
static void test_filter(void)
{
	static const uint8_t mac[6] = {1, 0, 0x5e, 0, 0, 9}, bad[6] = {2, 0, 0, 0, 0, 9};
	struct pair p = {0};

	pair_begin(&p);
	p.g->filter.on = true;
	CU_ASSERT_FALSE(vif_filter_passes(&p.g->filter, mac));
	vif_to_backend_command(&p.to, VIF_EXTRA_MCAST_ADD, mac);
	vif_to_backend_publish(&p.to);
	guest_fill(p.g, 0, OUR_SLOTS - 1, 0);
	CU_ASSERT_TRUE(vif_filter_passes(&p.g->filter, mac));
	vif_to_backend_command(&p.to, VIF_EXTRA_MCAST_DEL, mac);
	vif_to_backend_publish(&p.to);
	guest_fill(p.g, 0, OUR_SLOTS - 1, 0);
	CU_ASSERT_FALSE(vif_filter_passes(&p.g->filter, mac));
	vif_to_backend_reap(&p.to);
	CU_ASSERT_FALSE(p.to.command_failed);
	vif_to_backend_command(&p.to, VIF_EXTRA_MCAST_ADD, bad);
	vif_to_backend_publish(&p.to);
	guest_fill(p.g, 0, OUR_SLOTS - 1, 0);
	vif_to_backend_reap(&p.to);
	CU_ASSERT_TRUE(p.to.command_failed);
	CU_ASSERT_PTR_NULL(p.to.broken);
	guest_free(p.g);
}

static const struct suite_test tests[] = {
	{"frames to the backend", test_to_backend},
	{"frames of the backend", test_from_backend},
	{"multicast addresses", test_filter},
};

SUITE_MAIN("xen_pair", tests)
