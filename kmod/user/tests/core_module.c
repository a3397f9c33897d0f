/* SPDX-License-Identifier: BSD-2-Clause */
/* The interface for modules: operations of a switch and their private data. */
#include <net/vale_module.h>
#include <pthread.h>

#include "support.h"

#define INDIRECT_BYTES 60

/* What the test's operations were called with. */
static struct {
	unsigned lookups;
	void *private_data;
	struct nm_bdg_fwd ft;
	uint8_t ring;	   /* preset */
	uint8_t frame[14]; /* as nm_bdg_read() gave it */
	int readable;
	const char *name;
	uint32_t src;
	unsigned dtors;
	uint32_t left; /* number of the port that left last */
	unsigned releases;
	void *released;
} seen;

static uint32_t answer;	     /* of the lookup */
static int answer_ring = -1; /* -1: leave the preset */

static uint32_t spy_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			   void *private_data)
{
	seen.lookups++;
	seen.private_data = private_data;
	seen.ft = *ft;
	seen.ring = *dst_ring;
	seen.readable = nm_bdg_read(ft, 0, seen.frame, sizeof(seen.frame));
	seen.name = netmap_bdg_name(src);
	seen.src = netmap_bdg_idx(src);
	if (answer_ring >= 0)
		*dst_ring = answer_ring;
	return answer;
}

static void spy_dtor(const struct nm_port *port)
{
	seen.dtors++;
	seen.left = netmap_bdg_idx(port);
	seen.private_data = netmap_bdg_private_data(port);
}

static void spy_release(void *private_data)
{
	seen.releases++;
	seen.released = private_data;
}

static int spy_config(struct nm_ifreq *ifr)
{
	if (strcmp(ifr->nifr_name, "vale0:") || ifr->data[NM_IFRDATA_LEN - 1] != 7)
		return -EIO;
	ifr->data[0]++;
	return ifr->data[1] ? -ENOTTY : 3;
}

static const struct nm_lookup_ops spy = {
	.lookup = spy_lookup,
	.dtor = spy_dtor,
	.release = spy_release,
	.config = spy_config,
	.name = "spy",
};

static void begin(struct port *p, unsigned n)
{
	char name[NETMAP_REQ_IFNAMSIZ];
	unsigned i;

	memset(&seen, 0, sizeof(seen));
	answer_ring = -1;
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "vale0:%c", 'a' + i);
		port_open(&p[i], name);
	}
}

static void end(struct port *p, unsigned n)
{
	while (n)
		port_close(&p[--n]);
	finish();
}

static void the_answer_of_lookup_is_obeyed(void)
{
	static const struct {
		uint32_t answer;
		unsigned b, c; /* how many each gets */
		unsigned no_dest, lookup;
	} cases[] = {
		{1, 1, 0, 0, 0},
		{2, 0, 1, 0, 0},
		{NM_BDG_BROADCAST, 1, 1, 0, 0},
		{0, 0, 0, 1, 0},
		{3, 0, 0, 1, 0},
		{253, 0, 0, 1, 0},
		{NM_BDG_NOPORT, 0, 0, 0, 1},
		{257, 0, 0, 0, 1},
		{0xffffffff, 0, 0, 0, 1},
	};
	struct vale_port_stats before, after;
	struct port p[3];
	size_t i;

	begin(p, 3);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, &seen, NULL), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		before = stats_of("vale0:a");
		answer = cases[i].answer;
		send_frame(&p[0], BROADCAST, 1, i);
		after = stats_of("vale0:a");
		CU_ASSERT_EQUAL(drain(&p[1]), cases[i].b);
		CU_ASSERT_EQUAL(drain(&p[2]), cases[i].c);
		CU_ASSERT_EQUAL(after.tx_drop_no_dest - before.tx_drop_no_dest, cases[i].no_dest);
		CU_ASSERT_EQUAL(after.tx_drop_lookup - before.tx_drop_lookup, cases[i].lookup);
	}
	CU_ASSERT_EQUAL(seen.lookups, sizeof(cases) / sizeof(cases[0]));
	CU_ASSERT_PTR_EQUAL(seen.private_data, &seen);
	CU_ASSERT_STRING_EQUAL(seen.name, "vale0");
	CU_ASSERT_EQUAL(seen.src, 0);
	end(p, 3);
}

