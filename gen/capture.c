/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"

#define MAX_PACKET 65536

struct capture {
	const char *path;
	pcap_t *format;
	pcap_dumper_t *file;
	pthread_mutex_t lock;
	uint8_t packet[MAX_PACKET];
};

struct capture *capture_open(const char *path, struct vb_err *err)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (c)
		c->format = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, MAX_PACKET,
								 PCAP_TSTAMP_PRECISION_NANO);
	if (!c || !c->format) {
		free(c);
		vb_fail(err, VB_NO_SPACE, "--write: no memory to write %s", path);
		return NULL;
	}
	c->file = pcap_dump_open(c->format, path);
	if (!c->file) {
		vb_fail(err, VB_FAILED, "--write: cannot create %s", pcap_geterr(c->format));
		pcap_close(c->format);
		free(c);
		return NULL;
	}
	c->path = path;
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

static void write_packet(struct capture *c, const uint8_t *data, uint32_t bytes, unsigned skip,
			 const struct timespec *when)
{
	/* With nanosecond precision the field called tv_usec holds nanoseconds (pcap-savefile(5)).
	 */
	struct pcap_pkthdr hdr = {.ts = {.tv_sec = when->tv_sec, .tv_usec = when->tv_nsec}};

	if (bytes < skip)
		return;
	hdr.caplen = hdr.len = bytes - skip;
	pcap_dump((u_char *)c->file, &hdr, data + skip);
}

int capture_slots(struct capture *c, const struct netmap_ring *ring, uint32_t from, uint32_t n,
		  unsigned vnet_bytes, const struct timespec *when)
{
	uint32_t bytes = 0;
	int failed;

	pthread_mutex_lock(&c->lock);
	for (; n; n--, from = ring_next(ring, from)) {
		const struct netmap_slot *slot = &ring->slot[from];
		uint32_t len = slot->len <= ring->nr_buf_size ? slot->len : ring->nr_buf_size;

		if (bytes + len <= MAX_PACKET) {
			memcpy(c->packet + bytes, ring_buf(ring, slot), len);
			bytes += len;
		}
		if (slot->flags & NS_MOREFRAG)
			continue;
		write_packet(c, c->packet, bytes, vnet_bytes, when);
		bytes = 0;
	}
	failed = ferror(pcap_dump_file(c->file));
	pthread_mutex_unlock(&c->lock);
	return failed ? -EIO : 0;
}

int capture_close(struct capture *c, struct vb_err *err)
{
	int failed = pcap_dump_flush(c->file) != 0 || ferror(pcap_dump_file(c->file));

	if (failed)
		vb_fail(err, VB_NO_SPACE,
			"--write: cannot write all packets to %s: is the disk full?", c->path);
	pcap_dump_close(c->file);
	pcap_close(c->format);
	pthread_mutex_destroy(&c->lock);
	free(c);
	return failed ? -1 : 0;
}
