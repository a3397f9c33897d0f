/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest receives, whether it takes it or not. */
#include "guest.h"
#include "suite.h"

static uint32_t send(struct guest *g, uint32_t from, uint32_t to)
{
	return vif_to_guest(&g->to, &g->slots, from, to, &g->sent);
}

static void offer(struct guest *g, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		guest_offer(g, 1000 + i, GREF(i % GUEST_PAGES));
}

static void test_one(void)
{
	struct guest *g = guest_new();
	struct vif_rx_response r;

	offer(g, 1);
	guest_slot(g, 5, 60, NS_REPORT, 'x');
	CU_ASSERT_EQUAL(send(g, 5, 6), 6);
	r = guest_rx_response(g, 0);
	CU_ASSERT_EQUAL(r.id, 1000);
	CU_ASSERT_EQUAL(r.status, 60);
	CU_ASSERT_EQUAL(r.offset, 0);
	CU_ASSERT_EQUAL(r.flags, 0);
	CU_ASSERT_EQUAL(g->page[0][59], 'x');
	CU_ASSERT_EQUAL(g->page[0][60], 0);
	CU_ASSERT_EQUAL(g->rx->rsp_prod, 1);
	CU_ASSERT_TRUE(g->to.notify);
	CU_ASSERT_EQUAL(g->slot[5].flags, 0);
	CU_ASSERT_EQUAL(g->sent.packets, 1);
	guest_free(g);
}

/* Slots of several buffers, pages of other sizes. */
static void test_scattered(void)
{
	struct guest *g = guest_new();
	unsigned i;

	offer(g, 3);
	for (i = 0; i < 4; i++)
		guest_slot(g, i, 2000, i < 3 ? NS_MOREFRAG : 0, 'a' + i);
	CU_ASSERT_EQUAL(send(g, 0, 4), 4);
	CU_ASSERT_EQUAL(guest_rx_response(g, 0).status, VIF_PAGE_BYTES);
	CU_ASSERT_EQUAL(guest_rx_response(g, 0).flags, VIF_RX_MORE);
	CU_ASSERT_EQUAL(guest_rx_response(g, 1).status, 8000 - VIF_PAGE_BYTES);
	CU_ASSERT_EQUAL(guest_rx_response(g, 1).flags, 0);
	CU_ASSERT_EQUAL(g->page[0][1999], 'a');
	CU_ASSERT_EQUAL(g->page[0][2000], 'b');
	CU_ASSERT_EQUAL(g->page[0][VIF_PAGE_BYTES - 1], 'c');
	CU_ASSERT_EQUAL(g->page[1][8000 - VIF_PAGE_BYTES - 1], 'd');
	CU_ASSERT_EQUAL(g->rx->rsp_prod, 2);
	g->to.scatters = false;
	CU_ASSERT_EQUAL(send(g, 0, 4), 4);
	CU_ASSERT_EQUAL(g->to.dropped, 1);
	CU_ASSERT_EQUAL(g->rx->rsp_prod, 2);
	guest_free(g);
}

/* Frames wait while there are no pages, and the guest is asked to tell of new ones. */
static void test_starved(void)
{
	struct guest *g = guest_new();
	unsigned i;

	for (i = 0; i < 4; i++)
		guest_slot(g, i, 60, 0, 'a' + i);
	offer(g, 2);
	CU_ASSERT_EQUAL(send(g, 0, 4), 2);
	CU_ASSERT_TRUE(g->to.starved);
	CU_ASSERT_EQUAL(g->rx->req_event, 3);
	CU_ASSERT_EQUAL(send(g, 2, 4), 2);
	offer(g, 2);
	CU_ASSERT_EQUAL(send(g, 2, 4), 4);
	CU_ASSERT_FALSE(g->to.starved);
	CU_ASSERT_EQUAL(g->rx->rsp_prod, 4);
	guest_free(g);
}