static void lookup_chooses_the_ring(void)
{
	static const int wish[] = {-1, 0, 1, 2, 3, 4, 255};
	static const uint32_t gets[] = {1, 0, 1, 2, 0, 1, 0}; /* modulo 16, then 3 rings */
	struct port a, b;
	size_t i;
	uint32_t k;

	memset(&seen, 0, sizeof(seen));
	port_open_sized(&a, "vale0:a", 2, 0);
	port_open_sized(&b, "vale0:b", 3, 0);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, NULL, NULL), 0);
	answer = 1;
	for (i = 0; i < sizeof(wish) / sizeof(wish[0]); i++) {
		answer_ring = wish[i];
		put_frame(tx_ring(&a, 1), BROADCAST, 1, FRAME_BYTES, i);
		txsync(&a);
		CU_ASSERT_EQUAL(seen.ring, 1);
		rxsync(&b);
		for (k = 0; k < 3; k++) {
			struct netmap_ring *ring = rx_ring(&b, k);

			CU_ASSERT_EQUAL(available(ring), k == gets[i]);
			ring->head = ring->cur = ring->tail;
		}
		rxsync(&b);
	}
	port_close(&b);
	port_close(&a);
	finish();
}

static void lookup_reads_frames_wherever_they_are(void)
{
	static char elsewhere[INDIRECT_BYTES];
	struct nmreq_port_hdr hdr = {.nr_hdr_len = 12};
	struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_ACCEPT_VNET_HDR};
	struct netmap_ring *ring;
	struct port p[2], v;
	uint32_t i;

	begin(p, 2);
	CU_ASSERT_EQUAL(port_try(&v, "vale0:v", &want), 0);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_HDR_SET, "vale0:v", &hdr), 0);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, NULL, NULL), 0);
	answer = NM_BDG_NOPORT;

	fill_frame(elsewhere, 5, 6, 0);
	ring = tx_ring(&p[0], 0);
	i = put_slot(ring, NULL, INDIRECT_BYTES, NS_INDIRECT);
	ring->slot[i].ptr = (uintptr_t)elsewhere;
	txsync(&p[0]);
	CU_ASSERT_TRUE(seen.readable);
	CU_ASSERT_EQUAL(memcmp(seen.frame, elsewhere, sizeof(seen.frame)), 0);
	CU_ASSERT_TRUE(seen.ft.ft_flags & NS_INDIRECT);

	ring = tx_ring(&v, 0); /* a header of its own before the frame, then one in its own slot */
	memset(buffer(ring, ring->head), 0, 12);
	fill_frame(buffer(ring, ring->head) + 12, 7, 8, 0);
	put_slot(ring, NULL, 12 + FRAME_BYTES, 0);
	txsync(&v);
	CU_ASSERT_EQUAL(seen.ft.ft_offset, 12);
	CU_ASSERT_EQUAL(seen.frame[5], 7);
	put_slot(ring, NULL, 12, NS_MOREFRAG);
	fill_frame(buffer(ring, ring->head), 9, 8, 0);
	put_slot(ring, NULL, FRAME_BYTES, 0);
	txsync(&v);
	CU_ASSERT_EQUAL(seen.ft.ft_offset, 0);
	CU_ASSERT_EQUAL(seen.ft.ft_len, FRAME_BYTES);
	CU_ASSERT_EQUAL(seen.ft.ft_frags, 2);
	CU_ASSERT_EQUAL(seen.frame[5], 9);
	port_close(&v);
	end(p, 2);
}

static void what_a_module_leaves_out_stays(void)
{
	static const struct nm_lookup_ops only_config = {.config = spy_config, .name = "config"};
	struct port p[3];

	begin(p, 3);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &only_config, &seen, NULL), 0);
	send_frame(&p[1], BROADCAST, 2, 1); /* still learns, whatever the private data are */
	CU_ASSERT_EQUAL(drain(&p[0]) + drain(&p[2]), 2);
	send_frame(&p[0], 2, 1, 2);
	CU_ASSERT_EQUAL(drain(&p[1]), 1);
	CU_ASSERT_EQUAL(drain(&p[2]), 0);
	answer = 2;
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, &answer, NULL), 0);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &only_config, &seen, NULL), 0);
	CU_ASSERT_EQUAL(seen.releases, 1);
	CU_ASSERT_PTR_EQUAL(seen.released, &answer);
	send_frame(&p[0], 2, 1, 3);
	CU_ASSERT_EQUAL(drain(&p[2]), 1); /* the spy's lookup, over the other's private data */
	CU_ASSERT_PTR_EQUAL(seen.private_data, &seen);
	end(p, 3);
	CU_ASSERT_EQUAL(seen.releases, 1); /* a release is nobody's heritage */
}

