/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The Internet checksum (RFC 1071) over data that come in parts. */
#ifndef NM_CHECKSUM_H
#define NM_CHECKSUM_H

#include "os.h"

/* Zeroed: of nothing. */
struct nm_csum {
	uint64_t sum;
	bool odd; /* an odd number of bytes came so far */
};

void nm_csum_add(struct nm_csum *c, const void *data, uint32_t bytes);
/* The checksum as it is stored in memory, whatever the byte order of the machine. */
uint16_t nm_csum_fold(const struct nm_csum *c);

#endif
