/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the core asks of its host about network devices, and about threads that serve them. A device
 * that was started has three kinds of queues, numbered as the rings of its port: arrivals [0, rx),
 * what the host's stack wants to send [rx, rx + host), and transmissions [0, tx), with one [tx + i]
 * for each host queue whose frames are forwarded to the wire without a ring of their own.
 */
#ifndef NM_OS_DEV_H
#define NM_OS_DEV_H

#include "os.h"

struct os_dev;
struct os_worker;
struct nm_pool;
struct nm_port;
struct nm_ring;
struct nm_rx_stats;

struct os_dev_facts {
	uint16_t tx_queues;
	uint16_t rx_queues;
	uint32_t tx_slots; /* 0: the device does not say */
	uint32_t rx_slots;
	uint32_t mtu; /* bytes */
	bool native;  /* its driver can move slots itself */
	bool apart;   /* somebody else sees its buffers, so that no other port may share them */
};

/* Called in any context, where nothing may sleep; never after os_dev_close(), rx and tx only while
 * started. */
struct os_dev_events {
	void (*rx)(void *arg, unsigned queue); /* frames wait */
	void (*tx)(void *arg, unsigned queue); /* transmissions were completed */
	void (*gone)(void *arg);	       /* the device has left for good, and is stopped */
	bool (*mtu_ok)(void *arg, uint32_t mtu);
};

/*
 * 0 and *out, -ENXIO (no such device), -EOPNOTSUPP (a device that cannot be taken over, and why is
 * in the log) or -ENOMEM. May sleep, as all here that does not say otherwise.
 */
int os_dev_open(void *host_ns, const char *name, const struct os_dev_events *events, void *arg,
		struct os_dev **out);
/* Stops it if need be. */
void os_dev_close(struct os_dev *dev);
/* Is this still the device of that name? */
bool os_dev_is(const struct os_dev *dev, const char *name);
/* 0, or -ENXIO: gone. */
int os_dev_facts(struct os_dev *dev, struct os_dev_facts *facts);

struct os_dev_queues {
	uint16_t tx;
	uint16_t rx;
	uint16_t host;
	uint32_t tx_limit;  /* frames in flight at most, by which completions are reported */
	uint32_t rx_limit;  /* frames that may wait in a queue */
	uint32_t buf_bytes; /* a host queue's largest frame */
	bool native;
	const struct nm_pool *bufs; /* native: those that slots may hold */
};

/* Takes over what arrives and what is sent: 0, -EBUSY (somebody else has), -ENXIO or -ENOMEM.
 * Nothing is diverted yet. */
int os_dev_start(struct os_dev *dev, const struct os_dev_queues *queues);
/* Gives both back; when it returns no event is under way and every queue is empty. */
void os_dev_stop(struct os_dev *dev);

/*
 * Arrivals of a queue that is not diverted pass to the stack. What the stack sends on a diverted
 * transmit queue goes to the host queue of that number, modulo their count, and is dropped when
 * that is not diverted.
 */
void os_dev_divert_rx(struct os_dev *dev, unsigned queue, bool on);
void os_dev_divert_tx(struct os_dev *dev, unsigned queue, bool on);

/*
 * The oldest frame of a queue, one caller a queue at a time: its length in bytes (0: none), its
 * contents, its end.
 */
uint32_t os_dev_peek(struct os_dev *dev, unsigned queue);
void os_dev_read(struct os_dev *dev, unsigned queue, uint32_t offset, void *dst, uint32_t bytes);
void os_dev_drop(struct os_dev *dev, unsigned queue);

struct os_piece {
	const void *data;
	uint32_t bytes;
};

/*
 * Copies a frame and queues it for the wire. What cannot be sent (shorter than a header, longer
 * than the device takes, no memory, no device) is dropped. os_dev_flush() begins the transmission
 * of what was queued.
 */
void os_dev_send(struct os_dev *dev, unsigned queue, const struct os_piece *pieces, unsigned n);
void os_dev_flush(struct os_dev *dev, unsigned queue);
/* Frames that were sent on a queue and are not completed. */
uint32_t os_dev_in_flight(const struct os_dev *dev, unsigned queue);
/* Copies a frame and hands it to the stack as if it had arrived. */
void os_dev_inject(struct os_dev *dev, const struct os_piece *pieces, unsigned n);

/*
 * A device that was started natively: the driver moves the slots of those rings of the port that
 * are open at the last switch, and other queues are the stack's. The rest is called by the owner of
 * such a ring's busy flag. While the device is down or is reset nothing moves; afterwards what was
 * sent and not completed is lost, its slots come back, and both events tell of it.
 */
void os_dev_native_switch(struct os_dev *dev, struct nm_port *port);
/* Sends slots hwcur to head and moves hwcur there, and hwtail over what was completed. */
void os_dev_native_send(struct os_dev *dev, struct nm_ring *ring);
/* Gives slots hwcur to head to the device and moves hwcur there. */
void os_dev_native_release(struct os_dev *dev, struct nm_ring *ring);
/* The slot after the last one, from hwtail on, that holds what arrived; counts it. */
uint32_t os_dev_native_fill(struct os_dev *dev, struct nm_ring *ring, struct nm_rx_stats *got);

/*
 * May the buffers of its rings be without memory while they are empty? Fixed while rings are open.
 */
bool os_dev_rests(struct os_dev *dev);

#define OS_ANY_CPU (-1)

/*
 * A thread that calls fn(arg) after each kick, and again at once as long as it returns true; other
 * threads get their turn in between. cpu is a number below os_cpus() or OS_ANY_CPU. A kick may come
 * from any context. 0, -EINVAL or -ENOMEM.
 */
int os_worker_create(const char *name, int cpu, bool (*fn)(void *arg), void *arg,
		     struct os_worker **out);
void os_worker_kick(struct os_worker *worker);
/* Called by fn alone: without a kick it is called again after so long. */
void os_worker_nap(struct os_worker *worker, unsigned ms);
/* Returns when fn has. */
void os_worker_destroy(struct os_worker *worker);
unsigned os_cpus(void);

#endif
