/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors step by step: over a device that counts and fails, and over the switch in here. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "fake_netmap.h"
#include "nm_user.h"
#include "suite.h"

static void balance_is_zero(void)
{
	CU_ASSERT_EQUAL(fake.opened, fake.closed);
	CU_ASSERT_EQUAL(fake.mapped, fake.unmapped);
	CU_ASSERT_EQUAL(fake.live, 0);
}

static void rings_are_those_that_are_bound(void)
{
	static const struct {
		uint64_t tx, rx;
		unsigned first_tx, last_tx, first_rx, last_rx;
	} cases[] = {
		{3, 3, 0, 1, 0, 1}, /* all NIC rings */
		{7, 7, 0, 2, 0, 2}, /* host rings too */
		{4, 4, 2, 2, 2, 2}, /* host rings only */
		{2, 2, 1, 1, 1, 1}, /* one ring */
		{3, 0, 0, 1, 3, 2}, /* /T */
		{5, 6, 0, 0, 1, 2}, /* the first run counts */
		{0, 0, 3, 2, 3, 2},
	};
	struct nmctx_of c;
	size_t i;

	fake_begin(&c);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nmport_d *d;

		fake.bound_tx = cases[i].tx;
		fake.bound_rx = cases[i].rx;
		d = nmport_open_in(&c.ctx, "netmap:eth0");
		CU_ASSERT_PTR_NOT_NULL_FATAL(d);
		CU_ASSERT_EQUAL(d->first_tx_ring, cases[i].first_tx);
		CU_ASSERT_EQUAL(d->last_tx_ring, cases[i].last_tx);
		CU_ASSERT_EQUAL(d->first_rx_ring, cases[i].first_rx);
		CU_ASSERT_EQUAL(d->last_rx_ring, cases[i].last_rx);
		CU_ASSERT_EQUAL(d->cur_tx_ring, d->first_tx_ring);
		CU_ASSERT_EQUAL(d->cur_rx_ring, d->first_rx_ring);
		if (!cases[i].tx)
			CU_ASSERT_EQUAL(nmport_inject(d, "x", 1), 0);
		nmport_close(d);
	}
	balance_is_zero();
	nmctx_end(&c);
}

static void a_region_is_mapped_once(void)
{
	struct nmport_d *a, *b, *other;
	struct nmctx_of c;

	fake_begin(&c);
	a = nmport_open_in(&c.ctx, "netmap:a");
	b = nmport_open_in(&c.ctx, "netmap:b");
	fake.mem_id = 8;
	other = nmport_open_in(&c.ctx, "netmap:other");
	CU_ASSERT(a && b && other);
	CU_ASSERT_PTR_EQUAL(a->mem, b->mem);
	CU_ASSERT_EQUAL(a->mem->refcount, 2);
	CU_ASSERT_EQUAL(a->mem->mem_id, 7);
	CU_ASSERT_EQUAL(a->mem->size, FAKE_REGION_BYTES);
	CU_ASSERT_PTR_NOT_EQUAL(other->mem, a->mem);
	CU_ASSERT_EQUAL(fake.mapped, 2);
	nmport_close(a);
	CU_ASSERT_EQUAL(fake.unmapped, 0);
	CU_ASSERT_EQUAL(b->mem->refcount, 1);
	nmport_close(b);
	CU_ASSERT_EQUAL(fake.unmapped, 1);
	nmport_close(other);
	nmport_close(NULL);
	CU_ASSERT_PTR_NULL(c.ctx.mem_descs);
	balance_is_zero();
	nmctx_end(&c);
}

