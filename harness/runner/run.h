/* SPDX-License-Identifier: BSD-2-Clause */
/* The verb `run`: a scenario from its file to stored trials. */
#ifndef VB_RUN_H
#define VB_RUN_H

#include <signal.h>
#include <stdbool.h>

#include <stdbool.h>

#include "baton.h"
#include "platform.h"

struct run_options {
	const char *scenario_path;
	const char *platform; /* auto, native, qemu */
	const char *kernel;   /* NULL default */
	const char *results;  /* folder of the store */
	const char *tree;     /* whose build is measured; NULL: this one's */
	/* This run is one side, 'A' or 'B', of a comparison; NULL: of none. */
	const char *comparison, *side;
	struct baton *baton;
	const char **sets; /* texts of --set */
	size_t sets_n;
	const char **nics; /* PCI addresses, for the platform host */
	size_t nics_n;
	bool takes_nics;
	enum platform_accel accel;
	unsigned trials;			     /* 0: as the scenario says */
	double duration_s;			     /* 0: as the scenario says */
	bool interleaved;			     /* a trial of each point in turn */
	bool skip_fitness;			     /* ask nothing of the machine beforehand */
	const struct platform_ops *const *platforms; /* to choose from, NULL at the end */
	const volatile sig_atomic_t *interrupted;
	char *why; /* receives why it did not begin; NULL: nobody asks */
	size_t why_bytes;
};

/*
 * Runs it. Progress and complaints go to stderr. VB_OK: every trial is good. *name is the run's
 * name once it is in the store (the caller frees), NULL before.
 */
enum vb_exit run_scenario(const struct run_options *options, char **name);

#endif
