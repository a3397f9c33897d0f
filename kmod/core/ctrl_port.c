/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Requests about one port: REGISTER, PORT_INFO_GET, POOLS_INFO_GET, PORT_HDR_SET and _GET. */
#include "csb.h"
#include "ctrl.h"
#include "extmem.h"
#include "ns.h"
#include "pipe.h"
#include "vale.h"

static struct nm_port_query query_for(const struct nm_request *rq, bool create)
{
	return (struct nm_port_query){
		.ns = rq->file->ns,
		.name = rq->hdr->nr_name,
		.mode = NR_REG_ALL_NIC,
		.create = create,
	};
}

/* extmem: the region that the port has to be in, or NULL. */
static int register_locked(const struct nm_request *rq, const struct nm_region *extmem)
{
	struct nmreq_register *reg = rq->body;
	struct nm_port_query query = query_for(rq, true);
	struct nm_file *f = rq->file;
	struct nm_port *port;
	int rc;

	if (f->bound)
		return -EBUSY;
	query.mode = reg->nr_mode;
	query.flags = reg->nr_flags;
	query.size = (struct nm_port_size){
		.slots = {[NM_TX] = reg->nr_tx_slots, [NM_RX] = reg->nr_rx_slots},
		.rings = {[NM_TX] = reg->nr_tx_rings, [NM_RX] = reg->nr_rx_rings},
		.host = {[NM_TX] = reg->nr_host_tx_rings, [NM_RX] = reg->nr_host_rx_rings},
		.extra_bufs = reg->nr_extra_bufs,
		.mem_id = extmem ? extmem->id : reg->nr_mem_id,
	};
	rc = nm_port_get(&query, &port);
	if (rc)
		return rc;
	if (extmem && port->region != extmem)
		rc = -EBUSY;
	else
		rc = nm_bind_unseen(f, port, reg, nm_option_of(rq, NETMAP_REQ_OPT_OFFSETS));
	if (rc)
		nm_port_put(port);
	return rc;
}

static int register_in(const struct nm_request *rq, struct nmreq_opt_extmem *opt,
		       struct os_pin **pin)
{
	struct nm_region *region = NULL;
	int rc = opt ? nm_extmem_region(opt, pin, &region) : 0;

	if (rc)
		return rc;
	rc = register_locked(rq, region);
	if (region) {
		opt->nro_opt.nro_status = rc == -EBUSY ? EBUSY : 0;
		nm_region_put(region);
	}
	return rc;
}

/* What touches user memory, which may take its time, happens while nobody else sees the binding. */
int nm_req_register(struct nm_request *rq)
{
	struct nmreq_opt_extmem *extmem = nm_option_of(rq, NETMAP_REQ_OPT_EXTMEM);
	struct nmreq_opt_csb *csb = nm_option_of(rq, NETMAP_REQ_OPT_CSB);
	struct nm_file *f = rq->file;
	struct os_pin *pin = NULL;
	int rc = extmem ? nm_extmem_pin(extmem, &pin) : 0;

	if (rc)
		return rc;
	nm_lock();
	rc = register_in(rq, extmem, &pin);
	nm_unlock();
	if (pin) /* no region took it */
		os_unpin(pin);
	if (rc)
		return rc;
	if (csb)
		rc = nm_csb_setup(f, f->bound, csb, &f->csb);
	if (!rc && rq->options && nm_options_leftover(rq->options))
		rc = -EOPNOTSUPP;
	nm_lock();
	if (rc)
		nm_unbind(f);
	else
		nm_bind_publish(f);
	nm_unlock();
	return rc;
}

static int region_info(struct nmreq_port_info_get *info)
{
	struct nm_region *region =
		nm_region_get(info->nr_mem_id ? info->nr_mem_id : NM_REGION_GLOBAL);

	if (!region)
		return -EINVAL;
	info->nr_memsize = region->bytes;
	info->nr_mem_id = region->id;
	nm_region_put(region);
	return 0;
}

int nm_req_port_info_get(struct nm_request *rq)
{
	struct nmreq_port_info_get *info = rq->body;
	struct nm_port_query query = query_for(rq, true);
	struct nm_port *port;
	int rc;

	if (!rq->hdr->nr_name[0])
		return region_info(info);
	query.size = (struct nm_port_size){
		.slots = {[NM_TX] = info->nr_tx_slots, [NM_RX] = info->nr_rx_slots},
		.rings = {[NM_TX] = info->nr_tx_rings, [NM_RX] = info->nr_rx_rings},
		.mem_id = info->nr_mem_id,
	};
	rc = nm_port_get(&query, &port);
	if (rc)
		return rc;
	info->nr_memsize = port->region->bytes;
	info->nr_tx_slots = port->slots[NM_TX];
	info->nr_rx_slots = port->slots[NM_RX];
	info->nr_tx_rings = port->nrings[NM_TX];
	info->nr_rx_rings = port->nrings[NM_RX];
	info->nr_host_tx_rings = port->nhost[NM_TX];
	info->nr_host_rx_rings = port->nhost[NM_RX];
	info->nr_mem_id = port->region->id;
	nm_port_put(port);
	return 0;
}

int nm_req_pools_info_get(struct nm_request *rq)
{
	struct nmreq_pools_info *info = rq->body;
	struct nm_port_query query = query_for(rq, true);
	struct nm_port *port;
	int rc;

	if (!rq->hdr->nr_name[0])
		return -ENXIO;
	query.size.mem_id = info->nr_mem_id;
	rc = nm_port_get(&query, &port);
	if (rc)
		return rc;
	nm_pools_info(port->region, info);
	nm_port_put(port);
	return 0;
}

static bool is_hdr_length(uint32_t bytes)
{
	return bytes == 0 || bytes == 10 || bytes == 12;
}

int nm_req_port_hdr_set(struct nm_request *rq)
{
	const struct nmreq_port_hdr *hdr = rq->body;
	struct nm_port_query query = query_for(rq, false);
	struct nm_port *port;
	int rc;

	if (!nm_vale_prefixed(query.name) || nm_pipe_named(query.name))
		return -ENXIO;
	rc = nm_port_get(&query, &port);
	if (rc)
		return rc;
	if (is_hdr_length(hdr->nr_hdr_len)) {
		OS_WRITE_ONCE(port->hdr_bytes, hdr->nr_hdr_len);
		nm_port_settle(port);
	} else {
		rc = -EINVAL;
	}
	nm_port_put(port);
	return rc;
}

int nm_req_port_hdr_get(struct nm_request *rq)
{
	struct nmreq_port_hdr *hdr = rq->body;
	struct nm_port_query query = query_for(rq, false);
	struct nm_port *port;
	int rc;

	rc = nm_port_get(&query, &port);
	if (rc)
		return rc;
	hdr->nr_hdr_len = port->hdr_bytes;
	nm_port_put(port);
	return 0;
}
