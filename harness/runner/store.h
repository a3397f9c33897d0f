/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trial store, SQLite in WAL mode; its tables are results/schema.sql. Each finished trial is
 * one transaction, so that whatever happens to the runner afterwards, the trial stays. Errors
 * carry the path and what was being done: VB_NO_SPACE when the disk is full, VB_CANNOT_TELL for a
 * damaged file, VB_MISSING for one that cannot be opened, VB_TIMEOUT when another holds it.
 */
#ifndef VB_STORE_H
#define VB_STORE_H

#include <sqlite3.h>
#include <stdint.h>

#include "err.h"
#include "fitness.h"
#include "record.h"

struct store {
	sqlite3 *db;
	char *path;
};

/* The row of a run; texts are borrowed. NULL where the schema allows it. */
struct store_run {
	const char *name, *scenario, *title, *hash, *yaml, *overrides, *started_at;
	const char *commit, *version, *platform, *accelerator, *accelerator_reason;
	const char *kernel, *qemu, *compiler, *host_kernel, *cpu_model, *graph, *runner_identity;
	const char *measure, *machine_class, *comparison, *side;
	int64_t runner_pid, cpus, memory_bytes;
	int dirty; /* -1: not a git tree */
};

/* Creates the file and its tables if need be; one of an earlier version is brought up to date. */
int store_open(struct store *st, const char *path, struct vb_err *err);
/* Only to read, once it is up to date: VB_MISSING when there is none. */
int store_open_read(struct store *st, const char *path, struct vb_err *err);
void store_close(struct store *st);

int store_run_begin(struct store *st, const struct store_run *run, int64_t *id, struct vb_err *err);
/* What is known once the platform has started: accelerator, its reason, kernel, qemu of `place`,
 * and the boot time. */
int store_run_place(struct store *st, int64_t run, const struct store_run *place, int64_t boot_ms,
		    struct vb_err *err);
/* state: complete, failed or interrupted; reason may be NULL. */
int store_run_finish(struct store *st, int64_t run, const char *state, const char *reason,
		     struct vb_err *err);
int store_point(struct store *st, int64_t run, int idx, const char *kind, const char *label,
		json_t *params, int64_t *id, struct vb_err *err);
int store_trial(struct store *st, int64_t point, int idx, const struct record *r,
		struct vb_err *err);
/* A result of a point; lower and upper are its bounds, NAN none. */
struct store_outcome {
	const char *name, *unit;
	double value, lower, upper;
};
int store_outcome(struct store *st, int64_t point, const struct store_outcome *o,
		  struct vb_err *err);
int store_fitness(struct store *st, int64_t run, const struct fitness_check *c, struct vb_err *err);
/* fit: fit, unfit or unknown. */
int store_run_fit(struct store *st, int64_t run, const char *fit, struct vb_err *err);
int store_warning(struct store *st, int64_t run, const char *text, struct vb_err *err);

/*
 * Marks runs whose runner is gone as partial, and tells each one's name and number of finished
 * trials. A run whose runner lives (same pid, same start, same boot) is left alone.
 */
int store_mark_partial(struct store *st, void (*tell)(void *ctx, const char *name, int trials),
		       void *ctx, struct vb_err *err);

/* Fills err from the connection's last error and returns -1. */
int store_fail(const struct store *st, const char *doing, struct vb_err *err);

#endif
