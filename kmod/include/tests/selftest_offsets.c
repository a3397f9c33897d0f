/* SPDX-License-Identifier: BSD-2-Clause */
/* The option OFFSETS: packets that begin where slots say. */
#include "selftest.h"

#include <string.h>
#include <sys/ioctl.h>

#define PORT "valest:a"

static int bind_offsets(struct st_port *p, const char *name, struct nmreq_opt_offsets *option)
{
	memset(p, 0, sizeof(*p));
	p->reg.nr_mode = NR_REG_ALL_NIC;
	p->fd = st_open();
	if (p->fd < 0)
		return errno;
	option->nro_opt = (struct nmreq_option){.nro_reqtype = NETMAP_REQ_OPT_OFFSETS};
	return st_ctrl_options(p->fd, NETMAP_REQ_REGISTER, name, &p->reg, option);
}

static int map_offsets(struct st_port *p)
{
	p->mem = st_map(p->fd, p->reg.nr_memsize);
	if (!p->mem)
		return errno;
	p->nifp = NETMAP_IF(p->mem, p->reg.nr_offset);
	p->tx = NETMAP_TXRING(p->nifp, 0);
	p->rx = NETMAP_RXRING(p->nifp, 0);
	return 0;
}

static void bounds(void)
{
	static const struct {
		uint64_t max, initial;
		uint32_t bits;
		int err;
	} t[] = {
		{64, 0, 0, 0},	     {64, 64, 16, 0},	      {0, 0, 0, 0},
		{64, 65, 0, EINVAL}, {64, 0, 65, EINVAL},     {64, 0, 6, EINVAL},
		{64, 0, 7, 0},	     {1 << 20, 0, 0, EINVAL}, {~0ULL, 0, 0, EINVAL},
	};
	size_t i;

	NEEDS(ST_OFFSETS);
	for (i = 0; i < ST_COUNT(t); i++) {
		struct nmreq_opt_offsets option = {.nro_max_offset = t[i].max,
						   .nro_initial_offset = t[i].initial,
						   .nro_offset_bits = t[i].bits};
		struct st_port p;

		CHECK_EQ(bind_offsets(&p, PORT, &option), t[i].err);
		CHECK_EQ(option.nro_opt.nro_status, t[i].err);
		st_close(p.fd);
		CHECK_EQ(st_port_index(PORT), -ENOENT);
	}
}

static void rings_tell_mask_and_slots_the_first_offset(void)
{
	struct nmreq_opt_offsets option = {
		.nro_max_offset = 128, .nro_initial_offset = 40, .nro_offset_bits = 16};
	struct st_port p;
	uint32_t i;

	NEEDS(ST_OFFSETS);
	CHECK_EQ(bind_offsets(&p, PORT, &option), 0);
	CHECK_EQ(map_offsets(&p), 0);
	CHECK_EQ(p.tx->offset_mask, 0xffff);
	CHECK_EQ(p.rx->offset_mask, 0xffff);
	for (i = 0; i < p.rx->num_slots; i++) {
		CHECK_EQ(NETMAP_ROFFSET(p.rx, &p.rx->slot[i]), 40);
		CHECK_EQ(NETMAP_ROFFSET(p.tx, &p.tx->slot[i]), 40);
	}
}

static void narrower_rings_conflict(void)
{
	struct nmreq_opt_offsets first = {.nro_max_offset = 64, .nro_offset_bits = 8};
	struct nmreq_opt_offsets bigger = {.nro_max_offset = 128, .nro_offset_bits = 8};
	struct nmreq_opt_offsets wider = {.nro_max_offset = 64, .nro_offset_bits = 16};
	struct nmreq_opt_offsets same = {.nro_max_offset = 64, .nro_offset_bits = 8};
	struct st_port p, q;

	NEEDS(ST_OFFSETS);
	CHECK_EQ(bind_offsets(&p, PORT, &first), 0);
	CHECK_EQ(bind_offsets(&q, PORT, &bigger), EBUSY);
	CHECK_EQ(bigger.nro_opt.nro_status, EBUSY);
	CHECK_EQ(bind_offsets(&q, PORT, &wider), EBUSY);
	CHECK_EQ(bind_offsets(&q, PORT, &same), 0);
}

