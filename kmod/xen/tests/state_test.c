/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of a backend, whatever its frontend does to its own. */
#include <stdlib.h>

#include "state.h"
#include "suite.h"

#define STATES	  9 /* of a frontend, with two that there are not */
#define STEPS_MAX 6
#define WALKS	  20000

/* A backend that does what it is told. */
struct backend {
	enum vif_state state;
	bool connected, removed;
	bool fails; /* connecting does */
	unsigned steps;
};

static void prepare(struct backend *b)
{
	CU_ASSERT_FALSE(b->connected);
	b->state = VIF_INIT_WAIT;
}

static void connect(struct backend *b)
{
	CU_ASSERT_FALSE(b->connected);
	CU_ASSERT_EQUAL(b->state, VIF_INIT_WAIT);
	b->connected = !b->fails;
	b->state = b->fails ? VIF_CLOSING : VIF_CONNECTED;
}

static void disconnect(struct backend *b)
{
	CU_ASSERT_TRUE(b->connected);
	b->connected = false;
	b->state = VIF_CLOSING;
}

static void finish(struct backend *b)
{
	CU_ASSERT_FALSE(b->connected);
	b->state = VIF_CLOSED;
}

static void follow(struct backend *b, unsigned frontend, bool online)
{
	static void (*const steps[])(struct backend * b) = {
		[VIF_PREPARE] = prepare,
		[VIF_CONNECT] = connect,
		[VIF_DISCONNECT] = disconnect,
		[VIF_CLOSE] = finish,
	};
	enum vif_step step;

	for (b->steps = 0; b->steps < STEPS_MAX; b->steps++) {
		step = vif_next_step(b->state, frontend, online);
		if (step == VIF_STAY || step == VIF_REMOVE) {
			b->removed = step == VIF_REMOVE;
			return;
		}
		steps[step](b);
		if (step == VIF_CONNECT)
			return;
	}
	CU_FAIL("it never comes to rest");
}

static const struct {
	const char *what;
	unsigned frontend[8]; /* 0 at the end: it has gone */
	bool online;
	enum vif_state state;
	bool removed;
} walks[] = {
	{"a guest that starts", {1, 4}, true, VIF_CONNECTED, false},
	{"one that says nothing", {1}, true, VIF_INIT_WAIT, false},
	{"one that waits for us", {1, 3, 4}, true, VIF_CONNECTED, false},
	{"one that closes", {1, 4, 5}, true, VIF_CLOSING, false},
	{"one that has closed", {1, 4, 5, 6}, true, VIF_CLOSED, false},
	{"an interface that is taken away", {1, 4, 5, 6}, false, VIF_CLOSED, true},
	{"a guest that starts anew", {1, 4, 5, 6, 1, 4}, true, VIF_CONNECTED, false},
	{"one that forgets to close", {1, 4, 1, 4}, true, VIF_CONNECTED, false},
	{"one that closes before it connects", {1, 5, 6}, true, VIF_CLOSED, false},
	{"one that is closed from the start", {6}, true, VIF_CLOSED, false},
	{"states that there are not", {1, 4, 7, 8, 99}, true, VIF_CONNECTED, false},
};

static void test_walks(void)
{
	unsigned i, k;

	for (i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
		struct backend b = {.state = VIF_INIT_WAIT};

		for (k = 0; k < 8 && walks[i].frontend[k]; k++)
			follow(&b, walks[i].frontend[k], walks[i].online);
		CU_ASSERT_EQUAL(b.state, walks[i].state);
		CU_ASSERT_EQUAL(b.removed, walks[i].removed);
		CU_ASSERT_EQUAL(b.connected, walks[i].state == VIF_CONNECTED);
	}
}

/* In every order there is: it comes to rest, and connects and disconnects in turn. */
static void test_any_order(void)
{
	unsigned i, k;

	srand(1);
	for (i = 0; i < WALKS; i++) {
		struct backend b = {.state = VIF_INITIALISING};

		for (k = 0; k < 12 && !b.removed; k++) {
			b.fails = rand() % 4 == 0;
			follow(&b, rand() % STATES, rand() % 8 != 0);
			CU_ASSERT_EQUAL(b.connected, b.state == VIF_CONNECTED);
		}
	}
}

static void test_gone(void)
{
	int state;

	for (state = VIF_INITIALISING; state <= VIF_CLOSED; state++)
		CU_ASSERT_EQUAL(vif_next_step(state, VIF_UNKNOWN, true), VIF_REMOVE);
}

static const struct suite_test tests[] = {
	{"known walks", test_walks},
	{"any order", test_any_order},
	{"a guest that has gone", test_gone},
};

SUITE_MAIN("xen_state", tests)
