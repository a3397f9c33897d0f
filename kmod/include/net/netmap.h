/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The binary interface of /dev/netmap, API level 14: shared rings, control requests and their
 * options, the legacy request. Usable from the Linux kernel, from C99 and later, and from C++.
 * Layouts are for LP64; all integers are in host order.
 * kmod/include/tests/abi_layout.c asserts every offset, size and value.
 */
#ifndef _NET_NETMAP_H_
#define _NET_NETMAP_H_

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/ioctl.h>
#else
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/types.h>
#endif

#define NETMAP_API     14 /* what applications put in nr_version */
#define NETMAP_MIN_API 14 /* NIOCCTRL accepts this range */
#define NETMAP_MAX_API 15

#define NM_CACHE_ALIGN 128
#define NM_NAME_BYTES  16 /* IFNAMSIZ, without the header that defines it */

/* C++ has no flexible array members, but compilers that build for Linux know the older spelling. */
#ifdef __cplusplus
#define NM_FLEXIBLE 0
#else
#define NM_FLEXIBLE
#endif

/* --- Shared memory: slots, rings, and one netmap_if per binding --- */

struct netmap_slot {
	uint32_t buf_idx; /* 0 and 1 are reserved and never hold data */
	uint16_t len;	  /* bytes in this slot */
	uint16_t flags;	  /* NS_* */
	uint64_t ptr;	  /* user address with NS_INDIRECT, offset bits under an offset_mask */
};

#define NS_BUF_CHANGED 0x0001 /* buf_idx was changed; cleared when the slot is consumed */
#define NS_REPORT      0x0002 /* tx: please complete this one soon */
#define NS_FORWARD     0x0004 /* rx: on release, hand the packet to the other side (host or wire) */
#define NS_NO_LEARN    0x0008 /* tx: do not learn the source address */
#define NS_INDIRECT    0x0010 /* VALE tx: the payload is at ptr in the caller's memory */
#define NS_MOREFRAG    0x0020 /* the packet continues in the next slot */
#define NS_TXMON       0x0040 /* monitor rx: seen on the transmit side */
#define NS_PORT_SHIFT  8
#define NS_PORT_MASK   (0xff << NS_PORT_SHIFT)
/* VALE rx: how many slots the packet takes, the same in each of them. */
#define NS_RFRAGS(_slot) (((_slot)->flags >> 8) & 0xff)

#define NETMAP_MAX_FRAGS 64

#ifdef __KERNEL__
/* The 64-bit struct timeval of user space, which kernel headers no longer have. */
struct nm_timeval {
	int64_t tv_sec;
	int64_t tv_usec;
};
#else
#define nm_timeval timeval
#endif

/*
 * [head, tail) belongs to the task, the rest to the kernel. The task writes head and cur (its
 * wake-up point), the kernel tail. The fields marked K are set by the kernel when the ring is made
 * and never change.
 */
struct netmap_ring {
	int64_t buf_ofs;      /* K: from the ring's own address to buffer 0 */
	uint32_t num_slots;   /* K: any number, not only powers of two */
	uint32_t nr_buf_size; /* K: size of a buffer in bytes, and distance between buffers */
	uint16_t ringid;      /* K: index in the port, host rings after the others */
	uint16_t dir;	      /* K: 1 transmit, 0 receive */
	uint32_t head;
	uint32_t cur;
	uint32_t tail;
	uint32_t flags;					  /* NR_* below */
	struct nm_timeval ts __attribute__((aligned(8))); /* rx: wall clock of the last sync */
	uint64_t offset_mask; /* K: bits of slot.ptr that are a byte offset; 0 without OFFSETS */
	uint64_t buf_align;   /* K: alignment wished for transmitted data, 0 none */
	/* The application's own; never touched by the kernel. */
	uint8_t sem[128] __attribute__((aligned(NM_CACHE_ALIGN)));
	struct netmap_slot slot[NM_FLEXIBLE];
};

#define NR_TIMESTAMP 0x0002 /* keep ts up to date even if the module was told not to */
#define NR_FORWARD   0x0004 /* obey NS_FORWARD */
#define NR_EXCHANGE  0x0008 /* valebench: VALE may exchange buffers with rings that say so, too */
#define NR_LIVE	     0x0010 /* valebench: rx of VALE, tail moves as packets arrive, without a sync */

