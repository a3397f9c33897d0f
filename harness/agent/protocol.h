/* SPDX-License-Identifier: BSD-2-Clause */
/* Every message of the agent protocol (docs/architecture.md), built and parsed in one place. */
#ifndef VB_PROTOCOL_H
#define VB_PROTOCOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"

#define PROTOCOL_VERSION	1
#define PROTOCOL_PORT		"org.valebench.agent"
#define PROTOCOL_WIRE_PORT	"org.valebench.wire" /* of the agent at the far ends of a guest's wires */
#define PROTOCOL_ANY_CPU	(-1)
#define PROTOCOL_NO_ID		(-1) /* of an error that belongs to no program */
#define PROTOCOL_MAX_ARGS	256
#define PROTOCOL_MAX_TIMEOUT_MS 86400000 /* a day */

enum protocol_op { PROTOCOL_RUN, PROTOCOL_SIGNAL, PROTOCOL_PING, PROTOCOL_POWEROFF };

/* What the runner asked for. Only the members of its op are set. */
struct protocol_request {
	enum protocol_op op;
	json_int_t id;	     /* run, signal: >= 0 */
	char **argv;	     /* run: NULL-terminated, at least one */
	unsigned timeout_ms; /* run: 0 without limit */
	int cpu;	     /* run: PROTOCOL_ANY_CPU or the one to be pinned to */
	int signal;	     /* signal: SIGINT, SIGTERM or SIGKILL */
	json_int_t seq;	     /* ping */
};

/*
 * Reads one message of the runner, strictly: an unknown op or key, a wrong type or an impossible
 * value is refused. Returns 0, or -1 with err; request->id is the id that the message gave, or
 * PROTOCOL_NO_ID, also then.
 */
int protocol_parse(const json_t *message, struct protocol_request *request, struct vb_err *err);
void protocol_request_free(struct protocol_request *request);

/* Messages to the agent; NULL when memory is short. The caller owns what it gets. */
json_t *protocol_run(json_int_t id, const char *const *argv, unsigned timeout_ms, int cpu);
json_t *protocol_signal(json_int_t id, int signal);
json_t *protocol_ping(json_int_t seq);
json_t *protocol_poweroff(void);

/* Messages of the agent. Texts that are not UTF-8 must have been cleaned before (utf8.h). */
json_t *protocol_hello(const char *kind, const char *kernel, unsigned cpus, uint64_t memory_kib);
json_t *protocol_started(json_int_t id, json_int_t pid);
json_t *protocol_out(json_int_t id, const char *stream, const char *line, size_t bytes);
json_t *protocol_exit(json_int_t id, int status, int signal, bool timed_out);
json_t *protocol_kernel(const char *kind, const char *text);
json_t *protocol_heartbeat(uint64_t uptime_ms);
json_t *protocol_pong(json_int_t seq);
json_t *protocol_error(json_int_t id, const char *text);

/* Is it an event named `name`? */
bool protocol_is(const json_t *message, const char *name);

#endif
