/* SPDX-License-Identifier: BSD-2-Clause */
/* The verbs of the command line: each parses its own words, argv[0] being "valebench VERB", and
 * returns the exit status. */
#ifndef VB_VERBS_H
#define VB_VERBS_H

#include <argp.h>
#include <signal.h>

#include "err.h"
#include "usage.h"

enum vb_exit verb_list(int argc, char **argv);
enum vb_exit verb_show(int argc, char **argv);
enum vb_exit verb_run(int argc, char **argv);
enum vb_exit verb_compare(int argc, char **argv);
enum vb_exit verb_bisect(int argc, char **argv);
enum vb_exit verb_regress(int argc, char **argv);
enum vb_exit verb_baseline(int argc, char **argv);
enum vb_exit verb_results(int argc, char **argv);
enum vb_exit verb_report(int argc, char **argv);
enum vb_exit verb_trend(int argc, char **argv);
enum vb_exit verb_export(int argc, char **argv);
enum vb_exit verb_import(int argc, char **argv);
enum vb_exit verb_doctor(int argc, char **argv);

extern volatile sig_atomic_t verbs_interrupted;

/* Runs the Python report on a run of a store; run NULL: the newest. */
enum vb_exit report_run(const char *results, const char *run, const char *formats);

/* Prints err on stderr as one line and returns its code. */
enum vb_exit verbs_fail(const struct vb_err *err);

/* What all verbs that look at results share: --results and one optional word. */
struct results_words {
	const char *results;
	const char *run;
	int last;
};
extern const struct argp_option results_options[];
error_t results_parse(int key, char *arg, struct argp_state *state);

#endif
