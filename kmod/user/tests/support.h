/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the suites of the switch share: ports opened through the device interface, frames,
 * counters.
 */
#ifndef NM_TEST_SUPPORT_H
#define NM_TEST_SUPPORT_H

#include <errno.h>
#include <net/netmap.h>
#include <net/vale_stats.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "gen/nmdev.h"
#include "nm_user.h"
#include "suite.h"

#define DEV	    (&nmdev_inproc)
#define FRAME_BYTES 60
#define BROADCAST   0xff /* as a station number */

struct port {
	void *handle;
	struct nmreq_register reg; /* as REGISTER returned it */
	char name[NETMAP_REQ_IFNAMSIZ];
	char *base;
	struct netmap_if *nifp;
};

/*
 * Opens a descriptor, registers and maps; want NULL: mode ALL_NIC. 0, or -errno and nothing open.
 */
int port_try(struct port *p, const char *name, const struct nmreq_register *want);
/* The same with a list of options; NULL: none. */
int port_try_options(struct port *p, const char *name, const struct nmreq_register *want,
		     void *options);
/* The same, where failure ends the test. */
void port_open(struct port *p, const char *name);
void port_open_sized(struct port *p, const char *name, unsigned rings, unsigned slots);
void port_close(struct port *p);

/* One control request on a descriptor (NULL: a fresh one). 0 or -errno. */
int ctrl(void *handle, uint16_t type, const char *name, void *body);
int ctrl_options(void *handle, uint16_t type, const char *name, void *body, void *options);

struct netmap_ring *tx_ring(const struct port *p, unsigned i);
struct netmap_ring *rx_ring(const struct port *p, unsigned i);
char *buffer(struct netmap_ring *ring, uint32_t slot);
uint32_t next_slot(const struct netmap_ring *ring, uint32_t slot);
uint32_t available(const struct netmap_ring *ring);

/*
 * A frame from station src to dst, in the next free slot; seq goes into its payload. Not synced.
 * Returns its slot.
 */
uint32_t put_frame(struct netmap_ring *ring, uint8_t dst, uint8_t src, uint16_t bytes,
		   uint32_t seq);
/* One slot with this content and these flags; NULL data leaves the buffer alone. */
uint32_t put_slot(struct netmap_ring *ring, const void *data, uint16_t bytes, uint16_t flags);
uint32_t frame_seq(struct netmap_ring *ring, uint32_t slot);
/* Writes the addresses and the sequence number of a frame. */
void fill_frame(void *buf, uint8_t dst, uint8_t src, uint32_t seq);

int txsync(const struct port *p);
int rxsync(const struct port *p);
/* Puts, syncs. */
void send_frame(struct port *p, uint8_t dst, uint8_t src, uint32_t seq);
/* Syncs ring 0, gives everything back and returns how many slots there were. */
uint32_t drain(struct port *p);

struct vale_port_stats stats_of(const char *name);
uint64_t rx_total(const struct vale_port_stats *s);

/* The switch ends and has given all memory back. */
void finish(void);

#endif
