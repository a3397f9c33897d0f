/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's end of its first network interface: keys and states, whatever is shared then. */
#ifndef FRONTEND_FRONTEND_H
#define FRONTEND_FRONTEND_H

#include "channel.h"
#include "store.h"

/* As both sides write them into the store. */
enum state { UNKNOWN, INITIALISING, INIT_WAIT, INITIALISED, CONNECTED, CLOSING, CLOSED };

#define FRONTEND_DIR "device/vif/0"

struct frontend {
	char backend[STORE_VALUE_BYTES]; /* its directory */
	unsigned domain;		 /* where it runs */
	struct channels channels;
};

int frontend_open(struct frontend *f, struct vb_err *err);
int frontend_write(const char *key, const char *value, struct vb_err *err);
int frontend_write_number(const char *key, unsigned value, struct vb_err *err);
int frontend_set_state(unsigned state, struct vb_err *err);
enum state frontend_backend_state(const struct frontend *f);
/* Waits until the backend is in state, or in one that it is closed in: 0, or -1 after the limit. */
int frontend_await(const struct frontend *f, enum state state, struct vb_err *err);
/* Why the backend closed last, "" when it never did. */
int frontend_reason(const struct frontend *f, char reason[STORE_VALUE_BYTES], struct vb_err *err);
/* A number of the backend's, 0 when there is none. */
unsigned frontend_backend_number(const struct frontend *f, const char *key);

/* Channels are made and named; the backend is told that we are there, and has answered. 0 or -1. */
int frontend_connect(struct frontend *f, struct vb_err *err);
/* The way round to where we may connect anew, from wherever both are. Nothing is left in the store.
 */
int frontend_close(struct frontend *f, struct vb_err *err);

#endif
