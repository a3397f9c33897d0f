/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu_cards.h"

#include <string.h>

/* Cards whose driver has no model here are left out: the guest then says that it has none. */
static const struct {
	const char *driver, *model;
} models[] = {
	{"e1000", "e1000"},	{"e1000e", "e1000e"},
	{"igb", "igb"},		{"virtio_net", "virtio-net-pci"},
	{"vmxnet3", "vmxnet3"},
};

const char *qemu_cards_model(const char *driver)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (strcmp(models[i].driver, driver) == 0)
			return models[i].model;
	return NULL;
}

/*
 * Both ends of a wire; addresses ascend in the order of the ends, by which a guest tells them
 * apart. No romfile: nobody boots from these.
 */
static void add_wire(struct qemu_args *args, const char *model, unsigned kind, unsigned wire)
{
	unsigned hub = kind * PLATFORM_WIRES_MAX + wire;

	for (unsigned end = 0; end < 2; end++) {
		unsigned card = 2 * wire + end;

		qemu_args_add(args, "-netdev");
		qemu_args_add(args, "hubport,id=net%u.%u,hubid=%u", kind, card, hub);
		qemu_args_add(args, "-device");
		qemu_args_add(args,
			      "%s,id=card%u.%u,netdev=net%u.%u,mac=52:54:00:00:%02x:%02x,romfile=",
			      model, kind, card, kind, card, kind, card);
	}
}

void qemu_cards_add(struct qemu_args *args, const struct platform_config *cfg)
{
	for (unsigned kind = 0; kind < cfg->n_cards; kind++) {
		const char *model = qemu_cards_model(cfg->cards[kind].driver);

		for (unsigned wire = 0; model && wire < cfg->cards[kind].wires; wire++)
			add_wire(args, model, kind, wire);
	}
}
