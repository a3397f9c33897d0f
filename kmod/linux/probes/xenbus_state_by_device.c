/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The state of the other side is asked for a device. */
#include <xen/xenbus.h>

enum xenbus_state probe(const struct xenbus_device *dev)
{
	return xenbus_read_driver_state(dev, dev->otherend);
}
