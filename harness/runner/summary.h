/* SPDX-License-Identifier: BSD-2-Clause */
/* Medians and spread of the good trials of a stored run's points. */
#ifndef VB_SUMMARY_H
#define VB_SUMMARY_H

#include <jansson.h>
#include <stdbool.h>

#include "store.h"

struct summary_metric {
	char *name;
	double median, min, max;
};

struct summary_point {
	char *label, *reason; /* reason of the first failed trial; NULL none */
	json_t *params;
	bool measured; /* not a calibration */
	unsigned trials, failed;
	struct summary_metric *metrics;
	size_t metrics_n;
};

struct summary {
	struct summary_point *points;
	size_t n;
};

int summary_read(struct summary *s, struct store *st, int64_t run, struct vb_err *err);
void summary_free(struct summary *s);

/* -1 when no good trial has that metric. */
double summary_median(const struct summary_point *p, const char *metric);
/* (max - min) / 2 / median; -1 with fewer than two good trials. */
double summary_spread(const struct summary_point *p, const char *metric);
/* In words, the place where most packets were lost; "" when none were. */
const char *summary_loss_place(const struct summary_point *p);

#endif
