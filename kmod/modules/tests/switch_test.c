/* SPDX-License-Identifier: BSD-2-Clause */
/* Modules that run a switch: commanded over the device, steering real frames. */
#include <net/vale_lookup.h>
#include <pthread.h>

#include "frames.h"
#include <libbdgfn.h>
#include "kmod/modules/modules.h"
#include "support.h"

#define MANY 100000
#define TRIO 3

static void begin(struct port *p)
{
	char name[16];
	int i;

	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL_FATAL(vale_modules_load(), 0);
	for (i = 0; i < TRIO; i++) {
		snprintf(name, sizeof(name), "vale0:%c", 'a' + i);
		port_open(&p[i], name);
	}
}

static void end(struct port *p)
{
	int i;

	for (i = 0; i < TRIO; i++)
		port_close(&p[i]);
	vale_modules_unload();
	finish();
}

static struct bdgfn open_module(const char *name)
{
	struct bdgfn b;

	CU_ASSERT_EQUAL_FATAL(bdgfninit(&b, &nmdev_inproc, name), 0);
	return b;
}

static struct bdgfn_key mac_key(uint32_t low)
{
	return (struct bdgfn_key){.kind = VALE_KEY_MAC,
				  .mac = {2, 0, low >> 24, low >> 16, low >> 8, low}};
}

static struct bdgfn_key ip4_key(uint32_t ip)
{
	return (struct bdgfn_key){.kind = VALE_KEY_IP4, .ip4 = {ip >> 24, ip >> 16, ip >> 8, ip}};
}

/* Sends one from port a, and says at which of the others it arrived: bit 0 b, bit 1 c. */
static unsigned arrives_at(struct port *p, const struct test_frame *f)
{
	put_slot(tx_ring(&p[0], 0), f->data, f->bytes < FRAME_BYTES ? FRAME_BYTES : f->bytes, 0);
	CU_ASSERT_EQUAL(txsync(&p[0]), 0);
	return drain(&p[1]) | drain(&p[2]) << 1;
}

static void a_module_steers_until_it_is_let_go(void)
{
	struct bdgfn ips;
	struct bdgfn_key key = ip4_key(0x0a000001);
	struct bdgfn_info info;
	struct test_frame f;
	struct port p[TRIO];

	begin(p);
	ips = open_module("ips");
	frame_ip4(&f, 0x0a000001, 0x0a000009, 17, 5);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 3);
	CU_ASSERT_EQUAL(bdgaddif(&ips, "vale0", &key, 1), -ENXIO);
	CU_ASSERT_EQUAL(bdgfnreg(&ips, "vale0", 257), 0);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 0);
	CU_ASSERT_EQUAL(bdgaddif(&ips, "vale0", &key, 1), 0);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 1);
	CU_ASSERT_EQUAL(bdgaddif(&ips, "vale0", &key, 2), 0);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 2);
	CU_ASSERT_EQUAL(bdgfninfo(&ips, "vale0", VALE_KEY_IP4, &info), 0);
	CU_ASSERT_STRING_EQUAL(info.module, "ips");
	CU_ASSERT_EQUAL(info.default_port, 257);
	CU_ASSERT_EQUAL(info.entries, 1);
	CU_ASSERT_EQUAL(bdgdelif(&ips, "vale0", &key), 0);
	CU_ASSERT_EQUAL(bdgdelif(&ips, "vale0", &key), -ENOENT);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 0);
	CU_ASSERT_EQUAL(bdgfnreg(&ips, "vale0", 1), 0); /* the rest goes to port 1 */
	CU_ASSERT_EQUAL(arrives_at(p, &f), 1);
	CU_ASSERT_EQUAL(bdgfnreg(&ips, "vale0", NM_BDG_BROADCAST), 0);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 3);
	CU_ASSERT_EQUAL(bdgfnreg(&ips, "vale0", 255), 0);
	CU_ASSERT_EQUAL(bdgfnunreg(&ips, "vale0"), 0);
	CU_ASSERT_EQUAL(bdgfnunreg(&ips, "vale0"), -ENXIO);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 3);
	bdgfnfini(&ips);
	end(p);
}

