/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs may rely on: pipes, null ports and monitors. */
#include "selftest.h"

static const struct st_statement rows[] = {
	{"A7.2-1", "-", "monitor-closed-port",
	 "Only an open port can be monitored; another is EINVAL."},
	{"A7.2-2", "C", "monitor-rx",
	 "A copy monitor sees packets on arrival, even if the owner never reads."},
	{"A7.2-3", "-", "monitor-tx", "It sees sent packets at once, marked as sent."},
	{"A7.2-4", "-", "monitor-zero-copy",
	 "A zero-copy monitor gets the owner's buffers when the owner releases them."},
	{"A7.2-5", "-", "monitor-zero-copy-flags", "NR_ZCOPY_MON means both sides, and says so."},
	{"A7.2-6", "-", "monitor-several", "Any number of monitors see the same packets."},
	{"A7.2-7", "-", "monitor-full", "A monitor that does not read holds nobody up."},
	{"A7.2-8", "-", "monitor-dead",
	 "When the port closes, its monitors say POLLERR; their syncs still answer 0."},
	{"A7.2-9", "-", "monitor-one-ring", "Mode and ring number choose which rings are watched."},
	{"A7.3-1", "-", "null-region", "A null port needs the number of a region, else EINVAL."},
	{"A7.3-2", "-", "null-counts null-no-rings",
	 "Its counts are taken as they are, 0 included; its syncs answer 0."},
	{"A7.4-1", "C", "pipe-slots",
	 "The ends of a pipe pass slots, buffers and all, at equal indices and in one region."},
	{"A7.4-2", "C", "pipe-slow-reader pipe-backlog",
	 "Nothing is dropped: what was not read waits, and the writer sees it."},
	{"A7.4-3", "-", "pipe-whole-packets", "Only whole packets pass."},
	{"A7.4-4", "-", "pipe-reopen",
	 "An end that is opened again finds its indices as they were."},
	{"A7.4-5", "C", "pipe-parent",
	 "A parent that does not exist is made, and goes with its last pipe."},
	{"A7.4-6", "-", "pipe-names",
	 "Empty names and modes with host rings are EINVAL; so are the legacy pipe modes in "
	 "REGISTER."},
	{"A7.4-7", "C", "pipe-again-after-failure",
	 "A refused mode leaves the descriptor free for another."},
	{"A7.4-8", "-", "pipe-sizes", "Sizes are the master's, even if the slave is opened first."},
	{"A7.4-9", "C", "pipe-exclusive",
	 "An exclusive end has one user; the other end is another matter."},
	{"A7.4-10", "C", "pipe-buffers",
	 "Buffers that were exchanged for extra ones travel, with NS_BUF_CHANGED."},
	{"A4-6", "-", "pipe-legacy",
	 "The legacy modes 5 and 6 mean the pipe of that number; the request comes back as it "
	 "was."},
};

const struct st_statements st_port_statements = {rows, ST_COUNT(rows)};
