/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The rings of a binding, one after the other. */
#ifndef NM_BIND_H
#define NM_BIND_H

#include "file.h"

/* Walks the selected rings: for (it = first; the ring exists; next). */
struct nm_bound {
	const struct nm_file *f;
	struct nm_port *port;
	int dir;
	uint16_t id;
};

static inline struct nm_ring *nm_bound_next(struct nm_bound *it)
{
	while (it->dir < NM_DIRS && it->id >= it->f->last[it->dir]) {
		it->dir++;
		it->id = it->dir < NM_DIRS ? it->f->first[it->dir] : 0;
	}
	return it->dir < NM_DIRS ? &it->port->rings[it->dir][it->id++] : NULL;
}

static inline struct nm_bound nm_bound(const struct nm_file *f, struct nm_port *port)
{
	return (struct nm_bound){.f = f, .port = port, .id = f->first[0]};
}

#endif
