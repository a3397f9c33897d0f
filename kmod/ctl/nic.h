/* SPDX-License-Identifier: BSD-2-Clause */
/* What an administrator has to set on a network device before a switch can use it well. */
#ifndef VALE_CTL_NIC_H
#define VALE_CTL_NIC_H

#include <stdbool.h>
#include <stdio.h>

struct ifreq;

/* One ioctl about a network device: 0 or -errno. */
typedef int ctl_nic_ask(unsigned long cmd, struct ifreq *ifr);

/* Asks the kernel, through a socket of its own. */
ctl_nic_ask ctl_nic_kernel;

/*
 * Looks at every setting of device dev. Each that is wrong is one line on err with the command that
 * corrects it; with fix it is corrected instead, and the line says so. Settings that the device
 * does not have are right. Where the driver cannot change one the line says whether that matters.
 * Returns how many that matter could not be corrected.
 */
int ctl_nic_check(const char *dev, bool fix, ctl_nic_ask *ask, FILE *err);

#endif
