/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports of one switch whose frames begin with virtio-net headers of different lengths. */
#ifndef VALE_CTL_HEADERS_H
#define VALE_CTL_HEADERS_H

#include "ctl.h"

/*
 * Compares the header length of port name (SWITCH:PORT), in bytes, with those of the switch's other
 * ports. Each that differs is one line on c->err that says what it costs and how to avoid it.
 * Returns how many differ.
 */
int ctl_headers_check(struct ctl *c, const char *name);

#endif
