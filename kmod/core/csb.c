/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "csb.h"
#include "ctrl.h"
#include "ns.h"

#define ENTRY_BYTES 64 /* also their alignment */

_Static_assert(sizeof(struct nm_csb_atok) == ENTRY_BYTES, "nm_csb_atok fills a line");
_Static_assert(sizeof(struct nm_csb_ktoa) == ENTRY_BYTES, "nm_csb_ktoa fills a line");

uint32_t nm_csb_sync_flags(const struct nm_ring *ring, uint32_t head, uint32_t wished)
{
	uint32_t flags =
		wished & (NM_SYNC_FORCE_READ | NM_SYNC_FORCE_RECLAIM | NM_SYNC_CAN_FORWARD_DOWN);

	if (ring->dir == NM_TX && head < ring->slots &&
	    nm_distance(head, ring->tail, ring->slots) <= ring->slots / 2)
		flags |= NM_SYNC_FORCE_RECLAIM;
	return flags;
}

static int entry_setup(const struct nm_ring *ring, struct nm_csb_atok __user *atok,
		       struct nm_csb_ktoa __user *ktoa)
{
	struct nm_csb_atok a;
	struct nm_csb_ktoa k = {
		.hwcur = ring->hwcur,
		.hwtail = os_load_acquire(&ring->hwtail),
		.kern_need_kick = 1,
	};

	if (os_copy_from_user(&a, atok, sizeof(a)))
		return -EFAULT;
	a.head = ring->head;
	a.cur = ring->cur;
	a.appl_need_kick = 1;
	a.sync_flags = NM_SYNC_FORCE_READ;
	if (os_copy_to_user(atok, &a, sizeof(a)) || os_copy_to_user(ktoa, &k, sizeof(k)))
		return -EFAULT;
	return 0;
}

static int setup(const struct nm_file *f, struct nm_port *port, const struct nmreq_opt_csb *opt,
		 struct nm_csb *csb)
{
	struct nm_csb at = {
		.atok = (struct nm_csb_atok __user *)(unsigned long)opt->csb_atok,
		.ktoa = (struct nm_csb_ktoa __user *)(unsigned long)opt->csb_ktoa,
	};
	unsigned i, n = nm_csb_rings(f);

	if (!(f->flags & NR_EXCLUSIVE) || opt->csb_atok % ENTRY_BYTES ||
	    opt->csb_ktoa % ENTRY_BYTES)
		return -EINVAL;
	if (n && (!at.atok || !at.ktoa))
		return -EFAULT;
	for (i = 0; i < n; i++)
		if (entry_setup(nm_csb_ring(f, port, i), &at.atok[i], &at.ktoa[i]))
			return -EFAULT;
	if (n) {
		csb->ktoa = at.ktoa;
		os_store_release(&csb->atok, at.atok);
	}
	return 0;
}

int nm_csb_setup(const struct nm_file *f, struct nm_port *port, struct nmreq_opt_csb *opt,
		 struct nm_csb *csb)
{
	int rc = setup(f, port, opt, csb);

	opt->nro_opt.nro_status = -rc;
	return rc;
}

/* Nobody may start a loop over arrays that are not filled yet. */
static int begin_enabling(struct nm_file *f)
{
	int rc = 0;

	nm_lock();
	if (f->kloop.state != NM_KLOOP_IDLE)
		rc = -EBUSY;
	else if (!f->port)
		rc = -EINVAL;
	else
		f->kloop.state = NM_KLOOP_ENABLING;
	nm_unlock();
	return rc;
}

int nm_req_csb_enable(struct nm_request *rq)
{
	struct nmreq_opt_csb *opt = nm_option_of(rq, NETMAP_REQ_OPT_CSB);
	struct nm_file *f = rq->file;
	int rc;

	if (!opt)
		return -EINVAL;
	rc = begin_enabling(f);
	opt->nro_opt.nro_status = -rc;
	if (rc)
		return rc;
	rc = nm_csb_setup(f, f->port, opt, &f->csb);
	nm_lock();
	f->kloop.state = NM_KLOOP_IDLE;
	nm_unlock();
	return rc;
}