struct netmap_if {
	char ni_name[NM_NAME_BYTES];
	uint32_t ni_version;
	uint32_t ni_flags;    /* NI_* */
	uint32_t ni_tx_rings; /* host rings excluded, here and below */
	uint32_t ni_rx_rings;
	/* First extra buffer; each begins with the index of the next, 0 ends. Task writes too. */
	uint32_t ni_bufs_head;
	uint32_t ni_host_tx_rings; /* at least 1, even where no host ring exists */
	uint32_t ni_host_rx_rings;
	uint32_t ni_spare1[3];
	/* From this structure to each ring: tx, host tx, rx, host rx. 0: not bound here. */
	ssize_t ring_ofs[NM_FLEXIBLE];
};

#define NI_PRIV_MEM 0x1 /* the memory region is not a global one */

/* --- Control requests: a header, a body that depends on the type, a list of options --- */

#define NETMAP_REQ_IFNAMSIZ 64
#define NETMAP_REQ_MAXSIZE  4096 /* body and options together, in bytes */

struct nmreq_header {
	uint16_t nr_version;
	uint16_t nr_reqtype;  /* NETMAP_REQ_* */
	uint32_t nr_reserved; /* 0 */
	char nr_name[NETMAP_REQ_IFNAMSIZ];
	uint64_t nr_options; /* address of a struct nmreq_option, or 0 */
	uint64_t nr_body;    /* address of the body, or 0 where the type has none */
};

enum {
	NETMAP_REQ_REGISTER = 1,	 /* nmreq_register */
	NETMAP_REQ_PORT_INFO_GET,	 /* nmreq_port_info_get */
	NETMAP_REQ_VALE_ATTACH,		 /* nmreq_vale_attach */
	NETMAP_REQ_VALE_DETACH,		 /* nmreq_vale_detach */
	NETMAP_REQ_VALE_LIST,		 /* nmreq_vale_list */
	NETMAP_REQ_PORT_HDR_SET,	 /* nmreq_port_hdr */
	NETMAP_REQ_PORT_HDR_GET,	 /* nmreq_port_hdr */
	NETMAP_REQ_VALE_NEWIF,		 /* nmreq_vale_newif */
	NETMAP_REQ_VALE_DELIF,		 /* no body */
	NETMAP_REQ_VALE_POLLING_ENABLE,	 /* nmreq_vale_polling */
	NETMAP_REQ_VALE_POLLING_DISABLE, /* nmreq_vale_polling */
	NETMAP_REQ_POOLS_INFO_GET,	 /* nmreq_pools_info */
	NETMAP_REQ_SYNC_KLOOP_START,	 /* nmreq_sync_kloop_start */
	NETMAP_REQ_SYNC_KLOOP_STOP,	 /* no body */
	NETMAP_REQ_CSB_ENABLE,		 /* no body */
};

struct nmreq_option {
	uint64_t nro_next;    /* address of the next option, or 0 */
	uint32_t nro_reqtype; /* NETMAP_REQ_OPT_* */
	uint32_t nro_status;  /* out: 0, or a positive errno */
	uint64_t nro_size;    /* bytes of the whole option where its size varies, else 0 */
};

enum {
	NETMAP_REQ_OPT_EXTMEM = 1,
	NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS,
	NETMAP_REQ_OPT_CSB,
	NETMAP_REQ_OPT_SYNC_KLOOP_MODE,
	NETMAP_REQ_OPT_OFFSETS,
	NETMAP_REQ_OPT_MAX, /* end marker */
};

/* REGISTER: binds a port to the descriptor. */
struct nmreq_register {
	uint64_t nr_offset;   /* out: of the netmap_if in the mapping */
	uint64_t nr_memsize;  /* out: bytes to map */
	uint32_t nr_tx_slots; /* in/out, per ring; 0 default */
	uint32_t nr_rx_slots;
	uint16_t nr_tx_rings;
	uint16_t nr_rx_rings;
	uint16_t nr_host_tx_rings; /* out 0: the port has no host rings */
	uint16_t nr_host_rx_rings;
	uint16_t nr_mem_id;	/* in/out; 0 lets the kernel choose */
	uint16_t nr_ringid;	/* with NR_REG_ONE_NIC and NR_REG_ONE_SW */
	uint32_t nr_mode;	/* NR_REG_* */
	uint32_t nr_extra_bufs; /* in: wanted, out: granted */
	uint32_t pad1;
	uint64_t nr_flags; /* the NR_* bits below; others are ignored */
};

enum {
	NR_REG_DEFAULT = 0, /* legacy requests only */
	NR_REG_ALL_NIC = 1,
	NR_REG_SW = 2,
	NR_REG_NIC_SW = 3,
	NR_REG_ONE_NIC = 4,
	NR_REG_PIPE_MASTER = 5, /* legacy requests only */
	NR_REG_PIPE_SLAVE = 6,	/* legacy requests only */
	NR_REG_NULL = 7,
	NR_REG_ONE_SW = 8,
};

