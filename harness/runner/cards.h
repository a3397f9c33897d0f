/* SPDX-License-Identifier: BSD-2-Clause */
/* The network cards that the points of a run want together. */
#ifndef VB_CARDS_H
#define VB_CARDS_H

#include "plan.h"
#include "platform.h"

struct cards {
	struct platform_cards *items;
	size_t n;
};

/* One kind of card for each driver that an entry of the scenario names at some point of the plan.
 * -1 (VB_USAGE): a driver's name does not expand. */
int cards_of(struct cards *cards, const struct scenario *sc, const struct plan *plan,
	     struct vb_err *err);
void cards_free(struct cards *cards);

#endif
