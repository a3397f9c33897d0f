/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: operations, a byte each with what they need behind it. A guest writes raw entries, moves
 * its indices, takes grants back; we fill and deliver in between. The sanitizers see what is read
 * and written; here is checked what they cannot see.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "guest.h"

struct input {
	const uint8_t *data;
	size_t left;
};

static uint32_t number(struct input *in, unsigned bytes)
{
	uint32_t value = 0;

	for (; bytes && in->left; bytes--, in->left--)
		value = value << 8 | *in->data++;
	return value;
}

static void must(bool held)
{
	if (!held)
		abort();
}

/* Mostly fields of sense, else they would all be refused at the first look. */
static void op_request(struct guest *g, struct input *in)
{
	union entry entry = {.tx = {
				     .gref = GREF(number(in, 1) % (GUEST_PAGES + 1)),
				     .offset = number(in, 2) & 0xfff,
				     .flags = number(in, 1) & 0xf,
				     .id = number(in, 1),
				     .bytes = number(in, 2) & 0x3fff,
			     }};

	guest_send(g, &entry);
}

static void op_raw(struct guest *g, struct input *in)
{
	union entry entry;
	unsigned i;

	for (i = 0; i < sizeof(entry); i++)
		entry.bytes[i] = number(in, 1);
	guest_send(g, &entry);
}

static void op_extra(struct guest *g, struct input *in)
{
	union entry entry = {.extra = {.type = number(in, 1) % 6, .flags = number(in, 1) & 1}};

	entry.extra.gso.mss = number(in, 2);
	entry.extra.gso.type = number(in, 1) % 4;
	guest_send(g, &entry);
}

static void op_index(struct guest *g, struct input *in)
{
	g->tx->req_prod += (int8_t)number(in, 1);
}

static void op_event(struct guest *g, struct input *in)
{
	g->tx->rsp_event = number(in, 4);
	g->rx->rsp_event = number(in, 4);
	g->rx->rsp_prod = number(in, 1); /* ours, but in memory of the guest's */
}

static void op_grant(struct guest *g, struct input *in)
{
	g->granted[number(in, 1) % GUEST_PAGES] ^= true;
}

/* A frame that has headers, so that offloads have something to do. */
static void op_page(struct guest *g, struct input *in)
{
	static const uint8_t head[] = {0, 0, 0,	   0, 0, 0, 0, 0, 0, 0, 0,  0,
				       8, 0, 0x45, 0, 4, 0, 0, 0, 0, 0, 64, 6};
	uint8_t *page = g->page[number(in, 1) % GUEST_PAGES];

	memcpy(page, head, sizeof(head));
	page[12 + number(in, 1) % 40] = number(in, 1);
	page[46] = number(in, 1);
}

static void op_offer(struct guest *g, struct input *in)
{
	guest_offer(g, number(in, 2), GREF(number(in, 1) % (GUEST_PAGES + 1)));
}

static void op_offer_index(struct guest *g, struct input *in)
{
	g->rx->req_prod += (int8_t)number(in, 1);
}

static void op_fill(struct guest *g, struct input *in)
{
	uint32_t pos = number(in, 1) % OUR_SLOTS, max = number(in, 1) % OUR_SLOTS;
	bool seen[OUR_SLOTS + NM_BUF_RESERVED] = {false};
	unsigned i;

	must(guest_fill(g, pos, max, number(in, 1)) <= max);
	must(g->from.ring.req_cons == g->from.ring.rsp_prod);
	for (i = 0; i < OUR_SLOTS; i++) {
		uint32_t idx = g->slot[i].buf_idx;

		must(idx >= NM_BUF_RESERVED && idx < OUR_SLOTS + NM_BUF_RESERVED && !seen[idx]);
		seen[idx] = true;
	}
}

static void op_deliver(struct guest *g, struct input *in)
{
	uint32_t from = number(in, 1) % OUR_SLOTS, n = number(in, 1) % OUR_SLOTS, i, end;

	for (i = 0; i < n; i++)
		guest_slot(g, (from + i) % OUR_SLOTS, number(in, 2),
			   number(in, 1) & 1 ? NS_MOREFRAG : 0, i);
	end = vif_to_guest(&g->to, &g->slots, from, (from + n) % OUR_SLOTS, &g->sent);
	must(nm_distance(from, end, OUR_SLOTS) <= n);
	must(g->to.ring.req_cons == g->to.ring.rsp_prod);
}

static void (*const ops[])(struct guest *g, struct input *in) = {
	op_request, op_request, op_request, op_raw,  op_extra,	 op_index, op_event, op_grant,
	op_page,    op_offer,	op_fill,    op_fill, op_deliver, op_offer, op_offer, op_offer_index,
};

void fuzz_guest(const uint8_t *data, size_t size)
{
	struct input in = {.data = data, .left = size < FUZZ_INPUT_MAX ? size : FUZZ_INPUT_MAX};
	struct guest *g = guest_new();

	g->filter.on = true;
	while (in.left)
		ops[number(&in, 1) % (sizeof(ops) / sizeof(ops[0]))](g, &in);
	guest_free(g);
}
