/* SPDX-License-Identifier: BSD-2-Clause */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "console.h"
#include "guests_line.h"
#include "jsonl.h"
#include "protocol.h"
#include "xl.h"

#define FIXED_FDS	  3
#define PROGRAMS_MAX	  128
#define MESSAGES_PER_TURN 64
#define TURN_MS		  500
#define SETTLE_POLL_MS	  50
#define LAST_WORDS_MS	  1000

/* A program of dom0 that has something run in the guest. */
struct customer {
	int fd;
	struct jsonl_reader in;
	struct jsonl_writer out;
	json_int_t id; /* of what it has run there, 0: nothing */
	json_int_t own_id;
	bool gone;
	struct customer *next;
};

struct keeper {
	const struct keeper_spec *spec;
	struct guests_line line;
	struct customer *customers;
	unsigned n_customers;
	json_int_t last_id;
	bool ready;
	bool leaving; /* somebody asked for its end */
	bool ended;
	bool orphaned;
	uint64_t boot_deadline_ms;
	char fault[600];
};

static void tell(struct customer *c, json_t *message)
{
	if (jsonl_push(&c->out, message))
		c->gone = true;
}

static json_t *fault_message(const struct keeper *k)
{
	return json_pack("{s:s, s:s}", "ev", KEEPER_FAULT, "text", k->fault);
}

static void say_ready(struct keeper *k, const char *word)
{
	if (k->ready)
		return;
	k->ready = true;
	dprintf(k->spec->ready, "%s", word);
	close(k->spec->ready);
}

/* The first one counts: what follows it may be its consequence. */
static void fault(struct keeper *k, const char *text)
{
	struct customer *c;

	if (k->fault[0])
		return;
	snprintf(k->fault, sizeof(k->fault), "domain %s: %.500s", k->spec->name, text);
	for (c = k->customers; c; c = c->next)
		tell(c, fault_message(k));
	say_ready(k, k->fault);
}

static struct customer *customer_of(struct keeper *k, json_int_t id)
{
	struct customer *c = k->customers;

	while (c && (c->id != id || !id))
		c = c->next;
	return c;
}

/* An event that is about a program goes to whoever has it run, under the number that he gave it. */
static void pass_on(struct keeper *k, json_t *message)
{
	struct customer *c = customer_of(k, json_integer_value(json_object_get(message, "id")));

	if (!c)
		return;
	if (protocol_is(message, "exit"))
		c->id = 0;
	json_object_set_new(message, "id", json_integer(c->own_id));
	tell(c, json_incref(message));
}

static void on_message(void *context, json_t *message)
{
	struct keeper *k = context;
	char text[300];

	if (protocol_is(message, "hello")) {
		say_ready(k, "ready");
	} else if (protocol_is(message, "kernel")) {
		snprintf(text, sizeof(text), "its kernel reported %s: %.200s",
			 json_string_value(json_object_get(message, "kind")),
			 json_string_value(json_object_get(message, "text")));
		text[strcspn(text, "\n")] = '\0';
		fault(k, text);
	} else if (json_object_get(message, "id")) {
		pass_on(k, message);
	}
}

static void on_complaint(void *context, const char *text)
{
	fault(context, text);
}

static void on_log(void *context, const char *text)
{
	struct keeper *k = context;

	if (k->spec->bare && k->spec->awaited && strstr(text, k->spec->awaited))
		say_ready(k, "ready");
}

static const struct guests_line_ops line_ops = {
	.message = on_message, .complaint = on_complaint, .log = on_log};

static void obey_run(struct keeper *k, struct customer *c, json_t *message)
{
	if (k->fault[0])
		return; /* which it was told at once */
	if (c->id || k->spec->bare) {
		tell(c, protocol_error(PROTOCOL_NO_ID, k->spec->bare
							       ? "there is no agent in this domain"
							       : "one program is running already"));
		return;
	}
	c->own_id = json_integer_value(json_object_get(message, "id"));
	c->id = ++k->last_id;
	json_object_set_new(message, "id", json_integer(c->id));
	guests_line_send(&k->line, message);
}

static void signal_guest(struct keeper *k, json_int_t id, int signal)
{
	json_t *message = protocol_signal(id, signal);

	guests_line_send(&k->line, message);
	json_decref(message);
}

static void obey(struct keeper *k, struct customer *c, json_t *message)
{
	struct protocol_request r;
	struct vb_err err = {0};

	if (protocol_parse(message, &r, &err)) {
		tell(c, protocol_error(PROTOCOL_NO_ID, err.text));
		return;
	}
	if (r.op == PROTOCOL_RUN) {
		obey_run(k, c, message);
	} else if (r.op == PROTOCOL_SIGNAL && c->id) {
		signal_guest(k, c->id, r.signal);
	} else if (r.op == PROTOCOL_POWEROFF) {
		k->leaving = true;
		if (!k->spec->bare && !k->ended)
			guests_line_send(&k->line, message);
		tell(c, json_pack("{s:s}", "ev", KEEPER_LEAVING));
	}
	protocol_request_free(&r);
}

