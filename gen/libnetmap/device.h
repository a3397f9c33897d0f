/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What programs of this project use beside <libnetmap.h>: the same ports over any netmap device,
 * such as the switch in this process, of which no descriptor exists.
 */
#ifndef LIBNETMAP_DEVICE_H
#define LIBNETMAP_DEVICE_H

#include <libnetmap.h>

#include "../nmdev.h"

/*
 * A context of its own for one program: its messages go to `error`, its ports are those of dev.
 * No lock: use it from one thread, or set ctx->lock.
 */
struct nmctx_of {
	struct nmctx ctx;
	const struct nmdev_ops *dev;
	struct nmctx_of *next;
};

void nmctx_begin(struct nmctx_of *c, const struct nmdev_ops *dev, nmctx_error_cb error);
/* Before c goes away, and after its ports are closed. */
void nmctx_end(struct nmctx_of *c);

/* As nmport_prepare(), in a context of the caller's choice. */
struct nmport_d *nmport_prepare_in(struct nmctx *ctx, const char *portspec);
struct nmport_d *nmport_open_in(struct nmctx *ctx, const char *portspec);

/* NIOCTXSYNC and NIOCRXSYNC, or any other call on the port's descriptor. >= 0 or -errno. */
int nmport_ioctl(struct nmport_d *d, unsigned long cmd, void *arg);

/* One request on a descriptor of its own. >= 0 or -errno, without a message. */
int nmctx_request(struct nmctx *ctx, struct nmreq_header *h);

/* PORT_HDR_GET and the like: one request about the port that d names. >= 0 or -errno. */
int nmport_request(struct nmport_d *d, uint16_t reqtype, void *body);

/* For nmdev->wait() on several ports: gen/nmdev.h. */
const struct nmdev_ops *nmport_device(const struct nmport_d *d);
void *nmport_handle(const struct nmport_d *d);

#endif