static void undoing_brings_learning_back_empty(void)
{
	struct port p[3];

	begin(p, 3);
	send_frame(&p[1], BROADCAST, 2, 1);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, &answer, NULL), 0);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", NULL, NULL, NULL), 0);
	CU_ASSERT_EQUAL(seen.releases, 1);
	CU_ASSERT_PTR_EQUAL(seen.released, &answer);
	drain(&p[0]);
	drain(&p[2]);
	send_frame(&p[0], 2, 1, 2);
	CU_ASSERT_EQUAL(seen.lookups, 0);
	CU_ASSERT_EQUAL(drain(&p[1]), 1);
	CU_ASSERT_EQUAL(drain(&p[2]), 1); /* flooded: station 2 is forgotten */
	send_frame(&p[2], 1, 3, 3);
	CU_ASSERT_EQUAL(drain(&p[0]), 1);
	CU_ASSERT_EQUAL(drain(&p[1]), 0);
	end(p, 3);
}

static void a_module_that_goes_leaves_no_switch_behind(void)
{
	static const struct nm_lookup_ops other = {.config = spy_config, .name = "other"};
	static const struct nm_lookup_ops none = {.name = "none"};
	struct port p[1], q, r;

	begin(p, 1);
	port_open(&q, "vale1:a");
	port_open(&r, "vale2:a");
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, NULL, NULL), 0);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale1", &spy, NULL, NULL), 0);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale1", &other, NULL, NULL), 0); /* over the spy's */
	CU_ASSERT_EQUAL(netmap_bdg_restore(&none), 0);
	CU_ASSERT_EQUAL(netmap_bdg_restore(&spy), 2);
	CU_ASSERT_EQUAL(netmap_bdg_restore(&spy), 0);
	port_close(&r);
	port_close(&q);
	end(p, 1);
	CU_ASSERT_EQUAL(seen.dtors, 0);
}

static void leaving_ports_and_ending_switches_are_announced(void)
{
	struct port p[3];

	begin(p, 3);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, &seen, NULL), 0);
	port_close(&p[1]);
	CU_ASSERT_EQUAL(seen.dtors, 1);
	CU_ASSERT_EQUAL(seen.left, 1);
	CU_ASSERT_PTR_EQUAL(seen.private_data, &seen);
	port_close(&p[2]);
	CU_ASSERT_EQUAL(seen.dtors, 2);
	CU_ASSERT_EQUAL(seen.releases, 0);
	port_close(&p[0]);
	CU_ASSERT_EQUAL(seen.dtors, 3);
	CU_ASSERT_EQUAL(seen.releases, 1); /* the switch is gone */
	finish();
}

static void *swap_pointer(void *private_data, void *cookie, int *error)
{
	void **old = cookie;

	*old = private_data;
	return &answer;
}

static void *keep_with_error(void *private_data, void *cookie, int *error)
{
	*error = -EDOM;
	return private_data;
}

static void private_data_are_exchanged(void)
{
	void *old = NULL, *token;
	struct port p[1];
	int status;

	begin(p, 1);
	CU_ASSERT_EQUAL(netmap_bdg_update_private_data("vale9", swap_pointer, &old, NULL), -EINVAL);
	CU_ASSERT_EQUAL(netmap_bdg_update_private_data("vale0", swap_pointer, &old, NULL), -EINVAL);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, &seen, NULL), 0);
	CU_ASSERT_EQUAL(netmap_bdg_update_private_data("vale0", swap_pointer, &old, NULL), 0);
	CU_ASSERT_PTR_EQUAL(old, &seen);
	CU_ASSERT_EQUAL(netmap_bdg_update_private_data("vale0", keep_with_error, NULL, NULL),
			-EDOM);
	send_frame(&p[0], BROADCAST, 1, 1);
	CU_ASSERT_PTR_EQUAL(seen.private_data, &answer);
	token = netmap_vale_create("vale1", &status);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale1", &spy, NULL, token), 0);
	CU_ASSERT_EQUAL(netmap_bdg_update_private_data("vale1", swap_pointer, &old, NULL), -EACCES);
	CU_ASSERT_EQUAL(netmap_bdg_update_private_data("vale1", swap_pointer, &old, token), 0);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale1", token), 0);
	end(p, 1);
}

static int config(const char *name, struct nm_ifreq *ifr)
{
	void *handle;
	int rc;

	snprintf(ifr->nifr_name, sizeof(ifr->nifr_name), "%s", name);
	CU_ASSERT_EQUAL_FATAL(DEV->open(&handle), 0);
	rc = DEV->ioctl(handle, NIOCCONFIG, ifr);
	DEV->close(handle);
	return rc;
}

