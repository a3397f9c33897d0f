/* SPDX-License-Identifier: BSD-2-Clause */
/* Over the rings of the standard protocol. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"
#include "clock.h"

#define NO_GRANT    0xfffffff0u
#define NOBODY	    77 /* a domain that is not the backend's */
#define BATCH	    200
#define FRAME_BYTES 60

static void put(struct standard *s, uint32_t gref, uint16_t offset, uint16_t bytes, uint16_t flags)
{
	struct vif_tx_request r = standard_frame(s, offset, bytes, flags);

	r.gref = gref;
	standard_put(s, &r, sizeof(r));
}

static void put_extra(struct standard *s, uint8_t type, uint8_t flags)
{
	struct vif_extra x = {.type = type, .flags = flags};

	standard_put(s, &x, sizeof(x));
}

static void send_ahead(struct standard *s, struct trial *t)
{
	s->tx_next += VIF_RING_ENTRIES + 1;
	standard_show(s);
}

static void send_back(struct standard *s, struct trial *t)
{
	s->tx_next--;
	standard_show(s);
}

/* Noticed when there is something for the guest, of which dom0 sees to it that there is. */
static void offer_ahead(struct standard *s, struct trial *t)
{
	os_store_release(&s->rx->req_prod, VIF_RING_ENTRIES + 1);
	channel_notify(&s->front->channels, 1);
}

static void cross_page(struct standard *s, struct trial *t)
{
	put(s, s->data.ref[0], 4000, 1000, 0);
	standard_show(s);
}

static void never_end(struct standard *s, struct trial *t)
{
	for (int i = 0; i <= VIF_SLOTS_MAX; i++)
		put(s, s->data.ref[0], 0, FRAME_BYTES, VIF_TX_MORE);
	standard_show(s);
}

static void extra_without_end(struct standard *s, struct trial *t)
{
	put(s, s->data.ref[0], 0, FRAME_BYTES, VIF_TX_EXTRA);
	for (int i = 0; i <= VIF_EXTRAS_MAX; i++)
		put_extra(s, VIF_EXTRA_HASH, VIF_EXTRA_MORE);
	standard_show(s);
}

static void extra_unknown(struct standard *s, struct trial *t)
{
	put(s, s->data.ref[0], 0, FRAME_BYTES, VIF_TX_EXTRA);
	put_extra(s, 99, 0);
	standard_show(s);
}

static void segments_of_nothing(struct standard *s, struct trial *t)
{
	struct vif_extra x = {.type = VIF_EXTRA_GSO, .gso = {.type = VIF_GSO_TCPV4}};

	put(s, s->data.ref[0], 0, FRAME_BYTES, VIF_TX_EXTRA);
	standard_put(s, &x, sizeof(x));
	standard_show(s);
}

static void expect(struct standard *s, struct trial *t, unsigned good, unsigned bad)
{
	if (!standard_answered(s))
		t->wrong = "requests are not answered";
	else if (s->good != good || s->bad != bad)
		t->wrong = "requests are answered wrongly";
}

static void grants_that_fail(struct standard *s, struct trial *t)
{
	for (uint32_t i = 0; i < BATCH; i++)
		put(s, NO_GRANT - i * 12345, 0, FRAME_BYTES, 0);
	standard_show(s);
	expect(s, t, 0, BATCH);
}

static void grants_of_another(struct standard *s, struct trial *t)
{
	struct grants foreign;

	if (grants_give(&foreign, NOBODY, 1, NULL)) {
		t->wrong = "no page could be granted to another domain";
		return;
	}
	for (uint32_t i = 0; i < BATCH; i++)
		put(s, foreign.ref[0], 0, FRAME_BYTES, 0);
	standard_show(s);
	expect(s, t, 0, BATCH);
	grants_end(&foreign);
}

/* Pages are taken back while they are to be read. */
static void grants_that_vanish(struct standard *s, struct trial *t)
{
	while (vb_now_ms() < t->end_ms && !t->wrong) {
		struct grants brief;

		if (grants_give(&brief, s->front->domain, 1, NULL)) {
			t->wrong = "no page could be granted";
			return;
		}
		for (uint32_t i = 0; i < BATCH; i++)
			put(s, brief.ref[0], 0, FRAME_BYTES, 0);
		standard_show(s);
		grants_end(&brief);
		if (!standard_answered(s))
			t->wrong = "requests are not answered";
	}
}

static void lengths_that_lie(struct standard *s, struct trial *t)
{
	uint32_t ref = s->data.ref[0];

	put(s, ref, 0, 13, 0);
	put(s, ref, 0, 100, VIF_TX_MORE);
	put(s, ref, 0, 0, 0);
	put(s, ref, 0, 100, VIF_TX_MORE);
	put(s, ref, 0, 101, 0);
	standard_show(s);
	expect(s, t, 0, 5);
}

