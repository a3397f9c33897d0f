/* SPDX-License-Identifier: BSD-2-Clause */
/* How long guests take from their creation to their first packet. */
#include <argp.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "first_frame.h"
#include "options.h"
#include "verbs.h"

#define NAME_FORMAT "boot%u"
#define NAME_BYTES  16
#define VIF_BYTES   256
#define GLANCE_MS   100

struct guest {
	char name[NAME_BYTES];
	char vif[VIF_BYTES];
	uint64_t created_ns;
	int ready; /* see life_begin */
	bool begun;
};

struct boot {
	struct domain_options options;
	unsigned count;
	const char *interface, *vif, *greeter;
	struct first_frame frames;
	struct guest guests[FIRST_FRAME_GUESTS_MAX];
};

enum { OPT_COUNT = 'n', OPT_ON = 'o', OPT_GREETER = 'g' };

static const struct argp_option option_table[] = {
	{"count", OPT_COUNT, "N", 0, "how many guests, one created after the other (default 1)", 0},
	{"on", OPT_ON, "INTERFACE", 0, "where their first packets are heard", 0},
	{"greeter", OPT_GREETER, "PORT", 0, "what a guest's pkt-gen sends its first packet on", 0},
	{0},
};

/* The one interface is that of every guest, with an address of its own. */
static void check(struct boot *b, struct argp_state *state)
{
	if (!b->interface || !b->greeter || b->options.config.n_vifs != 1)
		argp_error(state, "--on, --greeter and one --vif without an address are needed");
	b->vif = b->options.config.vifs[0];
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct boot *b = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &b->options;
		return 0;
	case OPT_COUNT:
		b->count = domain_options_number(state, "count", arg, 1, FIRST_FRAME_GUESTS_MAX);
		return 0;
	case OPT_ON:
		b->interface = arg;
		return 0;
	case OPT_GREETER:
		b->greeter = arg;
		return 0;
	case ARGP_KEY_END:
		check(b, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&domain_options_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.children = children,
	.doc = "Starts guests and says as JSON how long they took from their "
	       "creation to their first packet."};

static int begin(struct boot *b, unsigned i, struct vb_err *err)
{
	struct domain_options o = b->options;
	struct guest *g = &b->guests[i];
	char more[512];

	snprintf(g->name, sizeof(g->name), NAME_FORMAT, i);
	snprintf(g->vif, sizeof(g->vif), "%s,mac=" FIRST_FRAME_MAC_FORMAT, b->vif, i);
	snprintf(more, sizeof(more), "%s%svb.greet=%s", o.more ? o.more : "", o.more ? " " : "",
		 b->greeter);
	o.config.name = g->name;
	o.config.vifs[0] = g->vif;
	o.more = more;
	if (domain_options_finish(&o, err))
		return -1;
	g->created_ns = first_frame_now_ns();
	if (life_begin(&o.config, &o.life, &g->ready, err))
		return -1;
	g->begun = true;
	return 0;
}

static int silent_guest(const struct boot *b, struct vb_err *err)
{
	unsigned i = 0;

	while (i < b->count && b->frames.at_ns[i])
		i++;
	return vb_fail(err, VB_TIMEOUT, "guest %s sent no packet within %u s", b->guests[i].name,
		       b->options.life.boot_ms / 1000);
}

/* A guest that ends early says so to whom it would have said that it is ready. */
static int listen_for_all(struct boot *b, struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + b->options.life.boot_ms;
	unsigned i;

	while (b->frames.heard < b->count) {
		if (!vb_left_ms(deadline))
			return silent_guest(b, err);
		first_frame_collect(&b->frames, GLANCE_MS);
	}
	for (i = 0; i < b->count; i++)
		if (life_await(&b->guests[i].ready, b->options.life.boot_ms, err))
			return -1;
	return 0;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void say(const struct boot *b)
{
	uint64_t took[FIRST_FRAME_GUESTS_MAX], first = b->guests[0].created_ns, last = 0;
	json_t *line, *each = json_array();
	unsigned i, n = b->count;

	for (i = 0; i < n; i++) {
		took[i] = b->frames.at_ns[i] - b->guests[i].created_ns;
		last = b->frames.at_ns[i] > last ? b->frames.at_ns[i] : last;
		json_array_append_new(each, json_integer((json_int_t)took[i]));
	}
	qsort(took, n, sizeof(*took), by_size);
	line = json_pack(
		"{s:s, s:s, s:s, s:i, s:{s:I, s:I, s:I, s:I, s:o}}", "type", "end", "function",
		"boot", "reason", "count", "packets", (int)n, "boot", "min_ns", (json_int_t)took[0],
		"p50_ns", (json_int_t)((took[(n - 1) / 2] + took[n / 2]) / 2), "max_ns",
		(json_int_t)took[n - 1], "all_ns", (json_int_t)(last - first), "each_ns", each);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

static int measure(struct boot *b, struct vb_err *err)
{
	unsigned i;

	for (i = 0; i < b->count; i++)
		if (begin(b, i, err))
			return -1;
	return listen_for_all(b, err);
}

/* All of them, whatever is wrong with one; the first complaint counts. */
static int end_all(struct boot *b, struct vb_err *err)
{
	struct vb_err why = {0};
	unsigned i;
	int rc = 0;

	for (i = 0; i < b->count && b->guests[i].begun; i++)
		if (life_end(b->guests[i].name, !b->options.config.bare, &why) && !rc) {
			*err = why;
			rc = -1;
		}
	return rc;
}

int verb_boot(int argc, char **argv)
{
	struct boot b = {.count = 1};
	struct vb_err err = {0}, later = {0};
	int rc;

	domain_options_init(&b.options);
	argp_err_exit_status = VB_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &b))
		return VB_USAGE;
	if (first_frame_open(&b.frames, b.interface, &err))
		return verb_failed(&err);
	rc = measure(&b, &err);
	first_frame_close(&b.frames);
	if (end_all(&b, &later) && !rc) {
		err = later;
		rc = -1;
	}
	if (rc)
		return verb_failed(&err);
	say(&b);
	return VB_OK;
}
