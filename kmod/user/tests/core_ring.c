/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cursors: what a task may write, what happens when it writes something else, and what poll says.
 */
#include <pthread.h>
#include <time.h>

#include "ring.h"
#include "support.h"

#define SMALL_RING 7
#define POLL_MS	   10000

/* The ring protocol, said slot by slot: walk from lo to hi, meet head, go on and meet cur. */
static bool reference_valid(uint32_t n, uint32_t lo, uint32_t hi, uint32_t head, uint32_t cur)
{
	uint32_t i = lo;

	if (head >= n || cur >= n)
		return false;
	while (i != head) {
		if (i == hi)
			return false;
		i = (i + 1) % n;
	}
	while (i != cur) {
		if (i == hi)
			return false;
		i = (i + 1) % n;
	}
	return true;
}

static void every_cursor_of_small_rings(void)
{
	uint32_t n, lo, hi, head, cur, accepted = 0, wrong = 0;

	for (n = 1; n <= SMALL_RING; n++)
		for (lo = 0; lo < n; lo++)
			for (hi = 0; hi < n; hi++)
				for (head = 0; head < n + 2; head++)
					for (cur = 0; cur < n + 2; cur++) {
						bool ok = nm_cursors_valid(n, lo, hi, head, cur);

						accepted += ok;
						wrong +=
							ok != reference_valid(n, lo, hi, head, cur);
					}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(accepted > 0);
	CU_ASSERT_FALSE(nm_cursors_valid(1024, 0, 1023, 0xffffffff, 0));
	CU_ASSERT_FALSE(nm_cursors_valid(1024, 0, 1023, 0, 0xffffffff));
}

static const struct {
	uint32_t head, cur;
} bad_cursors[] = {{5000, 0}, {0, 5000}, {1023, 1}, {0xffffffff, 0xffffffff}};

static void a_bad_tx_ring_is_reset_and_the_call_succeeds(void)
{
	struct netmap_ring *ring;
	struct port a;
	short revents;
	size_t i;

	for (i = 0; i < sizeof(bad_cursors) / sizeof(bad_cursors[0]); i++) {
		port_open(&a, "vale0:a");
		ring = tx_ring(&a, 0);
		send_frame(&a, BROADCAST, 1, 1);
		ring->slot[5].buf_idx = 0xdeadbeef;
		ring->slot[6].len = 60000;
		ring->head = bad_cursors[i].head;
		ring->cur = bad_cursors[i].cur;
		CU_ASSERT_EQUAL(txsync(&a), 0);
		CU_ASSERT_EQUAL(ring->head, 1);
		CU_ASSERT_EQUAL(ring->cur, 1);
		CU_ASSERT_EQUAL(ring->tail, 0);
		CU_ASSERT_EQUAL(ring->slot[5].buf_idx, 0);
		CU_ASSERT_EQUAL(ring->slot[5].len, 0);
		CU_ASSERT_EQUAL(ring->slot[6].len, 0);
		CU_ASSERT(ring->slot[6].buf_idx >= 2);
		ring->head = bad_cursors[i].head;
		ring->cur = bad_cursors[i].cur;
		CU_ASSERT_EQUAL(DEV->poll(a.handle, POLLOUT, &revents, 0), 1);
		CU_ASSERT(revents & POLLERR);
		CU_ASSERT_EQUAL(DEV->poll(a.handle, POLLOUT, &revents, 0), 1);
		CU_ASSERT_EQUAL(revents, POLLOUT);
		port_close(&a);
	}
	finish();
}

static void a_bad_rx_ring_is_reset_and_still_synced(void)
{
	struct netmap_ring *ring;
	struct port a, b;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	ring = rx_ring(&b, 0);
	send_frame(&a, BROADCAST, 1, 1);
	CU_ASSERT_EQUAL(rxsync(&b), 0);
	ring->head = 2; /* one behind what arrived */
	ring->cur = 2;
	send_frame(&a, BROADCAST, 1, 2);
	send_frame(&a, BROADCAST, 1, 3);
	ring->head = 1000;
	CU_ASSERT_EQUAL(rxsync(&b), 0);
	CU_ASSERT_EQUAL(ring->head, 0);
	CU_ASSERT_EQUAL(ring->cur, 0);
	CU_ASSERT_EQUAL(ring->tail, 3);
	CU_ASSERT_EQUAL(frame_seq(ring, 2), 3);
	port_close(&a);
	port_close(&b);
	finish();
}

