/* SPDX-License-Identifier: BSD-2-Clause */
/* The switch's counters as `vale-ctl -s --json` prints them: one object a port. */
#ifndef VB_COUNTERS_H
#define VB_COUNTERS_H

#include "record.h"
#include "session.h"

/* {"vale0:rx": {"rx_packets": 1, ...}, ...}; a new reference, NULL with err. */
json_t *counters_read(struct session *s, struct vb_err *err);

/* Stores after minus before of every port in `after`. */
void counters_store(struct record *r, json_t *before, json_t *after);

#endif
