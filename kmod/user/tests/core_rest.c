/* SPDX-License-Identifier: BSD-2-Clause */
/* Attached devices that carry nothing have no buffers, and the first frame finds them again. */
#include <pthread.h>
#include <time.h>

#include "attach.h"
#include "core.h"
#include "support.h"

#define LEFT	   "eth0"
#define RIGHT	   "eth1"
#define WIRE	   "vale0:" LEFT
#define LIMIT_MS   10000
#define SILENCE_MS 2000
#define SLOTS	   64
#define BUFS	   (2 * SLOTS * 2048)
#define KEPT	   (8 * 2048) /* the first block of buffers */
#define WRITTEN	   18	      /* by fill_frame() */
#define ROUNDS	   20
#define FRAMES	   4000
#define PAUSES	   64  /* frames from one pause to the next, about */
#define PAUSE_MS   6   /* the longest */
#define AHEAD	   500 /* of who takes them: what a device's stack holds is limited */

static const struct nm_user_device rests = {
	.tx_queues = 1,
	.rx_queues = 1,
	.tx_slots = SLOTS,
	.rx_slots = SLOTS,
	.native = true,
	.apart = true,
	.rests = true,
};

static void nap_ms(unsigned ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000L};

	nanosleep(&t, NULL);
}

static void stage_as(const struct nm_user_device *left, struct port *p)
{
	struct nmreq_vale_attach body = {.reg.nr_mode = NR_REG_ALL_NIC};

	nm_rest_ms = 1;
	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(LEFT, NULL, left), 0);
	CU_ASSERT_EQUAL_FATAL(nm_user_add_device(RIGHT, LEFT, NULL), 0);
	port_open(p, "vale0:p");
	CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, WIRE, &body), 0);
}

static void end(struct port *p)
{
	struct nmreq_vale_detach body = {0};

	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DETACH, WIRE, &body), 0);
	port_close(p);
	finish();
}

/* What all of it takes while the device keeps its buffers. */
static uint64_t bytes_awake(void)
{
	struct nm_user_device keeps = rests;
	uint64_t bytes;
	struct port p;

	keeps.rests = false;
	stage_as(&keeps, &p);
	nap_ms(20 * nm_rest_ms);
	bytes = nm_user_live_bytes();
	end(&p);
	return bytes;
}

static bool sleeps_soon(uint64_t awake)
{
	unsigned ms;

	for (ms = 0; ms < LIMIT_MS; ms++) {
		if (nm_user_live_bytes() + BUFS - KEPT <= awake)
			return true;
		nap_ms(1);
	}
	return false;
}

static void expect_frame(struct port *p, uint32_t seq)
{
	struct netmap_ring *rx = rx_ring(p, 0);
	unsigned ms;

	for (ms = 0; ms < LIMIT_MS && !available(rx); ms++) {
		CU_ASSERT_EQUAL(rxsync(p), 0);
		nap_ms(1);
	}
	CU_ASSERT_EQUAL_FATAL(available(rx), 1);
	CU_ASSERT_EQUAL(frame_seq(rx, rx->head), seq);
	rx->head = rx->cur = next_slot(rx, rx->head);
}

/* Soon: who was putting it to sleep may have to send it. */
static void expect_at_right(uint8_t dst, uint8_t src, uint32_t seq)
{
	char want[FRAME_BYTES] = {0}, got[FRAME_BYTES];

	unsigned ms;

	fill_frame(want, dst, src, seq);
	for (ms = 0; ms < LIMIT_MS && !nm_user_stack_receive(RIGHT, got, sizeof(got)); ms++)
		nap_ms(1);
	CU_ASSERT_FATAL(ms < LIMIT_MS);
	CU_ASSERT_EQUAL_FATAL(memcmp(got, want, WRITTEN), 0);
}

