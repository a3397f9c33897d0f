/* SPDX-License-Identifier: BSD-2-Clause */
/* The public structures lie as programs that were compiled against them expect (netmap-abi 13.2).
 */
#include <stddef.h>

#include <libnetmap.h>

#define SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), #type)
#define AT(type, field, offset)                                                                    \
	_Static_assert(offsetof(struct type, field) == (offset), #type "." #field)

SIZE(nmport_d, 216);
AT(nmport_d, hdr, 0);
AT(nmport_d, reg, 88);
AT(nmport_d, mem, 144);
AT(nmport_d, ctx, 152);
AT(nmport_d, register_done, 160);
AT(nmport_d, mmap_done, 164);
AT(nmport_d, extmem, 168);
AT(nmport_d, fd, 176);
AT(nmport_d, nifp, 184);
AT(nmport_d, first_tx_ring, 192);
AT(nmport_d, last_tx_ring, 194);
AT(nmport_d, first_rx_ring, 196);
AT(nmport_d, last_rx_ring, 198);
AT(nmport_d, cur_tx_ring, 200);
AT(nmport_d, cur_rx_ring, 202);
AT(nmport_d, clist, 208);

SIZE(nmem_d, 48);
AT(nmem_d, mem_id, 0);
AT(nmem_d, refcount, 4);
AT(nmem_d, mem, 8);
AT(nmem_d, size, 16);
AT(nmem_d, is_extmem, 24);
AT(nmem_d, next, 32);
AT(nmem_d, prev, 40);

SIZE(nmctx, 48);
AT(nmctx, verbose, 0);
AT(nmctx, error, 8);
AT(nmctx, malloc, 16);
AT(nmctx, free, 24);
AT(nmctx, lock, 32);
AT(nmctx, mem_descs, 40);

SIZE(nmreq_opt_key, 16);
SIZE(nmreq_opt_parser, 304);
SIZE(nmreq_parse_ctx, 144);
_Static_assert(_Alignof(struct nmreq_opt_parser) == 16, "nmreq_opt_parser");
