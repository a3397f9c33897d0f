/* SPDX-License-Identifier: BSD-2-Clause */
/* Emulated network cards, joined in pairs by hubs of QEMU. */
#ifndef VB_QEMU_CARDS_H
#define VB_QEMU_CARDS_H

#include "qemu_args.h"

/* QEMU's name of a card that this driver drives; NULL: it emulates none. */
const char *qemu_cards_model(const char *driver);

/* Adds the cards that cfg asks for, as far as QEMU has models of them. */
void qemu_cards_add(struct qemu_args *args, const struct platform_config *cfg);

#endif