#define NR_MONITOR_TX	   0x00100
#define NR_MONITOR_RX	   0x00200
#define NR_ZCOPY_MON	   0x00400 /* implies both monitors */
#define NR_EXCLUSIVE	   0x00800
#define NR_RX_RINGS_ONLY   0x02000
#define NR_TX_RINGS_ONLY   0x04000
#define NR_ACCEPT_VNET_HDR 0x08000 /* the caller understands virtio-net headers */
#define NR_DO_RX_POLL	   0x10000 /* accepted, without effect */
#define NR_NO_TX_POLL	   0x20000 /* poll() transmits only when asked for POLLOUT */

struct nmreq_port_info_get {
	uint64_t nr_memsize;
	uint32_t nr_tx_slots;
	uint32_t nr_rx_slots;
	uint16_t nr_tx_rings;
	uint16_t nr_rx_rings;
	uint16_t nr_host_tx_rings;
	uint16_t nr_host_rx_rings;
	uint16_t nr_mem_id;
	uint16_t pad1[3];
};

struct nmreq_vale_attach {
	struct nmreq_register reg; /* in: nr_mode, nr_ringid 0, nr_mem_id */
	uint32_t port_index;	   /* out */
	uint32_t pad1;
};

struct nmreq_vale_detach {
	uint32_t port_index; /* out */
	uint32_t pad1;
};

/*
 * With an empty name: the first port at or after the two indices, whose name is returned; ENOENT
 * when there is none.
 */
struct nmreq_vale_list {
	uint16_t nr_bridge_idx;
	uint16_t pad1;
	uint32_t nr_port_idx;
};

struct nmreq_port_hdr {
	uint32_t nr_hdr_len; /* bytes: 0, 10 or 12 */
	uint32_t pad1;
};

struct nmreq_vale_newif {
	uint32_t nr_tx_slots; /* all in/out */
	uint32_t nr_rx_slots;
	uint16_t nr_tx_rings;
	uint16_t nr_rx_rings;
	uint16_t nr_mem_id;
	uint16_t pad1;
};

struct nmreq_vale_polling {
	uint32_t nr_mode; /* NETMAP_POLLING_MODE_* */
	uint32_t nr_first_cpu_id;
	uint32_t nr_num_polling_cpus;
	uint32_t pad1;
};

#define NETMAP_POLLING_MODE_SINGLE_CPU 1
#define NETMAP_POLLING_MODE_MULTI_CPU  2

/* Where the three pools of a memory region lie; offsets and sizes in bytes. */
struct nmreq_pools_info {
	uint64_t nr_memsize;
	uint16_t nr_mem_id; /* in/out */
	uint16_t pad1[3];
	uint64_t nr_if_pool_offset;
	uint32_t nr_if_pool_objtotal;
	uint32_t nr_if_pool_objsize;
	uint64_t nr_ring_pool_offset;
	uint32_t nr_ring_pool_objtotal;
	uint32_t nr_ring_pool_objsize;
	uint64_t nr_buf_pool_offset;
	uint32_t nr_buf_pool_objtotal;
	uint32_t nr_buf_pool_objsize;
};

struct nmreq_sync_kloop_start {
	uint32_t sleep_us; /* at most 1000000 */
	uint32_t pad1;
};

/* --- Options --- */

struct nmreq_opt_extmem {
	struct nmreq_option nro_opt;
	uint64_t nro_usrptr; /* start of the caller's memory */
	struct nmreq_pools_info nro_info;
};

struct nmreq_opt_csb {
	struct nmreq_option nro_opt;
	uint64_t csb_atok; /* addresses of two arrays, an entry per bound ring, tx rings first */
	uint64_t csb_ktoa;
};

struct nmreq_opt_sync_kloop_mode {
	struct nmreq_option nro_opt;
#define NM_OPT_SYNC_KLOOP_DIRECT_TX 0x1
#define NM_OPT_SYNC_KLOOP_DIRECT_RX 0x2
	uint32_t mode;
	uint32_t pad1;
};

struct nm_kloop_eventfd {
	int32_t ioeventfd; /* task to kernel; negative: none */
	int32_t irqfd;	   /* kernel to task; negative: none */
};

struct nmreq_opt_sync_kloop_eventfds {
	struct nmreq_option nro_opt; /* nro_size covers the array */
	struct nm_kloop_eventfd eventfds[NM_FLEXIBLE];
};

