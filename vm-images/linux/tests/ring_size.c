/* SPDX-License-Identifier: BSD-2-Clause */
/* May the size of a device's rings change? The device is named by VB_DEVICE in the environment. */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

#define OTHER_SIZE 128 /* a size that every driver accepts and none begins with */

/* 0 or -errno. */
static int ask(void *command)
{
	const char *name = getenv("VB_DEVICE");
	struct ifreq request = {.ifr_data = command};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), rc;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name ? name : "");
	rc = fd < 0 || ioctl(fd, SIOCETHTOOL, &request) < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	return rc;
}

static int resize(void)
{
	struct ethtool_ringparam ring = {.cmd = ETHTOOL_GRINGPARAM};
	int rc = ask(&ring);

	if (rc)
		return rc;
	ring.cmd = ETHTOOL_SRINGPARAM;
	ring.tx_pending = OTHER_SIZE;
	ring.rx_pending = OTHER_SIZE;
	return ask(&ring);
}

/* Nobody can resize the rings of virtio_net before 6.0. */
static bool cannot_resize(int rc)
{
	return rc == -EOPNOTSUPP;
}

bool check_rings_fixed(void)
{
	int rc = resize();

	return cannot_resize(rc) || expect(rc == -EBUSY, "EBUSY, not %s", strerror(-rc));
}

bool check_rings_free(void)
{
	struct ethtool_ringparam ring = {.cmd = ETHTOOL_GRINGPARAM};
	int rc = resize();

	if (cannot_resize(rc))
		return true;
	if (!expect(!rc, "rings to be resized: %s", strerror(-rc)))
		return false;
	ask(&ring);
	return expect(ring.tx_pending == OTHER_SIZE && ring.rx_pending == OTHER_SIZE,
		      "rings of %d, not %u and %u", OTHER_SIZE, ring.tx_pending, ring.rx_pending);
}