/* More than a ring's worth at once, to a guest that offers more than that. */
static void test_many(void)
{
	struct guest *g = guest_new();
	uint32_t pos = 0, i;

	for (i = 0; i < OUR_SLOTS; i++)
		guest_slot(g, i, 2048, 0, i);
	for (i = 0; i < 8; i++) {
		offer(g, OUR_SLOTS - 1);
		CU_ASSERT_EQUAL(send(g, pos, (pos + OUR_SLOTS - 1) % OUR_SLOTS),
				(pos + OUR_SLOTS - 1) % OUR_SLOTS);
		pos = (pos + OUR_SLOTS - 1) % OUR_SLOTS;
	}
	CU_ASSERT_EQUAL(g->to.packets, 8 * (OUR_SLOTS - 1));
	CU_ASSERT_EQUAL(g->rx->rsp_prod, 8 * (OUR_SLOTS - 1));
	CU_ASSERT_EQUAL(g->refused, 0);
	guest_free(g);
}

/* A page that is not granted costs the frame, and no more. */
static void test_revoked(void)
{
	struct guest *g = guest_new();
	unsigned i;

	offer(g, 3);
	g->granted[1] = false;
	for (i = 0; i < 3; i++)
		guest_slot(g, i, 60, 0, 'a');
	CU_ASSERT_EQUAL(send(g, 0, 3), 3);
	CU_ASSERT_EQUAL(guest_rx_response(g, 0).status, 60);
	CU_ASSERT_EQUAL(guest_rx_response(g, 1).status, VIF_ERROR);
	CU_ASSERT_EQUAL(guest_rx_response(g, 2).status, 60);
	CU_ASSERT_PTR_NULL(g->to.broken);
	guest_free(g);
}

static const struct {
	uint32_t bytes;
	bool delivered;
} sizes[] = {{0, false}, {13, false}, {14, true}, {2048, true}, {65535, true}};

static void test_sizes(void)
{
	unsigned i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct guest *g = guest_new();

		offer(g, 1);
		guest_slot(g, 0, sizes[i].bytes, 0, 1);
		CU_ASSERT_EQUAL(send(g, 0, 1), 1);
		CU_ASSERT_EQUAL(g->rx->rsp_prod, sizes[i].delivered);
		guest_free(g);
	}
}

static void test_filter(void)
{
	static const uint8_t group[6] = {1, 0, 0x5e, 0, 0, 1}, other[6] = {1, 0, 0x5e, 0, 0, 2};
	static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
			     own[6] = {2, 0, 0, 0, 0, 1};
	struct guest *g = guest_new();
	uint8_t many[6] = {3};
	unsigned i;

	CU_ASSERT_TRUE(vif_filter_passes(&g->filter, other));
	g->filter.on = true;
	CU_ASSERT_TRUE(vif_filter_add(&g->filter, group));
	CU_ASSERT_TRUE(vif_filter_passes(&g->filter, group));
	CU_ASSERT_TRUE(vif_filter_passes(&g->filter, all));
	CU_ASSERT_TRUE(vif_filter_passes(&g->filter, own));
	CU_ASSERT_FALSE(vif_filter_passes(&g->filter, other));
	vif_filter_del(&g->filter, group);
	CU_ASSERT_FALSE(vif_filter_passes(&g->filter, group));
	CU_ASSERT_FALSE(vif_filter_add(&g->filter, own));
	for (i = 0; i < VIF_FILTER_MAX; i++, many[5]++)
		CU_ASSERT_TRUE(vif_filter_add(&g->filter, many));
	CU_ASSERT_FALSE(vif_filter_add(&g->filter, group));
	many[5]--;
	CU_ASSERT_TRUE(vif_filter_add(&g->filter, many));
	guest_free(g);
}

static const struct suite_test tests[] = {
	{"one frame", test_one},    {"frames of several slots", test_scattered},
	{"no pages", test_starved}, {"many", test_many},
	{"revoked", test_revoked},  {"sizes", test_sizes},
	{"multicast", test_filter},
};

SUITE_MAIN("xen_deliver", tests)
