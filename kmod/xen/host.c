/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What copies.h asks of its host. */
#include <linux/build_bug.h>
#include <linux/mm.h>
#include <xen/grant_table.h>
#include <xen/interface/grant_table.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>

#include "copies.h"

static_assert(sizeof(struct vif_copy) == sizeof(struct gnttab_copy));
static_assert(offsetof(struct vif_copy, to) == offsetof(struct gnttab_copy, dest));
static_assert(offsetof(struct vif_copy, to.offset) == offsetof(struct gnttab_copy, dest.offset));
static_assert(offsetof(struct vif_copy, bytes) == offsetof(struct gnttab_copy, len));
static_assert(offsetof(struct vif_copy, flags) == offsetof(struct gnttab_copy, flags));
static_assert(offsetof(struct vif_copy, status) == offsetof(struct gnttab_copy, status));

/* A copy that would have to wait for a page of the guest's fails: a sync cannot sleep. */
void vif_host_copy(struct vif_copy *op, unsigned int n)
{
	unsigned int i;

	if (likely(!HYPERVISOR_grant_table_op(GNTTABOP_copy, op, n)))
		return;
	for (i = 0; i < n; i++)
		op[i].status = GNTST_general_error;
}

u64 vif_host_frame(const void *page)
{
	if (is_vmalloc_addr(page))
		return pfn_to_gfn(vmalloc_to_pfn(page));
	return virt_to_gfn((void *)page);
}
