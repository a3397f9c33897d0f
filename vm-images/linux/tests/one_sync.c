/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One batch of VB_FRAMES frames of VB_BYTES is given to the device VB_DEVICE in one sync, and
 * nothing is asked of it any more: what its hardware had no room for must go by itself. Who
 * receives it counts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "carrier.h"
#include "check.h"
#include "vport.h"

#define REST_S 3 /* no longer than who receives waits for frames */

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

static bool send_batch(struct vport *p, int frames, int bytes)
{
	int rc = 0;

	while (frames-- && !rc)
		rc = vport_put(p, (uint16_t)bytes);
	if (!rc)
		rc = vport_push(p);
	return expect(!rc, "a batch to be sent: %s", strerror(-rc));
}

bool check_one_sync(void)
{
	const char *device = setting("VB_DEVICE");
	struct vport p;
	int rc = vport_open_mapped(&p, device);
	bool ok;

	if (!expect(!rc, "%s to be opened: %s", device, strerror(-rc)))
		return false;
	ok = wait_for_link(device) &&
	     send_batch(&p, atoi(setting("VB_FRAMES")), atoi(setting("VB_BYTES")));
	if (ok)
		sleep(REST_S);
	vport_close(&p);
	return ok;
}
