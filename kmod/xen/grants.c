/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Netmap mode: what a guest is granted while a port has rings, and how it is told of it. Whoever
 * maps it or not, it is there from when the interface joins a switch until it leaves. Pages that a
 * guest still has mapped then outlive the port.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/page.h>

#include "compat_xen.h"
#include "netback.h"
#include "transact.h"

#define BUFS_A_PAGE (PAGE_SIZE / VIF_SHARE_BUF_BYTES)

/* One direction. */
struct shown {
	const char *name; /* as the guest calls it */
	struct nm_ring *ring;
	void *pages; /* of the guest's ring */
	unsigned int npages;
	grant_ref_t *ref; /* of those pages, then of buffers */
	unsigned int nrefs;
};

struct vif_grants {
	struct vif_share share;
	struct shown from, to;
};

struct vif_share *vif_share_of(struct vif_grants *g)
{
	return &g->share;
}

const struct nm_ring *vif_ring_from(const struct vif_grants *g)
{
	return g->from.ring;
}

static size_t ring_bytes(u32 slots)
{
	return sizeof(struct netmap_ring) + slots * sizeof(struct netmap_slot);
}

static void *buffer(const struct nm_ring *ring, u32 slot)
{
	return nm_buf(ring->bufs, ring->shared->slot[slot].buf_idx);
}

/* Can the buffers be granted without anything else that lies beside them? */
static bool fills_pages(const struct nm_ring *ring)
{
	u32 i;

	if (ring->bufs->objsize != VIF_SHARE_BUF_BYTES || ring->slots % BUFS_A_PAGE)
		return false;
	for (i = 0; i < ring->slots; i += BUFS_A_PAGE)
		if (!buffer(ring, i) || !PAGE_ALIGNED(buffer(ring, i)) ||
		    buffer(ring, i + 1) != buffer(ring, i) + VIF_SHARE_BUF_BYTES)
			return false;
	return true;
}

static int grant(struct shown *s, domid_t domain, const void *page)
{
	int ref = gnttab_grant_foreign_access(domain, vif_host_frame(page), 0);

	if (ref >= 0)
		s->ref[s->nrefs++] = ref;
	return ref;
}

/* What says how the ring is made. A guest that had it before may have written anything there. */
static void fill_ring(const struct shown *s, const struct vif_share_ring *r, u16 dir)
{
	struct netmap_ring *ring = r->ring;
	u32 i;

	ring->buf_ofs = 0;
	ring->num_slots = r->n;
	ring->nr_buf_size = VIF_SHARE_BUF_BYTES;
	ring->ringid = 0;
	ring->dir = dir;
	ring->flags = 0;
	for (i = 0; i < r->n; i++) {
		ring->slot[i].buf_idx = i;
		ring->slot[i].ptr = i % BUFS_A_PAGE ? 0 : s->ref[s->npages + i / BUFS_A_PAGE];
	}
}

static void fill_rings(const struct vif_grants *g)
{
	fill_ring(&g->from, &g->share.from, 0);
	fill_ring(&g->to, &g->share.to, 1);
}

static int grant_pages(struct shown *s, struct vif_share_ring *r, domid_t domain)
{
	unsigned int i;
	int ref;

	for (i = 0; i < s->npages; i++) {
		ref = grant(s, domain, s->pages + i * PAGE_SIZE);
		if (ref < 0)
			return ref;
	}
	for (i = 0; i < r->n; i++) {
		r->home[i] = s->ring->shared->slot[i].buf_idx;
		ref = i % BUFS_A_PAGE ? 0 : grant(s, domain, buffer(s->ring, i));
		if (ref < 0)
			return ref;
	}
	return 0;
}

