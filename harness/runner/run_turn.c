/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_turn.h"

#include "clock.h"

/* Two trials of an hour, the longest there are. */
#define TURN_LIMIT_MS (2 * 3600 * 1000)
#define LISTEN_MS     20

int run_take_turn(struct run *r, struct vb_err *err)
{
	const uint64_t limit_ms = vb_now_ms() + TURN_LIMIT_MS;
	struct baton *baton = r->opt->baton;

	if (!baton)
		return 0;
	while (!baton_mine(baton, r->session.fault == SESSION_SOUND ? 0 : LISTEN_MS)) {
		if (r->session.fault == SESSION_SOUND)
			session_linger(&r->session, LISTEN_MS, err);
		if (*r->opt->interrupted)
			return vb_fail(err, VB_INTERRUPTED,
				       "interrupted while the other side of "
				       "the comparison had its turn");
		if (vb_now_ms() >= limit_ms)
			return vb_fail(err, VB_TIMEOUT,
				       "waited %d s for the other side of the comparison",
				       TURN_LIMIT_MS / 1000);
	}
	return 0;
}

void run_pass_turn(struct run *r)
{
	if (r->opt->baton)
		baton_pass(r->opt->baton);
}
