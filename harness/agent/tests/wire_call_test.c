/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that runs at an agent elsewhere: this test is the agent, in a thread that follows a
 * script. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jsonl.h"
#include "protocol.h"
#include "suite.h"
#include "wire_call.h"

#define LIMIT_MS 10000

/* What the agent says once the program runs; % stands for its id. NULL: it goes away. */
struct row {
	const char *name, *says[6];
	int status;
	const char *out, *err, *why;
};

static const struct row rows[] = {
	{"output and status",
	 {"{\"ev\":\"out\",\"id\":%,\"stream\":\"stdout\",\"line\":\"one\"}",
	  "{\"ev\":\"out\",\"id\":%,\"stream\":\"stderr\",\"line\":\"two\"}",
	  "{\"ev\":\"exit\",\"id\":%,\"status\":3,\"signal\":0,\"timed_out\":false}"},
	 3,
	 "one\n",
	 "two\n",
	 ""},
	{"what belongs to others",
	 {"{\"ev\":\"out\",\"id\":1,\"stream\":\"stdout\",\"line\":\"of another\"}",
	  "{\"ev\":\"heartbeat\",\"uptime_ms\":5}",
	  "{\"ev\":\"exit\",\"id\":1,\"status\":1,\"signal\":0,\"timed_out\":false}",
	  "{\"ev\":\"exit\",\"id\":%,\"status\":0,\"signal\":0,\"timed_out\":false}"},
	 0,
	 "",
	 "",
	 ""},
	{"the end by a signal",
	 {"{\"ev\":\"exit\",\"id\":%,\"status\":0,\"signal\":9,\"timed_out\":false}"},
	 137,
	 "",
	 "",
	 ""},
	{"a refusal",
	 {"{\"ev\":\"error\",\"id\":%,\"text\":\"no such program\"}"},
	 -1,
	 "",
	 "",
	 "no such program"},
	{"an agent that goes", {NULL}, -1, "", "", "has gone"},
};

struct agent {
	int fd;
	const struct row *row;
	char asked[512]; /* the last message before the script */
};

static json_t *next(struct jsonl_reader *in)
{
	json_t *message = NULL;
	struct vb_err err;

	for (;;) {
		switch (jsonl_read(in, &message, &err)) {
		case JSONL_MESSAGE:
			return message;
		case JSONL_AGAIN:
			usleep(1000);
			break;
		default:
			return NULL;
		}
	}
}

static void say(int fd, const char *text, json_int_t id)
{
	const char *mark = strchr(text, '%');

	if (mark)
		dprintf(fd, "%.*s%lld%s\n", (int)(mark - text), text, (long long)id, mark + 1);
	else
		dprintf(fd, "%s\n", text);
}

/* First what is left of an earlier conversation, then the answer to the ping, then the script. */
static void *follow(void *arg)
{
	struct agent *a = arg;
	struct jsonl_reader in;
	json_t *message;
	json_int_t id = 0;

	jsonl_reader_init(&in, a->fd);
	dprintf(a->fd, "ed\":false}\n{\"ev\":\"exit\",\"id\":7,\"status\":7,\"signal\":0}\n");
	while ((message = next(&in)) != NULL) {
		const char *op = json_string_value(json_object_get(message, "op"));
		char *text = json_dumps(message, JSON_COMPACT);

		snprintf(a->asked, sizeof(a->asked), "%s", text);
		free(text);
		id = json_integer_value(json_object_get(message, "id"));
		if (strcmp(op, "ping") == 0)
			dprintf(a->fd, "{\"ev\":\"pong\",\"seq\":%lld}\n",
				(long long)json_integer_value(json_object_get(message, "seq")));
		json_decref(message);
		if (strstr(a->asked, a->row ? "\"run\"" : "\"signal\""))
			break;
	}
	for (size_t i = 0; a->row && a->row->says[i]; i++)
		say(a->fd, a->row->says[i], id);
	if (!a->row)
		say(a->fd, rows[2].says[0], id);
	if (a->row && !a->row->says[0])
		shutdown(a->fd, SHUT_RDWR);
	jsonl_reader_free(&in);
	return NULL;
}

static int call(struct agent *agent, int signals, char out[256], char err[256], struct vb_err *why)
{
	const char *const argv[] = {"pkt-gen", "-f", "tx", NULL};
	struct wire_call call = {
		.signals = signals, .argv = argv, .answer_ms = LIMIT_MS, .limit_ms = LIMIT_MS};
	pthread_t thread;
	int fds[2], status;

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	agent->fd = fds[1];
	call.fd = fds[0];
	call.out = fmemopen(out, 256, "w");
	call.err = fmemopen(err, 256, "w");
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, follow, agent), 0);
	status = wire_call(&call, why);
	fclose(call.out);
	fclose(call.err);
	close(fds[0]);
	pthread_join(thread, NULL);
	close(fds[1]);
	return status;
}

static void it_ends_as_the_program_did(void)
{
	char out[256], err[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct agent agent = {.row = row};
		struct vb_err why = {0};
		int status;

		memset(out, 0, sizeof(out));
		memset(err, 0, sizeof(err));
		status = call(&agent, -1, out, err, &why);
		if (status != row->status || strcmp(out, row->out) || strcmp(err, row->err) ||
		    !strstr(why.text, row->why))
			printf("%s: status %d, \"%s\", \"%s\", %s\n", row->name, status, out, err,
			       why.text);
		CU_ASSERT_EQUAL(status, row->status);
		CU_ASSERT_STRING_EQUAL(out, row->out);
		CU_ASSERT_STRING_EQUAL(err, row->err);
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, row->why));
		CU_ASSERT_PTR_NOT_NULL(strstr(agent.asked, "[\"pkt-gen\",\"-f\",\"tx\"]"));
	}
}

static void signals_are_passed_on(void)
{
	struct agent agent = {.row = NULL};
	char out[256] = "", err[256] = "";
	struct vb_err why = {0};
	sigset_t set;
	int signals;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	raise(SIGINT);
	CU_ASSERT_EQUAL(call(&agent, signals, out, err, &why), 137);
	CU_ASSERT_PTR_NOT_NULL(strstr(agent.asked, "\"INT\""));
	close(signals);
}

static void an_agent_that_is_silent_is_given_up(void)
{
	const char *const argv[] = {"pkt-gen", NULL};
	struct wire_call call = {
		.signals = -1, .argv = argv, .answer_ms = 50, .out = stdout, .err = stderr};
	struct vb_err why = {0};
	int fds[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	call.fd = fds[0];
	CU_ASSERT_EQUAL(wire_call(&call, &why), -1);
	CU_ASSERT_EQUAL(why.code, VB_TIMEOUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "does not answer"));
	close(fds[0]);
	close(fds[1]);
}

static const struct suite_test tests[] = {
	{"it ends as the program did", it_ends_as_the_program_did},
	{"signals are passed on", signals_are_passed_on},
	{"an agent that is silent is given up", an_agent_that_is_silent_is_given_up},
};

SUITE_MAIN("wire_call", tests)
