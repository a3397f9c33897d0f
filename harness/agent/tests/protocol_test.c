/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <string.h>

#include "protocol.h"
#include "suite.h"

static int parse(const char *text, struct protocol_request *r, struct vb_err *err)
{
	json_t *message = json_loads(text, 0, NULL);
	int rc;

	CU_ASSERT_PTR_NOT_NULL_FATAL(message);
	rc = protocol_parse(message, r, err);
	json_decref(message);
	return rc;
}

static void a_run_in_full(void)
{
	struct protocol_request r;
	struct vb_err err = {0};

	CU_ASSERT_EQUAL_FATAL(parse("{\"op\":\"run\",\"id\":7,\"argv\":[\"pkt-gen\",\"-f\",\"\"],"
				    "\"timeout_ms\":1500,\"cpu\":1}",
				    &r, &err),
			      0);
	CU_ASSERT_EQUAL(r.op, PROTOCOL_RUN);
	CU_ASSERT_EQUAL(r.id, 7);
	CU_ASSERT_EQUAL(r.timeout_ms, 1500);
	CU_ASSERT_EQUAL(r.cpu, 1);
	CU_ASSERT_STRING_EQUAL(r.argv[0], "pkt-gen");
	CU_ASSERT_STRING_EQUAL(r.argv[2], "");
	CU_ASSERT_PTR_NULL(r.argv[3]);
	protocol_request_free(&r);
}

static void a_run_in_short(void)
{
	struct protocol_request r;
	struct vb_err err = {0};

	CU_ASSERT_EQUAL_FATAL(parse("{\"op\":\"run\",\"id\":0,\"argv\":[\"true\"]}", &r, &err), 0);
	CU_ASSERT_EQUAL(r.timeout_ms, 0);
	CU_ASSERT_EQUAL(r.cpu, PROTOCOL_ANY_CPU);
	protocol_request_free(&r);
}

static void the_other_requests(void)
{
	static const struct {
		const char *text;
		enum protocol_op op;
		int signal;
		json_int_t id, seq;
	} rows[] = {
		{"{\"op\":\"signal\",\"id\":3,\"signal\":\"INT\"}", PROTOCOL_SIGNAL, SIGINT, 3, 0},
		{"{\"op\":\"signal\",\"id\":4,\"signal\":\"TERM\"}", PROTOCOL_SIGNAL, SIGTERM, 4,
		 0},
		{"{\"op\":\"signal\",\"id\":5,\"signal\":\"KILL\"}", PROTOCOL_SIGNAL, SIGKILL, 5,
		 0},
		{"{\"op\":\"ping\",\"seq\":9}", PROTOCOL_PING, 0, PROTOCOL_NO_ID, 9},
		{"{\"op\":\"poweroff\"}", PROTOCOL_POWEROFF, 0, PROTOCOL_NO_ID, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct protocol_request r;
		struct vb_err err = {0};

		CU_ASSERT_EQUAL_FATAL(parse(rows[i].text, &r, &err), 0);
		CU_ASSERT_EQUAL(r.op, rows[i].op);
		CU_ASSERT_EQUAL(r.signal, rows[i].signal);
		CU_ASSERT_EQUAL(r.id, rows[i].id);
		CU_ASSERT_EQUAL(r.seq, rows[i].seq);
		protocol_request_free(&r);
	}
}

/* Each with a word that the refusal must hold, and the id that it must be sent back with. */
static void bad_requests_are_refused_by_name(void)
{
	static const struct {
		const char *text, *word;
		json_int_t id;
	} rows[] = {
		{"{}", "op", PROTOCOL_NO_ID},
		{"{\"op\":7}", "op", PROTOCOL_NO_ID},
		{"{\"op\":\"dance\",\"id\":1}", "dance", PROTOCOL_NO_ID},
		{"[]", "op", PROTOCOL_NO_ID},
		{"{\"op\":\"run\",\"argv\":[\"x\"]}", "'id'", PROTOCOL_NO_ID},
		{"{\"op\":\"run\",\"id\":-1,\"argv\":[\"x\"]}", "'id'", PROTOCOL_NO_ID},
		{"{\"op\":\"run\",\"id\":\"1\",\"argv\":[\"x\"]}", "'id'", PROTOCOL_NO_ID},
		{"{\"op\":\"run\",\"id\":1.5,\"argv\":[\"x\"]}", "'id'", PROTOCOL_NO_ID},
		{"{\"op\":\"run\",\"id\":1}", "argv", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":\"ls\"}", "argv", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":[]}", "argv", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":[\"\"]}", "argv[0]", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":[\"ls\",7]}", "argv[1]", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":[\"ls\"],\"timeout_ms\":-1}", "timeout_ms", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":[\"ls\"],\"timeout_ms\":1e3}", "timeout_ms", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":[\"ls\"],\"timeout_ms\":86400001}",
		 "timeout_ms", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":[\"ls\"],\"cpu\":5000}", "cpu", 1},
		{"{\"op\":\"run\",\"id\":1,\"argv\":[\"ls\"],\"cpus\":1}", "cpus", 1},
		{"{\"op\":\"signal\",\"id\":2}", "signal", 2},
		{"{\"op\":\"signal\",\"id\":2,\"signal\":\"HUP\"}", "signal", 2},
		{"{\"op\":\"signal\",\"id\":2,\"signal\":9}", "signal", 2},
		{"{\"op\":\"ping\"}", "seq", PROTOCOL_NO_ID},
		{"{\"op\":\"ping\",\"seq\":null}", "seq", PROTOCOL_NO_ID},
		{"{\"op\":\"poweroff\",\"now\":true}", "now", PROTOCOL_NO_ID},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct protocol_request r;
		struct vb_err err = {0};

		CU_ASSERT_EQUAL(parse(rows[i].text, &r, &err), -1);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, rows[i].word));
		CU_ASSERT_EQUAL(r.id, rows[i].id);
		CU_ASSERT_PTR_NULL(r.argv);
	}
}

