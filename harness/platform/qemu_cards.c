/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu_cards.h"

#include <stdio.h>
#include <string.h>

/* Cards whose driver has no model here are left out: the guest then says that it has none. */
static const struct model {
	const char *driver, *name;
	unsigned since; /* major version of QEMU */
	bool own_bus;	/* it claims slots for virtual functions */
} models[] = {
	{.driver = "e1000", .name = "e1000"},
	{.driver = "e1000e", .name = "e1000e"},
	{.driver = "igb", .name = "igb", .since = 8, .own_bus = true},
	{.driver = "virtio_net", .name = "virtio-net-pci"},
	{.driver = "vmxnet3", .name = "vmxnet3"},
};

static const struct model *model_of(const char *driver)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (strcmp(models[i].driver, driver) == 0)
			return &models[i];
	return NULL;
}

unsigned qemu_cards_since(const char *driver)
{
	const struct model *model = model_of(driver);

	return model ? model->since : 0;
}

struct place {
	unsigned kind, card;
};

static void add_bus(struct qemu_args *args, struct place at)
{
	qemu_args_add(args, "-device");
	qemu_args_add(args, "pci-bridge,id=bus%u.%u,chassis_nr=%u,shpc=off", at.kind, at.card,
		      1 + at.kind * 2 * PLATFORM_WIRES_MAX + at.card);
}

static void add_wire(struct qemu_args *args, const struct platform_cards *cards, struct place at)
{
	qemu_args_add(args, "-netdev");
	if (cards->outside)
		qemu_args_add(args, "socket,id=net%u.%u,fd=%d", at.kind, at.card,
			      args->next_wire++);
	else
		qemu_args_add(args, "hubport,id=net%u.%u,hubid=%u", at.kind, at.card,
			      at.kind * PLATFORM_WIRES_MAX + at.card / 2);
}

/*
 * Addresses ascend in the order of the ends, by which a guest tells them apart. No romfile: nobody
 * boots from these.
 */
static void add_card(struct qemu_args *args, const struct model *model, struct place at)
{
	char bus[48] = "";

	if (model->own_bus) {
		add_bus(args, at);
		snprintf(bus, sizeof(bus), ",bus=bus%u.%u,addr=1", at.kind, at.card);
	}
	qemu_args_add(args, "-device");
	qemu_args_add(args, "%s,id=card%u.%u,netdev=net%u.%u,mac=52:54:00:00:%02x:%02x,romfile=%s",
		      model->name, at.kind, at.card, at.kind, at.card, at.kind, at.card, bus);
}

static unsigned ends(const struct platform_cards *cards)
{
	return cards->outside ? cards->wires : 2 * cards->wires;
}

void qemu_cards_add(struct qemu_args *args, const struct platform_config *cfg)
{
	for (unsigned kind = 0; kind < cfg->n_cards; kind++) {
		const struct platform_cards *cards = &cfg->cards[kind];
		const struct model *model = model_of(cards->driver);

		for (unsigned card = 0; model && card < ends(cards); card++) {
			add_wire(args, cards, (struct place){kind, card});
			add_card(args, model, (struct place){kind, card});
		}
	}
}
