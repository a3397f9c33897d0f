/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The variable part of a control request: its body and its options, copied in once and copied back
 * under the ABI's rules.
 */
#ifndef NM_OPTIONS_H
#define NM_OPTIONS_H

#include <net/netmap.h>

#include "os.h"

struct nm_options {
	uint8_t *stage;	    /* the body, then each option */
	size_t used;	    /* bytes of stage */
	size_t first;	    /* where the options begin */
	size_t accounted;   /* body and, for each option, its payload and what staging it costs */
	size_t user_bytes;  /* body and options as the task wrote them */
	bool no_write_back; /* the list did not even end */
};

/* 0, -EFAULT or -ENOMEM. nm_options_free in any case. */
int nm_options_init(struct nm_options *o, uint64_t body, size_t body_bytes);
void nm_options_free(struct nm_options *o);

/* Follows the list. 0, or -EFAULT, -EINVAL (no type, or a type twice), -EMSGSIZE. */
int nm_options_copy_in(struct nm_options *o, uint64_t list);

/*
 * The option of this type as the task wrote it, its payload behind its header, or NULL. A handler
 * that understands it writes nro_status, 0 or a positive errno, and what it has to say into the
 * payload.
 */
struct nmreq_option *nm_option(const struct nm_options *o, uint32_t type);

/* Has some option not been understood by the handler? */
bool nm_options_leftover(const struct nm_options *o);

/* Headers always, payloads of options that succeeded in a request that did. 0 or -EFAULT. */
int nm_options_copy_out(const struct nm_options *o, bool success);

#endif
