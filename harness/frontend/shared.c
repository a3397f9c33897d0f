/* SPDX-License-Identifier: BSD-2-Clause */
#include "shared.h"

#include <os_impl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define TAKEN_MS    10000
#define GLANCE_US   1000
#define FRAME_BYTES 60

static int read_reference(const char *direction, uint32_t i, uint32_t *ref, struct vb_err *err)
{
	char path[STORE_PATH_BYTES], value[STORE_VALUE_BYTES];

	snprintf(path, sizeof(path), FRONTEND_DIR "/%s-ring-ref%u", direction, i);
	if (store_read(path, value, err))
		return -1;
	if (!value[0])
		return vb_fail(err, VB_FAILED, "the backend wrote no %s", path);
	*ref = (uint32_t)strtoul(value, NULL, 10);
	return 0;
}

static int map_ring(struct grants *g, const struct frontend *f, const char *direction,
		    struct vb_err *err)
{
	char key[64];
	uint32_t slots, i, n;

	snprintf(key, sizeof(key), "feature-netmap-%s-desc", direction);
	slots = frontend_backend_number(f, key);
	n = (sizeof(struct netmap_ring) + slots * sizeof(struct netmap_slot) + GRANT_PAGE_BYTES -
	     1) /
	    GRANT_PAGE_BYTES;
	if (!slots || n > GRANT_PAGES_MAX)
		return vb_fail(err, VB_FAILED, "a %s ring of %u slots", direction, slots);
	memset(g, 0, sizeof(*g));
	for (i = 0; i < n; i++)
		if (read_reference(direction, i, &g->ref[i], err))
			return -1;
	return grants_take(g, f->domain, n, err);
}

int shared_connect(struct shared *s, struct frontend *f, struct vb_err *err)
{
	memset(s, 0, sizeof(*s));
	s->front = f;
	if (map_ring(&s->pages[0], f, "tx", err) || map_ring(&s->pages[1], f, "rx", err))
		return -1;
	s->tx = (struct netmap_ring *)s->pages[0].base;
	s->rx = (struct netmap_ring *)s->pages[1].base;
	if (frontend_connect(f, err))
		return -1;
	channel_notify(&f->channels, 0);
	channel_notify(&f->channels, 1);
	return 0;
}

int shared_close(struct shared *s, struct vb_err *err)
{
	int failed = frontend_close(s->front, err);

	grants_end(&s->pages[0]);
	grants_end(&s->pages[1]);
	return failed;
}

bool shared_sends(struct shared *s)
{
	uint32_t head = OS_READ_ONCE(s->tx->head), tail = OS_READ_ONCE(s->tx->tail);
	uint64_t end = vb_now_ms() + TAKEN_MS;

	if (head >= s->tx->num_slots)
		return false;
	s->tx->slot[head].len = FRAME_BYTES;
	os_store_release(&s->tx->head, (head + 1) % s->tx->num_slots);
	channel_notify(&s->front->channels, 0);
	while (os_load_acquire(&s->tx->tail) == tail && vb_now_ms() < end)
		usleep(GLANCE_US);
	return os_load_acquire(&s->tx->tail) != tail;
}
