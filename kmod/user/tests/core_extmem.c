/* SPDX-License-Identifier: BSD-2-Clause */
/* The EXTMEM option: regions in memory of the task. */
#include <sys/mman.h>

#include "support.h"

#define PAGE	   4096UL
#define IF_BYTES   1024
#define RING_BYTES 20480
#define BUF_BYTES  2048
#define IFS	   8
#define RINGS	   16
#define BUFS	   1024
#define EXACT	   (IFS * IF_BYTES + RINGS * RING_BYTES + BUFS * BUF_BYTES)

/* Just as much memory as the pools of layout() take, and it is made of whole pages. */
_Static_assert(EXACT % PAGE == 0, "pools fill their pages");

static struct nmreq_opt_extmem layout(const void *memory, size_t bytes)
{
	return (struct nmreq_opt_extmem){
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM,
		.nro_usrptr = (uintptr_t)memory,
		.nro_info = {.nr_memsize = bytes,
			     .nr_if_pool_objtotal = IFS,
			     .nr_if_pool_objsize = IF_BYTES,
			     .nr_ring_pool_objtotal = RINGS,
			     .nr_ring_pool_objsize = RING_BYTES,
			     .nr_buf_pool_objtotal = BUFS,
			     .nr_buf_pool_objsize = BUF_BYTES},
	};
}

static void *memory_of(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CU_ASSERT_NOT_EQUAL_FATAL(p, MAP_FAILED);
	return p;
}

/* Registers with small rings; the port's addresses are in that memory. 0 or -errno. */
static int open_in(struct port *p, const char *name, struct nmreq_opt_extmem *opt)
{
	struct nmreq_header hdr = {.nr_version = NETMAP_API,
				   .nr_reqtype = NETMAP_REQ_REGISTER,
				   .nr_options = (uintptr_t)opt,
				   .nr_body = (uintptr_t)&p->reg};
	int rc;

	memset(p, 0, sizeof(*p));
	p->reg = (struct nmreq_register){
		.nr_mode = NR_REG_ALL_NIC, .nr_tx_slots = 128, .nr_rx_slots = 128};
	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", name);
	rc = DEV->open(&p->handle);
	if (rc)
		return rc;
	rc = DEV->ioctl(p->handle, NIOCCTRL, &hdr);
	if (rc) {
		DEV->close(p->handle);
		return rc;
	}
	p->base = (char *)(uintptr_t)opt->nro_usrptr;
	p->nifp = (struct netmap_if *)(p->base + p->reg.nr_offset);
	return 0;
}

static void close_in(struct port *p)
{
	DEV->close(p->handle);
}

static void misuse(void)
{
	char *memory = memory_of(2 * EXACT);
	void *locked = mmap(NULL, EXACT, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const struct {
		void *at;
		size_t bytes;
		uint32_t if_size, ring_num, buf_size;
		int rc;
	} rows[] = {
		{memory + 64, EXACT, 0, 0, 0, -EINVAL},	  {memory, 0, 0, 0, 0, -EINVAL},
		{memory, PAGE - 1, 0, 0, 0, -EINVAL},	  {(void *)-PAGE, EXACT, 0, 0, 0, -EINVAL},
		{NULL, EXACT, 0, 0, 0, -EFAULT},	  {locked, EXACT, 0, 0, 0, -EFAULT},
		{memory, EXACT - PAGE, 0, 0, 0, -ENOMEM}, {memory, EXACT, 0, RINGS + 1, 0, -ENOMEM},
		{memory, EXACT, 10, 0, 0, -EINVAL},	  {memory, EXACT, 8192, 0, 0, -EINVAL},
		{memory, EXACT, 0, 1, 0, -EINVAL},	  {memory, EXACT, 0, 0, 32, -EINVAL},
	};
	struct nmreq_vale_list list = {0};
	struct port p;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nmreq_opt_extmem opt = layout(rows[i].at, rows[i].bytes);

		if (rows[i].if_size)
			opt.nro_info.nr_if_pool_objsize = rows[i].if_size;
		if (rows[i].ring_num)
			opt.nro_info.nr_ring_pool_objtotal = rows[i].ring_num;
		if (rows[i].buf_size)
			opt.nro_info.nr_buf_pool_objsize = rows[i].buf_size;
		CU_ASSERT_EQUAL(open_in(&p, "vale0:a", &opt), rows[i].rc);
		CU_ASSERT_EQUAL(opt.nro_opt.nro_status, (uint32_t)-rows[i].rc);
		CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_LIST, "vale0:a", &list), -ENOENT);
	}
	munmap(locked, EXACT);
	munmap(memory, 2 * EXACT);
	finish();
}

