/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that only ask: port information, memory pools, listing, header length, counters. */
#include "selftest.h"

#include <string.h>
#include <sys/ioctl.h>

#include <net/vale_stats.h>

#define PORT "valest:a"

static void port_info_of_a_port_that_is_not_there(void)
{
	struct nmreq_port_info_get info = {0};
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_PORT_INFO_GET, PORT, &info), 0);
	CHECK(info.nr_memsize > 0);
	CHECK_EQ(info.nr_tx_slots, 1024);
	CHECK_EQ(info.nr_rx_slots, 1024);
	CHECK_EQ(info.nr_tx_rings, 1);
	CHECK_EQ(info.nr_rx_rings, 1);
	CHECK(info.nr_mem_id > 1);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static void port_info_of_a_bound_port(void)
{
	struct st_port p = {.reg = {.nr_tx_slots = 32, .nr_rx_slots = 16, .nr_rx_rings = 2}};
	struct nmreq_port_info_get info = {0};

	CHECK_EQ(st_bind_as(&p, PORT), 0);
	CHECK_EQ(st_ctrl(p.fd, NETMAP_REQ_PORT_INFO_GET, PORT, &info), 0);
	CHECK_EQ(info.nr_memsize, p.reg.nr_memsize);
	CHECK_EQ(info.nr_mem_id, p.reg.nr_mem_id);
	CHECK_EQ(info.nr_tx_slots, 32);
	CHECK_EQ(info.nr_rx_slots, 16);
	CHECK_EQ(info.nr_rx_rings, 2);
}

static void port_info_without_a_name_is_about_a_region(void)
{
	struct nmreq_port_info_get info = {0};
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_PORT_INFO_GET, "", &info), 0);
	CHECK_EQ(info.nr_mem_id, 1);
	CHECK(info.nr_memsize > 0);
	info.nr_mem_id = 0xfffe;
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_PORT_INFO_GET, "", &info), EINVAL);
}

static void pools_follow_each_other(void)
{
	struct nmreq_pools_info pools = {0};
	uint64_t end;
	struct st_port p;

	CHECK_EQ(st_bind(&p, PORT), 0);
	CHECK_EQ(st_ctrl(p.fd, NETMAP_REQ_POOLS_INFO_GET, PORT, &pools), 0);
	CHECK_EQ(pools.nr_memsize, p.reg.nr_memsize);
	CHECK_EQ(pools.nr_mem_id, p.reg.nr_mem_id);
	CHECK_EQ(pools.nr_if_pool_offset, 0);
	CHECK(pools.nr_if_pool_objtotal > 0 && pools.nr_if_pool_objsize >= 56 + 4 * 8);
	end = (uint64_t)pools.nr_if_pool_objtotal * pools.nr_if_pool_objsize;
	CHECK(pools.nr_ring_pool_offset >= end);
	CHECK(pools.nr_ring_pool_objsize >= sizeof(struct netmap_ring) + 1024 * 16);
	end = pools.nr_ring_pool_offset +
	      (uint64_t)pools.nr_ring_pool_objtotal * pools.nr_ring_pool_objsize;
	CHECK(pools.nr_buf_pool_offset >= end);
	CHECK_EQ(pools.nr_buf_pool_objsize, p.tx->nr_buf_size);
	end = pools.nr_buf_pool_offset +
	      (uint64_t)pools.nr_buf_pool_objtotal * pools.nr_buf_pool_objsize;
	CHECK(end <= pools.nr_memsize);
	CHECK(NETMAP_BUF(p.tx, 0) == p.mem + pools.nr_buf_pool_offset);
	CHECK(NETMAP_BUF(p.rx, 0) == p.mem + pools.nr_buf_pool_offset);
}

static void pools_before_binding_and_without_a_name(void)
{
	struct nmreq_pools_info pools = {0};
	int fd = st_open();

	CHECK(fd >= 0);
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_POOLS_INFO_GET, PORT, &pools), 0);
	CHECK(pools.nr_memsize > 0 && pools.nr_buf_pool_objtotal > 0);
	CHECK_EQ(st_ctrl(fd, NETMAP_REQ_POOLS_INFO_GET, "", &pools), ENXIO);
}

static void list_by_name(void)
{
	static const struct {
		const char *name;
		int want;
	} t[] = {
		{"valest:b", 1},	 {PORT, 0},	      {"valest:c", 255},
		{"valenone:a", -ENOENT}, {"valest", -ENOENT}, {"eth0", -EINVAL},
	};
	struct st_port a, b;
	size_t i;

	CHECK_EQ(st_bind(&a, PORT), 0);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	for (i = 0; i < ST_COUNT(t); i++)
		CHECK_EQ(st_port_index(t[i].name), t[i].want);
}

/* The walk of vale-ctl: the name cleared, the port number counted up. */
static int walk(int fd, const char *wanted)
{
	struct nmreq_vale_list list = {0};
	int found = 0, limit = 10000;

	while (limit--) {
		struct nmreq_header header = {.nr_version = NETMAP_API,
					      .nr_reqtype = NETMAP_REQ_VALE_LIST,
					      .nr_body = (uintptr_t)&list};

		if (ioctl(fd, NIOCCTRL, &header))
			return errno == ENOENT ? found : -errno;
		found += strcmp(header.nr_name, wanted) == 0;
		list.nr_port_idx++;
	}
	return -ELOOP;
}

