/* SPDX-License-Identifier: BSD-2-Clause */
#include "csum.h"

uint32_t csum_add(uint32_t sum, const void *data, size_t bytes)
{
	const uint8_t *p = data;
	uint8_t last[2] = {0, 0};

	for (; bytes >= 2; p += 2, bytes -= 2)
		sum += csum_load(p);
	if (bytes) {
		last[0] = *p;
		sum += csum_load(last);
	}
	return sum;
}

uint16_t csum_finish(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

uint16_t csum_replace_bytes(uint16_t check, const void *from, const void *to, size_t bytes)
{
	const uint8_t *f = from, *t = to;

	for (; bytes >= 2; f += 2, t += 2, bytes -= 2)
		check = csum_replace(check, csum_load(f), csum_load(t));
	return check;
}
