/* SPDX-License-Identifier: BSD-2-Clause */
/* Statistics as JSON objects, one a line: one a pipe, then a total. */
#ifndef LB_STATS_H
#define LB_STATS_H

#include "balance.h"

/* Where they go, and what they said last. */
struct lb_stats {
	bool to_syslog; /* else to the standard output */
	uint64_t every_ns, due_ns, last_ns;
	struct lb_count *last; /* of each pipe */
};

/* every_s 0: never due. 0, or -1: no memory. */
int stats_init(struct lb_stats *s, const struct lb *lb, uint64_t every_s, bool to_syslog);
void stats_free(struct lb_stats *s);
/* Prints, if it is time. */
void stats_tick(struct lb_stats *s, const struct lb *lb);

#endif