static void right_sends(uint8_t dst, uint8_t src, uint32_t seq)
{
	char f[FRAME_BYTES] = {0};

	fill_frame(f, dst, src, seq);
	CU_ASSERT_EQUAL_FATAL(nm_user_stack_send(RIGHT, 0, f, sizeof(f)), 0);
}

static void the_first_frame_of_either_side_arrives(void)
{
	uint64_t awake = bytes_awake();
	struct port p;
	uint32_t i;

	stage_as(&rests, &p);
	for (i = 0; i < ROUNDS; i++) {
		CU_ASSERT_TRUE_FATAL(sleeps_soon(awake));
		send_frame(&p, BROADCAST, 1, i);
		expect_at_right(BROADCAST, 1, i);
		CU_ASSERT_TRUE_FATAL(sleeps_soon(awake));
		right_sends(1, 2, i);
		expect_frame(&p, i);
	}
	CU_ASSERT_TRUE(sleeps_soon(awake));
	end(&p);
}

/* The device's worker may still be on its way from the attachment, and meet what fails instead. */
static bool fails_to_wake(struct port *p, uint64_t awake)
{
	uint64_t before = stats_of(WIRE).rx_drop_not_ready;
	bool arrived;

	CU_ASSERT_TRUE_FATAL(sleeps_soon(awake));
	nm_user_fail_alloc(1);
	send_frame(p, BROADCAST, 1, 1);
	CU_ASSERT_FALSE(nm_user_fail_pending());
	nm_user_fail_alloc(0);
	arrived = nm_user_stack_receive(RIGHT, (char[FRAME_BYTES]){0}, FRAME_BYTES);
	CU_ASSERT_EQUAL(stats_of(WIRE).rx_drop_not_ready - before, !arrived);
	return !arrived;
}

/* Frames are lost and counted for as long as there is none, and not longer. */
static void without_memory_it_sleeps_on(void)
{
	uint64_t awake = bytes_awake();
	struct port p;
	unsigned i = 0;

	stage_as(&rests, &p);
	while (i < ROUNDS && !fails_to_wake(&p, awake))
		i++;
	CU_ASSERT(i < ROUNDS);
	send_frame(&p, BROADCAST, 1, 2);
	expect_at_right(BROADCAST, 1, 2);
	end(&p);
}

/* What a device has for the switch waits there, and is looked for again unasked. */
static void arrivals_wait_for_memory(void)
{
	uint64_t awake = bytes_awake();
	struct port p;

	stage_as(&rests, &p);
	nap_ms(20 * nm_rest_ms); /* the worker has looked once */
	CU_ASSERT_TRUE_FATAL(sleeps_soon(awake));
	nm_user_fail_alloc(2); /* the first is the frame's own */
	right_sends(1, 2, 7);
	expect_frame(&p, 7);
	CU_ASSERT_FALSE(nm_user_fail_pending());
	end(&p);
}

static void it_ends_in_its_sleep(void)
{
	uint64_t awake = bytes_awake();
	struct port p;

	stage_as(&rests, &p);
	CU_ASSERT_TRUE_FATAL(sleeps_soon(awake));
	end(&p);
}

/* Another port has buffers in the same memory, and may have swapped some. */
static void who_shares_its_memory_keeps_it_awake(void)
{
	struct nmreq_register want = {
		.nr_mode = NR_REG_ALL_NIC, .nr_tx_slots = SLOTS, .nr_rx_slots = SLOTS};
	uint64_t awake = bytes_awake();
	struct port p, s;

	stage_as(&rests, &p);
	CU_ASSERT_TRUE_FATAL(sleeps_soon(awake));
	want.nr_mem_id = p.reg.nr_mem_id + 1; /* the next region that was made */
	CU_ASSERT_EQUAL_FATAL(port_try(&s, "vale0:s", &want), 0);
	CU_ASSERT_EQUAL(s.reg.nr_mem_id, want.nr_mem_id);
	nap_ms(20 * nm_rest_ms);
	CU_ASSERT(nm_user_live_bytes() > awake);
	send_frame(&s, BROADCAST, 3, 5);
	expect_at_right(BROADCAST, 3, 5);
	port_close(&s);
	CU_ASSERT_TRUE(sleeps_soon(awake));
	end(&p);
}

