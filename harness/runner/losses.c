/* SPDX-License-Identifier: BSD-2-Clause */
#include "losses.h"

#include <string.h>

static bool counts_cards(const struct record *r)
{
	size_t i;

	for (i = 0; i < r->counters_n; i++)
		if (strcmp(r->counters[i].name, "card_missed") == 0)
			return true;
	return false;
}

static double sum(const struct record *r, const char *const *names, size_t n)
{
	double all = 0;
	size_t i;

	for (i = 0; i < n; i++)
		all += record_counter_sum(r, names[i]);
	return all;
}

/* Stores what receiving ports lost; returns all of it. */
static double put_ports(struct record *r)
{
	double full = record_counter_sum(r, "rx_drop_ring_full");
	double not_ready = record_counter_sum(r, "rx_drop_not_ready");
	double bad_slot = record_counter_sum(r, "rx_drop_bad_slot");

	record_metric(r, "lost_ring_full", "packets", full);
	record_metric(r, "lost_not_ready", "packets", not_ready);
	record_metric(r, "lost_bad_slot", "packets", bad_slot);
	return full + not_ready + bad_slot;
}

static void put_switch(struct record *r, const struct losses *l)
{
	double delivered = record_counter_sum(r, "rx_packets"), lost = put_ports(r);

	if (delivered > l->taken)
		record_metric(r, "lost_unread", "packets", delivered - l->taken);
	if (l->sent > delivered + lost)
		record_metric(r, "lost_at_sender", "packets", l->sent - delivered - lost);
}

static void put_cards(struct record *r, const struct losses *l)
{
	static const char *const refused[] = {"tx_drop_bad_slot", "tx_drop_no_dest",
					      "tx_drop_lookup", "tx_drop_no_switch"};
	double missed = record_counter_sum(r, "card_missed");
	double dropped = record_counter_sum(r, "card_dropped");
	double rest = l->sent - l->taken - missed - dropped - l->reported - put_ports(r) -
		      sum(r, refused, sizeof(refused) / sizeof(refused[0]));

	record_metric(r, "sent_packets", "packets", l->sent);
	record_metric(r, "lost_at_card", "packets", missed);
	record_metric(r, "lost_in_kernel", "packets", dropped);
	record_metric(r, "lost_at_program", "packets", l->reported);
	record_metric(r, "lost_on_wire", "packets", rest > 0 ? rest : 0);
}

void losses_put(struct record *r, const struct losses *l)
{
	double lost = l->sent - l->taken;

	if (l->sent <= 0)
		return;
	record_metric(r, "loss_ratio", "ratio", lost > 0 ? lost / l->sent : 0);
	if (counts_cards(r))
		put_cards(r, l);
	else if (r->counters_n)
		put_switch(r, l);
}
