/* SPDX-License-Identifier: BSD-2-Clause */
/* The modules of the user-space host. */
#include "modules.h"

static struct nm_lookup_module *const all[] = {
	&vale_mymodule, &vale_macs, &vale_ips, &vale_learn, &vale_demux,
};

#define COUNT (sizeof(all) / sizeof(all[0]))

static void unload_first(size_t n)
{
	while (n)
		nm_lookup_unload(all[--n]);
}

int vale_modules_load(void)
{
	size_t i;

	for (i = 0; i < COUNT; i++) {
		int rc = nm_lookup_load(all[i], NULL);

		if (rc) {
			unload_first(i);
			return rc;
		}
	}
	return 0;
}

void vale_modules_unload(void)
{
	unload_first(COUNT);
}