static void listen_to(struct keeper *k, struct customer *c)
{
	struct vb_err err = {0};
	json_t *message;

	for (int i = 0; i < MESSAGES_PER_TURN && !c->gone; i++) {
		switch (jsonl_read(&c->in, &message, &err)) {
		case JSONL_MESSAGE:
			obey(k, c, message);
			json_decref(message);
			break;
		case JSONL_AGAIN:
			return;
		case JSONL_BAD:
		case JSONL_END:
			c->gone = true;
		}
	}
}

/* What a program that has gone was having run ends with it. */
static void forget(struct keeper *k, struct customer **link)
{
	struct customer *c = *link;

	if (c->id && !k->ended)
		signal_guest(k, c->id, SIGKILL);
	*link = c->next;
	k->n_customers--;
	jsonl_reader_free(&c->in);
	jsonl_writer_free(&c->out);
	close(c->fd);
	free(c);
}

static void serve_customers(struct keeper *k)
{
	struct customer **link = &k->customers;

	while (*link) {
		struct customer *c = *link;

		listen_to(k, c);
		if (jsonl_flush(&c->out) < 0)
			c->gone = true;
		if (c->gone)
			forget(k, link);
		else
			link = &c->next;
	}
}

static void take_customer(struct keeper *k)
{
	int fd = k->n_customers < PROGRAMS_MAX
			 ? accept4(k->spec->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)
			 : -1;
	struct customer *c = fd < 0 ? NULL : calloc(1, sizeof(*c));

	if (!c) {
		if (fd >= 0)
			close(fd);
		return;
	}
	c->fd = fd;
	jsonl_reader_init(&c->in, fd);
	jsonl_writer_init(&c->out, fd);
	c->next = k->customers;
	k->customers = c;
	k->n_customers++;
	if (k->fault[0])
		tell(c, fault_message(k));
}

static void check_silence(struct keeper *k, uint64_t now)
{
	char text[200], state[16];

	if (!k->ready && now >= k->boot_deadline_ms) {
		xl_state(k->spec->name, state, sizeof(state));
		snprintf(text, sizeof(text), "it was not ready within %u ms (its state: %s)",
			 k->spec->boot_ms, state);
		fault(k, text);
	}
	if (k->spec->bare || !k->ready || k->fault[0] || !k->spec->silence_ms ||
	    now < k->line.heard_ms + k->spec->silence_ms)
		return;
	xl_state(k->spec->name, state, sizeof(state));
	snprintf(text, sizeof(text), "nothing was heard from it for %u ms (its state: %s)",
		 k->spec->silence_ms, state);
	fault(k, text);
}

/* At most TURN_MS, as silence has to be noticed as well. */
static void wait_for_anything(struct keeper *k, bool *visitor)
{
	struct pollfd fds[FIXED_FDS + PROGRAMS_MAX] = {
		{.fd = k->ended ? -1 : k->spec->console,
		 .events = guests_line_pending(&k->line) ? POLLIN | POLLOUT : POLLIN},
		{.fd = k->spec->listener, .events = POLLIN},
		{.fd = k->spec->owner, .events = POLLIN},
	};
	struct customer *c;
	nfds_t n = FIXED_FDS;

	for (c = k->customers; c; c = c->next)
		fds[n++] = (struct pollfd){
			.fd = c->fd, .events = jsonl_pending(&c->out) ? POLLIN | POLLOUT : POLLIN};
	poll(fds, n, guests_line_busy(&k->line) ? SETTLE_POLL_MS : TURN_MS);
	*visitor = fds[1].revents & POLLIN;
	k->orphaned = fds[2].revents & POLLIN;
}

static void note_end(struct keeper *k)
{
	char text[300];

	k->ended = true;
	guests_line_last_words(&k->line, text, sizeof(text));
	if (!k->leaving)
		fault(k, text);
}

static void turn(struct keeper *k)
{
	bool visitor;

	wait_for_anything(k, &visitor);
	if (visitor)
		take_customer(k);
	if (!k->ended && !guests_line_serve(&k->line, vb_now_ms()))
		note_end(k);
	serve_customers(k);
	if (!k->ended)
		check_silence(k, vb_now_ms());
}

static void dismiss_all(struct keeper *k)
{
	while (k->customers) {
		jsonl_drain(&k->customers->out, LAST_WORDS_MS);
		forget(k, &k->customers);
	}
}

void keeper_run(const struct keeper_spec *spec)
{
	struct keeper k = {.spec = spec, .boot_deadline_ms = vb_now_ms() + spec->boot_ms};

	signal(SIGPIPE, SIG_IGN);
	guests_line_init(&k.line, spec->console, &line_ops, &k);
	if (spec->bare && !spec->awaited)
		say_ready(&k, "ready");
	/* Of a guest that ended by itself there is somebody to be told. */
	while (!k.orphaned && !(k.ended && k.leaving))
		turn(&k);
	dismiss_all(&k);
	guests_line_free(&k.line);
}
