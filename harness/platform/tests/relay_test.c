/* SPDX-License-Identifier: BSD-2-Clause */
/* Wires that programs take by turns, while the emulator's end stays: this test plays both. */
#include "relay.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"

#define WAIT_MS 10000
#define FRAME	60
#define RECORD	(sizeof(uint32_t) + FRAME)

struct rig {
	char names[2][48];
	struct relay_wire wires[2];
	int cards[2]; /* the emulator's ends */
	pthread_t thread;
	int rc;
};

static void *run(void *arg)
{
	struct rig *r = arg;
	struct vb_err err;

	r->rc = relay_run(r->wires, 2, &err);
	return NULL;
}

static void begin(struct rig *r)
{
	static unsigned rigs;
	int ends[2], i;

	memset(r, 0, sizeof(*r));
	rigs++;
	for (i = 0; i < 2; i++) {
		snprintf(r->names[i], sizeof(r->names[i]), "vb-relay-test-%d.%u.%d", (int)getpid(),
			 rigs, i);
		CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
		r->cards[i] = ends[0];
		r->wires[i] = (struct relay_wire){.card = ends[1], .name = r->names[i]};
	}
	CU_ASSERT_EQUAL_FATAL(pthread_create(&r->thread, NULL, run, r), 0);
}

/* The relay ends with the emulator. */
static void end(struct rig *r)
{
	int i;

	close(r->cards[0]);
	pthread_join(r->thread, NULL);
	CU_ASSERT_EQUAL(r->rc, 0);
	close(r->cards[1]);
	for (i = 0; i < 2; i++)
		close(r->wires[i].card);
}

static int call(const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), tries = WAIT_MS;

	memcpy(at.sun_path + 1, name, strlen(name));
	while (connect(fd, (struct sockaddr *)&at, bytes) && tries--)
		usleep(1000);
	CU_ASSERT_FATAL(tries > 0);
	return fd;
}

static void put(int fd, uint8_t mark, size_t bytes)
{
	uint8_t record[RECORD];
	uint32_t length = htonl(FRAME);

	memset(record, mark, sizeof(record));
	memcpy(record, &length, sizeof(length));
	CU_ASSERT_EQUAL(send(fd, record, bytes, MSG_NOSIGNAL), (ssize_t)bytes);
}

/* False: so much did not come in time. */
static bool get_bytes(int fd, uint8_t *to, size_t bytes)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	size_t got = 0;
	ssize_t n;

	while (got < bytes && poll(&pfd, 1, WAIT_MS) == 1) {
		n = recv(fd, to + got, bytes - got, 0);
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return got == bytes;
}

/* The mark of the next frame; -1: none came, or what came is none. */
static int get(int fd)
{
	uint8_t record[RECORD];

	return get_bytes(fd, record, RECORD) && record[3] == FRAME ? record[4] : -1;
}

static bool is_quiet(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	return poll(&pfd, 1, 50) == 0;
}

/* Connected, and known to be: a frame has come through. */
static int call_and_greet(struct rig *r, int wire, uint8_t mark)
{
	int fd = call(r->names[wire]);

	put(fd, mark, RECORD);
	CU_ASSERT_EQUAL(get(r->cards[wire]), mark);
	return fd;
}

static void frames_go_both_ways_on_each_wire(void)
{
	struct rig r;
	int fds[2], i;

	begin(&r);
	for (i = 0; i < 2; i++)
		fds[i] = call_and_greet(&r, i, 10 + i);
	for (i = 0; i < 2; i++) {
		put(r.cards[i], 20 + i, RECORD);
		CU_ASSERT_EQUAL(get(fds[i]), 20 + i);
		close(fds[i]);
	}
	end(&r);
}

static void what_a_caller_began_is_dropped_with_it(void)
{
	struct rig r;
	int fd;

	begin(&r);
	fd = call_and_greet(&r, 0, 1);
	put(fd, 2, RECORD);
	put(fd, 3, RECORD / 2);
	close(fd);
	CU_ASSERT_EQUAL(get(r.cards[0]), 2);
	fd = call_and_greet(&r, 0, 4);
	close(fd);
	end(&r);
}

static void the_next_caller_begins_at_a_frame(void)
{
	struct rig r;
	int fd;

	begin(&r);
	fd = call_and_greet(&r, 0, 1);
	put(r.cards[0], 2, RECORD / 2);
	CU_ASSERT(is_quiet(fd));
	close(fd);
	fd = call_and_greet(&r, 0, 3);
	CU_ASSERT_EQUAL(send(r.cards[0],
			     "\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2",
			     RECORD - RECORD / 2, 0),
			(ssize_t)(RECORD - RECORD / 2));
	put(r.cards[0], 4, RECORD);
	CU_ASSERT_EQUAL(get(fd), 2);
	CU_ASSERT_EQUAL(get(fd), 4);
	close(fd);
	end(&r);
}

/* As much as would fill every buffer many times. */
static void what_nobody_takes_is_lost(void)
{
	struct rig r;
	int fd, i;

	begin(&r);
	for (i = 0; i < 20000; i++)
		put(r.cards[0], 1, RECORD);
	fd = call_and_greet(&r, 0, 2);
	put(r.cards[0], 3, RECORD);
	i = get(fd);
	while (i == 1)
		i = get(fd);
	CU_ASSERT_EQUAL(i, 3);
	close(fd);
	end(&r);
}

