/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

/* A trial of an hour at the shortest interval that anyone asks for; more are counted but not kept.
 */
#define INTERVALS_MAX 36000

static double number_of(json_t *line, const char *key)
{
	return json_number_value(json_object_get(line, key));
}

static uint64_t count_of(json_t *line, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(line, key));

	return value > 0 ? value : 0;
}

static void on_interval(struct program *p, json_t *line)
{
	unsigned seq = p->intervals++;

	p->live_pps = number_of(line, "pps");
	if (!p->first_packet_ms && p->live_pps > 0)
		p->first_packet_ms = vb_now_ms();
	if (seq >= INTERVALS_MAX)
		return;
	record_sample(p->record, p->instance->name, seq, "pps", "pps", p->live_pps);
	record_sample(p->record, p->instance->name, seq, "bps", "bps", number_of(line, "bps"));
}

static void on_end(struct program *p, json_t *line)
{
	const char *reason = json_string_value(json_object_get(line, "reason"));
	json_t *latency = json_object_get(line, "latency"), *boot = json_object_get(line, "boot");
	json_t *cost = json_object_get(line, "cost");

	program_release(p);
	p->end = (struct program_end){.seen = true,
				      .packets = count_of(line, "packets"),
				      .bytes = count_of(line, "bytes"),
				      .drops = count_of(line, "drops"),
				      .first_ns = count_of(line, "first_ns"),
				      .last_ns = count_of(line, "last_ns"),
				      .late_ns = count_of(line, "late_ns"),
				      .cpu_ns = count_of(line, "cpu_ns"),
				      .forwarded = count_of(line, "forwarded"),
				      .round_ns = number_of(line, "round_ns"),
				      .pps = number_of(line, "pps"),
				      .instructions = count_of(line, "instructions"),
				      .own_packets = count_of(line, "own_packets"),
				      .own_instructions = count_of(line, "own_instructions")};
	snprintf(p->end.reason, sizeof(p->end.reason), "%s", reason ? reason : "");
	if (json_is_object(latency))
		p->end.latency = json_incref(latency);
	if (json_is_object(boot))
		p->end.boot = json_incref(boot);
	if (json_is_object(cost))
		p->end.cost = json_incref(cost);
}

/* The copy loop has no clock of the outside: its window is its own elapsed time. */
static void on_copyloop(struct program *p, json_t *line)
{
	on_end(p, line);
	p->end.last_ns = count_of(line, "elapsed_ns");
	p->end.bytes = p->end.packets * count_of(line, "frame_bytes");
}

static void on_line(struct job *job, bool is_stderr, const char *text)
{
	struct program *p = job->ctx;
	const char *type;
	json_t *line;

	if (is_stderr || text[0] != '{')
		return;
	line = json_loads(text, 0, NULL);
	type = json_string_value(json_object_get(line, "type"));
	if (type && strcmp(type, "ready") == 0)
		p->ready = true;
	else if (type && strcmp(type, "interval") == 0)
		on_interval(p, line);
	else if (type && strcmp(type, "end") == 0)
		on_end(p, line);
	else if (type && strcmp(type, "copyloop") == 0)
		on_copyloop(p, line);
	json_decref(line);
}

void program_init(struct program *p, const struct instance *in, struct record *record)
{
	*p = (struct program){.instance = in, .record = record};
	p->job = (struct job){.name = in->name, .line = on_line, .ctx = p};
}

void program_release(struct program *p)
{
	json_decref(p->end.latency);
	json_decref(p->end.boot);
	json_decref(p->end.cost);
	p->end.latency = p->end.boot = p->end.cost = NULL;
}

int program_verdict(const struct program *p, struct vb_err *err)
{
	if (job_verdict(&p->job, err))
		return -1;
	if (!p->end.seen)
		return vb_fail(err, VB_FAILED, "%s ended without its closing JSON line",
			       p->job.name);
	if (strcmp(p->end.reason, "error") == 0)
		return vb_fail(err, VB_FAILED, "%s stopped on an error: %s", p->job.name,
			       p->job.last_words[0] ? p->job.last_words : "it did not say which");
	return 0;
}
