/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define NUMBER_BYTES 40

void engine_log(const struct engine *eng, const char *func, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	app_vlog(eng->env->err, func, line, fmt, ap);
	va_end(ap);
}

void report_number(char *buf, size_t bytes, double value, bool raw)
{
	static const char *const units[] = {"", "K", "M", "G", "T"};
	unsigned i = 0;

	if (raw) {
		snprintf(buf, bytes, "%.0f ", value);
		return;
	}
	for (; value >= 1000 && i < 4; i++)
		value /= 1000;
	snprintf(buf, bytes, "%.3f %s", value, units[i]);
}

void report_start(const struct engine *eng)
{
	const struct config *c = &eng->cfg;
	const struct io *io = &eng->workers[0].io;
	const char *verb = config_sends(c)	? "Sending on"
			   : config_receives(c) ? "Receiving from"
						: "Working on";

	fprintf(eng->text, "%s %s: %u queues, %lld threads and %lld cpus.\n", verb, c->port,
		config_receives(c) ? io->rx_queues : io->tx_queues, (long long)c->threads,
		(long long)c->cpus);
	if (config_sends(c))
		fprintf(eng->text, "%s -> %s (%s -> %s)\n", c->src_arg, c->dst_arg,
			c->src_mac_arg ? c->src_mac_arg : "", c->dst_mac_arg);
	fflush(eng->text);
}

static void average_add(struct average *a, double pps)
{
	a->pps[a->count++ % AVERAGE_WINDOW] = pps;
}

static void average_text(const struct average *a, bool raw, char *buf, size_t bytes)
{
	unsigned n = a->count < AVERAGE_WINDOW ? a->count : AVERAGE_WINDOW, i;
	char mean_text[NUMBER_BYTES], dev_text[NUMBER_BYTES];
	double sum = 0, squares = 0, mean, variance;

	for (i = 0; i < n; i++) {
		sum += a->pps[i];
		squares += a->pps[i] * a->pps[i];
	}
	mean = sum / n;
	variance = squares / n - mean * mean;
	report_number(mean_text, sizeof(mean_text), mean, raw);
	report_number(dev_text, sizeof(dev_text), variance > 0 ? sqrt(variance) : 0, raw);
	snprintf(buf, bytes, "[avg/std %s/%s pps]", mean_text, dev_text);
}

static double batch_of(const struct sample *s)
{
	return s->events ? (double)s->packets / (double)s->events : 0;
}

static double bits_of(const struct config *c, const struct sample *s)
{
	return (double)s->bytes * 8 + (c->count_framing ? (double)s->packets * FRAMING_BITS : 0);
}

void report_interval(const struct engine *eng, const struct sample *s, struct average *avg)
{
	char pps_text[NUMBER_BYTES], packets[NUMBER_BYTES], bps_text[NUMBER_BYTES],
		avg_text[128] = "";
	const struct config *c = &eng->cfg;
	uint64_t usec = s->dt_ns / NS_PER_US;
	double per_s = usec ? 1e6 / (double)usec : 0, pps = round((double)s->packets * per_s);

	average_add(avg, pps);
	if (c->show_average)
		average_text(avg, c->raw_numbers, avg_text, sizeof(avg_text));
	report_number(pps_text, sizeof(pps_text), pps, c->raw_numbers);
	report_number(packets, sizeof(packets), (double)s->packets, c->raw_numbers);
	report_number(bps_text, sizeof(bps_text), bits_of(c, s) * per_s, c->raw_numbers);
	pg_log(eng, "%spps %s(%spkts %sbps in %llu usec) %.2f avg_batch %u min_space", pps_text,
	       avg_text, packets, bps_text, (unsigned long long)usec, batch_of(s), s->min_space);
}

void report_final(const struct engine *eng, const struct result *r)
{
	char pps[NUMBER_BYTES], bps[NUMBER_BYTES], raw_bps[NUMBER_BYTES];
	const char *verb = config_sends(&eng->cfg) ? "Sent" : "Received";
	bool raw = eng->cfg.raw_numbers;
	const struct sample *t = &r->total;
	double seconds = (double)r->elapsed_ns / 1e9;

	if (!config_sends(&eng->cfg) && !config_receives(&eng->cfg))
		return;
	if (!t->packets || !r->elapsed_ns) {
		fprintf(eng->text, "%s nothing.\n", verb);
		fflush(eng->text);
		return;
	}
	report_number(pps, sizeof(pps), (double)t->packets / seconds, raw);
	report_number(bps, sizeof(bps), (double)t->bytes * 8 / seconds, raw);
	report_number(raw_bps, sizeof(raw_bps), bits_of(&eng->cfg, t) / seconds, raw);
	fprintf(eng->text,
		"%s %llu packets %llu bytes %llu events %llu bytes each in %.2f seconds.\n", verb,
		(unsigned long long)t->packets, (unsigned long long)t->bytes,
		(unsigned long long)t->events, (unsigned long long)(t->bytes / t->packets),
		seconds);
	fprintf(eng->text, "Speed: %spps Bandwidth: %sbps (raw %sbps). Average batch: %.2f pkts\n",
		pps, bps, raw_bps, batch_of(t));
	fflush(eng->text);
}
