/* SPDX-License-Identifier: BSD-2-Clause */
#include "io.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

static bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

const struct io_ops *io_backend(const char *resolved)
{
	if (strcmp(resolved, "null") == 0)
		return &io_null;
	if (starts_with(resolved, "tap"))
		return &io_tap;
	if (starts_with(resolved, "fifo:"))
		return &io_fifo;
	if (starts_with(resolved, "pcap:"))
		return &io_pcap;
	if (starts_with(resolved, "stream:"))
		return &io_stream;
	if (starts_with(resolved, "packet:"))
		return &io_packet;
	return strchr(resolved, '[') ? &io_bundle : &io_netmap;
}

int io_resolve_name(const char *name, char resolved[IO_NAME_MAX + 1], struct vb_err *err)
{
	bool plain = io_backend(name)->netmap && !starts_with(name, "netmap:") &&
		     !starts_with(name, "vale");
	int n = snprintf(resolved, IO_NAME_MAX + 1, "%s%s", plain ? "netmap:" : "", name);

	if (n > IO_NAME_MAX)
		return vb_fail(err, VB_USAGE,
			       "-i: the port name has %d characters, but %d is the limit", n,
			       IO_NAME_MAX);
	return 0;
}

bool io_device_name(const char *resolved, char *device, size_t bytes)
{
	const char *dev = resolved + strlen("netmap:");
	size_t n;

	if (!starts_with(resolved, "netmap:"))
		return false;
	n = strcspn(dev, "-*^{}/@");
	if (n == 0 || n >= bytes || n >= IFNAMSIZ || dev[n] == '{' || dev[n] == '}')
		return false;
	memcpy(device, dev, n);
	device[n] = '\0';
	return true;
}

int io_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	int ret;

	memset(io, 0, sizeof(*io));
	io->ports = 1;
	ret = io_backend(req->name)->open(io, req, err);
	if (ret == 0)
		io->ops = io_backend(req->name);
	return ret;
}

void io_close(struct io *io)
{
	if (io->ops)
		io->ops->close(io);
	io->ops = NULL;
}
