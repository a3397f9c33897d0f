/* SPDX-License-Identifier: BSD-2-Clause */
/* Switches and their members: numbers, limits, bindings, persistent ports. */
#include "support.h"

#define PORTS_MAX 252
#define TRIO	  3

static void open_trio(struct port *p)
{
	port_open(&p[0], "vale0:a");
	port_open(&p[1], "vale0:b");
	port_open(&p[2], "vale0:c");
}

static void a_leaver_is_forgotten_and_its_number_reused(void)
{
	struct nmreq_vale_list list = {0};
	struct port p[TRIO], d;

	open_trio(p);
	send_frame(&p[1], BROADCAST, 2, 1);
	drain(&p[0]);
	drain(&p[2]);
	port_close(&p[1]);
	port_open(&d, "vale0:d");
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_LIST, "vale0:d", &list), 0);
	CU_ASSERT_EQUAL(list.nr_port_idx, 1);
	send_frame(&p[0], 2, 1, 2); /* station 2 left with port b: flood, not only to d */
	CU_ASSERT_EQUAL(drain(&d), 1);
	CU_ASSERT_EQUAL(drain(&p[2]), 1);
	port_close(&p[0]);
	port_close(&p[2]);
	port_close(&d);
	finish();
}

static void numbers_come_back_last_out_first(void)
{
	static const unsigned leave[] = {3, 1, 6};
	static const unsigned again[] = {6, 1, 3, 8};
	struct nmreq_vale_list list;
	struct port p[8], fresh[4];
	char name[32];
	unsigned i;

	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "vale0:p%u", i);
		port_open_sized(&p[i], name, 1, 16);
	}
	for (i = 0; i < 3; i++)
		port_close(&p[leave[i]]);
	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "vale0:n%u", i);
		port_open_sized(&fresh[i], name, 1, 16);
		memset(&list, 0, sizeof(list));
		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_LIST, name, &list), 0);
		CU_ASSERT_EQUAL(list.nr_port_idx, again[i]);
	}
	for (i = 0; i < 4; i++)
		port_close(&fresh[i]);
	for (i = 0; i < 8; i++)
		if (p[i].handle)
			port_close(&p[i]);
	finish();
}

static void a_switch_holds_252_ports(void)
{
	static struct port p[PORTS_MAX];
	struct vale_port_stats s;
	struct port extra;
	uint32_t received = 0;
	char name[32];
	unsigned i;

	for (i = 0; i < PORTS_MAX; i++) {
		snprintf(name, sizeof(name), "vale0:p%u", i);
		port_open_sized(&p[i], name, 1, 16);
	}
	CU_ASSERT_EQUAL(port_try(&extra, "vale0:more", NULL), -ENOMEM);
	send_frame(&p[17], BROADCAST, 1, 1);
	for (i = 0; i < PORTS_MAX; i++)
		received += drain(&p[i]);
	CU_ASSERT_EQUAL(received, PORTS_MAX - 1);
	s = stats_of("vale0:p17");
	CU_ASSERT_EQUAL(s.tx_packets, 1);
	CU_ASSERT_EQUAL(s.tx_copies, PORTS_MAX - 1);
	for (i = 0; i < PORTS_MAX; i++)
		send_frame(&p[i], BROADCAST, 100, i);
	for (i = 0; i < PORTS_MAX; i++)
		port_close(&p[i]);
	finish();
}

static void unicast_to_many_in_one_batch(void)
{
	static struct port p[PORTS_MAX];
	unsigned i, received = 0;
	char name[32];

	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "vale0:p%u", i);
		port_open_sized(&p[i], name, 1, 1024);
		send_frame(&p[i], BROADCAST, i, 0);
	}
	for (i = 0; i < 200; i++)
		drain(&p[i]);
	for (i = 0; i < 1000; i++)
		put_frame(tx_ring(&p[0], 0), 1 + i % 199, 0, FRAME_BYTES, i);
	txsync(&p[0]);
	for (i = 1; i < 200; i++) {
		unsigned n = drain(&p[i]);

		received += n;
		CU_ASSERT(n == 5 || n == 6);
	}
	CU_ASSERT_EQUAL(received, 1000);
	for (i = 0; i < 200; i++)
		port_close(&p[i]);
	finish();
}

static void switches_are_apart_and_end_with_their_last_port(void)
{
	struct nmreq_vale_list list = {0};
	struct port p[9];
	char name[32];
	unsigned i;

	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "vale%u:a", i);
		port_open_sized(&p[i], name, 1, 16);
	}
	CU_ASSERT_EQUAL(port_try(&p[8], "vale8:a", NULL), -ENOMEM);
	port_close(&p[3]);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_LIST, "vale3:a", &list), -ENOENT);
	port_open_sized(&p[3], "vale8:a", 1, 16);
	send_frame(&p[0], BROADCAST, 1, 1);
	CU_ASSERT_EQUAL(drain(&p[1]), 0);
	for (i = 0; i < 8; i++)
		port_close(&p[i]);
	finish();
}