static void requests_have_their_errors(void)
{
	struct bdgfn macs, nobody, learn, mine;
	struct bdgfn_key mac = mac_key(1), ip4 = ip4_key(1);
	struct bdgfn_key bad = {.kind = VALE_KEY_TUPLE, .protocol = 255};
	uint32_t slot = 0, port;
	struct port p[TRIO];
	void *token;
	int status;

	begin(p);
	macs = open_module("macs");
	learn = open_module("learn");
	nobody = open_module("nobody");
	mine = open_module("demux");
	CU_ASSERT_EQUAL(bdgfnreg(&nobody, "vale0", 0), -EINVAL);
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale9", 0), -ENODEV);
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "eth0", 0), -EINVAL);
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale0:a", 0), -EINVAL);
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "", 0), -EINVAL);
	CU_ASSERT_EQUAL(bdgfnunreg(&macs, "vale0"), -ENXIO);
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale0", 0), 0);
	CU_ASSERT_EQUAL(bdgaddif(&macs, "vale0", &ip4, 1), -EOPNOTSUPP);
	CU_ASSERT_EQUAL(bdgaddif(&learn, "vale0", &mac, 1), -EOPNOTSUPP);
	CU_ASSERT_EQUAL(bdgfnunreg(&learn, "vale0"), -ENXIO);
	CU_ASSERT_EQUAL(bdglistif(&macs, "vale0", &slot, &mac, &port), -ENOENT);
	CU_ASSERT_EQUAL(bdgfnreg(&mine, "vale0", 0), 0);
	CU_ASSERT_EQUAL(bdgaddif(&mine, "vale0", &bad, 1), -EINVAL);
	CU_ASSERT_EQUAL(bdgaddif(&macs, "vale0", &mac, 1), -ENXIO); /* demux has no stations */
	token = netmap_vale_create("vale1", &status);
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale1", 0), -EACCES);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale1", token), 0);
	bdgfnfini(&macs);
	bdgfnfini(&learn);
	bdgfnfini(&nobody);
	bdgfnfini(&mine);
	end(p);
}

/* ips asks for stations too, so what is said to macs holds on a switch that ips runs. */
static void macs_speaks_for_the_stations_of_ips(void)
{
	struct bdgfn ips, macs;
	struct bdgfn_key station = {.kind = VALE_KEY_MAC, .mac = {2, 0, 0, 0, 0, 2}};
	struct test_frame f;
	struct port p[TRIO];

	begin(p);
	ips = open_module("ips");
	macs = open_module("macs");
	CU_ASSERT_EQUAL(bdgfnreg(&ips, "vale0", 255), 0);
	CU_ASSERT_EQUAL(bdgaddif(&macs, "vale0", &station, 2), 0);
	frame_ether(&f, 9, 2, 0x88cc);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 2);
	bdgfnfini(&macs);
	bdgfnfini(&ips);
	end(p);
}

static void malformed_requests_are_refused(void)
{
	static const struct vale_modctl requests[] = {
		{.version = 0, .command = VALE_MODCTL_REGISTER, .switch_name = "vale0"},
		{.version = 2, .command = VALE_MODCTL_REGISTER, .switch_name = "vale0"},
		{.version = 1, .command = 0, .switch_name = "vale0"},
		{.version = 1, .command = 7, .switch_name = "vale0"},
		{.version = 1, .command = 0xffffffff, .switch_name = "vale0"},
		{.version = 1, .command = VALE_MODCTL_REGISTER, .switch_name = "vale0123456789ab"},
	};
	struct vale_modctl rq = {.version = 1, .switch_name = "vale0"};
	struct nm_ifreq ifr = {.nifr_name = "macs"};
	struct port p[TRIO];
	size_t i;

	begin(p);
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		memcpy(ifr.data, &requests[i], sizeof(requests[i]));
		CU_ASSERT_EQUAL(DEV->ioctl(p[0].handle, NIOCCONFIG, &ifr),
				i < 5 ? -EINVAL : -ENODEV);
	}
	rq.command = VALE_MODCTL_REGISTER;
	memcpy(ifr.data, &rq, sizeof(rq));
	CU_ASSERT_EQUAL(DEV->ioctl(p[0].handle, NIOCCONFIG, &ifr), 0);
	rq.command = VALE_MODCTL_LIST;
	rq.kind = 0xffffffff;
	memcpy(ifr.data, &rq, sizeof(rq));
	CU_ASSERT_EQUAL(DEV->ioctl(p[0].handle, NIOCCONFIG, &ifr), -EOPNOTSUPP);
	rq.kind = VALE_KEY_MAC;
	rq.slot = 0xffffffff;
	memcpy(ifr.data, &rq, sizeof(rq));
	CU_ASSERT_EQUAL(DEV->ioctl(p[0].handle, NIOCCONFIG, &ifr), -ENOENT);
	end(p);
}

static int load_again(struct nm_lookup_module *m, const char *name)
{
	int rc = nm_lookup_load(m, name);

	if (!rc)
		nm_lookup_unload(m);
	return rc;
}

