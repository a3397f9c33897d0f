/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports, pipes and monitors that come and go at random under traffic, in more threads than there
 * are processors. VB_ATTACK_SECONDS in the environment says for how long (2).
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "support.h"

#define THREADS		4
#define HELD_MAX	6
#define MANY_PORTS	251 /* with the sender's: all that a switch holds */
#define DEFAULT_SECONDS 2

static time_t seconds_wanted(void)
{
	const char *text = getenv("VB_ATTACK_SECONDS");
	long wanted = text ? strtol(text, NULL, 10) : 0;

	return wanted > 0 ? wanted : DEFAULT_SECONDS;
}

static const char *const names[] = {
	"vale0:a", "vale0:b", "vale1:a",   "vale1:b",	"vale0:per", "per",
	"p{1",	   "p}1",     "vale0:a{x", "vale0:a}x", "per{2",     "per}2",
};

static const uint64_t flags[] = {
	0,
	0,
	0,
	NR_EXCLUSIVE,
	NR_TX_RINGS_ONLY,
	NR_RX_RINGS_ONLY,
	NR_MONITOR_RX,
	NR_MONITOR_TX,
	NR_ZCOPY_MON,
};

#define PICK(table, seed) ((table)[rand_r(seed) % (sizeof(table) / sizeof((table)[0]))])

struct actor {
	pthread_t thread;
	unsigned seed;
	time_t until;
	struct port held[HELD_MAX];
	unsigned opened;
};

static void open_one(struct actor *a, struct port *p)
{
	struct nmreq_register reg = {
		.nr_mode = rand_r(&a->seed) % 8 ? NR_REG_ALL_NIC : NR_REG_ONE_NIC,
		.nr_flags = PICK(flags, &a->seed),
		.nr_tx_slots = 2 + rand_r(&a->seed) % 64,
		.nr_rx_slots = 2 + rand_r(&a->seed) % 64,
		.nr_tx_rings = rand_r(&a->seed) % 3,
		.nr_rx_rings = rand_r(&a->seed) % 3,
		.nr_extra_bufs = rand_r(&a->seed) % 8,
	};

	if (port_try(p, PICK(names, &a->seed), &reg))
		p->handle = NULL;
	else
		a->opened++;
}

/* Sends what fits; rings are shared with other threads, so nothing about them is certain. */
static void send_some(struct port *p)
{
	struct netmap_ring *ring;
	uint32_t n;

	if (!p->nifp->ring_ofs[0])
		return;
	ring = tx_ring(p, 0);
	for (n = available(ring) % ring->num_slots; n; n--) {
		uint32_t head = *(volatile uint32_t *)&ring->head % ring->num_slots;

		ring->slot[head].len = FRAME_BYTES;
		ring->slot[head].flags = 0;
		ring->head = ring->cur = next_slot(ring, head);
	}
	DEV->ioctl(p->handle, NIOCTXSYNC, NULL);
}

static void receive_some(struct port *p)
{
	struct netmap_ring *ring;
	short revents;

	DEV->poll(p->handle, POLLIN, &revents, 0);
	if (!p->nifp->ring_ofs[p->nifp->ni_tx_rings + p->nifp->ni_host_tx_rings])
		return;
	ring = rx_ring(p, 0);
	ring->head = ring->cur = ring->tail;
	DEV->ioctl(p->handle, NIOCRXSYNC, NULL);
}

/* The persistent port's life goes on meanwhile; most of these are refused. */
static void manage(struct actor *a)
{
	struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_detach detach;
	struct nmreq_vale_newif newif = {.nr_tx_slots = 16, .nr_rx_slots = 16};
	struct nmreq_port_info_get info = {0};
	struct nmreq_pools_info pools = {0};
	const struct {
		uint16_t type;
		const char *name;
		void *body;
	} requests[] = {
		{NETMAP_REQ_VALE_NEWIF, "per", &newif},
		{NETMAP_REQ_VALE_ATTACH, "vale0:per", &attach},
		{NETMAP_REQ_VALE_DETACH, "vale0:per", &detach},
		{NETMAP_REQ_VALE_DELIF, "per", NULL},
		{NETMAP_REQ_PORT_INFO_GET, PICK(names, &a->seed), &info},
		{NETMAP_REQ_POOLS_INFO_GET, PICK(names, &a->seed), &pools},
	};
	unsigned i = rand_r(&a->seed) % (sizeof(requests) / sizeof(requests[0]));
	struct nmreq_header hdr = {.nr_version = NETMAP_API,
				   .nr_reqtype = requests[i].type,
				   .nr_body = (uintptr_t)requests[i].body};
	void *handle;

	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", requests[i].name);
	if (DEV->open(&handle))
		return;
	DEV->ioctl(handle, NIOCCTRL, &hdr);
	DEV->close(handle);
}

