/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The switch in this process. Programs reach it through nmdev_inproc (gen/nmdev.h), whose open()
 * starts it when nobody has yet; everything below is for the process that hosts them and for
 * tests.
 */
#ifndef NM_USER_H
#define NM_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts the switch; calling it again does nothing. 0 or -errno. */
int nm_user_init(void);

/*
 * Ends it, with the ports that NEWIF made. 0, -EBUSY (descriptors are open, nothing was done), or
 * -ENOTRECOVERABLE: memory was not given back, and nm_user_live_bytes() says how much.
 */
int nm_user_exit(void);

/* Bytes that the switch holds now, backed blocks of regions included. */
uint64_t nm_user_live_bytes(void);

/*
 * Every descriptor's poll in progress, or else its next one, returns -EINTR once. Safe in a signal
 * handler's thread.
 */
void nm_user_interrupt(void);

/* How often a sender gave its processor away because nobody took what it sent. */
uint64_t nm_user_yields(void);
/* How long somebody was to sleep inside the switch, in microseconds. */
uint64_t nm_user_slept_us(void);

/* For tests: the nth allocation from now on fails (1: the next one); 0 ends it. */
void nm_user_fail_alloc(long nth);
/* Has the allocation that is to fail not come yet? */
bool nm_user_fail_pending(void);

/*
 * For tests: simulated network devices (os_dev.c). All but the first two take the name of one that
 * exists.
 */
struct nm_user_device {
	uint16_t tx_queues; /* 0: one */
	uint16_t rx_queues;
	uint32_t tx_slots; /* 0: it does not say */
	uint32_t rx_slots;
	uint32_t mtu; /* 0: 1500 */
	bool native;  /* its driver moves slots itself */
	bool apart;   /* its buffers are for no other port */
	bool rests;   /* those of empty rings matter to nobody */
};

/* A device, alone (peer NULL) or wired to another. NULL how: all defaults. 0, -EEXIST or -ENOMEM. */
int nm_user_add_device(const char *name, const char *peer, const struct nm_user_device *how);
void nm_user_forget_devices(void);
void nm_user_remove_device(const char *name);
/* Somebody else takes, or no longer takes, what arrives. */
void nm_user_claim_device(const char *name, bool claimed);
/* While stalled, it completes nothing. */
void nm_user_stall_device(const char *name, bool stalled);
/* 0, or -EINVAL: refused. */
int nm_user_set_mtu(const char *name, uint32_t mtu);
/* The stack sends a frame on a queue. 0 or -ENOMEM. */
int nm_user_stack_send(const char *name, unsigned queue, const void *frame, uint32_t bytes);
/* The oldest frame that has come up to the stack: its length, cut to room; 0: none. */
uint32_t nm_user_stack_receive(const char *name, void *frame, uint32_t room);

#endif
