/* SPDX-License-Identifier: BSD-2-Clause */
/* The legacy request and the nm_open family on top of it. */
#define NETMAP_WITH_LIBS
#include "selftest.h"

#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#define PORT "valest:a"

static struct nmreq request(const char *name, uint32_t flags)
{
	struct nmreq req = {.nr_version = NETMAP_API, .nr_flags = flags};

	strcpy(req.nr_name, name);
	return req;
}

static int legacy(int fd, unsigned long cmd, struct nmreq *req)
{
	return ioctl(fd, cmd, req) ? errno : 0;
}

static void versions(void)
{
	static const struct {
		uint32_t version;
		int err;
	} t[] = {{11, EINVAL}, {13, EINVAL}, {14, 0}, {15, 0}, {16, 0}};
	struct nmreq req;
	size_t i;
	int fd;

	for (i = 0; i < ST_COUNT(t); i++) {
		fd = st_open();
		CHECK(fd >= 0);
		req = request(PORT, NR_REG_ALL_NIC);
		req.nr_version = t[i].version;
		CHECK_EQ(legacy(fd, NIOCREGIF, &req), t[i].err);
		CHECK_EQ(req.nr_version, t[i].version);
		CHECK_EQ(req.nr_memsize != 0, t[i].err == 0);
		st_close(fd);
	}
}

static void only_the_answer_is_written_back(void)
{
	struct nmreq req = request(PORT, NR_REG_ALL_NIC | NR_ACCEPT_VNET_HDR);
	int fd = st_open();

	CHECK(fd >= 0);
	req.nr_ringid = NETMAP_NO_TX_POLL;
	req.nr_arg1 = 4;
	CHECK_EQ(legacy(fd, NIOCREGIF, &req), 0);
	CHECK(strcmp(req.nr_name, PORT) == 0);
	CHECK_EQ(req.nr_ringid, NETMAP_NO_TX_POLL);
	CHECK_EQ(req.nr_flags, NR_REG_ALL_NIC | NR_ACCEPT_VNET_HDR);
	CHECK_EQ(req.nr_cmd, 0);
	CHECK_EQ(req.nr_arg1, 4);
	CHECK_EQ(req.nr_tx_slots, 1024);
	CHECK_EQ(req.nr_rx_rings, 1);
	CHECK(req.nr_arg2 > 1);
	CHECK_EQ(req.nr_arg3, 0);
}

static void modes_come_from_flags_or_from_the_ring_bits(void)
{
	static const struct {
		uint32_t flags;
		uint16_t ringid;
		int err;
	} t[] = {
		{NR_REG_DEFAULT, 0, 0},
		{NR_REG_DEFAULT, NETMAP_HW_RING | 0, 0},
		{NR_REG_DEFAULT, NETMAP_HW_RING | 9, EINVAL},
		{NR_REG_DEFAULT, NETMAP_SW_RING, EINVAL},
		{NR_REG_ALL_NIC, 0, 0},
		{NR_REG_ONE_NIC, 0, 0},
		{NR_REG_ONE_NIC, 1, EINVAL},
		{NR_REG_SW, 0, EINVAL},
		{NR_REG_NIC_SW, 0, EINVAL},
	};
	struct nmreq req;
	size_t i;
	int fd;

	for (i = 0; i < ST_COUNT(t); i++) {
		fd = st_open();
		CHECK(fd >= 0);
		req = request(PORT, t[i].flags);
		req.nr_ringid = t[i].ringid;
		CHECK_EQ(legacy(fd, NIOCREGIF, &req), t[i].err);
		CHECK_EQ(req.nr_flags, t[i].flags);
		CHECK_EQ(req.nr_ringid, t[i].ringid);
		st_close(fd);
	}
}

