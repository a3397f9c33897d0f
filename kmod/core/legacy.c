/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "ctrl.h"
#include "legacy.h"

union legacy_body {
	struct nmreq_register reg;
	struct nmreq_port_info_get info;
	struct nmreq_vale_attach attach;
	struct nmreq_vale_detach detach;
	struct nmreq_vale_list list;
	struct nmreq_port_hdr hdr;
	struct nmreq_vale_newif newif;
	struct nmreq_vale_polling polling;
};

static void size_in(struct nmreq_register *reg, const struct nmreq *nmr)
{
	reg->nr_tx_slots = nmr->nr_tx_slots;
	reg->nr_rx_slots = nmr->nr_rx_slots;
	reg->nr_tx_rings = nmr->nr_tx_rings;
	reg->nr_rx_rings = nmr->nr_rx_rings;
	reg->nr_mem_id = nmr->nr_arg2;
}

static uint32_t mode_of(const struct nmreq *nmr)
{
	uint32_t mode = nmr->nr_flags & NR_REG_MASK;

	if (mode != NR_REG_DEFAULT)
		return mode;
	if (nmr->nr_ringid & NETMAP_SW_RING)
		return NR_REG_SW;
	return nmr->nr_ringid & NETMAP_HW_RING ? NR_REG_ONE_NIC : NR_REG_ALL_NIC;
}

/* Legacy callers name a pipe by mode and number, control requests by "port{number". */
static int pipe_name(struct nmreq_header *hdr, const struct nmreq *nmr, uint32_t mode)
{
	int n = snprintf(hdr->nr_name, sizeof(hdr->nr_name), "%s%c%u", nmr->nr_name,
			 mode == NR_REG_PIPE_MASTER ? '{' : '}', nmr->nr_ringid & NETMAP_RING_MASK);

	return n < (int)sizeof(hdr->nr_name) ? 0 : -ENOMEM;
}

static int register_in(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr)
{
	struct nmreq_register *reg = &body->reg;

	size_in(reg, nmr);
	reg->nr_extra_bufs = nmr->nr_arg3;
	reg->nr_ringid = nmr->nr_ringid & NETMAP_RING_MASK;
	reg->nr_mode = mode_of(nmr);
	reg->nr_flags = nmr->nr_flags & ~(uint64_t)NR_REG_MASK;
	if (nmr->nr_ringid & NETMAP_NO_TX_POLL)
		reg->nr_flags |= NR_NO_TX_POLL;
	if (nmr->nr_ringid & NETMAP_DO_RX_POLL)
		reg->nr_flags |= NR_DO_RX_POLL;
	if (reg->nr_mode == NR_REG_PIPE_MASTER || reg->nr_mode == NR_REG_PIPE_SLAVE) {
		int rc = pipe_name(hdr, nmr, reg->nr_mode);

		reg->nr_mode = NR_REG_ALL_NIC;
		return rc;
	}
	return 0;
}

/* What the caller decides by (name, ring, flags, version) stays as it was. */
static void register_out(struct nmreq *nmr, const struct nmreq_header *hdr,
			 const union legacy_body *body)
{
	nmr->nr_offset = body->reg.nr_offset;
	nmr->nr_memsize = body->reg.nr_memsize;
	nmr->nr_tx_slots = body->reg.nr_tx_slots;
	nmr->nr_rx_slots = body->reg.nr_rx_slots;
	nmr->nr_tx_rings = body->reg.nr_tx_rings;
	nmr->nr_rx_rings = body->reg.nr_rx_rings;
	nmr->nr_arg2 = body->reg.nr_mem_id;
	nmr->nr_arg3 = body->reg.nr_extra_bufs;
}

static int info_in(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr)
{
	body->info.nr_tx_slots = nmr->nr_tx_slots;
	body->info.nr_rx_slots = nmr->nr_rx_slots;
	body->info.nr_tx_rings = nmr->nr_tx_rings;
	body->info.nr_rx_rings = nmr->nr_rx_rings;
	body->info.nr_mem_id = nmr->nr_arg2;
	return 0;
}

static void info_out(struct nmreq *nmr, const struct nmreq_header *hdr,
		     const union legacy_body *body)
{
	nmr->nr_memsize = body->info.nr_memsize;
	nmr->nr_tx_slots = body->info.nr_tx_slots;
	nmr->nr_rx_slots = body->info.nr_rx_slots;
	nmr->nr_tx_rings = body->info.nr_tx_rings;
	nmr->nr_rx_rings = body->info.nr_rx_rings;
	nmr->nr_arg2 = body->info.nr_mem_id;
}

static int attach_in(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr)
{
	size_in(&body->attach.reg, nmr);
	body->attach.reg.nr_mode = nmr->nr_arg1 & NETMAP_BDG_HOST ? NR_REG_NIC_SW : NR_REG_ALL_NIC;
	return 0;
}

static int list_in(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr)
{
	body->list.nr_bridge_idx = nmr->nr_arg1;
	body->list.nr_port_idx = nmr->nr_arg2;
	return 0;
}

static void list_out(struct nmreq *nmr, const struct nmreq_header *hdr,
		     const union legacy_body *body)
{
	nmr->nr_arg1 = body->list.nr_bridge_idx;
	nmr->nr_arg2 = body->list.nr_port_idx;
	snprintf(nmr->nr_name, sizeof(nmr->nr_name), "%.*s", (int)sizeof(nmr->nr_name) - 1,
		 hdr->nr_name);
}

static int hdr_set_in(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr)
{
	body->hdr.nr_hdr_len = nmr->nr_arg1;
	return 0;
}

