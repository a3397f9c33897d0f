/* SPDX-License-Identifier: BSD-2-Clause */
/* Exact-match tables: against a model, large, and read while they change. */
#include <pthread.h>

#include "kmod/core/table.h"
#include "nm_user.h"
#include "suite.h"

#define MANY	   100000
#define MODEL_KEYS 512
#define MODEL_OPS  200000
#define PORT_NONE  NM_TABLE_MISS

static void begin(struct nm_table *t, unsigned bits)
{
	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_table_init(t, bits), 0);
}

static void end(struct nm_table *t)
{
	nm_table_exit(t);
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

/* Spread over all 56 bits, all different. */
static uint64_t key_of(uint32_t i)
{
	return ((uint64_t)i * 0x9e3779b97f4a7cULL ^ 0x5a5a5aULL) & ((1ULL << 56) - 1);
}

static void set_growing(struct nm_table *t, uint64_t key, uint32_t port)
{
	struct nm_table wider;

	if (nm_table_set(t, key, port) != -ENOSPC)
		return;
	CU_ASSERT_EQUAL_FATAL(nm_table_widen(t, &wider), 0);
	nm_table_exit(t);
	*t = wider;
	CU_ASSERT_EQUAL(nm_table_set(t, key, port), 0);
}

static void extreme_keys_and_ports(void)
{
	static const uint64_t keys[] = {0, 1, (1ULL << 56) - 1, (1ULL << 48) - 1, 0xff};
	static const uint32_t ports[] = {0, 1, 253, 254, 255, 257, 0xffffffff};
	struct nm_table t;
	size_t k, p;

	begin(&t, 6);
	for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		CU_ASSERT_EQUAL(nm_table_find(&t, keys[k]), NM_TABLE_MISS);
		for (p = 0; p < sizeof(ports) / sizeof(ports[0]); p++) {
			if (keys[k] == (1ULL << 56) - 1 && ports[p] >= 255)
				continue; /* the one word that means empty; nobody can ask for it */
			CU_ASSERT_EQUAL(nm_table_set(&t, keys[k], ports[p]), 0);
			CU_ASSERT_EQUAL(nm_table_find(&t, keys[k]),
					ports[p] < 255 ? ports[p] : 255);
		}
		CU_ASSERT_EQUAL(t.entries, 1);
		CU_ASSERT_EQUAL(nm_table_delete(&t, keys[k]), 0);
		CU_ASSERT_EQUAL(nm_table_delete(&t, keys[k]), -ENOENT);
		CU_ASSERT_EQUAL(nm_table_find(&t, keys[k]), NM_TABLE_MISS);
	}
	CU_ASSERT_EQUAL(t.entries, 0);
	end(&t);
}

static void half_full_is_full(void)
{
	struct nm_table t;
	uint32_t i;

	begin(&t, 6);
	for (i = 0; i < 32; i++)
		CU_ASSERT_EQUAL(nm_table_set(&t, key_of(i), 1), 0);
	CU_ASSERT_EQUAL(nm_table_set(&t, key_of(32), 1), -ENOSPC);
	CU_ASSERT_EQUAL(nm_table_set(&t, key_of(31), 2), 0); /* a new port needs no new place */
	CU_ASSERT_EQUAL(nm_table_find(&t, key_of(31)), 2);
	CU_ASSERT_EQUAL(nm_table_find(&t, key_of(32)), NM_TABLE_MISS);
	end(&t);
}

/* Inserts and deletes at random, crowded into few slots, and after each compares one key with a
 * plain array. */
