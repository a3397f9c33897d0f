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
	{"A7.5-1", "C", "device-modes",
	 "Devices have one pair of host rings, or as many as the first binding asks for; each mode "
	 "binds its rings, and is echoed."},
	{"A7.5-2", "C", "device-legacy-modes",
	 "Legacy modes reach host rings, with extra buffers."},
	{"A7.6-1", "-", "device-sizes",
	 "A device, and a pipe over it, tell sizes and the region of all devices."},
	{"A7.6-2", "-", "device-traffic", "Frames pass between a device's rings and its wire."},
	{"A7.6-3", "-", "device-mtu",
	 "A device whose MTU does not fit a buffer is EINVAL, but for sending."},
	{"A17-1", "-", "device-gone",
	 "When a device goes, its syncs answer EIO and a new REGISTER ENXIO."},
	{"A3.3-1", "C", "device-attach",
	 "ATTACH and DETACH of a device: EINVAL for other modes and ring numbers, EBUSY twice or "
	 "while open, and REGISTER is EBUSY meanwhile."},
	{"A3.3-2", "-", "device-attach-host",
	 "With NIC_SW the host's stack becomes a port as well, named with ^."},
	{"A3.3-3", "-", "device-switch-traffic", "An attached device is a port like others."},
	{"A3.8-1", "C", "device-polling",
	 "POLLING: a single thread on one processor; ENXIO, EINVAL, EOPNOTSUPP, EFAULT as "
	 "documented, and DETACH is EBUSY meanwhile."},
};

const struct st_statements st_port_statements = {rows, ST_COUNT(rows)};
