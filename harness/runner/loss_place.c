/* SPDX-License-Identifier: BSD-2-Clause */
#include "loss_place.h"

static const struct {
	const char *metric, *words;
} places[] = {{"lost_ring_full", "receive ring full"},
	      {"lost_not_ready", "receiver not ready"},
	      {"lost_bad_slot", "bad slot at the copy"},
	      {"lost_at_sender", "sender (no destination or bad slot)"},
	      {"lost_unread", "left unread at the end"},
	      {"lost_at_card", "card without room"},
	      {"lost_in_kernel", "between card and program"},
	      {"lost_at_program", "program's own ring full"},
	      {"lost_on_wire", "on the wire"}};

const char *loss_place(double (*value)(const void *ctx, const char *metric), const void *ctx)
{
	const char *words = "";
	double most = 0, lost;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		lost = value(ctx, places[i].metric);
		if (lost > most) {
			most = lost;
			words = places[i].words;
		}
	}
	return words;
}

static double value_of_record(const void *ctx, const char *metric)
{
	const double *value = record_metric_get(ctx, metric);

	return value ? *value : -1;
}

const char *loss_place_of_record(const struct record *r)
{
	return loss_place(value_of_record, r);
}
