/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "vale.h"
#include "learn.h"
#include "ns.h"
#include "stats.h"

bool nm_vale_prefixed(const char *name)
{
	return strncmp(name, NM_VALE_PREFIX, sizeof(NM_VALE_PREFIX) - 1) == 0;
}

static bool is_identifier_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

size_t nm_vale_name_bytes(const char *name)
{
	size_t n = 0;

	if (!nm_vale_prefixed(name))
		return 0;
	while (is_identifier_char(name[n]))
		n++;
	if (name[n] != ':' || n >= NM_VALE_NAME_BYTES)
		return 0;
	return strlen(name + n) <= NM_VALE_NAME_BYTES ? n : 0;
}

static struct nm_vale *find_by_bytes(struct nm_ns *ns, const char *name, size_t bytes)
{
	unsigned i;

	for (i = 0; i < ns->nvales; i++) {
		const char *known = ns->vales[i].name;

		if (known[0] && strlen(known) == bytes && memcmp(known, name, bytes) == 0)
			return &ns->vales[i];
	}
	return NULL;
}

struct nm_vale *nm_vale_find(struct nm_ns *ns, const char *name)
{
	const char *colon = strchr(name, ':');

	return find_by_bytes(ns, name, colon ? (size_t)(colon - name) : strlen(name));
}

static int vale_open(struct nm_vale *vale, const char *name, size_t bytes)
{
	unsigned i;

	vale->learn = os_alloc(sizeof(*vale->learn));
	if (!vale->learn)
		return -ENOMEM;
	vale->ops = &nm_learn_ops;
	vale->private_data = vale->learn;
	vale->token = NULL;
	vale->nports = 0;
	memset(&vale->departed, 0, sizeof(vale->departed));
	for (i = 0; i < NM_VALE_PORTS; i++)
		vale->numbers[i] = i;
	memcpy(vale->name, name, bytes);
	vale->name[bytes] = '\0';
	return 0;
}

struct nm_vale *nm_vale_find_or_create(struct nm_ns *ns, const char *name)
{
	size_t bytes = nm_vale_name_bytes(name);
	struct nm_vale *vale;
	unsigned i;

	if (!bytes)
		return NULL;
	vale = find_by_bytes(ns, name, bytes);
	for (i = 0; !vale && i < ns->nvales; i++) {
		if (ns->vales[i].name[0])
			continue;
		return vale_open(&ns->vales[i], name, bytes) ? NULL : &ns->vales[i];
	}
	return vale;
}

void nm_vale_put_if_empty(struct nm_vale *vale)
{
	if (!vale->nports && !vale->token)
		nm_vale_end(vale);
}

void nm_vale_end(struct nm_vale *vale)
{
	nm_vale_set_ops(vale, NULL, NULL);
	os_free(vale->learn);
	vale->learn = NULL;
	vale->name[0] = '\0';
}

bool nm_vale_allows(const struct nm_vale *vale, const void *token)
{
	return !vale->token || vale->token == token;
}

static struct nm_lookup_ops merged(const struct nm_lookup_ops *old,
				   const struct nm_lookup_ops *new)
{
	struct nm_lookup_ops ops = *new;

	if (!ops.lookup)
		ops.lookup = old->lookup;
	if (!ops.config)
		ops.config = old->config;
	if (!ops.dtor)
		ops.dtor = old->dtor;
	return ops;
}

void nm_vale_set_ops(struct nm_vale *vale, const struct nm_lookup_ops *ops, void *private_data)
{
	os_write_lock(&vale->lock);
	if (vale->ops->release)
		vale->ops->release(vale->private_data);
	if (ops) {
		vale->module_ops = merged(vale->ops, ops);
		vale->ops = &vale->module_ops;
		vale->private_data = private_data;
	} else {
		memset(vale->learn, 0, sizeof(*vale->learn));
		vale->ops = &nm_learn_ops;
		vale->private_data = vale->learn;
	}
	os_write_unlock(&vale->lock);
}

static bool uses_any(const struct nm_vale *vale, const struct nm_lookup_ops *ops)
{
	const struct nm_lookup_ops *now = vale->ops;

	return (ops->lookup && now->lookup == ops->lookup) ||
	       (ops->config && now->config == ops->config) ||
	       (ops->dtor && now->dtor == ops->dtor);
}

unsigned nm_vale_restore(const struct nm_lookup_ops *ops)
{
	unsigned restored = 0, i;
	struct nm_ns *ns;

	for (ns = nm_ns_all(); ns; ns = ns->next) {
		for (i = 0; i < ns->nvales; i++) {
			if (!ns->vales[i].name[0] || !uses_any(&ns->vales[i], ops))
				continue;
			nm_vale_set_ops(&ns->vales[i], NULL, NULL);
			restored++;
		}
	}
	return restored;
}

struct nm_port *nm_vale_port(const struct nm_vale *vale, const char *name)
{
	unsigned i;

	for (i = 0; i < vale->nports; i++) {
		struct nm_port *port = vale->ports[vale->numbers[i]];

		if (strcmp(port->name, name) == 0)
			return port;
	}
	return NULL;
}

int nm_vale_join(struct nm_vale *vale, struct nm_port *port)
{
	if (vale->nports + NM_VALE_PORTS_FREE >= NM_VALE_PORTS)
		return -ENOMEM;
	os_write_lock(&vale->lock);
	port->vale_idx = vale->numbers[vale->nports++];
	vale->ports[port->vale_idx] = port;
	OS_WRITE_ONCE(port->vale, vale);
	os_write_unlock(&vale->lock);
	return 0;
}

void nm_vale_leave(struct nm_port *port)
{
	struct nm_vale *vale = port->vale;
	unsigned i = 0;

	os_write_lock(&vale->lock);
	if (vale->ops->dtor)
		vale->ops->dtor(port);
	nm_learn_forget(vale->learn, port->vale_idx);
	nm_stats_retire(&vale->departed, port);
	while (vale->numbers[i] != port->vale_idx)
		i++;
	vale->numbers[i] = vale->numbers[--vale->nports];
	vale->numbers[vale->nports] = port->vale_idx;
	vale->ports[port->vale_idx] = NULL;
	OS_WRITE_ONCE(port->vale, NULL);
	os_write_unlock(&vale->lock);
	nm_vale_put_if_empty(vale);
}

static struct nm_port *port_at_or_after(const struct nm_vale *vale, uint32_t *idx)
{
	for (; *idx < NM_VALE_PORTS; (*idx)++)
		if (vale->ports[*idx])
			return vale->ports[*idx];
	return NULL;
}

int nm_vale_next_port(struct nm_ns *ns, uint32_t *vale_idx, uint32_t *port_idx,
		      struct nm_port **out)
{
	uint32_t v, p = *port_idx;

	for (v = *vale_idx; v < ns->nvales; v++, p = 0) {
		if (!ns->vales[v].name[0])
			continue;
		*out = port_at_or_after(&ns->vales[v], &p);
		if (*out) {
			*vale_idx = v;
			*port_idx = p;
			return 0;
		}
	}
	return -ENOENT;
}