static void clones_ask_for_the_same_region(void)
{
	struct nmport_d *d, *clone;
	struct nmctx_of c;

	fake_begin(&c);
	d = nmport_prepare_in(&c.ctx, "netmap:eth0");
	CU_ASSERT_EQUAL(nmport_offset(d, 0, 64, 0, 0), 0);
	CU_ASSERT_EQUAL_FATAL(nmport_open_desc(d), 0);
	clone = nmport_clone(d);
	CU_ASSERT_PTR_NOT_NULL_FATAL(clone);
	CU_ASSERT(clone->fd == -1 && !clone->register_done && !clone->mmap_done);
	CU_ASSERT_EQUAL(clone->hdr.nr_options, 0);
	CU_ASSERT_EQUAL(clone->reg.nr_mem_id, 7);
	clone->reg.nr_mode = NR_REG_ONE_NIC;
	clone->reg.nr_ringid = 1;
	CU_ASSERT_EQUAL(nmport_open_desc(clone), 0);
	CU_ASSERT(fake.reg.nr_ringid == 1 && fake.reg.nr_mem_id == 7);
	CU_ASSERT_PTR_EQUAL(clone->mem, d->mem);
	nmport_close(d);
	nmport_close(clone);
	balance_is_zero();
	nmctx_end(&c);
}

static void failures_leave_nothing_behind(void)
{
	static const struct {
		int *where;
		int error;
		const char *says;
	} cases[] = {
		{&fake.open_error, ENOENT, "load netmap.ko"},
		{&fake.open_error, EACCES, "become root"},
		{&fake.register_error, EBUSY, "exclusively"},
		{&fake.register_error, ENXIO, "no such network device"},
		{&fake.mmap_error, EAGAIN, "cannot map the memory of eth0"},
	};
	struct nmctx_of c;
	size_t i;

	fake_begin(&c);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake.said[0] = '\0';
		*cases[i].where = cases[i].error;
		errno = 0;
		CU_ASSERT_PTR_NULL(nmport_open_in(&c.ctx, "netmap:eth0"));
		CU_ASSERT_EQUAL(errno, cases[i].error);
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.said, cases[i].says));
		balance_is_zero();
	}
	nmctx_end(&c);
}

static void refused_options_are_named(void)
{
	struct nmport_d *d;
	struct nmctx_of c;

	fake_begin(&c);
	d = nmport_prepare_in(&c.ctx, "netmap:eth0");
	CU_ASSERT_EQUAL(nmport_offset(d, 0, 64, 0, 0), 0);
	fake.option_status = EOPNOTSUPP;
	fake.register_error = EOPNOTSUPP;
	CU_ASSERT_EQUAL(nmport_register(d), -1);
	CU_ASSERT_EQUAL(errno, EOPNOTSUPP);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.said, "option offsets"));
	CU_ASSERT_PTR_NULL(strstr(fake.said, "(no such"));
	/* The descriptor can be tried again. */
	fake.option_status = 0;
	CU_ASSERT_EQUAL(nmport_register(d), 0);
	CU_ASSERT_EQUAL(nmport_register(d), -1);
	CU_ASSERT_EQUAL(errno, EINVAL);
	CU_ASSERT_EQUAL(nmport_offset(d, 0, 64, 0, 0), -1);
	CU_ASSERT_EQUAL(errno, EINVAL);
	nmport_close(d);
	balance_is_zero();
	nmctx_end(&c);
}

static void external_memory_is_not_mapped(void)
{
	static char memory[FAKE_REGION_BYTES] __attribute__((aligned(4096)));
	struct nmport_d *d;
	struct nmctx_of c;

	fake_begin(&c);
	d = nmport_prepare_in(&c.ctx, "vale0:a");
	CU_ASSERT_PTR_NULL(nmport_extmem_getinfo(d));
	CU_ASSERT_EQUAL(nmport_extmem(d, memory, sizeof(memory)), 0);
	CU_ASSERT_EQUAL(nmport_extmem(d, memory, sizeof(memory)), -1);
	CU_ASSERT_EQUAL(nmport_extmem_getinfo(d)->nr_memsize, sizeof(memory));
	CU_ASSERT_EQUAL_FATAL(nmport_open_desc(d), 0);
	CU_ASSERT_PTR_EQUAL(d->mem->mem, memory);
	CU_ASSERT(d->mem->is_extmem);
	CU_ASSERT_PTR_EQUAL(d->nifp, (struct netmap_if *)(memory + FAKE_IF_OFFSET));
	nmport_close(d);
	CU_ASSERT_EQUAL(fake.mapped, 0);
	balance_is_zero();
	nmctx_end(&c);
}