static void config_is_delivered_word_for_word(void)
{
	struct nm_ifreq ifr = {.data = {41}};
	struct port p[1];

	begin(p, 1);
	ifr.data[NM_IFRDATA_LEN - 1] = 7;
	CU_ASSERT_EQUAL(config("vale0:", &ifr), -EINVAL); /* nobody to take it */
	CU_ASSERT_EQUAL(config("vale1:", &ifr), -EINVAL);
	CU_ASSERT_EQUAL(config("nothing", &ifr), -EINVAL);
	CU_ASSERT_EQUAL(config("", &ifr), -EINVAL);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &spy, NULL, NULL), 0);
	CU_ASSERT_EQUAL(config("vale0:", &ifr), 3);
	CU_ASSERT_EQUAL(ifr.data[0], 42);
	ifr.data[1] = 1;
	CU_ASSERT_EQUAL(config("vale0:", &ifr), -ENOTTY);
	CU_ASSERT_EQUAL(ifr.data[0], 43); /* copied back, whatever the result */
	end(p, 1);
}

/* --- Operations that change under traffic --- */

struct marker {
	uint32_t alive;
};

#define ALIVE	0x11223344
#define CHANGES 400
#define PACKETS 10000

static uint32_t marker_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			      void *private_data)
{
	struct marker *m = private_data;

	return __atomic_load_n(&m->alive, __ATOMIC_RELAXED) == ALIVE ? 1 : 77;
}

static void marker_release(void *private_data)
{
	struct marker *m = private_data;

	m->alive = 0;
	netmap_bdg_free(m);
}

static const struct nm_lookup_ops marker_ops = {
	.lookup = marker_lookup,
	.release = marker_release,
	.name = "marker",
};

struct sender {
	struct port port;
	pthread_t thread;
	int stop;
	uint64_t sent;
};

static void *send_all_the_time(void *arg)
{
	struct sender *s = arg;
	struct netmap_ring *ring = tx_ring(&s->port, 0);

	while (!__atomic_load_n(&s->stop, __ATOMIC_RELAXED)) {
		int i;

		for (i = 0; i < 32; i++)
			put_frame(ring, BROADCAST, 1, FRAME_BYTES, i);
		txsync(&s->port);
		__atomic_add_fetch(&s->sent, 32, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void operations_change_under_traffic(void)
{
	struct sender s = {.stop = 0};
	struct vale_port_stats stats;
	struct marker *m;
	struct port rx;
	int i;

	port_open(&s.port, "vale0:s");
	port_open(&rx, "vale0:r");
	CU_ASSERT_EQUAL(pthread_create(&s.thread, NULL, send_all_the_time, &s), 0);
	for (i = 0; i < CHANGES || __atomic_load_n(&s.sent, __ATOMIC_RELAXED) < PACKETS; i++) {
		m = netmap_bdg_alloc(sizeof(*m));
		CU_ASSERT_PTR_NOT_NULL_FATAL(m);
		m->alive = ALIVE;
		CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &marker_ops, m, NULL), 0);
		drain(&rx);
		if (i % 4 == 3)
			CU_ASSERT_EQUAL(netmap_bdg_restore(&marker_ops), 1);
	}
	__atomic_store_n(&s.stop, 1, __ATOMIC_RELAXED);
	pthread_join(s.thread, NULL);
	stats = stats_of("vale0:s");
	CU_ASSERT(s.sent > 0);
	CU_ASSERT_EQUAL(stats.tx_packets, s.sent);
	CU_ASSERT_EQUAL(stats.tx_copies, s.sent); /* none saw dead data, none fell between two */
	CU_ASSERT_EQUAL(stats.tx_drop_no_dest, 0);
	port_close(&s.port);
	port_close(&rx);
	finish();
}

#define TEST(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}

static const struct suite_test tests[] = {
	TEST(the_answer_of_lookup_is_obeyed),
	TEST(lookup_chooses_the_ring),
	TEST(lookup_reads_frames_wherever_they_are),
	TEST(what_a_module_leaves_out_stays),
	TEST(undoing_brings_learning_back_empty),
	TEST(a_module_that_goes_leaves_no_switch_behind),
	TEST(leaving_ports_and_ending_switches_are_announced),
	TEST(private_data_are_exchanged),
	TEST(config_is_delivered_word_for_word),
	TEST(operations_change_under_traffic),
};

SUITE_MAIN("core_module", tests)
