/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every allocation of every kind of life fails in turn: each time the request is refused, whatever
 * had been made is gone, and nothing is lost.
 */
#include "support.h"

#define SITES_MAX 400
#define PORTS_MAX 4

/* Ports opened one after the other; all are closed at the end, whichever was refused. */
static const struct life {
	const char *what;
	int fewest; /* allocations that it takes at least */
	struct step {
		const char *name;
		struct nmreq_register reg;
	} step[PORTS_MAX];
} lives[] = {
	{"a switch port",
	 10,
	 {{"vale0:a", {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 300, .nr_rx_rings = 2}}}},
	{"two switches",
	 20,
	 {{"vale0:a", {.nr_mode = NR_REG_ALL_NIC}}, {"vale1:a", {.nr_mode = NR_REG_ALL_NIC}}}},
	{"a pipe on a port of its own",
	 10,
	 {{"p{1", {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 10}}}},
	{"both ends",
	 10,
	 {{"p}1", {.nr_mode = NR_REG_ALL_NIC, .nr_tx_rings = 2}},
	  {"p{1", {.nr_mode = NR_REG_ALL_NIC}}}},
	{"a pipe over a switch port",
	 15,
	 {{"vale0:a", {.nr_mode = NR_REG_ALL_NIC}},
	  {"vale0:a{x", {.nr_mode = NR_REG_ALL_NIC}},
	  {"vale0:a}x", {.nr_mode = NR_REG_ALL_NIC}}}},
	{"copy monitors",
	 15,
	 {{"vale0:a", {.nr_mode = NR_REG_ALL_NIC}},
	  {"vale0:a", {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_MONITOR_RX}},
	  {"vale0:a", {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_MONITOR_RX | NR_MONITOR_TX}}}},
	{"a zero-copy monitor of a pipe",
	 15,
	 {{"p{1", {.nr_mode = NR_REG_ALL_NIC}},
	  {"p{1", {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_ZCOPY_MON}}}},
	{"a null port",
	 3,
	 {{"n",
	   {.nr_mode = NR_REG_NULL,
	    .nr_mem_id = 1,
	    .nr_tx_rings = 3,
	    .nr_tx_slots = 64,
	    .nr_extra_bufs = 5}}}},
};

static bool live(const struct life *life)
{
	struct port ports[PORTS_MAX];
	int n, i;

	if (nm_user_init())
		return false;
	for (n = 0; n < PORTS_MAX && life->step[n].name; n++) {
		int rc = port_try(&ports[n], life->step[n].name, &life->step[n].reg);

		if (rc)
			CU_ASSERT_EQUAL(rc, -ENOMEM);
		if (rc)
			break;
	}
	for (i = 0; i < n; i++) {
		CU_ASSERT_EQUAL(txsync(&ports[i]), 0);
		CU_ASSERT_EQUAL(rxsync(&ports[i]), 0);
	}
	for (i = 0; i < n; i++)
		port_close(&ports[i]);
	return n == PORTS_MAX || !life->step[n].name;
}

/* True when nothing failed any more. Extra buffers are granted as far as there are any. */
static bool with_failure_at(const struct life *life, int nth)
{
	bool whole;

	nm_user_fail_alloc(nth);
	whole = live(life);
	whole = nm_user_fail_pending() && whole;
	nm_user_fail_alloc(0);
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
	CU_ASSERT_EQUAL(nm_user_live_bytes(), 0);
	return whole;
}

static void every_site_in_every_life(void)
{
	size_t i;

	for (i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
		int nth = 1;

		while (nth < SITES_MAX && !with_failure_at(&lives[i], nth))
			nth++;
		if (nth < lives[i].fewest || nth == SITES_MAX)
			printf("%s: %d allocations\n", lives[i].what, nth);
		CU_ASSERT(nth >= lives[i].fewest && nth < SITES_MAX);
	}
}

/* What fails while others are at work harms only who asked for it. */
static void neighbours_go_on(void)
{
	struct port a, b, more;
	int nth;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	for (nth = 1; nth < 40; nth++) {
		nm_user_fail_alloc(nth);
		if (!port_try(&more, "vale0:c", NULL))
			port_close(&more);
		if (!port_try(&more, "vale0:a{1", NULL))
			port_close(&more);
		nm_user_fail_alloc(0);
		send_frame(&a, BROADCAST, 1, nth);
		CU_ASSERT_EQUAL(drain(&b), 1);
	}
	port_close(&a);
	port_close(&b);
	finish();
}

static const struct suite_test tests[] = {
	{"every_site_in_every_life", every_site_in_every_life},
	{"neighbours_go_on", neighbours_go_on},
};

SUITE_MAIN("attack_alloc", tests)
