/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The interface for modules, net/vale_module.h. */
#include <net/vale_module.h>

#include "ctrl.h"
#include "learn.h"
#include "ns.h"
#include "vale.h"

static uintptr_t last_token; /* tokens are never given twice, so that none opens a later switch */

/* The switch's name in the form of the core, "valeX:". 0, or -EINVAL when it is too long. */
static int switch_name(const char *name, char out[NM_VALE_NAME_BYTES + 1])
{
	const char *colon = strchr(name, ':');
	size_t bytes = colon ? (size_t)(colon - name) : strlen(name);

	if (bytes >= NM_VALE_NAME_BYTES)
		return -EINVAL;
	memcpy(out, name, bytes);
	out[bytes] = ':';
	out[bytes + 1] = '\0';
	return 0;
}

static struct nm_vale *find(const char *name)
{
	char full[NM_VALE_NAME_BYTES + 1];

	if (switch_name(name, full))
		return NULL;
	return nm_vale_find(os_current_ns(), full);
}

static int regops(struct nm_vale *vale, const struct nm_lookup_ops *ops, void *private_data,
		  void *token)
{
	if (!vale)
		return -ENXIO;
	if (!nm_vale_allows(vale, token))
		return -EACCES;
	nm_vale_set_ops(vale, ops, private_data);
	return 0;
}

int netmap_bdg_regops(const char *name, const struct nm_lookup_ops *ops, void *private_data,
		      void *token)
{
	int rc;

	nm_lock();
	rc = regops(find(name), ops, private_data, token);
	nm_unlock();
	return rc;
}

unsigned netmap_bdg_restore(const struct nm_lookup_ops *ops)
{
	unsigned restored;

	nm_lock();
	restored = nm_vale_restore(ops);
	nm_unlock();
	return restored;
}

static int update(struct nm_vale *vale, bdg_update_private_data_fn_t *fn, void *cookie, void *token)
{
	int error = 0;

	if (!vale || vale->ops == &nm_learn_ops)
		return -EINVAL;
	if (!nm_vale_allows(vale, token))
		return -EACCES;
	nm_vale_pause(vale);
	vale->private_data = fn(vale->private_data, cookie, &error);
	nm_vale_resume(vale);
	return error;
}

int netmap_bdg_update_private_data(const char *name, bdg_update_private_data_fn_t *fn, void *cookie,
				   void *token)
{
	int rc;

	nm_lock();
	rc = update(find(name), fn, cookie, token);
	nm_unlock();
	return rc;
}

static int create(const char *name, void **token)
{
	char full[NM_VALE_NAME_BYTES + 1];
	struct nm_vale *vale;

	if (switch_name(name, full))
		return -ENOMEM;
	if (nm_vale_find(os_current_ns(), full))
		return -EEXIST;
	vale = nm_vale_find_or_create(os_current_ns(), full);
	if (!vale)
		return -ENOMEM;
	vale->token = *token = (void *)++last_token;
	return 0;
}

void *netmap_vale_create(const char *name, int *status)
{
	void *token = NULL;

	nm_lock();
	*status = create(name, &token);
	nm_unlock();
	return token;
}

static int destroy(struct nm_vale *vale, const void *token)
{
	if (!vale)
		return -ENXIO;
	if (!vale->token)
		return -EINVAL;
	if (!nm_vale_allows(vale, token))
		return -EACCES;
	if (vale->members->n)
		return -EBUSY;
	nm_vale_end(vale);
	return 0;
}

int netmap_vale_destroy(const char *name, void *token)
{
	int rc;

	nm_lock();
	rc = destroy(find(name), token);
	nm_unlock();
	return rc;
}

/* A request as by NIOCCTRL, on a descriptor that exists for its sake only. */
static int request(struct nmreq_header *hdr, uint16_t type, const void *token)
{
	struct nm_file file = {.ns = os_current_ns()};
	struct nm_request rq = {
		.file = &file,
		.hdr = hdr,
		.body = (void *)(unsigned long)hdr->nr_body,
		.token = token,
	};

	if (hdr->nr_options)
		return -EOPNOTSUPP;
	hdr->nr_name[sizeof(hdr->nr_name) - 1] = '\0';
	hdr->nr_reqtype = type;
	return nm_request_run(&rq);
}

int netmap_bdg_attach(struct nmreq_header *hdr, void *token)
{
	return request(hdr, NETMAP_REQ_VALE_ATTACH, token);
}

int netmap_bdg_detach(struct nmreq_header *hdr, void *token)
{
	return request(hdr, NETMAP_REQ_VALE_DETACH, token);
}

int nm_vi_create(struct nmreq_header *hdr)
{
	return request(hdr, NETMAP_REQ_VALE_NEWIF, NULL);
}

int nm_vi_destroy(const char *name)
{
	struct nmreq_header hdr = {.nr_version = NETMAP_API};

	if (strlen(name) >= sizeof(hdr.nr_name))
		return -EINVAL;
	memcpy(hdr.nr_name, name, strlen(name));
	return request(&hdr, NETMAP_REQ_VALE_DELIF, NULL);
}

const char *netmap_bdg_name(const struct nm_port *port)
{
	return port->vale ? port->vale->name : NULL;
}

uint32_t netmap_bdg_idx(const struct nm_port *port)
{
	return port->vale_idx;
}

void *netmap_bdg_private_data(const struct nm_port *port)
{
	return port->vale ? port->vale->private_data : NULL;
}

void *netmap_bdg_alloc(size_t bytes)
{
	return os_alloc(bytes);
}

void netmap_bdg_free(void *p)
{
	os_free(p);
}

int netmap_bdg_copy_from_user(void *dst, const void *src, size_t bytes)
{
	return os_copy_if_present(dst, (const void __user *)src, bytes);
}