static void memory_may_come_from_a_file(void)
{
	char path[] = "/tmp/libnetmap-test-XXXXXX", spec[128];
	int fd = mkstemp(path);
	struct nmport_d *d;
	struct nmctx_of c;

	CU_ASSERT_FATAL(fd >= 0 && ftruncate(fd, FAKE_REGION_BYTES) == 0);
	fake_begin(&c);
	snprintf(spec, sizeof(spec), "vale0:a@extmem:file=%s,buf-num=30,if_size=128", path);
	d = nmport_prepare_in(&c.ctx, spec);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	CU_ASSERT_EQUAL(d->extmem->nro_info.nr_memsize, FAKE_REGION_BYTES);
	CU_ASSERT_EQUAL(d->extmem->nro_info.nr_buf_pool_objtotal, 30);
	CU_ASSERT_EQUAL(d->extmem->nro_info.nr_if_pool_objsize, 128);
	memset((void *)(uintptr_t)d->extmem->nro_usrptr, 1, FAKE_REGION_BYTES);
	nmport_undo_prepare(d);
	snprintf(spec, sizeof(spec), "vale0:a@extmem:file=%s,buf-num=x", path);
	CU_ASSERT_PTR_NULL(nmport_prepare_in(&c.ctx, spec));
	balance_is_zero();
	nmctx_end(&c);
	close(fd);
	unlink(path);
}

static void every_allocation_may_fail(void)
{
	struct nmctx_of c;
	struct nmport_d *d = NULL;
	long n;

	fake_begin(&c);
	nmport_enable_option("offset");
	for (n = 1; !d && n < 100; n++) {
		fake.fail_malloc = n;
		errno = 0;
		d = nmport_open_in(&c.ctx, "vale0:a@conf:slots=4@offset=0");
		CU_ASSERT(d || errno == ENOMEM);
		if (!d)
			balance_is_zero();
	}
	nmport_disable_option("offset");
	CU_ASSERT(d && n > 5);
	fake.fail_malloc = 0;
	nmport_close(d);
	balance_is_zero();
	nmctx_end(&c);
}

/* --- Over the in-process switch --- */

