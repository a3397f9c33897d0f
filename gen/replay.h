/* SPDX-License-Identifier: BSD-2-Clause */
/* When each packet of a replayed capture is due. */
#ifndef PG_REPLAY_H
#define PG_REPLAY_H

#include <stdint.h>

#include "pcapfile.h"

/*
 * Time from the start of the replay until packet `index` of round `loop` is due, in ns; 0 for speed
 * 0 (no pauses). A round lasts from its first to its last packet and one mean gap more, so that
 * loops keep the capture's rate.
 */
uint64_t replay_due_ns(const struct pcapfile *f, uint64_t loop, size_t index, double speed);

#endif