static void a_scribbled_tail_is_put_back(void)
{
	struct port a;

	port_open(&a, "vale0:a");
	tx_ring(&a, 0)->tail = 17;
	CU_ASSERT_EQUAL(txsync(&a), 0);
	CU_ASSERT_EQUAL(tx_ring(&a, 0)->tail, 1023);
	rx_ring(&a, 0)->tail = 17;
	CU_ASSERT_EQUAL(rxsync(&a), 0);
	CU_ASSERT_EQUAL(rx_ring(&a, 0)->tail, 0);
	port_close(&a);
	finish();
}

static void tx_slots_are_all_free_after_a_sync(void)
{
	struct netmap_ring *ring;
	struct port a;
	int round;

	port_open(&a, "vale0:a");
	ring = tx_ring(&a, 0);
	for (round = 0; round < 5; round++) {
		while (available(ring))
			put_frame(ring, BROADCAST, 1, FRAME_BYTES, round);
		CU_ASSERT_EQUAL(txsync(&a), 0);
		CU_ASSERT_EQUAL(available(ring), 1023);
		CU_ASSERT_EQUAL(next_slot(ring, ring->tail), ring->head);
	}
	port_close(&a);
	finish();
}

static void poll_goes_by_cur_not_by_head(void)
{
	struct netmap_ring *ring;
	struct port a, b;
	short revents;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	ring = rx_ring(&b, 0);
	CU_ASSERT_EQUAL(DEV->poll(b.handle, POLLIN, &revents, 0), 0);
	send_frame(&a, BROADCAST, 1, 1);
	CU_ASSERT_EQUAL(DEV->poll(b.handle, POLLIN, &revents, 0), 1);
	CU_ASSERT_EQUAL(revents, POLLIN);
	CU_ASSERT_EQUAL(DEV->poll(b.handle, POLLIN | POLLRDNORM, &revents, 0), 1);
	CU_ASSERT_EQUAL(revents, POLLIN | POLLRDNORM);
	ring->cur = ring->tail; /* nothing given back, but only news are wanted */
	CU_ASSERT_EQUAL(DEV->poll(b.handle, POLLIN, &revents, 20), 0);
	CU_ASSERT_EQUAL(available(ring), 1);
	send_frame(&a, BROADCAST, 1, 2);
	CU_ASSERT_EQUAL(DEV->poll(b.handle, POLLIN, &revents, 0), 1);
	CU_ASSERT_EQUAL(available(ring), 2);
	port_close(&a);
	port_close(&b);
	finish();
}

static void poll_for_input_transmits_unless_told_not_to(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_NO_TX_POLL};
	struct port a, b, quiet;
	short revents;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	CU_ASSERT_EQUAL_FATAL(port_try(&quiet, "vale0:q", &want), 0);
	put_frame(tx_ring(&a, 0), BROADCAST, 1, FRAME_BYTES, 1);
	DEV->poll(a.handle, POLLIN, &revents, 0);
	CU_ASSERT_EQUAL(drain(&b), 1);
	put_frame(tx_ring(&quiet, 0), BROADCAST, 2, FRAME_BYTES, 1);
	DEV->poll(quiet.handle, POLLIN, &revents, 0);
	CU_ASSERT_EQUAL(drain(&b), 0);
	DEV->poll(quiet.handle, POLLOUT, &revents, 0);
	CU_ASSERT_EQUAL(revents, POLLOUT);
	CU_ASSERT_EQUAL(drain(&b), 1);
	port_close(&a);
	port_close(&b);
	port_close(&quiet);
	finish();
}

