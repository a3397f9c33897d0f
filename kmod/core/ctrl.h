/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Control requests: one table from request type to body size and handler, shared by NIOCCTRL and
 * the legacy ioctls.
 */
#ifndef NM_CTRL_H
#define NM_CTRL_H

#include "file.h"
#include "options.h"

/*
 * What a handler gets: everything in kernel memory, names ended by a NUL. It runs under the global
 * lock, unless it takes it itself.
 */
struct nm_request {
	struct nm_file *file;
	struct nmreq_header *hdr;
	void *body;
	const struct nm_options *options; /* NULL: a legacy request, which has none */
	const void *token;		  /* of an exclusive switch; only modules have one */
};

/* The request's option of this type, or NULL. */
static inline void *nm_option_of(const struct nm_request *rq, uint32_t type)
{
	return rq->options ? nm_option(rq->options, type) : NULL;
}

typedef int nm_request_handler(struct nm_request *rq);

/* ctrl_port.c */
nm_request_handler nm_req_register, nm_req_port_info_get, nm_req_pools_info_get;
nm_request_handler nm_req_port_hdr_set, nm_req_port_hdr_get;
/* csb.c, kloop.c */
nm_request_handler nm_req_csb_enable, nm_req_sync_kloop_start, nm_req_sync_kloop_stop;
/* ctrl_vale.c */
nm_request_handler nm_req_vale_attach, nm_req_vale_detach, nm_req_vale_list;
nm_request_handler nm_req_vale_newif, nm_req_vale_delif;
nm_request_handler nm_req_polling_enable, nm_req_polling_disable;

/*
 * Runs the handler of rq->hdr->nr_reqtype: its result, -EINVAL for unknown types, -EOPNOTSUPP for
 * unsupported ones.
 */
int nm_request_run(struct nm_request *rq);

/* NIOCCTRL and NIOCCONFIG. 0 or -errno. */
int nm_ctrl(struct nm_file *f, void __user *arg);
int nm_config(struct nm_file *f, void __user *arg);

#endif
