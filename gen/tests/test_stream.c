/* SPDX-License-Identifier: BSD-2-Clause */
/* The wire of an emulated card: this test is the emulator that listens. */
#include <arpa/inet.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pktgen.h"
#include "session.h"
#include "suite.h"

#define WAIT_MS	    10000
#define FRAMES	    300
#define FRAME_BYTES 60
#define RECORD	    (sizeof(uint32_t) + FRAME_BYTES)

struct wire {
	char folder[32]; /* empty: the name is of no file */
	struct sockaddr_un at;
	int listening, fd;
};

static void listen_at(struct wire *w)
{
	memset(w, 0, sizeof(*w));
	strcpy(w->folder, "/tmp/gen-stream-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(w->folder));
	w->at.sun_family = AF_UNIX;
	snprintf(w->at.sun_path, sizeof(w->at.sun_path), "%s/wire", w->folder);
	w->listening = socket(AF_UNIX, SOCK_STREAM, 0);
	CU_ASSERT_FATAL(bind(w->listening, (struct sockaddr *)&w->at, sizeof(w->at)) == 0);
	CU_ASSERT_FATAL(listen(w->listening, 1) == 0);
	w->fd = -1;
}

static void listen_without_file(struct wire *w)
{
	socklen_t bytes;

	memset(w, 0, sizeof(*w));
	w->at.sun_family = AF_UNIX;
	bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			    snprintf(w->at.sun_path + 1, sizeof(w->at.sun_path) - 1,
				     "gen-stream-%d", (int)getpid()));
	w->listening = socket(AF_UNIX, SOCK_STREAM, 0);
	CU_ASSERT_FATAL(bind(w->listening, (struct sockaddr *)&w->at, bytes) == 0);
	CU_ASSERT_FATAL(listen(w->listening, 1) == 0);
	w->fd = -1;
}

static bool comes(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	return poll(&pfd, 1, WAIT_MS) == 1;
}

static void take_caller(struct wire *w)
{
	CU_ASSERT_FATAL(comes(w->listening));
	w->fd = accept(w->listening, NULL, NULL);
	CU_ASSERT_FATAL(w->fd >= 0);
}

static void leave(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	close(w->listening);
	if (!w->folder[0])
		return;
	CU_ASSERT_EQUAL(unlink(w->at.sun_path), 0);
	CU_ASSERT_EQUAL(rmdir(w->folder), 0);
}

/* Exactly so many bytes, whatever pieces they come in. */
static bool read_all(int fd, uint8_t *to, size_t bytes)
{
	ssize_t n = 1;

	while (bytes && n > 0 && comes(fd)) {
		n = read(fd, to, bytes);
		to += n > 0 ? n : 0;
		bytes -= n > 0 ? (size_t)n : 0;
	}
	return bytes == 0;
}

static void each_frame_that_is_sent_follows_its_length(void)
{
	uint8_t record[RECORD];
	struct session *tx;
	unsigned good = 0;
	struct wire w;
	uint32_t length;

	listen_at(&w);
	tx = session_start("-i stream:%s -f tx --json -l 60 -n 5000 -D 02:00:00:00:00:01",
			   w.at.sun_path);
	take_caller(&w);
	while (good < 5000 && read_all(w.fd, record, RECORD)) {
		memcpy(&length, record, sizeof(length));
		if (ntohl(length) != FRAME_BYTES || record[sizeof(length)] != 2)
			break;
		good++;
	}
	CU_ASSERT_EQUAL(good, 5000);
	CU_ASSERT(session_end(tx));
	CU_ASSERT_EQUAL(session_number(tx, "end", "packets"), 5000);
	session_free(tx);
	leave(&w);
}

