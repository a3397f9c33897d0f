/* SPDX-License-Identifier: BSD-2-Clause */
/* The @options of port names, and the calls that do the same: share, conf, extmem, offset. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <net/nm_name.h>

#include "private.h"

static int number_of(struct nmreq_parse_ctx *p, int id, uint64_t max, uint64_t *value)
{
	const char *text = p->keys[id];
	uint64_t n = 0;

	for (; *text >= '0' && *text <= '9' && n <= max; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	if (*text || n > max)
		return nmctx_fail(p->ctx, EINVAL,
				  "cannot use \"%s\" in a port name: it is no number up to %llu",
				  p->keys[id], (unsigned long long)max);
	*value = n;
	return 0;
}

/* --- Options of a request, freed with the descriptor --- */

struct owned_option {
	struct nmport_cleanup_d cleanup;
	union {
		struct nmreq_option head;
		struct nmreq_opt_extmem extmem;
		struct nmreq_opt_offsets offsets;
	};
};

static void free_option(struct nmport_d *d, struct nmport_cleanup_d *c)
{
	struct owned_option *o = (struct owned_option *)c;

	nmreq_remove_option(&d->hdr, &o->head);
	if (d->extmem == &o->extmem)
		d->extmem = NULL;
	nmctx_free(d->ctx, o);
}

static struct owned_option *add_option(struct nmport_d *d, uint32_t type)
{
	struct owned_option *o;

	if (d->register_done) {
		nmctx_fail(d->ctx, EINVAL, "%s is open already, too late for the option %s",
			   d->hdr.nr_name, nmreq_option_name(type));
		return NULL;
	}
	o = nmctx_calloc(d->ctx, sizeof(*o));
	if (!o)
		return NULL;
	o->head.nro_reqtype = type;
	o->cleanup.run = free_option;
	nmport_push_cleanup(d, &o->cleanup);
	nmreq_push_option(&d->hdr, &o->head);
	return o;
}

/* --- @share: the region of another port --- */

static int read_share(struct nmreq_parse_ctx *p)
{
	struct nmport_d *d = p->token;
	const char *name = p->keys[0];
	int32_t id = nmreq_get_mem_id(&name, p->ctx);

	if (id < 0)
		return -1;
	if (*name)
		return nmctx_fail(p->ctx, EINVAL,
				  "cannot share the memory of \"%s\": a port's name "
				  "without suffixes is wanted",
				  p->keys[0]);
	if (d->reg.nr_mem_id && d->reg.nr_mem_id != id)
		return nmctx_fail(p->ctx, EINVAL,
				  "cannot share the memory of %s: it is region %d, "
				  "but region %u is asked for as well",
				  p->keys[0], id, d->reg.nr_mem_id);
	d->reg.nr_mem_id = (uint16_t)id;
	return 0;
}

/* --- @conf: how many rings and slots --- */

#define NONE SIZE_MAX

struct conf_field {
	bool wide; /* 32 bits, else 16 */
	size_t tx, rx;
};

/* By key id; the general keys come first so that the specific ones win. */
static const struct conf_field conf_fields[] = {
#define FIELD(name) offsetof(struct nmreq_register, name)
	{false, FIELD(nr_tx_rings), FIELD(nr_rx_rings)},
	{false, FIELD(nr_host_tx_rings), FIELD(nr_host_rx_rings)},
	{true, FIELD(nr_tx_slots), FIELD(nr_rx_slots)},
	{false, FIELD(nr_tx_rings), NONE},
	{false, NONE, FIELD(nr_rx_rings)},
	{false, FIELD(nr_host_tx_rings), NONE},
	{false, NONE, FIELD(nr_host_rx_rings)},
	{true, FIELD(nr_tx_slots), NONE},
	{true, NONE, FIELD(nr_rx_slots)},
};
#define CONF_FIELDS (sizeof(conf_fields) / sizeof(conf_fields[0]))

