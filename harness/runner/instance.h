/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs of one trial: templates of the scenario become numbered instances with their words
 * and CPU. */
#ifndef VB_INSTANCE_H
#define VB_INSTANCE_H

#include <jansson.h>

#include "params.h"
#include "scenario.h"

#define INSTANCES_MAX 256

struct instance {
	char name[72]; /* "rx" or "rx3" */
	enum scenario_role role;
	int cpu; /* -1 anywhere */
	json_t *argv;
};

struct instances {
	struct instance *items;
	size_t n;
};

/* Variables that the runner adds to the parameters: i (instance, from 0), n (their count),
 * duration_s, rate_pps, trial_packets. */
int instance_reserved(const char *name);
/* Adds them with sample values; rate_pps and trial_packets only where rates are set. */
void instance_reserve(struct params *vars, bool load);

/*
 * Expands those programs whose `when` holds. vars: the parameters, duration_s and perhaps rate_pps.
 * cpus: of the platform. -1 (VB_USAGE) when a template does not expand or a count is not from 0 to
 * INSTANCES_MAX.
 */
int instances_build(struct instances *out, const struct scenario_program *programs, size_t n,
		    const struct params *vars, unsigned cpus, struct vb_err *err);
/* How many of them send. */
unsigned instances_senders(const struct instances *in);
void instances_free(struct instances *in);

#endif
