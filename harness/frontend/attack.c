/* SPDX-License-Identifier: BSD-2-Clause */
#include "attack.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define CLOSE_MS  10000
#define GLANCE_US 10000

/* It may take a moment until the backend has noticed. */
static bool is_closed(const struct frontend *f, bool awaited)
{
	uint64_t end = vb_now_ms() + CLOSE_MS;

	while (frontend_backend_state(f) == CONNECTED) {
		if (!awaited || vb_now_ms() >= end)
			return false;
		usleep(GLANCE_US);
	}
	return true;
}

static void judge(const struct attack *a, struct trial *t, bool closed)
{
	static char text[2 * STORE_VALUE_BYTES];
	char reason[STORE_VALUE_BYTES];

	if (t->wrong || (a->reason && !a->reason[0]))
		return;
	if (frontend_reason(t->front, reason, NULL))
		reason[0] = 0;
	if (closed != (a->reason != NULL))
		snprintf(text, sizeof(text), closed ? "closed: %s" : "not closed%s",
			 closed ? reason : "");
	else if (closed && strcmp(reason, a->reason))
		snprintf(text, sizeof(text), "closed for another reason: %s", reason);
	else
		return;
	t->wrong = text;
}

/* What goes on must still carry frames. */
static int over_standard(const struct attack *a, struct trial *t, struct vb_err *err)
{
	struct standard s;
	struct vif_tx_request good;
	bool closed;

	if (standard_connect(&s, t->front, err))
		return -1;
	a->standard(&s, t);
	closed = is_closed(t->front, a->reason && a->reason[0]);
	judge(a, t, closed);
	if (!closed && !t->wrong) {
		good = standard_frame(&s, 0, 60, 0);
		s.good = 0;
		standard_put(&s, &good, sizeof(good));
		standard_show(&s);
		if ((!standard_answered(&s) || !s.good) && !a->reason)
			t->wrong = "a good frame is not taken any more";
	}
	return standard_close(&s, err);
}

static int over_shared(const struct attack *a, struct trial *t, struct vb_err *err)
{
	struct shared s;
	bool closed;

	if (shared_connect(&s, t->front, err))
		return -1;
	a->shared(&s, t);
	closed = is_closed(t->front, a->reason && a->reason[0]);
	judge(a, t, closed);
	if (!closed && !t->wrong && !a->reason && !shared_sends(&s))
		t->wrong = "a good frame is not taken any more";
	return shared_close(&s, err);
}

int attack_run(const struct attack *a, struct trial *t, struct vb_err *err)
{
	if (a->standard)
		return over_standard(a, t, err);
	if (a->shared)
		return over_shared(a, t, err);
	return a->alone(t, err);
}
