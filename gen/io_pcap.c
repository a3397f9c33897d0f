/* SPDX-License-Identifier: BSD-2-Clause */
/* A network device through libpcap: injects what is sent, shows what the device captures. */
#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "memport.h"

#define PROMISCUOUS    1
#define READ_AT_ONCE   256
#define BUFFER_WAIT_MS 1

struct pcap_port {
	struct memport mem;
	pcap_t *pcap;
};

static void pcap_port_close(struct io *io)
{
	struct pcap_port *p = io->priv;

	if (p->pcap)
		pcap_close(p->pcap);
	memport_free(io);
}

static int pcap_port_open(struct io *io, const struct io_request *req, struct vb_err *err)
{
	const char *device = req->name + strlen("pcap:");
	struct pcap_port *p = memport_new(io, req, sizeof(*p), err);
	char why[PCAP_ERRBUF_SIZE] = "no memory";

	if (!p)
		return -ENOMEM;
	p->pcap = pcap_open_live(device, MEMRING_MAX_FRAME, PROMISCUOUS, BUFFER_WAIT_MS, why);
	if (!p->pcap || pcap_setnonblock(p->pcap, 1, why) < 0) {
		pcap_port_close(io);
		vb_fail(err, VB_MISSING, "cannot open device \"%s\" through libpcap: %s", device,
			why);
		return -ENODEV;
	}
	memport_show(io);
	return 0;
}

static int pcap_port_txsync(struct io *io)
{
	struct pcap_port *p = io->priv;
	const uint8_t *frame;
	uint32_t bytes;

	while ((frame = memring_next(&p->mem.tx, &bytes)))
		if (pcap_inject(p->pcap, frame, bytes) != (int)bytes)
			io->lost++;
	memring_reclaim(&p->mem.tx);
	return 0;
}

static void keep(u_char *user, const struct pcap_pkthdr *hdr, const u_char *frame)
{
	struct io *io = (struct io *)user;
	struct pcap_port *p = io->priv;

	if (!memring_put(&p->mem.rx, frame, hdr->caplen))
		io->lost++;
}

static int pcap_port_rxsync(struct io *io)
{
	struct pcap_port *p = io->priv;

	if (memring_room(&p->mem.rx) > READ_AT_ONCE &&
	    pcap_dispatch(p->pcap, READ_AT_ONCE, keep, (u_char *)io) < 0)
		return -EIO;
	return 0;
}

static int pcap_port_wait(struct io *io, short events, int timeout_ms)
{
	struct pcap_port *p = io->priv;
	struct pollfd pfd = {.fd = pcap_get_selectable_fd(p->pcap), .events = events};
	int ret;

	pcap_port_txsync(io);
	if (events & POLLOUT)
		return 1;
	ret = poll(&pfd, 1, timeout_ms);
	if (ret < 0)
		return -errno;
	if (ret > 0 && pcap_port_rxsync(io) < 0)
		return -EIO;
	return ret;
}

const struct io_ops io_pcap = {
	.name = "pcap",
	.open = pcap_port_open,
	.txsync = pcap_port_txsync,
	.rxsync = pcap_port_rxsync,
	.wait = pcap_port_wait,
	.close = pcap_port_close,
};
