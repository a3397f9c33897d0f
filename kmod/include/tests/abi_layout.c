/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every offset, size and value of the netmap ABI, checked by the compiler. The file makes no code:
 * it is built as GNU C, as C99 and as C++, and a number that differs stops the build.
 */
#define NETMAP_WITH_LIBS
#include <stddef.h>
#include <sys/time.h>

#include <net/netmap.h>
#include <net/netmap_user.h>
#include <net/netmap_virt.h>
#include <net/vale_stats.h>

#ifdef __cplusplus
#define ASSERT(x, text) static_assert(x, text)
#else
#define ASSERT(x, text) __extension__ _Static_assert(x, text)
#endif

#define SIZE(type, bytes) ASSERT(sizeof(struct type) == (bytes), "size of " #type)
#define OFFSET(type, field, ofs)                                                                   \
	ASSERT(offsetof(struct type, field) == (ofs), #type "." #field " is elsewhere")
#define FIELD(type, field, ofs, bytes)                                                             \
	OFFSET(type, field, ofs);                                                                  \
	ASSERT(sizeof(((struct type *)0)->field) == (bytes), #type "." #field " has another size")
#define VALUE(name, value) ASSERT((name) == (value), #name " is not " #value)

/* Commands and versions. */
VALUE(NIOCGINFO, 0xc03c6991);
VALUE(NIOCREGIF, 0xc03c6992);
VALUE(NIOCTXSYNC, 0x6994);
VALUE(NIOCRXSYNC, 0x6995);
VALUE(NIOCCONFIG, 0xc1106996);
VALUE(NIOCCTRL, 0xc0586997);
VALUE(NETMAP_API, 14);
VALUE(NETMAP_MIN_API, 14);
VALUE(NETMAP_MAX_API, 15);

SIZE(nmreq_header, 88);
FIELD(nmreq_header, nr_version, 0, 2);
FIELD(nmreq_header, nr_reqtype, 2, 2);
FIELD(nmreq_header, nr_reserved, 4, 4);
FIELD(nmreq_header, nr_name, 8, 64);
FIELD(nmreq_header, nr_options, 72, 8);
FIELD(nmreq_header, nr_body, 80, 8);
VALUE(NETMAP_REQ_IFNAMSIZ, 64);
VALUE(NETMAP_REQ_MAXSIZE, 4096);

VALUE(NETMAP_REQ_REGISTER, 1);
VALUE(NETMAP_REQ_PORT_INFO_GET, 2);
VALUE(NETMAP_REQ_VALE_ATTACH, 3);
VALUE(NETMAP_REQ_VALE_DETACH, 4);
VALUE(NETMAP_REQ_VALE_LIST, 5);
VALUE(NETMAP_REQ_PORT_HDR_SET, 6);
VALUE(NETMAP_REQ_PORT_HDR_GET, 7);
VALUE(NETMAP_REQ_VALE_NEWIF, 8);
VALUE(NETMAP_REQ_VALE_DELIF, 9);
VALUE(NETMAP_REQ_VALE_POLLING_ENABLE, 10);
VALUE(NETMAP_REQ_VALE_POLLING_DISABLE, 11);
VALUE(NETMAP_REQ_POOLS_INFO_GET, 12);
VALUE(NETMAP_REQ_SYNC_KLOOP_START, 13);
VALUE(NETMAP_REQ_SYNC_KLOOP_STOP, 14);
VALUE(NETMAP_REQ_CSB_ENABLE, 15);

/* Options. */
SIZE(nmreq_option, 24);
FIELD(nmreq_option, nro_next, 0, 8);
FIELD(nmreq_option, nro_reqtype, 8, 4);
FIELD(nmreq_option, nro_status, 12, 4);
FIELD(nmreq_option, nro_size, 16, 8);
VALUE(NETMAP_REQ_OPT_EXTMEM, 1);
VALUE(NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS, 2);
VALUE(NETMAP_REQ_OPT_CSB, 3);
VALUE(NETMAP_REQ_OPT_SYNC_KLOOP_MODE, 4);
VALUE(NETMAP_REQ_OPT_OFFSETS, 5);
VALUE(NETMAP_REQ_OPT_MAX, 6);
SIZE(nmreq_opt_extmem, 96);
FIELD(nmreq_opt_extmem, nro_usrptr, 24, 8);
FIELD(nmreq_opt_extmem, nro_info, 32, 64);
SIZE(nmreq_opt_csb, 40);
FIELD(nmreq_opt_csb, csb_atok, 24, 8);
FIELD(nmreq_opt_csb, csb_ktoa, 32, 8);
SIZE(nmreq_opt_sync_kloop_mode, 32);
FIELD(nmreq_opt_sync_kloop_mode, mode, 24, 4);
VALUE(NM_OPT_SYNC_KLOOP_DIRECT_TX, 1);
VALUE(NM_OPT_SYNC_KLOOP_DIRECT_RX, 2);
SIZE(nmreq_opt_sync_kloop_eventfds, 24);
OFFSET(nmreq_opt_sync_kloop_eventfds, eventfds, 24);
SIZE(nm_kloop_eventfd, 8);
FIELD(nm_kloop_eventfd, ioeventfd, 0, 4);
FIELD(nm_kloop_eventfd, irqfd, 4, 4);
SIZE(nmreq_opt_offsets, 56);
FIELD(nmreq_opt_offsets, nro_max_offset, 24, 8);
FIELD(nmreq_opt_offsets, nro_initial_offset, 32, 8);
FIELD(nmreq_opt_offsets, nro_offset_bits, 40, 4);
FIELD(nmreq_opt_offsets, nro_tx_align, 44, 4);
FIELD(nmreq_opt_offsets, nro_min_gap, 48, 8);

/* Bodies. */
SIZE(nmreq_register, 56);
FIELD(nmreq_register, nr_offset, 0, 8);
FIELD(nmreq_register, nr_memsize, 8, 8);
FIELD(nmreq_register, nr_tx_slots, 16, 4);
FIELD(nmreq_register, nr_rx_slots, 20, 4);
FIELD(nmreq_register, nr_tx_rings, 24, 2);
FIELD(nmreq_register, nr_rx_rings, 26, 2);
FIELD(nmreq_register, nr_host_tx_rings, 28, 2);
FIELD(nmreq_register, nr_host_rx_rings, 30, 2);
FIELD(nmreq_register, nr_mem_id, 32, 2);
FIELD(nmreq_register, nr_ringid, 34, 2);
FIELD(nmreq_register, nr_mode, 36, 4);
FIELD(nmreq_register, nr_extra_bufs, 40, 4);
FIELD(nmreq_register, nr_flags, 48, 8);
VALUE(NR_REG_DEFAULT, 0);
VALUE(NR_REG_ALL_NIC, 1);
VALUE(NR_REG_SW, 2);
VALUE(NR_REG_NIC_SW, 3);
VALUE(NR_REG_ONE_NIC, 4);
VALUE(NR_REG_PIPE_MASTER, 5);
VALUE(NR_REG_PIPE_SLAVE, 6);
VALUE(NR_REG_NULL, 7);
VALUE(NR_REG_ONE_SW, 8);
VALUE(NR_MONITOR_TX, 0x100);
VALUE(NR_MONITOR_RX, 0x200);
VALUE(NR_ZCOPY_MON, 0x400);
VALUE(NR_EXCLUSIVE, 0x800);
VALUE(NR_RX_RINGS_ONLY, 0x2000);
VALUE(NR_TX_RINGS_ONLY, 0x4000);
VALUE(NR_ACCEPT_VNET_HDR, 0x8000);
VALUE(NR_DO_RX_POLL, 0x10000);
VALUE(NR_NO_TX_POLL, 0x20000);

SIZE(nmreq_port_info_get, 32);
FIELD(nmreq_port_info_get, nr_memsize, 0, 8);
FIELD(nmreq_port_info_get, nr_tx_slots, 8, 4);
FIELD(nmreq_port_info_get, nr_rx_slots, 12, 4);
FIELD(nmreq_port_info_get, nr_tx_rings, 16, 2);
FIELD(nmreq_port_info_get, nr_rx_rings, 18, 2);
FIELD(nmreq_port_info_get, nr_host_tx_rings, 20, 2);
FIELD(nmreq_port_info_get, nr_host_rx_rings, 22, 2);
FIELD(nmreq_port_info_get, nr_mem_id, 24, 2);
SIZE(nmreq_vale_attach, 64);
FIELD(nmreq_vale_attach, reg, 0, 56);
FIELD(nmreq_vale_attach, port_index, 56, 4);
SIZE(nmreq_vale_detach, 8);
FIELD(nmreq_vale_detach, port_index, 0, 4);
SIZE(nmreq_vale_list, 8);
FIELD(nmreq_vale_list, nr_bridge_idx, 0, 2);
FIELD(nmreq_vale_list, nr_port_idx, 4, 4);
SIZE(nmreq_port_hdr, 8);
FIELD(nmreq_port_hdr, nr_hdr_len, 0, 4);
SIZE(nmreq_vale_newif, 16);
FIELD(nmreq_vale_newif, nr_tx_slots, 0, 4);
FIELD(nmreq_vale_newif, nr_rx_slots, 4, 4);
FIELD(nmreq_vale_newif, nr_tx_rings, 8, 2);
FIELD(nmreq_vale_newif, nr_rx_rings, 10, 2);
FIELD(nmreq_vale_newif, nr_mem_id, 12, 2);
SIZE(nmreq_vale_polling, 16);
FIELD(nmreq_vale_polling, nr_mode, 0, 4);
FIELD(nmreq_vale_polling, nr_first_cpu_id, 4, 4);
FIELD(nmreq_vale_polling, nr_num_polling_cpus, 8, 4);
VALUE(NETMAP_POLLING_MODE_SINGLE_CPU, 1);
VALUE(NETMAP_POLLING_MODE_MULTI_CPU, 2);
SIZE(nmreq_pools_info, 64);
FIELD(nmreq_pools_info, nr_memsize, 0, 8);
FIELD(nmreq_pools_info, nr_mem_id, 8, 2);
FIELD(nmreq_pools_info, nr_if_pool_offset, 16, 8);
FIELD(nmreq_pools_info, nr_if_pool_objtotal, 24, 4);
FIELD(nmreq_pools_info, nr_if_pool_objsize, 28, 4);
FIELD(nmreq_pools_info, nr_ring_pool_offset, 32, 8);
FIELD(nmreq_pools_info, nr_ring_pool_objtotal, 40, 4);
FIELD(nmreq_pools_info, nr_ring_pool_objsize, 44, 4);
FIELD(nmreq_pools_info, nr_buf_pool_offset, 48, 8);
FIELD(nmreq_pools_info, nr_buf_pool_objtotal, 56, 4);
FIELD(nmreq_pools_info, nr_buf_pool_objsize, 60, 4);
SIZE(nmreq_sync_kloop_start, 8);
FIELD(nmreq_sync_kloop_start, sleep_us, 0, 4);

/* The legacy request. */
SIZE(nmreq, 60);
FIELD(nmreq, nr_name, 0, 16);
FIELD(nmreq, nr_version, 16, 4);
FIELD(nmreq, nr_offset, 20, 4);
FIELD(nmreq, nr_memsize, 24, 4);
FIELD(nmreq, nr_tx_slots, 28, 4);
FIELD(nmreq, nr_rx_slots, 32, 4);
FIELD(nmreq, nr_tx_rings, 36, 2);
FIELD(nmreq, nr_rx_rings, 38, 2);
FIELD(nmreq, nr_ringid, 40, 2);
FIELD(nmreq, nr_cmd, 42, 2);
FIELD(nmreq, nr_arg1, 44, 2);
FIELD(nmreq, nr_arg2, 46, 2);
FIELD(nmreq, nr_arg3, 48, 4);
FIELD(nmreq, nr_flags, 52, 4);
FIELD(nmreq, spare2, 56, 4);
VALUE(NR_REG_MASK, 0xf);
VALUE(NETMAP_RING_MASK, 0xfff);
VALUE(NETMAP_NO_TX_POLL, 0x1000);
VALUE(NETMAP_SW_RING, 0x2000);
VALUE(NETMAP_HW_RING, 0x4000);
VALUE(NETMAP_DO_RX_POLL, 0x8000);
VALUE(NETMAP_BDG_ATTACH, 1);
VALUE(NETMAP_BDG_DETACH, 2);
VALUE(NETMAP_BDG_REGOPS, 3);
VALUE(NETMAP_BDG_LIST, 4);
VALUE(NETMAP_BDG_VNET_HDR, 5);
VALUE(NETMAP_BDG_NEWIF, 6);
VALUE(NETMAP_BDG_DELIF, 7);
VALUE(NETMAP_PT_HOST_CREATE, 8);
VALUE(NETMAP_PT_HOST_DELETE, 9);
VALUE(NETMAP_BDG_POLLING_ON, 10);
VALUE(NETMAP_BDG_POLLING_OFF, 11);
VALUE(NETMAP_VNET_HDR_GET, 12);
VALUE(NETMAP_BDG_HOST, 1);
SIZE(nm_ifreq, 272);
FIELD(nm_ifreq, nifr_name, 0, 16);
FIELD(nm_ifreq, data, 16, 256);
VALUE(NM_IFRDATA_LEN, 256);

/* Shared memory. */
SIZE(netmap_if, 56);
FIELD(netmap_if, ni_name, 0, 16);
FIELD(netmap_if, ni_version, 16, 4);
FIELD(netmap_if, ni_flags, 20, 4);
FIELD(netmap_if, ni_tx_rings, 24, 4);
FIELD(netmap_if, ni_rx_rings, 28, 4);
FIELD(netmap_if, ni_bufs_head, 32, 4);
FIELD(netmap_if, ni_host_tx_rings, 36, 4);
FIELD(netmap_if, ni_host_rx_rings, 40, 4);
FIELD(netmap_if, ni_spare1, 44, 12);
OFFSET(netmap_if, ring_ofs, 56);
ASSERT(sizeof(((struct netmap_if *)0)->ring_ofs[0]) == 8, "an entry of ring_ofs has 8 bytes");
VALUE(NI_PRIV_MEM, 1);
SIZE(netmap_ring, 256);
ASSERT(__alignof__(struct netmap_ring) == 128, "rings are aligned to 128 bytes");
FIELD(netmap_ring, buf_ofs, 0, 8);
FIELD(netmap_ring, num_slots, 8, 4);
FIELD(netmap_ring, nr_buf_size, 12, 4);
FIELD(netmap_ring, ringid, 16, 2);
FIELD(netmap_ring, dir, 18, 2);
FIELD(netmap_ring, head, 20, 4);
FIELD(netmap_ring, cur, 24, 4);
FIELD(netmap_ring, tail, 28, 4);
FIELD(netmap_ring, flags, 32, 4);
FIELD(netmap_ring, ts, 40, 16);
FIELD(netmap_ring, offset_mask, 56, 8);
FIELD(netmap_ring, buf_align, 64, 8);
FIELD(netmap_ring, sem, 128, 128);
OFFSET(netmap_ring, slot, 256);
VALUE(NR_TIMESTAMP, 2);
VALUE(NR_FORWARD, 4);
SIZE(netmap_slot, 16);
FIELD(netmap_slot, buf_idx, 0, 4);
FIELD(netmap_slot, len, 4, 2);
FIELD(netmap_slot, flags, 6, 2);
FIELD(netmap_slot, ptr, 8, 8);
VALUE(NS_BUF_CHANGED, 0x0001);
VALUE(NS_REPORT, 0x0002);
VALUE(NS_FORWARD, 0x0004);
VALUE(NS_NO_LEARN, 0x0008);
VALUE(NS_INDIRECT, 0x0010);
VALUE(NS_MOREFRAG, 0x0020);
VALUE(NS_TXMON, 0x0040);
VALUE(NS_PORT_MASK, 0xff00);
VALUE(NS_PORT_SHIFT, 8);
VALUE(NETMAP_MAX_FRAGS, 64);

/* Status blocks. */
SIZE(nm_csb_atok, 64);
FIELD(nm_csb_atok, head, 0, 4);
FIELD(nm_csb_atok, cur, 4, 4);
FIELD(nm_csb_atok, appl_need_kick, 8, 4);
FIELD(nm_csb_atok, sync_flags, 12, 4);
FIELD(nm_csb_atok, pad, 16, 48);
SIZE(nm_csb_ktoa, 64);
FIELD(nm_csb_ktoa, hwcur, 0, 4);
FIELD(nm_csb_ktoa, hwtail, 4, 4);
FIELD(nm_csb_ktoa, kern_need_kick, 8, 4);
FIELD(nm_csb_ktoa, pad, 12, 52);
VALUE(NM_SYNC_FORCE_READ, 1);
VALUE(NM_SYNC_FORCE_RECLAIM, 2);
VALUE(NM_SYNC_CAN_FORWARD_DOWN, 4);

/* The nm_open family. */
SIZE(nm_desc, 760);
OFFSET(nm_desc, self, 0);
FIELD(nm_desc, fd, 8, 4);
OFFSET(nm_desc, mem, 16);
FIELD(nm_desc, memsize, 24, 8);
FIELD(nm_desc, done_mmap, 32, 4);
OFFSET(nm_desc, nifp, 40);
FIELD(nm_desc, first_tx_ring, 48, 2);
OFFSET(nm_desc, last_tx_ring, 50);
OFFSET(nm_desc, cur_tx_ring, 52);
OFFSET(nm_desc, first_rx_ring, 54);
OFFSET(nm_desc, last_rx_ring, 56);
OFFSET(nm_desc, cur_rx_ring, 58);
FIELD(nm_desc, req, 60, 60);
FIELD(nm_desc, hdr, 120, 56);
OFFSET(nm_desc, some_ring, 176);
OFFSET(nm_desc, buf_start, 184);
OFFSET(nm_desc, buf_end, 192);
OFFSET(nm_desc, snaplen, 200);
OFFSET(nm_desc, promisc, 204);
OFFSET(nm_desc, to_ms, 208);
OFFSET(nm_desc, errbuf, 216);
OFFSET(nm_desc, if_flags, 224);
OFFSET(nm_desc, if_reqcap, 228);
OFFSET(nm_desc, if_curcap, 232);
FIELD(nm_desc, st, 236, 12);
FIELD(nm_desc, msg, 248, 512);
SIZE(nm_pkthdr, 56);
FIELD(nm_pkthdr, ts, 0, 16);
FIELD(nm_pkthdr, caplen, 16, 4);
FIELD(nm_pkthdr, len, 20, 4);
FIELD(nm_pkthdr, flags, 24, 8);
FIELD(nm_pkthdr, d, 32, 8);
FIELD(nm_pkthdr, slot, 40, 8);
FIELD(nm_pkthdr, buf, 48, 8);
VALUE(NM_OPEN_NO_MMAP, 0x40000);
VALUE(NM_OPEN_IFNAME, 0x80000);
VALUE(NM_OPEN_ARG1, 0x100000);
VALUE(NM_OPEN_ARG2, 0x200000);
VALUE(NM_OPEN_ARG3, 0x400000);
VALUE(NM_OPEN_RING_CFG, 0x800000);
VALUE(NM_MORE_PKTS, 1);
VALUE(NM_ERRBUF_SIZE, 512);

/* Paravirtual devices. */
VALUE(PTNETMAP_PCI_VENDOR_ID, 0x1b36);
VALUE(PTNETMAP_PCI_DEVICE_ID, 0x000c);
VALUE(PTNETMAP_PCI_NETIF_ID, 0x000d);
VALUE(PTNET_MDEV_IO_MEMID, 8);
VALUE(PTNET_MDEV_IO_IF_POOL_OFS, 64);
VALUE(PTNET_MDEV_IO_BUF_POOL_OBJSZ, 96);
VALUE(PTNET_MDEV_IO_END, 100);
VALUE(PTNET_IO_MAC_LO, 8);
VALUE(PTNET_IO_NIFP_OFS, 24);
VALUE(PTNET_IO_HOSTMEMID, 48);
VALUE(PTNET_IO_CSB_HG_BAL, 64);
VALUE(PTNET_IO_END, 68);
VALUE(PTNET_IO_KICK_BASE, 128);
VALUE(PTNETMAP_F_VNET_HDR, 1);

/* Our own counters. */
SIZE(vale_port_stats, 192);
FIELD(vale_port_stats, name, 16, 64);
OFFSET(vale_port_stats, tx_packets, 80);
OFFSET(vale_port_stats, rx_packets, 136);
OFFSET(vale_port_stats, spare, 176);
