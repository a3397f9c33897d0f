/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario file (scenarios/NAME.yaml) as C structs. Every key is described in docs/scenarios.md.
 */
#ifndef VB_SCENARIO_H
#define VB_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum scenario_platform {
	ON_NATIVE = 1,
	ON_QEMU = 2,
	ON_ICOUNT = 4,
	ON_UML = 8,
	ON_HOST = 16,
	ON_XEN = 32,
	ON_XEN_HOST = 64
};
#define SCENARIO_PLATFORMS 7

/* Names and mask bits of all platforms. */
struct scenario_platform_name {
	const char *name;
	enum scenario_platform bit;
};
extern const struct scenario_platform_name scenario_platforms[SCENARIO_PLATFORMS];

enum scenario_type { TYPE_INTEGER, TYPE_TEXT };
enum scenario_role { ROLE_SENDER, ROLE_RECEIVER, ROLE_REFLECTOR };
enum scenario_measure {
	MEASURE_THROUGHPUT,
	MEASURE_LATENCY,
	MEASURE_MEMORY,
	MEASURE_INSTRUCTIONS,
	MEASURE_COST,
	MEASURE_NDR_PDR,
	MEASURE_RFC2544,
	MEASURE_SOAK,
	MEASURE_BACK_TO_BACK,
	MEASURE_SCALING,
	MEASURE_BOOT,
};
#define SCENARIO_MEASURES (MEASURE_BOOT + 1)
enum scenario_delivery { DELIVERY_UNICAST, DELIVERY_FLOOD };
/* The rate that a load is a share of: what arrives at full speed, or the partial drop rate. */
enum scenario_highest { HIGHEST_MRR, HIGHEST_PDR };
/* What is asked of the machine before a run. */
enum scenario_fitness { FITNESS_FULL, FITNESS_HOST, FITNESS_NONE };
/* How a rate should go with a parameter. */
enum scenario_expected { SHAPE_FLAT, SHAPE_LINEAR, SHAPE_AFFINE_COST };
enum scenario_calibrator { CALIBRATE_COPY, CALIBRATE_CEILING, CALIBRATE_SPREAD };

struct scenario_parameter {
	char *name;
	char *about;
	char *unit;
	char *value; /* the default */
	enum scenario_type type;
	int64_t *min, *max; /* NULL: unbounded */
	char **choices;	    /* of a text parameter; NULL: any */
	unsigned choices_count;
};

struct scenario_axis {
	char *parameter;
	char **values;
	unsigned values_count;
};

/* A command that runs to its end: once after the platform has started (setup) or before it stops
 * (teardown), or before and after each point (point_setup, point_teardown). */
struct scenario_step {
	char *run;
	char *when; /* see params_match; only if it holds at the point, or at some point; NULL
		       always */
	unsigned platforms; /* mask of scenario_platform; 0 all */
	bool attaches;	    /* something to a switch, which no program may name */
};

/* Network cards: two at the ends of each wire, of each driver that the run's points name; or one, and
 * the other end is outside of the guest. */
struct scenario_cards {
	char *driver; /* template */
	unsigned wires;
	bool outside;
};

struct scenario_program {
	char *name;
	char *run;   /* command template, see template.h */
	char *count; /* template; NULL one */
	char *when;  /* see params_match; NULL always */
	int *cpu; /* instance i runs on CPU (cpu + i) modulo the platform's CPUs; NULL anywhere */
	enum scenario_role role;
};

struct scenario_calibration {
	enum scenario_calibrator kind;
	char **by; /* taken once for each combination of these parameters */
	unsigned by_count;
};

/* How a rate or a burst is searched for; what the file leaves out depends on what is measured. */
struct scenario_search {
	double loss_ratio;    /* of the PDR, or of the soak */
	double exceed_ratio;  /* share of a bound's time in which trials may lose more */
	double width;	      /* final distance of the bounds, as a share of the upper one */
	double sum_s;	      /* how long a bound is tried */
	double first_trial_s; /* length of trials that only look for the neighbourhood */
	double min_pps;	      /* no lower rate is tried */
	double residual_s;    /* how long is waited for late frames before the receivers stop */
	double settle_s;      /* pause between two trials */
	double trials_max;    /* a search that takes more ends with wider bounds */
	double longest_s;     /* the longest burst that is tried */
};

/* Points at a share of the highest rate that `programs` reach; gives templates {rate_pps}. */
struct scenario_load {
	char *parameter; /* percent; 0 is idle */
	enum scenario_highest of;
	uint64_t idle_pps;
	struct scenario_program *programs;
	unsigned programs_count;
};

struct scenario_shape {
	char *parameter;
	enum scenario_expected expected;
	double within;	    /* how much less than expected is still as expected, as a share */
	unsigned cpus_each; /* CPUs that a unit of the parameter keeps busy; 0 does not matter */
};

struct scenario_compare {
	char *parameter;
	char *baseline;
};

struct scenario_graph {
	char *x, *x_unit, *series;
	char **y;
	unsigned y_count;
	bool log_x, log_y;
};

struct scenario {
	char *name, *title, *about;
	unsigned platforms;
	enum scenario_measure measure;
	enum scenario_delivery delivery;
	enum scenario_fitness fitness;
	unsigned cpus, memory_mib, trials;
	char *duration_text, *warmup_text;
	double duration_s, warmup_s; /* of the two texts */
	struct scenario_parameter *parameters;
	unsigned parameters_count;
	struct scenario_axis *sweep;
	unsigned sweep_count;
	struct scenario_cards *cards;
	unsigned cards_count;
	struct scenario_step *setup, *teardown;
	unsigned setup_count, teardown_count;
	struct scenario_step *point_setup, *point_teardown; /* of each point, with its parameters */
	unsigned point_setup_count, point_teardown_count;
	struct scenario_program *programs;
	unsigned programs_count;
	struct scenario_calibration *calibrations;
	unsigned calibrations_count;
	struct scenario_load *load;
	struct scenario_search search;
	struct scenario_shape *shape;
	struct scenario_compare *compare;
	struct scenario_graph *graph;
};

/* A loaded file: the structs and the bytes they came from. */
struct scenario_file {
	struct scenario *scenario;
	char *text;
	size_t bytes;
};

/*
 * Loads and checks a file of at most 1 MiB. Errors are one line "PATH:LINE: what is wrong":
 * VB_USAGE; VB_MISSING when the file cannot be read.
 */
int scenario_load(struct scenario_file *file, const char *path, struct vb_err *err);
void scenario_free(struct scenario_file *file);

const struct scenario_parameter *scenario_parameter(const struct scenario *sc, const char *name);

/* Is text a value that the parameter can take? -1 with the reason (no position). */
int scenario_value_check(const struct scenario_parameter *p, const char *text, struct vb_err *err);

/* Names parted by commas, as "native, qemu"; valid until the thread's next call. */
const char *scenario_platforms_text(unsigned mask);
const char *scenario_measure_text(enum scenario_measure measure);
/* Is a point's result found by a search over many trials? */
bool scenario_searches(enum scenario_measure measure);

#endif
