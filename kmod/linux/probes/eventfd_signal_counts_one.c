/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* eventfd_signal() has no count any more: it was always 1. */
#include <linux/eventfd.h>

void probe(struct eventfd_ctx *ctx)
{
	eventfd_signal(ctx);
}