static void poll_without_rings_of_a_direction(void)
{
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_RX_RINGS_ONLY};
	struct port a;
	short revents;

	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &want), 0);
	CU_ASSERT_EQUAL(a.nifp->ring_ofs[0], 0);
	CU_ASSERT_EQUAL(DEV->poll(a.handle, POLLOUT, &revents, 0), 0);
	port_close(&a);
	want.nr_flags = NR_TX_RINGS_ONLY;
	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &want), 0);
	CU_ASSERT_EQUAL(a.nifp->ring_ofs[2], 0);
	CU_ASSERT_EQUAL(DEV->poll(a.handle, POLLIN | POLLOUT, &revents, 0), 1);
	CU_ASSERT_EQUAL(revents, POLLOUT);
	port_close(&a);
	finish();
}

static void an_unbound_descriptor(void)
{
	short revents;
	void *h, *base;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&h), 0);
	CU_ASSERT_EQUAL(DEV->ioctl(h, NIOCTXSYNC, NULL), -ENXIO);
	CU_ASSERT_EQUAL(DEV->ioctl(h, NIOCRXSYNC, NULL), -ENXIO);
	CU_ASSERT_EQUAL(DEV->mmap(h, 4096, &base), -EINVAL);
	CU_ASSERT_EQUAL(DEV->poll(h, POLLIN, &revents, 0), 1);
	CU_ASSERT_EQUAL(revents, POLLERR);
	CU_ASSERT_EQUAL(DEV->ioctl(h, 0x12345678, NULL), -EOPNOTSUPP);
	DEV->close(h);
	finish();
}

