/* SPDX-License-Identifier: BSD-2-Clause */
/* Monitors, pipes and their ports under stress: any order of closing, threads, memory that fails.
 */
#include <pthread.h>
#include <sched.h>

#include "support.h"

#define SLOTS	   64
#define RINGS_SEEN 4

static int open_as(struct port *p, const char *name, uint64_t flags)
{
	const struct nmreq_register want = {
		.nr_mode = NR_REG_ALL_NIC,
		.nr_flags = flags,
		.nr_tx_slots = SLOTS,
		.nr_rx_slots = SLOTS,
	};

	return port_try(p, name, &want);
}

/* What everybody may do with a port at any time, and what keeps traffic going. */
static void stir(struct port *p)
{
	struct netmap_ring *tx = tx_ring(p, 0);

	if (available(tx))
		put_frame(tx, BROADCAST, 1, FRAME_BYTES, 0);
	CU_ASSERT_EQUAL(txsync(p), 0);
	drain(p);
}

struct cast {
	const char *name;
	uint64_t flags;
};

static void close_in_order(const struct cast *cast, const unsigned *order, unsigned n)
{
	struct port ports[RINGS_SEEN + 1];
	unsigned i, k;

	for (i = 0; i < n; i++)
		CU_ASSERT_EQUAL_FATAL(open_as(&ports[i], cast[i].name, cast[i].flags), 0);
	for (k = 0; k < n; k++) {
		for (i = k; i < n; i++)
			stir(&ports[order[i]]);
		port_close(&ports[order[k]]);
	}
	finish();
}

/* All orders of n, each from the one before. False after the last. */
static bool next_order(unsigned *order, unsigned n)
{
	unsigned i = n - 1, j = n - 1, swap;

	while (i && order[i - 1] > order[i])
		i--;
	if (!i)
		return false;
	while (order[j] < order[i - 1])
		j--;
	swap = order[i - 1];
	order[i - 1] = order[j];
	order[j] = swap;
	for (j = n - 1; i < j; i++, j--) {
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
	return true;
}

static void close_in_every_order(const struct cast *cast, unsigned n)
{
	unsigned order[RINGS_SEEN + 1], i;

	for (i = 0; i < n; i++)
		order[i] = i;
	do
		close_in_order(cast, order, n);
	while (next_order(order, n));
}

static void a_port_and_its_monitors_close_in_any_order(void)
{
	static const struct cast cast[] = {
		{"vale0:a", 0},
		{"vale0:b", 0},
		{"vale0:a", NR_ZCOPY_MON},
		{"vale0:a", NR_ZCOPY_MON},
		{"vale0:a", NR_MONITOR_TX | NR_MONITOR_RX},
	};

	close_in_every_order(cast, 5);
}

static void a_pipe_its_parent_and_its_monitors_close_in_any_order(void)
{
	static const struct cast cast[] = {
		{"pipe{1", 0},
		{"pipe}1", 0},
		{"pipe", 0},
		{"pipe}1", NR_ZCOPY_MON},
		{"pipe{1", NR_MONITOR_TX | NR_MONITOR_RX},
	};

	close_in_every_order(cast, 5);
}

/* How many buffers of the region are free. */
static uint32_t buffers_free(uint16_t mem_id)
{
	const struct nmreq_register all = {
		.nr_mode = NR_REG_NULL, .nr_mem_id = mem_id, .nr_extra_bufs = 1000000};
	struct port p;
	uint32_t n;

	CU_ASSERT_EQUAL_FATAL(port_try(&p, "count", &all), 0);
	n = p.reg.nr_extra_bufs;
	port_close(&p);
	return n;
}

static void no_buffer_is_lost_or_freed_twice(void)
{
	struct port a, b, m, s, mon;
	uint32_t before;
	unsigned i;

	CU_ASSERT_EQUAL_FATAL(open_as(&a, "vale0:a", 0), 0);
	before = buffers_free(a.reg.nr_mem_id);
	for (i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL_FATAL(open_as(&m, "vale0:a{1", 0), 0);
		CU_ASSERT_EQUAL_FATAL(open_as(&s, "vale0:a}1", 0), 0);
		CU_ASSERT_EQUAL_FATAL(open_as(&mon, "vale0:a}1", NR_ZCOPY_MON), 0);
		/* Both ends transmit from buffers of their own and receive in the peer's. */
		CU_ASSERT_EQUAL(buffers_free(a.reg.nr_mem_id), before - 3 * SLOTS - SLOTS);
		send_frame(&m, 1, 2, 1);
		send_frame(&m, 1, 2, 2);
		CU_ASSERT_EQUAL(rxsync(&s), 0);
		rx_ring(&s, 0)->head = rx_ring(&s, 0)->cur = 1;
		CU_ASSERT_EQUAL(rxsync(&s), 0);
		send_frame(&m, 1, 2, 3);
		CU_ASSERT_EQUAL(rxsync(&mon), 0);
		CU_ASSERT_EQUAL(available(rx_ring(&mon, 0)), 1);
		port_close(i == 0 ? &m : i == 1 ? &s : &mon);
		port_close(i == 0 ? &s : i == 1 ? &mon : &m);
		port_close(i == 0 ? &mon : i == 1 ? &m : &s);
		CU_ASSERT_EQUAL(buffers_free(a.reg.nr_mem_id), before);
	}
	CU_ASSERT_EQUAL_FATAL(open_as(&b, "vale0:b", 0), 0);
	CU_ASSERT_EQUAL_FATAL(open_as(&mon, "vale0:a", NR_ZCOPY_MON), 0);
	for (i = 0; i < 3 * SLOTS; i++) {
		send_frame(&b, BROADCAST, 2, i);
		stir(&a);
		drain(&mon);
	}
	port_close(&mon);
	CU_ASSERT_EQUAL(buffers_free(a.reg.nr_mem_id), before);
	port_close(&a);
	port_close(&b);
	finish();
}

/* A reader took a packet's buffer, put its own into the slot, and everything closes before it says
 * so. */
static void a_buffer_that_was_swapped_on_its_way_is_freed(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 1};
	struct port a, m, s;
	struct netmap_slot *slot;
	uint32_t before, taken;

	CU_ASSERT_EQUAL_FATAL(open_as(&a, "vale0:a", 0), 0);
	before = buffers_free(a.reg.nr_mem_id);
	CU_ASSERT_EQUAL_FATAL(open_as(&m, "vale0:a{1", 0), 0);
	CU_ASSERT_EQUAL_FATAL(port_try(&s, "vale0:a}1", &want), 0);
	send_frame(&m, 1, 2, 1);
	CU_ASSERT_EQUAL(rxsync(&s), 0);
	slot = &rx_ring(&s, 0)->slot[0];
	memset(buffer(rx_ring(&s, 0), 0), 0, sizeof(uint32_t)); /* ends the list */
	taken = slot->buf_idx;
	slot->buf_idx = s.nifp->ni_bufs_head;
	slot->flags |= NS_BUF_CHANGED;
	s.nifp->ni_bufs_head = taken;
	port_close(&s);
	port_close(&m);
	CU_ASSERT_EQUAL(buffers_free(a.reg.nr_mem_id), before);
	port_close(&a);
	finish();
}

