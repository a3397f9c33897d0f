/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "excerpt.h"
#include "jsonl.h"
#include "suite.h"
#include "utf8.h"

struct pair {
	int ours, theirs;
	struct jsonl_reader reader;
	struct jsonl_writer writer;
};

static void open_pair(struct pair *p)
{
	int fds[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	p->ours = fds[0];
	p->theirs = fds[1];
	jsonl_reader_init(&p->reader, p->ours);
	jsonl_writer_init(&p->writer, p->theirs);
}

static void close_pair(struct pair *p)
{
	jsonl_reader_free(&p->reader);
	jsonl_writer_free(&p->writer);
	close(p->ours);
	if (p->theirs >= 0)
		close(p->theirs);
}

static void hang_up(struct pair *p)
{
	close(p->theirs);
	p->theirs = -1;
}

static void say(struct pair *p, const char *text)
{
	CU_ASSERT_EQUAL_FATAL(write(p->theirs, text, strlen(text)), (ssize_t)strlen(text));
}

static enum jsonl_status hear(struct pair *p, json_t **message)
{
	struct vb_err err;

	return jsonl_read(&p->reader, message, &err);
}

static void a_message_in_pieces(void)
{
	struct pair p;
	json_t *m;

	open_pair(&p);
	CU_ASSERT_EQUAL(hear(&p, &m), JSONL_AGAIN);
	say(&p, "{\"op\":");
	CU_ASSERT_EQUAL(hear(&p, &m), JSONL_AGAIN);
	say(&p, "\"ping\"}\r\n{\"op\":\"x\"}\n");
	CU_ASSERT_EQUAL_FATAL(hear(&p, &m), JSONL_MESSAGE);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(m, "op")), "ping");
	json_decref(m);
	CU_ASSERT_EQUAL_FATAL(hear(&p, &m), JSONL_MESSAGE);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(m, "op")), "x");
	json_decref(m);
	CU_ASSERT_EQUAL(hear(&p, &m), JSONL_AGAIN);
	close_pair(&p);
}

static void bad_lines_do_not_end_reading(void)
{
	static const char *const bad[] = {
		"nonsense\n", "[1,2]\n",	   "\n", "7\n", "{\"a\":1,\"a\":2}\n",
		"{\"a\":\n",  "{\"a\":\"\xff\"}\n"};
	struct pair p;
	json_t *m;

	open_pair(&p);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		say(&p, bad[i]);
		CU_ASSERT_EQUAL(hear(&p, &m), JSONL_BAD);
		CU_ASSERT_PTR_NULL(m);
	}
	say(&p, "{}\n");
	CU_ASSERT_EQUAL_FATAL(hear(&p, &m), JSONL_MESSAGE);
	json_decref(m);
	close_pair(&p);
}

static void the_end_comes_after_the_last_line(void)
{
	struct pair p;
	json_t *m;

	open_pair(&p);
	say(&p, "{}\n{\"half\":");
	hang_up(&p);
	CU_ASSERT_EQUAL_FATAL(hear(&p, &m), JSONL_MESSAGE);
	json_decref(m);
	CU_ASSERT_EQUAL(hear(&p, &m), JSONL_END);
	CU_ASSERT_EQUAL(hear(&p, &m), JSONL_END);
	close_pair(&p);
}

static void a_line_too_long_is_bad_and_passed_over(void)
{
	static char chunk[65536];
	struct pair p;
	json_t *m = NULL;
	enum jsonl_status status = JSONL_AGAIN;
	size_t sent = 0;

	open_pair(&p);
	memset(chunk, 'x', sizeof(chunk));
	while (sent <= JSONL_MAX_LINE + sizeof(chunk)) {
		sent += (size_t)write(p.theirs, chunk, sizeof(chunk));
		if (status == JSONL_AGAIN)
			status = hear(&p, &m);
		else
			CU_ASSERT_EQUAL(hear(&p, &m), JSONL_AGAIN);
	}
	CU_ASSERT_EQUAL(status, JSONL_BAD);
	CU_ASSERT(p.reader.lines.cap <= 4 * JSONL_MAX_LINE);
	say(&p, "\n{\"after\":1}\n");
	CU_ASSERT_EQUAL_FATAL(hear(&p, &m), JSONL_MESSAGE);
	CU_ASSERT_PTR_NOT_NULL(json_object_get(m, "after"));
	json_decref(m);
	close_pair(&p);
}

