/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "netfront.h"

#define BUFS_A_PAGE (PAGE_SIZE / VIF_SHARE_BUF_BYTES)
#define RING_PAGES  16 /* that can be mapped as one */
#define SLOTS_MIN   2
#define SLOTS_MAX   4080

const char *const front_names[FRONT_DIRS] = {[FRONT_TX] = "tx", [FRONT_RX] = "rx"};

u32 front_read_slots(const struct front *front, enum front_dir dir)
{
	char key[40];

	snprintf(key, sizeof(key), "feature-netmap-%s-desc", front_names[dir]);
	return xenbus_read_unsigned(front->dev->otherend, key, 0);
}

static int read_refs(const struct front *front, enum front_dir dir, grant_ref_t *ref,
		     unsigned int n)
{
	char key[32];
	unsigned int i;

	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s-ring-ref%u", front_names[dir], i);
		if (xenbus_scanf(XBT_NIL, front->dev->nodename, key, "%u", &ref[i]) != 1) {
			xenbus_dev_fatal(front->dev, -ENOENT, "reading %s", key);
			return -ENOENT;
		}
	}
	return 0;
}

static int map_ring_pages(struct front *front, enum front_dir dir, u32 slots)
{
	size_t bytes = sizeof(struct netmap_ring) + slots * sizeof(struct netmap_slot);
	unsigned int n = DIV_ROUND_UP(bytes, PAGE_SIZE);
	struct front_map *m = &front->map[dir];
	grant_ref_t ref[RING_PAGES];
	int error = read_refs(front, dir, ref, n);

	if (error)
		return error;
	error = xenbus_map_ring_valloc(front->dev, ref, n, &m->ring);
	if (error)
		m->ring = NULL;
	return error;
}

static int alloc_maps(struct front_map *m, unsigned int n)
{
	m->page = kvcalloc(n, sizeof(*m->page), GFP_KERNEL);
	m->data = kvcalloc(n, sizeof(*m->data), GFP_KERNEL);
	m->map = kvcalloc(n, sizeof(*m->map), GFP_KERNEL);
	m->unmap = kvcalloc(n, sizeof(*m->unmap), GFP_KERNEL);
	if (!m->page || !m->data || !m->map || !m->unmap || gnttab_alloc_pages(n, m->page))
		return -ENOMEM;
	m->npages = n;
	return 0;
}

static void set_ops(struct front *front, struct front_map *m, const struct netmap_ring *ring)
{
	domid_t domain = front->dev->otherend_id;
	unsigned int i;

	for (i = 0; i < m->npages; i++) {
		grant_ref_t ref = READ_ONCE(ring->slot[i * BUFS_A_PAGE].ptr);

		m->data[i] = page_address(m->page[i]);
		gnttab_set_map_op(&m->map[i], (unsigned long)m->data[i], GNTMAP_host_map, ref,
				  domain);
	}
}

/* Those that were mapped come first in unmap[]. */
static int map_bufs(struct front *front, struct front_map *m)
{
	struct page **page = m->page;
	unsigned int i;
	int error = gnttab_map_refs(m->map, NULL, page, m->npages);

	for (i = 0; i < m->npages && !error; i++) {
		if (m->map[i].status != GNTST_okay) {
			error = -EFAULT;
			break;
		}
		gnttab_set_unmap_op(&m->unmap[i], (unsigned long)m->data[i], GNTMAP_host_map,
				    m->map[i].handle);
		m->mapped++;
	}
	return error;
}

int front_map_ring(struct front *front, enum front_dir dir, struct vif_front_ring *r)
{
	struct front_map *m = &front->map[dir];
	u32 slots = front_read_slots(front, dir);
	int error;

	if (slots < SLOTS_MIN || slots > SLOTS_MAX || slots % BUFS_A_PAGE) {
		xenbus_dev_fatal(front->dev, -EPROTO, "%s ring of %u slots", front_names[dir],
				 slots);
		return -EPROTO;
	}
	front->slots[dir] = slots;
	error = map_ring_pages(front, dir, slots);
	if (error)
		return error;
	r->ring = m->ring;
	r->n = slots;
	if (READ_ONCE(r->ring->num_slots) != slots) {
		xenbus_dev_fatal(front->dev, -EPROTO, "%s ring has %u slots instead of %u",
				 front_names[dir], r->ring->num_slots, slots);
		return -EPROTO;
	}
	error = alloc_maps(m, slots / BUFS_A_PAGE);
	if (!error) {
		set_ops(front, m, r->ring);
		error = map_bufs(front, m);
	}
	if (error)
		xenbus_dev_fatal(front->dev, error, "mapping %s buffers", front_names[dir]);
	r->page = m->data;
	return error;
}

void front_unmap_ring(struct front *front, enum front_dir dir)
{
	struct front_map *m = &front->map[dir];

	if (m->mapped)
		gnttab_unmap_refs(m->unmap, NULL, m->page, m->mapped);
	if (m->npages)
		gnttab_free_pages(m->npages, m->page);
	if (m->ring)
		xenbus_unmap_ring_vfree(front->dev, m->ring);
	kvfree(m->page);
	kvfree(m->data);
	kvfree(m->map);
	kvfree(m->unmap);
	memset(m, 0, sizeof(*m));
}
