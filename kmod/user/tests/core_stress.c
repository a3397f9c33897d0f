/* SPDX-License-Identifier: BSD-2-Clause */
/* Many threads, hostile memory, failing allocations: nothing crashes, leaks, or goes uncounted. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "support.h"

#define SENDERS_MAX   3
#define PER_SENDER    40000
#define BURST	      100
#define STATION_RX    200
#define ROUNDS_MAX    200 /* allocations that a life of two ports may take */
#define VANDAL_ROUNDS 100000
#define LEAVE_ROUNDS  200

struct sender {
	struct port port;
	pthread_t thread;
	uint8_t station;
	unsigned packets;
	unsigned frags;
	volatile bool *stop; /* NULL: after so many packets */
};

/* Every fragment but the first carries nothing that is looked at. */
static void put_packet(struct sender *s, struct netmap_ring *ring, uint32_t seq)
{
	unsigned frags = 1 + (s->frags ? seq % s->frags : 0), i;

	fill_frame(buffer(ring, ring->head), STATION_RX, s->station, seq);
	for (i = 0; i < frags; i++)
		put_slot(ring, NULL, FRAME_BYTES, i + 1 < frags ? NS_MOREFRAG : 0);
}

static void *sender_run(void *arg)
{
	struct sender *s = arg;
	struct netmap_ring *ring = tx_ring(&s->port, 0);
	unsigned seq, done = 0;

	for (seq = 0; s->stop ? !*s->stop : seq < s->packets; seq++) {
		put_packet(s, ring, seq);
		if (++done % BURST == 0)
			DEV->ioctl(s->port.handle, NIOCTXSYNC, NULL);
	}
	DEV->ioctl(s->port.handle, NIOCTXSYNC, NULL);
	return NULL;
}

struct receiver {
	uint32_t next[SENDERS_MAX + 1]; /* sequence expected at least, by station */
	uint32_t packets, disorder, torn;
};

/* Takes what is there: checks that packets are whole and that each sender's sequence only grows. */
static void receive(struct port *p, struct receiver *r)
{
	struct netmap_ring *ring = rx_ring(p, 0);

	CU_ASSERT_EQUAL_FATAL(rxsync(p), 0);
	while (ring->head != ring->tail) {
		uint32_t slot = ring->head, frags = ring->slot[slot].flags >> 8, i;
		uint8_t station = buffer(ring, slot)[11];
		uint32_t seq = frame_seq(ring, slot);

		r->torn += frags == 0 || frags > available(ring) || station > SENDERS_MAX;
		if (station <= SENDERS_MAX) {
			r->disorder += seq < r->next[station];
			r->next[station] = seq + 1;
		}
		for (i = 0; i < frags && ring->head != ring->tail; i++) {
			bool more = ring->slot[ring->head].flags & NS_MOREFRAG;

			r->torn += more != (i + 1 < frags);
			ring->head = next_slot(ring, ring->head);
		}
		ring->cur = ring->head;
		r->packets++;
	}
}

static void run_senders(unsigned n, unsigned frags, unsigned rx_slots)
{
	struct sender s[SENDERS_MAX] = {0};
	struct receiver r = {0};
	struct vale_port_stats rx, tx;
	uint64_t sent = 0, copies = 0;
	struct port b;
	char name[32];
	unsigned i;

	port_open_sized(&b, "vale0:rx", 1, rx_slots);
	send_frame(&b, BROADCAST, STATION_RX, 0);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "vale0:tx%u", i);
		port_open(&s[i].port, name);
		s[i].station = i + 1;
		s[i].packets = PER_SENDER;
		s[i].frags = frags;
	}
	send_frame(&b, BROADCAST, STATION_RX, 0);
	for (i = 0; i < n; i++)
		pthread_create(&s[i].thread, NULL, sender_run, &s[i]);
	for (i = 0; i < 2000; i++) {
		receive(&b, &r);
		sched_yield();
	}
	for (i = 0; i < n; i++)
		pthread_join(s[i].thread, NULL);
	receive(&b, &r);
	rx = stats_of("vale0:rx");
	for (i = 0; i < n; i++) {
		tx = stats_of(s[i].port.name);
		sent += tx.tx_packets;
		copies += tx.tx_copies;
		CU_ASSERT_EQUAL(tx.tx_packets, PER_SENDER);
	}
	CU_ASSERT_EQUAL(r.disorder, 0);
	CU_ASSERT_EQUAL(r.torn, 0);
	CU_ASSERT_EQUAL(rx.rx_packets, r.packets);
	CU_ASSERT_EQUAL(copies, sent);
	CU_ASSERT_EQUAL(copies, rx_total(&rx));
	for (i = 0; i < n; i++)
		port_close(&s[i].port);
	port_close(&b);
	finish();
}

