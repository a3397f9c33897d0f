/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs may rely on: the options of REGISTER and of the sync loop. */
#include "selftest.h"

static const struct st_statement rows[] = {
	{"A2.3.1-1", "-", "offsets-bounds",
	 "OFFSETS: more bits than 64, a maximum beyond the buffer or the bits, a first offset "
	 "beyond the maximum are EINVAL, in the status too."},
	{"A2.3.1-2", "-", "offsets-conflict",
	 "Rings that use fewer bits or a smaller maximum already: EBUSY."},
	{"A2.3.1-3", "-", "offsets-rings",
	 "Rings tell the mask; the first offset is in every slot."},
	{"A2.3.1-4", "-", "offsets-clamped", "An offset above the maximum counts as the maximum."},
	{"A2.3.1-5", "Q", "offsets-exact offsets-one-sided",
	 "Data go exactly to the offset that the receiver asked for (netmap: shifted to the "
	 "sender's phase)."},
	{"A2.3.2-1", "-", "extmem-rings",
	 "EXTMEM: rings and buffers lie in memory of the task, and the option tells where."},
	{"A2.3.2-2", "-", "extmem-shared", "The same memory given again is the same region."},
	{"A2.3.2-3", "-", "extmem-refused",
	 "Too little memory is ENOMEM, memory that is not there EFAULT, in the status too."},
	{"A2.3.2-4", "-", "extmem-pages",
	 "The pages count, not their addresses, and are held while a port lives in them."},
	{"A12-1", "-", "csb-who",
	 "Status blocks need an exclusive binding, alignment to 64 bytes and memory of the task; a "
	 "failure undoes the registration."},
	{"A12-2", "-", "csb-begin",
	 "They begin where the kernel is; from then on syncs answer EBUSY and poll POLLERR."},
	{"A12-3", "C", "csb-later",
	 "CSB_ENABLE after REGISTER means the same; without the option it is EINVAL."},
	{"A12-4", "C", "kloop-misuse kloop-options",
	 "The loop needs a binding (ENXIO), status blocks, a sleep up to a second, one pair of "
	 "eventfds a ring, known mode bits, and for direct mode every eventfd (EINVAL)."},
	{"A12-5", "C", "kloop-stop-first",
	 "A STOP that comes before START makes it return at once with 0."},
	{"A12-6", "C", "kloop-two", "Of two loops at once exactly one runs, the other is EBUSY."},
	{"A12-7", "C", "kloop-sleeping kloop-eventfds",
	 "The loop moves packets both ways, asleep, by eventfds and in every direct mode; option "
	 "statuses are 0."},
	{"A12-9", "Q", "kloop-eventfds",
	 "In direct mode, too, the thread of the loop processes the rings, for it may sleep (netmap: "
	 "whoever raises the event does, under a lock); every change of theirs is signalled."},
	{"A12-8", "-", "kloop-closed kloop-heir kloop-killed kloop-blocks-gone",
	 "The loop ends when its descriptor is closed by the task that runs it, when that is killed, and "
	 "with EFAULT when its blocks vanish."},
};

const struct st_statements st_option_statements = {rows, ST_COUNT(rows)};
