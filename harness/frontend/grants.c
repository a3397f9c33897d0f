/* SPDX-License-Identifier: BSD-2-Clause */
#include "grants.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

typedef uint16_t domid_t; /* which the headers take to be known */
typedef uint32_t grant_ref_t;
#include <xen/gntalloc.h>
#include <xen/gntdev.h>

#define ALLOCATOR "/dev/xen/gntalloc"
#define MAPPER	  "/dev/xen/gntdev"

static int device(struct grants *g, const char *path, struct vb_err *err)
{
	g->fd = open(path, O_RDWR | O_CLOEXEC);
	if (g->fd < 0)
		return vb_fail(err, VB_MISSING, "opening %s: %s; load its module", path,
			       strerror(errno));
	return 0;
}

static int map(struct grants *g, struct vb_err *err)
{
	void *base = mmap(NULL, (size_t)g->n * GRANT_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			  g->fd, (off_t)g->index);

	if (base == MAP_FAILED) {
		vb_fail(err, VB_FAILED, "mapping %u granted pages: %s", g->n, strerror(errno));
		close(g->fd);
		return -1;
	}
	g->base = base;
	return 0;
}

static int refuse(struct grants *g, struct vb_err *err, const char *what)
{
	vb_fail(err, VB_FAILED, "%s %u pages: %s", what, g->n, strerror(errno));
	close(g->fd);
	return -1;
}

/* The kernel answers with an array behind what it is asked. */
int grants_give(struct grants *g, unsigned domain, uint32_t n, struct vb_err *err)
{
	size_t bytes = sizeof(struct ioctl_gntalloc_alloc_gref) + n * sizeof(uint32_t);
	struct ioctl_gntalloc_alloc_gref *ask = calloc(1, bytes);
	int failed;

	memset(g, 0, sizeof(*g));
	if (!ask || device(g, ALLOCATOR, err)) {
		free(ask);
		return -1;
	}
	g->n = n;
	ask->domid = (uint16_t)domain;
	ask->flags = GNTALLOC_FLAG_WRITABLE;
	ask->count = n;
	failed = ioctl(g->fd, IOCTL_GNTALLOC_ALLOC_GREF, ask);
	g->index = ask->index;
	memcpy(g->ref, (uint8_t *)ask + offsetof(struct ioctl_gntalloc_alloc_gref, gref_ids),
	       n * sizeof(g->ref[0]));
	free(ask);
	return failed ? refuse(g, err, "granting") : map(g, err);
}

int grants_take(struct grants *g, unsigned domain, uint32_t n, struct vb_err *err)
{
	size_t bytes = sizeof(struct ioctl_gntdev_map_grant_ref) +
		       n * sizeof(struct ioctl_gntdev_grant_ref);
	struct ioctl_gntdev_map_grant_ref *ask = calloc(1, bytes);
	struct ioctl_gntdev_grant_ref *ref;
	int failed;

	if (!ask || device(g, MAPPER, err)) {
		free(ask);
		return -1;
	}
	g->n = n;
	ask->count = n;
	ref = (void *)((uint8_t *)ask + offsetof(struct ioctl_gntdev_map_grant_ref, refs));
	for (uint32_t i = 0; i < n; i++)
		ref[i] = (struct ioctl_gntdev_grant_ref){.domid = domain, .ref = g->ref[i]};
	failed = ioctl(g->fd, IOCTL_GNTDEV_MAP_GRANT_REF, ask);
	g->index = ask->index;
	free(ask);
	return failed ? refuse(g, err, "mapping") : map(g, err);
}

void grants_end(struct grants *g)
{
	if (!g->base)
		return;
	munmap(g->base, (size_t)g->n * GRANT_PAGE_BYTES);
	close(g->fd);
	g->base = NULL;
}
