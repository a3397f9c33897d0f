/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several tasks command modules at random, right and wrong, while others send and switches come and
 * go. The address sanitizer and the closing count of memory are the judges.
 */
#include <net/vale_lookup.h>
#include <pthread.h>

#include "kmod/modules/modules.h"
#include "support.h"

#define COMMANDERS	2
#define SENDERS		2
#define REQUESTS	60000 /* of each commander */
#define ROUNDS		300   /* of switches that come and go */
#define FRAMES_EACH	16
#define SMALL_KEY_SPACE 200

static int stop;

struct actor {
	pthread_t thread;
	uint64_t random;
	uint64_t done; /* requests that succeeded, or frames sent */
	bool failed;
	struct port port;
};

/* A step of a linear congruential generator; its high bits. */
static uint32_t draw(struct actor *a, uint32_t below)
{
	a->random = a->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return (a->random >> 33) % below;
}

static void draw_request(struct actor *a, struct nm_ifreq *ifr)
{
	static const char *const modules[] = {"macs", "ips", "demux", "learn", "mymodule", "none"};
	static const char *const switches[] = {"vale0", "vale0", "vale1", "vale2", "eth0"};
	struct vale_modctl rq = {.version = draw(a, 50) ? VALE_MODCTL_VERSION : draw(a, 4)};
	uint32_t key = draw(a, SMALL_KEY_SPACE);

	/* Mostly entries: each registration throws all of them away. */
	rq.command = draw(a, 20) ? VALE_MODCTL_ADD + draw(a, 3) : draw(a, 8);
	rq.kind = draw(a, 30) ? draw(a, VALE_KEY_KINDS) : draw(a, 1000);
	rq.port = draw(a, 300);
	rq.slot = draw(a, 100);
	rq.mac[5] = rq.ip4[3] = key;
	rq.protocol = draw(a, 256);
	strcpy(rq.switch_name, switches[draw(a, 5)]);
	if (!draw(a, 100))
		memset(rq.switch_name, 'v', sizeof(rq.switch_name));
	memset(ifr, 0, sizeof(*ifr));
	strcpy(ifr->nifr_name, modules[draw(a, 6)]);
	memcpy(ifr->data, &rq, sizeof(rq));
}

static void *command_at_random(void *arg)
{
	struct actor *a = arg;
	struct nm_ifreq ifr;
	void *handle;
	int i;

	a->failed = DEV->open(&handle) != 0;
	for (i = 0; !a->failed && i < REQUESTS; i++) {
		draw_request(a, &ifr);
		a->done += DEV->ioctl(handle, NIOCCONFIG, &ifr) == 0;
	}
	if (!a->failed)
		DEV->close(handle);
	return NULL;
}

/* Addresses from the space that the commanders speak of, and every kind of header. */
static void put_random_frame(struct actor *a, struct netmap_ring *ring)
{
	char *frame = buffer(ring, ring->head);

	fill_frame(frame, draw(a, SMALL_KEY_SPACE), draw(a, SMALL_KEY_SPACE), 0);
	frame[12] = draw(a, 4) ? 8 : 0x86;
	frame[13] = draw(a, 3) * 3;
	frame[14] = 0x40 | draw(a, 16);
	frame[23] = draw(a, 20);
	frame[29] = draw(a, SMALL_KEY_SPACE);
	frame[33] = draw(a, SMALL_KEY_SPACE);
	put_slot(ring, NULL, draw(a, 4) ? FRAME_BYTES : draw(a, FRAME_BYTES), 0);
}

static void *send_at_random(void *arg)
{
	struct actor *a = arg;
	struct netmap_ring *ring = tx_ring(&a->port, 0);
	int i;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		for (i = 0; i < FRAMES_EACH; i++)
			put_random_frame(a, ring);
		txsync(&a->port);
		rxsync(&a->port);
		rx_ring(&a->port, 0)->head = rx_ring(&a->port, 0)->cur = rx_ring(&a->port, 0)->tail;
		a->done += FRAMES_EACH;
	}
	return NULL;
}

static void begin(struct actor *a, unsigned i, void *(*act)(void *))
{
	a->random = i + 1;
	CU_ASSERT_EQUAL_FATAL(pthread_create(&a->thread, NULL, act, a), 0);
}

/* Ports of vale0 and whole other switches come and go, and a module now and then. */
static void churn(void)
{
	struct port guest, other;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		port_open(&other, i % 2 ? "vale1:x" : "vale2:x");
		port_open(&guest, "vale0:guest");
		if (i % 16 == 0) {
			nm_lookup_unload(&vale_macs);
			CU_ASSERT_EQUAL(nm_lookup_load(&vale_macs, NULL), 0);
		}
		port_close(&guest);
		port_close(&other);
	}
}

static void nothing_breaks_in_a_storm_of_requests(void)
{
	static struct actor commanders[COMMANDERS], senders[SENDERS];
	struct vale_port_stats stats;
	char name[16];
	unsigned i;

	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(vale_modules_load(), 0);
	for (i = 0; i < SENDERS; i++) {
		snprintf(name, sizeof(name), "vale0:s%u", i);
		port_open(&senders[i].port, name);
	}
	for (i = 0; i < SENDERS; i++)
		begin(&senders[i], i, send_at_random);
	for (i = 0; i < COMMANDERS; i++)
		begin(&commanders[i], i + SENDERS, command_at_random);
	churn();
	for (i = 0; i < COMMANDERS; i++) {
		pthread_join(commanders[i].thread, NULL);
		CU_ASSERT_FALSE(commanders[i].failed);
		CU_ASSERT(commanders[i].done > 0);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < SENDERS; i++) {
		pthread_join(senders[i].thread, NULL);
		stats = stats_of(senders[i].port.name);
		CU_ASSERT(senders[i].done > 0);
		CU_ASSERT_EQUAL(stats.tx_packets, senders[i].done);
	}
	for (i = 0; i < SENDERS; i++)
		port_close(&senders[i].port);
	vale_modules_unload();
	finish();
}

static const struct suite_test tests[] = {
	{"nothing_breaks_in_a_storm_of_requests", nothing_breaks_in_a_storm_of_requests},
};

SUITE_MAIN("modules_storm", tests)
