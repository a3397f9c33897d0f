/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What other modules may call: net/vale_module.h and net/vale_lookup.h; and ours, segment.h. */
#include <linux/module.h>
#include <net/vale_lookup.h>

#include "segment.h"

EXPORT_SYMBOL(netmap_bdg_regops);
EXPORT_SYMBOL(netmap_bdg_restore);
EXPORT_SYMBOL(netmap_bdg_update_private_data);
EXPORT_SYMBOL(netmap_vale_create);
EXPORT_SYMBOL(netmap_vale_destroy);
EXPORT_SYMBOL(netmap_bdg_attach);
EXPORT_SYMBOL(netmap_bdg_detach);
EXPORT_SYMBOL(nm_vi_create);
EXPORT_SYMBOL(nm_vi_destroy);
EXPORT_SYMBOL(netmap_bdg_name);
EXPORT_SYMBOL(netmap_bdg_idx);
EXPORT_SYMBOL(netmap_bdg_private_data);
EXPORT_SYMBOL(netmap_bdg_alloc);
EXPORT_SYMBOL(netmap_bdg_free);
EXPORT_SYMBOL(netmap_bdg_copy_from_user);
EXPORT_SYMBOL(nm_lookup_load);
EXPORT_SYMBOL(nm_lookup_unload);
EXPORT_SYMBOL(nm_gso_parse);
EXPORT_SYMBOL(nm_gso_segments);
EXPORT_SYMBOL(nm_gso_bytes);
EXPORT_SYMBOL(nm_gso_headers);
