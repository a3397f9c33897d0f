/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/err.h>
#include <linux/mm.h>

#include "mapped.h"

static unsigned long address(const struct vif_mapped *m)
{
	return (unsigned long)page_address(m->page);
}

static int map(struct vif_mapped *m, domid_t domain, grant_ref_t ref)
{
	struct gnttab_map_grant_ref op;
	int error;

	gnttab_set_map_op(&op, address(m), GNTMAP_host_map, ref, domain);
	error = gnttab_map_refs(&op, NULL, &m->page, 1);
	if (!error && op.status != GNTST_okay)
		error = -EINVAL;
	m->handle = op.handle;
	return error;
}

static void give_up(struct vif_mapped *m)
{
	gnttab_free_pages(1, &m->page);
	m->page = NULL;
}

void *vif_map(struct vif_mapped *m, domid_t domain, grant_ref_t ref)
{
	int error = gnttab_alloc_pages(1, &m->page);

	if (error) {
		m->page = NULL;
		return ERR_PTR(error);
	}
	error = map(m, domain, ref);
	if (!error)
		return page_address(m->page);
	give_up(m);
	return ERR_PTR(error);
}

void vif_unmap(struct vif_mapped *m)
{
	struct gnttab_unmap_grant_ref op;

	if (!m->page)
		return;
	gnttab_set_unmap_op(&op, address(m), GNTMAP_host_map, m->handle);
	gnttab_unmap_refs(&op, NULL, &m->page, 1);
	give_up(m);
}
