/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a native device has for each of its queues, besides the ring of the port. */
#include "native.h"
#include "netdev.h"

static void rings_init(struct nm_native *native, enum nm_dir dir)
{
	u16 i;

	for (i = 0; i < native->count[dir]; i++) {
		struct nm_native_ring *r = &native->rings[dir][i];

		r->native = native;
		r->queue = i;
		spin_lock_init(&r->lock);
		INIT_WORK(&r->rest, netdev_native_send_rest);
	}
}

static int notes_alloc(struct nm_native *native, enum nm_dir dir, u32 slots)
{
	u16 i;

	for (i = 0; native->ops->notes && i < native->count[dir]; i++) {
		native->rings[dir][i].note = os_alloc(slots * sizeof(u32));
		if (!native->rings[dir][i].note)
			return -ENOMEM;
	}
	return 0;
}

static void own_free(void **own)
{
	u32 i;

	for (i = 0; own && own[i]; i++)
		free_page((unsigned long)own[i]);
	os_free(own);
}

static int own_alloc(struct nm_native_ring *r, u32 slots)
{
	u32 i, pages = DIV_ROUND_UP(slots * r->native->ops->own_bytes, PAGE_SIZE);

	r->own = os_alloc((pages + 1) * sizeof(*r->own));
	if (!r->own)
		return -ENOMEM;
	for (i = 0; i < pages; i++) {
		r->own[i] = (void *)get_zeroed_page(GFP_KERNEL);
		if (!r->own[i])
			return -ENOMEM;
	}
	return 0;
}

static int owns_alloc(struct nm_native *native, u32 slots)
{
	int error = 0;
	u16 i;

	for (i = 0; !error && native->ops->own_bytes && i < native->count[NM_TX]; i++)
		error = own_alloc(&native->rings[NM_TX][i], slots);
	return error;
}

static int rings_alloc(struct nm_native *native, enum nm_dir dir, u16 count, u32 slots)
{
	native->rings[dir] = os_alloc(count * sizeof(*native->rings[dir]));
	if (!native->rings[dir])
		return -ENOMEM;
	native->count[dir] = count;
	rings_init(native, dir);
	return notes_alloc(native, dir, slots);
}

static void rings_free(struct nm_native *native, enum nm_dir dir)
{
	u16 i;

	for (i = 0; i < native->count[dir]; i++) {
		cancel_work_sync(&native->rings[dir][i].rest);
		os_free(native->rings[dir][i].note);
		own_free(native->rings[dir][i].own);
	}
	os_free(native->rings[dir]);
}

int netdev_native_rings_alloc(struct nm_native *native, const struct os_dev_queues *has)
{
	int error = rings_alloc(native, NM_TX, has->tx, has->tx_limit);

	if (!error)
		error = rings_alloc(native, NM_RX, has->rx, has->rx_limit);
	return error ? error : owns_alloc(native, has->tx_limit);
}

void netdev_native_rings_free(struct nm_native *native)
{
	rings_free(native, NM_RX);
	rings_free(native, NM_TX);
}
