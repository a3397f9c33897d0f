/* SPDX-License-Identifier: BSD-2-Clause */
/* "@option:key=value,..." by tables of readers, and the list of options of a request. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* One option of the text: its reader, and a copy that is cut into keys and values. */
struct option {
	struct nmctx *ctx;
	const char *text; /* for messages, all options from this one on */
	struct nmreq_opt_parser *parser;
	struct nmreq_parse_ctx found;
};

static int fail(struct option *o, int error, const char *why, const char *what)
{
	return nmctx_fail(o->ctx, error, "cannot use \"%s\" in a port name: %s%s", o->text, why,
			  what);
}

/* In keys - and _ are the same. */
static bool same_key(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
			return false;
	return *a == *b;
}

static const struct nmreq_opt_key *find_key(const struct nmreq_opt_parser *p, const char *name)
{
	int i;

	for (i = 0; i < p->nr_keys; i++)
		if (same_key(p->keys[i].key, name))
			return &p->keys[i];
	return NULL;
}

static const struct nmreq_opt_key *default_key(const struct nmreq_opt_parser *p)
{
	int i;

	for (i = 0; i < p->nr_keys; i++)
		if (p->keys[i].id == p->default_key || p->keys[i].flags & NMREQ_OPTK_DEFAULT)
			return &p->keys[i];
	return NULL;
}

static int set_key(struct option *o, const struct nmreq_opt_key *key, const char *value)
{
	if (!*value && !(key->flags & NMREQ_OPTK_ALLOWEMPTY))
		return fail(o, EINVAL, "no value for ", key->key);
	if (o->found.keys[key->id])
		return fail(o, EINVAL, "given twice: ", key->key);
	o->found.keys[key->id] = value;
	return 0;
}

static int read_pair(struct option *o, char *pair)
{
	const struct nmreq_opt_key *key;
	char *value = strchr(pair, '=');

	if (value)
		*value++ = '\0';
	key = find_key(o->parser, pair);
	if (!key)
		return fail(o, EINVAL, "there is no key ", pair);
	return set_key(o, key, value ? value : "");
}

/* rest is what follows the option's name: nothing, "=value", or ":key=value,...". */
static int read_keys(struct option *o, char *rest)
{
	const struct nmreq_opt_key *key;
	char *comma;

	if (!*rest)
		return o->parser->flags & NMREQ_OPTF_ALLOWEMPTY
			       ? 0
			       : fail(o, EINVAL, "it needs a value", "");
	if (*rest == '=') {
		key = default_key(o->parser);
		return key ? set_key(o, key, rest + 1)
			   : fail(o, EINVAL, "it wants key=value,... behind a colon", "");
	}
	do {
		comma = strchr(++rest, ',');
		if (comma)
			*comma = '\0';
		if (read_pair(o, rest))
			return -1;
		rest = comma;
	} while (rest);
	return 0;
}

static int check_complete(struct option *o)
{
	const struct nmreq_opt_parser *p = o->parser;
	int i;

	for (i = 0; i < p->nr_keys; i++)
		if (p->keys[i].flags & NMREQ_OPTK_MUSTSET && !o->found.keys[p->keys[i].id])
			return fail(o, EINVAL, "it needs the key ", p->keys[i].key);
	return 0;
}

static int find_parser(struct option *o, struct nmreq_opt_parser *list, const char *name, size_t n)
{
	while (list && (strlen(list->prefix) != n || strncmp(list->prefix, name, n) != 0))
		list = list->next;
	if (!list)
		return fail(o, EINVAL, "there is no such option", "");
	if (list->flags & NMREQ_OPTF_DISABLED)
		return fail(o, EOPNOTSUPP, "this program has not enabled the option ",
			    list->prefix);
	o->parser = list;
	return 0;
}

/* text begins behind the @ and is the caller's to cut. */
static int read_option(struct option *o, char *text, struct nmreq_opt_parser *list)
{
	size_t n = strcspn(text, ":=");

	if (find_parser(o, list, text, n) || read_keys(o, text + n) || check_complete(o))
		return -1;
	return o->parser->parse(&o->found);
}

int nmreq_options_decode(const char *text, struct nmreq_opt_parser *parsers, void *token,
			 struct nmctx *ctx)
{
	int ret = 0;

	while (*text && ret == 0) {
		struct option o = {.ctx = ctx, .text = text, .found = {ctx, token, {NULL}}};
		size_t n;
		char *copy;

		if (*text != '@')
			return fail(&o, EINVAL, "an option begins with @", "");
		n = strcspn(text + 1, "@");
		copy = nmctx_calloc(ctx, n + 1);
		if (!copy)
			return -1;
		memcpy(copy, text + 1, n);
		ret = read_option(&o, copy, parsers);
		nmctx_free(ctx, copy);
		text += n + 1;
	}
	return ret ? -1 : 0;
}

/* --- The list of a request --- */

static struct nmreq_option *at(uint64_t address)
{
	return (struct nmreq_option *)(uintptr_t)address;
}

void nmreq_push_option(struct nmreq_header *h, struct nmreq_option *o)
{
	o->nro_next = h->nr_options;
	h->nr_options = (uintptr_t)o;
}

void nmreq_remove_option(struct nmreq_header *h, struct nmreq_option *o)
{
	uint64_t *link = &h->nr_options;

	while (*link && at(*link) != o)
		link = &at(*link)->nro_next;
	if (*link)
		*link = o->nro_next;
	o->nro_next = 0;
}

struct nmreq_option *nmreq_find_option(struct nmreq_header *h, uint32_t type)
{
	struct nmreq_option *o = at(h->nr_options);

	while (o && o->nro_reqtype != type)
		o = at(o->nro_next);
	return o;
}

void nmreq_free_options(struct nmreq_header *h)
{
	struct nmreq_option *o = at(h->nr_options), *next;

	for (; o; o = next) {
		next = at(o->nro_next);
		free(o);
	}
	h->nr_options = 0;
}

const char *nmreq_option_name(uint32_t type)
{
	static const char *const names[] = {
		[NETMAP_REQ_OPT_EXTMEM] = "extmem",
		[NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS] = "sync-kloop-eventfds",
		[NETMAP_REQ_OPT_CSB] = "csb",
		[NETMAP_REQ_OPT_SYNC_KLOOP_MODE] = "sync-kloop-mode",
		[NETMAP_REQ_OPT_OFFSETS] = "offsets",
	};

	return type < sizeof(names) / sizeof(names[0]) && names[type] ? names[type] : "unknown";
}
