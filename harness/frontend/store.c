/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of the store's wire protocol, through the kernel's own connection: Xen's public header
 * io/xs_wire.h. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define DEVICE "/dev/xen/xenbus"

enum { TYPE_READ = 2, TYPE_WRITE = 11, TYPE_REMOVE = 13, TYPE_ERROR = 16 };

struct header {
	uint32_t type, request, transaction, bytes;
};

static int fd = -1;

int store_open(struct vb_err *err)
{
	fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return vb_fail(err, VB_MISSING, "opening %s: %s; is this a guest of Xen?", DEVICE,
			       strerror(errno));
	return 0;
}

static int read_all(void *to, size_t bytes)
{
	char *p = to;

	while (bytes) {
		ssize_t n = read(fd, p, bytes);

		if (n <= 0)
			return -1;
		p += n;
		bytes -= (size_t)n;
	}
	return 0;
}

/* The answer's text is cut to what fits. */
static int take_answer(struct header *h, char value[STORE_VALUE_BYTES])
{
	char byte;
	uint32_t i;

	if (read_all(h, sizeof(*h)))
		return -1;
	memset(value, 0, STORE_VALUE_BYTES);
	for (i = 0; i < h->bytes; i++) {
		if (read_all(&byte, 1))
			return -1;
		if (i < STORE_VALUE_BYTES - 1)
			value[i] = byte;
	}
	return 0;
}

/* The path's terminating zero separates it from the value, which has none. */
static int ask(uint32_t type, const char *path, const char *text, char value[STORE_VALUE_BYTES],
	       struct vb_err *err)
{
	char message[sizeof(struct header) + STORE_PATH_BYTES + STORE_VALUE_BYTES];
	size_t path_bytes = strlen(path) + 1, text_bytes = strlen(text);
	struct header h = {.type = type, .bytes = (uint32_t)(path_bytes + text_bytes)};

	if (path_bytes > STORE_PATH_BYTES || text_bytes > STORE_VALUE_BYTES)
		return vb_fail(err, VB_USAGE, "%s or its value is too long for the store", path);
	memcpy(message, &h, sizeof(h));
	memcpy(message + sizeof(h), path, path_bytes);
	memcpy(message + sizeof(h) + path_bytes, text, text_bytes);
	if (write(fd, message, sizeof(h) + h.bytes) < 0 || take_answer(&h, value))
		return vb_fail(err, VB_FAILED, "asking the store for %s: %s", path,
			       strerror(errno));
	if (h.type != TYPE_ERROR)
		return 0;
	if (strcmp(value, "ENOENT") == 0 && type != TYPE_WRITE) {
		value[0] = 0;
		return 0;
	}
	return vb_fail(err, VB_FAILED, "the store refuses %s: %s", path, value);
}

int store_read(const char *path, char value[STORE_VALUE_BYTES], struct vb_err *err)
{
	return ask(TYPE_READ, path, "", value, err);
}

int store_write(const char *path, const char *value, struct vb_err *err)
{
	char answer[STORE_VALUE_BYTES];

	return ask(TYPE_WRITE, path, value, answer, err);
}

int store_remove(const char *path, struct vb_err *err)
{
	char answer[STORE_VALUE_BYTES];

	return ask(TYPE_REMOVE, path, "", answer, err);
}