/* As a stream has no borders, lengths and frames are torn at every possible place. */
static void frames_are_found_wherever_the_stream_is_torn(void)
{
	static uint8_t all[FRAMES * RECORD];
	const uint32_t length = htonl(FRAME_BYTES);
	struct session *rx;
	size_t at, piece;
	struct wire w;

	for (at = 0; at < sizeof(all); at += RECORD)
		memcpy(all + at, &length, sizeof(length));
	listen_at(&w);
	rx = session_start("-i stream:%s -f rx -w 0 --json -n %d", w.at.sun_path, FRAMES);
	take_caller(&w);
	CU_ASSERT_FATAL(session_says(rx, "\"ready\""));
	for (at = 0; at < sizeof(all); at += piece) {
		piece = 1 + at % (RECORD + 1);
		piece = piece < sizeof(all) - at ? piece : sizeof(all) - at;
		CU_ASSERT_EQUAL(write(w.fd, all + at, piece), (ssize_t)piece);
	}
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), FRAMES);
	CU_ASSERT_EQUAL(session_number(rx, "end", "bytes"), FRAMES * FRAME_BYTES);
	session_free(rx);
	leave(&w);
}

/* A receiver is given this and then, perhaps, the end of the stream: it ends with an error. */
static void a_broken_stream_ends_a_receiver(void)
{
	static const struct {
		const char *name;
		uint32_t length;
	} streams[] = {{"its end", FRAME_BYTES}, {"no length", 0}, {"too long", 65537}};
	struct session *rx;
	struct wire w;
	uint32_t length;
	size_t i;

	for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		listen_at(&w);
		rx = session_start("-i stream:%s -f rx -w 0 --json", w.at.sun_path);
		take_caller(&w);
		CU_ASSERT_FATAL(session_says(rx, "\"ready\""));
		length = htonl(streams[i].length);
		CU_ASSERT_EQUAL(write(w.fd, &length, sizeof(length)), sizeof(length));
		if (streams[i].length == FRAME_BYTES)
			CU_ASSERT_EQUAL(shutdown(w.fd, SHUT_WR), 0);
		CU_ASSERT(session_end(rx));
		if (rx->status == 0)
			printf("with %s it ends with status 0\n", streams[i].name);
		CU_ASSERT_NOT_EQUAL(rx->status, 0);
		session_free(rx);
		leave(&w);
	}
}

/* Slots come back as the far side reads, and not before. */
static void a_sender_waits_for_a_reader_that_is_slow(void)
{
	uint8_t record[RECORD];
	struct session *tx;
	struct wire w;
	unsigned n = 0;

	listen_at(&w);
	tx = session_start("-i stream:%s -f tx --json -l 60 -n 20000", w.at.sun_path);
	take_caller(&w);
	usleep(200000);
	CU_ASSERT_FALSE(tx->ended);
	while (n < 20000 && read_all(w.fd, record, RECORD))
		n++;
	CU_ASSERT_EQUAL(n, 20000);
	CU_ASSERT(session_end(tx));
	session_free(tx);
	leave(&w);
}

static void a_wire_may_have_a_name_of_no_file(void)
{
	uint8_t record[RECORD];
	struct session *tx;
	struct wire w;

	listen_without_file(&w);
	tx = session_start("-i stream:@%s -f tx --json -n 1", w.at.sun_path + 1);
	take_caller(&w);
	CU_ASSERT(read_all(w.fd, record, RECORD));
	CU_ASSERT(session_end(tx));
	session_free(tx);
	leave(&w);
}

static void where_nobody_listens_is_said(void)
{
	static const struct session_refusal nothing = {
		"pkt-gen -i stream:/tmp/no-such-socket -f tx --json -n 1",
		"cannot open stream:/tmp/no-such-socket", 255, 6};

	CU_ASSERT_EQUAL(session_refusals_wrong(pktgen_main, &nothing, 1), 0);
}

static const struct suite_test tests[] = {
	{"each frame that is sent follows its length", each_frame_that_is_sent_follows_its_length},
	{"frames are found wherever the stream is torn",
	 frames_are_found_wherever_the_stream_is_torn},
	{"a broken stream ends a receiver", a_broken_stream_ends_a_receiver},
	{"a sender waits for a reader that is slow", a_sender_waits_for_a_reader_that_is_slow},
	{"a wire may have a name of no file", a_wire_may_have_a_name_of_no_file},
	{"where nobody listens is said", where_nobody_listens_is_said},
};

SUITE_MAIN("gen-stream", tests)