/* A frame cut in two at each of its bytes, and one of as many pieces as there may be. */
static void pieces(struct standard *s, struct trial *t)
{
	uint32_t ref = s->data.ref[0];

	for (uint16_t cut = 1; cut < FRAME_BYTES; cut++) {
		put(s, ref, 0, FRAME_BYTES, VIF_TX_MORE);
		put(s, ref, cut, FRAME_BYTES - cut, 0);
	}
	put(s, ref, 0, FRAME_BYTES, VIF_TX_MORE);
	for (uint16_t i = 1; i < VIF_SLOTS_MAX; i++)
		put(s, ref, FRAME_BYTES - i, 1, i + 1 < VIF_SLOTS_MAX ? VIF_TX_MORE : 0);
	standard_show(s);
	expect(s, t, 2 * (FRAME_BYTES - 1) + VIF_SLOTS_MAX, 0);
}

struct rewriter {
	struct standard *s;
	bool stop;
};

static void *rewrite(void *arg)
{
	struct rewriter *r = arg;
	uint32_t *words = (uint32_t *)r->s->tx->entries;

	while (!__atomic_load_n(&r->stop, __ATOMIC_RELAXED))
		OS_WRITE_ONCE(words[random() % (3 * VIF_RING_ENTRIES)], (uint32_t)random());
	return NULL;
}

static void requests_that_change(struct standard *s, struct trial *t)
{
	struct rewriter r = {.s = s};
	pthread_t thread;

	if (pthread_create(&thread, NULL, rewrite, &r)) {
		t->wrong = "no thread";
		return;
	}
	while (vb_now_ms() < t->end_ms && frontend_backend_state(s->front) == CONNECTED) {
		for (int i = 0; i < BATCH; i++)
			put(s, s->data.ref[0], 0, FRAME_BYTES, 0);
		standard_show(s);
		usleep(1000);
	}
	__atomic_store_n(&r.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

static void storm(struct standard *s, struct trial *t)
{
	while (vb_now_ms() < t->end_ms) {
		channel_notify(&s->front->channels, 0);
		channel_notify(&s->front->channels, 1);
	}
}

static void mute(struct standard *s, struct trial *t)
{
	while (vb_now_ms() < t->end_ms)
		usleep(100000);
}

static void flood(struct standard *s, struct trial *t, uint32_t gref)
{
	while (vb_now_ms() < t->end_ms && !t->wrong) {
		for (int i = 0; i < BATCH; i++)
			put(s, gref, 0, FRAME_BYTES, 0);
		standard_show(s);
		if (!standard_answered(s))
			t->wrong = "requests are not answered";
	}
}

static void flood_good(struct standard *s, struct trial *t)
{
	flood(s, t, s->data.ref[0]);
}

static void flood_bad(struct standard *s, struct trial *t)
{
	flood(s, t, NO_GRANT);
}

static void keys_rewritten(struct standard *s, struct trial *t)
{
	static const char *const keys[] = {"tx-ring-ref", "event-channel-tx", "request-rx-copy",
					   "multi-queue-num-queues", "feature-sg"};
	char value[24];

	while (vb_now_ms() < t->end_ms) {
		snprintf(value, sizeof(value), "%ld", random() - (1l << 30));
		if (frontend_write(keys[random() % 5], value, NULL))
			t->wrong = "the store takes no keys";
	}
}

const struct attack attacks_standard[] = {
	{.name = "ahead",
	 .about = "more requests than the ring holds",
	 .standard = send_ahead,
	 .reason = "more requests than its ring holds"},
	{.name = "backwards",
	 .about = "an index that goes back",
	 .standard = send_back,
	 .reason = "more requests than its ring holds"},
	{.name = "offers",
	 .about = "more pages than the ring holds",
	 .standard = offer_ahead,
	 .reason = "more offers than its ring holds"},
	{.name = "crossing",
	 .about = "a frame over the end of its page",
	 .standard = cross_page,
	 .reason = "a fragment that crosses the end of its page"},
	{.name = "endless",
	 .about = "a frame without an end",
	 .standard = never_end,
	 .reason = "a frame of too many fragments"},
	{.name = "extras",
	 .about = "extras without an end",
	 .standard = extra_without_end,
	 .reason = "too many extras"},
	{.name = "unknown",
	 .about = "an extra that there is not",
	 .standard = extra_unknown,
	 .reason = "an extra of unknown type"},
	{.name = "segments",
	 .about = "segments of no bytes",
	 .standard = segments_of_nothing,
	 .reason = "segments of no bytes"},
	{.name = "no-grants", .about = "pages never granted", .standard = grants_that_fail},
	{.name = "foreign", .about = "pages granted to another", .standard = grants_of_another},
	{.name = "vanish", .about = "pages taken back", .standard = grants_that_vanish},
	{.name = "lengths", .about = "lengths that do not add up", .standard = lengths_that_lie},
	{.name = "pieces", .about = "frames cut everywhere", .standard = pieces},
	{.name = "rewrite",
	 .about = "requests that change while they are read",
	 .standard = requests_that_change,
	 .reason = ANY_REASON},
	{.name = "keys-rewritten", .about = "keys that change", .standard = keys_rewritten},
	{.name = "mute", .about = "offers and takes nothing", .standard = mute},
	{.name = "storm", .about = "events without end", .standard = storm},
	{.name = "flood", .about = "frames without end", .standard = flood_good},
	{.name = "flood-bad", .about = "such that fail", .standard = flood_bad},
	{0},
};
