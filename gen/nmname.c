/* SPDX-License-Identifier: BSD-2-Clause */
#include "nmname.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define NETMAP_PREFIX "netmap:"
#define VALE_PREFIX   "vale"
#define OPERATORS     "-*^{}/@"
#define MAX_RING      4094
#define KEY_BYTES     16

struct parser {
	const char *spec; /* all of it, for messages */
	const char *p;	  /* what is left */
	struct nmname *out;
	struct vb_err *err;
};

static int fail(struct parser *ps, const char *why)
{
	vb_fail(ps->err, VB_USAGE, "cannot use port name \"%s\": %s", ps->spec, why);
	return -EINVAL;
}

static bool is_id(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

bool nmname_has_prefix(const char *spec)
{
	return strncmp(spec, NETMAP_PREFIX, strlen(NETMAP_PREFIX)) == 0 ||
	       strncmp(spec, VALE_PREFIX, strlen(VALE_PREFIX)) == 0;
}

/* A decimal number of at most max, or -1; moves past it only if it is one. */
static long number(const char **p, long max)
{
	unsigned long v;
	char *end;

	if (!isdigit((unsigned char)**p))
		return -1;
	errno = 0;
	v = strtoul(*p, &end, 10);
	if (errno || v > (unsigned long)max)
		return -1;
	*p = end;
	return (long)v;
}

static int take_name(struct parser *ps, const char *from, size_t bytes)
{
	if (bytes == 0)
		return fail(ps, "there is no port in it");
	if (bytes >= sizeof(ps->out->name))
		return fail(ps, "the name is longer than 63 characters");
	memcpy(ps->out->name, from, bytes);
	ps->out->name[bytes] = '\0';
	return 0;
}

/* The device or switch port, with the pipe that may follow it. */
static int parse_port(struct parser *ps)
{
	const char *start = ps->p, *id;

	if (strncmp(ps->p, NETMAP_PREFIX, strlen(NETMAP_PREFIX)) == 0) {
		start = ps->p += strlen(NETMAP_PREFIX);
	} else if (strncmp(ps->p, VALE_PREFIX, strlen(VALE_PREFIX)) == 0) {
		while (is_id(*ps->p))
			ps->p++;
		if (*ps->p++ != ':')
			return fail(ps, "a switch is named vale, letters, digits and _, then a "
					"colon and the port");
	} else {
		return fail(ps, "it must start with netmap: or vale");
	}
	ps->p += strcspn(ps->p, OPERATORS);
	if (*ps->p == '{' || *ps->p == '}') {
		id = ++ps->p;
		while (is_id(*ps->p))
			ps->p++;
		if (ps->p == id)
			return fail(ps,
				    "a pipe needs an id of letters, digits and _ behind { or }");
	}
	return take_name(ps, start, (size_t)(ps->p - start));
}

static int parse_ring(struct parser *ps, uint32_t mode)
{
	long ring = number(&ps->p, MAX_RING);

	if (ring < 0)
		return fail(ps, "the ring number must be 0 to 4094");
	ps->out->reg.nr_mode = mode;
	ps->out->reg.nr_ringid = (uint16_t)ring;
	return 0;
}

static int parse_mode(struct parser *ps)
{
	struct nmreq_register *reg = &ps->out->reg;

	reg->nr_mode = NR_REG_ALL_NIC;
	switch (*ps->p) {
	case '^':
		reg->nr_mode = NR_REG_SW;
		ps->p++;
		return isdigit((unsigned char)*ps->p) ? parse_ring(ps, NR_REG_ONE_SW) : 0;
	case '*':
		reg->nr_mode = NR_REG_NIC_SW;
		ps->p++;
		return 0;
	case '-':
		ps->p++;
		return parse_ring(ps, NR_REG_ONE_NIC);
	default:
		return 0;
	}
}

static int parse_flags(struct parser *ps)
{
	static const struct {
		char letter;
		uint32_t flag;
	} flags[] = {
		{'x', NR_EXCLUSIVE},  {'z', NR_ZCOPY_MON},     {'t', NR_MONITOR_TX},
		{'r', NR_MONITOR_RX}, {'R', NR_RX_RINGS_ONLY}, {'T', NR_TX_RINGS_ONLY},
	};
	const char *start = ps->p;
	size_t i;

	for (; *ps->p && !strchr(OPERATORS, *ps->p); ps->p++) {
		for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
			if (flags[i].letter == *ps->p)
				break;
		if (i == sizeof(flags) / sizeof(flags[0]))
			return fail(ps, "the flags behind / are x, z, t, r, R and T");
		ps->out->reg.nr_flags |= flags[i].flag;
	}
	return ps->p == start ? fail(ps, "there is no flag behind /") : 0;
}

static int parse_mem_id(struct parser *ps)
{
	uint16_t *mem_id = &ps->out->reg.nr_mem_id;
	long id = number(&ps->p, UINT16_MAX);

	if (id <= 0)
		return fail(ps, "a memory region is 1 to 65535");
	if (*mem_id && *mem_id != id)
		return fail(ps, "two different memory regions are asked for");
	*mem_id = (uint16_t)id;
	return 0;
}

/* One key of @conf and the fields that it sets; the general keys come first so that the others win.
 */
static const struct conf_key {
	const char *key;
	bool wide; /* 32 bits, else 16 */
	size_t tx, rx;
} conf_keys[] = {
#define FIELD(name) offsetof(struct nmreq_register, name)
#define NONE	    SIZE_MAX
	{"rings", false, FIELD(nr_tx_rings), FIELD(nr_rx_rings)},
	{"host-rings", false, FIELD(nr_host_tx_rings), FIELD(nr_host_rx_rings)},
	{"slots", true, FIELD(nr_tx_slots), FIELD(nr_rx_slots)},
	{"tx-rings", false, FIELD(nr_tx_rings), NONE},
	{"rx-rings", false, NONE, FIELD(nr_rx_rings)},
	{"host-tx-rings", false, FIELD(nr_host_tx_rings), NONE},
	{"host-rx-rings", false, NONE, FIELD(nr_host_rx_rings)},
	{"tx-slots", true, FIELD(nr_tx_slots), NONE},
	{"rx-slots", true, NONE, FIELD(nr_rx_slots)},
};
#define CONF_KEYS (sizeof(conf_keys) / sizeof(conf_keys[0]))

static void set_field(struct nmreq_register *reg, size_t offset, bool wide, long value)
{
	if (offset == NONE)
		return;
	if (wide)
		*(uint32_t *)((char *)reg + offset) = (uint32_t)value;
	else
		*(uint16_t *)((char *)reg + offset) = (uint16_t)value;
}

/* Copies [from, to) with _ written as -; false if it does not fit. */
static bool copy_key(char *key, size_t bytes, const char *from, const char *to)
{
	size_t i, n = (size_t)(to - from);

	if (n == 0 || n >= bytes)
		return false;
	for (i = 0; i < n; i++)
		key[i] = from[i] == '_' ? '-' : from[i];
	key[n] = '\0';
	return true;
}

/* "key=value,key=value" up to the next @ or the end. */
static int parse_conf(struct parser *ps)
{
	long values[CONF_KEYS];
	char key[KEY_BYTES];
	size_t i;

	for (i = 0; i < CONF_KEYS; i++)
		values[i] = -1;
	do {
		const char *start = ++ps->p;

		ps->p += strcspn(ps->p, "=,@");
		if (*ps->p != '=' || !copy_key(key, sizeof(key), start, ps->p))
			return fail(ps, "@conf wants key=value,...");
		ps->p++;
		for (i = 0; i < CONF_KEYS && strcmp(conf_keys[i].key, key) != 0; i++)
			;
		if (i == CONF_KEYS)
			return fail(
				ps,
				"@conf knows rings, tx-rings, rx-rings, host-rings, host-tx-rings, "
				"host-rx-rings, slots, tx-slots and rx-slots");
		values[i] = number(&ps->p, conf_keys[i].wide ? UINT32_MAX : UINT16_MAX);
		if (values[i] < 0)
			return fail(ps, "a value of @conf is no number in range");
	} while (*ps->p == ',');
	for (i = 0; i < CONF_KEYS; i++)
		if (values[i] >= 0) {
			set_field(&ps->out->reg, conf_keys[i].tx, conf_keys[i].wide, values[i]);
			set_field(&ps->out->reg, conf_keys[i].rx, conf_keys[i].wide, values[i]);
		}
	return 0;
}

/* "@share:port=NAME" or "@share=NAME". */
static int parse_share(struct parser *ps)
{
	static const char key[] = ":port=";
	const char *start;
	size_t n;

	if (strncmp(ps->p, key, sizeof(key) - 1) == 0)
		ps->p += sizeof(key) - 1;
	else if (*ps->p == '=')
		ps->p++;
	else
		return fail(ps, "@share wants the name of a port, as in @share:port=vale0:a");
	start = ps->p;
	n = strcspn(start, "@");
	ps->p += n;
	if (strncmp(start, NETMAP_PREFIX, strlen(NETMAP_PREFIX)) == 0) {
		start += strlen(NETMAP_PREFIX);
		n -= strlen(NETMAP_PREFIX);
	}
	if (n == 0 || n >= sizeof(ps->out->share))
		return fail(ps, "@share wants the name of a port of at most 63 characters");
	memcpy(ps->out->share, start, n);
	ps->out->share[n] = '\0';
	return 0;
}

static int unsupported(struct parser *ps, const char *option)
{
	vb_fail(ps->err, VB_USAGE, "cannot use port name \"%s\": the option @%s is not supported",
		ps->spec, option);
	return -EOPNOTSUPP;
}

static int parse_option(struct parser *ps)
{
	size_t n = strcspn(ps->p, ":=@");
	const char *name = ps->p;

	ps->p += n;
	if (n == 4 && strncmp(name, "conf", n) == 0)
		return *ps->p == ':' ? parse_conf(ps) : fail(ps, "@conf wants key=value,...");
	if (n == 5 && strncmp(name, "share", n) == 0)
		return parse_share(ps);
	if ((n == 6 && strncmp(name, "offset", n) == 0) ||
	    (n == 6 && strncmp(name, "extmem", n) == 0))
		return *ps->p ? unsupported(ps, name[0] == 'o' ? "offset" : "extmem")
			      : fail(ps, "the option behind @ needs a value");
	return fail(ps, "the options behind @ are a number, conf, share, offset and extmem");
}

static int parse_suffixes(struct parser *ps)
{
	int ret = 0;

	while (*ps->p && ret == 0) {
		char c = *ps->p++;

		if (c == '/')
			ret = parse_flags(ps);
		else if (c == '@')
			ret = isdigit((unsigned char)*ps->p) ? parse_mem_id(ps) : parse_option(ps);
		else
			ret = fail(ps, "behind the port there may be /flags and @options only");
	}
	return ret;
}

int nmname_parse(const char *spec, struct nmname *out, struct vb_err *err)
{
	struct nmname result;
	struct parser ps = {.spec = spec, .p = spec, .out = &result, .err = err};
	int ret;

	memset(&result, 0, sizeof(result));
	ret = parse_port(&ps);
	if (ret == 0)
		ret = parse_mode(&ps);
	if (ret == 0)
		ret = parse_suffixes(&ps);
	if (ret == 0)
		*out = result;
	return ret;
}
