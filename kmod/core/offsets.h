/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The OFFSETS option: slots of a ring say where in their buffer the packet begins. Source:
 * netmap-abi section 2.3.1.
 */
#ifndef NM_OFFSETS_H
#define NM_OFFSETS_H

#include "file.h"

/*
 * May the selected rings, which are made, use such offsets? 0, -EOPNOTSUPP (the kind of port),
 * -EINVAL (more than 64 bits, or bytes that do not fit) or -EBUSY (a ring uses narrower ones); also
 * the option's status. Global lock held.
 */
int nm_offsets_check(const struct nm_file *f, struct nm_port *port, struct nmreq_opt_offsets *opt);
/*
 * Then lets them; each ring's new user is counted, and nobody delivers. Fills in
 * the reply.
 */
void nm_offsets_apply(const struct nm_file *f, struct nm_port *port, struct nmreq_opt_offsets *opt);

#endif
