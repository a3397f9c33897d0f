/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* One namespace of the core for each network namespace of the kernel. */
#ifndef NM_NETNS_H
#define NM_NETNS_H

struct net;
struct nm_ns;

/* 0 or -errno. */
int nm_netns_register(void);
/* Destroys every namespace of the core, and with it what outlived its descriptor. */
void nm_netns_unregister(void);

struct nm_ns *nm_netns_get(struct net *net);

#endif
