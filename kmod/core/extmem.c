/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "extmem.h"
#include "core.h"

int nm_extmem_pin(struct nmreq_opt_extmem *opt, struct os_pin **out)
{
	uint64_t bytes = opt->nro_info.nr_memsize, page = os_page_size();
	int rc = -EINVAL;

	bytes -= bytes % page;
	if (bytes && opt->nro_usrptr % page == 0 && opt->nro_usrptr + bytes > opt->nro_usrptr)
		rc = os_pin(opt->nro_usrptr, bytes, out);
	opt->nro_opt.nro_status = -rc;
	return rc;
}

static uint32_t or_param(uint32_t wish, int param)
{
	if (wish)
		return wish;
	return param > 0 ? param : 0;
}

static struct nm_region_wish wish_of(const struct nmreq_pools_info *info)
{
	return (struct nm_region_wish){.pool = {
		[NM_POOL_IF] = {or_param(info->nr_if_pool_objsize, nm_params.priv_if_size),
				or_param(info->nr_if_pool_objtotal, nm_params.priv_if_num)},
		[NM_POOL_RING] = {or_param(info->nr_ring_pool_objsize, nm_params.priv_ring_size),
				  or_param(info->nr_ring_pool_objtotal, nm_params.priv_ring_num)},
		[NM_POOL_BUF] = {or_param(info->nr_buf_pool_objsize, nm_params.priv_buf_size),
				 or_param(info->nr_buf_pool_objtotal, nm_params.priv_buf_num)},
	}};
}

int nm_extmem_region(struct nmreq_opt_extmem *opt, struct os_pin **pin, struct nm_region **out)
{
	uint64_t page = os_page_size(), bytes = opt->nro_info.nr_memsize / page * page;
	struct nm_region_wish wish = wish_of(&opt->nro_info);
	int rc = 0;

	*out = nm_region_get_pinned(*pin);
	if (!*out) {
		rc = nm_region_create_pinned(*pin, bytes, &wish, out);
		if (!rc)
			*pin = NULL;
	}
	if (!rc)
		nm_pools_info(*out, &opt->nro_info);
	opt->nro_opt.nro_status = -rc;
	return rc;
}

void nm_pools_info(const struct nm_region *region, struct nmreq_pools_info *info)
{
	const struct nm_pool *pool = region->pool;

	info->nr_memsize = region->bytes;
	info->nr_mem_id = region->id;
	info->nr_if_pool_offset = pool[NM_POOL_IF].offset;
	info->nr_if_pool_objtotal = pool[NM_POOL_IF].objtotal;
	info->nr_if_pool_objsize = pool[NM_POOL_IF].objsize;
	info->nr_ring_pool_offset = pool[NM_POOL_RING].offset;
	info->nr_ring_pool_objtotal = pool[NM_POOL_RING].objtotal;
	info->nr_ring_pool_objsize = pool[NM_POOL_RING].objsize;
	info->nr_buf_pool_offset = pool[NM_POOL_BUF].offset;
	info->nr_buf_pool_objtotal = pool[NM_POOL_BUF].objtotal;
	info->nr_buf_pool_objsize = pool[NM_POOL_BUF].objsize;
}