static void the_layout_comes_back(void)
{
	char *memory = memory_of(2 * EXACT);
	struct nmreq_opt_extmem opt = layout(memory, EXACT), more = layout(memory, 2 * EXACT);
	struct nmreq_pools_info info = {0};
	struct port p;

	CU_ASSERT_EQUAL_FATAL(open_in(&p, "vale0:a", &opt), 0);
	CU_ASSERT_EQUAL(opt.nro_opt.nro_status, 0);
	CU_ASSERT_EQUAL(opt.nro_info.nr_memsize, EXACT);
	CU_ASSERT_EQUAL(opt.nro_info.nr_mem_id, p.reg.nr_mem_id);
	CU_ASSERT_EQUAL(p.reg.nr_memsize, EXACT);
	CU_ASSERT_EQUAL(opt.nro_info.nr_ring_pool_offset, IFS * IF_BYTES);
	CU_ASSERT_EQUAL(opt.nro_info.nr_buf_pool_offset, IFS * IF_BYTES + RINGS * RING_BYTES);
	CU_ASSERT_EQUAL(opt.nro_info.nr_buf_pool_objtotal, BUFS);
	CU_ASSERT_EQUAL(tx_ring(&p, 0)->nr_buf_size, BUF_BYTES);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_POOLS_INFO_GET, "vale0:a", &info), 0);
	CU_ASSERT(!memcmp(&info, &opt.nro_info, sizeof(info)));
	close_in(&p);
	CU_ASSERT_EQUAL_FATAL(open_in(&p, "vale0:a", &more), 0);
	CU_ASSERT_EQUAL(more.nro_info.nr_buf_pool_objtotal, BUFS + EXACT / BUF_BYTES);
	close_in(&p);
	munmap(memory, 2 * EXACT);
	finish();
}

static void what_is_not_said_is_a_parameter(void)
{
	enum { PLENTY = 16 << 20 };
	char *memory = memory_of(PLENTY);
	struct nmreq_opt_extmem opt = {
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM,
		.nro_usrptr = (uintptr_t)memory,
		.nro_info.nr_memsize = PLENTY + 17,
	};
	struct port p;

	CU_ASSERT_EQUAL_FATAL(open_in(&p, "vale0:a", &opt), 0);
	CU_ASSERT_EQUAL(opt.nro_info.nr_memsize, PLENTY);
	CU_ASSERT_EQUAL(opt.nro_info.nr_if_pool_objsize, 1024);
	CU_ASSERT_EQUAL(opt.nro_info.nr_if_pool_objtotal, 2);
	CU_ASSERT_EQUAL(opt.nro_info.nr_ring_pool_objsize, 20480);
	CU_ASSERT_EQUAL(opt.nro_info.nr_ring_pool_objtotal, 4);
	CU_ASSERT_EQUAL(opt.nro_info.nr_buf_pool_objsize, 2048);
	CU_ASSERT(opt.nro_info.nr_buf_pool_objtotal >= 4098);
	close_in(&p);
	munmap(memory, PLENTY);
	finish();
}

/* Everything the port shows lies in the task's memory, and frames go through it. */
static void traffic_between_two_in_the_same_memory(void)
{
	char *memory = memory_of(EXACT);
	struct nmreq_opt_extmem one = layout(memory, EXACT), two = layout(memory, EXACT);
	struct port a, b, plain;
	uint32_t i;

	CU_ASSERT_EQUAL_FATAL(open_in(&a, "vale0:a", &one), 0);
	CU_ASSERT_EQUAL_FATAL(open_in(&b, "vale0:b", &two), 0);
	port_open(&plain, "vale0:plain");
	CU_ASSERT_EQUAL(a.reg.nr_mem_id, b.reg.nr_mem_id);
	CU_ASSERT_NOT_EQUAL(a.reg.nr_mem_id, plain.reg.nr_mem_id);
	CU_ASSERT_STRING_EQUAL(a.nifp->ni_name, "vale0:a");
	for (i = 0; i < 500; i++) {
		send_frame(&a, BROADCAST, 1, i);
		CU_ASSERT_EQUAL(rxsync(&b), 0);
		CU_ASSERT_EQUAL(available(rx_ring(&b, 0)), 1);
		CU_ASSERT_EQUAL(frame_seq(rx_ring(&b, 0), rx_ring(&b, 0)->head), i);
		drain(&b);
		CU_ASSERT_EQUAL(drain(&plain), 1);
		send_frame(&plain, BROADCAST, 2, i);
		CU_ASSERT_EQUAL(drain(&a), 1);
		CU_ASSERT_EQUAL(drain(&b), 1);
	}
	close_in(&a);
	close_in(&b);
	port_close(&plain);
	munmap(memory, EXACT);
	finish();
}

