/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs may rely on: shared memory, rings, poll and regions. */
#include "selftest.h"

static const struct st_statement rows[] = {
	{"A5.1-1", "C", "register-netmap-if register-modes",
	 "At least one host entry in every offset table; offsets of rings not bound here are 0."},
	{"A5.2-1", "-", "register-fresh-rings",
	 "Fresh rings: head and cur 0, tx tail one less than the slots, rx tail 0, flags 0."},
	{"A5.2-2", "C", "register-shared",
	 "The application's scratch area of a ring is never touched."},
	{"A5.3-1", "-", "register-fresh-rings",
	 "Each slot begins with a buffer of its own, length of a buffer, flags and ptr 0."},
	{"A5.3-2", "C", "traffic-content traffic-fragments",
	 "Received slots carry the number of fragments in bits 8 to 15: 0x0100 for a single one."},
	{"A6.2-1", "-", "ring-positions-tx ring-positions-rx",
	 "head lies between the kernel's position and tail, cur between head and tail; all else is "
	 "refused."},
	{"A6.2-2", "C", "ring-tail", "A tail that the task wrote is silently put back."},
	{"A6.3-1", "C", "ring-positions-tx ring-positions-rx",
	 "A bad ring: the sync answers 0 and the ring starts again, poll says POLLERR."},
	{"A6.3-2", "Q", "ring-positions-tx ring-positions-rx",
	 "It always starts again at the kernel's position (netmap: sometimes at the task's)."},
	{"A6.3-3", "-", "ring-buffers ring-rx-buffers ring-lengths",
	 "Impossible buffers and lengths harm nobody and carry nothing."},
	{"A9-1", "-", "poll-readiness poll-no-rings",
	 "poll returns exactly the bits that were asked for and are ready."},
	{"A9-2", "C", "poll-transmits", "Waiting for input transmits too."},
	{"A9-3", "-", "poll-no-tx", "Unless the binding said NO_TX_POLL."},
	{"A9-4", "C", "poll-cur", "cur and not head decides readiness."},
	{"A9-5", "C", "poll-level", "Readiness lasts until slots are released."},
	{"A9-6", "-", "poll-wakes select-wakes epoll-wakes poll-timeout",
	 "poll, select and epoll sleep, wake and time out."},
	{"A9-7", "-", "poll-two-bindings",
	 "Bindings of one ring and of all rings both hear of the same packet."},
	{"A10-1", "-", "misuse-mmap",
	 "A mapping beyond the region is EINVAL; two mappings show the same memory."},
	{"A10-2", "C", "life-one-mapping register-same-region",
	 "One mapping serves every descriptor of the same region."},
	{"A10-3", "C", "extra-buffers-return life-many",
	 "The last close gives every buffer back, leaked ones included."},
	{"A10-4", "-", "extra-buffers",
	 "Extra buffers form a list, can be swapped into slots and sent."},
	{"A10-5", "-", "register-sizes",
	 "Regions grow to the rings and buffers that are asked for; sizes are clamped."},
};

const struct st_statements st_ring_statements = {rows, ST_COUNT(rows)};
