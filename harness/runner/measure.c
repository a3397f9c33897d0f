/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "losses.h"

/* A rate was kept when no more than this was missing; a shorter time is one of the scheduler. */
#define KEPT_RATIO 0.005
#define KEPT_S	   0.005

struct total {
	uint64_t packets, bytes, first_ns, last_ns;
	unsigned programs;
};

static bool takes_packets(const struct program *p)
{
	return p->instance->role != ROLE_SENDER;
}

static struct total sum_of(const struct program *programs, size_t n, bool takers)
{
	struct total t = {.first_ns = UINT64_MAX};
	const struct program_end *end;
	size_t i;

	for (i = 0; i < n; i++) {
		if (takes_packets(&programs[i]) != takers)
			continue;
		t.programs++;
		end = &programs[i].end;
		if (!end->packets)
			continue;
		t.packets += end->packets;
		t.bytes += end->bytes;
		t.first_ns = end->first_ns < t.first_ns ? end->first_ns : t.first_ns;
		t.last_ns = end->last_ns > t.last_ns ? end->last_ns : t.last_ns;
	}
	return t;
}

static int check_window(const struct total *t, const char *who, struct vb_err *err)
{
	if (!t->packets)
		return vb_fail(err, VB_FAILED, "no packet was %s", who);
	if (t->last_ns <= t->first_ns)
		return vb_fail(
			err, VB_FAILED,
			"all packets were %s in one batch, which gives no rate; measure longer",
			who);
	return 0;
}

static double per_second(uint64_t count, const struct total *t)
{
	return count * 1e9 / (t->last_ns - t->first_ns);
}

static void put_loss(struct record *r, const struct program *programs, size_t n, bool flood)
{
	struct total tx = sum_of(programs, n, false), rx = sum_of(programs, n, true);
	struct losses losses = {.sent = (double)tx.packets * (flood ? rx.programs : 1),
				.taken = rx.packets};
	size_t i;

	for (i = 0; i < n; i++)
		if (takes_packets(&programs[i]))
			losses.reported += programs[i].end.drops;
	losses_put(r, &losses);
}

/* Of all programs of a role; 0 when they do not say, or moved nothing. */
static double cpu_ns_per_packet(const struct program *programs, size_t n, enum scenario_role role)
{
	uint64_t cpu_ns = 0, packets = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct program_end *end = &programs[i].end;

		if (programs[i].instance->role != role)
			continue;
		cpu_ns += end->cpu_ns;
		packets += end->packets ? end->packets : end->forwarded;
	}
	return packets ? (double)cpu_ns / packets : 0;
}

/* Of the slowest program that says so. */
static void put_round_time(struct record *r, const struct program *programs, size_t n)
{
	double slowest = 0;
	size_t i;

	for (i = 0; i < n; i++)
		slowest = fmax(slowest, programs[i].end.round_ns);
	if (slowest > 0)
		record_metric(r, "reflector_round_ns", "ns", slowest);
}

static void put_cpu_times(struct record *r, const struct program *programs, size_t n)
{
	double sender = cpu_ns_per_packet(programs, n, ROLE_SENDER);
	double receiver = cpu_ns_per_packet(programs, n, ROLE_RECEIVER);
	double reflector = cpu_ns_per_packet(programs, n, ROLE_REFLECTOR);

	if (sender > 0)
		record_metric(r, "sender_cpu_ns", "ns", sender);
	if (receiver > 0)
		record_metric(r, "receiver_cpu_ns", "ns", receiver);
	if (reflector > 0)
		record_metric(r, "reflector_cpu_ns", "ns", reflector);
	if (sender > 0 && receiver > 0)
		record_metric(r, "end_cpu_ns", "ns", fmax(sender, receiver));
}

int measure_throughput(struct record *r, const struct program *programs, size_t n, bool flood,
		       struct vb_err *err)
{
	struct total tx = sum_of(programs, n, false), rx = sum_of(programs, n, true);

	if (check_window(&tx, "sent", err) || check_window(&rx, "received", err))
		return -1;
	record_metric(r, "rx_pps", "pps", per_second(rx.packets, &rx));
	record_metric(r, "rx_bps", "bps", per_second(rx.bytes * 8, &rx));
	record_metric(r, "tx_pps", "pps", per_second(tx.packets, &tx));
	put_cpu_times(r, programs, n);
	put_round_time(r, programs, n);
	put_loss(r, programs, n, flood);
	return 0;
}

static double unsent(const struct total *tx, double rate_pps, double packets)
{
	double took_s = (tx->last_ns - tx->first_ns) / 1e9, due_s = packets / rate_pps;

	if (tx->packets >= packets && took_s - due_s <= fmax(KEPT_RATIO * due_s, KEPT_S))
		return 0;
	return 1 - tx->packets / (rate_pps * fmax(took_s, due_s));
}

static double latest_ns(const struct program *programs, size_t n)
{
	double latest = 0;
	size_t i;

	for (i = 0; i < n; i++)
		latest = fmax(latest, programs[i].end.late_ns);
	return latest;
}

