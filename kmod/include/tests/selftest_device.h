/* SPDX-License-Identifier: BSD-2-Clause */
/* A network device whose other end the tests hold; in the kernel a tap device. */
#ifndef NM_SELFTEST_DEVICE_H
#define NM_SELFTEST_DEVICE_H

#include <stddef.h>

#define ST_DEVICE "nmstd0"

/* Makes ST_DEVICE and sets it up; it goes with st_device_end. 0 or a positive errno. */
int st_device(void);
void st_device_end(void);

/* A frame into the device from outside; whether it went. Frames that come out: bytes, 0 none. */
int st_wire_send(const void *frame, size_t bytes);
size_t st_wire_receive(void *frame, size_t room);

#endif
