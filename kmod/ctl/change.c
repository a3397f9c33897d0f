/* SPDX-License-Identifier: BSD-2-Clause */
/* The actions that change something: attach, detach, create, remove, poll. */
#include "ctl.h"

#include <errno.h>
#include <string.h>

#include "headers.h"
#include "nic.h"

static int print_port_index(struct ctl *c, const char *type, uint32_t index)
{
	if (c->options.json)
		return ctl_print_json(c,
				      json_pack("{s:s, s:s, s:I}", "type", type, "name",
						c->options.name, "port_index", (json_int_t)index));
	if (c->options.verbose)
		fprintf(c->out, "port_index: %u\n", index);
	return 0;
}

/* A real device, which has host rings, is looked at; it stays attached whatever is found. */
static int check_nic(struct ctl *c)
{
	const char *dev = strchr(c->options.name, ':');
	struct nmreq_port_info_get info = {0};

	if (c->dev != &nmdev_kernel || !dev || ctl_port_info(c, dev + 1, &info) ||
	    !info.nr_host_rx_rings)
		return 0;
	ctl_headers_check(c, c->options.name);
	return ctl_nic_check(dev + 1, c->options.fix, ctl_nic_kernel, c->err) ? 1 : 0;
}

int ctl_attach(struct ctl *c)
{
	struct nmreq_vale_attach attach = {.reg = {.nr_mem_id = c->mem_id}};
	struct nmreq_vale_newif sizes;
	int ret;

	if (ctl_config_to_newif(&c->config, &sizes, c->err))
		return 1;
	attach.reg.nr_mode = c->options.action == CTL_ATTACH_HOST ? NR_REG_NIC_SW : NR_REG_ALL_NIC;
	attach.reg.nr_tx_slots = sizes.nr_tx_slots;
	attach.reg.nr_rx_slots = sizes.nr_rx_slots;
	attach.reg.nr_tx_rings = sizes.nr_tx_rings;
	attach.reg.nr_rx_rings = sizes.nr_rx_rings;
	ret = ctl_ask(c, NETMAP_REQ_VALE_ATTACH, c->options.name, &attach);
	if (ret < 0)
		return ctl_fail(c, "attach", c->options.name, ret);
	ret = print_port_index(c, "attach", attach.port_index);
	return check_nic(c) || ret;
}

int ctl_detach(struct ctl *c)
{
	struct nmreq_vale_detach detach = {0};
	int ret = ctl_ask(c, NETMAP_REQ_VALE_DETACH, c->options.name, &detach);

	if (ret < 0)
		return ctl_fail(c, "detach", c->options.name, ret);
	return print_port_index(c, "detach", detach.port_index);
}

static json_t *created_object(const char *name, const struct nmreq_vale_newif *newif)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:i, s:i, s:i}", "type", "create", "name", name,
			 "tx_slots", (json_int_t)newif->nr_tx_slots, "rx_slots",
			 (json_int_t)newif->nr_rx_slots, "tx_rings", newif->nr_tx_rings, "rx_rings",
			 newif->nr_rx_rings, "mem_id", newif->nr_mem_id);
}

int ctl_create(struct ctl *c)
{
	struct nmreq_vale_newif newif = {.nr_mem_id = c->mem_id};
	int ret;

	if (ctl_config_to_newif(&c->config, &newif, c->err))
		return 1;
	ret = ctl_ask(c, NETMAP_REQ_VALE_NEWIF, c->options.name, &newif);
	if (ret < 0)
		return ctl_fail(c, "create", c->options.name, ret);
	if (c->options.json)
		return ctl_print_json(c, created_object(c->options.name, &newif));
	if (c->options.verbose)
		fprintf(c->out,
			"tx_slots:   %u\nrx_slots:   %u\ntx_rings:   %u\nrx_ring:    %u\n"
			"mem_id:     %u\n",
			newif.nr_tx_slots, newif.nr_rx_slots, newif.nr_tx_rings, newif.nr_rx_rings,
			newif.nr_mem_id);
	return 0;
}

int ctl_remove(struct ctl *c)
{
	int ret = ctl_ask(c, NETMAP_REQ_VALE_DELIF, c->options.name, NULL);

	return ret < 0 ? ctl_fail(c, "remove", c->options.name, ret) : 0;
}

int ctl_poll(struct ctl *c)
{
	int enable = c->options.action == CTL_POLL;
	const char *what = enable ? "enable polling on" : "disable polling on";
	struct nmreq_vale_polling polling = {0};
	int ret;

	if (ctl_config_to_polling(&c->config, &polling, c->err))
		return 1;
	if (enable && !c->config.count)
		return ctl_fail(c, what, c->options.name, -EINVAL);
	ret = ctl_ask(c, enable ? NETMAP_REQ_VALE_POLLING_ENABLE : NETMAP_REQ_VALE_POLLING_DISABLE,
		      c->options.name, &polling);
	return ret < 0 ? ctl_fail(c, what, c->options.name, ret) : 0;
}
