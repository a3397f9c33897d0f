/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of a run share. */
#ifndef VB_RUN_STATE_H
#define VB_RUN_STATE_H

#include "cards.h"
#include "disturbance.h"
#include "plan.h"
#include "progress.h"
#include "run.h"
#include "session.h"
#include "store.h"

struct run {
	const struct run_options *opt;
	struct scenario_file file;
	struct sweep sweep;
	struct plan plan;
	struct platform_config cfg;
	struct cards cards; /* of cfg */
	struct session session;
	struct progress progress;
	struct store store;
	int64_t id; /* in the store */
	char *name, *folder, *build_dir;
	unsigned restarts, failed_trials, failed_in_row;
	unsigned measured, not_run; /* points, calibrations not counted */
	char first_not_run[600];
	unsigned trials_behind; /* of the points that are over */
	char first_failure[600];
	double load_most;	/* load average after any trial */
	struct disturbance disturbance;
	unsigned programs_most; /* that ran at once in any trial */
	uint64_t started_ms; /* when the platform was started, our clock */
	bool first_packet_told;
};

/* Starts (or restarts) the platform and runs the scenario's setup on it. */
int run_boot(struct run *r, struct vb_err *err);
/* The scenario's teardown, then the platform's end. -1 when a command failed or the kernel
 * complained. */
int run_shut_down(struct run *r, struct vb_err *err);

/*
 * The scenario's commands before and after each point. -1: one failed; with VB_MISSING what the
 * point needs is not there, and it cannot be run at this place.
 */
int run_point_enter(struct run *r, const struct plan_point *p, struct vb_err *err);
int run_point_leave(struct run *r, const struct plan_point *p, struct vb_err *err);
/* Does one of the commands before it attach something to a switch? */
bool run_point_attaches(const struct run *r, const struct plan_point *p);

/* Puts a point into the store, before any of its trials. */
int run_point_begin(struct run *r, size_t index, struct vb_err *err);
/*
 * Takes all trials of a point, or one of them (from 1), and stores each one. -1: the run cannot go
 * on (interrupted, disk full, platform lost twice, three points in a row failed).
 */
int run_point(struct run *r, size_t index, struct vb_err *err);
int run_point_round(struct run *r, size_t index, unsigned trial, struct vb_err *err);

/* Said on stderr and kept beside the run's figures. */
__attribute__((format(printf, 2, 3))) void run_warn(struct run *r, const char *fmt, ...);

#endif