static void loading_has_its_errors(void)
{
	static struct nm_lookup_module good = {.ops.name = "good"}, twin = {.ops.name = "macs"};
	static struct nm_lookup_module as_switch = {.ops.name = "vale0"}, nameless;
	struct port p[TRIO];
	void *token;
	int status;

	begin(p);
	CU_ASSERT_EQUAL(load_again(&twin, NULL), -EEXIST);
	CU_ASSERT_EQUAL(load_again(&as_switch, NULL), -EINVAL);
	CU_ASSERT_EQUAL(load_again(&nameless, NULL), -EINVAL);
	CU_ASSERT_EQUAL(load_again(&good, "vale3"), -ENODEV);
	CU_ASSERT_EQUAL(load_again(&good, "bridge"), -EINVAL);
	CU_ASSERT_EQUAL(load_again(&good, "vale0"), 0);
	CU_ASSERT_EQUAL(load_again(&good, ""), 0);
	token = netmap_vale_create("vale3", &status);
	CU_ASSERT_EQUAL(load_again(&good, "vale3"), -EACCES);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale3", token), 0);
	end(p);
}

/* A module that is on several switches goes; they learn again, and the tables are gone. */
static void unloading_lets_every_switch_learn(void)
{
	struct bdgfn macs;
	struct port p[TRIO], other;
	struct test_frame f;

	begin(p);
	port_open(&other, "vale1:a");
	macs = open_module("macs");
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale0", 255), 0);
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale1", 255), 0);
	frame_ether(&f, 9, 2, 0x0800);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 0);
	nm_lookup_unload(&vale_macs);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 3);
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale0", 255), -EINVAL);
	CU_ASSERT_EQUAL(nm_lookup_load(&vale_macs, NULL), 0);
	bdgfnfini(&macs);
	port_close(&other);
	end(p);
}

static void learn_learns_and_forgets(void)
{
	struct test_frame f;
	struct port p[TRIO];
	struct bdgfn learn;

	begin(p);
	learn = open_module("learn");
	CU_ASSERT_EQUAL(bdgfnreg(&learn, "vale0", 255), 0);
	frame_ether(&f, 7, 1, 0x0800);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 3);
	send_frame(&p[1], BROADCAST, 7, 0);
	drain(&p[0]);
	drain(&p[2]);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 1);
	send_frame(&p[2], BROADCAST, 7, 0); /* the station moves */
	drain(&p[0]);
	drain(&p[1]);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 2);
	port_close(&p[2]);
	port_open(&p[2], "vale0:c"); /* with the number that the other had */
	send_frame(&p[1], BROADCAST, 9, 0);
	drain(&p[0]);
	drain(&p[2]);
	CU_ASSERT_EQUAL(arrives_at(p, &f), 3);
	bdgfnfini(&learn);
	end(p);
}

static void listing_walks_all_entries(void)
{
	static uint8_t seen[MANY];
	struct bdgfn_key key;
	struct bdgfn macs;
	struct port p[TRIO];
	uint32_t i, slot, port, listed = 0, wrong = 0;

	begin(p);
	macs = open_module("macs");
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale0", 255), 0);
	for (i = 0; i < MANY; i++) {
		key = mac_key(i);
		wrong += bdgaddif(&macs, "vale0", &key, i % 250) != 0;
	}
	for (slot = 0; bdglistif(&macs, "vale0", &slot, &key, &port) == 0; slot++) {
		i = key.mac[2] << 24 | key.mac[3] << 16 | key.mac[4] << 8 | key.mac[5];
		wrong += i >= MANY || seen[i]++ || port != i % 250;
		listed++;
	}
	CU_ASSERT_EQUAL(listed, MANY);
	for (i = 0; i < MANY; i++) {
		key = mac_key(i);
		wrong += bdgdelif(&macs, "vale0", &key) != 0;
	}
	slot = 0;
	CU_ASSERT_EQUAL(bdglistif(&macs, "vale0", &slot, &key, &port), -ENOENT);
	CU_ASSERT_EQUAL(wrong, 0);
	bdgfnfini(&macs);
	end(p);
}

struct sender {
	struct port *port;
	pthread_t thread;
	int stop;
	uint64_t sent;
};

