/* SPDX-License-Identifier: BSD-2-Clause */
#include "range.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS 8

struct endpoint {
	uint8_t addr[16];
	long group; /* -1: not given */
	long port;  /* -1: not given */
};

static int bad(struct vb_err *err, int family, const char *text, const char *what)
{
	return vb_fail(err, VB_USAGE, "%s: cannot use \"%s\": an IPv%d range looks like %s", what,
		       text, family,
		       family == 4 ? "10.0.0.1:1234-10.0.0.9:2345"
				   : "fd00::1 or 7@[fd00::1]:1234-[fd00::9]:2345");
}

static int parse_port(const char *text, long *port)
{
	char *end;

	*port = strtol(text, &end, 10);
	return end == text || *end || *port < 0 || *port > 65535 ? -1 : 0;
}

/* text is the caller's copy and is cut into pieces. */
static int parse_v4(char *text, struct endpoint *e)
{
	char *colon = strchr(text, ':');

	if (colon) {
		*colon++ = '\0';
		if (parse_port(colon, &e->port))
			return -1;
	}
	return inet_pton(AF_INET, text, e->addr) == 1 ? 0 : -1;
}

static int parse_v6(char *text, struct endpoint *e)
{
	char *at = strchr(text, '@'), *close, *end;

	if (at) {
		e->group = strtol(text, &end, 10);
		if (end != at || end == text)
			return -1;
		e->group = e->group < 0 ? 0 : e->group >= GROUPS ? GROUPS - 1 : e->group;
		text = at + 1;
	}
	if (*text == '[') {
		close = strchr(++text, ']');
		if (!close || (close[1] && close[1] != ':'))
			return -1;
		if (close[1] == ':' && parse_port(close + 2, &e->port))
			return -1;
		*close = '\0';
	}
	return inet_pton(AF_INET6, text, e->addr) == 1 ? 0 : -1;
}

static uint32_t varying(const struct range *r, const uint8_t *addr)
{
	if (r->family == 4)
		return (uint32_t)addr[0] << 24 | (uint32_t)addr[1] << 16 | (uint32_t)addr[2] << 8 |
		       addr[3];
	return (uint32_t)addr[2 * r->group] << 8 | addr[2 * r->group + 1];
}

static void settle(struct range *r, const struct endpoint *from, const struct endpoint *to)
{
	long port = from->port < 0 ? RANGE_DEFAULT_PORT : from->port;
	long last = to->port < 0 ? port : to->port;
	uint32_t a, b;

	r->group = from->group < 0 ? GROUPS - 1 : (unsigned)from->group;
	a = varying(r, from->addr);
	b = varying(r, to->addr);
	memcpy(r->base, a <= b ? from->addr : to->addr, sizeof(r->base));
	r->addr_low = a <= b ? a : b;
	r->addr_high = a <= b ? b : a;
	r->port_low = (uint16_t)(port <= last ? port : last);
	r->port_high = (uint16_t)(port <= last ? last : port);
}

int range_parse(struct range *r, int family, const char *text, const char *what, struct vb_err *err)
{
	int (*parse)(char *, struct endpoint *) = family == 4 ? parse_v4 : parse_v6;
	struct endpoint from = {.group = -1, .port = -1}, to;
	char copy[RANGE_TEXT_BYTES];
	char *dash;

	memset(r, 0, sizeof(*r));
	r->family = family;
	if ((size_t)snprintf(copy, sizeof(copy), "%s", text) >= sizeof(copy))
		return bad(err, family, text, what);
	dash = strchr(copy, '-');
	if (dash)
		*dash++ = '\0';
	if (parse(copy, &from))
		return bad(err, family, text, what);
	to = from;
	if (dash) {
		to.port = -1;
		if (parse(dash, &to))
			return bad(err, family, text, what);
	}
	settle(r, &from, &to);
	return 0;
}

static void format_end(const struct range *r, uint32_t value, uint16_t port, char *buf,
		       size_t bytes)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t addr[16];

	memcpy(addr, r->base, sizeof(addr));
	if (r->family == 4) {
		uint32_t be = htonl(value);

		inet_ntop(AF_INET, &be, text, sizeof(text));
		snprintf(buf, bytes, "%s:%u", text, port);
		return;
	}
	addr[2 * r->group] = (uint8_t)(value >> 8);
	addr[2 * r->group + 1] = (uint8_t)value;
	inet_ntop(AF_INET6, addr, text, sizeof(text));
	snprintf(buf, bytes, "%u@[%s]:%u", r->group, text, port);
}

void range_format(const struct range *r, char *buf, size_t bytes)
{
	char from[RANGE_TEXT_BYTES], to[RANGE_TEXT_BYTES];

	format_end(r, r->addr_low, r->port_low, from, sizeof(from));
	format_end(r, r->addr_high, r->port_high, to, sizeof(to));
	snprintf(buf, bytes, "%s to %s", from, to);
}