static void one_sender(void)
{
	run_senders(1, 0, 1024);
}

static void two_senders_to_one_receiver(void)
{
	run_senders(2, 0, 1024);
}

static void three_senders_of_fragments_to_a_small_ring(void)
{
	run_senders(3, 9, 64);
}

/* Rewrites slots and cursors of a ring all the time. */
struct vandal {
	struct port *port;
	volatile bool stop;
	volatile unsigned rounds;
};

static void *vandal_run(void *arg)
{
	struct vandal *v = arg;
	struct netmap_ring *rings[] = {tx_ring(v->port, 0), rx_ring(v->port, 0)};
	unsigned seed = 12345;

	while (!v->stop) {
		volatile struct netmap_ring *ring = rings[rand_r(&seed) % 2];
		volatile struct netmap_slot *slot = &ring->slot[rand_r(&seed) % ring->num_slots];

		slot->buf_idx = rand_r(&seed);
		slot->len = rand_r(&seed);
		slot->flags = rand_r(&seed);
		slot->ptr = (uint64_t)rand_r(&seed) << 20;
		ring->head = rand_r(&seed) % (ring->num_slots + 1);
		ring->cur = rand_r(&seed) % (ring->num_slots + 1);
		ring->tail = rand_r(&seed);
		v->rounds = v->rounds + 1;
	}
	return NULL;
}

/* Has it had its turns, and was something of it taken for a packet? */
static bool vandal_done(const struct vandal *v)
{
	return v->rounds >= VANDAL_ROUNDS && stats_of(v->port->name).tx_packets;
}

static void hostile_slots_harm_nobody(void)
{
	struct nmreq_register extra = {.nr_mode = NR_REG_ALL_NIC, .nr_extra_bufs = 8};
	struct vale_port_stats sa, sb, sc;
	struct vandal vandal = {0};
	struct port a, b, c;
	pthread_t t;
	int i;

	CU_ASSERT_EQUAL_FATAL(port_try(&a, "vale0:a", &extra), 0);
	port_open(&b, "vale0:b");
	port_open(&c, "vale0:c");
	vandal.port = &a;
	pthread_create(&t, NULL, vandal_run, &vandal);
	/* On one CPU the vandal gets its turn only when we give it. */
	for (i = 0; i < 3000 || (!vandal_done(&vandal) && i < 1000000); i++) {
		if (i % 16 == 0)
			sched_yield();
		CU_ASSERT_EQUAL(txsync(&a), 0);
		CU_ASSERT_EQUAL(rxsync(&a), 0);
		send_frame(&c, BROADCAST, 3, i);
		drain(&b);
		drain(&c);
	}
	vandal.stop = true;
	pthread_join(t, NULL);
	a.nifp->ni_bufs_head = 0x80000001;
	sa = stats_of("vale0:a");
	sb = stats_of("vale0:b");
	sc = stats_of("vale0:c");
	CU_ASSERT(sa.tx_packets > 0);
	CU_ASSERT_EQUAL(sa.tx_copies + sc.tx_copies + sb.tx_copies,
			rx_total(&sa) + rx_total(&sb) + rx_total(&sc));
	CU_ASSERT_EQUAL(rx_ring(&b, 0)->num_slots, 1024);
	port_close(&a);
	port_close(&b);
	port_close(&c);
	finish();
}

static void ports_come_and_go_under_traffic(void)
{
	volatile bool stop = false;
	struct sender s = {.station = 1, .stop = &stop};
	struct port b, stay;
	int i;

	port_open(&s.port, "vale0:tx");
	port_open(&stay, "vale0:stay");
	pthread_create(&s.thread, NULL, sender_run, &s);
	for (i = 0; i < LEAVE_ROUNDS; i++) {
		port_open_sized(&b, "vale0:rx", 2, 128);
		send_frame(&b, BROADCAST, STATION_RX, 0);
		drain(&b);
		drain(&stay);
		port_close(&b); /* from here on nobody may write there: the memory is unmapped */
	}
	stop = true;
	pthread_join(s.thread, NULL);
	port_close(&stay);
	port_close(&s.port);
	finish();
}

