/* SPDX-License-Identifier: BSD-2-Clause */
/* Who waits for whom when ports come and go while a sender is in the middle of a batch. */
#include <net/vale_module.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "support.h"

#define STATION_PARK 0x77 /* the lookup of a frame to it takes until go is posted */
#define SOON_S	     20	  /* what does not wait has happened by then, however busy the machine is */
#define WHILE_MS     30	  /* what waits has not happened by then */
#define SENDS_MAX    500

static sem_t parked, go;

/* The port whose number is the destination's station. */
static uint32_t lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
		       void *private_data)
{
	uint8_t frame[14];

	if (!nm_bdg_read(ft, 0, frame, sizeof(frame)))
		return NM_BDG_NOPORT;
	if (frame[5] != STATION_PARK)
		return frame[5];
	sem_post(&parked);
	sem_wait(&go);
	return *(uint32_t *)private_data;
}

static const struct nm_lookup_ops ops = {.lookup = lookup, .name = "park"};

/* Something that another thread does. */
struct deed {
	void (*act)(struct port *p);
	struct port *port;
	pthread_t thread;
	sem_t done;
};

static void *deed_run(void *arg)
{
	struct deed *d = arg;

	d->act(d->port);
	sem_post(&d->done);
	return NULL;
}

static void deed_begin(struct deed *d, void (*act)(struct port *p), struct port *p)
{
	d->act = act;
	d->port = p;
	sem_init(&d->done, 0, 0);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&d->thread, NULL, deed_run, d), 0);
}

static bool comes(sem_t *event, long ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	return sem_timedwait(event, &until) == 0;
}

static void deed_end(struct deed *d)
{
	CU_ASSERT_FATAL(comes(&d->done, SOON_S * 1000));
	pthread_join(d->thread, NULL);
	sem_destroy(&d->done);
}

static void send_parked(struct port *p)
{
	send_frame(p, STATION_PARK, 1, 0);
}

static void restore_learning(struct port *p)
{
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0:", NULL, NULL, NULL), 0);
}

static void set_header(struct port *p)
{
	struct nmreq_port_hdr hdr = {.nr_hdr_len = 12};

	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_HDR_SET, p->name, &hdr), 0);
}

static void send_to_d(struct port *p)
{
	send_frame(p, 3, 9, 7);
}

/* Ports 0 to 3, of which 0 sits in a lookup and will send to the port that target says. */
struct scene {
	struct port a, b, c, d;
	uint32_t target;
	struct deed sender;
};

static void scene_begin(struct scene *s, uint32_t target)
{
	sem_init(&parked, 0, 0);
	sem_init(&go, 0, 0);
	s->target = target;
	port_open(&s->a, "vale0:a");
	port_open(&s->b, "vale0:b");
	port_open(&s->c, "vale0:c");
	port_open(&s->d, "vale0:d");
	CU_ASSERT_EQUAL_FATAL(netmap_bdg_regops("vale0:", &ops, &s->target, NULL), 0);
	deed_begin(&s->sender, send_parked, &s->a);
	CU_ASSERT_FATAL(comes(&parked, SOON_S * 1000));
}

static void let_go(struct scene *s)
{
	sem_post(&go);
	deed_end(&s->sender);
}

static void scene_end(struct scene *s)
{
	port_close(&s->a);
	port_close(&s->c);
	port_close(&s->d);
	finish();
}

static struct vale_port_stats departed(void)
{
	struct vale_port_stats s = {
		.version = VALE_STATS_VERSION, .scope = VALE_STATS_DEPARTED, .name = "vale0"};
	void *handle;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&handle), 0);
	CU_ASSERT_EQUAL(DEV->ioctl(handle, NIOCVALESTATS, &s), 0);
	DEV->close(handle);
	return s;
}

static void who_closes_waits_for_who_is_inside(void)
{
	struct scene s;
	struct deed close;

	scene_begin(&s, 1);
	deed_begin(&close, port_close, &s.b);
	CU_ASSERT(!comes(&close.done, WHILE_MS));
	let_go(&s);
	deed_end(&close);
	/* The batch began before the port went, and ended after its ring was closed. */
	CU_ASSERT_EQUAL(departed().rx_packets, 0);
	CU_ASSERT_EQUAL(departed().rx_drop_not_ready, 1);
	scene_end(&s);
}

static void others_send_while_somebody_closes(void)
{
	struct scene s;
	struct deed close;
	unsigned i;

	scene_begin(&s, 3);
	deed_begin(&close, port_close, &s.b);
	CU_ASSERT(!comes(&close.done, WHILE_MS));
	for (i = 0; i < 10; i++) {
		struct deed send;

		deed_begin(&send, send_to_d, &s.c);
		deed_end(&send);
	}
	CU_ASSERT_EQUAL(drain(&s.d), 10);
	let_go(&s);
	CU_ASSERT_EQUAL(drain(&s.d), 1);
	deed_end(&close);
	scene_end(&s);
}

static void who_opens_waits_for_nobody(void)
{
	struct scene s;
	struct port e;

	scene_begin(&s, 1);
	port_open(&e, "vale0:e");
	send_frame(&s.c, 4, 3, 9);
	CU_ASSERT_EQUAL(drain(&e), 1);
	let_go(&s);
	port_close(&e);
	port_close(&s.b);
	scene_end(&s);
}

static void a_new_header_length_waits_for_who_goes_by_the_old(void)
{
	struct scene s;
	struct deed set;

	scene_begin(&s, 1);
	deed_begin(&set, set_header, &s.b);
	CU_ASSERT(!comes(&set.done, WHILE_MS));
	let_go(&s);
	deed_end(&set);
	port_close(&s.b);
	scene_end(&s);
}

static void operations_change_while_nobody_forwards(void)
{
	struct scene s;
	struct deed restore, send;
	unsigned sent = 0;
	bool waits;

	scene_begin(&s, 3);
	deed_begin(&restore, restore_learning, NULL);
	CU_ASSERT(!comes(&restore.done, WHILE_MS));
	do { /* until somebody has to wait, however long it takes the other thread to begin */
		deed_begin(&send, send_to_d, &s.c);
		sent++;
		waits = !comes(&send.done, WHILE_MS);
		if (!waits)
			pthread_join(send.thread, NULL);
	} while (!waits && sent < SENDS_MAX);
	CU_ASSERT_FATAL(waits);
	let_go(&s);
	deed_end(&restore);
	deed_end(&send);
	CU_ASSERT_EQUAL(drain(&s.d), sent + 1); /* as the module or learning says; none was lost */
	port_close(&s.b);
	scene_end(&s);
}

static const struct suite_test tests[] = {
	{"who_closes_waits_for_who_is_inside", who_closes_waits_for_who_is_inside},
	{"others_send_while_somebody_closes", others_send_while_somebody_closes},
	{"who_opens_waits_for_nobody", who_opens_waits_for_nobody},
	{"a_new_header_length_waits_for_who_goes_by_the_old",
	 a_new_header_length_waits_for_who_goes_by_the_old},
	{"operations_change_while_nobody_forwards", operations_change_while_nobody_forwards},
};

SUITE_MAIN("core_gate", tests)