static uint32_t next; /* the frame after the last one that arrived */

static void *sends_with_pauses(void *arg)
{
	struct port *p = arg;
	unsigned seed = 1;
	uint32_t i;

	for (i = 0; i < FRAMES; i++) {
		while (i > __atomic_load_n(&next, __ATOMIC_RELAXED) + AHEAD)
			nap_ms(1);
		put_frame(tx_ring(p, 0), BROADCAST, 1, FRAME_BYTES, i);
		CU_ASSERT_EQUAL(txsync(p), 0);
		if (rand_r(&seed) % PAUSES == 0)
			nap_ms(rand_r(&seed) % PAUSE_MS);
	}
	return NULL;
}

static void *right_sends_with_pauses(void *arg)
{
	unsigned seed = 2;
	uint32_t i;

	for (i = 0; i < FRAMES; i++) {
		right_sends(1, 2, i);
		if (rand_r(&seed) % PAUSES == 0)
			nap_ms(rand_r(&seed) % PAUSE_MS);
	}
	return NULL;
}

/* Frames come whole and in order. Returns how many, when there are no more for a while. */
static uint32_t take_all(void)
{
	char want[FRAME_BYTES] = {0}, got[FRAME_BYTES];
	uint32_t n = 0, seq;
	unsigned ms = 0;

	while (ms < SILENCE_MS && next < FRAMES) {
		if (!nm_user_stack_receive(RIGHT, got, sizeof(got))) {
			ms++;
			nap_ms(1);
			continue;
		}
		memcpy(&seq, got + WRITTEN - sizeof(seq), sizeof(seq));
		fill_frame(want, BROADCAST, 1, seq);
		CU_ASSERT_EQUAL(memcmp(got, want, WRITTEN), 0);
		CU_ASSERT(seq >= next);
		__atomic_store_n(&next, seq + 1, __ATOMIC_RELAXED);
		ms = 0;
		n++;
	}
	return n;
}

/* Whoever sends to the device may lose the processor, and its ring get full meanwhile. */
static void nothing_is_lost_on_the_way_to_sleep_and_back(void)
{
	struct vale_port_stats stats;
	pthread_t to, from;
	struct port p, q;
	uint32_t n;

	stage_as(&rests, &p);
	port_open(&q, "vale0:q");
	next = 0;
	CU_ASSERT_EQUAL_FATAL(pthread_create(&to, NULL, sends_with_pauses, &p), 0);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&from, NULL, right_sends_with_pauses, NULL), 0);
	n = take_all();
	next = FRAMES; /* whoever waits for the rest goes on */
	pthread_join(to, NULL);
	pthread_join(from, NULL);
	stats = stats_of(WIRE);
	CU_ASSERT_EQUAL(n + stats.rx_drop_ring_full, FRAMES);
	CU_ASSERT_EQUAL(stats.rx_drop_not_ready, 0);
	CU_ASSERT(stats.rx_drop_ring_full < FRAMES / 2);
	port_close(&q);
	end(&p);
}

static const struct suite_test tests[] = {
	{"the_first_frame_of_either_side_arrives", the_first_frame_of_either_side_arrives},
	{"without_memory_it_sleeps_on", without_memory_it_sleeps_on},
	{"arrivals_wait_for_memory", arrivals_wait_for_memory},
	{"it_ends_in_its_sleep", it_ends_in_its_sleep},
	{"who_shares_its_memory_keeps_it_awake", who_shares_its_memory_keeps_it_awake},
	{"nothing_is_lost_on_the_way_to_sleep_and_back",
	 nothing_is_lost_on_the_way_to_sleep_and_back},
};

SUITE_MAIN("core_rest", tests)
