/* SPDX-License-Identifier: BSD-2-Clause */
/* Network devices as ports: modes, host rings, attaching them to a switch, polling. */
#include "selftest_device.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "selftest.h"

#define PORT "valest:" ST_DEVICE

enum { GLOBAL_REGION = 1, ARRIVES_WITHIN_MS = 2000 };

#define NEEDS_DEVICE()                                                                             \
	do {                                                                                       \
		NEEDS(ST_DEVICES);                                                                 \
		CHECK_EQ(st_device(), 0);                                                          \
	} while (0)

static int attach(const char *name, uint32_t mode, uint16_t ringid)
{
	struct nmreq_vale_attach a = {.reg = {.nr_mode = mode, .nr_ringid = ringid}};
	int fd = st_open(), ret = st_ctrl(fd, NETMAP_REQ_VALE_ATTACH, name, &a);

	st_close(fd);
	return ret;
}

static int detach(const char *name)
{
	struct nmreq_vale_detach d = {0};
	int fd = st_open(), ret = st_ctrl(fd, NETMAP_REQ_VALE_DETACH, name, &d);

	st_close(fd);
	return ret;
}

static void sizes_are_told(void)
{
	static const char *const names[] = {ST_DEVICE, ST_DEVICE "}1"};
	struct nmreq_pools_info pools = {0};
	int fd = st_open();
	size_t i;

	NEEDS_DEVICE();
	for (i = 0; i < ST_COUNT(names); i++) {
		struct nmreq_port_info_get info = {0};

		CHECK_EQ(st_ctrl(fd, NETMAP_REQ_PORT_INFO_GET, names[i], &info), 0);
		CHECK(info.nr_memsize > 0);
		CHECK(info.nr_tx_slots > 0 && info.nr_rx_slots > 0);
		CHECK(info.nr_tx_rings > 0 && info.nr_rx_rings > 0);
		CHECK_EQ(info.nr_mem_id, GLOBAL_REGION);
	}
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_POOLS_INFO_GET, ST_DEVICE "{id", &pools), 0);
	CHECK_EQ(pools.nr_mem_id, GLOBAL_REGION);
}

static void modes_select_host_rings(void)
{
	static const struct {
		uint32_t mode;
		uint16_t ringid, host_tx, host_rx;
		int err;
		uint16_t told_tx, told_rx;
	} t[] = {
		{NR_REG_ALL_NIC, 0, 0, 0, 0, 1, 1},
		{NR_REG_SW, 0, 0, 0, 0, 1, 1},
		{NR_REG_NIC_SW, 0, 0, 0, 0, 1, 1},
		{NR_REG_ONE_NIC, 0, 0, 0, 0, 1, 1},
		{NR_REG_ONE_SW, 0, 0, 0, 0, 1, 1},
		{NR_REG_ONE_SW, 1, 2, 2, 0, 2, 2},
		{NR_REG_SW, 0, 5, 4, 0, 5, 4},
		{NR_REG_ONE_SW, 1, 1, 1, EINVAL, 0, 0},
		{NR_REG_ONE_NIC, 99, 0, 0, EINVAL, 0, 0},
	};
	size_t i;

	NEEDS_DEVICE();
	for (i = 0; i < ST_COUNT(t); i++) {
		struct st_port p = {.reg = {.nr_mode = t[i].mode,
					    .nr_ringid = t[i].ringid,
					    .nr_flags = NR_ACCEPT_VNET_HDR,
					    .nr_host_tx_rings = t[i].host_tx,
					    .nr_host_rx_rings = t[i].host_rx}};

		CHECK_EQ(st_bind_as(&p, ST_DEVICE), t[i].err);
		if (!t[i].err) {
			CHECK_EQ(p.reg.nr_mode, t[i].mode);
			CHECK_EQ(p.reg.nr_ringid, t[i].ringid);
			CHECK_EQ(p.reg.nr_flags, NR_ACCEPT_VNET_HDR);
			CHECK_EQ(p.reg.nr_host_tx_rings, t[i].told_tx);
			CHECK_EQ(p.reg.nr_host_rx_rings, t[i].told_rx);
			CHECK_EQ(p.reg.nr_mem_id, GLOBAL_REGION);
			CHECK_EQ(p.nifp->ni_flags & NI_PRIV_MEM, 0);
			CHECK(p.tx && p.rx);
		}
		st_unbind(&p);
	}
}

