/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "ctrl.h"
#include "lookup.h"
#include "ns.h"
#include "vale.h"

struct ctrl_op {
	size_t body_bytes;
	nm_request_handler *run; /* NULL: known but not supported */
	bool known;
	bool unlocked; /* takes the global lock itself, because it also waits or touches user memory */
};

#define OP(body, handler)                                                                          \
	{                                                                                          \
		.body_bytes = body, .run = handler, .known = true                                  \
	}

#define OP_UNLOCKED(body, handler)                                                                 \
	{                                                                                          \
		.body_bytes = body, .run = handler, .known = true, .unlocked = true                \
	}

static const struct ctrl_op ops[] = {
	[NETMAP_REQ_REGISTER] = OP_UNLOCKED(sizeof(struct nmreq_register), nm_req_register),
	[NETMAP_REQ_PORT_INFO_GET] = OP(sizeof(struct nmreq_port_info_get), nm_req_port_info_get),
	[NETMAP_REQ_VALE_ATTACH] = OP(sizeof(struct nmreq_vale_attach), nm_req_vale_attach),
	[NETMAP_REQ_VALE_DETACH] = OP(sizeof(struct nmreq_vale_detach), nm_req_vale_detach),
	[NETMAP_REQ_VALE_LIST] = OP(sizeof(struct nmreq_vale_list), nm_req_vale_list),
	[NETMAP_REQ_PORT_HDR_SET] = OP(sizeof(struct nmreq_port_hdr), nm_req_port_hdr_set),
	[NETMAP_REQ_PORT_HDR_GET] = OP(sizeof(struct nmreq_port_hdr), nm_req_port_hdr_get),
	[NETMAP_REQ_VALE_NEWIF] = OP(sizeof(struct nmreq_vale_newif), nm_req_vale_newif),
	[NETMAP_REQ_VALE_DELIF] = OP(0, nm_req_vale_delif),
	[NETMAP_REQ_VALE_POLLING_ENABLE] = OP(sizeof(struct nmreq_vale_polling), nm_req_polling_enable),
	[NETMAP_REQ_VALE_POLLING_DISABLE] = OP(sizeof(struct nmreq_vale_polling), nm_req_polling_disable),
	[NETMAP_REQ_POOLS_INFO_GET] = OP(sizeof(struct nmreq_pools_info), nm_req_pools_info_get),
	[NETMAP_REQ_SYNC_KLOOP_START] =
		OP_UNLOCKED(sizeof(struct nmreq_sync_kloop_start), nm_req_sync_kloop_start),
	[NETMAP_REQ_SYNC_KLOOP_STOP] = OP_UNLOCKED(0, nm_req_sync_kloop_stop),
	[NETMAP_REQ_CSB_ENABLE] = OP_UNLOCKED(0, nm_req_csb_enable),
};

static const struct ctrl_op unknown_op;

static const struct ctrl_op *op_of(uint16_t type)
{
	if (type >= sizeof(ops) / sizeof(ops[0]))
		return &unknown_op;
	return &ops[type];
}

int nm_request_run(struct nm_request *rq)
{
	const struct ctrl_op *op = op_of(rq->hdr->nr_reqtype);
	int rc;

	if (!op->known)
		return -EINVAL;
	if (!op->run)
		return -EOPNOTSUPP;
	if (op->unlocked)
		return op->run(rq);
	nm_lock();
	rc = op->run(rq);
	nm_unlock();
	return rc;
}

/* The body goes back before the options' payloads do, and only when everything succeeded. */
static int ctrl_staged(struct nm_request *rq, struct nm_options *o, size_t body_bytes)
{
	struct nmreq_header *hdr = rq->hdr;
	int rc = nm_options_copy_in(o, hdr->nr_options);

	if (!rc)
		rc = nm_request_run(rq);
	if (!rc &&
	    os_copy_to_user((void __user *)(unsigned long)hdr->nr_body, o->stage, body_bytes))
		rc = -EFAULT;
	if (nm_options_copy_out(o, !rc) && !rc)
		rc = -EFAULT;
	return rc;
}

static int ctrl_run(struct nm_file *f, struct nmreq_header *hdr)
{
	const struct ctrl_op *op = op_of(hdr->nr_reqtype);
	struct nm_options o;
	struct nm_request rq = {.file = f, .hdr = hdr, .options = &o};
	int rc;

	if (hdr->nr_version < NETMAP_MIN_API || hdr->nr_version > NETMAP_MAX_API)
		return -EINVAL;
	if (hdr->nr_reserved)
		return -EINVAL;
	if (!op->body_bytes != !hdr->nr_body)
		return -EINVAL;
	rc = nm_options_init(&o, hdr->nr_body, op->body_bytes);
	rq.body = o.stage;
	if (!rc)
		rc = ctrl_staged(&rq, &o, op->body_bytes);
	nm_options_free(&o);
	return rc;
}

int nm_ctrl(struct nm_file *f, void __user *arg)
{
	struct nmreq_header hdr;
	int rc;

	if (!arg)
		return -EINVAL;
	if (os_copy_from_user(&hdr, arg, sizeof(hdr)))
		return -EFAULT;
	hdr.nr_name[sizeof(hdr.nr_name) - 1] = '\0';
	rc = ctrl_run(f, &hdr);
	hdr.nr_reserved = 0;
	if (os_copy_to_user(arg, &hdr, sizeof(hdr)))
		return -EFAULT;
	return rc;
}

static int config_switch(struct nm_ns *ns, struct nm_ifreq *ifr)
{
	struct nm_vale *vale;
	int rc = -EINVAL;

	nm_lock();
	vale = nm_vale_find(ns, ifr->nifr_name);
	if (vale)
		os_read_lock(&vale->lock);
	nm_unlock();
	if (!vale)
		return -EINVAL;
	if (vale->ops->config)
		rc = vale->ops->config(ifr);
	os_read_unlock(&vale->lock);
	return rc;
}

int nm_config(struct nm_file *f, void __user *arg)
{
	struct nm_ifreq ifr;
	int rc;

	if (!arg)
		return -EINVAL;
	if (os_copy_from_user(&ifr, arg, sizeof(ifr)))
		return -EFAULT;
	ifr.nifr_name[sizeof(ifr.nifr_name) - 1] = '\0';
	if (nm_vale_prefixed(ifr.nifr_name))
		rc = config_switch(f->ns, &ifr);
	else
		rc = nm_lookup_request(f->ns, &ifr);
	if (os_copy_to_user(arg, &ifr, sizeof(ifr)))
		return -EFAULT;
	return rc;
}