static void too_many_arguments_are_refused(void)
{
	json_t *list = json_array(), *message;
	struct protocol_request r;
	struct vb_err err = {0};

	for (int i = 0; i <= PROTOCOL_MAX_ARGS; i++)
		json_array_append_new(list, json_string("x"));
	message = json_pack("{s:s,s:i,s:o}", "op", "run", "id", 1, "argv", list);
	CU_ASSERT_EQUAL(protocol_parse(message, &r, &err), -1);
	json_decref(message);
}

static void what_the_runner_builds_the_agent_parses(void)
{
	static const char *const argv[] = {"vale-ctl", "-l", "vale0:a b\"c", NULL};
	json_t *built[] = {protocol_run(1, argv, 2000, 0),
			   protocol_run(2, argv, 0, PROTOCOL_ANY_CPU), protocol_signal(3, SIGINT),
			   protocol_ping(4), protocol_poweroff()};

	for (size_t i = 0; i < sizeof(built) / sizeof(built[0]); i++) {
		struct protocol_request r;
		struct vb_err err = {0};

		CU_ASSERT_PTR_NOT_NULL_FATAL(built[i]);
		CU_ASSERT_EQUAL(protocol_parse(built[i], &r, &err), 0);
		if (r.op == PROTOCOL_RUN)
			CU_ASSERT_STRING_EQUAL(r.argv[2], argv[2]);
		protocol_request_free(&r);
		json_decref(built[i]);
	}
	CU_ASSERT_PTR_NULL(protocol_signal(1, SIGSEGV));
}

/* Texts as docs/architecture.md gives them, keys sorted. */
static void events_look_as_documented(void)
{
	struct {
		json_t *event;
		const char *text;
	} rows[] = {
		{protocol_hello("guest", "6.1.0-1", 2, 1024),
		 "{\"cpus\":2,\"ev\":\"hello\",\"kernel\":\"6.1.0-1\",\"kind\":\"guest\","
		 "\"memory_kib\":1024,\"protocol\":1}"},
		{protocol_started(1, 99), "{\"ev\":\"started\",\"id\":1,\"pid\":99}"},
		{protocol_out(1, "stdout", "a\nb-", 3),
		 "{\"ev\":\"out\",\"id\":1,\"line\":\"a\\nb\",\"stream\":\"stdout\"}"},
		{protocol_exit(1, 0, 0, false),
		 "{\"ev\":\"exit\",\"id\":1,\"signal\":0,\"status\":0,\"timed_out\":false}"},
		{protocol_exit(1, 137, 9, true),
		 "{\"ev\":\"exit\",\"id\":1,\"signal\":9,\"status\":137,\"timed_out\":true}"},
		{protocol_kernel("oops", "x"),
		 "{\"ev\":\"kernel\",\"kind\":\"oops\",\"text\":\"x\"}"},
		{protocol_heartbeat(5), "{\"ev\":\"heartbeat\",\"uptime_ms\":5}"},
		{protocol_pong(6), "{\"ev\":\"pong\",\"seq\":6}"},
		{protocol_error(2, "no"), "{\"ev\":\"error\",\"id\":2,\"text\":\"no\"}"},
		{protocol_error(PROTOCOL_NO_ID, "no"),
		 "{\"ev\":\"error\",\"id\":null,\"text\":\"no\"}"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = json_dumps(rows[i].event, JSON_COMPACT | JSON_SORT_KEYS);

		CU_ASSERT_PTR_NOT_NULL_FATAL(text);
		CU_ASSERT_STRING_EQUAL(text, rows[i].text);
		free(text);
		json_decref(rows[i].event);
	}
}

static const struct suite_test tests[] = {
	{"a run in full", a_run_in_full},
	{"a run in short", a_run_in_short},
	{"the other requests", the_other_requests},
	{"bad requests are refused by name", bad_requests_are_refused_by_name},
	{"too many arguments are refused", too_many_arguments_are_refused},
	{"what the runner builds the agent parses", what_the_runner_builds_the_agent_parses},
	{"events look as documented", events_look_as_documented},
};

SUITE_MAIN("agent_protocol", tests)
