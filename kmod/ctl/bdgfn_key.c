/* SPDX-License-Identifier: BSD-2-Clause */
#include "bdgfn_key.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define PROTOCOL_MAX 254 /* 255 is reserved, and the switch's own */

static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"sctp", 132}};

static const struct {
	const char *module;
	enum vale_modctl_kind kind;
} known_for[] = {{"macs", VALE_KEY_MAC}, {"ips", VALE_KEY_IP4}, {"demux", VALE_KEY_TUPLE}};

static int bad_value(FILE *err, enum bdgfn_option option, const char *text, const char *what)
{
	fprintf(err, "bdgfnctl: [error] %s: '%s' is not %s\n", bdgfn_option_word(option), text,
		what);
	return -1;
}

int bdgfn_number(const char *text, enum bdgfn_option option, uint32_t max, uint32_t *out, FILE *err)
{
	char *end, range[48];
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n > max) {
		snprintf(range, sizeof(range), "a number from 0 to %u", max);
		return bad_value(err, option, text, range);
	}
	*out = n;
	return 0;
}

int bdgfn_key_kind(const struct bdgfn_options *o, enum vale_modctl_kind *kind, FILE *err)
{
	size_t i;

	if (o->value[OPT_IP6]) {
		fprintf(err, "bdgfnctl: [error] --ip6: IPv6 is not supported\n");
		return -1;
	}
	if (o->value[OPT_PROTO] || o->value[OPT_DPORT])
		*kind = VALE_KEY_TUPLE;
	else if (o->value[OPT_MAC])
		*kind = VALE_KEY_MAC;
	else if (o->value[OPT_IP4] && strcmp(o->module, "demux") != 0)
		*kind = VALE_KEY_IP4;
	else {
		for (i = 0; i < sizeof(known_for) / sizeof(known_for[0]); i++)
			if (strcmp(o->module, known_for[i].module) == 0) {
				*kind = known_for[i].kind;
				return 0;
			}
		fprintf(err, "bdgfnctl: [error] %s: say --mac, --ip4 or --proto to name a table\n",
			o->module);
		return -1;
	}
	return 0;
}

static int parse_mac(const char *text, uint8_t mac[6], FILE *err)
{
	const char *p = text;
	int i;

	for (i = 0; i < 6; i++) {
		char *end;
		unsigned long byte = strtoul(p, &end, 16);

		if (!strchr("0123456789abcdefABCDEF", *p) || !*p || end - p > 2 ||
		    *end != (i < 5 ? ':' : '\0'))
			return bad_value(err, OPT_MAC, text,
					 "an Ethernet address, as in 02:00:00:00:00:01");
		mac[i] = byte;
		p = end + 1;
	}
	return 0;
}

static int parse_protocol(const char *text, uint8_t *protocol, FILE *err)
{
	uint32_t number;
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(text, protocols[i].name) == 0) {
			*protocol = protocols[i].number;
			return 0;
		}
	if (bdgfn_number(text, OPT_PROTO, PROTOCOL_MAX, &number, err))
		return -1;
	*protocol = number;
	return 0;
}

static int parse_l4(const struct bdgfn_options *o, struct bdgfn_key *key, FILE *err)
{
	uint32_t l4_port = 0;

	if (!o->value[OPT_PROTO]) {
		fprintf(err, "bdgfnctl: [error] an entry of %s needs --proto\n", o->module);
		return -1;
	}
	if (parse_protocol(o->value[OPT_PROTO], &key->protocol, err))
		return -1;
	if (o->value[OPT_DPORT] &&
	    bdgfn_number(o->value[OPT_DPORT], OPT_DPORT, UINT16_MAX, &l4_port, err))
		return -1;
	key->l4_port = l4_port;
	return 0;
}

int bdgfn_key_parse(const struct bdgfn_options *o, struct bdgfn_key *key, FILE *err)
{
	const char *text;
	enum bdgfn_option option;

	memset(key, 0, sizeof(*key));
	if (bdgfn_key_kind(o, &key->kind, err))
		return -1;
	option = key->kind == VALE_KEY_MAC ? OPT_MAC : OPT_IP4;
	text = o->value[option];
	if (!text) {
		fprintf(err, "bdgfnctl: [error] an entry of %s needs %s\n", o->module,
			bdgfn_option_word(option));
		return -1;
	}
	if (option == OPT_MAC)
		return parse_mac(text, key->mac, err);
	if (inet_pton(AF_INET, text, key->ip4) != 1)
		return bad_value(err, OPT_IP4, text, "an IPv4 address, as in 10.0.0.1");
	return key->kind == VALE_KEY_TUPLE ? parse_l4(o, key, err) : 0;
}

void bdgfn_key_text(const struct bdgfn_key *key, char text[BDGFN_KEY_TEXT])
{
	const uint8_t *m = key->mac, *a = key->ip4;

	switch (key->kind) {
	case VALE_KEY_MAC:
		snprintf(text, BDGFN_KEY_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2],
			 m[3], m[4], m[5]);
		break;
	case VALE_KEY_IP4:
		snprintf(text, BDGFN_KEY_TEXT, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
		break;
	default:
		snprintf(text, BDGFN_KEY_TEXT, "%u.%u.%u.%u/%u/%u", a[0], a[1], a[2], a[3],
			 key->protocol, key->l4_port);
	}
}

static void increment(uint8_t *bytes, int n)
{
	while (n && ++bytes[--n] == 0)
		;
}

void bdgfn_key_next(struct bdgfn_key *key)
{
	if (key->kind == VALE_KEY_MAC)
		increment(key->mac, sizeof(key->mac));
	else
		increment(key->ip4, sizeof(key->ip4));
}
