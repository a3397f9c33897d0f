/* SPDX-License-Identifier: BSD-2-Clause */
/* Which packets belong together: a hash that is the same for both directions of a flow. */
#ifndef LB_FLOW_H
#define LB_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOW_SEED 'B' /* added to each port number */

/*
 * The Toeplitz hash, with the key 0x50 0x6d repeated, of the innermost IPv4 addresses (of IPv6 the
 * leading 32 bits) and TCP or UDP ports. One VLAN tag, IP in IP and GRE are unwrapped. Other
 * protocols and fragments: addresses only. Not IP: the low bytes of the MAC addresses, and *ip is
 * false. Reads `bytes` bytes of frame at the most.
 */
uint32_t flow_hash(const uint8_t *frame, size_t bytes, bool *ip);

#endif
