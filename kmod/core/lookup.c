/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "lookup.h"
#include "table.h"
#include "vale.h"

#define PROTOCOL_NONE 255 /* the one tuple with all bits set would be an empty slot */

static struct nm_lookup_module *loaded; /* under the global lock, as is all below */

static struct nm_lookup_module *module_of(const char *name)
{
	struct nm_lookup_module *m = loaded;

	while (m && strcmp(m->ops.name, name) != 0)
		m = m->next;
	return m;
}

static bool uses(const struct nm_lookup_module *module, uint32_t kind)
{
	return kind < VALE_KEY_KINDS && module->kinds & 1U << kind;
}

static void state_free(void *private_data)
{
	struct nm_lookup_state *state = private_data;
	int kind;

	for (kind = 0; kind < VALE_KEY_KINDS; kind++)
		nm_table_exit(&state->table[kind]);
	os_free(state->own);
	os_free(state);
}

static int state_fill(struct nm_lookup_state *state)
{
	const struct nm_lookup_module *module = state->module;
	int kind, rc = 0;

	for (kind = 0; kind < VALE_KEY_KINDS && !rc; kind++)
		if (uses(module, kind))
			rc = nm_table_init(&state->table[kind], NM_TABLE_BITS_MIN);
	if (rc || !module->own_bytes)
		return rc;
	state->own = os_alloc(module->own_bytes);
	return state->own ? 0 : -ENOMEM;
}

static struct nm_lookup_state *state_new(const struct nm_lookup_module *module, uint32_t port)
{
	struct nm_lookup_state *state = os_alloc(sizeof(*state));

	if (!state)
		return NULL;
	state->module = module;
	state->default_port = port;
	if (!state_fill(state))
		return state;
	state_free(state);
	return NULL;
}

static int run_switch(struct nm_vale *vale, const struct nm_lookup_module *module, uint32_t port)
{
	struct nm_lookup_state *state;

	if (!vale)
		return -ENODEV;
	if (!nm_vale_allows(vale, NULL))
		return -EACCES;
	state = state_new(module, port);
	if (!state)
		return -ENOMEM;
	/* In two steps: nothing of an earlier module is to be inherited. */
	nm_vale_set_ops(vale, NULL, NULL);
	nm_vale_set_ops(vale, &module->ops, state);
	return 0;
}

/* "valeX" to the "valeX:" that the core's functions want. False when it is malformed. */
static bool full_name(const char *name, char out[VALE_MODCTL_NAME_BYTES + 1])
{
	if (!name[0] || strlen(name) >= VALE_MODCTL_NAME_BYTES)
		return false;
	snprintf(out, VALE_MODCTL_NAME_BYTES + 1, "%s:", name);
	return nm_vale_name_bytes(out) == strlen(name);
}

static int load(struct nm_lookup_module *module, const char *switch_name)
{
	const char *name = module->ops.name;
	char full[VALE_MODCTL_NAME_BYTES + 1];
	int rc;

	if (!name[0] || strlen(name) >= VALE_MODCTL_NAME_BYTES || nm_vale_prefixed(name))
		return -EINVAL;
	if (module_of(name))
		return -EEXIST;
	module->ops.release = state_free;
	if (switch_name && switch_name[0]) {
		if (!full_name(switch_name, full))
			return -EINVAL;
		rc = run_switch(nm_vale_find(os_current_ns(), full), module, NM_BDG_NOPORT);
		if (rc)
			return rc;
	}
	module->next = loaded;
	loaded = module;
	return 0;
}

int nm_lookup_load(struct nm_lookup_module *module, const char *switch_name)
{
	int rc;

	nm_lock();
	rc = load(module, switch_name);
	nm_unlock();
	return rc;
}

void nm_lookup_unload(struct nm_lookup_module *module)
{
	struct nm_lookup_module **link = &loaded;

	nm_lock();
	while (*link != module)
		link = &(*link)->next;
	*link = module->next;
	nm_vale_restore(&module->ops);
	nm_unlock();
}

static int key_of(const struct vale_modctl *rq, uint64_t *key)
{
	switch (rq->kind) {
	case VALE_KEY_MAC:
		*key = nm_key_of_mac(rq->mac);
		return 0;
	case VALE_KEY_IP4:
		*key = nm_key_of_ip4(rq->ip4);
		return 0;
	case VALE_KEY_TUPLE:
		*key = nm_key_of_tuple(rq->ip4, rq->protocol, rq->l4_port);
		return rq->protocol == PROTOCOL_NONE ? -EINVAL : 0;
	}
	return -EINVAL;
}

static void put_key(struct vale_modctl *rq, uint64_t key)
{
	int i;

	switch (rq->kind) {
	case VALE_KEY_MAC:
		for (i = 0; i < 6; i++)
			rq->mac[i] = key >> (40 - 8 * i);
		return;
	case VALE_KEY_TUPLE:
		rq->l4_port = key;
		rq->protocol = key >> 16;
		key >>= 24;
	}
	for (i = 0; i < 4; i++)
		rq->ip4[i] = key >> (24 - 8 * i);
}

