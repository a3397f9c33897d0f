/* SPDX-License-Identifier: BSD-2-Clause */
#include "cards.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "template.h"

static struct platform_cards *find(const struct cards *cards, const char *driver, bool outside)
{
	size_t i;

	for (i = 0; i < cards->n; i++)
		if (cards->items[i].outside == outside &&
		    strcmp(cards->items[i].driver, driver) == 0)
			return &cards->items[i];
	return NULL;
}

/* Where two entries name one driver, the larger number of wires serves both. */
static void add(struct cards *cards, char *driver, const struct scenario_cards *wanted)
{
	struct platform_cards *known = find(cards, driver, wanted->outside);

	if (known) {
		if (known->wires < wanted->wires)
			known->wires = wanted->wires;
		free(driver);
		return;
	}
	cards->items = alloc_grow(cards->items, cards->n + 1, sizeof(*cards->items));
	cards->items[cards->n++] = (struct platform_cards){
		.driver = driver, .wires = wanted->wires, .outside = wanted->outside};
}

int cards_of(struct cards *cards, const struct scenario *sc, const struct plan *plan,
	     struct vb_err *err)
{
	char *driver;
	size_t p;
	unsigned i;

	for (p = 0; p < plan->n; p++)
		for (i = 0; i < sc->cards_count; i++) {
			if (plan->points[p].kind == PLAN_CALIBRATION)
				continue;
			driver = template_expand(sc->cards[i].driver, &plan->points[p].params, err);
			if (!driver)
				return -1;
			add(cards, driver, &sc->cards[i]);
		}
	return 0;
}

void cards_free(struct cards *cards)
{
	size_t i;

	for (i = 0; i < cards->n; i++)
		free((char *)cards->items[i].driver);
	free(cards->items);
	*cards = (struct cards){0};
}