static void what_is_pushed_arrives(void)
{
	struct pair p;
	json_t *m;

	open_pair(&p);
	for (int i = 0; i < 1000; i++)
		CU_ASSERT_EQUAL(
			jsonl_push(&p.writer, json_pack("{s:i,s:s}", "n", i, "line", "a\nb\"c")),
			0);
	CU_ASSERT_EQUAL(jsonl_drain(&p.writer, 1000), 0);
	for (int i = 0; i < 1000; i++) {
		CU_ASSERT_EQUAL_FATAL(hear(&p, &m), JSONL_MESSAGE);
		CU_ASSERT_EQUAL(json_integer_value(json_object_get(m, "n")), i);
		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(m, "line")), "a\nb\"c");
		json_decref(m);
	}
	close_pair(&p);
}

static void a_peer_that_does_not_read_costs_the_limit_only(void)
{
	struct pair p;
	uint64_t before;

	open_pair(&p);
	for (int i = 0; i < 20000; i++)
		CU_ASSERT_EQUAL(jsonl_push(&p.writer, json_pack("{s:s}", "filler",
								"0123456789012345678901234567")),
				0);
	before = vb_now_ms();
	CU_ASSERT_EQUAL(jsonl_drain(&p.writer, 100), -ETIMEDOUT);
	CU_ASSERT(vb_now_ms() - before < 2000);
	CU_ASSERT(jsonl_pending(&p.writer) > 0);
	close_pair(&p);
}

static void a_peer_that_is_gone_gives_an_error_and_no_signal(void)
{
	struct pair p;

	open_pair(&p);
	close(p.ours);
	CU_ASSERT_EQUAL(jsonl_push(&p.writer, json_object()), 0);
	CU_ASSERT_EQUAL(jsonl_drain(&p.writer, 100), -EPIPE);
	p.ours = dup(p.theirs);
	close_pair(&p);
}

static void what_is_no_object_is_not_sent(void)
{
	struct pair p;

	open_pair(&p);
	CU_ASSERT_EQUAL(jsonl_push(&p.writer, NULL), -EINVAL);
	CU_ASSERT_EQUAL(jsonl_push(&p.writer, json_array()), -EINVAL);
	CU_ASSERT_EQUAL(jsonl_pending(&p.writer), 0);
	close_pair(&p);
}

static void foreign_bytes_become_valid_utf8(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"plain", "plain"},
		{"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa2",
		 "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa2"},
		{"\xff"
		 "a\xc3",
		 "?a?"},
		{"\xc0\xaf", "??"},
		{"\xed\xa0\x80", "???"},
		{"\xf4\x90\x80\x80", "????"},
		{"\xe2\x82"
		 "x",
		 "??x"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];
		json_t *s;

		snprintf(text, sizeof(text), "%s", rows[i].in);
		vb_utf8_clean(text, strlen(text));
		CU_ASSERT_STRING_EQUAL(text, rows[i].out);
		s = json_string(text);
		CU_ASSERT_PTR_NOT_NULL(s);
		json_decref(s);
	}
}

static void an_excerpt_is_the_newest_lines_that_fit(void)
{
	static struct excerpt e;
	char text[32], line[32];

	excerpt_clear(&e, NULL);
	excerpt_text(&e, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "");
	for (int i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		excerpt_add(&e, line);
	}
	excerpt_text(&e, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "line 97\nline 98\nline 99\n");
}

static int tells_of_digits(const char *line)
{
	return strstr(line, "line 7") ? 2 : strstr(line, "line 3") ? 1 : 0;
}

static void a_telling_line_is_not_pushed_out(void)
{
	static struct excerpt e;
	char text[32], line[32];

	excerpt_clear(&e, tells_of_digits);
	for (int i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		excerpt_add(&e, line);
	}
	excerpt_text(&e, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "line 7\n...\nline 98\nline 99\n");
	excerpt_clear(&e, tells_of_digits);
	excerpt_add(&e, "line 7");
	excerpt_text(&e, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "line 7\n");
}

static const struct suite_test tests[] = {
	{"a message in pieces", a_message_in_pieces},
	{"bad lines do not end reading", bad_lines_do_not_end_reading},
	{"the end comes after the last line", the_end_comes_after_the_last_line},
	{"a line too long is bad and passed over", a_line_too_long_is_bad_and_passed_over},
	{"what is pushed arrives", what_is_pushed_arrives},
	{"a peer that does not read costs the limit only",
	 a_peer_that_does_not_read_costs_the_limit_only},
	{"a peer that is gone gives an error and no signal",
	 a_peer_that_is_gone_gives_an_error_and_no_signal},
	{"what is no object is not sent", what_is_no_object_is_not_sent},
	{"foreign bytes become valid UTF-8", foreign_bytes_become_valid_utf8},
	{"an excerpt is the newest lines that fit", an_excerpt_is_the_newest_lines_that_fit},
	{"a telling line is not pushed out", a_telling_line_is_not_pushed_out},
};

SUITE_MAIN("jsonl", tests)
