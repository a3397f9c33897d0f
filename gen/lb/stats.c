/* SPDX-License-Identifier: BSD-2-Clause */
#include "stats.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "monotonic.h"

int stats_init(struct lb_stats *s, const struct lb *lb, uint64_t every_s, bool to_syslog)
{
	memset(s, 0, sizeof(*s));
	if (!every_s)
		return 0;
	s->to_syslog = to_syslog;
	s->every_ns = every_s * NS_PER_S;
	s->last_ns = clock_ns();
	s->due_ns = s->last_ns + s->every_ns;
	s->last = calloc(lb->n_pipes, sizeof(*s->last));
	if (s->last && to_syslog)
		openlog("lb", 0, LOG_LOCAL1);
	return s->last ? 0 : -1;
}

void stats_free(struct lb_stats *s)
{
	if (s->to_syslog && s->last)
		closelog();
	free(s->last);
	s->last = NULL;
}

static void print(const struct lb_stats *s, const struct lb *lb, json_t *object)
{
	char *line = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;

	if (!line)
		app_log(&lb->app, "cannot write statistics: no memory");
	else if (s->to_syslog)
		syslog(LOG_INFO, "%s", line);
	else
		fprintf(lb->app.env->out, "%s\n", line);
	fflush(lb->app.env->out);
	free(line);
	json_decref(object);
}

static json_t *head(const char *interface, json_t *output_ring)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return json_pack("{s:f, s:s, s:o}", "ts",
			 (double)now.tv_sec + (double)now.tv_nsec / NS_PER_S, "interface",
			 interface, "output_ring", output_ring);
}

static void put_number(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* scale: what one makes of thousands or millions. */
static void put_rate(json_t *object, const char *key, uint64_t n, double scale, uint64_t ns)
{
	json_object_set_new(object, key,
			    json_real(ns ? (double)n * scale * NS_PER_S / (double)ns : 0));
}

static void put_rates(json_t *object, const struct lb_count *now, const struct lb_count *before,
		      uint64_t ns)
{
	static const double mbit_a_byte = 8e-6, thousand_a_packet = 1e-3;

	put_rate(object, "data_forward_rate_Mbps", now->forwarded_bytes - before->forwarded_bytes,
		 mbit_a_byte, ns);
	put_rate(object, "data_drop_rate_Mbps", now->dropped_bytes - before->dropped_bytes,
		 mbit_a_byte, ns);
	put_rate(object, "packet_forward_rate_kpps", now->forwarded - before->forwarded,
		 thousand_a_packet, ns);
	put_rate(object, "packet_drop_rate_kpps", now->dropped - before->dropped, thousand_a_packet,
		 ns);
}

static void print_pipe(const struct lb_stats *s, const struct lb *lb, unsigned i, uint64_t ns)
{
	const struct lb_pipe *p = &lb->pipes[i];
	json_t *object = head(p->name, json_integer(i));

	put_number(object, "packets_forwarded", p->count.forwarded);
	put_number(object, "packets_dropped", p->count.dropped);
	put_rates(object, &p->count, &s->last[i], ns);
	put_number(object, "overflow_queue_size", p->queue.slots);
	print(s, lb, object);
}

static void print_total(const struct lb_stats *s, const struct lb *lb,
			const struct lb_count *before, uint64_t ns)
{
	struct lb_count now = balance_total(lb);
	json_t *object = head(lb->cfg.input, json_null());

	put_number(object, "packets_received", lb->received);
	put_number(object, "packets_forwarded", now.forwarded);
	put_number(object, "packets_dropped", now.dropped);
	put_number(object, "non_ip_packets", lb->non_ip);
	put_rates(object, &now, before, ns);
	put_number(object, "free_buffer_slots", lb->pool.n_free);
	print(s, lb, object);
}

void stats_tick(struct lb_stats *s, const struct lb *lb)
{
	struct lb_count before = {0};
	uint64_t now = s->every_ns ? clock_ns() : 0, ns = now - s->last_ns;
	unsigned i;

	if (!s->every_ns || now < s->due_ns)
		return;
	for (i = 0; i < lb->n_pipes; i++) {
		print_pipe(s, lb, i, ns);
		lb_count_add(&before, &s->last[i]);
		s->last[i] = lb->pipes[i].count;
	}
	print_total(s, lb, &before, ns);
	s->last_ns = now;
	s->due_ns = now + s->every_ns;
}
