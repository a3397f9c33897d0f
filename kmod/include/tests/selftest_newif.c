/* SPDX-License-Identifier: BSD-2-Clause */
/* Persistent ports: create, attach, use under both names, detach, remove. */
#include "selftest.h"

#define DEV  "nmst0"
#define PORT "valest:nmst0"

static int attach(int fd, const char *name)
{
	struct nmreq_vale_attach a = {.reg = {.nr_mode = NR_REG_ALL_NIC}};
	int ret = st_ctrl(fd, NETMAP_REQ_VALE_ATTACH, name, &a);

	return ret ? -ret : (int)a.port_index;
}

static int detach(int fd, const char *name)
{
	struct nmreq_vale_detach d = {0};

	return st_ctrl(fd, NETMAP_REQ_VALE_DETACH, name, &d);
}

static int create(int fd, const char *name)
{
	struct nmreq_vale_newif n = {.nr_tx_slots = 64, .nr_rx_slots = 64};

	return st_ctrl(fd, NETMAP_REQ_VALE_NEWIF, name, &n);
}

static int drop(int fd, const char *name)
{
	return st_ctrl(fd, NETMAP_REQ_VALE_DELIF, name, NULL);
}

static void a_created_port_reports_its_sizes(void)
{
	struct nmreq_vale_newif n = {.nr_tx_slots = 5000, .nr_rx_rings = 2};
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_VALE_NEWIF, DEV, &n), 0);
	CHECK_EQ(drop(fd, DEV), 0);
	CHECK_EQ(n.nr_tx_slots, 4096);
	CHECK_EQ(n.nr_rx_slots, 1024);
	CHECK_EQ(n.nr_tx_rings, 1);
	CHECK_EQ(n.nr_rx_rings, 2);
	CHECK(n.nr_mem_id != 0);
}

static void the_life_of_a_persistent_port(void)
{
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK_EQ(attach(fd, PORT), -EINVAL);
	CHECK_EQ(create(fd, DEV), 0);
	CHECK_EQ(create(fd, DEV), EEXIST);
	CHECK_EQ(attach(fd, PORT), 0);
	CHECK_EQ(st_port_index(PORT), 0);
	CHECK_EQ(create(fd, DEV), EEXIST);
	CHECK_EQ(attach(fd, PORT), -EBUSY);
	CHECK_EQ(drop(fd, DEV), EBUSY);
	CHECK_EQ(detach(fd, PORT), 0);
	CHECK_EQ(detach(fd, PORT), ENXIO);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
	CHECK_EQ(drop(fd, DEV), 0);
	CHECK_EQ(drop(fd, DEV), ENXIO);
}

static void both_names_mean_the_same_port(void)
{
	struct st_port by_device, by_port, other;
	int fd = st_open(), pending;

	CHECK(fd >= 0);
	CHECK_EQ(create(fd, DEV), 0);
	CHECK_EQ(attach(fd, PORT), 0);
	CHECK_EQ(st_bind(&by_device, DEV), 0);
	CHECK_EQ(st_bind(&by_port, PORT), 0);
	CHECK_EQ(by_device.reg.nr_mem_id, by_port.reg.nr_mem_id);
	CHECK_EQ(st_bind(&other, "valest:x"), 0);
	CHECK_EQ(st_send(&other, ST_BROADCAST, 9, 60), 0);
	pending = st_pending(&by_port);
	CHECK_EQ(drop(fd, DEV), EBUSY);
	st_unbind(&by_device);
	st_unbind(&by_port);
	CHECK_EQ(detach(fd, PORT), 0);
	CHECK_EQ(drop(fd, DEV), 0);
	CHECK_EQ(pending, 1);
}

static void a_port_can_be_in_two_switches(void)
{
	int fd = st_open();

	NEEDS(ST_TWO_SWITCHES);
	CHECK(fd >= 0);
	CHECK_EQ(create(fd, DEV), 0);
	CHECK_EQ(attach(fd, PORT), 0);
	CHECK_EQ(attach(fd, "valest2:" DEV), 0);
	CHECK_EQ(attach(fd, "valest2:" DEV), -EBUSY);
	CHECK_EQ(attach(fd, PORT), -EBUSY);
	CHECK_EQ(detach(fd, PORT), EBUSY);
	CHECK_EQ(drop(fd, DEV), EBUSY);
	CHECK_EQ(detach(fd, "valest2:" DEV), 0);
	CHECK_EQ(drop(fd, DEV), EBUSY);
	CHECK_EQ(detach(fd, PORT), 0);
	CHECK_EQ(drop(fd, DEV), 0);
}

static void an_unattached_port_talks_to_nobody(void)
{
	struct st_port p, other;
	int fd = st_open(), sent, pending;

	CHECK(fd >= 0);
	CHECK_EQ(create(fd, DEV), 0);
	CHECK_EQ(st_bind(&other, "valest:x"), 0);
	CHECK_EQ(st_bind(&p, DEV), 0);
	CHECK_EQ(drop(fd, DEV), EBUSY);
	sent = st_send(&p, ST_BROADCAST, 1, 60);
	pending = st_pending(&other);
	st_unbind(&p);
	CHECK_EQ(drop(fd, DEV), 0);
	CHECK_EQ(sent, 0);
	CHECK_EQ(pending, 0);
}

static void names_that_cannot_be_created(void)
{
	static const struct {
		const char *name;
		int err;
	} t[] = {{"vale0", EINVAL}, {"valest:x", EINVAL}, {"sixteen_letters_", EINVAL}};
	int fd = st_open();
	size_t i;

	CHECK(fd >= 0);
	for (i = 0; i < ST_COUNT(t); i++)
		CHECK_EQ(create(fd, t[i].name), t[i].err);
	CHECK_EQ(drop(fd, "nmst-none"), ENXIO);
	CHECK_EQ(attach(fd, "nmst-none"), -EINVAL);
	CHECK_EQ(detach(fd, "nmst-none"), EINVAL);
	CHECK_EQ(detach(fd, "valest:none"), ENXIO);
}

static void an_ephemeral_port_is_not_detached(void)
{
	struct st_port p;

	CHECK_EQ(st_bind(&p, "valest:a"), 0);
	CHECK_EQ(detach(p.fd, "valest:a"), EBUSY);
	CHECK_EQ(st_port_index("valest:a"), 0);
}

static const struct st_test tests[] = {
	{"newif-sizes", a_created_port_reports_its_sizes},
	{"newif-life", the_life_of_a_persistent_port},
	{"newif-both-names", both_names_mean_the_same_port},
	{"newif-two-switches", a_port_can_be_in_two_switches},
	{"newif-unattached", an_unattached_port_talks_to_nobody},
	{"newif-bad-names", names_that_cannot_be_created},
	{"detach-ephemeral", an_ephemeral_port_is_not_detached},
};

const struct st_group st_newif_group = {tests, ST_COUNT(tests)};
