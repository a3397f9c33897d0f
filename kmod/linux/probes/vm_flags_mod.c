/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* vm_flags are read-only and changed by helpers. */
#include <linux/mm.h>

void probe(struct vm_area_struct *vma)
{
	vm_flags_mod(vma, VM_DONTEXPAND, VM_MAYWRITE);
}
