/* SPDX-License-Identifier: BSD-2-Clause */
/* One end of a flow: addresses and ports between two values, stepped like an odometer. */
#ifndef PG_RANGE_H
#define PG_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define RANGE_DEFAULT_PORT 1234
#define RANGE_TEXT_BYTES   128

struct range {
	int family;	   /* 4 or 6 */
	uint8_t base[16];  /* start address in network order; IPv4 uses the first four bytes */
	unsigned group;	   /* IPv6: which 16-bit group varies, 0..7 */
	uint32_t addr_low; /* host order: the IPv4 address, or the value of the group */
	uint32_t addr_high;
	uint16_t port_low;
	uint16_t port_high;
};

/*
 * family 4: addr[:port][-addr[:port]]; family 6: [group@]addr or [group@][addr]:port, the same
 * again behind a dash. Ends that are given in reverse are swapped. `what` names the option in
 * messages. Returns 0, or -1 with err.
 */
int range_parse(struct range *r, int family, const char *text, const char *what,
		struct vb_err *err);

/* "A:p to B:q", for IPv6 "g@[A]:p to g@[B]:q". */
void range_format(const struct range *r, char *buf, size_t bytes);

static inline bool range_is_single(const struct range *r)
{
	return r->addr_low == r->addr_high && r->port_low == r->port_high;
}

#endif
