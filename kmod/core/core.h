/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The core's face to its host: module parameters, namespaces, and descriptors (open, ioctl, poll,
 * mmap, close).
 */
#ifndef NM_CORE_H
#define NM_CORE_H

#include "os.h"

/*
 * Module parameters, named as in /sys/module/netmap/parameters. The host binds them; the core only
 * reads.
 */
struct nm_params {
	int verbose;
	int debug;
	int no_timestamp;
	int no_pendintr;
	int txsync_retry;
	int fwd;
	int admode;
	int generic_mit;
	int generic_ringsize;
	int generic_rings;
	int generic_txqdisc;
	int generic_hwcsum;
	int ptnet_vnet_hdr;
	int default_pipes;
	int bridge_batch;
	unsigned max_bridges;
	int if_size, if_num;
	int ring_size, ring_num;
	int buf_size, buf_num;
	int if_curr_size, if_curr_num;
	int ring_curr_size, ring_curr_num;
	int buf_curr_size, buf_curr_num;
	int priv_if_size, priv_if_num;
	int priv_ring_size, priv_ring_num;
	int priv_buf_size, priv_buf_num;
};
extern struct nm_params nm_params;

/* Once, before and after everything else. init: 0 or -errno. exit: nothing may be open any more. */
int nm_core_init(void);
void nm_core_exit(void);

/*
 * A namespace holds max_bridges switches and the names of persistent ports. host_ns is handed back
 * to os_ifnet_*.
 */
struct nm_ns;
struct nm_ns *nm_ns_create(void *host_ns);
void nm_ns_destroy(struct nm_ns *ns);

/* One open descriptor of /dev/netmap. */
struct nm_file;
struct nm_file *nm_file_open(struct nm_ns *ns); /* NULL: no memory */
/* Unbinds; after it returns nothing is delivered to it any more. */
void nm_file_close(struct nm_file *f);

/*
 * A task closes the descriptor, perhaps while others are at work in it: ends the kernel loop that
 * the same owner (os_task_owner) began. Tasks that only inherited the descriptor do not end it.
 */
void nm_file_flush(struct nm_file *f, const void *owner);

/* cmd and arg as the task gave them; 0 or -errno. All copying from and to the task is done here. */
int nm_file_ioctl(struct nm_file *f, unsigned cmd, void __user *arg);

/* events and result in POLL* bits; NULL poll looks without registering a sleeper. */
unsigned nm_file_poll(struct nm_file *f, unsigned events, struct os_poll *poll);

/* May [offset, offset + bytes) of the bound region be mapped? 0, or -EINVAL, as for EXTMEM. */
int nm_file_mmap_check(struct nm_file *f, uint64_t offset, uint64_t bytes);
/*
 * The page-aligned kernel address that backs this page of the region; NULL where nothing is backed
 * (SIGBUS).
 */
void *nm_file_page(struct nm_file *f, uint64_t offset);

#endif
