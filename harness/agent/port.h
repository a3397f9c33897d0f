/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VB_PORT_H
#define VB_PORT_H

#include "err.h"

/*
 * Opens the virtio-serial port of this name for reading and writing, once the other side has opened
 * it too. Returns a close-on-exec, non-blocking descriptor, or -1 with err after timeout_ms.
 */
int port_open(const char *name, unsigned timeout_ms, struct vb_err *err);


/*
 * Opens the serial line /dev/NAME likewise, and takes all handling of characters off it.
 */
int port_open_serial(const char *name, struct vb_err *err);

#endif
