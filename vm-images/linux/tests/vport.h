/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest tests ask of /dev/netmap, by bare system calls: nothing of ours is in between. */
#ifndef VB_VPORT_H
#define VB_VPORT_H

#include <net/netmap.h>
#include <net/netmap_user.h>
#include <stdbool.h>
#include <stddef.h>

struct vport {
	int fd; /* -1: closed */
	void *mem;
	size_t bytes; /* of the region, mapped or not */
	struct netmap_if *nifp;
};

/* One request of NIOCCTRL on the descriptor: 0, or -errno. */
int vport_request(int fd, uint16_t type, const char *name, void *body);
/* The same with one option, or NULL. */
int vport_request_with(int fd, uint16_t type, const char *name, void *body, void *option);

/* Opens the device and binds it to the named port, all rings: 0, or -errno. Nothing is mapped. */
int vport_open(struct vport *p, const char *name);
/* The same, with so many rings of so many slots each way; 0: the default. */
int vport_open_sized(struct vport *p, const char *name, uint16_t rings, uint32_t slots);
/* The same, mapped. */
int vport_open_mapped(struct vport *p, const char *name);
int vport_map(struct vport *p);
void vport_close_fd(struct vport *p);
void vport_unmap(struct vport *p);
void vport_close(struct vport *p);

/* Is the port attached to its switch? Asked on a descriptor of its own. */
bool vport_exists(const char *name);

/* One broadcast frame of at least 60 bytes into the ring: 0, or -EAGAIN when it has no room. */
int vport_put(struct vport *p, uint16_t bytes);
/* Sends what was put, in one sync: 0, or -errno. */
int vport_push(struct vport *p);
/* Both for one frame of 60 bytes. */
int vport_send(struct vport *p);
/* Takes everything that is in the receive ring: frames, or -errno. */
int vport_drain(struct vport *p);

#endif
