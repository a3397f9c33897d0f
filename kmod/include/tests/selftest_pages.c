/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that the task brought along belongs to the switch for as long as a port lives in it. */
#include "selftest.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PORT  "valest:ext"
#define OTHER "valest:other"

enum { BYTES = 8 << 20, BUF_BYTES = 2048, FRAME = 60 };

static struct nmreq_opt_extmem option_for(const void *memory)
{
	return (struct nmreq_opt_extmem){
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM,
		.nro_usrptr = (uintptr_t)memory,
		.nro_info = {.nr_memsize = BYTES,
			     .nr_if_pool_objtotal = 16,
			     .nr_ring_pool_objtotal = 16,
			     .nr_buf_pool_objtotal = 1024,
			     .nr_buf_pool_objsize = BUF_BYTES},
	};
}

static int bind_in(struct st_port *p, const char *name, struct nmreq_opt_extmem *option)
{
	int ret;

	memset(p, 0, sizeof(*p));
	p->reg = (struct nmreq_register){
		.nr_mode = NR_REG_ALL_NIC, .nr_tx_slots = 64, .nr_rx_slots = 64};
	p->fd = st_open();
	if (p->fd < 0)
		return errno;
	ret = st_ctrl_options(p->fd, NETMAP_REQ_REGISTER, name, &p->reg, option);
	if (ret)
		return ret;
	p->nifp = NETMAP_IF((char *)(uintptr_t)option->nro_usrptr, p->reg.nr_offset);
	p->tx = NETMAP_TXRING(p->nifp, 0);
	p->rx = NETMAP_RXRING(p->nifp, 0);
	return 0;
}

/* The pages count, not the addresses; and they stay although the task lets go of them. */
static void the_pages_are_held(void)
{
	struct nmreq_opt_extmem first, second;
	struct st_port a, b, other;
	int fd = memfd_create("extmem", 0), i;
	void *here, *there;

	SKIP_IN_PROCESS("there the switch uses the task's own addresses");
	NEEDS(ST_EXTMEM);
	CHECK(fd >= 0 && !ftruncate(fd, BYTES));
	here = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	there = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(here != MAP_FAILED && there != MAP_FAILED);
	first = option_for(here);
	second = option_for(there);
	CHECK_EQ(bind_in(&a, PORT, &first), 0);
	CHECK_EQ(bind_in(&b, "valest:same", &second), 0);
	CHECK_EQ(a.reg.nr_mem_id, b.reg.nr_mem_id);
	CHECK_EQ(st_bind(&other, OTHER), 0);
	munmap(here, BYTES);
	for (i = 0; i < 200; i++) {
		CHECK_EQ(st_send(&other, ST_BROADCAST, 2, FRAME), 0);
		CHECK_EQ(st_pending(&b), 1);
		st_drain(&b);
	}
	munmap(there, BYTES);
	for (i = 0; i < 200; i++)
		CHECK_EQ(st_send(&other, ST_BROADCAST, 2, FRAME), 0);
	CHECK_EQ(ioctl(b.fd, NIOCRXSYNC, NULL), 0);
	st_close(a.fd);
	st_close(b.fd);
	st_unbind(&other);
	close(fd);
}

static const struct st_test tests[] = {
	{"extmem-pages", the_pages_are_held},
};

const struct st_group st_pages_group = {tests, ST_COUNT(tests)};