/* What a receive ring was shown long ago belongs to whoever has it now. */
static void a_buffer_that_went_on_from_a_pipe_is_not_freed_with_it(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 1};
	struct netmap_slot *slot;
	struct port a, m, s;
	uint32_t before, kept;

	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &want), 0);
	before = buffers_free(a.reg.nr_mem_id);
	CU_ASSERT_EQUAL_FATAL(open_as(&m, "vale0:a{1", 0), 0);
	CU_ASSERT_EQUAL_FATAL(open_as(&s, "vale0:a}1", 0), 0);
	send_frame(&m, 1, 2, 1);
	CU_ASSERT_EQUAL(drain(&s), 1);
	slot = &tx_ring(&m, 0)->slot[0];
	memset(buffer(tx_ring(&m, 0), 0), 0, sizeof(uint32_t)); /* ends the list */
	kept = slot->buf_idx;
	slot->buf_idx = a.nifp->ni_bufs_head;
	slot->flags |= NS_BUF_CHANGED;
	a.nifp->ni_bufs_head = kept;
	port_close(&m);
	port_close(&s);
	CU_ASSERT_EQUAL(buffers_free(a.reg.nr_mem_id), before);
	port_close(&a);
	finish();
}

struct actor {
	struct port *port; /* NULL: opens cast over and over */
	struct cast cast;
	volatile bool *stop;
	unsigned rounds;
	unsigned wrong;
};

