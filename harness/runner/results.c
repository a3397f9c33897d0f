/* SPDX-License-Identifier: BSD-2-Clause */
#include "results.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "results_outcomes.h"
#include "results_words.h"
#include "summary.h"

#define NS_PER_SECOND 1e9
#define RATE_SUFFIX   "_pps"

static const char *text_at(sqlite3_stmt *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q, column);

	return text ? text : "";
}

int results_list(struct store *st, FILE *out, struct vb_err *err)
{
	sqlite3_stmt *q = NULL;
	int runs = 0;

	if (sqlite3_prepare_v2(
		    st->db,
		    "SELECT r.name, r.state, r.platform, r.accelerator, count(t.id),"
		    " sum(t.state = 'failed') FROM runs r LEFT JOIN points p ON p.run_id = r.id"
		    " LEFT JOIN trials t ON t.point_id = p.id GROUP BY r.id ORDER BY r.id",
		    -1, &q, NULL) != SQLITE_OK)
		return store_fail(st, "listing the runs", err);
	for (; sqlite3_step(q) == SQLITE_ROW; runs++)
		fprintf(out, "%-40s %-11s %s/%s, %d trials, %d failed\n", text_at(q, 0),
			text_at(q, 1), text_at(q, 2), text_at(q, 3), sqlite3_column_int(q, 4),
			sqlite3_column_int(q, 5));
	sqlite3_finalize(q);
	if (!runs)
		fprintf(out, "no run is stored yet; `valebench run smoke` makes one\n");
	return 0;
}

struct run_row {
	int64_t id;
	char *metric; /* the first of the graph */
	char *compare, *baseline;
	bool searched; /* its trials are steps of searches, and their medians mean nothing */
};

static void release(struct run_row *run)
{
	free(run->metric);
	free(run->compare);
	free(run->baseline);
}

static char *string_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? alloc_string(text) : NULL;
}

static void read_graph(struct run_row *run, const char *json)
{
	json_t *graph = json_loads(json, 0, NULL), *compare = json_object_get(graph, "compare");
	const char *y = json_string_value(json_array_get(json_object_get(graph, "y"), 0));

	run->metric = alloc_string(y ? y : "rx_pps");
	run->compare = string_of(compare, "parameter");
	run->baseline = string_of(compare, "baseline");
	json_decref(graph);
}

static int read_run(struct store *st, const char *name, struct run_row *run, FILE *out,
		    struct vb_err *err)
{
	sqlite3_stmt *q = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(st->db,
			       "SELECT id, graph, state, reason, platform, accelerator, kernel,"
			       " scenario_title, measure IN ('ndr_pdr', 'rfc2544', 'soak',"
			       " 'back_to_back') FROM runs WHERE name = ?",
			       -1, &q, NULL) != SQLITE_OK)
		return store_fail(st, "reading the run", err);
	sqlite3_bind_text(q, 1, name, -1, SQLITE_TRANSIENT);
	if (sqlite3_step(q) == SQLITE_ROW) {
		run->id = sqlite3_column_int64(q, 0);
		read_graph(run, text_at(q, 1));
		run->searched = sqlite3_column_int(q, 8);
		fprintf(out, "%s\n%s: %s on %s, accelerator %s%s%s%s%s\n", text_at(q, 7), name,
			text_at(q, 2), text_at(q, 4), text_at(q, 5),
			*text_at(q, 6) ? ", kernel " : "", text_at(q, 6),
			*text_at(q, 3) ? "; " : "", text_at(q, 3));
		rc = 0;
	} else {
		vb_fail(err, VB_USAGE,
			"showing run %s: there is none of that name; "
			"`valebench results` names them",
			name);
	}
	sqlite3_finalize(q);
	return rc;
}

static int column_of(const struct run_row *run)
{
	int width = strlen(run->metric);

	return width > 10 ? width : 10;
}

