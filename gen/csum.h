/* SPDX-License-Identifier: BSD-2-Clause */
/* The Internet checksum (RFC 1071) and its incremental update (RFC 1624). */
#ifndef PG_CSUM_H
#define PG_CSUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * All 16-bit words are taken from memory as they lie, so that sums and checksums can be stored back
 * with csum_store() on any host (RFC 1071, section 2B).
 */
static inline uint16_t csum_load(const void *p)
{
	uint16_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static inline void csum_store(void *p, uint16_t word)
{
	memcpy(p, &word, sizeof(word));
}

/* Adds bytes to a running sum; an odd last byte counts as if a zero followed. Below 128 KiB nothing
 * overflows. */
uint32_t csum_add(uint32_t sum, const void *data, size_t bytes);

/* The 16-bit ones' complement of a running sum. */
uint16_t csum_finish(uint32_t sum);

/* The checksum after one word that it covers changed from `from` to `to` (RFC 1624, equation 3). */
static inline uint16_t csum_replace(uint16_t check, uint16_t from, uint16_t to)
{
	uint32_t sum = (uint16_t)~check + (uint32_t)(uint16_t)~from + to;

	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

/* The same for an even number of bytes at an even distance. */
uint16_t csum_replace_bytes(uint16_t check, const void *from, const void *to, size_t bytes);

#endif
