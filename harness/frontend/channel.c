/* SPDX-License-Identifier: BSD-2-Clause */
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef uint16_t domid_t; /* which the header takes to be known */
#include <xen/evtchn.h>

#define DEVICE "/dev/xen/evtchn"

int channels_open(struct channels *c, unsigned domain, struct vb_err *err)
{
	struct ioctl_evtchn_bind_unbound_port ask = {.remote_domain = domain};
	int i, port;

	c->fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (c->fd < 0)
		return vb_fail(err, VB_MISSING, "opening %s: %s; load its module", DEVICE,
			       strerror(errno));
	for (i = 0; i < 2; i++) {
		port = ioctl(c->fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &ask);
		if (port < 0) {
			vb_fail(err, VB_FAILED, "making an event channel: %s", strerror(errno));
			close(c->fd);
			return -1;
		}
		c->port[i] = (uint32_t)port;
	}
	return 0;
}

void channels_close(struct channels *c)
{
	if (c->fd > 0)
		close(c->fd);
	c->fd = 0;
}

/* The other side may have gone: then nobody is told. */
void channel_notify(const struct channels *c, unsigned which)
{
	struct ioctl_evtchn_notify ask = {.port = c->port[which]};

	(void)!ioctl(c->fd, IOCTL_EVTCHN_NOTIFY, &ask);
}