static void other_pages_are_another_region(void)
{
	char *memory = memory_of(2 * EXACT);
	struct nmreq_opt_extmem one = layout(memory, EXACT), two = layout(memory + EXACT, EXACT);
	struct port a, b;

	CU_ASSERT_EQUAL_FATAL(open_in(&a, "vale0:a", &one), 0);
	CU_ASSERT_EQUAL_FATAL(open_in(&b, "vale0:b", &two), 0);
	CU_ASSERT_NOT_EQUAL(a.reg.nr_mem_id, b.reg.nr_mem_id);
	close_in(&a);
	close_in(&b);
	munmap(memory, 2 * EXACT);
	finish();
}

static void the_memory_is_not_mapped_again(void)
{
	char *memory = memory_of(EXACT);
	struct nmreq_opt_extmem opt = layout(memory, EXACT);
	struct port a;
	void *base;

	CU_ASSERT_EQUAL_FATAL(open_in(&a, "vale0:a", &opt), 0);
	CU_ASSERT_EQUAL(DEV->mmap(a.handle, EXACT, &base), -EINVAL);
	close_in(&a);
	munmap(memory, EXACT);
	finish();
}

/* A port that lies elsewhere already cannot come along. */
static void ports_do_not_move(void)
{
	char *memory = memory_of(EXACT);
	struct nmreq_opt_extmem opt = layout(memory, EXACT);
	struct port first, second;

	port_open(&first, "vale0:a");
	CU_ASSERT_EQUAL(open_in(&second, "vale0:a", &opt), -EBUSY);
	CU_ASSERT_EQUAL(opt.nro_opt.nro_status, EBUSY);
	send_frame(&first, BROADCAST, 1, 1);
	port_close(&first);
	munmap(memory, EXACT);
	finish();
}

static void memory_runs_out_within_the_region(void)
{
	char *memory = memory_of(EXACT);
	struct nmreq_opt_extmem opt = layout(memory, EXACT);
	struct port ports[RINGS];
	unsigned n = 0, i;

	while (n < RINGS) {
		char name[16];
		int rc;

		snprintf(name, sizeof(name), "vale0:%u", n);
		rc = open_in(&ports[n], name, &opt);
		if (rc)
			CU_ASSERT_EQUAL(rc, -ENOMEM);
		if (rc)
			break;
		n++;
	}
	CU_ASSERT_EQUAL(n, (BUFS - 2) / 256); /* each takes 2 * 128 buffers */
	for (i = 0; i < n; i++)
		close_in(&ports[i]);
	munmap(memory, EXACT);
	finish();
}

static void allocation_failing_at_each_site(void)
{
	char *memory = memory_of(EXACT);
	struct port p;
	long n = 0;
	int rc;

	do {
		struct nmreq_opt_extmem opt = layout(memory, EXACT);

		nm_user_fail_alloc(++n);
		rc = open_in(&p, "vale0:a", &opt);
		nm_user_fail_alloc(0);
		CU_ASSERT(rc == 0 || rc == -ENOMEM);
	} while (rc);
	CU_ASSERT(n > 8);
	close_in(&p);
	munmap(memory, EXACT);
	finish();
}

static const struct suite_test tests[] = {
	{"misuse", misuse},
	{"the_layout_comes_back", the_layout_comes_back},
	{"what_is_not_said_is_a_parameter", what_is_not_said_is_a_parameter},
	{"traffic_between_two_in_the_same_memory", traffic_between_two_in_the_same_memory},
	{"other_pages_are_another_region", other_pages_are_another_region},
	{"the_memory_is_not_mapped_again", the_memory_is_not_mapped_again},
	{"ports_do_not_move", ports_do_not_move},
	{"memory_runs_out_within_the_region", memory_runs_out_within_the_region},
	{"allocation_failing_at_each_site", allocation_failing_at_each_site},
};

SUITE_MAIN("core_extmem", tests)
