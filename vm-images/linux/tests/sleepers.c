/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One frame at a time goes from the device VB_DEVICE to VB_FAR and comes back; at both ends
 * somebody sleeps until it is there. Whom nothing wakes finds it when his sleep is over: a frame
 * that was waited for to the end is one whose wake-up was lost.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "carrier.h"
#include "check.h"
#include "clock.h"
#include "vport.h"

#define ROUNDS	 1000
#define SLEEP_MS 10000 /* however busy the machine is, a wake-up takes less */
#define SETTLE_S 2     /* QEMU's e1000 takes no frames for a second after its receiver was set up */

/* Sleeps until frames are there, and takes them. */
static bool take(struct vport *p, const char *device)
{
	struct pollfd pfd = {.fd = p->fd, .events = POLLIN};
	uint64_t start_ms = vb_now_ms();
	int n = poll(&pfd, 1, SLEEP_MS);

	return expect(n == 0 || vb_now_ms() - start_ms < SLEEP_MS,
		      "who sleeps at %s to be woken by a frame", device) &&
	       expect(n == 1 && vport_drain(p) > 0, "a frame at %s within %d ms", device, SLEEP_MS);
}

static void reflect(struct vport *p, const char *device)
{
	while (take(p, device) && expect(vport_send(p) == 0, "room for a frame at %s", device))
		;
}

static bool go_round(struct vport *p, const char *device)
{
	uint64_t start_ms = vb_now_ms(), slowest_ms = 0, last_ms;
	bool ok = true;
	int i;

	for (i = 0; ok && i < ROUNDS; i++) {
		last_ms = vb_now_ms();
		ok = expect(vport_send(p) == 0, "room for a frame at %s", device) &&
		     take(p, device);
		if (vb_now_ms() - last_ms > slowest_ms)
			slowest_ms = vb_now_ms() - last_ms;
	}
	printf("%d round trips in %d ms, the slowest %d ms\n", i, (int)(vb_now_ms() - start_ms),
	       (int)slowest_ms);
	return ok;
}

static bool with_both(struct vport *near, const char *device, struct vport *far, const char *other)
{
	bool ok = wait_for_link(device) && wait_for_link(other);
	pid_t child;

	sleep(SETTLE_S);
	vport_drain(near);
	vport_drain(far);
	child = fork();
	if (child == 0) {
		reflect(far, other);
		_exit(1);
	}
	ok = ok && expect(child > 0, "a second task: %s", strerror(errno)) &&
	     go_round(near, device);
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	return ok;
}

bool check_sleepers(void)
{
	const char *device = getenv("VB_DEVICE"), *other = getenv("VB_FAR");
	struct vport near, far;
	bool ok;
	int rc;

	if (!expect(device && other, "VB_DEVICE and VB_FAR in the environment"))
		return false;
	rc = vport_open_mapped(&near, device);
	if (!expect(!rc, "%s to be opened: %s", device, strerror(-rc)))
		return false;
	rc = vport_open_mapped(&far, other);
	ok = expect(!rc, "%s to be opened: %s", other, strerror(-rc)) &&
	     with_both(&near, device, &far, other);
	if (!rc)
		vport_close(&far);
	vport_close(&near);
	return ok;
}