static void *owner_run(void *arg)
{
	struct actor *o = arg;
	struct netmap_ring *tx = tx_ring(o->port, 0), *rx = rx_ring(o->port, 0);

	while (!*o->stop) {
		while (available(tx))
			put_frame(tx, BROADCAST, 1, FRAME_BYTES, 0);
		o->wrong += txsync(o->port) != 0;
		rx->head = rx->cur = rx->tail;
		o->wrong += rxsync(o->port) != 0;
		__atomic_fetch_add(&o->rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void *monitor_run(void *arg)
{
	struct actor *o = arg;
	struct port p;

	while (!*o->stop) {
		unsigned i;

		if (open_as(&p, o->cast.name, o->cast.flags)) {
			o->wrong++;
			continue;
		}
		for (i = 0; i < 5; i++) {
			struct netmap_ring *rx = rx_ring(&p, 0);

			o->wrong += rxsync(&p) != 0;
			for (; rx->head != rx->tail; rx->head = rx->cur)
				rx->cur = next_slot(rx, rx->head);
			sched_yield();
		}
		port_close(&p);
		__atomic_fetch_add(&o->rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Every slot of the rings has a buffer, and no two have the same. */
static void check_buffers(struct netmap_ring *const *rings, unsigned n)
{
	uint32_t seen[RINGS_SEEN * SLOTS];
	unsigned i, k, count = 0;

	for (i = 0; i < n; i++)
		for (k = 0; k < SLOTS; k++)
			seen[count++] = rings[i]->slot[k].buf_idx;
	qsort(seen, count, sizeof(seen[0]), by_value);
	CU_ASSERT(seen[0] > 1);
	for (i = 1; i < count; i++)
		CU_ASSERT_NOT_EQUAL(seen[i], seen[i - 1]);
}

static void monitors_come_and_go(const char *first, const char *second)
{
	static const uint64_t kinds[] = {NR_ZCOPY_MON, NR_ZCOPY_MON, NR_MONITOR_TX | NR_MONITOR_RX};
	volatile bool stop = false;
	struct actor actors[5] = {{0}};
	struct netmap_ring *rings[2];
	pthread_t threads[5];
	struct port a, b;
	unsigned i;

	CU_ASSERT_EQUAL_FATAL(open_as(&a, first, 0), 0);
	CU_ASSERT_EQUAL_FATAL(open_as(&b, second, 0), 0);
	for (i = 0; i < 5; i++) {
		actors[i].stop = &stop;
		actors[i].port = i == 0 ? &a : i == 1 ? &b : NULL;
		actors[i].cast.name = first;
		if (i > 1)
			actors[i].cast.flags = kinds[i - 2];
		pthread_create(&threads[i], NULL, i < 2 ? owner_run : monitor_run, &actors[i]);
	}
	for (i = 0; i < 5; i++)
		while (__atomic_load_n(&actors[i].rounds, __ATOMIC_RELAXED) < 100)
			sched_yield();
	stop = true;
	for (i = 0; i < 5; i++) {
		pthread_join(threads[i], NULL);
		CU_ASSERT_EQUAL(actors[i].wrong, 0);
	}
	/* What is on its way through a pipe is in the slots of both rings: it has to arrive first.
	 */
	for (i = 0; i < 2; i++) {
		drain(&b);
		drain(&a);
		CU_ASSERT_EQUAL(txsync(&a), 0);
		CU_ASSERT_EQUAL(txsync(&b), 0);
	}
	rings[0] = tx_ring(&a, 0);
	rings[1] = strchr(first, '{') ? tx_ring(&b, 0) : rx_ring(&a, 0);
	check_buffers(rings, 2);
	port_close(&a);
	port_close(&b);
	finish();
}

static void monitors_come_and_go_at_a_switch(void)
{
	monitors_come_and_go("vale0:a", "vale0:b");
}

static void monitors_come_and_go_at_a_pipe(void)
{
	monitors_come_and_go("pipe{1", "pipe}1");
}

/* A monitor that could not be opened leaves no trace at the port that it was to look at. */
static void every_allocation_of_a_monitor_may_fail(void)
{
	static const uint64_t kinds[] = {NR_MONITOR_RX, NR_ZCOPY_MON};
	struct port a, b, mon;
	size_t i;

	for (i = 0; i < 2; i++) {
		int rc = -ENOMEM;
		long nth;

		CU_ASSERT_EQUAL_FATAL(open_as(&a, "vale0:a", 0), 0);
		CU_ASSERT_EQUAL_FATAL(open_as(&b, "vale0:b", 0), 0);
		for (nth = 1; rc; nth++) {
			CU_ASSERT_FATAL(nth < 1000);
			nm_user_fail_alloc(nth);
			rc = open_as(&mon, "vale0:a", kinds[i]);
			nm_user_fail_alloc(0);
			CU_ASSERT(rc == 0 || rc == -ENOMEM);
			stir(&a);
			stir(&b);
		}
		CU_ASSERT(nth > 4);
		port_close(&mon);
		port_close(&a);
		port_close(&b);
		finish();
	}
}

static const struct suite_test tests[] = {
	{"a_port_and_its_monitors_close_in_any_order", a_port_and_its_monitors_close_in_any_order},
	{"a_pipe_its_parent_and_its_monitors_close_in_any_order",
	 a_pipe_its_parent_and_its_monitors_close_in_any_order},
	{"no_buffer_is_lost_or_freed_twice", no_buffer_is_lost_or_freed_twice},
	{"a_buffer_that_was_swapped_on_its_way_is_freed",
	 a_buffer_that_was_swapped_on_its_way_is_freed},
	{"a_buffer_that_went_on_from_a_pipe_is_not_freed_with_it",
	 a_buffer_that_went_on_from_a_pipe_is_not_freed_with_it},
	{"monitors_come_and_go_at_a_switch", monitors_come_and_go_at_a_switch},
	{"monitors_come_and_go_at_a_pipe", monitors_come_and_go_at_a_pipe},
	{"every_allocation_of_a_monitor_may_fail", every_allocation_of_a_monitor_may_fail},
};

SUITE_MAIN("core_watch", tests)
