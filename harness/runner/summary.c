/* SPDX-License-Identifier: BSD-2-Clause */
#include "summary.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "loss_place.h"

static const struct summary_metric *find(const struct summary_point *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->metrics_n; i++)
		if (strcmp(p->metrics[i].name, name) == 0)
			return &p->metrics[i];
	return NULL;
}

double summary_median(const struct summary_point *p, const char *metric)
{
	const struct summary_metric *m = find(p, metric);

	return m ? m->median : -1;
}

double summary_spread(const struct summary_point *p, const char *metric)
{
	const struct summary_metric *m = find(p, metric);

	if (!m || p->trials - p->failed < 2 || m->median == 0)
		return -1;
	return (m->max - m->min) / 2 / m->median;
}

static double value_of_point(const void *ctx, const char *metric)
{
	return summary_median(ctx, metric);
}

const char *summary_loss_place(const struct summary_point *p)
{
	return loss_place(value_of_point, p);
}

/* Values of one metric arrive in rising order, so the median is known once their number is. */
static void add_metric(struct summary_point *p, const char *name, const double *values, size_t n)
{
	struct summary_metric *m;

	p->metrics = alloc_grow(p->metrics, p->metrics_n + 1, sizeof(*p->metrics));
	m = &p->metrics[p->metrics_n++];
	*m = (struct summary_metric){.name = alloc_string(name),
				     .min = values[0],
				     .max = values[n - 1],
				     .median = (values[(n - 1) / 2] + values[n / 2]) / 2};
}

static int read_metrics(struct summary_point *p, struct store *st, int64_t point,
			struct vb_err *err)
{
	double *values = NULL;
	char *name = NULL;
	sqlite3_stmt *q;
	size_t n = 0;

	if (sqlite3_prepare_v2(st->db,
			       "SELECT m.name, m.value FROM metrics m JOIN trials t ON t.id ="
			       " m.trial_id WHERE t.point_id = ? AND t.state = 'ok'"
			       " ORDER BY m.name, m.value",
			       -1, &q, NULL) != SQLITE_OK)
		return store_fail(st, "reading metrics", err);
	sqlite3_bind_int64(q, 1, point);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *next = (const char *)sqlite3_column_text(q, 0);

		if (name && strcmp(name, next)) {
			add_metric(p, name, values, n);
			n = 0;
		}
		free(name);
		name = alloc_string(next);
		values = alloc_grow(values, n + 1, sizeof(*values));
		values[n++] = sqlite3_column_double(q, 1);
	}
	if (name)
		add_metric(p, name, values, n);
	sqlite3_finalize(q);
	free(name);
	free(values);
	return 0;
}

static struct summary_point *add_point(struct summary *s, sqlite3_stmt *q)
{
	const char *reason = (const char *)sqlite3_column_text(q, 6);
	struct summary_point *p;

	s->points = alloc_grow(s->points, s->n + 1, sizeof(*s->points));
	p = &s->points[s->n++];
	*p = (struct summary_point){
		.label = alloc_string((const char *)sqlite3_column_text(q, 1)),
		.measured = strcmp((const char *)sqlite3_column_text(q, 2), "measure") == 0,
		.params = json_loads((const char *)sqlite3_column_text(q, 3), 0, NULL),
		.trials = sqlite3_column_int(q, 4),
		.failed = sqlite3_column_int(q, 5),
		.reason = reason ? alloc_string(reason) : NULL};
	return p;
}

int summary_read(struct summary *s, struct store *st, int64_t run, struct vb_err *err)
{
	sqlite3_stmt *q;
	int rc = 0;

	*s = (struct summary){0};
	if (sqlite3_prepare_v2(
		    st->db,
		    "SELECT p.id, p.label, p.kind, p.params, count(t.id),"
		    " coalesce(sum(t.state = 'failed'), 0), min(CASE WHEN t.state = 'failed' THEN"
		    " t.reason END) FROM points p LEFT JOIN trials t ON t.point_id = p.id"
		    " WHERE p.run_id = ? GROUP BY p.id ORDER BY p.idx",
		    -1, &q, NULL) != SQLITE_OK)
		return store_fail(st, "reading points", err);
	sqlite3_bind_int64(q, 1, run);
	while (rc == 0 && sqlite3_step(q) == SQLITE_ROW)
		rc = read_metrics(add_point(s, q), st, sqlite3_column_int64(q, 0), err);
	sqlite3_finalize(q);
	return rc;
}

void summary_free(struct summary *s)
{
	struct summary_point *p;
	size_t i;

	for (p = s->points; p < s->points + s->n; p++) {
		for (i = 0; i < p->metrics_n; i++)
			free(p->metrics[i].name);
		free(p->metrics);
		free(p->label);
		free(p->reason);
		json_decref(p->params);
	}
	free(s->points);
	*s = (struct summary){0};
}
