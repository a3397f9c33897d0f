/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What ends a grant takes its reference and a page. */
#include <xen/grant_table.h>

void probe(grant_ref_t ref, struct page *page)
{
	gnttab_end_foreign_access(ref, page);
}
