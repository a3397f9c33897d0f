/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

/* Short enough that Ctrl-C is answered at once even where a platform's wait is not cut short by it.
 */
#define SLICE_MS 100

int session_start(struct session *s, const struct platform_config *cfg, struct vb_err *err)
{
	s->fault = SESSION_SOUND;
	s->fault_text[0] = s->fault_excerpt[0] = '\0';
	s->place = s->ops->start(cfg, &s->facts, err);
	return s->place ? 0 : -1;
}

void session_stop(struct session *s)
{
	if (s->place)
		s->ops->stop(s->place);
	s->place = NULL;
	s->jobs = NULL;
}

int session_run(struct session *s, struct job *job, json_t *argv, int cpu, unsigned timeout_ms,
		struct vb_err *err)
{
	json_t *message;
	int rc;

	job->id = ++s->last_id;
	job->started = job->exited = job->timed_out = false;
	job->status = job->signal = 0;
	job->error[0] = job->last_words[0] = '\0';
	message = json_pack("{s:s, s:I, s:O, s:I}", "op", "run", "id", (json_int_t)job->id, "argv",
			    argv, "timeout_ms", (json_int_t)timeout_ms);
	if (cpu >= 0)
		json_object_set_new(message, "cpu", json_integer(cpu));
	rc = s->ops->exec(s->place, message, err);
	json_decref(message);
	if (rc)
		return -1;
	job->next = s->jobs;
	s->jobs = job;
	return 0;
}

int session_signal(struct session *s, struct job *job, const char *signal, struct vb_err *err)
{
	json_t *message;
	int rc;

	if (job->exited)
		return 0;
	message = json_pack("{s:s, s:I, s:s}", "op", "signal", "id", (json_int_t)job->id, "signal",
			    signal);
	rc = s->ops->exec(s->place, message, err);
	json_decref(message);
	return rc;
}

void session_forget(struct session *s, struct job *job)
{
	struct job **at;

	for (at = &s->jobs; *at; at = &(*at)->next)
		if (*at == job) {
			*at = job->next;
			return;
		}
}

static struct job *job_of(const struct session *s, json_t *event)
{
	json_t *id = json_object_get(event, "id");
	struct job *job;

	if (!json_is_integer(id))
		return NULL;
	for (job = s->jobs; job; job = job->next)
		if (job->id == json_integer_value(id))
			return job;
	return NULL;
}

static const char *text_of(json_t *event, const char *key)
{
	const char *text = json_string_value(json_object_get(event, key));

	return text ? text : "";
}

static void on_out(struct job *job, json_t *event)
{
	bool is_stderr = strcmp(text_of(event, "stream"), "stderr") == 0;
	const char *line = text_of(event, "line");

	if (is_stderr && *line)
		snprintf(job->last_words, sizeof(job->last_words), "%s", line);
	if (job->line)
		job->line(job, is_stderr, line);
}

static void on_exit_event(struct job *job, json_t *event)
{
	job->exited = true;
	job->status = json_integer_value(json_object_get(event, "status"));
	job->signal = json_integer_value(json_object_get(event, "signal"));
	job->timed_out = json_is_true(json_object_get(event, "timed_out"));
}

/* The first line is the reason, what follows is for those who look for the cause. */
static void set_fault(struct session *s, enum session_fault fault, const char *kind,
		      const char *text)
{
	size_t first = strcspn(text, "\n");

	s->fault = fault;
	snprintf(s->fault_text, sizeof(s->fault_text), "%s%.*s", kind, (int)first, text);
	snprintf(s->fault_excerpt, sizeof(s->fault_excerpt), "%s",
		 text[first] ? text + first + 1 : "");
}

static void on_error(struct session *s, struct job *job, json_t *event)
{
	const char *text = text_of(event, "text");

	if (job && !job->started) {
		snprintf(job->error, sizeof(job->error), "%s", text);
		job->exited = true;
	} else if (job) {
		/* A signal may cross the program's own end, which is no failure. */
		if (!job->last_words[0])
			snprintf(job->last_words, sizeof(job->last_words), "%s", text);
	} else if (!json_is_integer(json_object_get(event, "id"))) {
		set_fault(s, SESSION_DEAD, "the agent refused a message: ", text);
	}
}

static void on_kernel(struct session *s, json_t *event)
{
	char kind[64];

	if (s->fault != SESSION_SOUND)
		return;
	snprintf(kind, sizeof(kind), "the kernel reported %.32s: ", text_of(event, "kind"));
	set_fault(s, SESSION_KERNEL, kind, text_of(event, "text"));
}

static void on_agent(struct session *s, json_t *event)
{
	const char *ev = text_of(event, "ev");
	struct job *job = job_of(s, event);

	if (strcmp(ev, "kernel") == 0) {
		on_kernel(s, event);
	} else if (strcmp(ev, "error") == 0) {
		on_error(s, job, event);
	} else if (job && strcmp(ev, "started") == 0) {
		job->started = true;
	} else if (job && strcmp(ev, "out") == 0) {
		on_out(job, event);
	} else if (job && strcmp(ev, "exit") == 0) {
		on_exit_event(job, event);
	}
}

/* One event, or none within wait_ms. -1 on a fault or Ctrl-C. */
static int pump(struct session *s, unsigned wait_ms, struct vb_err *err)
{
	struct platform_event event = {.kind = PLATFORM_EVENT_NONE};

	if (*s->interrupted)
		return vb_fail(err, VB_INTERRUPTED, "interrupted");
	if (s->ops->collect(s->place, &event, wait_ms, err)) {
		set_fault(s, SESSION_DEAD, "", err->text);
		return -1;
	}
	if (event.kind == PLATFORM_EVENT_AGENT) {
		on_agent(s, event.json);
		json_decref(event.json);
	} else if (event.kind == PLATFORM_EVENT_DEAD) {
		set_fault(s, SESSION_DEAD, "", event.text);
	}
	if (s->fault != SESSION_SOUND)
		return vb_fail(err, VB_FAILED, "%s", s->fault_text);
	return 0;
}

int session_until(struct session *s, bool (*done)(void *ctx), void *ctx, unsigned limit_ms,
		  const char *what, struct vb_err *err)
{
	uint64_t end = vb_now_ms() + limit_ms, now;

	while (!done(ctx)) {
		now = vb_now_ms();
		if (now >= end)
			return vb_fail(err, VB_TIMEOUT, "waited %.1f s for %s", limit_ms / 1000.0,
				       what);
		if (pump(s, end - now < SLICE_MS ? end - now : SLICE_MS, err))
			return -1;
	}
	return 0;
}

static bool never(void *ctx)
{
	return false;
}

int session_linger(struct session *s, unsigned ms, struct vb_err *err)
{
	if (session_until(s, never, NULL, ms, "nothing", err) == 0 || err->code == VB_TIMEOUT)
		return 0;
	return -1;
}

int job_verdict(const struct job *job, struct vb_err *err)
{
	const char *words = job->last_words[0] ? job->last_words : "it said nothing";

	if (job->error[0])
		return vb_fail(err, VB_FAILED, "%s could not be run: %s", job->name, job->error);
	if (job->timed_out)
		return vb_fail(err, VB_FAILED, "%s was ended at its time limit; last words: %s",
			       job->name, words);
	if (job->signal)
		return vb_fail(err, VB_FAILED, "%s was killed by signal %d; last words: %s",
			       job->name, job->signal, words);
	if (job->status)
		return vb_fail(err, job->status == VB_MISSING ? VB_MISSING : VB_FAILED,
			       "%s exited with status %d: %s", job->name, job->status, words);
	return 0;
}
