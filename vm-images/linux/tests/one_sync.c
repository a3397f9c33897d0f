/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One batch of VB_FRAMES frames of VB_BYTES is given to the device VB_DEVICE in one sync, and nothing
 * is asked of it any more: what its hardware had no room for must go by itself. Who receives it counts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "vport.h"

#define LINK_LIMIT_MS 60000
#define STEP_MS	      50
#define REST_S	      3 /* no longer than who receives waits for frames */

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

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

/* A native driver resets its device when somebody takes its rings. */
static bool wait_for_link(const char *device)
{
	int waited_ms = 0;

	while (!has_link(device) && waited_ms < LINK_LIMIT_MS) {
		usleep(STEP_MS * 1000);
		waited_ms += STEP_MS;
	}
	return expect(has_link(device), "%s to have a link within %d ms", device, LINK_LIMIT_MS);
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
