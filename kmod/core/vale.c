/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "vale.h"
#include "gate.h"
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
	memset(vale->lists, 0, sizeof(vale->lists));
	vale->members = &vale->lists[0];
	vale->ops = &nm_learn_ops;
	vale->private_data = vale->learn;
	vale->token = NULL;
	memset(&vale->departed, 0, sizeof(vale->departed));
	for (i = 0; i < NM_VALE_PORTS; i++)
		vale->members->numbers[i] = i;
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
	if (!vale->members->n && !vale->token)
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

static struct nm_lookup_ops merged(const struct nm_lookup_ops *old, const struct nm_lookup_ops *new)
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

static void wait_for_port(const struct nm_port *port)
{
	unsigned i;

	os_mb(); /* pairs with the one in nm_gate_enter() */
	for (i = 0; i < port->nrings[NM_TX]; i++)
		nm_gate_wait(&port->rings[NM_TX][i]);
}

void nm_vale_settle(struct nm_vale *vale)
{
	const struct nm_members *m = vale->members;
	unsigned i;

	for (i = 0; i < m->n; i++)
		wait_for_port(m->ports[m->numbers[i]]);
	vale->unsettled = false;
}

/* Before: config and who waits to go in; after: nobody is inside. */
void nm_vale_pause(struct nm_vale *vale)
{
	os_write_lock(&vale->lock);
	OS_WRITE_ONCE(vale->paused, true);
	nm_vale_settle(vale);
}

void nm_vale_resume(struct nm_vale *vale)
{
	os_store_release(&vale->paused, false);
	os_write_unlock(&vale->lock);
}

/* A copy of the list of members, to be changed and published. */
static struct nm_members *members_edit(struct nm_vale *vale)
{
	struct nm_members *next = &vale->lists[vale->members == &vale->lists[0]];

	if (vale->unsettled)
		nm_vale_settle(vale);
	*next = *vale->members;
	return next;
}

static void members_publish(struct nm_vale *vale, struct nm_members *next)
{
	os_store_release(&vale->members, next); /* pairs with the acquire of senders */
	vale->unsettled = true;
}

void nm_vale_set_ops(struct nm_vale *vale, const struct nm_lookup_ops *ops, void *private_data)
{
	nm_vale_pause(vale);
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
	nm_vale_resume(vale);
}

static bool uses_any(const struct nm_vale *vale, const struct nm_lookup_ops *ops)
{
	const struct nm_lookup_ops *now = vale->ops;

	return (ops->lookup && now->lookup == ops->lookup) ||
	       (ops->config && now->config == ops->config) || (ops->dtor && now->dtor == ops->dtor);
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
	const struct nm_members *m = vale->members;
	unsigned i;

	for (i = 0; i < m->n; i++) {
		struct nm_port *port = m->ports[m->numbers[i]];

		if (strcmp(port->name, name) == 0)
			return port;
	}
	return NULL;
}

int nm_vale_join(struct nm_vale *vale, struct nm_port *port)
{
	struct nm_members *next;

	if (vale->members->n + NM_VALE_PORTS_FREE >= NM_VALE_PORTS)
		return -ENOMEM;
	next = members_edit(vale);
	port->vale_idx = next->numbers[next->n++];
	next->ports[port->vale_idx] = port;
	members_publish(vale, next);
	os_store_release(&port->vale, vale);
	return 0;
}

static void members_remove(struct nm_vale *vale, const struct nm_port *port)
{
	struct nm_members *next = members_edit(vale);
	unsigned i = 0;

	while (next->numbers[i] != port->vale_idx)
		i++;
	next->numbers[i] = next->numbers[--next->n];
	next->numbers[next->n] = port->vale_idx;
	next->ports[port->vale_idx] = NULL;
	members_publish(vale, next);
}

/*
 * From the moment the list is published nobody finds the port, and after the wait nobody holds it,
 * neither as a destination nor as a source: so what it taught is forgotten for good. The last wait
 * is for those who still hold the switch, only to see that the port is no member.
 */
void nm_vale_leave(struct nm_port *port)
{
	struct nm_vale *vale = port->vale;

	members_remove(vale, port);
	nm_vale_settle(vale);
	wait_for_port(port);
	if (vale->ops->dtor) {
		nm_vale_pause(vale);
		vale->ops->dtor(port);
		nm_vale_resume(vale);
	}
	nm_learn_forget(vale->learn, port->vale_idx);
	nm_stats_retire(&vale->departed, port);
	OS_WRITE_ONCE(port->vale, NULL);
	wait_for_port(port);
	nm_vale_put_if_empty(vale);
}

static struct nm_port *port_at_or_after(const struct nm_vale *vale, uint32_t *idx)
{
	const struct nm_members *m = vale->members;

	for (; *idx < NM_VALE_PORTS; (*idx)++)
		if (m->ports[*idx])
			return m->ports[*idx];
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
