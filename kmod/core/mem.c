/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "core.h"
#include "mem.h"

#define CLUSTER_MAX_BYTES (4U << 20)
#define BUF_BLOCK_SHIFT	  8 /* at least 256 buffers are backed at a time */
#define PACKED_SHIFT	  3 /* 8 of a region whose port needs no more than it has */
#define BUF_SIZE_MAX	  65536U
#define PINNED_BUFS_MAX	  (1U << 24)
#define CACHE_SET_BYTES	  1024U /* strides that are multiples of this fall on few cache sets */

struct pool_limits {
	uint32_t size_min, size_max;
	uint32_t num_min, num_max;
};

static const struct pool_limits private_limits[NM_POOL_COUNT] = {
	[NM_POOL_IF] = {56, 4096, 1, 100},
	[NM_POOL_RING] = {256, 32 * 4096, 2, 1024},
	[NM_POOL_BUF] = {64, BUF_SIZE_MAX, 4, 1000000},
};

static const struct pool_limits global_limits[NM_POOL_COUNT] = {
	[NM_POOL_IF] = {56, 4096, 10, 10000},
	[NM_POOL_RING] = {256, 32 * 4096, 2, 1024},
	[NM_POOL_BUF] = {64, BUF_SIZE_MAX, 4, 1000000},
};

static const char *const pool_names[NM_POOL_COUNT] = {"if", "ring", "buf"};

static struct nm_region global_region = {.id = NM_REGION_GLOBAL};
static struct nm_region *regions;
static uint16_t last_id;

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static uint32_t stride_of(enum nm_pool_id id, uint32_t size)
{
	uint32_t stride = nm_round_up(size, NM_OBJ_ALIGN);

	if (id == NM_POOL_BUF && stride % CACHE_SET_BYTES == 0 && stride < BUF_SIZE_MAX)
		stride += NM_OBJ_ALIGN;
	return stride;
}

/* Into blocks of 1 << shift objects. */
static void pool_divide(struct nm_pool *p)
{
	p->mask = (1U << p->shift) - 1;
	p->nblocks = (p->objtotal + p->mask) >> p->shift;
}

static int pool_allowed(enum nm_pool_id id, const struct pool_limits *lim, uint32_t size,
			uint32_t num)
{
	if (size < lim->size_min || size > lim->size_max || num < lim->num_min ||
	    num > lim->num_max) {
		os_log_limited(OS_LOG_ERR,
			       "%s pool of %u objects of %u bytes: allowed are %u..%u of %u..%u; "
			       "see the module parameters %s_num and %s_size",
			       pool_names[id], num, size, lim->num_min, lim->num_max, lim->size_min,
			       lim->size_max, pool_names[id], pool_names[id]);
		return -EINVAL;
	}
	return 0;
}

static int pool_configure(struct nm_pool *p, enum nm_pool_id id, const struct pool_limits *lim,
			  uint32_t size, uint32_t num, bool packed)
{
	uint32_t page = os_page_size(), per_cluster;

	if (pool_allowed(id, lim, size, num))
		return -EINVAL;
	p->objsize = packed ? nm_round_up(size, NM_OBJ_ALIGN) : stride_of(id, size);
	per_cluster = page / common_divisor(p->objsize, page);
	if ((uint64_t)per_cluster * p->objsize > CLUSTER_MAX_BYTES)
		return -EINVAL;
	p->objtotal = nm_round_up(num, per_cluster);
	for (p->shift = 0; 1U << p->shift < per_cluster; p->shift++)
		;
	while (id == NM_POOL_BUF && p->shift < (packed ? PACKED_SHIFT : BUF_BLOCK_SHIFT))
		p->shift++;
	pool_divide(p);
	return 0;
}

static int region_configure(struct nm_region *r, const struct pool_limits *limits,
			    const struct nm_region_wish *wish)
{
	uint64_t offset = 0;
	int id, rc;

	for (id = 0; id < NM_POOL_COUNT; id++) {
		struct nm_pool *p = &r->pool[id];

		rc = pool_configure(p, id, &limits[id], wish->pool[id].size, wish->pool[id].num,
				    wish->packed);
		if (rc)
			return rc;
		p->offset = offset;
		offset += (uint64_t)p->objtotal * p->objsize;
	}
	r->bytes = offset;
	return 0;
}

void nm_region_wish_cap(struct nm_region_wish *wish)
{
	int id;

	for (id = 0; id < NM_POOL_COUNT; id++) {
		if (wish->pool[id].size > private_limits[id].size_max)
			wish->pool[id].size = private_limits[id].size_max;
		if (wish->pool[id].num > private_limits[id].num_max)
			wish->pool[id].num = private_limits[id].num_max;
	}
}

