/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario_search.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Searches that differ in what they ask for; of a load, only the PDR is searched for. */
enum method { METHOD_NDR_PDR, METHOD_RFC2544, METHOD_SOAK, METHOD_BACK_TO_BACK, METHODS };

#define NO NAN /* the key means nothing there */

/*
 * Sources: the loss ratio, width and three trials a bound are those that CSIT publishes NDR and PDR
 * with; RFC 2544, section 23, waits 2 s for late frames and 5 s between trials, and its section
 * 26.4 asks for back-to-back trials of 2 s.
 */
static const struct key {
	const char *name, *path;
	size_t offset;
	double min, max;
	double fallback[METHODS];
	bool trials; /* the fallback is in trials, not in the key's unit */
} keys[] = {
#define KEY(field) #field, "search." #field, offsetof(struct scenario_search, field)
	{KEY(loss_ratio), 0, 0.999, {0.005, NO, 0, NO}, false},
	{KEY(exceed_ratio), 0, 0.999, {0.5, NO, 0, NO}, false},
	{KEY(width), 1e-6, 0.5, {0.005, 0.01, 0.02, 0.01}, false},
	{KEY(sum_s), 0.05, 86400, {3, NO, 1, NO}, true},
	{KEY(first_trial_s), 0.05, 3600, {0.25, NO, 0.1, NO}, true},
	{KEY(min_pps), 1, 1e9, {1000, NO, 1000, NO}, false},
	{KEY(residual_s), 0, 60, {0.1, 2, 1, 2}, false},
	{KEY(settle_s), 0, 600, {0, 5, 0, 0}, false},
	{KEY(trials_max), 10, 1000, {200, NO, 60, NO}, false},
	{KEY(longest_s), 1e-6, 60, {NO, NO, NO, 2}, false},
};

#define KEYS		 (sizeof(keys) / sizeof(keys[0]))
#define SHORTEST_TRIAL_S 0.05

static int method_of(const struct scenario *sc)
{
	static const int methods[SCENARIO_MEASURES] = {[MEASURE_NDR_PDR] = METHOD_NDR_PDR,
						       [MEASURE_RFC2544] = METHOD_RFC2544,
						       [MEASURE_SOAK] = METHOD_SOAK,
						       [MEASURE_BACK_TO_BACK] =
							       METHOD_BACK_TO_BACK};

	if (scenario_searches(sc->measure))
		return methods[sc->measure];
	return sc->load && sc->load->of == HIGHEST_PDR ? METHOD_NDR_PDR : METHODS;
}

static int check_key(struct scenario *sc, const struct key *k, int method, const char *path,
		     const struct yaml_lines *lines, struct vb_err *err)
{
	double *value = (double *)((char *)&sc->search + k->offset);
	unsigned line = yaml_lines_of(lines, k->path);

	if (!yaml_lines_has(lines, k->path)) {
		*value = k->fallback[method];
		if (k->trials)
			*value = fmax(*value * sc->duration_s, SHORTEST_TRIAL_S);
		return 0;
	}
	if (isnan(k->fallback[method]))
		return vb_fail(err, VB_USAGE, "%s:%u: %s means nothing with measure: %s", path,
			       line, k->name, scenario_measure_text(sc->measure));
	if (!(*value >= k->min && *value <= k->max))
		return vb_fail(err, VB_USAGE, "%s:%u: %s is %g, which is not from %g to %g", path,
			       line, k->name, *value, k->min, k->max);
	return 0;
}

static bool senders_obey(const struct scenario_program *programs, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (programs[i].role == ROLE_SENDER &&
		    (!strstr(programs[i].run, "{rate_pps}") ||
		     !strstr(programs[i].run, "{trial_packets}")))
			return false;
	return true;
}

/* A search whose senders do not do as it says would find nothing, slowly. */
static int check_senders(const struct scenario *sc, const char *path,
			 const struct yaml_lines *lines, struct vb_err *err)
{
	const struct scenario_load *load = sc->load;
	const char *key = NULL;

	if (scenario_searches(sc->measure) && !senders_obey(sc->programs, sc->programs_count))
		key = "programs";
	else if (load && load->of == HIGHEST_PDR &&
		 !senders_obey(load->programs, load->programs_count))
		key = "load.programs";
	if (!key)
		return 0;
	return vb_fail(err, VB_USAGE,
		       "%s:%u: in a search every sender takes {rate_pps} and {trial_packets}, as "
		       "in: -R {rate_pps} -n {trial_packets}",
		       path, yaml_lines_of(lines, key));
}

int scenario_search_check(struct scenario *sc, const char *path, const struct yaml_lines *lines,
			  struct vb_err *err)
{
	int method = method_of(sc);
	size_t i;

	if (method == METHODS && yaml_lines_has(lines, "search"))
		return vb_fail(err, VB_USAGE,
			       "%s:%u: search goes with measure: ndr_pdr, rfc2544, soak or "
			       "back_to_back, or with a load of pdr",
			       path, yaml_lines_of(lines, "search"));
	for (i = 0; method < METHODS && i < KEYS; i++)
		if (check_key(sc, &keys[i], method, path, lines, err))
			return -1;
	if (method < METHODS && sc->search.first_trial_s > sc->duration_s)
		return vb_fail(err, VB_USAGE,
			       "%s:%u: first_trial_s is %g, longer than a full trial (%g s)", path,
			       yaml_lines_of(lines, "search.first_trial_s"),
			       sc->search.first_trial_s, sc->duration_s);
	return check_senders(sc, path, lines, err);
}

struct scenario_search scenario_search_scaled(const struct scenario *sc, double duration_s)
{
	struct scenario_search search = sc->search;
	double factor = duration_s / sc->duration_s;

	search.sum_s *= factor;
	search.first_trial_s =
		fmin(fmax(search.first_trial_s * factor, SHORTEST_TRIAL_S), duration_s);
	return search;
}
