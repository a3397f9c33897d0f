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
};

const struct st_statements st_option_statements = {rows, ST_COUNT(rows)};
