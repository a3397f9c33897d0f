/* SPDX-License-Identifier: BSD-2-Clause */
/* A capture file read into memory as a whole, so that sending it waits for no disk. */
#ifndef PG_PCAPFILE_H
#define PG_PCAPFILE_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct pcap_packet {
	uint64_t ns;	/* after the first packet */
	size_t offset;	/* in data */
	uint32_t bytes; /* as captured */
};

struct pcapfile {
	struct pcap_packet *packets;
	size_t count;
	uint8_t *data;
	size_t data_bytes;
	uint64_t cut; /* packets that the capture had shortened */
};

/*
 * Reads at most `limit` packets (0: all) of a pcap or pcapng file of Ethernet frames. `what` names
 * the option in messages. Returns 0, or -1 with err: no such file, no capture, not Ethernet, empty,
 * cut off, out of memory.
 */
int pcapfile_read(struct pcapfile *f, const char *path, size_t limit, const char *what,
		  struct vb_err *err);
void pcapfile_free(struct pcapfile *f);

#endif
