/* SPDX-License-Identifier: BSD-2-Clause */
#include "short_lives.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vport.h"

#define DEVICE	    "nmfail0" /* a persistent port that a life makes */
#define RINGS	    2	      /* of the simplest port, both directions together */
#define OWN_BYTES   (4 << 20)
#define OWN_BUFFERS 500

static int first_error(int a, int b)
{
	return a ? a : b;
}

/* REGISTER with an option, on a descriptor that the caller closes: the descriptor, or -errno. */
static int bind_with(int *fd, const char *name, uint64_t flags, void *option)
{
	struct nmreq_register reg = {
		.nr_mode = NR_REG_ALL_NIC, .nr_tx_slots = 64, .nr_rx_slots = 64, .nr_flags = flags};

	*fd = open("/dev/netmap", O_RDWR | O_CLOEXEC);
	if (*fd < 0)
		return -errno;
	return vport_request_with(*fd, NETMAP_REQ_REGISTER, name, &reg, option);
}

static void shut(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int live_on_switch(void)
{
	struct vport p;
	int rc = vport_open(&p, SHORT_LIFE_PORT);

	if (!rc)
		vport_close(&p);
	return rc;
}

static int live_in_pipe(void)
{
	struct vport a, b;
	int rc = vport_open(&a, SHORT_LIFE_PORT "{1");

	if (rc)
		return rc;
	rc = vport_open(&b, SHORT_LIFE_PORT "}1");
	if (!rc)
		vport_close(&b);
	vport_close(&a);
	return rc;
}

static int watch(uint64_t flags)
{
	struct vport p;
	int rc = vport_open(&p, SHORT_LIFE_PORT), fd = -1;

	if (rc)
		return rc;
	rc = bind_with(&fd, SHORT_LIFE_PORT, flags, NULL);
	shut(fd);
	vport_close(&p);
	return rc;
}

static int live_as_copy_monitor(void)
{
	return watch(NR_MONITOR_RX | NR_MONITOR_TX);
}

static int live_as_zero_copy_monitor(void)
{
	return watch(NR_ZCOPY_MON);
}

static int live_in_own_memory(void)
{
	void *own = mmap(NULL, OWN_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	struct nmreq_opt_extmem extmem = {
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM,
		.nro_usrptr = (uintptr_t)own,
		.nro_info = {.nr_memsize = OWN_BYTES, .nr_buf_pool_objtotal = OWN_BUFFERS}};
	int fd = -1, rc;

	if (own == MAP_FAILED)
		return -errno;
	rc = bind_with(&fd, SHORT_LIFE_PORT, 0, &extmem);
	shut(fd);
	munmap(own, OWN_BYTES);
	return rc;
}

/* Told to stop before it begins, so that it returns at once. */
static int loop_once(int fd)
{
	struct {
		struct nmreq_opt_sync_kloop_eventfds head;
		struct nm_kloop_eventfd fds[RINGS];
	} events = {.head = {.nro_opt = {.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS,
					 .nro_size = sizeof(events)}}};
	struct nmreq_sync_kloop_start start = {0};
	int i, rc;

	for (i = 0; i < RINGS; i++) {
		events.fds[i].ioeventfd = eventfd(0, EFD_CLOEXEC);
		events.fds[i].irqfd = eventfd(0, EFD_CLOEXEC);
	}
	rc = vport_request(fd, NETMAP_REQ_SYNC_KLOOP_STOP, "", NULL);
	if (!rc)
		rc = vport_request_with(fd, NETMAP_REQ_SYNC_KLOOP_START, "", &start, &events);
	for (i = 0; i < RINGS; i++) {
		shut(events.fds[i].ioeventfd);
		shut(events.fds[i].irqfd);
	}
	return rc;
}

static int live_in_loop(void)
{
	static struct nm_csb_atok atok[RINGS] __attribute__((aligned(64)));
	static struct nm_csb_ktoa ktoa[RINGS] __attribute__((aligned(64)));
	struct nmreq_opt_csb csb = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB,
				    .csb_atok = (uintptr_t)atok,
				    .csb_ktoa = (uintptr_t)ktoa};
	int fd = -1, rc = bind_with(&fd, SHORT_LIFE_PORT, NR_EXCLUSIVE, &csb);

	if (!rc)
		rc = loop_once(fd);
	shut(fd);
	return rc;
}

/* A request that undoes can be refused for want of memory, too; then it is made again. */
static int insist(int fd, uint16_t type, const char *name, void *body)
{
	int rc = vport_request(fd, type, name, body);

	return rc ? first_error(vport_request(fd, type, name, body), rc) : 0;
}

/* Made, attached, detached, removed; what failed is not there to be undone. */
static int live_on_persistent_port(void)
{
	struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_newif newif = {.nr_tx_slots = 16, .nr_rx_slots = 16};
	struct nmreq_vale_detach detach = {0};
	int fd = open("/dev/netmap", O_RDWR | O_CLOEXEC), rc;

	if (fd < 0)
		return -errno;
	rc = vport_request(fd, NETMAP_REQ_VALE_NEWIF, DEVICE, &newif);
	if (!rc) {
		rc = vport_request(fd, NETMAP_REQ_VALE_ATTACH, "vale0:" DEVICE, &attach);
		if (!rc)
			rc = insist(fd, NETMAP_REQ_VALE_DETACH, "vale0:" DEVICE, &detach);
		rc = first_error(rc, insist(fd, NETMAP_REQ_VALE_DELIF, DEVICE, NULL));
	}
	close(fd);
	return rc;
}

const struct short_life short_lives[] = {
	{"a port of a switch", 10, live_on_switch, {0}},
	{"both ends of a pipe", 15, live_in_pipe, {0}},
	{"a copy monitor", 15, live_as_copy_monitor, {0}},
	{"a zero-copy monitor", 15, live_as_zero_copy_monitor, {0}},
	{"a port in memory of its own", 5, live_in_own_memory, {0}},
	{"a loop in the kernel", 10, live_in_loop, {0}},
	/* register_netdevice() goes on without the name that it could not copy, until device_add()
	   misses it; addresses of a device that have no memory are "no buffer space". */
	{"a persistent port", 10, live_on_persistent_port, {-EINVAL, -ENOBUFS}},
};
const size_t short_lives_count = sizeof(short_lives) / sizeof(short_lives[0]);
