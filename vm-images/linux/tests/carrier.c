/* SPDX-License-Identifier: BSD-2-Clause */
#include "carrier.h"

#include <stdio.h>
#include <unistd.h>

#include "check.h"

#define LINK_LIMIT_MS 60000
#define STEP_MS	      50

static bool has_link(const char *device)
{
	char path[128], state = '0';
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/carrier", device);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fread(&state, 1, 1, f) != 1)
		state = '0';
	fclose(f);
	return state == '1';
}

bool wait_for_link(const char *device)
{
	int waited_ms = 0;

	while (!has_link(device) && waited_ms < LINK_LIMIT_MS) {
		usleep(STEP_MS * 1000);
		waited_ms += STEP_MS;
	}
	return expect(has_link(device), "%s to have a link within %d ms", device, LINK_LIMIT_MS);
}
