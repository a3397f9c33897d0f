/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A descriptor, and the binding of it to the rings of one port. */
#ifndef NM_FILE_H
#define NM_FILE_H

#include "core.h"
#include "port.h"

struct nm_file {
	struct nm_ns *ns;
	/* Published last, so that whoever sees it sees the rest; constant until close. */
	struct nm_port *port;
	struct nm_port *bound;	 /* the same from the first moment of the binding; global lock */
	uint64_t flags;		 /* NR_* of the register request */
	uint16_t first[NM_DIRS]; /* bound rings: [first, last) */
	uint16_t last[NM_DIRS];
	struct netmap_if *nifp;
	uint32_t nifp_idx;
	struct os_waitq *waitq[NM_DIRS];
};

static inline struct nm_port *nm_file_port(struct nm_file *f)
{
	return os_load_acquire(&f->port);
}

/*
 * Binds the port's rings that reg selects and fills in what REGISTER returns. On success the
 * binding owns the caller's reference; on failure nothing is left behind. 0, -EINVAL (mode, ring),
 * -EBUSY (exclusivity), -EIO, -ENOMEM. Global lock held, here and below.
 */
int nm_bind(struct nm_file *f, struct nm_port *port, struct nmreq_register *reg);
/*
 * The same in two steps: between them no other thread that uses the descriptor sees the binding, so
 * that it may still be undone. offsets: the option, or NULL; its status and further errors are
 * those of nm_offsets_check.
 */
int nm_bind_unseen(struct nm_file *f, struct nm_port *port, struct nmreq_register *reg,
		   struct nmreq_opt_offsets *offsets);
void nm_bind_publish(struct nm_file *f);
void nm_unbind(struct nm_file *f);

#endif
