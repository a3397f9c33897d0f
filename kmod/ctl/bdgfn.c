/* SPDX-License-Identifier: BSD-2-Clause */
#include <libbdgfn.h>

#include <errno.h>
#include <string.h>

#include "gen/nmdev.h"

#define PORT_NONE 255 /* VALE_LIST: the switch is there, the port is not */

int bdgfninit(struct bdgfn *b, const struct nmdev_ops *dev, const char *module)
{
	memset(b, 0, sizeof(*b));
	if (strlen(module) >= sizeof(b->module))
		return -ENAMETOOLONG;
	memcpy(b->module, module, strlen(module));
	b->dev = dev ? dev : &nmdev_kernel;
	return b->dev->open(&b->handle);
}

void bdgfnfini(struct bdgfn *b)
{
	b->dev->close(b->handle);
}

static int ask(struct bdgfn *b, const char *name, enum vale_modctl_command command,
	       struct vale_modctl *rq)
{
	struct nm_ifreq ifr = {0};
	int ret;

	if (strlen(name) >= sizeof(rq->switch_name))
		return -EINVAL;
	memcpy(rq->switch_name, name, strlen(name));
	rq->version = VALE_MODCTL_VERSION;
	rq->command = command;
	memcpy(ifr.nifr_name, b->module, sizeof(ifr.nifr_name));
	memcpy(ifr.data, rq, sizeof(*rq));
	ret = b->dev->ioctl(b->handle, NIOCCONFIG, &ifr);
	memcpy(rq, ifr.data, sizeof(*rq));
	return ret < 0 ? ret : 0;
}

static struct vale_modctl about(const struct bdgfn_key *key)
{
	struct vale_modctl rq = {
		.kind = key->kind, .protocol = key->protocol, .l4_port = key->l4_port};

	memcpy(rq.mac, key->mac, sizeof(rq.mac));
	memcpy(rq.ip4, key->ip4, sizeof(rq.ip4));
	return rq;
}

int bdgfnreg(struct bdgfn *b, const char *name, uint32_t port)
{
	struct vale_modctl rq = {.port = port};

	return ask(b, name, VALE_MODCTL_REGISTER, &rq);
}

int bdgfnunreg(struct bdgfn *b, const char *name)
{
	struct vale_modctl rq = {0};

	return ask(b, name, VALE_MODCTL_UNREGISTER, &rq);
}

int bdgaddif(struct bdgfn *b, const char *name, const struct bdgfn_key *key, uint32_t port)
{
	struct vale_modctl rq = about(key);

	rq.port = port;
	return ask(b, name, VALE_MODCTL_ADD, &rq);
}

int bdgdelif(struct bdgfn *b, const char *name, const struct bdgfn_key *key)
{
	struct vale_modctl rq = about(key);

	return ask(b, name, VALE_MODCTL_DEL, &rq);
}

int bdglistif(struct bdgfn *b, const char *name, uint32_t *slot, struct bdgfn_key *key,
	      uint32_t *port)
{
	struct vale_modctl rq = {.kind = key->kind, .slot = *slot};
	int ret = ask(b, name, VALE_MODCTL_LIST, &rq);

	if (ret)
		return ret;
	*slot = rq.slot;
	*port = rq.port;
	memcpy(key->mac, rq.mac, sizeof(key->mac));
	memcpy(key->ip4, rq.ip4, sizeof(key->ip4));
	key->protocol = rq.protocol;
	key->l4_port = rq.l4_port;
	return 0;
}

int bdgfninfo(struct bdgfn *b, const char *name, enum vale_modctl_kind kind,
	      struct bdgfn_info *info)
{
	struct vale_modctl rq = {.kind = kind};
	int ret = ask(b, name, VALE_MODCTL_INFO, &rq);

	if (ret)
		return ret;
	memcpy(info->module, rq.module, sizeof(info->module));
	info->module[sizeof(info->module) - 1] = '\0';
	info->default_port = rq.port;
	info->entries = rq.entries;
	return 0;
}

int bdgport(struct bdgfn *b, const char *port_name, uint32_t *port)
{
	struct nmreq_vale_list list = {0};
	struct nmreq_header header = {.nr_version = NETMAP_API,
				      .nr_reqtype = NETMAP_REQ_VALE_LIST,
				      .nr_body = (uintptr_t)&list};
	int ret;

	if (!*port_name || strlen(port_name) >= sizeof(header.nr_name))
		return -EINVAL;
	memcpy(header.nr_name, port_name, strlen(port_name));
	ret = b->dev->ioctl(b->handle, NIOCCTRL, &header);
	if (ret < 0)
		return ret;
	if (list.nr_port_idx == PORT_NONE)
		return -ENOENT;
	*port = list.nr_port_idx;
	return 0;
}