/* An emulator keeps all that it has read, so it must never read much. */
static void a_card_reads_few_frames_at_once(void)
{
	enum { FRAMES = 200, FEW = 16, MANY = 1000 };
	uint8_t records[MANY * RECORD];
	unsigned frames = 0, most = 0;
	struct rig r;
	ssize_t n;
	int fd, i;

	begin(&r);
	fd = call_and_greet(&r, 0, 1);
	for (i = 0; i < FRAMES; i++)
		put(fd, (uint8_t)i, RECORD);
	usleep(50000);
	while (frames < FRAMES && !is_quiet(r.cards[0])) {
		n = recv(r.cards[0], records, sizeof(records), 0);
		CU_ASSERT_FATAL(n > 0 && n % (ssize_t)RECORD == 0);
		for (i = 0; i < n; i += RECORD)
			CU_ASSERT_EQUAL(records[i + 4], (uint8_t)(frames + (unsigned)i / RECORD));
		frames += (unsigned)n / RECORD;
		if ((unsigned)n / RECORD > most)
			most = (unsigned)n / RECORD;
	}
	CU_ASSERT_EQUAL(frames, FRAMES);
	CU_ASSERT(most <= FEW);
	close(fd);
	end(&r);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* It is not woken for each: that would take the time of who sends them. */
static void frames_that_follow_each_other_come_many_at_once(void)
{
	enum { FRAMES = 40000, PAUSE_NS = 100000 };
	static uint8_t records[2 * RECORD], came[1000 * RECORD];
	uint32_t length = htonl(FRAME);
	size_t sent = 0, got = 0, times = 0;
	struct rig r;
	uint64_t from;
	ssize_t n;
	int fd, i;

	for (i = 0; i < 2; i++)
		memcpy(records + (size_t)i * RECORD, &length, sizeof(length));
	begin(&r);
	fd = call_and_greet(&r, 0, 1);
	from = now_ns();
	while (got < FRAMES * RECORD && now_ns() - from < WAIT_MS * 1000000ull) {
		if (sent < FRAMES && send(r.cards[0], records, sizeof(records), MSG_DONTWAIT) > 0)
			sent += 2;
		n = recv(fd, came, sizeof(came), MSG_DONTWAIT);
		got += n > 0 ? (size_t)n : 0;
		times += n > 0;
	}
	CU_ASSERT_EQUAL(got, FRAMES * RECORD);
	CU_ASSERT(times <= (now_ns() - from) / PAUSE_NS + 2);
	close(fd);
	end(&r);
}

/* As long as any, and as many as would fill all buffers, one after the other. */
static void frames_of_all_lengths_come_whole(void)
{
	static uint8_t record[sizeof(uint32_t) + 65536];
	static const uint32_t lengths[] = {60, 65536, 1, 1514, 65535, 4092, 4093, 60};
	struct rig r;
	uint32_t length;
	unsigned i;
	int fd;

	begin(&r);
	fd = call_and_greet(&r, 0, 1);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		length = htonl(lengths[i]);
		memset(record, (int)i, sizeof(record));
		memcpy(record, &length, sizeof(length));
		CU_ASSERT_EQUAL(send(fd, record, sizeof(length) + lengths[i], MSG_NOSIGNAL),
				(ssize_t)(sizeof(length) + lengths[i]));
		memset(record, 0xff, sizeof(record));
		CU_ASSERT(get_bytes(r.cards[0], record, sizeof(length) + lengths[i]));
		CU_ASSERT_EQUAL(memcmp(record, &length, sizeof(length)), 0);
		CU_ASSERT(record[sizeof(length)] == i &&
			  record[sizeof(length) + lengths[i] - 1] == i);
	}
	close(fd);
	end(&r);
}

static void it_ends_with_the_emulator_though_a_caller_reads_nothing(void)
{
	uint8_t record[RECORD] = {0, 0, 0, FRAME};
	unsigned waits = 0;
	struct rig r;
	int fd;

	begin(&r);
	fd = call_and_greet(&r, 0, 1);
	while (waits < 50) {
		if (send(r.cards[0], record, RECORD, MSG_DONTWAIT) == RECORD)
			continue;
		usleep(1000);
		waits++;
	}
	end(&r);
	close(fd);
}

static void a_caller_that_sends_no_frames_is_left(void)
{
	struct rig r;
	char byte;
	int fd;

	begin(&r);
	fd = call_and_greet(&r, 0, 1);
	CU_ASSERT_EQUAL(send(fd, "\xff\xff\xff\xff\xff", 5, 0), 5);
	CU_ASSERT(!is_quiet(fd) && recv(fd, &byte, 1, 0) <= 0);
	close(fd);
	fd = call_and_greet(&r, 0, 2);
	close(fd);
	end(&r);
}

static const struct suite_test tests[] = {
	{"frames go both ways on each wire", frames_go_both_ways_on_each_wire},
	{"what a caller began is dropped with it", what_a_caller_began_is_dropped_with_it},
	{"the next caller begins at a frame", the_next_caller_begins_at_a_frame},
	{"what nobody takes is lost", what_nobody_takes_is_lost},
	{"a card reads few frames at once", a_card_reads_few_frames_at_once},
	{"frames that follow each other come many at once",
	 frames_that_follow_each_other_come_many_at_once},
	{"frames of all lengths come whole", frames_of_all_lengths_come_whole},
	{"it ends with the emulator though a caller reads nothing",
	 it_ends_with_the_emulator_though_a_caller_reads_nothing},
	{"a caller that sends no frames is left", a_caller_that_sends_no_frames_is_left},
};

SUITE_MAIN("relay", tests)
