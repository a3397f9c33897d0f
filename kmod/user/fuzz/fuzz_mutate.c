/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define RECORD FUZZ_RECORD_BYTES

struct edit {
	uint8_t *input;
	size_t records;
	size_t max; /* records */
	unsigned seed;
};

static uint8_t *any_record(struct edit *e)
{
	return e->input + rand_r(&e->seed) % e->records * RECORD;
}

static void insert(struct edit *e)
{
	size_t at = e->records ? rand_r(&e->seed) % (e->records + 1) : 0, i;

	if (e->records == e->max)
		return;
	memmove(e->input + (at + 1) * RECORD, e->input + at * RECORD, (e->records - at) * RECORD);
	for (i = 0; i < RECORD; i++)
		e->input[at * RECORD + i] = rand_r(&e->seed);
	e->records++;
}

static void drop(struct edit *e)
{
	uint8_t *r = any_record(e);

	memmove(r, r + RECORD, e->input + (e->records - 1) * RECORD - r);
	e->records--;
}

static void swap(struct edit *e)
{
	uint8_t *a = any_record(e), *b = any_record(e), keep[RECORD];

	memcpy(keep, a, RECORD);
	memmove(a, b, RECORD);
	memcpy(b, keep, RECORD);
}

static void repeat(struct edit *e)
{
	if (e->records == e->max)
		return;
	memcpy(e->input + e->records * RECORD, any_record(e), RECORD);
	e->records++;
}

static void alter(struct edit *e)
{
	uint8_t *r = any_record(e);
	int times = 1 + rand_r(&e->seed) % 4;

	while (times--) {
		uint8_t *byte = r + rand_r(&e->seed) % RECORD;

		*byte = rand_r(&e->seed) % 3 ? rand_r(&e->seed) : *byte + 1;
	}
}

size_t fuzz_mutate(uint8_t *input, size_t bytes, size_t max, unsigned seed)
{
	static void (*const edits[])(struct edit * e) = {insert, drop,	swap, repeat,
							 alter,	 alter, alter};
	struct edit e = {
		.input = input, .records = bytes / RECORD, .max = max / RECORD, .seed = seed};
	int times = 1 + rand_r(&e.seed) % 4;

	if (!e.max)
		return bytes;
	while (times--) {
		if (e.records)
			edits[rand_r(&e.seed) % (sizeof(edits) / sizeof(edits[0]))](&e);
		else
			insert(&e);
	}
	return e.records * RECORD;
}