static void act(struct actor *a)
{
	struct port *p = &a->held[rand_r(&a->seed) % HELD_MAX];

	if (rand_r(&a->seed) % 16 == 0)
		manage(a);
	if (!p->handle) {
		open_one(a, p);
		return;
	}
	switch (rand_r(&a->seed) % 8) {
	case 0:
		port_close(p);
		break;
	case 1:
	case 2:
	case 3:
		receive_some(p);
		break;
	default:
		send_some(p);
	}
}

static void *actor_run(void *arg)
{
	struct actor *a = arg;
	int i;

	while (time(NULL) < a->until)
		act(a);
	for (i = 0; i < HELD_MAX; i++)
		if (a->held[i].handle)
			port_close(&a->held[i]);
	return NULL;
}

static void everything_comes_and_goes_under_traffic(void)
{
	static struct actor actors[THREADS];
	unsigned opened = 0;
	int i;

	memset(actors, 0, sizeof(actors));
	for (i = 0; i < THREADS; i++) {
		actors[i].seed = 20120901 + i;
		actors[i].until = time(NULL) + seconds_wanted();
		CU_ASSERT_EQUAL_FATAL(
			pthread_create(&actors[i].thread, NULL, actor_run, &actors[i]), 0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(actors[i].thread, NULL);
		opened += actors[i].opened;
	}
	printf("%u ports opened ", opened);
	CU_ASSERT(opened > 100);
	finish();
}

struct sender {
	struct port port;
	volatile bool stop;
};

static void *sender_run(void *arg)
{
	struct sender *s = arg;
	uint32_t seq = 0;

	while (!s->stop) {
		put_frame(tx_ring(&s->port, 0), BROADCAST, 1, FRAME_BYTES, seq++);
		DEV->ioctl(s->port.handle, NIOCTXSYNC, NULL);
	}
	return NULL;
}

/* As many as a switch holds, twice, while one of them floods it. */
static void a_full_switch_fills_and_empties_under_traffic(void)
{
	static const struct nmreq_register reg = {
		.nr_mode = NR_REG_ALL_NIC, .nr_tx_slots = 8, .nr_rx_slots = 8};
	static struct port ports[MANY_PORTS];
	static struct sender s;
	struct port more;
	pthread_t thread;
	int round, i;

	s.stop = false;
	port_open(&s.port, "vale0:tx");
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, sender_run, &s), 0);
	for (round = 0; round < 2; round++) {
		for (i = 0; i < MANY_PORTS; i++) {
			char name[32];

			snprintf(name, sizeof(name), "vale0:p%d", i);
			CU_ASSERT_EQUAL_FATAL(port_try(&ports[i], name, &reg), 0);
		}
		CU_ASSERT_EQUAL_FATAL(port_try(&more, "vale0:more", &reg), -ENOMEM);
		for (i = 0; i < MANY_PORTS; i++)
			rxsync(&ports[i]);
		for (i = MANY_PORTS - 1; i >= 0; i--)
			port_close(&ports[i]);
	}
	s.stop = true;
	pthread_join(thread, NULL);
	port_close(&s.port);
	finish();
}

static const struct suite_test tests[] = {
	{"everything_comes_and_goes_under_traffic", everything_comes_and_goes_under_traffic},
	{"a_full_switch_fills_and_empties_under_traffic",
	 a_full_switch_fills_and_empties_under_traffic},
};

SUITE_MAIN("attack_life", tests)
