/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON lines on stdout. Schema: docs/architecture.md, "What pkt-gen says with --json". */
#include <jansson.h>
#include <stdlib.h>

#include "report.h"

static void emit(const struct engine *eng, json_t *object)
{
	char *line = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;

	if (line)
		fprintf(eng->env->out, "%s\n", line);
	else
		pg_error(eng, "cannot write a JSON line: no memory");
	fflush(eng->env->out);
	free(line);
	json_decref(object);
}

static double per_second(uint64_t n, uint64_t ns)
{
	return ns ? (double)n * 1e9 / (double)ns : 0;
}

static double batch(const struct sample *s)
{
	return s->events ? (double)s->packets / (double)s->events : 0;
}

void json_start_line(const struct engine *eng)
{
	const struct config *c = &eng->cfg;
	const struct io *io = &eng->workers[0].io;

	emit(eng, json_pack("{s:s, s:s, s:s, s:I, s:i, s:i, s:i, s:I, s:I}", "type", "start",
			    "function", function_name(c->fn), "port", c->port, "threads",
			    (json_int_t)c->threads, "tx_rings", (int)io->n_tx, "rx_rings",
			    (int)io->n_rx, "burst", (int)eng->workers[0].burst, "frame_bytes",
			    (json_int_t)c->frame_bytes, "now_ns", (json_int_t)clock_ns()));
}

void json_ready_line(const struct engine *eng)
{
	emit(eng, json_pack("{s:s, s:s, s:I}", "type", "ready", "function",
			    function_name(eng->cfg.fn), "now_ns", (json_int_t)clock_ns()));
}

void json_interval_line(const struct engine *eng, const struct sample *s)
{
	emit(eng,
	     json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:i}", "type",
		       "interval", "function", function_name(eng->cfg.fn), "now_ns",
		       (json_int_t)s->now_ns, "dt_ns", (json_int_t)s->dt_ns, "packets",
		       (json_int_t)s->packets, "bytes", (json_int_t)s->bytes, "events",
		       (json_int_t)s->events, "drops", (json_int_t)s->drops, "pps",
		       per_second(s->packets, s->dt_ns), "bps", per_second(s->bytes * 8, s->dt_ns),
		       "avg_batch", batch(s), "min_space", (int)s->min_space));
}

static json_t *buckets(const struct hist *h)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; i < HIST_BUCKETS; i++)
		if (h->bucket[i])
			json_array_append_new(list, json_pack("[I, I, I]", (json_int_t)hist_low(i),
							      (json_int_t)hist_high(i),
							      (json_int_t)h->bucket[i]));
	return list;
}

static json_t *latency_json(const struct engine *eng, const struct result *r)
{
	bool one_way = eng->cfg.latency == LATENCY_ONE_WAY;
	const struct hist *h;

	if (!r->latency)
		return json_null();
	h = &r->latency->hist;
	return json_pack(
		"{s:s, s:s, s:I, s:I, s:I, s:f, s:I, s:I, s:I, s:I, s:I, s:o}", "unit", "ns",
		"mode", one_way ? "one-way" : "round-trip", "count", (json_int_t)h->count, "lost",
		(json_int_t)r->lost, "min", (json_int_t)(h->count ? h->min : 0), "mean",
		hist_mean(h), "p50", (json_int_t)hist_quantile(h, 0.5), "p90",
		(json_int_t)hist_quantile(h, 0.9), "p99", (json_int_t)hist_quantile(h, 0.99),
		"p99_9", (json_int_t)hist_quantile(h, 0.999), "max", (json_int_t)h->max, "buckets",
		buckets(h));
}

void json_end_line(const struct engine *eng, const struct result *r)
{
	const struct sample *t = &r->total;
	uint64_t span = r->last_ns > r->first_ns ? r->last_ns - r->first_ns : 0;

	emit(eng,
	     json_pack(
		     "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, "
		     "s:o}",
		     "type", "end", "function", function_name(eng->cfg.fn), "reason",
		     end_reason_name(r->reason), "packets", (json_int_t)t->packets, "bytes",
		     (json_int_t)t->bytes, "events", (json_int_t)t->events, "drops",
		     (json_int_t)t->drops, "first_ns", (json_int_t)r->first_ns, "last_ns",
		     (json_int_t)r->last_ns, "late_ns", (json_int_t)r->late_ns, "elapsed_ns",
		     (json_int_t)r->elapsed_ns, "cpu_ns", (json_int_t)r->cpu_ns, "pps", per_second(t->packets, span), "bps",
		     per_second(t->bytes * 8, span), "avg_batch", batch(t), "latency",
		     latency_json(eng, r)));
}
