/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static void forget_numbers(struct record *r)
{
	free(r->metrics);
	free(r->samples);
	free(r->steps);
	json_decref(r->histograms);
	r->metrics = NULL;
	r->samples = NULL;
	r->steps = NULL;
	r->histograms = NULL;
	r->metrics_n = r->samples_n = r->steps_n = 0;
}

void record_free(struct record *r)
{
	forget_numbers(r);
	free(r->counters);
	free(r->excerpt);
	*r = (struct record){0};
}

static struct record_metric *find(const struct record *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->metrics_n; i++)
		if (strcmp(r->metrics[i].name, name) == 0)
			return &r->metrics[i];
	return NULL;
}

void record_metric(struct record *r, const char *name, const char *unit, double value)
{
	struct record_metric *m = find(r, name);

	if (!m) {
		r->metrics = alloc_grow(r->metrics, r->metrics_n + 1, sizeof(*r->metrics));
		m = &r->metrics[r->metrics_n++];
	}
	*m = (struct record_metric){.unit = unit, .value = value};
	snprintf(m->name, sizeof(m->name), "%s", name);
}

const double *record_metric_get(const struct record *r, const char *name)
{
	const struct record_metric *m = find(r, name);

	return m ? &m->value : NULL;
}

void record_sample(struct record *r, const char *program, unsigned seq, const char *name,
		   const char *unit, double value)
{
	struct record_sample *s;

	r->samples = alloc_grow(r->samples, r->samples_n + 1, sizeof(*r->samples));
	s = &r->samples[r->samples_n++];
	*s = (struct record_sample){.seq = seq, .name = name, .unit = unit, .value = value};
	snprintf(s->program, sizeof(s->program), "%s", program);
}

void record_step(struct record *r, const char *goal, double lower_pps, double upper_pps)
{
	r->steps = alloc_grow(r->steps, r->steps_n + 1, sizeof(*r->steps));
	r->steps[r->steps_n++] = (struct record_step){goal, lower_pps, upper_pps};
}

void record_counter(struct record *r, const char *port, const char *name, int64_t value)
{
	struct record_counter *c;

	r->counters = alloc_grow(r->counters, r->counters_n + 1, sizeof(*r->counters));
	c = &r->counters[r->counters_n++];
	*c = (struct record_counter){.value = value};
	snprintf(c->port, sizeof(c->port), "%s", port);
	snprintf(c->name, sizeof(c->name), "%s", name);
}

int64_t record_counter_sum(const struct record *r, const char *name)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < r->counters_n; i++)
		if (strcmp(r->counters[i].name, name) == 0)
			sum += r->counters[i].value;
	return sum;
}

void record_fail(struct record *r, const char *fmt, ...)
{
	va_list ap;

	forget_numbers(r);
	r->ok = false;
	if (r->reason[0])
		return;
	va_start(ap, fmt);
	vsnprintf(r->reason, sizeof(r->reason), fmt, ap);
	va_end(ap);
}
