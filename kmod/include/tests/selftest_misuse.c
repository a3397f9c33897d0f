/* SPDX-License-Identifier: BSD-2-Clause */
/* What wrong requests answer: framing, unbound descriptors, addresses that do not exist. */
#include "selftest.h"

#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define PORT "valest:a"

static void headers(void)
{
	static const struct {
		uint16_t version, type;
		uint32_t reserved;
		bool body;
		int err;
	} t[] = {
		{13, NETMAP_REQ_PORT_INFO_GET, 0, true, EINVAL},
		{14, NETMAP_REQ_PORT_INFO_GET, 0, true, 0},
		{15, NETMAP_REQ_PORT_INFO_GET, 0, true, 0},
		{16, NETMAP_REQ_PORT_INFO_GET, 0, true, EINVAL},
		{14, NETMAP_REQ_PORT_INFO_GET, 1, true, EINVAL},
		{14, NETMAP_REQ_PORT_INFO_GET, 0, false, EINVAL},
		{14, NETMAP_REQ_REGISTER, 0, false, EINVAL},
		{14, NETMAP_REQ_VALE_DELIF, 0, true, EINVAL},
		{14, 0, 0, false, EINVAL},
		{14, 0, 0, true, EINVAL},
		{14, 16, 0, false, EINVAL},
		{14, 0xffff, 0, true, EINVAL},
	};
	int fd = st_open();
	size_t i;

	CHECK(fd >= 0);
	for (i = 0; i < ST_COUNT(t); i++) {
		struct nmreq_register body = {.nr_tx_slots = 1234};
		struct nmreq_header h = {.nr_version = t[i].version,
					 .nr_reqtype = t[i].type,
					 .nr_reserved = t[i].reserved,
					 .nr_name = PORT,
					 .nr_body = t[i].body ? (uintptr_t)&body : 0};
		uint64_t body_address = h.nr_body;

		CHECK_EQ(ioctl(fd, NIOCCTRL, &h) ? errno : 0, t[i].err);
		CHECK_EQ(h.nr_body, body_address);
		CHECK_EQ(h.nr_options, 0);
		CHECK_EQ(h.nr_reserved, 0);
		if (t[i].err)
			CHECK_EQ(body.nr_tx_slots, 1234);
	}
}

static void commands_of_no_meaning(void)
{
	struct nmreq_header h = {.nr_version = NETMAP_API};
	struct st_port p;

	CHECK_EQ(st_bind(&p, PORT), 0);
	CHECK(ioctl(p.fd, _IOWR('i', 147, struct nmreq), &h) == -1);
	CHECK_EQ(errno, EOPNOTSUPP);
	CHECK(ioctl(p.fd, _IO('x', 1), &h) == -1);
	CHECK_EQ(errno, EOPNOTSUPP);
}

static void no_argument_at_all(void)
{
	static const unsigned long cmd[] = {NIOCCTRL, NIOCREGIF, NIOCGINFO, NIOCCONFIG};
	int fd = st_open();
	size_t i;

	CHECK(fd >= 0);
	for (i = 0; i < ST_COUNT(cmd); i++) {
		CHECK(ioctl(fd, cmd[i], NULL) == -1);
		CHECK_EQ(errno, EINVAL);
	}
}

static void addresses_that_do_not_exist(void)
{
	struct nmreq_header h = {
		.nr_version = NETMAP_API, .nr_name = PORT, .nr_reqtype = NETMAP_REQ_REGISTER};
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC};
	int fd;

	fd = st_open();
	CHECK(fd >= 0);
	CHECK(ioctl(fd, NIOCCTRL, (void *)16) == -1);
	CHECK_EQ(errno, EFAULT);
	CHECK(ioctl(fd, NIOCREGIF, (void *)16) == -1);
	CHECK_EQ(errno, EFAULT);
	h.nr_body = 16;
	CHECK(ioctl(fd, NIOCCTRL, &h) == -1);
	CHECK_EQ(errno, EFAULT);
	h.nr_body = (uintptr_t)&reg;
	h.nr_options = 16;
	CHECK(ioctl(fd, NIOCCTRL, &h) == -1);
	CHECK_EQ(errno, EFAULT);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

