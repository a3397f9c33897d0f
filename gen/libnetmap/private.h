/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIBNETMAP_PRIVATE_H
#define LIBNETMAP_PRIVATE_H

/* Whether there is a lock is for the program to say, not for this library's own files. */
#define LIBNETMAP_NOTHREADSAFE

#include <stdbool.h>

#include <libnetmap.h>

#include "device.h"

/* What is undone when a parsed name is given up, newest first. */
struct nmport_cleanup_d {
	struct nmport_cleanup_d *next;
	void (*run)(struct nmport_d *d, struct nmport_cleanup_d *c);
};

/* Every nmport_d is the first part of one of these. */
struct nmport {
	struct nmport_d d;
	const struct nmdev_ops *dev;
	void *handle; /* of dev, while register_done */
};

static inline struct nmport *nmport_of(struct nmport_d *d)
{
	return (struct nmport *)d;
}

/* The device of a context: nmctx_begin()'s, else the kernel's. */
const struct nmdev_ops *nmctx_device(const struct nmctx *ctx);

/* bytes of zeroes; NULL with ENOMEM and a message. */
void *nmctx_calloc(struct nmctx *ctx, size_t bytes);

/* Says it, sets errno, returns -1. */
__attribute__((format(printf, 3, 4))) int nmctx_fail(struct nmctx *ctx, int error, const char *fmt,
						     ...);

struct nmport_d *nmport_new_in(struct nmctx *ctx);

void nmport_push_cleanup(struct nmport_d *d, struct nmport_cleanup_d *c);
void nmport_run_cleanups(struct nmport_d *d);

/* The readers of the @options that nmport_parse() knows; their token is the nmport_d. */
extern struct nmreq_opt_parser *const nmport_parsers;

#endif