static void ginfo_tells_sizes(void)
{
	struct nmreq req = request(PORT, 0);
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK_EQ(legacy(fd, NIOCGINFO, &req), 0);
	CHECK(req.nr_memsize > 0);
	CHECK_EQ(req.nr_tx_slots, 1024);
	CHECK_EQ(req.nr_tx_rings, 1);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static int command(int fd, unsigned long cmd, struct nmreq *req, const char *name, uint16_t nr_cmd,
		   uint16_t arg1)
{
	*req = request(name, 0);
	req->nr_cmd = nr_cmd;
	req->nr_arg1 = arg1;
	return legacy(fd, cmd, req);
}

static void commands_reach_their_requests(void)
{
	struct nmreq req;
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK_EQ(command(fd, NIOCREGIF, &req, "nmst1", NETMAP_BDG_NEWIF, 0), 0);
	CHECK_EQ(req.nr_tx_slots, 1024);
	CHECK_EQ(command(fd, NIOCREGIF, &req, "valest:nmst1", NETMAP_BDG_ATTACH, 0), 0);
	CHECK_EQ(command(fd, NIOCGINFO, &req, "valest:nmst1", NETMAP_BDG_LIST, 0), 0);
	CHECK_EQ(req.nr_arg2, 0);
	CHECK_EQ(command(fd, NIOCREGIF, &req, "valest:nmst1", NETMAP_BDG_VNET_HDR, 12), 0);
	CHECK_EQ(command(fd, NIOCREGIF, &req, "valest:nmst1", NETMAP_VNET_HDR_GET, 0), 0);
	CHECK_EQ(req.nr_arg1, 12);
	CHECK_EQ(command(fd, NIOCREGIF, &req, "valest:nmst1", NETMAP_BDG_VNET_HDR, 11), EINVAL);
	CHECK_EQ(command(fd, NIOCREGIF, &req, "nmst1", NETMAP_BDG_DELIF, 0), EBUSY);
	CHECK_EQ(command(fd, NIOCREGIF, &req, "valest:nmst1", NETMAP_BDG_DETACH, 0), 0);
	CHECK_EQ(command(fd, NIOCREGIF, &req, "nmst1", NETMAP_BDG_DELIF, 0), 0);
}

static void commands_that_are_refused(void)
{
	static const struct {
		uint16_t cmd;
		int err;
	} t[] = {
		{NETMAP_BDG_REGOPS, EINVAL},
		{NETMAP_PT_HOST_CREATE, ENOMEM},
		{NETMAP_PT_HOST_DELETE, ENOMEM},
		{13, EINVAL},
	};
	struct nmreq req;
	int fd = st_open();
	size_t i;

	CHECK(fd >= 0);
	for (i = 0; i < ST_COUNT(t); i++)
		CHECK_EQ(command(fd, NIOCREGIF, &req, PORT, t[i].cmd, 0), t[i].err);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

struct seen {
	int packets;
	uint32_t len;
	unsigned char last;
};

static void note(unsigned char *arg, const struct nm_pkthdr *hdr, const unsigned char *buf)
{
	struct seen *seen = (struct seen *)(void *)arg;

	seen->packets++;
	seen->len = hdr->len;
	seen->last = buf[hdr->caplen - 1];
}

static void exchange(struct nm_desc *from, struct nm_desc *to)
{
	unsigned char frame[60] = {255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
	struct pollfd pfd = {.fd = NETMAP_FD(to), .events = POLLIN};
	struct seen seen = {0};
	int i;

	frame[59] = 0x5a;
	for (i = 0; i < 5; i++)
		CHECK_EQ(nm_inject(from, frame, sizeof(frame)), sizeof(frame));
	CHECK_EQ(nm_dispatch(to, 0, note, (unsigned char *)&seen), 0);
	CHECK_EQ(ioctl(NETMAP_FD(from), NIOCTXSYNC, NULL), 0);
	CHECK_EQ(poll(&pfd, 1, 1000), 1);
	CHECK_EQ(nm_dispatch(to, 3, note, (unsigned char *)&seen), 3);
	CHECK_EQ(nm_dispatch(to, -1, note, (unsigned char *)&seen), 2);
	CHECK_EQ(seen.packets, 5);
	CHECK_EQ(seen.len, sizeof(frame));
	CHECK_EQ(seen.last, 0x5a);
}

static void nm_open_sends_and_receives(void)
{
	struct nm_desc *a = nm_open(PORT, NULL, 0, NULL);
	struct nm_desc *b = nm_open("valest:b", NULL, 0, NULL);

	if (a && b)
		exchange(a, b);
	else
		st_failed(__FILE__, __LINE__, "nm_open: %s", strerror(errno));
	nm_close(a);
	nm_close(b);
}

/* A parent lends its mapping to descriptors of the same region, and its number of extra buffers. */
static void check_child(struct nm_desc *parent, struct nm_desc *child)
{
	CHECK_EQ(parent->req.nr_arg3, 20);
	CHECK(parent->nifp->ni_bufs_head >= 2);
	CHECK_EQ(parent->done_mmap, 1);
	CHECK(child->mem == parent->mem);
	CHECK_EQ(child->done_mmap, 0);
	CHECK(child->nifp != parent->nifp);
	CHECK(strcmp(child->req.nr_name, PORT) == 0);
	CHECK_EQ(child->req.nr_arg3, 20);
}

static void nm_open_shares_with_a_parent(void)
{
	const uint64_t flags = NM_OPEN_IFNAME | NM_OPEN_ARG2 | NM_OPEN_ARG3;
	struct nmreq req = {.nr_arg3 = 20};
	struct nm_desc *parent = nm_open(PORT, &req, 0, NULL);
	struct nm_desc *child = NULL;

	if (parent)
		child = nm_open(NULL, NULL, flags, parent);
	if (child)
		check_child(parent, child);
	else
		st_failed(__FILE__, __LINE__, "nm_open: %s", strerror(errno));
	nm_close(child);
	nm_close(parent);
}

static const struct st_test tests[] = {
	{"legacy-versions", versions},
	{"legacy-write-back", only_the_answer_is_written_back},
	{"legacy-modes", modes_come_from_flags_or_from_the_ring_bits},
	{"legacy-ginfo", ginfo_tells_sizes},
	{"legacy-commands", commands_reach_their_requests},
	{"legacy-refused", commands_that_are_refused},
	{"legacy-traffic", nm_open_sends_and_receives},
	{"legacy-parent", nm_open_shares_with_a_parent},
};

const struct st_group st_legacy_group = {tests, ST_COUNT(tests)};
