/* SPDX-License-Identifier: BSD-2-Clause */
/* Emulated network cards, joined in pairs by hubs of QEMU, or with the outside by sockets. */
#ifndef VB_QEMU_CARDS_H
#define VB_QEMU_CARDS_H

#include "qemu_args.h"

/* The first major version of QEMU that emulates a card for this driver; 0: any, or none does. */
unsigned qemu_cards_since(const char *driver);

/* Adds the cards that cfg asks for, as far as QEMU has models of them. */
void qemu_cards_add(struct qemu_args *args, const struct platform_config *cfg);

#endif
