/* SPDX-License-Identifier: BSD-2-Clause */
/* Event channels that the backend may bind. */
#ifndef FRONTEND_CHANNEL_H
#define FRONTEND_CHANNEL_H

#include <stdint.h>

#include "err.h"

struct channels {
	int fd;
	uint32_t port[2]; /* for what we send, and what we receive */
};

int channels_open(struct channels *c, unsigned domain, struct vb_err *err);
void channels_close(struct channels *c);
void channel_notify(const struct channels *c, unsigned which);

#endif