static int global_configure(void)
{
	const struct nm_region_wish wish = {.pool = {
		[NM_POOL_IF] = {nm_params.if_size, nm_params.if_num},
		[NM_POOL_RING] = {nm_params.ring_size, nm_params.ring_num},
		[NM_POOL_BUF] = {nm_params.buf_size, nm_params.buf_num},
	}};
	struct nm_pool *p = global_region.pool;
	int rc = region_configure(&global_region, global_limits, &wish);

	if (rc)
		return rc;
	nm_params.if_curr_size = p[NM_POOL_IF].objsize;
	nm_params.if_curr_num = p[NM_POOL_IF].objtotal;
	nm_params.ring_curr_size = p[NM_POOL_RING].objsize;
	nm_params.ring_curr_num = p[NM_POOL_RING].objtotal;
	nm_params.buf_curr_size = p[NM_POOL_BUF].objsize;
	nm_params.buf_curr_num = p[NM_POOL_BUF].objtotal;
	return 0;
}

int nm_region_init(void)
{
	last_id = NM_REGION_GLOBAL;
	global_region.refs = 1;
	os_spin_init(&global_region.rest_lock);
	global_region.next = NULL;
	regions = &global_region;
	return global_configure();
}

void nm_region_exit(void)
{
	os_spin_destroy(&global_region.rest_lock);
	regions = NULL;
}

static struct nm_region *region_find(uint16_t id)
{
	struct nm_region *r;

	for (r = regions; r && r->id != id; r = r->next)
		;
	return r;
}

static void region_link(struct nm_region *r)
{
	do {
		r->id = ++last_id;
	} while (!r->id || region_find(r->id));
	r->refs = 1;
	os_spin_init(&r->rest_lock);
	r->next = regions;
	regions = r;
}

int nm_region_create(const struct nm_region_wish *wish, struct nm_region **out)
{
	struct nm_region *r = os_alloc(sizeof(*r));
	int rc;

	if (!r)
		return -ENOMEM;
	rc = region_configure(r, private_limits, wish);
	if (rc) {
		os_free(r);
		return rc;
	}
	region_link(r);
	*out = r;
	return 0;
}

/* Objects follow each other as the task counts them: nothing is added between them. */
static int pinned_configure(struct nm_region *r, uint64_t bytes, const struct nm_region_wish *wish)
{
	uint64_t offset = 0, fit;
	int id;

	for (id = 0; id < NM_POOL_COUNT; id++) {
		struct nm_pool *p = &r->pool[id];

		if (pool_allowed(id, &private_limits[id], wish->pool[id].size, wish->pool[id].num))
			return -EINVAL;
		p->objsize = nm_round_up(wish->pool[id].size, NM_OBJ_ALIGN);
		p->objtotal = wish->pool[id].num;
		p->offset = offset;
		fit = (bytes - offset) / p->objsize;
		if (fit < p->objtotal)
			return -ENOMEM;
		if (id == NM_POOL_BUF)
			p->objtotal = fit < PINNED_BUFS_MAX ? fit : PINNED_BUFS_MAX;
		offset += (uint64_t)p->objtotal * p->objsize;
		p->shift = BUF_BLOCK_SHIFT;
		pool_divide(p);
	}
	r->bytes = bytes;
	return 0;
}

int nm_region_create_pinned(struct os_pin *pin, uint64_t bytes, const struct nm_region_wish *wish,
			    struct nm_region **out)
{
	struct nm_region *r = os_alloc(sizeof(*r));
	int rc;

	if (!r)
		return -ENOMEM;
	rc = pinned_configure(r, bytes, wish);
	if (rc) {
		os_free(r);
		return rc;
	}
	r->pin = pin;
	region_link(r);
	*out = r;
	return 0;
}

struct nm_region *nm_region_get_pinned(const struct os_pin *pin)
{
	struct nm_region *r;

	for (r = regions; r; r = r->next)
		if (r->pin && os_pin_same(r->pin, pin)) {
			r->refs++;
			return r;
		}
	return NULL;
}

struct nm_region *nm_region_get(uint16_t id)
{
	struct nm_region *r = region_find(id);

	if (r)
		r->refs++;
	return r;
}

void nm_region_put(struct nm_region *r)
{
	struct nm_region **link = &regions;

	if (--r->refs)
		return;
	while (*link != r)
		link = &(*link)->next;
	*link = r->next;
	if (r->pin)
		os_unpin(r->pin);
	os_spin_destroy(&r->rest_lock);
	os_free(r);
}

static void pool_close(struct nm_region *r, struct nm_pool *p)
{
	uint32_t i;

	for (i = 0; p->blocks && i < p->nblocks; i++)
		if (p->blocks[i] && !r->pin)
			os_span_block_free(p->blocks[i], nm_block_bytes(p, i));
	os_free(p->blocks);
	os_free(p->used);
	p->blocks = NULL;
	p->used = NULL;
}

