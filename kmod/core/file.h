/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A descriptor, and the binding of it to the rings of one port. */
#ifndef NM_FILE_H
#define NM_FILE_H

#include "core.h"
#include "port.h"

/* CSB mode: where the task keeps its cursors and learns the kernel's; tx rings first, then rx. */
struct nm_csb {
	struct nm_csb_atok __user *atok; /* NULL: off */
	struct nm_csb_ktoa __user *ktoa;
};

/* The kernel loop of a descriptor; under the global lock. */
struct nm_kloop {
	enum { NM_KLOOP_IDLE, NM_KLOOP_ENABLING, NM_KLOOP_RUNNING } state;
	bool stopping;	/* asked for, perhaps before the loop began */
	unsigned ended; /* loops so far */
	const void *owner;
	struct os_waiter *waiter;
};

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
	struct nm_csb csb;
	struct nm_kloop kloop;
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