static void legacy_modes_reach_host_rings(void)
{
	static const uint32_t modes[] = {NR_REG_DEFAULT, NR_REG_ALL_NIC, NR_REG_SW, NR_REG_NIC_SW};
	size_t i;

	NEEDS_DEVICE();
	for (i = 0; i < ST_COUNT(modes); i++) {
		struct nmreq req = {.nr_name = ST_DEVICE,
				    .nr_version = NETMAP_API,
				    .nr_flags = modes[i],
				    .nr_arg3 = 20};
		int fd = st_open();

		CHECK_EQ(ioctl(fd, NIOCREGIF, &req) ? errno : 0, 0);
		CHECK_EQ(req.nr_flags, modes[i]);
		CHECK_EQ(req.nr_arg3, 20);
		CHECK_EQ(req.nr_arg2, GLOBAL_REGION);
		st_close(fd);
	}
}

static void a_device_can_be_attached(void)
{
	struct st_port p;

	NEEDS_DEVICE();
	CHECK_EQ(st_bind(&p, PORT), EINVAL);
	CHECK_EQ(attach(PORT, NR_REG_SW, 0), EINVAL);
	CHECK_EQ(attach(PORT, NR_REG_ALL_NIC, 1), EINVAL);
	CHECK_EQ(attach("valest:nmst-none", NR_REG_ALL_NIC, 0), EINVAL);
	CHECK_EQ(attach(PORT, NR_REG_ALL_NIC, 0), 0);
	CHECK_EQ(st_port_index(PORT), 0);
	CHECK_EQ(st_port_index(PORT "^"), 255);
	CHECK_EQ(attach(PORT, NR_REG_ALL_NIC, 0), EBUSY);
	CHECK_EQ(attach("valest2:" ST_DEVICE, NR_REG_ALL_NIC, 0), EBUSY);
	CHECK_EQ(st_bind(&p, ST_DEVICE), EBUSY);
	CHECK_EQ(st_bind(&p, PORT), EBUSY);
	CHECK_EQ(detach(PORT), 0);
	CHECK_EQ(detach(PORT), ENXIO);
	CHECK_EQ(st_bind(&p, ST_DEVICE), 0);
	CHECK_EQ(attach(PORT, NR_REG_ALL_NIC, 0), EBUSY);
}

static void its_host_can_be_attached_too(void)
{
	NEEDS_DEVICE();
	CHECK_EQ(attach(PORT, NR_REG_NIC_SW, 0), 0);
	CHECK_EQ(st_port_index(PORT), 0);
	CHECK_EQ(st_port_index(PORT "^"), 1);
	CHECK_EQ(detach(PORT), 0);
	CHECK_EQ(st_port_index(PORT "^"), -ENOENT);
}

static int polling(bool on, const char *name, uint32_t mode, uint32_t cpu, uint32_t count)
{
	struct nmreq_vale_polling body = {
		.nr_mode = mode, .nr_first_cpu_id = cpu, .nr_num_polling_cpus = count};
	int fd = st_open();
	int ret = st_ctrl(fd, on ? NETMAP_REQ_VALE_POLLING_ENABLE : NETMAP_REQ_VALE_POLLING_DISABLE,
			  name, &body);

	st_close(fd);
	return ret;
}

static void an_attached_device_can_be_polled(void)
{
	const uint32_t single = NETMAP_POLLING_MODE_SINGLE_CPU;
	struct st_port p;

	NEEDS(ST_POLLING);
	NEEDS_DEVICE();
	CHECK_EQ(polling(true, ST_DEVICE, single, 0, 1), EINVAL);
	CHECK_EQ(polling(true, PORT, single, 0, 1), ENXIO);
	CHECK_EQ(st_bind(&p, "valest:p"), 0);
	CHECK_EQ(polling(true, "valest:p", single, 0, 1), EOPNOTSUPP);
	CHECK_EQ(attach(PORT, NR_REG_ALL_NIC, 0), 0);
	CHECK_EQ(polling(true, PORT, single, 0, 0), EINVAL);
	CHECK_EQ(polling(true, PORT, single, 0, 2), EINVAL);
	CHECK_EQ(polling(true, PORT, 9, 0, 1), EINVAL);
	CHECK_EQ(polling(true, PORT, NETMAP_POLLING_MODE_MULTI_CPU, 0, 4096), EINVAL);
	CHECK_EQ(polling(false, PORT, single, 0, 1), EFAULT);
	CHECK_EQ(polling(true, PORT, single, 0, 1), 0);
	CHECK_EQ(polling(true, PORT, single, 0, 1), EFAULT);
	CHECK_EQ(detach(PORT), EBUSY);
	CHECK_EQ(polling(false, PORT, single, 0, 1), 0);
	CHECK_EQ(detach(PORT), 0);
}