static void a_persistent_port_comes_and_goes_under_traffic(void)
{
	struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_detach detach;
	struct nmreq_vale_newif newif = {0};
	volatile bool stop = false;
	struct sender s = {.station = 1, .stop = &stop};
	struct vale_port_stats sum;
	struct port rx;
	int i;

	CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_NEWIF, "v0", &newif), 0);
	for (i = 0; i < 20; i++) {
		CU_ASSERT_EQUAL_FATAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:v0", &attach), 0);
		port_open(&s.port, "v0");
		stop = false;
		pthread_create(&s.thread, NULL, sender_run, &s);
		port_open(&rx, "vale0:rx");
		drain(&rx);
		/* The sender's own switch ends while it sends. */
		port_close(&rx);
		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DETACH, "vale0:v0", &detach), 0);
		sched_yield();
		stop = true;
		pthread_join(s.thread, NULL);
		port_close(&s.port);
	}
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:v0", &attach), 0);
	sum = stats_of("vale0:v0");
	CU_ASSERT_EQUAL(sum.tx_packets, sum.tx_copies + sum.tx_drop_no_dest +
						sum.tx_drop_no_switch + sum.tx_drop_bad_slot);
	finish();
}

static void *sync_run(void *arg)
{
	struct sender *s = arg;

	while (!*s->stop)
		DEV->ioctl(s->port.handle, NIOCTXSYNC, NULL);
	return NULL;
}

static void threads_may_sync_one_ring_at_once(void)
{
	volatile bool stop = false;
	struct sender s = {.station = 1, .stop = &stop};
	struct vale_port_stats tx;
	pthread_t other;
	unsigned i;

	port_open(&s.port, "vale0:a");
	pthread_create(&other, NULL, sync_run, &s);
	for (i = 0; i < 20000; i++) {
		while (!available(tx_ring(&s.port, 0)))
			txsync(&s.port);
		put_frame(tx_ring(&s.port, 0), BROADCAST, 1, FRAME_BYTES, i);
		if (i % 7 == 0)
			txsync(&s.port);
	}
	stop = true;
	pthread_join(other, NULL);
	txsync(&s.port);
	tx = stats_of("vale0:a");
	CU_ASSERT_EQUAL(tx.tx_packets, 20000);
	CU_ASSERT_EQUAL(tx.tx_drop_no_dest, 20000);
	port_close(&s.port);
	finish();
}

/* What a program does in its life, with every step allowed to fail. True when all went well. */
static bool life(void)
{
	const struct nmreq_register want = {.nr_mode = NR_REG_ALL_NIC,
					    .nr_extra_bufs = 300,
					    .nr_tx_rings = 2,
					    .nr_rx_rings = 2};
	struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_newif newif = {0};
	struct port a, b;
	bool ok = false;

	if (nm_user_init())
		return false;
	if (port_try(&a, "vale0:a", &want))
		return false;
	if (!port_try(&b, "vale0:b", NULL)) {
		struct nmreq_header hdr = {.nr_version = NETMAP_API,
					   .nr_reqtype = NETMAP_REQ_VALE_NEWIF,
					   .nr_name = "v0",
					   .nr_body = (uintptr_t)&newif};

		send_frame(&a, BROADCAST, 1, 1);
		CU_ASSERT_EQUAL(drain(&b), 1);
		ok = DEV->ioctl(a.handle, NIOCCTRL, &hdr) == 0;
		hdr.nr_reqtype = NETMAP_REQ_VALE_ATTACH;
		snprintf(hdr.nr_name, sizeof(hdr.nr_name), "vale1:v0");
		hdr.nr_body = (uintptr_t)&attach;
		ok = DEV->ioctl(a.handle, NIOCCTRL, &hdr) == 0 && ok;
		ok = ok && a.reg.nr_extra_bufs == 300;
		port_close(&b);
	}
	port_close(&a);
	return ok;
}

static void every_allocation_may_fail(void)
{
	bool ok = false;
	int nth;

	for (nth = 1; nth < ROUNDS_MAX && !ok; nth++) {
		nm_user_fail_alloc(nth);
		ok = life();
		nm_user_fail_alloc(0);
		CU_ASSERT_EQUAL(nm_user_exit(), 0);
		CU_ASSERT_EQUAL(nm_user_live_bytes(), 0);
	}
	CU_ASSERT(ok); /* at last none failed */
	CU_ASSERT(nth > 30);
}

static const struct suite_test tests[] = {
	{"one_sender", one_sender},
	{"two_senders_to_one_receiver", two_senders_to_one_receiver},
	{"three_senders_of_fragments_to_a_small_ring", three_senders_of_fragments_to_a_small_ring},
	{"hostile_slots_harm_nobody", hostile_slots_harm_nobody},
	{"ports_come_and_go_under_traffic", ports_come_and_go_under_traffic},
	{"a_persistent_port_comes_and_goes_under_traffic",
	 a_persistent_port_comes_and_goes_under_traffic},
	{"threads_may_sync_one_ring_at_once", threads_may_sync_one_ring_at_once},
	{"every_allocation_may_fail", every_allocation_may_fail},
};

SUITE_MAIN("core_stress", tests)