static int pool_open(struct nm_pool *p)
{
	p->free = p->objtotal;
	p->hint = 0;
	p->blocks = os_alloc(p->nblocks * sizeof(*p->blocks));
	p->used = os_alloc((p->objtotal + 31) / 32 * sizeof(*p->used));
	return p->blocks && p->used ? 0 : -ENOMEM;
}

static void region_close(struct nm_region *r)
{
	int id;

	for (id = 0; id < NM_POOL_COUNT; id++)
		pool_close(r, &r->pool[id]);
	if (r->span)
		os_span_release(r->span, r->bytes);
	r->span = NULL;
}

static int region_open(struct nm_region *r)
{
	uint32_t idx;
	int id, rc;

	r->rest = NM_AWAKE;
	rc = r == &global_region ? global_configure() : 0;
	if (!rc && !r->pin)
		rc = os_span_reserve(&r->span, r->bytes);
	for (id = 0; !rc && id < NM_POOL_COUNT; id++)
		rc = pool_open(&r->pool[id]);
	for (id = 0; !rc && id < NM_BUF_RESERVED; id++)
		rc = nm_obj_alloc(r, NM_POOL_BUF, &idx) ? 0 : -ENOMEM;
	if (rc)
		region_close(r);
	return rc;
}

int nm_region_use(struct nm_region *r)
{
	int rc = r->users ? 0 : region_open(r);

	if (!rc && !nm_region_wake(r, NULL))
		rc = -ENOMEM;
	if (!rc)
		r->users++;
	return rc;
}

void nm_region_unuse(struct nm_region *r)
{
	if (--r->users == 0)
		region_close(r);
}

static bool pool_back(struct nm_region *r, struct nm_pool *p, uint32_t block)
{
	size_t offset = nm_block_offset(p, block);
	void *mem;

	if (p->blocks[block])
		return true;
	if (r->pin)
		mem = (char *)os_pin_base(r->pin) + offset;
	else
		mem = os_span_block_alloc(r->span, offset, nm_block_bytes(p, block));
	/* Pairs with the reads of nm_buf(): whoever sees the block sees what is in it. */
	os_store_release(&p->blocks[block], mem);
	return mem;
}

void *nm_obj_alloc(struct nm_region *r, enum nm_pool_id id, uint32_t *idx)
{
	struct nm_pool *p = &r->pool[id];
	uint32_t i = p->hint;

	if (!p->free)
		return NULL;
	while (nm_obj_is_used(p, i))
		i++;
	if (!pool_back(r, p, i >> p->shift))
		return NULL;
	p->used[i / 32] |= 1U << i % 32;
	p->free--;
	p->hint = i + 1;
	*idx = i;
	return (char *)p->blocks[i >> p->shift] + (size_t)(i & p->mask) * p->objsize;
}

bool nm_obj_free(struct nm_region *r, enum nm_pool_id id, uint32_t idx)
{
	struct nm_pool *p = &r->pool[id];

	if (idx >= p->objtotal || !nm_obj_is_used(p, idx))
		return false;
	if (id == NM_POOL_BUF && idx < NM_BUF_RESERVED)
		return false;
	p->used[idx / 32] &= ~(1U << idx % 32);
	p->free++;
	if (idx < p->hint)
		p->hint = idx;
	return true;
}

uint64_t nm_obj_offset(const struct nm_region *r, enum nm_pool_id id, uint32_t idx)
{
	return r->pool[id].offset + (uint64_t)idx * r->pool[id].objsize;
}

void *nm_region_page(const struct nm_region *r, uint64_t offset)
{
	const struct nm_pool *p = &r->pool[NM_POOL_BUF];
	uint64_t block_bytes;
	char *block;

	if (offset >= r->bytes)
		return NULL;
	while (offset < p->offset)
		p--;
	offset -= p->offset;
	offset -= offset % os_page_size();
	block_bytes = (uint64_t)p->objsize << p->shift;
	block = OS_READ_ONCE(p->blocks[offset / block_bytes]);
	return block ? block + offset % block_bytes : NULL;
}

/* Buffers that nobody owns are left out, at the beginning of the first block and after the last. */
void *nm_window_move(struct nm_window *w, const struct nm_pool *bufs, uint32_t idx)
{
	char *buf = nm_buf(bufs, idx);
	uint32_t first = idx & ~bufs->mask, last = first + bufs->mask;

	if (!buf)
		return bufs->blocks[0];
	if (first < NM_BUF_RESERVED)
		first = NM_BUF_RESERVED;
	if (last >= bufs->objtotal)
		last = bufs->objtotal - 1;
	w->first = first;
	w->count = last - first + 1;
	w->objsize = bufs->objsize;
	w->base = buf - (size_t)(idx - first) * bufs->objsize;
	return buf;
}
