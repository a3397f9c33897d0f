/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a receiver that finds nothing looks again or waits. Waking up takes longer than the next
 * burst at full speed, so looking again pays there. A spin in vain bars the next for a time, which
 * doubles each time: a thousand idle receivers must not eat the CPU. It is a time and not a number
 * of waits, because waits on a busy machine are long, and a receiver that sleeps after every burst
 * would lose most of the traffic for as long as it is barred. After the first part of a spin others
 * may have the processor between two looks: what is not there yet may need it. A spin is some looks
 * at least: where one takes long because system calls do, so does a wake-up.
 */
#ifndef PG_SPIN_H
#define PG_SPIN_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#define SPIN_NS	      20000 /* a burst of 512 small frames takes a third of that */
#define SPIN_ALONE_NS 2000
#define SPIN_LOOKS    6
#define SPIN_BAR_MIN  (10 * SPIN_NS)
#define SPIN_BAR_MAX  (64 * SPIN_BAR_MIN) /* one part in 640 of a CPU */

struct spin {
	bool always; /* whatever it costs */
	bool spinning;
	unsigned looks; /* of this spin, so far */
	uint64_t until_ns;
	uint64_t barred_ns; /* no spin before */
	uint64_t bar_ns;    /* how long the last spin in vain barred the next */
};

/* Nothing is there at now_ns; `had`: there was, since the last call. True: look again at once. */
static inline bool spin_again(struct spin *s, uint64_t now_ns, bool had)
{
	if (s->always)
		return true;
	if (had) {
		if (s->spinning)
			s->bar_ns = 0;
		s->spinning = now_ns >= s->barred_ns;
		s->until_ns = now_ns + SPIN_NS;
		s->looks = 0;
	}
	if (!s->spinning)
		return false;
	if (now_ns < s->until_ns || s->looks < SPIN_LOOKS) {
		s->looks++;
		if (now_ns + (SPIN_NS - SPIN_ALONE_NS) > s->until_ns)
			sched_yield();
		return true;
	}
	s->spinning = false;
	s->bar_ns = s->bar_ns ? s->bar_ns * 2 : SPIN_BAR_MIN;
	if (s->bar_ns > SPIN_BAR_MAX)
		s->bar_ns = SPIN_BAR_MAX;
	s->barred_ns = now_ns + s->bar_ns;
	return false;
}

#endif
