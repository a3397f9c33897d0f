/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits of a guest's life are those of a quiet machine; who runs it on a busy one says so. */
#ifndef VB_DOMAIN_PATIENCE_H
#define VB_DOMAIN_PATIENCE_H

#define PATIENCE_VARIABLE "VB_PATIENCE" /* how many times longer things may take here, 1 to 10 */

/* The limit, in any unit, as many times as the environment says. */
unsigned patient(unsigned limit);

#endif