int measure_offered(struct record *r, const struct program *programs, size_t n, bool flood,
		    double rate_pps, double packets, struct vb_err *err)
{
	struct total tx = sum_of(programs, n, false), rx = sum_of(programs, n, true);

	if (!tx.packets || !rx.packets)
		return vb_fail(err, VB_FAILED, "no packet was %s",
			       tx.packets ? "received" : "sent");
	if (tx.last_ns > tx.first_ns)
		record_metric(r, "tx_pps", "pps", per_second(tx.packets, &tx));
	if (rx.last_ns > rx.first_ns) {
		record_metric(r, "rx_pps", "pps", per_second(rx.packets, &rx));
		record_metric(r, "rx_bps", "bps", per_second(rx.bytes * 8, &rx));
	}
	if (rate_pps > 0) {
		record_metric(r, "offered_pps", "pps", rate_pps);
		record_metric(r, "unsent_ratio", "ratio", unsent(&tx, rate_pps, packets));
		record_metric(r, "sender_late_ns", "ns", latest_ns(programs, n));
	} else if (tx.last_ns > tx.first_ns) {
		record_metric(r, "offered_pps", "pps", per_second(tx.packets, &tx));
	}
	put_loss(r, programs, n, flood);
	return 0;
}

static const char *const quantiles[] = {"min", "mean", "p50", "p90", "p99", "p99_9", "max"};

static int put_latency(struct record *r, const struct program *p, struct vb_err *err)
{
	json_t *latency = p->end.latency, *value, *buckets = json_object_get(latency, "buckets");
	char name[32];
	size_t i;

	if (json_integer_value(json_object_get(latency, "count")) <= 0)
		return vb_fail(err, VB_FAILED, "%s got none of its marked frames back",
			       p->job.name);
	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		value = json_object_get(latency, quantiles[i]);
		if (!json_is_number(value))
			return vb_fail(err, VB_FAILED, "%s reported no latency %s", p->job.name,
				       quantiles[i]);
		snprintf(name, sizeof(name), "latency_%s_ns", quantiles[i]);
		record_metric(r, name, "ns", json_number_value(value));
	}
	record_metric(r, "latency_count", "packets",
		      json_number_value(json_object_get(latency, "count")));
	record_metric(r, "latency_lost", "packets",
		      json_number_value(json_object_get(latency, "lost")));
	r->histograms = json_object();
	if (json_is_array(buckets))
		json_object_set(r->histograms, "latency", buckets);
	return 0;
}

int measure_latency(struct record *r, const struct program *programs, size_t n, struct vb_err *err)
{
	struct total tx = sum_of(programs, n, false), rx = sum_of(programs, n, true);
	size_t i;

	for (i = 0; i < n && !programs[i].end.latency; i++)
		;
	if (i == n)
		return vb_fail(err, VB_FAILED, "no program reported a latency");
	if (tx.last_ns > tx.first_ns)
		record_metric(r, "tx_pps", "pps", per_second(tx.packets, &tx));
	if (rx.packets && rx.last_ns > rx.first_ns)
		record_metric(r, "rx_pps", "pps", per_second(rx.packets, &rx));
	put_loss(r, programs, n, false);
	return put_latency(r, &programs[i], err);
}

static double cost_part(const struct program *p, const char *name)
{
	return json_number_value(json_object_get(p->end.cost, name));
}

int measure_cost(struct record *r, const struct program *program, struct vb_err *err)
{
	static const struct {
		const char *part, *metric, *unit;
	} parts[] = {{"ns", "ns_per_packet", "ns"},
		     {"cycles", "cycles_per_packet", "cycles"},
		     {"copy_cycles", "copy_cycles_per_frame", "cycles"},
		     {"core_hz", "core_hz", "Hz"},
		     {"spans", "spans", "spans"}};
	double value;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		value = cost_part(program, parts[i].part);
		if (value <= 0)
			return vb_fail(err, VB_FAILED, "%s told no %s of its time",
				       program->job.name, parts[i].part);
		record_metric(r, parts[i].metric, parts[i].unit, value);
	}
	record_metric(r, "copies_per_packet", "copies",
		      cost_part(program, "cycles") / cost_part(program, "copy_cycles"));
	record_metric(r, "undisturbed_spans", "spans", cost_part(program, "undisturbed"));
	if (cost_part(program, "placement") > 0)
		record_metric(r, "placement", "link", cost_part(program, "placement"));
	return 0;
}

int measure_instructions(struct record *r, const struct program *program, struct vb_err *err)
{
	const struct program_end *end = &program->end;

	if (!end->packets || !end->instructions || !end->own_packets)
		return vb_fail(err, VB_FAILED, "%s counted no instructions", program->job.name);
	record_metric(r, "instructions_per_packet", "instructions",
		      (double)end->instructions / end->packets);
	record_metric(r, "own_instructions_per_packet", "instructions",
		      (double)end->own_instructions / end->own_packets);
	return 0;
}

int measure_boot(struct record *r, const struct program *program, struct vb_err *err)
{
	static const char *const times[] = {"min_ns", "p50_ns", "max_ns", "all_ns"};
	char name[32];
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		json_t *value = json_object_get(program->end.boot, times[i]);

		if (!json_is_number(value))
			return vb_fail(err, VB_FAILED, "%s measured no start of a guest",
				       program->job.name);
		snprintf(name, sizeof(name), "boot_%s", times[i]);
		record_metric(r, name, "ns", json_number_value(value));
	}
	return 0;
}

int measure_rate(struct record *r, const struct program *program, const char *metric,
		 struct vb_err *err)
{
	struct total t = sum_of(program, 1, takes_packets(program));

	if (check_window(&t, "moved", err))
		return -1;
	record_metric(r, metric, "pps", per_second(t.packets, &t));
	return 0;
}
