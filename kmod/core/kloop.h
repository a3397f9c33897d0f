/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sync kernel loop: a thread of the task stays in SYNC_KLOOP_START and syncs the rings of a
 * descriptor in CSB mode. Source: netmap-abi section 12. One deliberate difference: in direct mode,
 * too, rings are processed by the loop's thread, because whoever raises an event holds a lock under
 * which neither user memory nor the switch may be touched. What remains of it is that every change
 * of such a ring is signalled, wanted or not.
 */
#ifndef NM_KLOOP_H
#define NM_KLOOP_H

#include "file.h"

/* Ends the loop, if there is one, and waits until it is over. No lock held. */
void nm_kloop_end(struct nm_file *f);

#endif
