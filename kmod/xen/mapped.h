/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A page that a guest granted, mapped here. What fails is said by who asked, and not in the log by
 * itself. */
#ifndef VIF_MAPPED_H
#define VIF_MAPPED_H

#include <xen/grant_table.h>

struct vif_mapped {
	struct page *page; /* NULL: none */
	grant_handle_t handle;
};

/* Its address, or an ERR_PTR. May sleep. */
void *vif_map(struct vif_mapped *m, domid_t domain, grant_ref_t ref);
void vif_unmap(struct vif_mapped *m);

#endif
