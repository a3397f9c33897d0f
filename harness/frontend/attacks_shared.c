/* SPDX-License-Identifier: BSD-2-Clause */
/* Over the rings of netmap mode. */
#include <os_impl.h>
#include <stdlib.h>
#include <unistd.h>

#include "attack.h"
#include "clock.h"

static void send_beyond(struct shared *s, struct trial *t)
{
	os_store_release(&s->tx->head, 0xffffffffu);
	channel_notify(&s->front->channels, 0);
}

static void give_back_beyond(struct shared *s, struct trial *t)
{
	os_store_release(&s->rx->head, s->rx->num_slots);
	channel_notify(&s->front->channels, 1);
}

/* Nothing but lengths counts, and those only if they can be. */
static void lie_in_slots(struct shared *s, struct trial *t)
{
	static const uint16_t lengths[] = {0, 1, 13, 2049, 0xffff, 60};
	uint32_t head = s->tx->head, i;

	for (i = 0; i < s->tx->num_slots / 2; i++) {
		struct netmap_slot *slot = &s->tx->slot[head];

		*slot = (struct netmap_slot){.buf_idx = (uint32_t)random(),
					     .len = lengths[i % 6],
					     .flags = (uint16_t)random(),
					     .ptr = (uint64_t)random() << 32};
		head = (head + 1) % s->tx->num_slots;
	}
	os_store_release(&s->tx->head, head);
	channel_notify(&s->front->channels, 0);
}

/* Whoever comes next has the same pages. */
static void leave_nonsense(struct shared *s)
{
	uint32_t *words[2] = {(uint32_t *)s->tx, (uint32_t *)s->rx}, side, i;

	for (side = 0; side < 2; side++)
		for (i = 0; i < 8; i++)
			OS_WRITE_ONCE(words[side][i], UINT32_MAX);
}

static void scribble(struct shared *s, struct trial *t)
{
	uint32_t *words[2] = {(uint32_t *)s->tx, (uint32_t *)s->rx};

	while (vb_now_ms() < t->end_ms) {
		unsigned side = (unsigned)random() % 2;

		OS_WRITE_ONCE(words[side][random() % 1024], (uint32_t)random());
		OS_WRITE_ONCE(words[side][5 + random() % 3], (uint32_t)random() % 1024);
		channel_notify(&s->front->channels, side);
	}
	leave_nonsense(s);
}

static void kick(struct shared *s, struct trial *t)
{
	while (vb_now_ms() < t->end_ms) {
		channel_notify(&s->front->channels, 0);
		channel_notify(&s->front->channels, 1);
	}
}

static void take_nothing(struct shared *s, struct trial *t)
{
	while (vb_now_ms() < t->end_ms)
		usleep(100000);
}

const struct attack attacks_shared[] = {
	{.name = "shared-beyond",
	 .about = "sends from beyond the ring",
	 .shared = send_beyond,
	 .reason = "it says that it sent from slots that it does not have"},
	{.name = "shared-back",
	 .about = "gives back slots that there are not",
	 .shared = give_back_beyond,
	 .reason = "it gives back slots that it does not have"},
	{.name = "shared-slots", .about = "lies in its slots", .shared = lie_in_slots},
	{.name = "shared-scribble",
	 .about = "writes anything anywhere",
	 .shared = scribble,
	 .reason = ANY_REASON},
	{.name = "shared-storm", .about = "kicks without end", .shared = kick},
	{.name = "shared-mute", .about = "takes nothing", .shared = take_nothing},
	{0},
};
