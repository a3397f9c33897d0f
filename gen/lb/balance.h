/* SPDX-License-Identifier: BSD-2-Clause */
/* The balancer itself: from the input to the first group, from each group to the next. */
#ifndef LB_BALANCE_H
#define LB_BALANCE_H

#include "app.h"
#include "options.h"
#include "pool.h"

struct lb_count {
	uint64_t forwarded, forwarded_bytes;
	uint64_t dropped, dropped_bytes;
};

struct lb_group;

struct lb_pipe {
	struct nmport_d *d;
	struct netmap_ring *ring;
	struct lb_group *group;
	char name[LB_NAME_MAX + 32];
	struct pool_queue queue;
	uint32_t limit;	 /* slots from head to here may be filled; behind it the reader's */
	uint32_t synced; /* head at the last sync */
	bool starved;	 /* had no room for a packet */
	struct lb_count count;
};

struct lb_group {
	struct lb_pipe *pipe;
	unsigned n;
	struct lb_group *next; /* gets what this one's readers give back; NULL: nobody */
};

struct lb {
	struct app app;
	struct lb_config cfg;
	struct nmport_d *input;
	bool input_broken;
	struct lb_pipe *pipes; /* of all groups */
	unsigned n_pipes;
	struct lb_group group[LB_MAX_GROUPS];
	struct pool pool;
	uint64_t received, non_ip;
};

/* Takes at most a batch from the input. True: there is more to take. */
bool balance_input(struct lb *lb);
/* After a sync: hands on what readers gave back, then fills rings from the queues. */
void balance_returned(struct lb *lb);
/* Before the ports are closed: what still waits counts as dropped. */
void balance_end(struct lb *lb);
void lb_count_add(struct lb_count *sum, const struct lb_count *n);
struct lb_count balance_total(const struct lb *lb);

#endif
