/* SPDX-License-Identifier: BSD-2-Clause */
/* run, where the scenario is a collection: one run after the other, then one table of them all. */
#ifndef VB_RUN_COLLECTION_H
#define VB_RUN_COLLECTION_H

#include "run.h"
#include "err.h"

/*
 * common: what the command line says for all runs; its platform keeps those of that platform only.
 * Graphs and pages of the single runs are not drawn. VB_OK whatever the targets say; VB_FAILED when
 * a trial failed.
 */
enum vb_exit run_collection(const char *path, const struct run_options *common, bool page);

#endif
