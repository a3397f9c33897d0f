/* SPDX-License-Identifier: BSD-2-Clause */
#include "protocol.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CPU 4095

static const struct signal_name {
	const char *name;
	int number;
} signals[] = {{"INT", SIGINT}, {"TERM", SIGTERM}, {"KILL", SIGKILL}};

#define N_SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* An integer member within [low, high]. Absent: fallback, unless required. */
static int integer(const json_t *m, const char *key, bool required, json_int_t low, json_int_t high,
		   json_int_t *value, struct vb_err *err)
{
	const json_t *v = json_object_get(m, key);

	if (!v && !required)
		return 0;
	if (!json_is_integer(v))
		return vb_fail(err, VB_USAGE, "'%s' of the message must be an integer", key);
	if (json_integer_value(v) < low || json_integer_value(v) > high)
		return vb_fail(err, VB_USAGE,
			       "'%s' of the message must lie in %lld..%lld, not be %lld", key,
			       (long long)low, (long long)high, (long long)json_integer_value(v));
	*value = json_integer_value(v);
	return 0;
}

static int parse_argv(const json_t *m, struct protocol_request *r, struct vb_err *err)
{
	const json_t *list = json_object_get(m, "argv");
	size_t n = json_array_size(list);

	if (!n || n > PROTOCOL_MAX_ARGS)
		return vb_fail(err, VB_USAGE,
			       "'argv' of the message must be a list of 1..%d strings",
			       PROTOCOL_MAX_ARGS);
	r->argv = calloc(n + 1, sizeof(*r->argv));
	if (!r->argv)
		return vb_fail(err, VB_NO_SPACE, "no memory for the arguments of program %lld",
			       (long long)r->id);
	for (size_t i = 0; i < n; i++) {
		const json_t *s = json_array_get(list, i);

		if (!json_is_string(s) || strlen(json_string_value(s)) != json_string_length(s))
			return vb_fail(err, VB_USAGE,
				       "'argv[%zu]' of the message must be a string without NUL",
				       i);
		r->argv[i] = strdup(json_string_value(s));
		if (!r->argv[i])
			return vb_fail(err, VB_NO_SPACE,
				       "no memory for the arguments of program %lld",
				       (long long)r->id);
	}
	if (!r->argv[0][0])
		return vb_fail(err, VB_USAGE, "'argv[0]' of the message must name a program");
	return 0;
}

static int parse_run(const json_t *m, struct protocol_request *r, struct vb_err *err)
{
	json_int_t timeout = 0, cpu = PROTOCOL_ANY_CPU;

	if (integer(m, "timeout_ms", false, 0, PROTOCOL_MAX_TIMEOUT_MS, &timeout, err) ||
	    integer(m, "cpu", false, PROTOCOL_ANY_CPU, MAX_CPU, &cpu, err))
		return -1;
	r->timeout_ms = (unsigned)timeout;
	r->cpu = (int)cpu;
	return parse_argv(m, r, err);
}

static int parse_signal(const json_t *m, struct protocol_request *r, struct vb_err *err)
{
	const char *name = json_string_value(json_object_get(m, "signal"));

	for (size_t i = 0; name && i < N_SIGNALS; i++)
		if (strcmp(signals[i].name, name) == 0) {
			r->signal = signals[i].number;
			return 0;
		}
	return vb_fail(err, VB_USAGE, "'signal' of the message must be INT, TERM or KILL");
}

static int parse_ping(const json_t *m, struct protocol_request *r, struct vb_err *err)
{
	return integer(m, "seq", true, 0, LLONG_MAX, &r->seq, err);
}

static int parse_poweroff(const json_t *m, struct protocol_request *r, struct vb_err *err)
{
	return 0;
}

static const struct op {
	const char *name;
	enum protocol_op op;
	bool has_id;
	const char *keys[6];
	int (*parse)(const json_t *m, struct protocol_request *r, struct vb_err *err);
} ops[] = {
	{"run", PROTOCOL_RUN, true, {"op", "id", "argv", "timeout_ms", "cpu"}, parse_run},
	{"signal", PROTOCOL_SIGNAL, true, {"op", "id", "signal"}, parse_signal},
	{"ping", PROTOCOL_PING, false, {"op", "seq"}, parse_ping},
	{"poweroff", PROTOCOL_POWEROFF, false, {"op"}, parse_poweroff},
};

