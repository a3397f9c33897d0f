/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"

#define LIMIT_MS  20000
#define GLANCE_US 10000

int frontend_write(const char *key, const char *value, struct vb_err *err)
{
	char path[STORE_PATH_BYTES];

	snprintf(path, sizeof(path), FRONTEND_DIR "/%s", key);
	return store_write(path, value, err);
}

int frontend_write_number(const char *key, unsigned value, struct vb_err *err)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	return frontend_write(key, text, err);
}

int frontend_set_state(unsigned state, struct vb_err *err)
{
	return frontend_write_number("state", state, err);
}

static int backend_read(const struct frontend *f, const char *key, char value[STORE_VALUE_BYTES],
			struct vb_err *err)
{
	char path[STORE_VALUE_BYTES + 64];

	snprintf(path, sizeof(path), "%s/%s", f->backend, key);
	return store_read(path, value, err);
}

unsigned frontend_backend_number(const struct frontend *f, const char *key)
{
	char value[STORE_VALUE_BYTES];

	return backend_read(f, key, value, NULL) ? 0 : (unsigned)strtoul(value, NULL, 10);
}

enum state frontend_backend_state(const struct frontend *f)
{
	return (enum state)frontend_backend_number(f, "state");
}

int frontend_reason(const struct frontend *f, char reason[STORE_VALUE_BYTES], struct vb_err *err)
{
	return backend_read(f, "error", reason, err);
}

int frontend_open(struct frontend *f, struct vb_err *err)
{
	char domain[STORE_VALUE_BYTES];

	if (store_open(err) || store_read(FRONTEND_DIR "/backend", f->backend, err) ||
	    store_read(FRONTEND_DIR "/backend-id", domain, err))
		return -1;
	if (!f->backend[0])
		return vb_fail(err, VB_MISSING, "this guest has no network interface");
	f->domain = (unsigned)strtoul(domain, NULL, 10);
	return 0;
}

int frontend_await(const struct frontend *f, enum state state, struct vb_err *err)
{
	uint64_t end = vb_now_ms() + LIMIT_MS;
	enum state now;

	do {
		now = frontend_backend_state(f);
		if (now == state || (state == CONNECTED && now >= CLOSING) ||
		    (state == CLOSING && now == CLOSED))
			return 0;
		usleep(GLANCE_US);
	} while (vb_now_ms() < end);
	return vb_fail(err, VB_TIMEOUT, "the backend stays in state %u instead of going to %u", now,
		       state);
}

int frontend_connect(struct frontend *f, struct vb_err *err)
{
	if (channels_open(&f->channels, f->domain, err))
		return -1;
	if (frontend_write_number("event-channel-tx", f->channels.port[0], err) ||
	    frontend_write_number("event-channel-rx", f->channels.port[1], err) ||
	    frontend_set_state(CONNECTED, err))
		return -1;
	return frontend_await(f, CONNECTED, err);
}

static int forget_keys(struct vb_err *err)
{
	static const char *const keys[] = {
		"tx-ring-ref",	    "rx-ring-ref",     "event-channel",		"event-channel-tx",
		"event-channel-rx", "request-rx-copy", "multi-queue-num-queues"};
	char path[STORE_PATH_BYTES];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(path, sizeof(path), FRONTEND_DIR "/%s", keys[i]);
		if (store_remove(path, err))
			return -1;
	}
	return 0;
}

int frontend_close(struct frontend *f, struct vb_err *err)
{
	if (frontend_set_state(CLOSING, err) || frontend_await(f, CLOSING, err) ||
	    frontend_set_state(CLOSED, err) || frontend_await(f, CLOSED, err))
		return -1;
	channels_close(&f->channels);
	if (forget_keys(err) || frontend_set_state(INITIALISING, err))
		return -1;
	return frontend_await(f, INIT_WAIT, err);
}
