/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests by chance, the same ones each time; VB_FUZZ_SECONDS makes it go on, from VB_FUZZ_SEED. */
#include <stdlib.h>
#include <time.h>

#include "fuzz.h"
#include "suite.h"

#define RUNS 1500

static unsigned setting(const char *name, unsigned usual)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : usual;
}

static void one(unsigned seed)
{
	static uint8_t input[FUZZ_INPUT_MAX];
	size_t size, i;

	srand(seed);
	size = rand() % sizeof(input);
	for (i = 0; i < size; i++)
		input[i] = rand() >> 8;
	fuzz_guest(input, size);
}

static void test_chance(void)
{
	unsigned seed = setting("VB_FUZZ_SEED", 1), seconds = setting("VB_FUZZ_SECONDS", 0), i;
	time_t end = time(NULL) + seconds;

	for (i = 0; i < RUNS || time(NULL) < end; i++)
		one(seed + i);
}

static const struct suite_test tests[] = {{"guests by chance", test_chance}};

SUITE_MAIN("xen_chance", tests)