static const struct op *find_op(const char *name)
{
	for (size_t i = 0; name && i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}

static int known_keys(const json_t *m, const struct op *op, struct vb_err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)m, key, value)
	{
		size_t i = 0;

		while (op->keys[i] && strcmp(op->keys[i], key) != 0)
			i++;
		if (!op->keys[i])
			return vb_fail(err, VB_USAGE, "a message '%s' has no key '%s'", op->name,
				       key);
	}
	return 0;
}

int protocol_parse(const json_t *message, struct protocol_request *r, struct vb_err *err)
{
	const char *name = json_string_value(json_object_get(message, "op"));
	const struct op *op = find_op(name);

	memset(r, 0, sizeof(*r));
	r->id = PROTOCOL_NO_ID;
	if (!op)
		return vb_fail(err, VB_USAGE, "the message has no known 'op' (%s)",
			       name ? name : "none");
	r->op = op->op;
	if (op->has_id && integer(message, "id", true, 0, LLONG_MAX, &r->id, err))
		return -1;
	if (known_keys(message, op, err) || op->parse(message, r, err)) {
		protocol_request_free(r);
		return -1;
	}
	return 0;
}

void protocol_request_free(struct protocol_request *r)
{
	for (size_t i = 0; r->argv && r->argv[i]; i++)
		free(r->argv[i]);
	free(r->argv);
	r->argv = NULL;
}

json_t *protocol_run(json_int_t id, const char *const *argv, unsigned timeout_ms, int cpu)
{
	json_t *list = json_array();

	for (size_t i = 0; argv[i]; i++)
		json_array_append_new(list, json_string(argv[i]));
	if (cpu == PROTOCOL_ANY_CPU)
		return json_pack("{s:s,s:I,s:o,s:i}", "op", "run", "id", id, "argv", list,
				 "timeout_ms", (int)timeout_ms);
	return json_pack("{s:s,s:I,s:o,s:i,s:i}", "op", "run", "id", id, "argv", list, "timeout_ms",
			 (int)timeout_ms, "cpu", cpu);
}

json_t *protocol_signal(json_int_t id, int signal)
{
	for (size_t i = 0; i < N_SIGNALS; i++)
		if (signals[i].number == signal)
			return json_pack("{s:s,s:I,s:s}", "op", "signal", "id", id, "signal",
					 signals[i].name);
	return NULL;
}

json_t *protocol_ping(json_int_t seq)
{
	return json_pack("{s:s,s:I}", "op", "ping", "seq", seq);
}

json_t *protocol_poweroff(void)
{
	return json_pack("{s:s}", "op", "poweroff");
}

json_t *protocol_hello(const char *kind, const char *kernel, unsigned cpus, uint64_t memory_kib)
{
	return json_pack("{s:s,s:i,s:s,s:s,s:i,s:I}", "ev", "hello", "protocol", PROTOCOL_VERSION,
			 "kind", kind, "kernel", kernel, "cpus", (int)cpus, "memory_kib",
			 (json_int_t)memory_kib);
}

json_t *protocol_started(json_int_t id, json_int_t pid)
{
	return json_pack("{s:s,s:I,s:I}", "ev", "started", "id", id, "pid", pid);
}

json_t *protocol_out(json_int_t id, const char *stream, const char *line, size_t bytes)
{
	return json_pack("{s:s,s:I,s:s,s:s%}", "ev", "out", "id", id, "stream", stream, "line",
			 line, bytes);
}

json_t *protocol_exit(json_int_t id, int status, int signal, bool timed_out)
{
	return json_pack("{s:s,s:I,s:i,s:i,s:b}", "ev", "exit", "id", id, "status", status,
			 "signal", signal, "timed_out", timed_out);
}

json_t *protocol_kernel(const char *kind, const char *text)
{
	return json_pack("{s:s,s:s,s:s}", "ev", "kernel", "kind", kind, "text", text);
}

json_t *protocol_heartbeat(uint64_t uptime_ms)
{
	return json_pack("{s:s,s:I}", "ev", "heartbeat", "uptime_ms", (json_int_t)uptime_ms);
}

json_t *protocol_pong(json_int_t seq)
{
	return json_pack("{s:s,s:I}", "ev", "pong", "seq", seq);
}

json_t *protocol_error(json_int_t id, const char *text)
{
	if (id == PROTOCOL_NO_ID)
		return json_pack("{s:s,s:n,s:s}", "ev", "error", "id", "text", text);
	return json_pack("{s:s,s:I,s:s}", "ev", "error", "id", id, "text", text);
}

bool protocol_is(const json_t *message, const char *name)
{
	const char *ev = json_string_value(json_object_get(message, "ev"));

	return ev && strcmp(ev, name) == 0;
}
