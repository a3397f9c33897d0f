/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "ns.h"
#include "attach.h"
#include "vale.h"
#include "vale_port.h"

static struct os_mutex global_lock;
static struct nm_ns *namespaces;
static unsigned max_vales; /* the parameter as it was at load */

int nm_core_init(void)
{
	int rc = nm_region_init();

	if (rc)
		return rc;
	max_vales = nm_params.max_bridges;
	os_mutex_init(&global_lock);
	return 0;
}

void nm_core_exit(void)
{
	nm_attach_exit();
	os_mutex_destroy(&global_lock);
	nm_region_exit();
}

void nm_lock(void)
{
	os_mutex_lock(&global_lock);
}

void nm_unlock(void)
{
	os_mutex_unlock(&global_lock);
}

struct nm_ns *nm_ns_create(void *host_ns)
{
	struct nm_ns *ns = os_alloc(sizeof(*ns));
	unsigned i;

	if (!ns)
		return NULL;
	ns->host_ns = host_ns;
	ns->nvales = max_vales;
	ns->vales = os_alloc(max_vales * sizeof(*ns->vales));
	if (max_vales && !ns->vales) {
		os_free(ns);
		return NULL;
	}
	os_rwsem_init(&ns->watch_lock);
	for (i = 0; i < max_vales; i++)
		os_rwsem_init(&ns->vales[i].lock);
	nm_lock();
	ns->next = namespaces;
	namespaces = ns;
	nm_unlock();
	return ns;
}

struct nm_ns *nm_ns_all(void)
{
	return namespaces;
}

static void forget_namespace(struct nm_ns *ns)
{
	struct nm_ns **link = &namespaces;

	while (*link != ns)
		link = &(*link)->next;
	*link = ns->next;
}

void nm_ns_destroy(struct nm_ns *ns)
{
	unsigned i;

	nm_lock();
	forget_namespace(ns);
	nm_attach_end(ns);
	while (ns->persistent)
		nm_persistent_drop(ns->persistent);
	for (i = 0; i < ns->nvales; i++)
		if (ns->vales[i].name[0])
			nm_vale_end(&ns->vales[i]); /* an exclusive one */
	nm_unlock();
	for (i = 0; i < ns->nvales; i++)
		os_rwsem_destroy(&ns->vales[i].lock);
	os_rwsem_destroy(&ns->watch_lock);
	os_free(ns->vales);
	os_free(ns);
}

struct nm_port *nm_ns_persistent(const struct nm_ns *ns, const char *dev)
{
	struct nm_port *port = ns->persistent;

	while (port && strcmp(port->dev, dev) != 0)
		port = port->next;
	return port;
}
