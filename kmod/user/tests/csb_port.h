/* SPDX-License-Identifier: BSD-2-Clause */
/* A port in CSB mode, for the suites of the mode and of its kernel loop. */
#ifndef NM_TEST_CSB_PORT_H
#define NM_TEST_CSB_PORT_H

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "support.h"

#define CSB_RINGS_MAX 8

struct csb_port {
	struct port port;
	struct nm_csb_atok *atok; /* tx rings, then rx */
	struct nm_csb_ktoa *ktoa;
	unsigned rings;
};

struct nm_csb_atok *csb_atok(void);
struct nm_csb_ktoa *csb_ktoa(void);

/* Registers exclusively with the CSB option, and as many ring pairs. 0 or -errno and nothing open.
 */
int csb_try(struct csb_port *p, const char *name, unsigned pairs);
void csb_open(struct csb_port *p, const char *name, unsigned pairs);
void csb_close(struct csb_port *p);

/* Hands the tx ring's first n free slots over, or gives n received ones back. */
void csb_send(struct csb_port *p, uint32_t n);
void csb_release(struct csb_port *p, uint32_t n);
uint32_t csb_received(const struct csb_port *p); /* slots of rx ring 0 that wait */

/* The kernel loop in a thread of its own. */
struct csb_loop {
	struct csb_port *port;
	uint32_t sleep_us;
	uint32_t mode; /* option, with use_mode */
	bool use_mode;
	bool use_events;
	int ioeventfd[CSB_RINGS_MAX];
	int irqfd[CSB_RINGS_MAX];
	uint32_t events_status, mode_status;
	int result; /* of START */
	volatile bool done;
	pthread_t thread;
};

int csb_loop_run(struct csb_loop *loop); /* in the calling thread */
void csb_loop_begin(struct csb_loop *loop);
void csb_loop_events(struct csb_loop *loop); /* fresh eventfds for every ring */
void csb_loop_end(struct csb_loop *loop);    /* STOP, join, close the events */
int csb_stop(struct csb_port *p);

/* Waits for the condition, 5 s at most, then fails the test. */
#define WAIT_FOR(cond)                                                                             \
	do {                                                                                       \
		unsigned _ms;                                                                      \
		bool _met = cond;                                                                  \
		for (_ms = 0; !_met && _ms < 5000; _ms++) {                                        \
			usleep(1000);                                                              \
			_met = cond;                                                               \
		}                                                                                  \
		CU_ASSERT(_met);                                                                   \
	} while (0)

#endif
