/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs may rely on: the switch. */
#include "selftest.h"

static const struct st_statement rows[] = {
	{"V1-1", "-", "misuse-switch-names",
	 "Malformed switch names: ENOMEM where a port would be made, ENXIO or ENOENT elsewhere."},
	{"V2-1", "-", "life-switch", "A switch begins with its first port and ends with its last."},
	{"V2-2", "-", "life-switches",
	 "There are max_bridges switches; one more is ENOMEM, a freed one is used again."},
	{"V2-3", "-", "list-numbers", "The number of a port that left is the next one given out."},
	{"V3-1", "C", "traffic-full-receiver",
	 "A sender never waits: after the sync every slot is free, losses are the receiver's."},
	{"V3-2", "-", "traffic-indirect", "Indirect slots are fetched from the task's memory."},
	{"V3-3", "-", "traffic-runts", "Frames without two addresses and a type are dropped."},
	{"V3-4", "Q", "traffic-too-many-fragments",
	 "A packet of more than 64 fragments is dropped (netmap: not checked)."},
	{"V4-1", "C", "traffic-learning",
	 "A station that has spoken is reached alone; unknown ones by flooding."},
	{"V5-1", "C", "traffic-order",
	 "The packets of a batch arrive in their order, floods among them, each once."},
	{"V6-1", "C", "traffic-fragments",
	 "All fragments of a packet arrive together, each with the count of all."},
	{"V6-2", "C", "traffic-content",
	 "A packet arrives whole; request flags of the sender do not."},
	{"V6-3", "-", "traffic-full-receiver", "A full ring loses the newest packets, whole ones."},
	{"V6-4", "-", "traffic-not-ready",
	 "A port without receive rings loses what is sent to it, and it is counted."},
	{"V9-1", "-", "newif-life", "A persistent port lives by NEWIF, attach, detach, DELIF."},
	{"V9-2", "Q", "newif-both-names",
	 "Both names of an attached port mean it, for as long as it is attached (netmap: one is "
	 "forgotten)."},
	{"V11-1", "-", "counters", "The counters of a port add up."},
	{"V7-1", "C", "newif-two-switches",
	 "A persistent port can be in two switches, not twice in one; the first is left last, and "
	 "until "
	 "then it cannot be removed."},
	{"V8-1", "-", "vnet-lengths",
	 "Between ports of different header length a header is added, cut or removed."},
	{"V8-2", "-", "vnet-equal",
	 "Between ports of equal header length nothing is looked at or changed."},
	{"V8-3", "-", "vnet-checksum",
	 "Where a header goes away, the checksum that it asked for is completed."},
	{"V8-4", "-", "vnet-segments",
	 "Where a header goes away, the segmentation that it asked for is done, with right "
	 "lengths, numbers, flags and checksums."},
	{"V8-5", "-", "vnet-senseless", "A packet whose header makes no sense is dropped."},
};

const struct st_statements st_vale_statements = {rows, ST_COUNT(rows)};