/* Sends one frame of len bytes at tx_at, with rx_at wished for; where it came, or -1. */
static int shifted(uint64_t tx_at, uint64_t rx_at, uint16_t len, const char **got)
{
	struct nmreq_opt_offsets option = {.nro_max_offset = 128}, other = option;
	static struct st_port a, b;
	char *frame;

	if (bind_offsets(&a, PORT, &option) || map_offsets(&a) ||
	    bind_offsets(&b, "valest:b", &other) || map_offsets(&b))
		return -1;
	NETMAP_WOFFSET(a.tx, &a.tx->slot[0], tx_at);
	NETMAP_WOFFSET(b.rx, &b.rx->slot[0], rx_at);
	frame = NETMAP_BUF(a.tx, a.tx->slot[0].buf_idx) + (tx_at > 128 ? 128 : tx_at);
	memset(frame, 0x5a, len);
	memset(frame, 0xff, 6);
	frame[6] = 2;
	a.tx->slot[0].len = len;
	a.tx->head = a.tx->cur = 1;
	if (ioctl(a.fd, NIOCTXSYNC, NULL) || st_pending(&b) != 1 || b.rx->slot[0].len != len)
		return -1;
	*got = NETMAP_BUF_OFFSET(b.rx, &b.rx->slot[0]);
	return memcmp(*got, frame, len) ? -1 : (int)NETMAP_ROFFSET(b.rx, &b.rx->slot[0]);
}

static void packets_go_to_the_exact_offset(void)
{
	static const struct {
		uint64_t tx, rx;
		int at;
	} t[] = {{0, 0, 0}, {64, 0, 0}, {0, 64, 64}, {10, 33, 33}, {128, 128, 128}, {3, 5, 5}};
	const char *got;
	size_t i;

	NEEDS(ST_OFFSETS);
	for (i = 0; i < ST_COUNT(t); i++) {
		CHECK_EQ(shifted(t[i].tx, t[i].rx, 100, &got), t[i].at);
		st_end_all();
	}
}

static void offsets_above_the_maximum_are_the_maximum(void)
{
	const char *got;

	NEEDS(ST_OFFSETS);
	CHECK(shifted(5000, 0, 100, &got) == 0);
	st_end_all();
	CHECK(shifted(0, 1 << 30, 100, &got) >= 0);
}

static void a_port_without_offsets_gets_them_at_its_start(void)
{
	struct nmreq_opt_offsets option = {.nro_max_offset = 128};
	struct st_port a, b;

	NEEDS(ST_OFFSETS);
	CHECK_EQ(bind_offsets(&a, PORT, &option), 0);
	CHECK_EQ(map_offsets(&a), 0);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	NETMAP_WOFFSET(a.tx, &a.tx->slot[0], 70);
	memset(NETMAP_BUF_OFFSET(a.tx, &a.tx->slot[0]), 0xff, 60);
	NETMAP_BUF_OFFSET(a.tx, &a.tx->slot[0])[6] = 2;
	a.tx->slot[0].len = 60;
	a.tx->head = a.tx->cur = 1;
	CHECK_EQ(ioctl(a.fd, NIOCTXSYNC, NULL), 0);
	CHECK_EQ(st_pending(&b), 1);
	CHECK_EQ(memcmp(NETMAP_BUF(b.rx, b.rx->slot[0].buf_idx),
			NETMAP_BUF_OFFSET(a.tx, &a.tx->slot[0]), 60),
		 0);
}

static const struct st_test tests[] = {
	{"offsets-bounds", bounds},
	{"offsets-rings", rings_tell_mask_and_slots_the_first_offset},
	{"offsets-conflict", narrower_rings_conflict},
	{"offsets-exact", packets_go_to_the_exact_offset},
	{"offsets-clamped", offsets_above_the_maximum_are_the_maximum},
	{"offsets-one-sided", a_port_without_offsets_gets_them_at_its_start},
};

const struct st_group st_offsets_group = {tests, ST_COUNT(tests)};