static bool is_ours(const unsigned char *frame)
{
	return frame[12] == 0x88 && frame[13] == 0xb5;
}

/* The stack talks too; only frames of our own type count. */
static bool found_outside(size_t bytes)
{
	unsigned char frame[2048];
	int tries;

	for (tries = 0; tries < 20; tries++)
		if (st_wire_receive(frame, sizeof(frame)) == bytes && is_ours(frame))
			return true;
	return false;
}

static bool found_inside(struct st_port *p, uint16_t bytes)
{
	int ms;

	for (ms = 0; ms < ARRIVES_WITHIN_MS; ms++) {
		for (; st_pending(p) > 0;
		     p->rx->head = p->rx->cur = nm_ring_next(p->rx, p->rx->head)) {
			struct netmap_slot *slot = &p->rx->slot[p->rx->head];
			const char *frame = NETMAP_BUF(p->rx, slot->buf_idx);

			if (slot->len == bytes && is_ours((const unsigned char *)frame))
				return true;
		}
		usleep(1000);
	}
	return false;
}

static void frames_pass_both_ways(void)
{
	unsigned char frame[80] = {255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 9, 0x88, 0xb5};
	struct st_port p;

	SKIP_IN_PROCESS("the simulated wire has a suite of its own");
	NEEDS_DEVICE();
	CHECK_EQ(st_bind(&p, ST_DEVICE), 0);
	CHECK_EQ(st_send(&p, ST_BROADCAST, 1, 70), 0);
	CHECK(found_outside(70));
	CHECK(st_wire_send(frame, sizeof(frame)));
	CHECK(found_inside(&p, sizeof(frame)));
}

static void frames_pass_through_the_switch(void)
{
	unsigned char frame[80] = {255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 9, 0x88, 0xb5};
	struct st_port p;

	SKIP_IN_PROCESS("the simulated wire has a suite of its own");
	NEEDS_DEVICE();
	CHECK_EQ(attach(PORT, NR_REG_ALL_NIC, 0), 0);
	CHECK_EQ(st_bind(&p, "valest:p"), 0);
	CHECK_EQ(st_send(&p, ST_BROADCAST, 1, 70), 0);
	CHECK(found_outside(70));
	CHECK(st_wire_send(frame, sizeof(frame)));
	CHECK(found_inside(&p, sizeof(frame)));
	CHECK_EQ(detach(PORT), 0);
}

static void the_mtu_must_fit(void)
{
	struct st_port p = {.reg = {.nr_flags = NR_TX_RINGS_ONLY}};

	NEEDS(ST_DEVICES);
	SKIP_IN_PROCESS("there is no loopback device");
	CHECK_EQ(st_bind_as(&p, "lo"), 0);
	st_unbind(&p);
	CHECK_EQ(st_bind(&p, "lo"), EINVAL);
}

static void a_device_that_goes_takes_its_port_along(void)
{
	struct st_port p, q;

	SKIP_IN_PROCESS("the simulated wire has a suite of its own");
	NEEDS_DEVICE();
	CHECK_EQ(st_bind(&p, ST_DEVICE), 0);
	st_device_end();
	CHECK(ioctl(p.fd, NIOCTXSYNC, NULL) == -1 && errno == EIO);
	CHECK(ioctl(p.fd, NIOCRXSYNC, NULL) == -1 && errno == EIO);
	CHECK_EQ(st_bind(&q, ST_DEVICE), ENXIO);
}

static const struct st_test tests[] = {
	{"device-sizes", sizes_are_told},
	{"device-modes", modes_select_host_rings},
	{"device-legacy-modes", legacy_modes_reach_host_rings},
	{"device-attach", a_device_can_be_attached},
	{"device-attach-host", its_host_can_be_attached_too},
	{"device-polling", an_attached_device_can_be_polled},
	{"device-traffic", frames_pass_both_ways},
	{"device-switch-traffic", frames_pass_through_the_switch},
	{"device-mtu", the_mtu_must_fit},
	{"device-gone", a_device_that_goes_takes_its_port_along},
};

const struct st_group st_device_group = {tests, ST_COUNT(tests)};
