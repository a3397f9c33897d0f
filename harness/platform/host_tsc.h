/* SPDX-License-Identifier: BSD-2-Clause */
/* How fast this machine's time stamp counter goes, which QEMU without KVM shows its guests as theirs. */
#ifndef VB_HOST_TSC_H
#define VB_HOST_TSC_H

#define HOST_TSC_ARGUMENT_BYTES 40

/* Its kHz by the monotonic clock, to some ten millionths; takes 20 ms. 0: there is no such counter. */
unsigned host_tsc_khz(void);

/*
 * The argument that spares a Linux guest its own measurement of it, which is wrong many times over
 * where the guest loses its processor meanwhile. buf is of HOST_TSC_ARGUMENT_BYTES, and becomes
 * empty where there is no such counter.
 */
const char *host_tsc_argument(char *buf);

#endif
