/* SPDX-License-Identifier: BSD-2-Clause */
#include "lives.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vport.h"

#define RINGS_MAX     8
#define LOOP_SLEEP_US 100
#define OWN_BYTES     (4 << 20)
#define OWN_BUFFERS   500
#define POLL_MS	      2

/* Inside the kernel, where only a signal gets it out. */
void live_in_loop(const char *name)
{
	static struct nm_csb_atok atok[RINGS_MAX] __attribute__((aligned(64)));
	static struct nm_csb_ktoa ktoa[RINGS_MAX] __attribute__((aligned(64)));
	struct nmreq_opt_csb csb = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB,
				    .csb_atok = (uintptr_t)atok,
				    .csb_ktoa = (uintptr_t)ktoa};
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_EXCLUSIVE};
	struct nmreq_sync_kloop_start start = {.sleep_us = LOOP_SLEEP_US};
	int fd = open("/dev/netmap", O_RDWR);

	if (!vport_request_with(fd, NETMAP_REQ_REGISTER, name, &reg, &csb))
		vport_request(fd, NETMAP_REQ_SYNC_KLOOP_START, name, &start);
}

void live_in_own_memory(const char *name)
{
	void *own =
		mmap(NULL, OWN_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct nmreq_opt_extmem extmem = {
		.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM,
		.nro_usrptr = (uintptr_t)own,
		.nro_info = {.nr_memsize = OWN_BYTES, .nr_buf_pool_objtotal = OWN_BUFFERS}};
	struct nmreq_register reg = {
		.nr_mode = NR_REG_ALL_NIC, .nr_tx_slots = 64, .nr_rx_slots = 64};
	int fd = open("/dev/netmap", O_RDWR);
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	if (own == MAP_FAILED || vport_request_with(fd, NETMAP_REQ_REGISTER, name, &reg, &extmem))
		return;
	munmap(own, OWN_BYTES / 2); /* the kernel holds its pages */
	for (;;)
		poll(&pfd, 1, POLL_MS);
}

void live_as_monitor(const char *name, unsigned seed)
{
	static const uint64_t flags[] = {NR_MONITOR_RX, NR_MONITOR_TX, NR_ZCOPY_MON};
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = flags[seed % 3]};
	int fd = open("/dev/netmap", O_RDWR);
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	if (vport_request(fd, NETMAP_REQ_REGISTER, name, &reg))
		return;
	for (;;)
		poll(&pfd, 1, POLL_MS);
}

/* Persistent ports made, attached, detached and removed in any order. */
void live_of_requests(unsigned seed)
{
	for (;;) {
		struct nmreq_vale_attach attach = {.reg.nr_mode = NR_REG_ALL_NIC};
		struct nmreq_vale_newif newif = {.nr_tx_slots = 16, .nr_rx_slots = 16};
		struct nmreq_vale_detach detach = {0};
		int fd = open("/dev/netmap", O_RDWR);

		switch (rand_r(&seed) % 4) {
		case 0:
			vport_request(fd, NETMAP_REQ_VALE_NEWIF, STORM_DEVICE, &newif);
			break;
		case 1:
			vport_request(fd, NETMAP_REQ_VALE_ATTACH, "vale0:" STORM_DEVICE, &attach);
			break;
		case 2:
			vport_request(fd, NETMAP_REQ_VALE_DETACH, "vale0:" STORM_DEVICE, &detach);
			break;
		default:
			vport_request(fd, NETMAP_REQ_VALE_DELIF, STORM_DEVICE, NULL);
		}
		close(fd);
	}
}