static void descriptors_close_in_any_order(void)
{
	static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					{1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct port p[3], other;
	size_t o;
	int i;

	for (o = 0; o < 6; o++) {
		port_open(&other, "vale0:x");
		for (i = 0; i < 3; i++)
			port_open(&p[i], "vale0:a"); /* three bindings of one port */
		for (i = 0; i < 3; i++) {
			send_frame(&other, BROADCAST, 1, i);
			if (i < 2)
				CU_ASSERT_EQUAL(stats_of("vale0:a").rx_packets, i + 1u);
			port_close(&p[orders[o][i]]);
		}
		send_frame(&other, BROADCAST, 1, 3);
		CU_ASSERT_EQUAL(stats_of("vale0:x").tx_drop_no_dest, 1);
		port_close(&other);
	}
	finish();
}

static void a_second_binding_shares_the_rings_as_they_are(void)
{
	struct port a, b, again;

	port_open(&a, "vale0:a");
	port_open(&b, "vale0:b");
	send_frame(&a, BROADCAST, 1, 41);
	send_frame(&a, BROADCAST, 1, 42);
	rxsync(&b);
	rx_ring(&b, 0)->head = rx_ring(&b, 0)->cur = 1;
	port_open(&again, "vale0:b");
	CU_ASSERT_NOT_EQUAL(again.nifp, b.nifp);
	CU_ASSERT_PTR_EQUAL(rx_ring(&again, 0), rx_ring(&b, 0));
	CU_ASSERT_EQUAL(rx_ring(&again, 0)->head, 1);
	CU_ASSERT_EQUAL(available(rx_ring(&again, 0)), 1);
	port_close(&b);
	CU_ASSERT_EQUAL(drain(&again), 1);
	port_close(&again);
	port_close(&a);
	finish();
}

static void rings_map_to_rings(void)
{
	struct netmap_ring *ring;
	struct port a, b;
	unsigned i;

	port_open_sized(&a, "vale0:a", 4, 64);
	port_open_sized(&b, "vale0:b", 2, 64);
	send_frame(&b, BROADCAST, 2, 0);
	for (i = 0; i < 4; i++)
		put_frame(tx_ring(&a, i), 2, 1, FRAME_BYTES, i);
	txsync(&a);
	rxsync(&b);
	for (i = 0; i < 2; i++) {
		ring = rx_ring(&b, i);
		CU_ASSERT_EQUAL(ring->ringid, i);
		CU_ASSERT_EQUAL_FATAL(available(ring), 2); /* rings i and i + 2 of the sender */
		CU_ASSERT_EQUAL(frame_seq(ring, 0), i);
		CU_ASSERT_EQUAL(frame_seq(ring, 1), i + 2);
	}
	put_frame(tx_ring(&a, 3), BROADCAST, 1, FRAME_BYTES, 9); /* floods go to ring 0 */
	txsync(&a);
	rxsync(&b);
	CU_ASSERT_EQUAL(available(rx_ring(&b, 0)), 3);
	CU_ASSERT_EQUAL(available(rx_ring(&b, 1)), 2);
	port_close(&a);
	port_close(&b);
	finish();
}

static void a_persistent_port_works_attached_and_discards_detached(void)
{
	struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_newif newif = {0};
	struct nmreq_vale_detach detach = {0};
	struct port dev, peer, twin;

	CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "v0", &newif), 0);
	CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:v0", &attach), 0);
	port_open(&peer, "vale0:peer");
	port_open(&dev, "v0");
	port_open(&twin, "vale0:v0");
	CU_ASSERT_PTR_EQUAL(tx_ring(&dev, 0), tx_ring(&twin, 0));
	send_frame(&dev, BROADCAST, 1, 1);
	CU_ASSERT_EQUAL(drain(&peer), 1);
	send_frame(&peer, 1, 2, 1);
	CU_ASSERT_EQUAL(drain(&dev), 1);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DETACH, "vale0:v0", &detach), 0);
	send_frame(&dev, BROADCAST, 1, 2);
	CU_ASSERT_EQUAL(drain(&peer), 0);
	send_frame(&peer, 1, 2, 2);
	CU_ASSERT_EQUAL(drain(&dev), 0);
	CU_ASSERT_EQUAL(available(tx_ring(&dev, 0)), 1023);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "v0", NULL), -EBUSY);
	port_close(&dev);
	port_close(&twin);
	port_close(&peer);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DELIF, "v0", NULL), 0);
	finish();
}

static void what_nobody_deleted_ends_with_the_switch(void)
{
	struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_newif newif = {0};

	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "v0", &newif), 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "v1", &newif), 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:v0", &attach), 0);
	finish();
}

static const struct suite_test tests[] = {
	{"a_leaver_is_forgotten_and_its_number_reused",
	 a_leaver_is_forgotten_and_its_number_reused},
	{"numbers_come_back_last_out_first", numbers_come_back_last_out_first},
	{"a_switch_holds_252_ports", a_switch_holds_252_ports},
	{"unicast_to_many_in_one_batch", unicast_to_many_in_one_batch},
	{"switches_are_apart_and_end_with_their_last_port",
	 switches_are_apart_and_end_with_their_last_port},
	{"descriptors_close_in_any_order", descriptors_close_in_any_order},
	{"a_second_binding_shares_the_rings_as_they_are",
	 a_second_binding_shares_the_rings_as_they_are},
	{"rings_map_to_rings", rings_map_to_rings},
	{"a_persistent_port_works_attached_and_discards_detached",
	 a_persistent_port_works_attached_and_discards_detached},
	{"what_nobody_deleted_ends_with_the_switch", what_nobody_deleted_ends_with_the_switch},
};

SUITE_MAIN("core_ports", tests)
