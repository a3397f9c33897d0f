/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The removal of a xenbus device cannot fail. */
#include <xen/xenbus.h>

static void gone(struct xenbus_device *dev)
{
}

struct xenbus_driver probe = {.remove = gone};
