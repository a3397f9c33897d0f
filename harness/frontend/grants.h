/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages of ours that another domain may use, and pages of another's that we may. */
#ifndef FRONTEND_GRANTS_H
#define FRONTEND_GRANTS_H

#include <stdint.h>

#include "err.h"

#define GRANT_PAGE_BYTES 4096
#define GRANT_PAGES_MAX	 32

struct grants {
	int fd;
	uint64_t index;
	uint8_t *base; /* of n pages */
	uint32_t n;
	uint32_t ref[GRANT_PAGES_MAX];
};

/* n zeroed pages that the domain may write to. 0 or -1. */
int grants_give(struct grants *g, unsigned domain, uint32_t n, struct vb_err *err);
/* Maps n pages of the domain, whose references g holds. 0 or -1. */
int grants_take(struct grants *g, unsigned domain, uint32_t n, struct vb_err *err);
/* Ends either, whoever uses them still. */
void grants_end(struct grants *g);

#endif
