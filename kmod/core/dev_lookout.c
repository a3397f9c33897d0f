/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A thread that fills the receive rings of a device that copy monitors look at. */
#include "dev_port.h"

/* True: an owner is at this ring, and may have looked before the last frame came. */
static bool look(struct nm_ring *ring)
{
	uint32_t before;

	if (os_test_and_set(&ring->busy))
		return true;
	before = ring->hwtail;
	nm_dev_fill(ring);
	os_clear(&ring->busy);
	if (ring->hwtail != before)
		nm_port_wake(ring->port, ring);
	return false;
}

static bool lookout_work(void *arg)
{
	struct nm_device *dev = arg;
	bool again = false;
	unsigned i;

	os_mutex_lock(&dev->look_lock);
	for (i = 0; i < nm_port_rings(dev->port, NM_RX); i++) {
		struct nm_ring *ring = &dev->port->rings[NM_RX][i];

		if (ring->open && OS_READ_ONCE(ring->taps))
			again |= look(ring);
	}
	os_mutex_unlock(&dev->look_lock);
	return again;
}

int nm_dev_watched(struct nm_port *port)
{
	struct nm_device *dev = nm_device_of(port);
	struct os_worker *worker;
	int rc;

	if (dev->lookout || dev->attach)
		return 0;
	rc = os_worker_create("nm_lookout", OS_ANY_CPU, lookout_work, dev, &worker);
	if (!rc)
		OS_WRITE_ONCE(dev->lookout, worker);
	return rc;
}

void nm_dev_unwatched(struct nm_device *dev)
{
	if (!dev->lookout)
		return;
	os_worker_destroy(dev->lookout);
	dev->lookout = NULL;
}
