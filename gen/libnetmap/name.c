/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of port names up to the @options: netmap:DEV[SUFFIX] and valeID:PORT[SUFFIX]. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <net/nm_name.h>

#include "private.h"

#define NETMAP_PREFIX "netmap:"
#define VALE_PREFIX   "vale"

struct reader {
	const char *text; /* all of it, for messages */
	const char *p;	  /* what is left */
	struct nmctx *ctx;
};

static int fail(struct reader *r, const char *why)
{
	return nmctx_fail(r->ctx, EINVAL, "cannot use port name \"%s\": %s", r->text, why);
}

static bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static size_t id_bytes(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

/* Leaves r->p at the device or switch port, and returns where the kernel's name begins. */
static const char *skip_prefix(struct reader *r)
{
	const char *start = r->p;

	if (starts_with(r->p, NETMAP_PREFIX)) {
		r->p += strlen(NETMAP_PREFIX);
		return r->p;
	}
	if (!starts_with(r->p, VALE_PREFIX)) {
		fail(r, "it must start with netmap: or vale");
		return NULL;
	}
	r->p += id_bytes(r->p);
	if (*r->p++ == ':')
		return start;
	fail(r, "a switch is named vale, letters, digits and _, then a colon and the port");
	return NULL;
}

/* The name with the pipe that may belong to it. */
static int skip_name(struct reader *r)
{
	size_t n;

	r->p += strcspn(r->p, NM_NAME_SUFFIXES);
	if (*r->p != '{' && *r->p != '}')
		return 0;
	n = id_bytes(++r->p);
	r->p += n;
	return n ? 0 : fail(r, "a pipe needs an id of letters, digits and _ behind { or }");
}

void nmreq_header_init(struct nmreq_header *h, uint16_t reqtype, void *body)
{
	memset(h, 0, sizeof(*h));
	h->nr_version = NETMAP_API;
	h->nr_reqtype = reqtype;
	h->nr_body = (uintptr_t)body;
}

int nmreq_header_decode(const char **text, struct nmreq_header *h, struct nmctx *ctx)
{
	struct reader r = {.text = *text, .p = *text, .ctx = ctx};
	const char *start = skip_prefix(&r);
	size_t n;

	if (!start || skip_name(&r))
		return -1;
	n = (size_t)(r.p - start);
	if (n == 0)
		return fail(&r, "there is no port in it");
	if (n >= sizeof(h->nr_name))
		return fail(&r, "the name is longer than 63 characters");
	memset(h->nr_name, 0, sizeof(h->nr_name));
	memcpy(h->nr_name, start, n);
	h->nr_version = NETMAP_API;
	*text = r.p;
	return 0;
}

static int read_ring(struct reader *r, struct nmreq_register *reg, uint32_t mode)
{
	int ring = nm_parse_number(&r->p, 0, NM_MAX_RING_NUMBER);

	if (ring < 0)
		return fail(r, "the ring number must be 0 to 4094");
	reg->nr_mode = mode;
	reg->nr_ringid = (uint16_t)ring;
	return 0;
}

static int read_mode(struct reader *r, struct nmreq_register *reg)
{
	reg->nr_mode = NR_REG_ALL_NIC;
	switch (*r->p) {
	case '^':
		reg->nr_mode = NR_REG_SW;
		r->p++;
		return isdigit((unsigned char)*r->p) ? read_ring(r, reg, NR_REG_ONE_SW) : 0;
	case '*':
		reg->nr_mode = NR_REG_NIC_SW;
		r->p++;
		return 0;
	case '-':
		r->p++;
		return read_ring(r, reg, NR_REG_ONE_NIC);
	default:
		return 0;
	}
}

static int read_flags(struct reader *r, struct nmreq_register *reg)
{
	char why[NM_ERRBUF_SIZE];
	uint32_t flags = 0;

	if (nm_parse_flags(&r->p, &flags, why))
		return fail(r, "the flags behind / are x, z, t, r, R and T, at least one");
	reg->nr_flags |= flags;
	return 0;
}

static int read_mem_id(struct reader *r, struct nmreq_register *reg)
{
	int id = nm_parse_number(&r->p, 1, NM_MAX_MEM_ID);

	if (id < 0)
		return fail(r, "a memory region is 1 to 65535");
	if (reg->nr_mem_id && reg->nr_mem_id != id)
		return fail(r, "two different memory regions are asked for");
	reg->nr_mem_id = (uint16_t)id;
	return 0;
}

/* True at an @ that begins the options: what follows is no region's number. */
static bool at_options(const char *p)
{
	return p[0] == '@' && p[1] && !isdigit((unsigned char)p[1]);
}

int nmreq_register_decode(const char **text, struct nmreq_register *reg, struct nmctx *ctx)
{
	struct reader r = {.text = *text, .p = *text, .ctx = ctx};
	struct nmreq_register result = *reg;
	int ret = read_mode(&r, &result);

	while (ret == 0 && *r.p && !at_options(r.p)) {
		char c = *r.p++;

		if (c == '/')
			ret = read_flags(&r, &result);
		else if (c == '@')
			ret = read_mem_id(&r, &result);
		else
			ret = fail(&r, "behind the port there may be /flags and @options only");
	}
	if (ret)
		return -1;
	*reg = result;
	*text = r.p;
	return 0;
}

int32_t nmreq_get_mem_id(const char **name, struct nmctx *ctx)
{
	struct nmreq_port_info_get info = {0};
	const char *rest = *name;
	struct nmreq_header h;
	int ret;

	nmreq_header_init(&h, NETMAP_REQ_PORT_INFO_GET, &info);
	if (nmreq_header_decode(&rest, &h, ctx))
		return -1;
	ret = nmctx_request(ctx, &h);
	if (ret < 0)
		return nmctx_fail(ctx, -ret, "cannot ask for the memory region of %s: %s",
				  h.nr_name, strerror(-ret));
	*name = rest;
	return info.nr_mem_id;
}
