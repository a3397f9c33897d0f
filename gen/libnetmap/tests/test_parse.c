/* SPDX-License-Identifier: BSD-2-Clause */
/* Port names and their @options: the vectors of netmap-abi 16, right column, and 8.2. */
#include <errno.h>
#include <string.h>

#include "fake_netmap.h"
#include "suite.h"

static const struct vector {
	const char *spec;
	int error;
	const char *name;
	uint32_t mode;
	uint64_t flags;
	uint16_t ring, mem;
} vectors[] = {
	{"netmap:eth0", 0, "eth0", 1, 0, 0, 0},
	{"netmap:eth0^", 0, "eth0", 2, 0, 0, 0},
	{"netmap:eth0^2", 0, "eth0", 8, 0, 2, 0},
	{"netmap:eth0*", 0, "eth0", 3, 0, 0, 0},
	{"netmap:eth0*3", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0-3", 0, "eth0", 4, 0, 3, 0},
	{"netmap:eth0-4094", 0, "eth0", 4, 0, 4094, 0},
	{"netmap:eth0-4095", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0-", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0{4", 0, "eth0{4", 1, 0, 0, 0},
	{"netmap:eth0}4", 0, "eth0}4", 1, 0, 0, 0},
	{"netmap:eth0}abc/x", 0, "eth0}abc", 1, 0x800, 0, 0},
	{"netmap:eth0{", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:a{b{c", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:{x", 0, "{x", 1, 0, 0, 0},
	{"netmap:eth0/xzrtRT", 0, "eth0", 1, 0x6f00, 0, 0},
	{"netmap:eth0/", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0/q", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0@", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0@3", 0, "eth0", 1, 0, 0, 3},
	{"netmap:eth0/x@3", 0, "eth0", 1, 0x800, 0, 3},
	{"netmap:eth0@3/x", 0, "eth0", 1, 0x800, 0, 3},
	{"netmap:eth0@3@3", 0, "eth0", 1, 0, 0, 3},
	{"netmap:eth0@3@4", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0@0", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:eth0@99999", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1", 0, "vale0:1", 1, 0, 0, 0},
	{"vale:1", 0, "vale:1", 1, 0, 0, 0},
	{"vale1:1{2/x", 0, "vale1:1{2", 1, 0x800, 0, 0},
	{"vale0", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:", 0, "vale0:", 1, 0, 0, 0},
	{"vale0:a.b", 0, "vale0:a.b", 1, 0, 0, 0},
	{"vale-0:a", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:", EINVAL, NULL, 0, 0, 0, 0},
	{"netmap:verylonginterfacename", 0, "verylonginterfacename", 1, 0, 0, 0},
	{"netmap:0123456789012345678901234567890123456789012345678901234567890123", EINVAL, NULL, 0,
	 0, 0, 0},
	{"vale0:1@conf=4", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:rings", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:rings=", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:rings=two", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:rings=1,rings=2", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:foo=1", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:rings=65535", 0, "vale0:1", 1, 0, 0, 0},
	{"vale0:1@conf:rings=65536", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@conf:slots=4294967295", 0, "vale0:1", 1, 0, 0, 0},
	{"vale0:1@conf:slots=4294967296", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@bogus:x=1", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@share", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@share=", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@share:path=vale0:2", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@share=eth0", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@share=vale0:2/x", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@share=vale0:2", 0, "vale0:1", 1, 0, 0, 7},
	{"vale0:1@share:port=netmap:eth0", 0, "vale0:1", 1, 0, 0, 7},
	{"vale0:1@7@share:port=netmap:eth0", 0, "vale0:1", 1, 0, 0, 7},
	{"vale0:1@8@share:port=netmap:eth0", EINVAL, NULL, 0, 0, 0, 0},
	{"vale0:1@offset:initial=64", EOPNOTSUPP, NULL, 0, 0, 0, 0},
	{"vale0:1@extmem:file=/nonexistent", ENOENT, NULL, 0, 0, 0, 0},
	{"vale0:1@extmem:buf-num=4", EINVAL, NULL, 0, 0, 0, 0},
	{"eth0", EINVAL, NULL, 0, 0, 0, 0},
	{"netmapX:eth0", EINVAL, NULL, 0, 0, 0, 0},
};

#define COUNT (sizeof(vectors) / sizeof(vectors[0]))

static bool all_zero(const void *p, size_t bytes)
{
	const char *c = p;

	while (bytes && !*c)
		c++, bytes--;
	return bytes == 0;
}

static void check(const struct vector *v, struct nmport_d *d)
{
	int ret;

	fake.said[0] = '\0';
	errno = 0;
	ret = nmport_parse(d, v->spec);
	if ((ret ? errno : 0) != v->error)
		printf("\n  %s: %d, not %d: %s", v->spec, ret ? errno : 0, v->error, fake.said);
	CU_ASSERT_EQUAL(ret ? errno : 0, v->error);
	if (v->error) {
		CU_ASSERT_EQUAL(ret, -1);
		CU_ASSERT(fake.said[0] && strchr(fake.said, '\n') == strrchr(fake.said, '\n'));
		CU_ASSERT(all_zero(&d->hdr, sizeof(d->hdr)) && all_zero(&d->reg, sizeof(d->reg)));
		return;
	}
	CU_ASSERT_STRING_EQUAL(fake.said, "");
	CU_ASSERT_STRING_EQUAL(d->hdr.nr_name, v->name);
	CU_ASSERT_EQUAL(d->hdr.nr_version, NETMAP_API);
	CU_ASSERT_EQUAL(d->hdr.nr_reqtype, NETMAP_REQ_REGISTER);
	CU_ASSERT_EQUAL(d->reg.nr_mode, v->mode);
	CU_ASSERT_EQUAL(d->reg.nr_flags, v->flags);
	CU_ASSERT_EQUAL(d->reg.nr_ringid, v->ring);
	CU_ASSERT_EQUAL(d->reg.nr_mem_id, v->mem);
	nmport_undo_parse(d);
}

static void vectors_parse_as_published(void)
{
	struct nmctx_of c;
	struct nmport_d *d;
	struct nmctx *old;
	size_t i;

	fake_begin(&c);
	old = nmctx_set_default(&c.ctx);
	d = nmport_new();
	for (i = 0; i < COUNT; i++)
		check(&vectors[i], d);
	nmport_delete(d);
	CU_ASSERT_PTR_EQUAL(nmctx_set_default(old), &c.ctx);
	CU_ASSERT_EQUAL(fake.live, 0);
	CU_ASSERT_EQUAL(fake.opened, fake.closed);
	nmctx_end(&c);
}

/* Any text parses or is refused with a reason; the library must never read past it. */
static void mangled_names_do_no_harm(void)
{
	static const char bits[] = "netmap:vale0:1{}@/^*-x,=conf:rings=4@share=offset\xff\x01";
	unsigned seed = 20261122, accepted = 0, i, k;
	struct nmctx_of c;
	struct nmport_d *d;

	fake_begin(&c);
	d = nmport_prepare_in(&c.ctx, "netmap:x");
	for (i = 0; i < 50000; i++) {
		char *spec = strdup(vectors[(unsigned)rand_r(&seed) % COUNT].spec);
		size_t n = strlen(spec);

		for (k = (unsigned)rand_r(&seed) % 3 + 1; k; k--)
			spec[(size_t)rand_r(&seed) % n] =
				bits[(size_t)rand_r(&seed) % sizeof(bits)];
		fake.said[0] = '\0';
		errno = 0;
		if (nmport_parse(d, spec) == 0) {
			accepted++;
			CU_ASSERT(d->hdr.nr_name[0] != '\0');
			nmport_undo_parse(d);
		} else {
			CU_ASSERT(errno != 0 && fake.said[0] != '\0');
			CU_ASSERT(all_zero(&d->hdr, sizeof(d->hdr)));
		}
		free(spec);
	}
	CU_ASSERT(accepted > 1000);
	nmport_delete(d);
	CU_ASSERT_EQUAL(fake.live, 0);
	CU_ASSERT_EQUAL(fake.opened, fake.closed);
	nmctx_end(&c);
}

static void conf_sets_sizes(void)
{
	static const struct {
		const char *conf;
		unsigned tx_rings, rx_rings, host_tx, host_rx, tx_slots, rx_slots;
	} cases[] = {
		{"rings=4,slots=256", 4, 4, 0, 0, 256, 256},
		{"tx-rings=4,rx_slots=256", 4, 0, 0, 0, 0, 256},
		{"tx-slots=64,slots=256,host-rings=2", 0, 0, 2, 2, 64, 256},
		{"host_tx_rings=3,host-rx-rings=5,rx-rings=1", 0, 1, 3, 5, 0, 0},
	};
	struct nmctx_of c;
	char spec[128];
	size_t i;

	fake_begin(&c);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nmport_d *d;

		snprintf(spec, sizeof(spec), "vale0:1@conf:%s", cases[i].conf);
		d = nmport_prepare_in(&c.ctx, spec);
		CU_ASSERT_PTR_NOT_NULL_FATAL(d);
		CU_ASSERT_EQUAL(d->reg.nr_tx_rings, cases[i].tx_rings);
		CU_ASSERT_EQUAL(d->reg.nr_rx_rings, cases[i].rx_rings);
		CU_ASSERT_EQUAL(d->reg.nr_host_tx_rings, cases[i].host_tx);
		CU_ASSERT_EQUAL(d->reg.nr_host_rx_rings, cases[i].host_rx);
		CU_ASSERT_EQUAL(d->reg.nr_tx_slots, cases[i].tx_slots);
		CU_ASSERT_EQUAL(d->reg.nr_rx_slots, cases[i].rx_slots);
		nmport_undo_prepare(d);
	}
	nmctx_end(&c);
}

static void offset_works_once_enabled(void)
{
	struct nmreq_opt_offsets *o;
	struct nmport_d *d;
	struct nmctx_of c;

	fake_begin(&c);
	CU_ASSERT_EQUAL(nmport_enable_option("offset"), 0);
	d = nmport_prepare_in(&c.ctx, "vale0:1@offset:initial=64,bits=16@conf:slots=32");
	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	o = (void *)nmreq_find_option(&d->hdr, NETMAP_REQ_OPT_OFFSETS);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	CU_ASSERT(o->nro_initial_offset == 64 && o->nro_max_offset == 64 &&
		  o->nro_offset_bits == 16);
	CU_ASSERT_EQUAL(d->reg.nr_tx_slots, 32);
	nmport_undo_prepare(d);
	CU_ASSERT_PTR_NULL(nmport_prepare_in(&c.ctx, "vale0:1@offset:initial=64,bits=65"));
	CU_ASSERT_EQUAL(errno, EINVAL);
	CU_ASSERT_EQUAL(nmport_disable_option("offset"), 0);
	CU_ASSERT_PTR_NULL(nmport_prepare_in(&c.ctx, "vale0:1@offset=64"));
	CU_ASSERT_EQUAL(errno, EOPNOTSUPP);
	errno = 0;
	CU_ASSERT_EQUAL(nmport_enable_option("bogus"), -1);
	CU_ASSERT_EQUAL(errno, EOPNOTSUPP);
	CU_ASSERT_EQUAL(fake.live, 0);
	nmctx_end(&c);
}

static void decoders_stop_where_they_end(void)
{
	const char *text = "netmap:eth0-2/x@conf:rings=1", *at = text;
	struct nmreq_register reg = {.nr_mem_id = 9}, before;
	struct nmreq_header h = {0};
	struct nmctx_of c;

	fake_begin(&c);
	CU_ASSERT_EQUAL(nmreq_header_decode(&at, &h, &c.ctx), 0);
	CU_ASSERT_STRING_EQUAL(at, "-2/x@conf:rings=1");
	CU_ASSERT_EQUAL(nmreq_register_decode(&at, &reg, &c.ctx), 0);
	CU_ASSERT_STRING_EQUAL(at, "@conf:rings=1");
	CU_ASSERT(reg.nr_ringid == 2 && reg.nr_mem_id == 9 && reg.nr_flags == NR_EXCLUSIVE);
	at = text = "-9/q";
	before = reg;
	CU_ASSERT_EQUAL(nmreq_register_decode(&at, &reg, &c.ctx), -1);
	CU_ASSERT_PTR_EQUAL(at, text);
	CU_ASSERT_EQUAL(memcmp(&reg, &before, sizeof(reg)), 0);
	at = text = "eth0";
	CU_ASSERT_EQUAL(nmreq_header_decode(&at, &h, &c.ctx), -1);
	CU_ASSERT_PTR_EQUAL(at, text);
	CU_ASSERT_STRING_EQUAL(h.nr_name, "eth0");
	nmctx_end(&c);
}

static int count_keys(struct nmreq_parse_ctx *p)
{
	int *counts = p->token, i;

	for (i = 0; i < NMREQ_OPT_MAXKEYS; i++)
		counts[i] += p->keys[i] != NULL;
	return 0;
}

static void programs_read_options_of_their_own(void)
{
	struct nmreq_opt_parser bare = {.prefix = "bare",
					.parse = count_keys,
					.default_key = -1,
					.flags = NMREQ_OPTF_ALLOWEMPTY};
	struct nmreq_opt_parser list = {.prefix = "mine",
					.parse = count_keys,
					.default_key = 3,
					.nr_keys = 2,
					.next = &bare,
					.keys = {{"on", 2, NMREQ_OPTK_ALLOWEMPTY}, {"path", 3, 0}}};
	int counts[NMREQ_OPT_MAXKEYS] = {0};
	struct nmctx_of c;

	fake_begin(&c);
	CU_ASSERT_EQUAL(nmreq_options_decode("@mine:on,path=/a@bare@mine=b", &list, counts, &c.ctx),
			0);
	CU_ASSERT(counts[2] == 1 && counts[3] == 2);
	CU_ASSERT_EQUAL(nmreq_options_decode("@mine", &list, counts, &c.ctx), -1);
	CU_ASSERT_EQUAL(nmreq_options_decode("@bare:x=1", &list, counts, &c.ctx), -1);
	CU_ASSERT_EQUAL(nmreq_options_decode("mine=b", &list, counts, &c.ctx), -1);
	CU_ASSERT_EQUAL(nmreq_options_decode("", &list, counts, &c.ctx), 0);
	CU_ASSERT_EQUAL(fake.live, 0);
	nmctx_end(&c);
}

static void options_are_pushed_found_and_removed(void)
{
	struct nmreq_option a = {.nro_reqtype = NETMAP_REQ_OPT_CSB};
	struct nmreq_option b = {.nro_reqtype = NETMAP_REQ_OPT_OFFSETS};
	struct nmreq_header h = {0};

	nmreq_push_option(&h, &a);
	nmreq_push_option(&h, &b);
	CU_ASSERT_PTR_EQUAL(nmreq_find_option(&h, NETMAP_REQ_OPT_CSB), &a);
	nmreq_remove_option(&h, &a);
	CU_ASSERT_PTR_NULL(nmreq_find_option(&h, NETMAP_REQ_OPT_CSB));
	CU_ASSERT_PTR_EQUAL(nmreq_find_option(&h, NETMAP_REQ_OPT_OFFSETS), &b);
	nmreq_remove_option(&h, &b);
	CU_ASSERT_EQUAL(h.nr_options, 0);
	nmreq_push_option(&h, calloc(1, sizeof(a)));
	nmreq_push_option(&h, calloc(1, sizeof(a)));
	nmreq_free_options(&h);
	CU_ASSERT_EQUAL(h.nr_options, 0);
	CU_ASSERT_STRING_EQUAL(nmreq_option_name(NETMAP_REQ_OPT_CSB), "csb");
	CU_ASSERT_STRING_EQUAL(nmreq_option_name(1234), "unknown");
}

static const struct suite_test tests[] = {
	{"vectors parse as published", vectors_parse_as_published},
	{"mangled names do no harm", mangled_names_do_no_harm},
	{"@conf sets sizes", conf_sets_sizes},
	{"@offset works once enabled", offset_works_once_enabled},
	{"decoders stop where they end", decoders_stop_where_they_end},
	{"programs read options of their own", programs_read_options_of_their_own},
	{"options are pushed, found and removed", options_are_pushed_found_and_removed},
};

SUITE_MAIN("libnetmap_parse", tests)