static int show(struct shown *s, struct vif_share_ring *r, struct nm_ring *ring, const char *name,
		domid_t domain)
{
	size_t bytes = ring_bytes(ring->slots);

	s->ring = ring;
	s->name = name;
	s->npages = DIV_ROUND_UP(bytes, PAGE_SIZE);
	s->pages = alloc_pages_exact(s->npages * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	s->ref = kvcalloc(s->npages + ring->slots / BUFS_A_PAGE, sizeof(*s->ref), GFP_KERNEL);
	r->home = kvcalloc(ring->slots, sizeof(*r->home), GFP_KERNEL);
	if (!s->pages || !s->ref || !r->home)
		return -ENOMEM;
	r->n = ring->slots;
	r->ring = s->pages;
	return grant_pages(s, r, domain);
}

static void hide(struct shown *s, struct vif_share_ring *r)
{
	while (s->nrefs)
		compat_end_foreign_access(s->ref[--s->nrefs]);
	if (s->pages)
		free_pages_exact(s->pages, s->npages * PAGE_SIZE);
	kvfree(s->ref);
	kvfree(r->home);
}

void vif_grants_free(struct vif_grants *g)
{
	if (!g)
		return;
	hide(&g->from, &g->share.from);
	hide(&g->to, &g->share.to);
	kfree(g);
}

/* The next guest, or the same one anew, begins where our rings are. */
void vif_grants_restart(struct vif_grants *g)
{
	const struct nm_ring *from = g->from.ring, *to = g->to.ring;

	g->share.broken = NULL;
	vif_share_begin_from(&g->share, from->hwtail,
			     (from->hwcur + from->slots - 1) % from->slots);
	vif_share_begin_to(&g->share, to->hwcur);
}

/* A guest that was let go may have written on until now; where the next one is, it says itself. */
void vif_grants_meet(struct vif_grants *g)
{
	if (!vif_share_possible(&g->share, g->from.ring->hwtail))
		vif_grants_restart(g);
	fill_rings(g);
}

/* Guests of long ago read one entry more than there are, and do not map the last. */
static int write_refs(struct xenbus_transaction xbt, const char *dir, const struct shown *s)
{
	char key[32];
	unsigned int i;
	int error;

	snprintf(key, sizeof(key), "%s-ring-refs", s->name);
	error = xenbus_printf(xbt, dir, key, "%u", s->npages + 1);
	for (i = 0; i <= s->npages && !error; i++) {
		snprintf(key, sizeof(key), "%s-ring-ref%u", s->name, i);
		error = xenbus_printf(xbt, dir, key, "%u", s->ref[min(i, s->npages - 1)]);
	}
	return error;
}

/* What is written of one interface. */
struct offer {
	const struct vif *vif;
	const struct vif_grants *grants;
};

static int write_keys(const void *what, struct xenbus_transaction xbt)
{
	const struct offer *offer = what;
	const struct vif *vif = offer->vif;
	const struct vif_grants *g = offer->grants;
	int error = write_refs(xbt, vif->dev->otherend, &g->from);

	if (!error)
		error = write_refs(xbt, vif->dev->otherend, &g->to);
	if (!error)
		error = xenbus_printf(xbt, vif->dev->nodename, "feature-netmap-tx-desc", "%u",
				      g->share.from.n);
	if (!error)
		error = xenbus_printf(xbt, vif->dev->nodename, "feature-netmap-rx-desc", "%u",
				      g->share.to.n);
	return error;
}

static int offer(struct vif *vif, struct vif_grants *g, struct nm_ring *from, struct nm_ring *to)
{
	domid_t domain = vif->dev->otherend_id;
	int error = show(&g->from, &g->share.from, from, "tx", domain);

	if (!error)
		error = show(&g->to, &g->share.to, to, "rx", domain);
	if (error)
		return error;
	vif_grants_restart(g);
	fill_rings(g);
	return vif_transact(write_keys, &(struct offer){.vif = vif, .grants = g});
}

struct vif_grants *vif_grants_new(struct vif *vif, struct nm_ring *from, struct nm_ring *to)
{
	struct vif_grants *g;
	int error;

	if (!fills_pages(from) || !fills_pages(to)) {
		netdev_info(vif->netdev, "no netmap mode: buffers are not of %u bytes\n",
			    VIF_SHARE_BUF_BYTES);
		return NULL;
	}
	g = kzalloc(sizeof(*g), GFP_KERNEL);
	error = g ? offer(vif, g, from, to) : -ENOMEM;
	if (!error)
		return g;
	netdev_info(vif->netdev, "no netmap mode: its rings cannot be granted (%d)%s\n", error,
		    error == -ENOSPC ? "; raise Xen's gnttab_max_frames" : "");
	vif_grants_free(g);
	return NULL;
}