static void print_point(const struct run_row *run, const struct summary_point *p, int width,
			FILE *out)
{
	char median[32], spread[32], loss[32], copy[32], ceiling[32];
	double value = summary_median(p, run->metric), of = summary_median(p, "copy_pps");

	snprintf(copy, sizeof(copy), "-");
	if (of > 0 && value > 0)
		snprintf(copy, sizeof(copy), "%.3f", value / of);
	fprintf(out, "%-*s %*s %9s %9s %10s %9s %s\n", width, p->label, column_of(run),
		results_number(run->metric, value, median, sizeof(median)),
		results_percent(summary_spread(p, run->metric), spread, sizeof(spread)), copy,
		results_number("ceiling_pps", summary_median(p, "ceiling_pps"), ceiling,
			       sizeof(ceiling)),
		results_percent(summary_median(p, "loss_ratio"), loss, sizeof(loss)),
		summary_loss_place(p));
}

static void print_failures(const struct summary *s, FILE *out)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->points[i].failed)
			fprintf(out, "FAILED %s: %u of %u trials; %s\n", s->points[i].label,
				s->points[i].failed, s->points[i].trials, s->points[i].reason);
}

static int same_but(json_t *a, json_t *b, const char *parameter)
{
	json_t *x = json_deep_copy(a), *y = json_deep_copy(b);
	int same;

	json_object_del(x, parameter);
	json_object_del(y, parameter);
	same = json_equal(x, y);
	json_decref(x);
	json_decref(y);
	return same;
}

/* The point that p is to be divided by; NULL when it is one itself, or there is none. */
static const struct summary_point *baseline_of(const struct run_row *run, const struct summary *s,
					       const struct summary_point *p)
{
	const char *mine = json_string_value(json_object_get(p->params, run->compare)), *theirs;
	const struct summary_point *base;

	if (!p->measured || !mine || strcmp(mine, run->baseline) == 0)
		return NULL;
	for (base = s->points; base < s->points + s->n; base++) {
		theirs = json_string_value(json_object_get(base->params, run->compare));
		if (base->measured && theirs && strcmp(theirs, run->baseline) == 0 &&
		    same_but(p->params, base->params, run->compare))
			return base;
	}
	return NULL;
}

/* What the difference of two packet rates says of the time that each packet takes. */
static void print_cost(const char *metric, double pps, double base_pps, FILE *out)
{
	double more_ns = NS_PER_SECOND / pps - NS_PER_SECOND / base_pps;
	size_t bytes = strlen(metric);

	if (bytes >= strlen(RATE_SUFFIX) &&
	    strcmp(metric + bytes - strlen(RATE_SUFFIX), RATE_SUFFIX) == 0)
		fprintf(out, ", %.1f ns a packet %s", fabs(more_ns), more_ns < 0 ? "less" : "more");
}

static void print_comparison(const struct run_row *run, const struct summary *s, FILE *out)
{
	const struct summary_point *p, *base;
	double value, of;

	for (p = s->points; run->compare && p < s->points + s->n; p++) {
		base = baseline_of(run, s, p);
		if (!base)
			continue;
		value = summary_median(p, run->metric);
		of = summary_median(base, run->metric);
		if (value <= 0 || of <= 0)
			continue;
		fprintf(out, "%s: %.2f times %s", p->label, value / of, base->label);
		print_cost(run->metric, value, of, out);
		fputc('\n', out);
	}
}

static void print_points(const struct run_row *run, const struct summary *s, FILE *out)
{
	const struct summary_point *p;
	int width = strlen("point");

	for (p = s->points; p < s->points + s->n; p++)
		if (p->measured && (int)strlen(p->label) > width)
			width = strlen(p->label);
	fprintf(out, "%-*s %*s %9s %9s %10s %9s %s\n", width, "point", column_of(run), run->metric,
		"spread", "of copy", "ceiling", "loss", "lost most at");
	for (p = s->points; p < s->points + s->n; p++)
		if (p->measured)
			print_point(run, p, width, out);
}

int results_show(struct store *st, const char *name, FILE *out, struct vb_err *err)
{
	struct run_row run = {0};
	struct summary s = {0};
	int rc;

	if (read_run(st, name, &run, out, err))
		return -1;
	rc = summary_read(&s, st, run.id, err);
	if (rc == 0 && !run.searched)
		print_points(&run, &s, out);
	if (rc == 0)
		rc = results_outcomes(st, run.id, out, err);
	if (rc == 0) {
		print_comparison(&run, &s, out);
		print_failures(&s, out);
	}
	summary_free(&s);
	release(&run);
	return rc;
}