static void it_behaves_as_an_array_would(void)
{
	uint32_t model[MODEL_KEYS], wrong = 0, entries = 0, i;
	struct nm_table t;
	uint64_t x = 1;

	begin(&t, 10);
	for (i = 0; i < MODEL_KEYS; i++)
		model[i] = PORT_NONE;
	for (i = 0; i < MODEL_OPS; i++) {
		uint32_t k, probe;

		x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		k = x >> 40 & (MODEL_KEYS - 1);
		if (x >> 60 & 1) {
			entries += model[k] == PORT_NONE;
			model[k] = x >> 50 & 0x7f;
			wrong += nm_table_set(&t, key_of(k), model[k]) != 0;
		} else {
			wrong += nm_table_delete(&t, key_of(k)) !=
				 (model[k] == PORT_NONE ? -ENOENT : 0);
			entries -= model[k] != PORT_NONE;
			model[k] = PORT_NONE;
		}
		probe = x >> 20 & (MODEL_KEYS - 1);
		wrong += nm_table_find(&t, key_of(probe)) != model[probe];
		wrong += t.entries != entries;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(t.moves > 0);
	end(&t);
}

static void a_hundred_thousand_entries(void)
{
	uint32_t wrong = 0, listed = 0, slot, port, i;
	struct nm_table t;
	uint64_t key;

	begin(&t, 6);
	for (i = 0; i < MANY; i++)
		set_growing(&t, key_of(i), i % 254);
	CU_ASSERT_EQUAL(t.entries, MANY);
	for (i = 0; i < MANY; i++)
		wrong += nm_table_find(&t, key_of(i)) != i % 254;
	for (i = MANY; i < 2 * MANY; i++)
		wrong += nm_table_find(&t, key_of(i)) != NM_TABLE_MISS;
	for (slot = 0; nm_table_next(&t, &slot, &key, &port) == 0; slot++)
		listed++;
	CU_ASSERT_EQUAL(listed, MANY);
	for (i = 0; i < MANY; i += 2)
		wrong += nm_table_delete(&t, key_of(i)) != 0;
	for (i = 0; i < MANY; i++)
		wrong += nm_table_find(&t, key_of(i)) != (i % 2 ? i % 254 : NM_TABLE_MISS);
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(t.entries, MANY / 2);
	end(&t);
}

static void growth_without_memory_changes_nothing(void)
{
	struct nm_table t, wider;
	uint32_t i;

	begin(&t, 6);
	for (i = 0; i < 32; i++)
		nm_table_set(&t, key_of(i), 9);
	nm_user_fail_alloc(1);
	CU_ASSERT_EQUAL(nm_table_widen(&t, &wider), -ENOMEM);
	nm_user_fail_alloc(0);
	for (i = 0; i < 32; i++)
		CU_ASSERT_EQUAL(nm_table_find(&t, key_of(i)), 9);
	end(&t);
}

/* --- Readers beside a writer --- */

#define STAYING 8
#define LEAVING 16 /* in front of those that stay, which move forward as these leave */
#define READERS 2
#define ROUNDS	200000

/* Keys that all want one slot. Odd epoch: the writer is putting them in order, and any may be
 * absent. */
static struct {
	struct nm_table table;
	uint64_t keys[LEAVING + STAYING];
	uint32_t epoch;
	int stop;
} crowd;

struct reader {
	pthread_t thread;
	uint64_t lookups;
	uint64_t wrong;
};

static uint32_t epoch_now(void)
{
	return __atomic_load_n(&crowd.epoch, __ATOMIC_SEQ_CST);
}

static void *read_all_the_time(void *arg)
{
	struct reader *r = arg;
	uint32_t i;

	while (!__atomic_load_n(&crowd.stop, __ATOMIC_RELAXED)) {
		for (i = LEAVING; i < LEAVING + STAYING; i++) {
			uint32_t before = epoch_now();
			uint32_t port = nm_table_find(&crowd.table, crowd.keys[i]);

			if (before % 2 || epoch_now() != before)
				continue;
			r->wrong += port != i;
			__atomic_add_fetch(&r->lookups, 1, __ATOMIC_RELAXED);
		}
	}
	return NULL;
}

static void find_crowd(void)
{
	uint64_t key = 1;
	uint32_t n;

	for (n = 0; n < LEAVING + STAYING; key++)
		if (nm_table_home(&crowd.table, key) == 5)
			crowd.keys[n++] = key;
}

static void next_epoch(void)
{
	__atomic_add_fetch(&crowd.epoch, 1, __ATOMIC_SEQ_CST);
}

static void line_up_and_leave(void)
{
	uint32_t i;

	next_epoch();
	for (i = LEAVING; i < LEAVING + STAYING; i++)
		nm_table_delete(&crowd.table, crowd.keys[i]);
	for (i = 0; i < LEAVING + STAYING; i++)
		nm_table_set(&crowd.table, crowd.keys[i], i);
	next_epoch();
	for (i = 0; i < LEAVING; i++)
		nm_table_delete(&crowd.table, crowd.keys[i]);
}

static void readers_never_miss_what_moves(void)
{
	struct reader readers[READERS] = {0};
	int i, rounds;

	begin(&crowd.table, 6);
	find_crowd();
	crowd.epoch = 0;
	crowd.stop = 0;
	line_up_and_leave();
	for (i = 0; i < READERS; i++)
		CU_ASSERT_EQUAL_FATAL(
			pthread_create(&readers[i].thread, NULL, read_all_the_time, &readers[i]),
			0);
	for (rounds = 0;
	     rounds < ROUNDS || __atomic_load_n(&readers[0].lookups, __ATOMIC_RELAXED) < ROUNDS;
	     rounds++)
		line_up_and_leave();
	__atomic_store_n(&crowd.stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		CU_ASSERT(readers[i].lookups > 0);
		CU_ASSERT_EQUAL(readers[i].wrong, 0);
	}
	CU_ASSERT(crowd.table.moves >= ROUNDS);
	end(&crowd.table);
}

static const struct suite_test tests[] = {
	{"extreme_keys_and_ports", extreme_keys_and_ports},
	{"half_full_is_full", half_full_is_full},
	{"it_behaves_as_an_array_would", it_behaves_as_an_array_would},
	{"a_hundred_thousand_entries", a_hundred_thousand_entries},
	{"growth_without_memory_changes_nothing", growth_without_memory_changes_nothing},
	{"readers_never_miss_what_moves", readers_never_miss_what_moves},
};

SUITE_MAIN("modules_tables", tests)
