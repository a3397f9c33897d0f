/* SPDX-License-Identifier: BSD-2-Clause */
/* With keys and states alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"
#include "clock.h"

#define STATES	  8 /* from 1 on; 0 would take the interface away */
#define GLANCE_US 5000

/* Uses its processor, to compare with: what else suffers does so for want of it. */
static int spin(struct trial *t, struct vb_err *err)
{
	while (vb_now_ms() < t->end_ms)
		;
	return 0;
}

static int states(struct trial *t, struct vb_err *err)
{
	while (vb_now_ms() < t->end_ms) {
		if (frontend_set_state(1 + (unsigned)random() % STATES, err))
			return -1;
		usleep((useconds_t)random() % GLANCE_US);
	}
	return frontend_close(t->front, err);
}

struct wrong_key {
	const char *key, *value; /* NULL: there is none */
};

/* A good frontend's keys, but for the one. */
static int connect_with(struct trial *t, const struct wrong_key *k, struct vb_err *err)
{
	static const char *const usual[][2] = {{"tx-ring-ref", "8"},
					       {"rx-ring-ref", "9"},
					       {"event-channel-tx", "5"},
					       {"event-channel-rx", "6"},
					       {"request-rx-copy", "1"}};
	size_t i;

	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strcmp(usual[i][0], k->key) && frontend_write(usual[i][0], usual[i][1], err))
			return -1;
	if ((k->value && frontend_write(k->key, k->value, err)) ||
	    frontend_set_state(CONNECTED, err) || frontend_await(t->front, CONNECTED, err))
		return -1;
	if (frontend_backend_state(t->front) == CONNECTED)
		t->wrong = "it connected";
	return frontend_close(t->front, err);
}

static int keys(struct trial *t, struct vb_err *err)
{
	static const char *const names[] = {"tx-ring-ref", "rx-ring-ref", "event-channel-tx",
					    "request-rx-copy", "multi-queue-num-queues"};
	static const char *const values[] = {NULL,  "", "-1", "4294967295", "99999999999999999999",
					     "word"};
	size_t i, v;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && !t->wrong; i++)
		for (v = 0; v < sizeof(values) / sizeof(values[0]) && !t->wrong; v++)
			if (connect_with(t, &(struct wrong_key){names[i], values[v]}, err))
				return -1;
	return 0;
}

const struct attack attacks_alone[] = {
	{.name = "states", .about = "states in any order", .alone = states},
	{.name = "keys", .about = "keys that cannot be", .alone = keys},
	{.name = "spin", .about = "nothing but being busy", .alone = spin},
	{0},
};