static void to_stderr(struct nmctx *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

static const char frame[60] = "\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\1";

static void frames_cross_the_switch(void)
{
	struct nmport_d *a, *b;
	struct netmap_ring *rx;
	struct nmdev_wait w;
	struct nmctx_of c;

	nmctx_begin(&c, &nmdev_inproc, to_stderr);
	a = nmport_open_in(&c.ctx, "vale7:a@conf:slots=8");
	b = nmport_open_in(&c.ctx, "vale7:b@share=vale7:a");
	CU_ASSERT_FATAL(a && b);
	CU_ASSERT_EQUAL(a->reg.nr_mem_id, b->reg.nr_mem_id);
	CU_ASSERT_PTR_EQUAL(a->mem, b->mem);
	CU_ASSERT_EQUAL(nmport_inject(a, frame, sizeof(frame)), sizeof(frame));
	CU_ASSERT_EQUAL(nmport_ioctl(a, NIOCTXSYNC, NULL), 0);
	w = (struct nmdev_wait){.handle = nmport_handle(b), .events = POLLIN};
	CU_ASSERT_EQUAL(nmdev_inproc.wait(&w, 1, 1000), 1);
	rx = NETMAP_RXRING(b->nifp, b->first_rx_ring);
	CU_ASSERT_EQUAL_FATAL(nm_ring_space(rx), 1);
	CU_ASSERT_EQUAL(rx->slot[rx->head].len, sizeof(frame));
	CU_ASSERT_EQUAL(memcmp(NETMAP_BUF(rx, rx->slot[rx->head].buf_idx), frame, sizeof(frame)),
			0);
	nmport_close(a);
	nmport_close(b);
	nmctx_end(&c);
}

/* Seven slots of a ring of eight can be filled; a packet that does not fit leaves no trace. */
static void inject_takes_whole_packets_only(void)
{
	static char jumbo[20000];
	struct netmap_ring *tx;
	struct nmport_d *d;
	struct nmctx_of c;
	unsigned slots;
	int i;

	nmctx_begin(&c, &nmdev_inproc, to_stderr);
	d = nmport_open_in(&c.ctx, "vale7:a@conf:slots=8");
	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	tx = NETMAP_TXRING(d->nifp, 0);
	slots = ((unsigned)sizeof(jumbo) - 15000 + tx->nr_buf_size - 1) / tx->nr_buf_size;
	CU_ASSERT_EQUAL(nmport_inject(d, jumbo, 5000), 5000);
	CU_ASSERT_EQUAL(tx->head, slots);
	CU_ASSERT(tx->slot[0].flags & NS_MOREFRAG);
	CU_ASSERT_FALSE(tx->slot[slots - 1].flags & NS_MOREFRAG);
	CU_ASSERT_EQUAL(nmport_inject(d, jumbo, sizeof(jumbo)), 0);
	CU_ASSERT_EQUAL(tx->head, slots);
	for (i = 0; nmport_inject(d, frame, sizeof(frame)); i++)
		;
	CU_ASSERT_EQUAL((unsigned)i, 7 - slots);
	nmport_close(d);
	nmctx_end(&c);
}

static void *send_later(void *arg)
{
	struct nmport_d *d = arg;

	usleep(30000);
	nmport_inject(d, frame, sizeof(frame));
	nmport_ioctl(d, NIOCTXSYNC, NULL);
	return NULL;
}

static void one_wait_covers_several_ports(void)
{
	struct nmdev_wait set[3] = {0};
	struct nmport_d *d[4];
	struct nmctx_of c;
	pthread_t sender;
	char name[16];
	int i;

	nmctx_begin(&c, &nmdev_inproc, to_stderr);
	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "vale%d:%d", i < 2 ? 6 : 7, i);
		d[i] = nmport_open_in(&c.ctx, name);
		CU_ASSERT_PTR_NOT_NULL_FATAL(d[i]);
	}
	for (i = 0; i < 3; i++)
		set[i] = (struct nmdev_wait){.handle = nmport_handle(d[i]), .events = POLLIN};
	CU_ASSERT_EQUAL(nmdev_inproc.wait(set, 3, 20), 0);
	pthread_create(&sender, NULL, send_later, d[3]);
	CU_ASSERT_EQUAL(nmdev_inproc.wait(set, 3, 5000), 1);
	pthread_join(sender, NULL);
	CU_ASSERT(set[0].revents == 0 && set[1].revents == 0 && set[2].revents == POLLIN);
	CU_ASSERT_EQUAL(nmdev_inproc.wait(set, 0, 0), -EINVAL);
	for (i = 0; i < 4; i++)
		nmport_close(d[i]);
	nmctx_end(&c);
}

static const struct suite_test tests[] = {
	{"rings are those that are bound", rings_are_those_that_are_bound},
	{"a region is mapped once", a_region_is_mapped_once},
	{"clones ask for the same region", clones_ask_for_the_same_region},
	{"failures leave nothing behind", failures_leave_nothing_behind},
	{"refused options are named", refused_options_are_named},
	{"external memory is not mapped", external_memory_is_not_mapped},
	{"memory may come from a file", memory_may_come_from_a_file},
	{"every allocation may fail", every_allocation_may_fail},
	{"frames cross the switch", frames_cross_the_switch},
	{"inject takes whole packets only", inject_takes_whole_packets_only},
	{"one wait covers several ports", one_wait_covers_several_ports},
};

SUITE_MAIN("libnetmap_port", tests)
