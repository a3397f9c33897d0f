/* SPDX-License-Identifier: BSD-2-Clause */
/* One trial of a point: what its senders are told, and where its record goes. */
#ifndef VB_RUN_TRIAL_H
#define VB_RUN_TRIAL_H

#include "run_state.h"
#include "trial.h"

/* The metric that a calibration or a maximum is taken for; NULL for a measured point. */
const char *run_rate_metric(const struct run *r, const struct plan_point *p);

/* Runs it and fills the record. -1 only when the user interrupted it. */
int run_trial(struct run *r, const struct plan_point *p, const struct trial_order *order,
	      struct record *record, struct vb_err *err);

/*
 * Stores the record and says how it went: text, or when that is NULL or the trial failed, the usual
 * words. 0; 1 when the trial had failed; -1 when the store did not take it.
 */
int run_trial_keep(struct run *r, const struct plan_point *p, int64_t point, unsigned idx,
		   struct record *record, const char *text, struct vb_err *err);

#endif
