/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Requests about switches: VALE_ATTACH, VALE_DETACH, VALE_LIST, VALE_NEWIF, VALE_DELIF,
 * VALE_POLLING_ENABLE and _DISABLE.
 */
#include "attach.h"
#include "ctrl.h"
#include "ns.h"
#include "vale.h"
#include "vale_port.h"

static int check_attach(const struct nmreq_register *reg)
{
	struct nm_region *region;

	if (reg->nr_mode != NR_REG_ALL_NIC && reg->nr_mode != NR_REG_NIC_SW)
		return -EINVAL;
	if (reg->nr_ringid)
		return -EINVAL;
	if (!reg->nr_mem_id)
		return 0;
	region = nm_region_get(reg->nr_mem_id);
	if (!region)
		return -EINVAL;
	nm_region_put(region);
	return 0;
}

int nm_req_vale_attach(struct nm_request *rq)
{
	struct nmreq_vale_attach *body = rq->body;
	struct nm_ns *ns = rq->file->ns;
	const char *name = rq->hdr->nr_name, *dev;
	struct nm_vale *vale;
	struct nm_port *port;
	size_t bytes;
	int rc;

	if (!nm_vale_prefixed(name))
		return -EINVAL;
	bytes = nm_vale_name_bytes(name);
	if (!bytes)
		return -ENOMEM;
	rc = check_attach(&body->reg);
	if (rc)
		return rc;
	vale = nm_vale_find(ns, name);
	if (vale && !nm_vale_allows(vale, rq->token))
		return -EACCES;
	if (vale && nm_vale_port(vale, name))
		return -EBUSY;
	dev = name + bytes + 1;
	port = nm_ns_persistent(ns, dev);
	if (!port)
		return nm_attach(ns, name, &body->reg, &body->port_index);
	if (port->vale && port->vale != vale)
		return nm_attach_again(port, name, &body->reg, &body->port_index);
	rc = nm_persistent_attach(port, name);
	if (!rc)
		body->port_index = port->vale_idx;
	return rc;
}

int nm_req_vale_detach(struct nm_request *rq)
{
	struct nmreq_vale_detach *body = rq->body;
	const char *name = rq->hdr->nr_name;
	struct nm_port *port = NULL;
	struct nm_vale *vale;

	if (!nm_vale_prefixed(name))
		return -EINVAL;
	vale = nm_vale_name_bytes(name) ? nm_vale_find(rq->file->ns, name) : NULL;
	if (vale && !nm_vale_allows(vale, rq->token))
		return -EACCES;
	if (vale)
		port = nm_vale_port(vale, name);
	if (!port)
		return -ENXIO;
	if (!port->ifnet && !nm_attached(port))
		return -EBUSY;
	body->port_index = port->vale_idx;
	if (nm_attached(port))
		return nm_detach(port);
	if (nm_persistent_tied(port))
		return -EBUSY;
	nm_persistent_detach(port);
	return 0;
}

static int list_named(struct nm_ns *ns, const char *name, struct nmreq_vale_list *body)
{
	struct nm_vale *vale;
	struct nm_port *port;

	if (!nm_vale_prefixed(name))
		return -EINVAL;
	vale = nm_vale_name_bytes(name) ? nm_vale_find(ns, name) : NULL;
	if (!vale)
		return -ENOENT;
	port = nm_vale_port(vale, name);
	body->nr_bridge_idx = vale - ns->vales;
	body->nr_port_idx = port ? port->vale_idx : NM_VALE_NO_PORT;
	return 0;
}

int nm_req_vale_list(struct nm_request *rq)
{
	struct nmreq_vale_list *body = rq->body;
	uint32_t vale_idx = body->nr_bridge_idx, port_idx = body->nr_port_idx;
	struct nm_port *port;
	int rc;

	if (rq->hdr->nr_name[0])
		return list_named(rq->file->ns, rq->hdr->nr_name, body);
	rc = nm_vale_next_port(rq->file->ns, &vale_idx, &port_idx, &port);
	if (rc)
		return rc;
	body->nr_bridge_idx = vale_idx;
	body->nr_port_idx = port_idx;
	memcpy(rq->hdr->nr_name, port->name, sizeof(port->name));
	return 0;
}

int nm_req_vale_newif(struct nm_request *rq)
{
	struct nmreq_vale_newif *body = rq->body;
	const struct nm_port_size size = {
		.slots = {[NM_TX] = body->nr_tx_slots, [NM_RX] = body->nr_rx_slots},
		.rings = {[NM_TX] = body->nr_tx_rings, [NM_RX] = body->nr_rx_rings},
		.mem_id = body->nr_mem_id,
	};
	struct nm_port *port;
	int rc;

	rc = nm_persistent_create(rq->file->ns, rq->hdr->nr_name, &size, &port);
	if (rc)
		return rc;
	body->nr_tx_slots = port->slots[NM_TX];
	body->nr_rx_slots = port->slots[NM_RX];
	body->nr_tx_rings = port->nrings[NM_TX];
	body->nr_rx_rings = port->nrings[NM_RX];
	body->nr_mem_id = port->region->id;
	return 0;
}

int nm_req_vale_delif(struct nm_request *rq)
{
	struct nm_ns *ns = rq->file->ns;
	struct nm_port *port = nm_ns_persistent(ns, rq->hdr->nr_name);

	if (port)
		return nm_persistent_destroy(port);
	return os_ifnet_exists(ns->host_ns, rq->hdr->nr_name) ? -EINVAL : -ENXIO;
}

/* The attached device of that name. 0, -EINVAL, -ENXIO or -EOPNOTSUPP. */
static int polled_port(const struct nm_request *rq, struct nm_port **out)
{
	const char *name = rq->hdr->nr_name;
	struct nm_vale *vale;

	if (!nm_vale_prefixed(name))
		return -EINVAL;
	vale = nm_vale_name_bytes(name) ? nm_vale_find(rq->file->ns, name) : NULL;
	*out = vale ? nm_vale_port(vale, name) : NULL;
	if (!*out)
		return -ENXIO;
	return nm_attached(*out) ? 0 : -EOPNOTSUPP;
}

int nm_req_polling_enable(struct nm_request *rq)
{
	struct nm_port *port;
	int rc = polled_port(rq, &port);

	return rc ? rc : nm_polling_enable(port, rq->body);
}

int nm_req_polling_disable(struct nm_request *rq)
{
	struct nm_port *port;
	int rc = polled_port(rq, &port);

	return rc ? rc : nm_polling_disable(port);
}
