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

/* For tests: the nth allocation from now on fails (1: the next one); 0 ends it. */
void nm_user_fail_alloc(long nth);
/* Has the allocation that is to fail not come yet? */
bool nm_user_fail_pending(void);

/* For tests: a network device that is not ours. 0, -EEXIST or -ENOMEM. */
int nm_user_add_device(const char *name);
void nm_user_forget_devices(void);

#endif
