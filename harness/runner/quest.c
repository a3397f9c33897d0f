/* SPDX-License-Identifier: BSD-2-Clause */
#include "quest.h"

#include <math.h>

#include "loss_place.h"

/* A sender that cannot keep its rate is given half as long again, and a second to get going. */
#define LATE_FACTOR 1.5
#define LATE_S	    1
/* Nobody takes longer than that to send a burst at full speed that was measured to take 2 s. */
#define BURST_LIMIT_S 60

struct trial_order quest_at_full_speed(const struct quest *h, double duration_s)
{
	return (struct trial_order){
		.searching = true, .duration_s = duration_s, .residual_s = h->how.residual_s};
}

struct trial_order quest_at_rate(const struct quest *h, double rate_pps, double duration_s)
{
	return (struct trial_order){.searching = true,
				    .duration_s = duration_s * LATE_FACTOR + LATE_S,
				    .rate_pps = ceil(rate_pps),
				    .packets = ceil(rate_pps * duration_s),
				    .residual_s = h->how.residual_s};
}

struct trial_order quest_burst(const struct quest *h, double packets)
{
	return (struct trial_order){.searching = true,
				    .duration_s = BURST_LIMIT_S,
				    .packets = packets,
				    .residual_s = h->how.residual_s};
}

int quest_try(struct quest *h, const struct trial_order *order, struct record *record,
	      struct vb_err *err)
{
	struct run *r = h->r;

	*record = (struct record){.step_seq = h->idx};
	progress_trial(&r->progress, h->p - r->plan.points + 1, h->p->label, h->idx + 1, 0);
	if (h->idx && h->how.settle_s > 0 &&
	    session_linger(&r->session, h->how.settle_s * 1000, err)) {
		if (err->code == VB_INTERRUPTED)
			return -1;
		record_fail(record, "%s", err->text);
		return 0;
	}
	return run_trial(r, h->p, order, record, err);
}

double quest_loss(const struct record *record)
{
	const double *loss = record_metric_get(record, "loss_ratio");
	const double *unsent = record_metric_get(record, "unsent_ratio");

	return 1 - (1 - (loss ? *loss : 0)) * (1 - (unsent ? *unsent : 0));
}

static int describe_offer(const struct trial_order *order, const struct record *record, char *text,
			  size_t bytes)
{
	const double *offered = record_metric_get(record, "offered_pps");
	char number[32];

	if (order->packets > 0 && !order->rate_pps)
		return snprintf(text, bytes, "%.0f packets", order->packets);
	progress_rate(offered ? *offered : 0, number, sizeof(number));
	return snprintf(text, bytes, "%spps%s", number, order->rate_pps ? "" : " at full speed");
}

/* Two digits that mean something, of shares from all to one in a million. */
static int decimals_of(double ratio)
{
	int decimals = 0;

	for (ratio *= 100; ratio < 10 && decimals < 5; ratio *= 10)
		decimals++;
	return decimals;
}

static void describe(const struct trial_order *order, const struct record *record,
		     const char *bounds, char *text, size_t bytes)
{
	const double *unsent = record_metric_get(record, "unsent_ratio");
	const char *place = loss_place_of_record(record);
	double loss = quest_loss(record);
	size_t used = describe_offer(order, record, text, bytes);

	if (unsent && *unsent > 0)
		place = "not sent in time";
	if (loss > 0)
		used += snprintf(text + used, bytes - used, ", loss %.*f %%%s%s", decimals_of(loss),
				 loss * 100, *place ? ", most: " : "", place);
	else
		used += snprintf(text + used, bytes - used, ", no loss");
	if (used < bytes && *bounds)
		snprintf(text + used, bytes - used, "; %s", bounds);
}

int quest_keep(struct quest *h, const struct trial_order *order, struct record *record,
	       const char *bounds, struct vb_err *err)
{
	char text[300] = "";
	int rc;

	if (record->ok)
		describe(order, record, bounds, text, sizeof(text));
	rc = run_trial_keep(h->r, h->p, h->point, h->idx++, record, text, err);
	record_free(record);
	return rc;
}
