/* SPDX-License-Identifier: BSD-2-Clause */
#include "vport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICE	    "/dev/netmap"
#define FRAME_BYTES 60
#define NO_PORT	    255 /* what VALE_LIST says for a port that is not there */

int vport_request(int fd, uint16_t type, const char *name, void *body)
{
	return vport_request_with(fd, type, name, body, NULL);
}

int vport_request_with(int fd, uint16_t type, const char *name, void *body, void *option)
{
	struct nmreq_header hdr = {
		.nr_version = NETMAP_API,
		.nr_reqtype = type,
		.nr_body = (uintptr_t)body,
		.nr_options = (uintptr_t)option,
	};

	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", name);
	return ioctl(fd, NIOCCTRL, &hdr) ? -errno : 0;
}

int vport_open(struct vport *p, const char *name)
{
	return vport_open_sized(p, name, 0, 0);
}

int vport_open_sized(struct vport *p, const char *name, uint16_t rings, uint32_t slots)
{
	struct nmreq_register reg = {
		.nr_mode = NR_REG_ALL_NIC,
		.nr_tx_rings = rings,
		.nr_rx_rings = rings,
		.nr_tx_slots = slots,
		.nr_rx_slots = slots,
	};
	int rc;

	memset(p, 0, sizeof(*p));
	p->fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (p->fd < 0)
		return -errno;
	rc = vport_request(p->fd, NETMAP_REQ_REGISTER, name, &reg);
	if (rc) {
		vport_close_fd(p);
		return rc;
	}
	p->bytes = reg.nr_memsize;
	p->nifp = (struct netmap_if *)reg.nr_offset; /* made absolute by vport_map */
	return 0;
}

int vport_map(struct vport *p)
{
	void *mem = mmap(NULL, p->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, p->fd, 0);

	if (mem == MAP_FAILED)
		return -errno;
	p->mem = mem;
	p->nifp = NETMAP_IF(mem, (uintptr_t)p->nifp);
	return 0;
}

int vport_open_mapped(struct vport *p, const char *name)
{
	int rc = vport_open(p, name);

	if (rc)
		return rc;
	rc = vport_map(p);
	if (rc)
		vport_close_fd(p);
	return rc;
}

void vport_close_fd(struct vport *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

void vport_unmap(struct vport *p)
{
	if (p->mem)
		munmap(p->mem, p->bytes);
	p->mem = NULL;
}

void vport_close(struct vport *p)
{
	vport_unmap(p);
	vport_close_fd(p);
}

bool vport_exists(const char *name)
{
	struct nmreq_vale_list list = {0};
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC), rc;

	if (fd < 0)
		return false;
	rc = vport_request(fd, NETMAP_REQ_VALE_LIST, name, &list);
	close(fd);
	return !rc && list.nr_port_idx != NO_PORT;
}

static void fill_broadcast(uint8_t *frame)
{
	memset(frame, 0xff, 6);
	memset(frame + 6, 0x02, 6);
	memset(frame + 12, 0, FRAME_BYTES - 12);
}

int vport_put(struct vport *p, uint16_t bytes)
{
	struct netmap_ring *ring = NETMAP_TXRING(p->nifp, 0);
	struct netmap_slot *slot = &ring->slot[ring->head];

	if (nm_ring_empty(ring))
		return -EAGAIN;
	fill_broadcast((uint8_t *)NETMAP_BUF(ring, slot->buf_idx));
	slot->len = bytes;
	slot->flags = 0;
	ring->head = ring->cur = nm_ring_next(ring, ring->head);
	return 0;
}

int vport_push(struct vport *p)
{
	return ioctl(p->fd, NIOCTXSYNC, NULL) ? -errno : 0;
}

int vport_send(struct vport *p)
{
	int rc = vport_put(p, FRAME_BYTES);

	return rc ? rc : vport_push(p);
}

int vport_drain(struct vport *p)
{
	struct netmap_ring *ring = NETMAP_RXRING(p->nifp, 0);
	int frames;

	if (ioctl(p->fd, NIOCRXSYNC, NULL))
		return -errno;
	frames = nm_ring_space(ring);
	ring->head = ring->cur = ring->tail;
	return ioctl(p->fd, NIOCRXSYNC, NULL) ? -errno : frames;
}
