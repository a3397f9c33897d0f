/* SPDX-License-Identifier: BSD-2-Clause */
/* The trials of one point's searches, one after the other. */
#ifndef VB_QUEST_H
#define VB_QUEST_H

#include "run_trial.h"

struct quest {
	struct run *r;
	const struct plan_point *p;
	int64_t point;
	unsigned idx;		    /* of the next trial within the point */
	struct scenario_search how; /* scaled to the run's duration */
	double duration_s;	    /* of a full trial */
};

/* Sends as fast as possible for so long: what the senders can offer at most. */
struct trial_order quest_at_full_speed(const struct quest *h, double duration_s);
struct trial_order quest_at_rate(const struct quest *h, double rate_pps, double duration_s);
struct trial_order quest_burst(const struct quest *h, double packets);

/* Runs a trial. 0, also when it failed; -1 when the user interrupted it. */
int quest_try(struct quest *h, const struct trial_order *order, struct record *record,
	     struct vb_err *err);

/*
 * Stores the trial with the steps that were noted in it, says it together with `bounds`, and
 * releases the record. 0; 1 when it had failed; -1.
 */
int quest_keep(struct quest *h, const struct trial_order *order, struct record *record,
	      const char *bounds, struct vb_err *err);

/* Share of what was to be sent that did not arrive; of a good trial. */
double quest_loss(const struct record *record);

#endif