struct nmreq_opt_offsets {
	struct nmreq_option nro_opt;
	uint64_t nro_max_offset; /* in/out, bytes */
	uint64_t nro_initial_offset;
	uint32_t nro_offset_bits; /* low bits of slot.ptr; 0 means all 64 */
	uint32_t nro_tx_align;
	uint64_t nro_min_gap;
};

/* --- CSB mode: status blocks in place of head, cur and tail; a pair per ring, a line each --- */

struct nm_csb_atok { /* task to kernel */
	uint32_t head;
	uint32_t cur;
	uint32_t appl_need_kick;
	uint32_t sync_flags; /* NM_SYNC_* */
	uint32_t pad[12];
};

struct nm_csb_ktoa { /* kernel to task */
	uint32_t hwcur;
	uint32_t hwtail;
	uint32_t kern_need_kick;
	uint32_t pad[13];
};

#define NM_SYNC_FORCE_READ	 1
#define NM_SYNC_FORCE_RECLAIM	 2
#define NM_SYNC_CAN_FORWARD_DOWN 4

#ifndef __KERNEL__
static inline void nm_stst_barrier(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void nm_ldld_barrier(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/* cur first: the kernel reads head, then cur, and must never see a head that is ahead of cur. */
static inline void nm_sync_kloop_appl_write(struct nm_csb_atok *atok, uint32_t cur, uint32_t head)
{
	__atomic_store_n(&atok->cur, cur, __ATOMIC_RELAXED);
	nm_stst_barrier();
	__atomic_store_n(&atok->head, head, __ATOMIC_RELAXED);
}

/* hwtail first: the kernel writes hwcur, then hwtail, so this hwcur is at least as new. */
static inline void nm_sync_kloop_appl_read(struct nm_csb_ktoa *ktoa, uint32_t *hwtail,
					   uint32_t *hwcur)
{
	*hwtail = __atomic_load_n(&ktoa->hwtail, __ATOMIC_RELAXED);
	nm_ldld_barrier();
	*hwcur = __atomic_load_n(&ktoa->hwcur, __ATOMIC_RELAXED);
}
#endif

/* --- The legacy request (NIOCREGIF, NIOCGINFO) and the switch configuration request --- */

struct nmreq {
	char nr_name[NM_NAME_BYTES];
	uint32_t nr_version; /* at least 14 */
	uint32_t nr_offset;
	uint32_t nr_memsize; /* the low 32 bits */
	uint32_t nr_tx_slots;
	uint32_t nr_rx_slots;
	uint16_t nr_tx_rings;
	uint16_t nr_rx_rings;
	uint16_t nr_ringid; /* a ring number and the NETMAP_* bits below */
	uint16_t nr_cmd;    /* 0, or NETMAP_BDG_* */
	uint16_t nr_arg1;
	uint16_t nr_arg2;  /* memory region */
	uint32_t nr_arg3;  /* extra buffers */
	uint32_t nr_flags; /* NR_REG_* in the low bits, NR_* above */
	uint32_t spare2[1];
};

#define NR_REG_MASK 0xf

#define NETMAP_RING_MASK  0x0fff
#define NETMAP_NO_TX_POLL 0x1000
#define NETMAP_SW_RING	  0x2000
#define NETMAP_HW_RING	  0x4000
#define NETMAP_DO_RX_POLL 0x8000

#define NETMAP_BDG_ATTACH      1
#define NETMAP_BDG_DETACH      2
#define NETMAP_BDG_REGOPS      3
#define NETMAP_BDG_LIST	       4
#define NETMAP_BDG_VNET_HDR    5
#define NETMAP_BDG_NEWIF       6
#define NETMAP_BDG_DELIF       7
#define NETMAP_PT_HOST_CREATE  8
#define NETMAP_PT_HOST_DELETE  9
#define NETMAP_BDG_POLLING_ON  10
#define NETMAP_BDG_POLLING_OFF 11
#define NETMAP_VNET_HDR_GET    12

#define NETMAP_BDG_HOST 1 /* nr_arg1 of NETMAP_BDG_ATTACH: the host stack too */

#define NM_IFRDATA_LEN 256
struct nm_ifreq {
	char nifr_name[NM_NAME_BYTES];
	char data[NM_IFRDATA_LEN];
};

#define NIOCGINFO  _IOWR('i', 145, struct nmreq)
#define NIOCREGIF  _IOWR('i', 146, struct nmreq)
#define NIOCTXSYNC _IO('i', 148)
#define NIOCRXSYNC _IO('i', 149)
#define NIOCCONFIG _IOWR('i', 150, struct nm_ifreq)
#define NIOCCTRL   _IOWR('i', 151, struct nmreq_header)

#endif
