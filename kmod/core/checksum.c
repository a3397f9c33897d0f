/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "checksum.h"

union pair {
	uint16_t word;
	uint8_t byte[2];
};

static uint64_t add_pair(uint64_t sum, uint8_t first, uint8_t second)
{
	union pair p = {.byte = {first, second}};

	return sum + p.word;
}

/* 2^16 is 1 modulo 2^16 - 1, so words of any width add up to the same, in either byte order. */
void nm_csum_add(struct nm_csum *c, const void *data, uint32_t bytes)
{
	const uint8_t *p = data;
	uint64_t sum = c->sum;

	if (c->odd && bytes) {
		sum = add_pair(sum, 0, *p++);
		bytes--;
		c->odd = false;
	}
	for (; bytes >= sizeof(uint32_t); bytes -= sizeof(uint32_t), p += sizeof(uint32_t)) {
		uint32_t word;

		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	for (; bytes >= 2; bytes -= 2, p += 2)
		sum = add_pair(sum, p[0], p[1]);
	if (bytes) {
		sum = add_pair(sum, p[0], 0);
		c->odd = true;
	}
	c->sum = sum;
}

uint16_t nm_csum_fold(const struct nm_csum *c)
{
	uint64_t sum = c->sum;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}