/* A request, and what it is about. */
struct target {
	const struct nm_lookup_module *asked; /* whom the request names */
	struct nm_vale *vale;
	struct nm_lookup_state *state; /* of the module that runs the switch */
	struct nm_table *table;
	struct vale_modctl *rq;
};

static int do_register(struct target *t)
{
	return run_switch(t->vale, t->asked, t->rq->port);
}

static int do_unregister(struct target *t)
{
	nm_vale_set_ops(t->vale, NULL, NULL);
	t->state = NULL;
	return 0;
}

/* Forwarding stops for the exchange of one table by the other only. */
static int table_grow(struct target *t)
{
	struct nm_table wider, old = *t->table;
	int rc = nm_table_widen(&old, &wider);

	if (rc)
		return rc;
	nm_vale_pause(t->vale);
	*t->table = wider;
	nm_vale_resume(t->vale);
	nm_table_exit(&old);
	return 0;
}

static int do_add(struct target *t)
{
	uint64_t key;
	int rc = key_of(t->rq, &key);

	if (rc)
		return rc;
	rc = nm_table_set(t->table, key, t->rq->port);
	if (rc != -ENOSPC)
		return rc;
	rc = table_grow(t);
	return rc ? rc : nm_table_set(t->table, key, t->rq->port);
}

static int do_del(struct target *t)
{
	uint64_t key;
	int rc = key_of(t->rq, &key);

	return rc ? rc : nm_table_delete(t->table, key);
}

static int do_list(struct target *t)
{
	uint64_t key;
	int rc = nm_table_next(t->table, &t->rq->slot, &key, &t->rq->port);

	if (!rc)
		put_key(t->rq, key);
	return rc;
}

static int do_info(struct target *t)
{
	t->rq->port = t->state->default_port;
	return 0;
}

enum needs { NEEDS_SWITCH, NEEDS_STATE, NEEDS_TABLE };

static const struct command {
	int (*run)(struct target *t);
	enum needs needs;
} commands[] = {
	[VALE_MODCTL_REGISTER] = {do_register, NEEDS_SWITCH},
	[VALE_MODCTL_UNREGISTER] = {do_unregister, NEEDS_STATE},
	[VALE_MODCTL_ADD] = {do_add, NEEDS_TABLE},
	[VALE_MODCTL_DEL] = {do_del, NEEDS_TABLE},
	[VALE_MODCTL_LIST] = {do_list, NEEDS_TABLE},
	[VALE_MODCTL_INFO] = {do_info, NEEDS_STATE},
};

/* NULL: the switch learns, or is run by a module of another sort. */
static struct nm_lookup_state *state_of(const struct nm_vale *vale)
{
	return vale->ops->release == state_free ? vale->private_data : NULL;
}

/*
 * The module that runs the switch is commanded in its own name, or in that of any module with the
 * same kind of table.
 */
static int resolve(struct target *t, enum needs needs)
{
	uint32_t kind = t->rq->kind;

	t->state = state_of(t->vale);
	if (needs == NEEDS_SWITCH)
		return 0;
	if (needs == NEEDS_STATE)
		return t->state && t->state->module == t->asked ? 0 : -ENXIO;
	if (!uses(t->asked, kind))
		return -EOPNOTSUPP;
	if (!t->state || !uses(t->state->module, kind))
		return -ENXIO;
	t->table = &t->state->table[kind];
	return 0;
}

static void describe(const struct target *t)
{
	struct nm_lookup_state *state = state_of(t->vale);
	struct vale_modctl *rq = t->rq;

	rq->entries = state && uses(state->module, rq->kind) ? state->table[rq->kind].entries : 0;
	memset(rq->module, 0, sizeof(rq->module));
	if (state)
		memcpy(rq->module, state->module->ops.name, sizeof(rq->module));
}

static int run(struct nm_ns *ns, struct nm_lookup_module *module, struct vale_modctl *rq)
{
	struct target t = {.asked = module, .rq = rq};
	char full[VALE_MODCTL_NAME_BYTES + 1];
	const struct command *command;
	int rc;

	if (rq->version != VALE_MODCTL_VERSION ||
	    rq->command >= sizeof(commands) / sizeof(commands[0]))
		return -EINVAL;
	command = &commands[rq->command];
	if (!command->run || !full_name(rq->switch_name, full))
		return -EINVAL;
	t.vale = nm_vale_find(ns, full);
	if (!t.vale)
		return -ENODEV;
	rc = resolve(&t, command->needs);
	if (!rc)
		rc = command->run(&t);
	if (!rc)
		describe(&t);
	return rc;
}

int nm_lookup_request(struct nm_ns *ns, struct nm_ifreq *ifr)
{
	struct nm_lookup_module *module;
	struct vale_modctl rq;
	int rc = -EINVAL;

	memcpy(&rq, ifr->data, sizeof(rq));
	rq.switch_name[sizeof(rq.switch_name) - 1] = '\0';
	nm_lock();
	module = module_of(ifr->nifr_name);
	if (module)
		rc = run(ns, module, &rq);
	nm_unlock();
	memcpy(ifr->data, &rq, sizeof(rq));
	return rc;
}
