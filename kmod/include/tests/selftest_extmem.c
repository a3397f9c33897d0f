/* SPDX-License-Identifier: BSD-2-Clause */
/* The option EXTMEM: a region in memory of the task. */
#include "selftest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define PORT "valest:a"

enum { PAGE = 4096, MEMORY_BYTES = 4 << 20, BUFFERS = 500 };

static struct nmreq_opt_extmem option_for(void *memory, uint64_t bytes)
{
	return (struct nmreq_opt_extmem){
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM,
		.nro_usrptr = (uintptr_t)memory,
		.nro_info = {.nr_memsize = bytes, .nr_buf_pool_objtotal = BUFFERS}};
}

static int bind_extmem(struct st_port *p, const char *name, struct nmreq_opt_extmem *option)
{
	int ret;

	*p = (struct st_port){.fd = st_open(),
			      .reg = {.nr_mode = NR_REG_ALL_NIC,
				      .nr_tx_slots = 64,
				      .nr_rx_slots = 64,
				      .nr_flags = NR_ACCEPT_VNET_HDR}};
	if (p->fd < 0)
		return errno;
	ret = st_ctrl_options(p->fd, NETMAP_REQ_REGISTER, name, &p->reg, option);
	if (ret)
		return ret;
	p->nifp = NETMAP_IF((uintptr_t)option->nro_usrptr, p->reg.nr_offset);
	p->tx = NETMAP_TXRING(p->nifp, 0);
	p->rx = NETMAP_RXRING(p->nifp, 0);
	return 0;
}

static void *memory(void)
{
	void *m = aligned_alloc(PAGE, MEMORY_BYTES);

	if (m)
		memset(m, 0, MEMORY_BYTES);
	return m;
}

static void rings_lie_in_the_tasks_memory(void *m)
{
	struct nmreq_opt_extmem option = option_for(m, MEMORY_BYTES);
	const struct nmreq_pools_info *info = &option.nro_info;
	struct st_port p, peer;

	CHECK_EQ(bind_extmem(&p, PORT, &option), 0);
	CHECK_EQ(option.nro_opt.nro_status, 0);
	CHECK(info->nr_if_pool_objtotal > 0 && info->nr_ring_pool_objtotal > 0);
	CHECK(info->nr_buf_pool_objtotal > BUFFERS);
	CHECK_EQ(info->nr_if_pool_offset, 0);
	CHECK((char *)p.tx > (char *)m && (char *)p.tx < (char *)m + MEMORY_BYTES);
	CHECK_EQ(p.tx->num_slots, 64);
	CHECK(NETMAP_BUF(p.tx, 0) == (char *)m + info->nr_buf_pool_offset);
	CHECK_EQ(st_bind(&peer, "valest:b"), 0);
	CHECK(peer.reg.nr_mem_id != p.reg.nr_mem_id);
	CHECK_EQ(st_send(&p, ST_BROADCAST, 1, 99), 0);
	CHECK_EQ(st_pending(&peer), 1);
	CHECK_EQ(st_send(&peer, ST_BROADCAST, 2, 88), 0);
	CHECK_EQ(st_pending(&p), 1);
	CHECK_EQ(p.rx->slot[0].len, 88);
}

static void the_same_memory_is_the_same_region(void *m)
{
	struct nmreq_opt_extmem first = option_for(m, MEMORY_BYTES), second = first;
	struct st_port a, b;

	CHECK_EQ(bind_extmem(&a, PORT, &first), 0);
	CHECK_EQ(bind_extmem(&b, "valest:b", &second), 0);
	CHECK_EQ(a.reg.nr_mem_id, b.reg.nr_mem_id);
	CHECK_EQ(st_send(&a, ST_BROADCAST, 1, 60), 0);
	CHECK_EQ(st_pending(&b), 1);
}

static void memory_that_will_not_do(void *m)
{
	const struct {
		void *at;
		uint64_t bytes;
		int err;
	} t[] = {
		{m, PAGE, ENOMEM},
		{(void *)0x7ffff0000000, MEMORY_BYTES, EFAULT},
	};
	size_t i;

	for (i = 0; i < ST_COUNT(t); i++) {
		struct nmreq_opt_extmem option = option_for(t[i].at, t[i].bytes);
		struct st_port p;

		CHECK_EQ(bind_extmem(&p, PORT, &option), t[i].err);
		CHECK_EQ(option.nro_opt.nro_status, t[i].err);
		st_close(p.fd);
		CHECK_EQ(st_port_index(PORT), -ENOENT);
	}
}

/* The memory outlives the port: everything that a test left open is closed first. */
static void with_memory(void (*test)(void *m))
{
	void *m;

	NEEDS(ST_EXTMEM);
	m = memory();
	CHECK(m);
	test(m);
	st_end_all();
	free(m);
}

static void extmem_rings(void)
{
	with_memory(rings_lie_in_the_tasks_memory);
}

static void extmem_shared(void)
{
	with_memory(the_same_memory_is_the_same_region);
}

static void extmem_refused(void)
{
	with_memory(memory_that_will_not_do);
}

static const struct st_test tests[] = {
	{"extmem-rings", extmem_rings},
	{"extmem-shared", extmem_shared},
	{"extmem-refused", extmem_refused},
};

const struct st_group st_extmem_group = {tests, ST_COUNT(tests)};