static void a_mapping_must_lie_inside_the_region(void)
{
	struct port a;
	void *base;

	port_open(&a, "vale0:a");
	CU_ASSERT_EQUAL(DEV->mmap(a.handle, a.reg.nr_memsize, &base), 0);
	CU_ASSERT_EQUAL(DEV->mmap(a.handle, a.reg.nr_memsize + 1, &base), -EINVAL);
	CU_ASSERT_EQUAL(DEV->mmap(a.handle, SIZE_MAX, &base), -EINVAL);
	port_close(&a);
	finish();
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

static void poll_times_out(void)
{
	struct port a;
	uint64_t start, waited;
	short revents;

	port_open(&a, "vale0:a");
	start = now_ms();
	CU_ASSERT_EQUAL(DEV->poll(a.handle, POLLIN, &revents, 50), 0);
	waited = now_ms() - start;
	CU_ASSERT(waited >= 49 && waited < 5000);
	CU_ASSERT_EQUAL(revents, 0);
	port_close(&a);
	finish();
}

struct waiter {
	struct port *port;
	int rc;
	short revents;
};

static void *wait_for_input(void *arg)
{
	struct waiter *w = arg;

	w->rc = DEV->poll(w->port->handle, POLLIN, &w->revents, POLL_MS);
	return NULL;
}

static void pause_ms(unsigned ms)
{
	struct timespec ts = {0, ms * 1000000L};

	nanosleep(&ts, NULL);
}

static void a_frame_wakes_a_sleeper_of_one_ring_and_of_many(void)
{
	const struct nmreq_register one = {.nr_mode = NR_REG_ONE_NIC, .nr_ringid = 0};
	struct waiter narrow = {0}, wide = {0};
	struct port a, all, first;
	pthread_t t1, t2;
	uint64_t start;

	port_open(&a, "vale0:a");
	port_open_sized(&all, "vale0:b", 2, 64);
	CU_ASSERT_EQUAL_FATAL(port_try(&first, "vale0:b", &one), 0);
	narrow.port = &first;
	wide.port = &all;
	pthread_create(&t1, NULL, wait_for_input, &narrow);
	pthread_create(&t2, NULL, wait_for_input, &wide);
	pause_ms(20);
	start = now_ms();
	send_frame(&a, BROADCAST, 1, 1);
	pthread_join(t1, NULL);
	pthread_join(t2, NULL);
	CU_ASSERT(now_ms() - start < POLL_MS / 2); /* woken, not timed out */
	CU_ASSERT_EQUAL(narrow.rc, 1);
	CU_ASSERT_EQUAL(narrow.revents, POLLIN);
	CU_ASSERT_EQUAL(wide.rc, 1);
	CU_ASSERT_EQUAL(wide.revents, POLLIN);
	port_close(&a);
	port_close(&all);
	port_close(&first);
	finish();
}

static void an_interrupt_ends_a_poll_once(void)
{
	struct waiter w = {0};
	struct port a;
	pthread_t t;
	short revents;

	port_open(&a, "vale0:a");
	w.port = &a;
	pthread_create(&t, NULL, wait_for_input, &w);
	pause_ms(20);
	nm_user_interrupt();
	pthread_join(t, NULL);
	CU_ASSERT_EQUAL(w.rc, -EINTR);
	CU_ASSERT_EQUAL(DEV->poll(a.handle, POLLIN, &revents, 0), 0);
	nm_user_interrupt(); /* between two polls: not lost */
	CU_ASSERT_EQUAL(DEV->poll(a.handle, POLLIN, &revents, 10000), -EINTR);
	CU_ASSERT_EQUAL(DEV->poll(a.handle, POLLIN, &revents, 0), 0);
	port_close(&a);
	finish();
}

static void rx_rings_carry_the_time_of_the_sync(void)
{
	struct port a;

	port_open(&a, "vale0:a");
	CU_ASSERT_EQUAL(rx_ring(&a, 0)->ts.tv_sec, 0);
	rxsync(&a);
	CU_ASSERT(rx_ring(&a, 0)->ts.tv_sec >= time(NULL) - 1);
	CU_ASSERT_EQUAL(tx_ring(&a, 0)->ts.tv_sec, 0);
	port_close(&a);
	finish();
}

static void the_scratch_area_is_never_touched(void)
{
	struct netmap_ring *ring;
	struct port a;
	size_t i, changed = 0;

	port_open(&a, "vale0:a");
	ring = rx_ring(&a, 0);
	memset(ring->sem, 0x5a, sizeof(ring->sem));
	rxsync(&a);
	ring->head = 5000;
	rxsync(&a);
	for (i = 0; i < sizeof(ring->sem); i++)
		changed += ring->sem[i] != 0x5a;
	CU_ASSERT_EQUAL(changed, 0);
	port_close(&a);
	finish();
}

static const struct suite_test tests[] = {
	{"every_cursor_of_small_rings", every_cursor_of_small_rings},
	{"a_bad_tx_ring_is_reset_and_the_call_succeeds",
	 a_bad_tx_ring_is_reset_and_the_call_succeeds},
	{"a_bad_rx_ring_is_reset_and_still_synced", a_bad_rx_ring_is_reset_and_still_synced},
	{"a_scribbled_tail_is_put_back", a_scribbled_tail_is_put_back},
	{"tx_slots_are_all_free_after_a_sync", tx_slots_are_all_free_after_a_sync},
	{"poll_goes_by_cur_not_by_head", poll_goes_by_cur_not_by_head},
	{"poll_for_input_transmits_unless_told_not_to",
	 poll_for_input_transmits_unless_told_not_to},
	{"poll_without_rings_of_a_direction", poll_without_rings_of_a_direction},
	{"an_unbound_descriptor", an_unbound_descriptor},
	{"a_mapping_must_lie_inside_the_region", a_mapping_must_lie_inside_the_region},
	{"poll_times_out", poll_times_out},
	{"a_frame_wakes_a_sleeper_of_one_ring_and_of_many",
	 a_frame_wakes_a_sleeper_of_one_ring_and_of_many},
	{"an_interrupt_ends_a_poll_once", an_interrupt_ends_a_poll_once},
	{"rx_rings_carry_the_time_of_the_sync", rx_rings_carry_the_time_of_the_sync},
	{"the_scratch_area_is_never_touched", the_scratch_area_is_never_touched},
};

SUITE_MAIN("core_ring", tests)