static void *send_all_the_time(void *arg)
{
	struct sender *s = arg;
	struct netmap_ring *ring = tx_ring(s->port, 0);

	while (!__atomic_load_n(&s->stop, __ATOMIC_RELAXED)) {
		int i;

		for (i = 0; i < 32; i++)
			put_frame(ring, BROADCAST, 1, FRAME_BYTES, i);
		txsync(s->port);
		__atomic_add_fetch(&s->sent, 32, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* While the table grows from nothing to its full size and shrinks again, no frame is steered wrong.
 */
static void tables_change_under_traffic(void)
{
	struct bdgfn_key station = {.kind = VALE_KEY_MAC, .mac = {2, 0, 0, 0, 0, 1}}, key;
	struct sender s = {.stop = 0};
	struct vale_port_stats stats;
	struct port p[TRIO];
	struct bdgfn macs;
	uint32_t i, wrong = 0;

	begin(p);
	s.port = &p[0];
	macs = open_module("macs");
	CU_ASSERT_EQUAL(bdgfnreg(&macs, "vale0", 255), 0);
	CU_ASSERT_EQUAL(bdgaddif(&macs, "vale0", &station, 1), 0);
	CU_ASSERT_EQUAL(pthread_create(&s.thread, NULL, send_all_the_time, &s), 0);
	for (i = 2; i < MANY; i++) {
		key = mac_key(i);
		wrong += bdgaddif(&macs, "vale0", &key, 2) != 0;
		if (i % 256 == 0)
			drain(&p[1]);
	}
	for (i = 2; i < MANY; i++) {
		key = mac_key(i);
		wrong += bdgdelif(&macs, "vale0", &key) != 0;
	}
	while (__atomic_load_n(&s.sent, __ATOMIC_RELAXED) < 10000)
		drain(&p[1]);
	__atomic_store_n(&s.stop, 1, __ATOMIC_RELAXED);
	pthread_join(s.thread, NULL);
	stats = stats_of("vale0:a");
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(stats.tx_packets, s.sent);
	CU_ASSERT_EQUAL(stats.tx_copies, s.sent);
	CU_ASSERT_EQUAL(stats.tx_drop_lookup, 0);
	CU_ASSERT_EQUAL(drain(&p[2]), 0);
	bdgfnfini(&macs);
	end(p);
}

static void loading_and_unloading_under_traffic(void)
{
	struct sender s = {.stop = 0};
	struct vale_port_stats stats;
	struct port p[TRIO];
	struct bdgfn learn;
	int i;

	begin(p);
	s.port = &p[0];
	learn = open_module("learn");
	CU_ASSERT_EQUAL(pthread_create(&s.thread, NULL, send_all_the_time, &s), 0);
	for (i = 0; i < 200 || __atomic_load_n(&s.sent, __ATOMIC_RELAXED) < 10000; i++) {
		CU_ASSERT_EQUAL(bdgfnreg(&learn, "vale0", 255), 0);
		nm_lookup_unload(&vale_learn);
		CU_ASSERT_EQUAL(nm_lookup_load(&vale_learn, i % 2 ? "vale0" : ""), 0);
		drain(&p[1]);
		drain(&p[2]);
	}
	__atomic_store_n(&s.stop, 1, __ATOMIC_RELAXED);
	pthread_join(s.thread, NULL);
	stats = stats_of("vale0:a");
	CU_ASSERT_EQUAL(stats.tx_copies, 2 * s.sent); /* broadcast all along */
	bdgfnfini(&learn);
	end(p);
}

static void running_a_switch_survives_every_failing_allocation(void)
{
	struct port p[TRIO];
	struct bdgfn ips;
	int n, rc = -1;

	begin(p);
	ips = open_module("ips");
	for (n = 1; rc && n < 20; n++) {
		nm_user_fail_alloc(n);
		rc = bdgfnreg(&ips, "vale0", 255);
		nm_user_fail_alloc(0);
		CU_ASSERT(rc == 0 || rc == -ENOMEM);
	}
	CU_ASSERT_EQUAL(rc, 0);
	CU_ASSERT(n > 4); /* the state and two tables */
	bdgfnfini(&ips);
	end(p);
}

static const struct suite_test tests[] = {
	{"a_module_steers_until_it_is_let_go", a_module_steers_until_it_is_let_go},
	{"requests_have_their_errors", requests_have_their_errors},
	{"macs_speaks_for_the_stations_of_ips", macs_speaks_for_the_stations_of_ips},
	{"malformed_requests_are_refused", malformed_requests_are_refused},
	{"loading_has_its_errors", loading_has_its_errors},
	{"unloading_lets_every_switch_learn", unloading_lets_every_switch_learn},
	{"learn_learns_and_forgets", learn_learns_and_forgets},
	{"listing_walks_all_entries", listing_walks_all_entries},
	{"tables_change_under_traffic", tables_change_under_traffic},
	{"loading_and_unloading_under_traffic", loading_and_unloading_under_traffic},
	{"running_a_switch_survives_every_failing_allocation",
	 running_a_switch_survives_every_failing_allocation},
};

SUITE_MAIN("modules_switch", tests)