static void hdr_get_out(struct nmreq *nmr, const struct nmreq_header *hdr,
			const union legacy_body *body)
{
	nmr->nr_arg1 = body->hdr.nr_hdr_len;
}

static int newif_in(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr)
{
	body->newif.nr_tx_slots = nmr->nr_tx_slots;
	body->newif.nr_rx_slots = nmr->nr_rx_slots;
	body->newif.nr_tx_rings = nmr->nr_tx_rings;
	body->newif.nr_rx_rings = nmr->nr_rx_rings;
	body->newif.nr_mem_id = nmr->nr_arg2;
	return 0;
}

static void newif_out(struct nmreq *nmr, const struct nmreq_header *hdr,
		      const union legacy_body *body)
{
	nmr->nr_tx_slots = body->newif.nr_tx_slots;
	nmr->nr_rx_slots = body->newif.nr_rx_slots;
	nmr->nr_tx_rings = body->newif.nr_tx_rings;
	nmr->nr_rx_rings = body->newif.nr_rx_rings;
	nmr->nr_arg2 = body->newif.nr_mem_id;
}

static int polling_in(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr)
{
	uint32_t mode = nmr->nr_flags & NR_REG_MASK;

	if (mode == NR_REG_ONE_NIC)
		body->polling.nr_mode = NETMAP_POLLING_MODE_MULTI_CPU;
	else if (mode == NR_REG_ALL_NIC)
		body->polling.nr_mode = NETMAP_POLLING_MODE_SINGLE_CPU;
	body->polling.nr_first_cpu_id = nmr->nr_ringid & NETMAP_RING_MASK;
	body->polling.nr_num_polling_cpus = nmr->nr_arg1;
	return 0;
}

static int refuse(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr)
{
	return -ENOMEM;
}

struct legacy_cmd {
	uint16_t reqtype; /* 0: no such command */
	int (*in)(struct nmreq_header *hdr, union legacy_body *body, const struct nmreq *nmr);
	void (*out)(struct nmreq *nmr, const struct nmreq_header *hdr,
		    const union legacy_body *body);
};

static const struct legacy_cmd regif_cmds[] = {
	[0] = {NETMAP_REQ_REGISTER, register_in, register_out},
	[NETMAP_BDG_ATTACH] = {NETMAP_REQ_VALE_ATTACH, attach_in, NULL},
	[NETMAP_BDG_DETACH] = {NETMAP_REQ_VALE_DETACH, NULL, NULL},
	[NETMAP_BDG_VNET_HDR] = {NETMAP_REQ_PORT_HDR_SET, hdr_set_in, NULL},
	[NETMAP_BDG_NEWIF] = {NETMAP_REQ_VALE_NEWIF, newif_in, newif_out},
	[NETMAP_BDG_DELIF] = {NETMAP_REQ_VALE_DELIF, NULL, NULL},
	[NETMAP_PT_HOST_CREATE] = {NETMAP_REQ_REGISTER, refuse, NULL},
	[NETMAP_PT_HOST_DELETE] = {NETMAP_REQ_REGISTER, refuse, NULL},
	[NETMAP_BDG_POLLING_ON] = {NETMAP_REQ_VALE_POLLING_ENABLE, polling_in, NULL},
	[NETMAP_BDG_POLLING_OFF] = {NETMAP_REQ_VALE_POLLING_DISABLE, polling_in, NULL},
	[NETMAP_VNET_HDR_GET] = {NETMAP_REQ_PORT_HDR_GET, NULL, hdr_get_out},
};

static const struct legacy_cmd ginfo_list = {NETMAP_REQ_VALE_LIST, list_in, list_out};
static const struct legacy_cmd ginfo_other = {NETMAP_REQ_PORT_INFO_GET, info_in, info_out};
static const struct legacy_cmd no_cmd;

static const struct legacy_cmd *command(uint16_t cmd, bool regif)
{
	if (!regif)
		return cmd == NETMAP_BDG_LIST ? &ginfo_list : &ginfo_other;
	return cmd < sizeof(regif_cmds) / sizeof(regif_cmds[0]) ? &regif_cmds[cmd] : &no_cmd;
}

static int legacy_run(struct nm_file *f, struct nmreq *nmr, bool regif)
{
	const struct legacy_cmd *cmd = command(nmr->nr_cmd, regif);
	struct nmreq_header hdr = {.nr_version = NETMAP_API, .nr_reqtype = cmd->reqtype};
	union legacy_body body;
	struct nm_request rq = {.file = f, .hdr = &hdr, .body = &body};
	int rc = 0;

	if (!cmd->reqtype || nmr->nr_version < NETMAP_MIN_API)
		return -EINVAL;
	memset(&body, 0, sizeof(body));
	memcpy(hdr.nr_name, nmr->nr_name, sizeof(nmr->nr_name));
	if (cmd->in)
		rc = cmd->in(&hdr, &body, nmr);
	if (!rc)
		rc = nm_request_run(&rq);
	if (!rc && cmd->out)
		cmd->out(nmr, &hdr, &body);
	return rc;
}

int nm_legacy(struct nm_file *f, void __user *arg, bool regif)
{
	struct nmreq nmr;
	int rc;

	if (!arg)
		return -EINVAL;
	if (os_copy_from_user(&nmr, arg, sizeof(nmr)))
		return -EFAULT;
	nmr.nr_name[sizeof(nmr.nr_name) - 1] = '\0';
	rc = legacy_run(f, &nmr, regif);
	if (os_copy_to_user(arg, &nmr, sizeof(nmr)))
		return -EFAULT;
	return rc;
}
