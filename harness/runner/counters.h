/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters as who has them prints them: a line of JSON for each port of a switch, or network card.
 */
#ifndef VB_COUNTERS_H
#define VB_COUNTERS_H

#include "record.h"
#include "session.h"

enum counters_of { COUNTERS_OF_SWITCHES = 1, COUNTERS_OF_CARDS = 2 };

/* {"vale0:rx": {"rx_packets": 1, ...}, "nic0": {"card_missed": 0, ...}, ...} of a set of
 * enum counters_of; a new reference, NULL with err. */
json_t *counters_read(struct session *s, unsigned of, struct vb_err *err);

/* Stores after minus before of every port in `after`. */
void counters_store(struct record *r, json_t *before, json_t *after);

#endif