static void list_walks_over_all_switches(void)
{
	struct st_port a, b, c;

	CHECK_EQ(st_bind(&a, PORT), 0);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	CHECK_EQ(st_bind(&c, "valest2:c"), 0);
	CHECK_EQ(walk(a.fd, PORT), 1);
	CHECK_EQ(walk(a.fd, "valest:b"), 1);
	CHECK_EQ(walk(a.fd, "valest2:c"), 1);
	st_unbind(&c);
	CHECK_EQ(walk(a.fd, "valest2:c"), 0);
	CHECK_EQ(walk(a.fd, PORT), 1);
}

static void port_numbers_are_used_again(void)
{
	struct st_port a, b, c;

	CHECK_EQ(st_bind(&a, PORT), 0);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	st_unbind(&a);
	CHECK_EQ(st_bind(&c, "valest:c"), 0);
	CHECK_EQ(st_port_index("valest:c"), 0);
	CHECK_EQ(st_port_index("valest:b"), 1);
}

static int header_length(int fd, unsigned type, const char *name, uint32_t *len)
{
	struct nmreq_port_hdr hdr = {.nr_hdr_len = *len};
	int ret = st_ctrl(fd, type, name, &hdr);

	*len = hdr.nr_hdr_len;
	return ret;
}

static void header_length_is_set_and_read(void)
{
	static const uint32_t lengths[] = {12, 0, 10};
	struct st_port p;
	uint32_t len;
	size_t i;

	CHECK_EQ(st_bind(&p, PORT), 0);
	for (i = 0; i < ST_COUNT(lengths); i++) {
		len = lengths[i];
		CHECK_EQ(header_length(p.fd, NETMAP_REQ_PORT_HDR_SET, PORT, &len), 0);
		len = 99;
		CHECK_EQ(header_length(p.fd, NETMAP_REQ_PORT_HDR_GET, PORT, &len), 0);
		CHECK_EQ(len, lengths[i]);
	}
	len = 11;
	CHECK_EQ(header_length(p.fd, NETMAP_REQ_PORT_HDR_SET, PORT, &len), EINVAL);
	len = 12;
	CHECK_EQ(header_length(p.fd, NETMAP_REQ_PORT_HDR_SET, "valest:none", &len), ENXIO);
	CHECK_EQ(st_port_index("valest:none"), 255);
}

static void a_port_with_headers_must_be_accepted(void)
{
	struct st_port p, q = {.fd = -1};
	uint32_t len = 12;

	CHECK_EQ(st_bind(&p, PORT), 0);
	CHECK_EQ(header_length(p.fd, NETMAP_REQ_PORT_HDR_SET, PORT, &len), 0);
	CHECK_EQ(st_bind(&q, PORT), EIO);
	q.reg = (struct nmreq_register){.nr_flags = NR_ACCEPT_VNET_HDR};
	CHECK_EQ(st_bind_as(&q, PORT), 0);
}

static void counters_add_up(void)
{
	struct vale_port_stats sa = {.version = VALE_STATS_VERSION, .name = PORT}, sb = sa;
	struct st_port a, b;

	strcpy(sb.name, "valest:b");
	CHECK_EQ(st_bind(&a, PORT), 0);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	st_put(&a, ST_BROADCAST, 1, 60);
	st_put(&a, ST_BROADCAST, 1, 100);
	CHECK_EQ(st_send(&a, 1, 1, 60), 0); /* to itself: no destination */
	CHECK_EQ(ioctl(a.fd, NIOCVALESTATS, &sa), 0);
	CHECK_EQ(ioctl(a.fd, NIOCVALESTATS, &sb), 0);
	CHECK_EQ(sa.tx_packets, 3);
	CHECK_EQ(sa.tx_bytes, 220);
	CHECK_EQ(sa.tx_copies, 2);
	CHECK_EQ(sa.tx_drop_no_dest, 1);
	CHECK_EQ(sb.rx_packets, 2);
	CHECK_EQ(sb.rx_bytes, 160);
	CHECK_EQ(sb.port_idx, 1);
	sa.version++;
	CHECK(ioctl(a.fd, NIOCVALESTATS, &sa) == -1);
	CHECK_EQ(errno, EINVAL);
}

static const struct st_test tests[] = {
	{"info-absent-port", port_info_of_a_port_that_is_not_there},
	{"info-bound-port", port_info_of_a_bound_port},
	{"info-region", port_info_without_a_name_is_about_a_region},
	{"pools-bound", pools_follow_each_other},
	{"pools-unbound", pools_before_binding_and_without_a_name},
	{"list-by-name", list_by_name},
	{"list-walk", list_walks_over_all_switches},
	{"list-numbers", port_numbers_are_used_again},
	{"header-length", header_length_is_set_and_read},
	{"header-accept", a_port_with_headers_must_be_accepted},
	{"counters", counters_add_up},
};

const struct st_group st_info_group = {tests, ST_COUNT(tests)};
