/* SPDX-License-Identifier: BSD-2-Clause */
#include "selftest.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_OPEN = 64 };

static struct {
	int fd[MAX_OPEN];
	size_t fds;
	struct {
		void *base;
		size_t bytes;
	} map[MAX_OPEN];
	size_t maps;
} left;

int st_open(void)
{
	int fd;

	if (left.fds == MAX_OPEN) {
		errno = EMFILE;
		return -1;
	}
	fd = open("/dev/netmap", O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		left.fd[left.fds++] = fd;
	return fd;
}

void st_close(int fd)
{
	size_t i;

	for (i = 0; i < left.fds; i++)
		if (left.fd[i] == fd) {
			left.fd[i] = left.fd[--left.fds];
			close(fd);
			return;
		}
}

void *st_map(int fd, size_t bytes)
{
	void *base;

	if (left.maps == MAX_OPEN) {
		errno = ENOMEM;
		return NULL;
	}
	base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		return NULL;
	left.map[left.maps].base = base;
	left.map[left.maps++].bytes = bytes;
	return base;
}

void st_unmap(void *base, size_t bytes)
{
	size_t i;

	for (i = 0; i < left.maps; i++)
		if (left.map[i].base == base) {
			left.map[i] = left.map[--left.maps];
			munmap(base, bytes);
			return;
		}
}

void st_end_all(void)
{
	while (left.maps)
		st_unmap(left.map[0].base, left.map[0].bytes);
	while (left.fds)
		st_close(left.fd[0]);
}

int st_ctrl_options(int fd, unsigned type, const char *name, void *body, void *options)
{
	struct nmreq_header header = {.nr_version = NETMAP_API,
				      .nr_reqtype = (uint16_t)type,
				      .nr_options = (uintptr_t)options,
				      .nr_body = (uintptr_t)body};

	strncpy(header.nr_name, name, sizeof(header.nr_name) - 1);
	return ioctl(fd, NIOCCTRL, &header) ? errno : 0;
}

int st_ctrl(int fd, unsigned type, const char *name, void *body)
{
	return st_ctrl_options(fd, type, name, body, NULL);
}

void st_remove_persistent_ports(void)
{
	static const char *const ports[] = {"valest2:nmst0", "valest:nmst0", "valest:nmst1",
					    "valest:nmstd0"};
	struct nmreq_vale_detach detach = {0};
	int fd = st_open();
	size_t i;

	for (i = 0; fd >= 0 && i < ST_COUNT(ports); i++) {
		st_ctrl(fd, NETMAP_REQ_VALE_DETACH, ports[i], &detach);
		st_ctrl(fd, NETMAP_REQ_VALE_DELIF, strchr(ports[i], ':') + 1, NULL);
	}
	st_close(fd);
}

static struct netmap_ring *first_ring(struct netmap_if *nifp, uint32_t from, uint32_t count)
{
	uint32_t i;

	for (i = from; i < from + count; i++)
		if (nifp->ring_ofs[i])
			return NETMAP_TXRING(nifp, i);
	return NULL;
}

int st_bind_as(struct st_port *p, const char *name)
{
	int ret;

	p->mem = NULL;
	p->fd = st_open();
	if (p->fd < 0)
		return errno;
	if (!p->reg.nr_mode)
		p->reg.nr_mode = NR_REG_ALL_NIC;
	ret = st_ctrl(p->fd, NETMAP_REQ_REGISTER, name, &p->reg);
	if (ret)
		return ret;
	p->mem = st_map(p->fd, p->reg.nr_memsize);
	if (!p->mem)
		return errno;
	p->nifp = NETMAP_IF(p->mem, p->reg.nr_offset);
	p->tx = first_ring(p->nifp, 0, p->nifp->ni_tx_rings + p->nifp->ni_host_tx_rings);
	p->rx = first_ring(p->nifp, p->nifp->ni_tx_rings + p->nifp->ni_host_tx_rings,
			   p->nifp->ni_rx_rings + p->nifp->ni_host_rx_rings);
	return 0;
}

int st_bind(struct st_port *p, const char *name)
{
	memset(p, 0, sizeof(*p));
	return st_bind_as(p, name);
}

void st_unbind(struct st_port *p)
{
	if (p->mem)
		st_unmap(p->mem, p->reg.nr_memsize);
	st_close(p->fd);
}

int st_port_index(const char *name)
{
	struct nmreq_vale_list list = {0};
	int fd = st_open(), ret;

	if (fd < 0)
		return -errno;
	ret = st_ctrl(fd, NETMAP_REQ_VALE_LIST, name, &list);
	st_close(fd);
	return ret ? -ret : (int)list.nr_port_idx;
}

void st_put(struct st_port *p, uint8_t dst, uint8_t src, uint16_t bytes)
{
	struct netmap_slot *slot = &p->tx->slot[p->tx->head];
	unsigned char *frame = (unsigned char *)NETMAP_BUF(p->tx, slot->buf_idx);

	memset(frame, 0, bytes);
	memset(frame, dst == ST_BROADCAST ? 0xff : 0, 6);
	frame[0] = dst == ST_BROADCAST ? 0xff : 0x02;
	frame[5] = dst;
	frame[6] = 0x02;
	frame[11] = src;
	frame[12] = 0x88;
	frame[13] = 0xb5;
	slot->len = bytes;
	slot->flags = 0;
	p->tx->head = p->tx->cur = nm_ring_next(p->tx, p->tx->head);
}

int st_send(struct st_port *p, uint8_t dst, uint8_t src, uint16_t bytes)
{
	st_put(p, dst, src, bytes);
	return ioctl(p->fd, NIOCTXSYNC, NULL) ? errno : 0;
}

int st_pending(struct st_port *p)
{
	return ioctl(p->fd, NIOCRXSYNC, NULL) ? -errno : (int)nm_ring_space(p->rx);
}

void st_drain(struct st_port *p)
{
	p->rx->head = p->rx->cur = p->rx->tail;
	ioctl(p->fd, NIOCRXSYNC, NULL);
}