static void set_field(struct nmreq_register *reg, size_t offset, bool wide, uint64_t value)
{
	if (offset == NONE)
		return;
	if (wide)
		*(uint32_t *)((char *)reg + offset) = (uint32_t)value;
	else
		*(uint16_t *)((char *)reg + offset) = (uint16_t)value;
}

static int read_conf(struct nmreq_parse_ctx *p)
{
	struct nmport_d *d = p->token;
	uint64_t value;
	size_t i;

	for (i = 0; i < CONF_FIELDS; i++) {
		const struct conf_field *f = &conf_fields[i];

		if (!p->keys[i])
			continue;
		if (number_of(p, (int)i, f->wide ? UINT32_MAX : UINT16_MAX, &value))
			return -1;
		set_field(&d->reg, f->tx, f->wide, value);
		set_field(&d->reg, f->rx, f->wide, value);
	}
	return 0;
}

/* --- @extmem: the caller's memory as region --- */

int nmport_extmem(struct nmport_d *d, void *base, size_t size)
{
	struct owned_option *o;

	if (d->extmem)
		return nmctx_fail(d->ctx, EINVAL, "%s has external memory already", d->hdr.nr_name);
	o = add_option(d, NETMAP_REQ_OPT_EXTMEM);
	if (!o)
		return -1;
	o->extmem.nro_usrptr = (uintptr_t)base;
	o->extmem.nro_info.nr_memsize = size;
	d->extmem = &o->extmem;
	return 0;
}

struct nmreq_pools_info *nmport_extmem_getinfo(struct nmport_d *d)
{
	return d->extmem ? &d->extmem->nro_info : NULL;
}

struct file_mapping {
	struct nmport_cleanup_d cleanup;
	void *base;
	size_t size;
};

static void unmap_file(struct nmport_d *d, struct nmport_cleanup_d *c)
{
	struct file_mapping *m = (struct file_mapping *)c;

	munmap(m->base, m->size);
	nmctx_free(d->ctx, m);
}

static int map_file(const char *path, struct file_mapping *m)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), error;
	struct stat st;

	if (fd < 0)
		return -1;
	m->base = MAP_FAILED;
	if (fstat(fd, &st) == 0) {
		m->size = (size_t)st.st_size;
		m->base = mmap(NULL, m->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	error = errno;
	close(fd);
	errno = error;
	return m->base == MAP_FAILED ? -1 : 0;
}

int nmport_extmem_from_file(struct nmport_d *d, const char *path)
{
	struct file_mapping *m = nmctx_calloc(d->ctx, sizeof(*m));
	int error;

	if (!m)
		return -1;
	if (map_file(path, m)) {
		error = errno;
		nmctx_free(d->ctx, m);
		return nmctx_fail(d->ctx, error, "cannot use %s as memory for %s: %s", path,
				  d->hdr.nr_name, strerror(error));
	}
	m->cleanup.run = unmap_file;
	if (nmport_extmem(d, m->base, m->size)) {
		error = errno;
		unmap_file(d, &m->cleanup);
		errno = error;
		return -1;
	}
	/* Below the option, which goes first. */
	m->cleanup.next = d->clist->next;
	d->clist->next = &m->cleanup;
	return 0;
}

enum { EXTMEM_FILE, EXTMEM_SIZES };

static int read_extmem(struct nmreq_parse_ctx *p)
{
	struct nmport_d *d = p->token;
	struct nmreq_pools_info *info;
	uint64_t value;
	size_t i;

	if (nmport_extmem_from_file(d, p->keys[EXTMEM_FILE]))
		return -1;
	info = nmport_extmem_getinfo(d);
	uint32_t *const sizes[] = {&info->nr_if_pool_objtotal,	 &info->nr_if_pool_objsize,
				   &info->nr_ring_pool_objtotal, &info->nr_ring_pool_objsize,
				   &info->nr_buf_pool_objtotal,	 &info->nr_buf_pool_objsize};

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (!p->keys[EXTMEM_SIZES + i])
			continue;
		if (number_of(p, (int)(EXTMEM_SIZES + i), UINT32_MAX, &value))
			return -1;
		*sizes[i] = (uint32_t)value;
	}
	return 0;
}

