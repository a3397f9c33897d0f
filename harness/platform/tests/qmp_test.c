/* SPDX-License-Identifier: BSD-2-Clause */
/* QMP against a peer that has written its part of the conversation beforehand. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "qmp.h"
#include "suite.h"

#define GREETING                                                                                   \
	"{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},\"package\":\"\"}" \
	","                                                                                        \
	"\"capabilities\":[]}}\r\n"
#define READY	 "{\"return\":{},\"id\":1}\r\n"
#define LIMIT_MS 200

struct peer {
	int ours, theirs;
	struct qmp q;
	struct vb_err err;
};

static void write_script(struct peer *p, const char *text)
{
	CU_ASSERT_EQUAL_FATAL(write(p->theirs, text, strlen(text)), (ssize_t)strlen(text));
}

static int open_peer(struct peer *p, const char *script)
{
	int fds[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	p->ours = fds[0];
	p->theirs = fds[1];
	memset(&p->err, 0, sizeof(p->err));
	write_script(p, script);
	return qmp_open(&p->q, p->ours, LIMIT_MS, &p->err);
}

static void close_peer(struct peer *p)
{
	qmp_close(&p->q);
	if (p->theirs >= 0)
		close(p->theirs);
}

static void hang_up(struct peer *p)
{
	close(p->theirs);
	p->theirs = -1;
}

static void expect_sent(struct peer *p, const char *text)
{
	char sent[512];
	ssize_t n = recv(p->theirs, sent, sizeof(sent) - 1, MSG_DONTWAIT);

	CU_ASSERT_FATAL(n > 0);
	sent[n] = '\0';
	CU_ASSERT_STRING_EQUAL(sent, text);
}

static void greeting_and_capabilities(void)
{
	struct peer p;

	CU_ASSERT_EQUAL(open_peer(&p, GREETING READY), 0);
	CU_ASSERT_STRING_EQUAL(p.q.version, "7.2.22");
	CU_ASSERT_STRING_EQUAL(p.q.shutdown_reason, "");
	expect_sent(&p, "{\"execute\":\"qmp_capabilities\",\"id\":1}\n");
	close_peer(&p);
}

static void a_command_with_arguments_and_result(void)
{
	struct peer p;
	json_t *result = NULL;

	open_peer(&p, GREETING READY "{\"return\":{\"status\":\"running\"},\"id\":2}\n");
	expect_sent(&p, "{\"execute\":\"qmp_capabilities\",\"id\":1}\n");
	CU_ASSERT_EQUAL(
		qmp_execute(&p.q, "query", json_pack("{s:i}", "n", 7), &result, LIMIT_MS, &p.err),
		0);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(result, "status")), "running");
	json_decref(result);
	expect_sent(&p, "{\"execute\":\"query\",\"id\":2,\"arguments\":{\"n\":7}}\n");
	close_peer(&p);
}

static void events_between_do_not_disturb(void)
{
	struct peer p;

	open_peer(&p, GREETING
		  "{\"event\":\"RESUME\",\"timestamp\":{}}\n" READY
		  "{\"event\":\"SHUTDOWN\",\"data\":{\"guest\":true,\"reason\":\"guest-reset\"}}\n"
		  "{\"return\":{},\"id\":2}\n");
	CU_ASSERT_EQUAL(qmp_execute(&p.q, "stop", NULL, NULL, LIMIT_MS, &p.err), 0);
	CU_ASSERT_STRING_EQUAL(p.q.shutdown_reason, "guest-reset");
	close_peer(&p);
}

static void a_late_answer_is_not_taken_for_another(void)
{
	struct peer p;
	json_t *result = NULL;

	open_peer(&p, GREETING READY);
	CU_ASSERT_EQUAL(qmp_execute(&p.q, "slow", NULL, NULL, 20, &p.err), -1);
	CU_ASSERT_EQUAL(p.err.code, VB_TIMEOUT);
	write_script(&p,
		     "{\"return\":{\"late\":1},\"id\":2}\n{\"return\":{\"right\":1},\"id\":3}\n");
	CU_ASSERT_EQUAL(qmp_execute(&p.q, "next", NULL, &result, LIMIT_MS, &p.err), 0);
	CU_ASSERT_PTR_NOT_NULL(json_object_get(result, "right"));
	json_decref(result);
	close_peer(&p);
}

static void a_refusal_gives_its_reason(void)
{
	struct peer p;

	open_peer(&p, GREETING READY
		  "{\"error\":{\"class\":\"X\",\"desc\":\"no such thing\"},\"id\":2}\n");
	CU_ASSERT_EQUAL(qmp_execute(&p.q, "dance", NULL, NULL, LIMIT_MS, &p.err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(p.err.text, "dance"));
	CU_ASSERT_PTR_NOT_NULL(strstr(p.err.text, "no such thing"));
	close_peer(&p);
}

static void silence_ends_at_the_limit(void)
{
	uint64_t before = vb_now_ms();
	struct peer p;

	CU_ASSERT_EQUAL(open_peer(&p, ""), -1);
	CU_ASSERT_EQUAL(p.err.code, VB_TIMEOUT);
	CU_ASSERT(vb_now_ms() - before >= LIMIT_MS);
	CU_ASSERT(vb_now_ms() - before < LIMIT_MS + 2000);
	close_peer(&p);
}

static void a_peer_that_leaves_is_noticed(void)
{
	struct peer p;

	open_peer(&p, GREETING READY);
	hang_up(&p);
	CU_ASSERT_EQUAL(qmp_execute(&p.q, "quit", NULL, NULL, LIMIT_MS, &p.err), -1);
	CU_ASSERT_EQUAL(p.err.code, VB_FAILED);
	close_peer(&p);
}

static void nonsense_is_refused(void)
{
	static const char *const scripts[] = {
		"hello\n", "{}\n", "{\"QMP\":{}}\n", "[]\n",
		"{\"QMP\":{\"version\":{\"qemu\":{\"major\":\"7\"}}}}\n"};
	struct peer p;

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		CU_ASSERT_EQUAL(open_peer(&p, scripts[i]), -1);
		CU_ASSERT(p.err.text[0]);
		close_peer(&p);
	}
}

static void the_last_event_is_read_after_the_end(void)
{
	struct peer p;

	open_peer(&p, GREETING READY
		  "nonsense\n{\"event\":\"SHUTDOWN\",\"data\":{\"reason\":\"guest-shutdown\"}}\n");
	hang_up(&p);
	qmp_drain(&p.q);
	CU_ASSERT_STRING_EQUAL(p.q.shutdown_reason, "guest-shutdown");
	qmp_drain(&p.q);
	close_peer(&p);
	qmp_close(&p.q);
}

static const struct suite_test tests[] = {
	{"greeting and capabilities", greeting_and_capabilities},
	{"a command with arguments and result", a_command_with_arguments_and_result},
	{"events between do not disturb", events_between_do_not_disturb},
	{"a late answer is not taken for another", a_late_answer_is_not_taken_for_another},
	{"a refusal gives its reason", a_refusal_gives_its_reason},
	{"silence ends at the limit", silence_ends_at_the_limit},
	{"a peer that leaves is noticed", a_peer_that_leaves_is_noticed},
	{"nonsense is refused", nonsense_is_refused},
	{"the last event is read after the end", the_last_event_is_read_after_the_end},
};

SUITE_MAIN("qmp", tests)