/* The request fails and leaves nothing: no port that the task has not heard of. */
static void an_answer_that_cannot_be_written(void)
{
	struct nmreq_header h = {
		.nr_version = NETMAP_API, .nr_name = PORT, .nr_reqtype = NETMAP_REQ_PORT_INFO_GET};
	void *page;
	int fd;

	fd = st_open();
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(fd >= 0 && page != MAP_FAILED);
	h.nr_body = (uintptr_t)page;
	CHECK(ioctl(fd, NIOCCTRL, &h) == -1);
	CHECK_EQ(errno, EFAULT);
	munmap(page, 4096);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static void an_unbound_descriptor_has_no_rings(void)
{
	struct pollfd pfd = {.events = POLLIN | POLLOUT};
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK(ioctl(fd, NIOCTXSYNC, NULL) == -1);
	CHECK_EQ(errno, ENXIO);
	CHECK(ioctl(fd, NIOCRXSYNC, NULL) == -1);
	CHECK_EQ(errno, ENXIO);
	pfd.fd = fd;
	CHECK_EQ(poll(&pfd, 1, 100), 1);
	CHECK_EQ(pfd.revents & POLLERR, POLLERR);
	CHECK(!st_map(fd, 4096));
	CHECK_EQ(errno, EINVAL);
}

static void mappings_stay_inside_the_region(void)
{
	struct st_port p;
	char *again;

	CHECK_EQ(st_bind(&p, PORT), 0);
	CHECK(!st_map(p.fd, p.reg.nr_memsize + 4096));
	CHECK_EQ(errno, EINVAL);
	again = st_map(p.fd, p.reg.nr_memsize);
	CHECK(again);
	p.tx->sem[0] = 0x77;
	CHECK_EQ(((struct netmap_ring *)(again + ((char *)p.tx - p.mem)))->sem[0], 0x77);
}

static void malformed_switch_names(void)
{
	static const char *const names[] = {
		"vale0",
		"vale-0:a",
		"valeabcdefghijklm:a",
		"valest:sixteen_letters_",
	};
	size_t i;

	for (i = 0; i < ST_COUNT(names); i++) {
		struct nmreq_vale_detach d = {0};
		struct nmreq_port_hdr hdr = {0};
		struct st_port p;

		CHECK_EQ(st_bind(&p, names[i]), ENOMEM);
		CHECK_EQ(st_ctrl(p.fd, NETMAP_REQ_VALE_DETACH, names[i], &d), ENXIO);
		CHECK_EQ(st_ctrl(p.fd, NETMAP_REQ_PORT_HDR_SET, names[i], &hdr), ENXIO);
		CHECK_EQ(st_port_index(names[i]), -ENOENT);
		st_unbind(&p);
	}
}

static void devices_that_are_not_there(void)
{
	struct nmreq_port_info_get info = {0};
	struct st_port p;

	CHECK_EQ(st_bind(&p, "nmst-none"), ENXIO);
	CHECK_EQ(st_ctrl(p.fd, NETMAP_REQ_PORT_INFO_GET, "nmst-none", &info), ENXIO);
}

static void configuration_without_a_module(void)
{
	struct nm_ifreq ifr = {.nifr_name = "valest"};
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK(ioctl(fd, NIOCCONFIG, &ifr) == -1);
	CHECK_EQ(errno, EINVAL);
}

static const struct st_test tests[] = {
	{"misuse-headers", headers},
	{"misuse-commands", commands_of_no_meaning},
	{"misuse-null", no_argument_at_all},
	{"misuse-addresses", addresses_that_do_not_exist},
	{"misuse-read-only-answer", an_answer_that_cannot_be_written},
	{"misuse-unbound", an_unbound_descriptor_has_no_rings},
	{"misuse-mmap", mappings_stay_inside_the_region},
	{"misuse-switch-names", malformed_switch_names},
	{"misuse-devices", devices_that_are_not_there},
	{"misuse-config", configuration_without_a_module},
};

const struct st_group st_misuse_group = {tests, ST_COUNT(tests)};