/* --- @offset: where packets begin in their buffers --- */

int nmport_offset(struct nmport_d *d, uint64_t initial, uint64_t maxoff, uint64_t bits,
		  uint64_t mingap)
{
	struct owned_option *o = add_option(d, NETMAP_REQ_OPT_OFFSETS);

	if (!o)
		return -1;
	o->offsets.nro_initial_offset = initial;
	o->offsets.nro_max_offset = maxoff;
	o->offsets.nro_offset_bits = (uint32_t)bits;
	o->offsets.nro_min_gap = mingap;
	return 0;
}

static int read_offset(struct nmreq_parse_ctx *p)
{
	uint64_t initial, bits = 0;

	if (number_of(p, 0, UINT32_MAX, &initial) ||
	    (p->keys[1] && number_of(p, 1, sizeof(uint64_t) * 8, &bits)))
		return -1;
	return nmport_offset(p->token, initial, initial, bits, 0);
}

/* --- The table --- */

#define MUST (NMREQ_OPTK_MUSTSET | NMREQ_OPTK_DEFAULT)

static struct nmreq_opt_parser offset_parser = {
	.prefix = "offset",
	.parse = read_offset,
	.default_key = 0,
	.nr_keys = 2,
	.flags = NMREQ_OPTF_DISABLED,
	.keys = {{"initial", 0, MUST}, {"bits", 1, 0}},
};

static struct nmreq_opt_parser extmem_parser = {
	.prefix = "extmem",
	.parse = read_extmem,
	.default_key = EXTMEM_FILE,
	.nr_keys = 7,
	.next = &offset_parser,
	.keys = {{"file", EXTMEM_FILE, MUST},
		 {"if-num", EXTMEM_SIZES, 0},
		 {"if-size", EXTMEM_SIZES + 1, 0},
		 {"ring-num", EXTMEM_SIZES + 2, 0},
		 {"ring-size", EXTMEM_SIZES + 3, 0},
		 {"buf-num", EXTMEM_SIZES + 4, 0},
		 {"buf-size", EXTMEM_SIZES + 5, 0}},
};

static struct nmreq_opt_parser conf_parser = {
	.prefix = "conf",
	.parse = read_conf,
	.default_key = -1,
	.nr_keys = CONF_FIELDS,
	.next = &extmem_parser,
	.keys = {{"rings", 0, 0},
		 {"host-rings", 1, 0},
		 {"slots", 2, 0},
		 {"tx-rings", 3, 0},
		 {"rx-rings", 4, 0},
		 {"host-tx-rings", 5, 0},
		 {"host-rx-rings", 6, 0},
		 {"tx-slots", 7, 0},
		 {"rx-slots", 8, 0}},
};

static struct nmreq_opt_parser share_parser = {
	.prefix = "share",
	.parse = read_share,
	.default_key = 0,
	.nr_keys = 1,
	.next = &conf_parser,
	.keys = {{"port", 0, MUST}},
};

struct nmreq_opt_parser *const nmport_parsers = &share_parser;

static struct nmreq_opt_parser *find_parser(const char *name)
{
	struct nmreq_opt_parser *p = nmport_parsers;

	while (p && strcmp(p->prefix, name) != 0)
		p = p->next;
	if (!p)
		errno = EOPNOTSUPP;
	return p;
}

int nmport_enable_option(const char *name)
{
	struct nmreq_opt_parser *p = find_parser(name);

	if (!p)
		return -1;
	p->flags &= ~(unsigned)NMREQ_OPTF_DISABLED;
	return 0;
}

int nmport_disable_option(const char *name)
{
	struct nmreq_opt_parser *p = find_parser(name);

	if (!p)
		return -1;
	p->flags |= NMREQ_OPTF_DISABLED;
	return 0;
}
