/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* /dev/netmap: system calls on one side, the descriptors of core/core.h on the other. */
#ifndef NM_CHARDEV_H
#define NM_CHARDEV_H

/* 0 or -errno. While a descriptor or a mapping is left, the module cannot be unloaded. */
int nm_chardev_register(void);
void nm_chardev_unregister(void);

#endif
