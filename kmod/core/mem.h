/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Memory regions: three pools (netmap_if, rings, buffers) laid out one after the other, shared
 * with tasks by mmap. Blocks of a pool are backed when an object in them is first handed out, so a
 * region may advertise far more than it uses. Everything here but nm_buf() and nm_region_page() is
 * called with the global lock held.
 */
#ifndef NM_MEM_H
#define NM_MEM_H

#include "os.h"

enum nm_pool_id { NM_POOL_IF, NM_POOL_RING, NM_POOL_BUF, NM_POOL_COUNT };

#define NM_REGION_GLOBAL 1 /* its id */
#define NM_BUF_RESERVED	 2 /* buffers 0 (the sink of bad indices) and 1 are never handed out */
#define NM_OBJ_ALIGN	 64

static inline uint32_t nm_round_up(uint32_t value, uint32_t unit)
{
	return (value + unit - 1) / unit * unit;
}

struct nm_pool {
	void **blocks; /* block i backs objects [i << shift, (i + 1) << shift); NULL until then */
	uint32_t objsize;
	uint32_t objtotal;
	uint32_t shift;
	uint32_t mask;
	uint64_t offset; /* in the region, bytes */
	uint32_t *used;	 /* one bit an object */
	uint32_t nblocks;
	uint32_t free;
	uint32_t hint; /* no object below it is free */
};

/*
 * While nothing goes over the ports of a region, its buffers need no memory. Who is to put it to
 * sleep makes it drowsy, then waits for those who may be at its buffers; whoever comes meanwhile
 * wakes it.
 */
enum nm_rest { NM_AWAKE, NM_DROWSY, NM_ASLEEP };

struct nm_region {
	struct nm_region *next;
	uint16_t id;
	unsigned refs;	/* ports */
	unsigned users; /* bindings; without any nothing is backed */
	uint64_t bytes; /* nr_memsize */
	void *span;
	struct os_pin *pin; /* it lies in a task's memory; NULL: in ours */
	struct os_spin rest_lock;
	uint32_t rest; /* NM_AWAKE or what else; written under rest_lock */
	struct nm_pool pool[NM_POOL_COUNT];
};

/* What a region should hold at least; sizes in bytes. */
struct nm_region_wish {
	struct {
		uint32_t size;
		uint32_t num;
	} pool[NM_POOL_COUNT];
	bool packed; /* nothing between buffers, so that they can be shown by pages */
};

/* Takes back what is more than a private region may have. */
void nm_region_wish_cap(struct nm_region_wish *wish);

int nm_region_init(void);
void nm_region_exit(void);

/* A private region with one reference. 0, -EINVAL (a size or count out of range) or -ENOMEM. */
int nm_region_create(const struct nm_region_wish *wish, struct nm_region **out);
/*
 * The same in a task's memory, which it then owns; bytes is its size, and what the wish leaves
 * becomes buffers. 0, -EINVAL, or -ENOMEM, also when the memory is too small.
 */
int nm_region_create_pinned(struct os_pin *pin, uint64_t bytes, const struct nm_region_wish *wish,
			    struct nm_region **out);
/* Takes a reference to the region in these pages, or NULL. */
struct nm_region *nm_region_get_pinned(const struct os_pin *pin);
/* Takes a reference; NULL when there is no such region. */
struct nm_region *nm_region_get(uint16_t id);
void nm_region_put(struct nm_region *r);

/*
 * The first user backs what every user needs; the last one frees everything, leaked objects
 * included.
 */
int nm_region_use(struct nm_region *r);
void nm_region_unuse(struct nm_region *r);

/* rest.c. */
void nm_region_doze(struct nm_region *r);
/*
 * Nobody is at its buffers: gives back the memory of all but the first block of them, and what was
 * in them. False, and it is awake: somebody came.
 */
bool nm_region_sleep(struct nm_region *r);
/*
 * Any context, global lock or not: buffers have memory, and *open, unless NULL, is set before
 * anybody can make it drowsy again. False: there is none now.
 */
bool nm_region_wake(struct nm_region *r, bool *open);

static inline bool nm_region_sleeps(const struct nm_region *r)
{
	return unlikely(os_load_acquire(&r->rest) == NM_ASLEEP);
}

/*
 * The lowest free object: its index in *idx and its address, or NULL. Contents are whatever the
 * last owner left.
 */
void *nm_obj_alloc(struct nm_region *r, enum nm_pool_id id, uint32_t *idx);
/*
 * False, and nothing done, for reserved, unknown and already free indices: they may come from a
 * task.
 */
bool nm_obj_free(struct nm_region *r, enum nm_pool_id id, uint32_t idx);
/* Byte offset of an object in the region. */
uint64_t nm_obj_offset(const struct nm_region *r, enum nm_pool_id id, uint32_t idx);

static inline bool nm_obj_is_used(const struct nm_pool *p, uint32_t idx)
{
	return p->used[idx / 32] & 1U << idx % 32;
}

/* A block's size, and where it begins in the region. */
static inline size_t nm_block_bytes(const struct nm_pool *p, uint32_t block)
{
	uint32_t n = p->objtotal - (block << p->shift);

	return (size_t)(n > p->mask + 1 ? p->mask + 1 : n) * p->objsize;
}

static inline size_t nm_block_offset(const struct nm_pool *p, uint32_t block)
{
	return p->offset + ((size_t)block << p->shift) * p->objsize;
}

/* The page that backs this byte of the region, or NULL. May race with nm_obj_alloc. */
void *nm_region_page(const struct nm_region *r, uint64_t offset);

/* The buffer of an index that a task wrote, or NULL when no task can own such a buffer. */
static inline void *nm_buf(const struct nm_pool *bufs, uint32_t idx)
{
	char *block;

	if (unlikely(idx - NM_BUF_RESERVED >= bufs->objtotal - NM_BUF_RESERVED))
		return NULL;
	block = OS_READ_ONCE(bufs->blocks[idx >> bufs->shift]);
	if (unlikely(!block))
		return NULL;
	return block + (size_t)(idx & bufs->mask) * bufs->objsize;
}

/* The same, with buffer 0 in place of a bad index. */
static inline void *nm_buf_or_sink(const struct nm_pool *bufs, uint32_t idx)
{
	void *buf = nm_buf(bufs, idx);

	return likely(buf) ? buf : bufs->blocks[0];
}

/*
 * The buffers of one block, for who looks up many: those of neighbouring slots mostly lie in the
 * same one.
 */
struct nm_window {
	char *base;
	uint32_t first;
	uint32_t count; /* 0: nowhere yet */
	uint32_t objsize;
};

/* Opens the window where buffer idx lies, and returns the buffer, or buffer 0 for a bad index. */
void *nm_window_move(struct nm_window *w, const struct nm_pool *bufs, uint32_t idx);

/* The same as nm_buf_or_sink(). */
static inline void *nm_window_buf(struct nm_window *w, const struct nm_pool *bufs, uint32_t idx)
{
	uint32_t i = idx - w->first;

	if (unlikely(i >= w->count))
		return nm_window_move(w, bufs, idx);
	return w->base + (size_t)i * w->objsize;
}

#endif
