/* SPDX-License-Identifier: BSD-2-Clause */
/* What backends have in common that show one ring of each direction in their own memory. */
#ifndef PG_MEMPORT_H
#define PG_MEMPORT_H

#include "io.h"
#include "memring.h"

/* Such a backend's own, io->priv, begins with it. */
struct memport {
	struct memring tx, rx;
};

/*
 * Allocates so many bytes as io->priv, zeroed but for the rings. NULL, with err and nothing left
 * behind, where there is no memory.
 */
void *memport_new(struct io *io, const struct io_request *req, size_t bytes, struct vb_err *err);
/* Tells what there is to send and receive through: one queue of each direction. */
void memport_show(struct io *io);
void memport_free(struct io *io);

#endif
