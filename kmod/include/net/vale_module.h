/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What kernel modules may do with VALE switches: replace a switch's forwarding decision, own a
 * switch, attach ports to it. docs/modules.md is the tutorial; vale_lookup.h saves most modules the
 * work. Exported by netmap.ko, and by the same switch in user space.
 *
 * Switch names are "valeX" or "valeX:"; what follows the colon is ignored. They are looked up in
 * the network namespace of the calling task. Functions that return int return 0 or -errno; all of
 * them may sleep unless they say otherwise, and none may be called from within lookup, config, dtor
 * or release, except those that say so.
 */
#ifndef _NET_VALE_MODULE_H_
#define _NET_VALE_MODULE_H_

#include <net/netmap.h>

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#define NM_BDG_MAXPORTS	  254 /* ports of a switch: 0..253 */
#define NM_BDG_BROADCAST  254 /* lookup: to all but the source */
#define NM_BDG_NOPORT	  255 /* lookup: drop, as does everything above */
#define NM_BDG_NAME_BYTES 16

struct nm_port; /* a port of a switch; opaque */

/* The fragment that holds the Ethernet header, as lookup sees it (24 bytes). */
struct nm_bdg_fwd {
	void *ft_buf;	    /* kernel address, or the task's with NS_INDIRECT: see nm_bdg_read() */
	uint8_t ft_frags;   /* fragments of the packet */
	uint16_t ft_offset; /* bytes of virtio-net header before the Ethernet header */
	uint16_t ft_flags;  /* NS_* of the slot */
	uint16_t ft_len;    /* bytes of this fragment, ft_offset included */
	uint16_t ft_next;   /* not for modules */
};

struct nm_lookup_ops {
	/*
	 * The port to send to, NM_BDG_BROADCAST, or anything above to drop. *dst_ring is preset to
	 * the source ring and may be changed. Runs on several CPUs at once, and must not sleep.
	 */
	uint32_t (*lookup)(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			   void *private_data);
	/* NIOCCONFIG on the switch; runs beside lookup, the result is the ioctl's. */
	int (*config)(struct nm_ifreq *ifr);
	/* For every port that leaves; no lookup runs meanwhile. */
	void (*dtor)(const struct nm_port *port);
	/*
	 * The switch has let go of private_data: it was given other operations, learns again, or
	 * ended. No lookup runs meanwhile or later. Never inherited from earlier operations.
	 */
	void (*release)(void *private_data);
	char name[NM_BDG_NAME_BYTES];
};

/* The names of these two that modules for other VALE switches use. */
#define netmap_bdg_ops	  nm_lookup_ops
#define netmap_vp_adapter nm_port

/*
 * Each operation that is not NULL replaces the switch's present one, and private_data replaces its
 * private data. ops NULL: the switch forgets what it learned and learns again. -ENXIO: no such
 * switch; -EACCES: it is exclusive and token is not its token. ops must stay until it is undone.
 */
int netmap_bdg_regops(const char *name, const struct nm_lookup_ops *ops, void *private_data,
		      void *token);
/*
 * Every switch of every namespace that uses an operation of ops learns again. A module calls it
 * before it goes: then none of its functions runs or will be run. Returns how many there were.
 */
unsigned netmap_bdg_restore(const struct nm_lookup_ops *ops);

typedef void *bdg_update_private_data_fn_t(void *private_data, void *cookie, int *error);
/*
 * Runs fn while nothing is forwarded, and stores what it returns as private data unless *error,
 * which is the result, was set. -EINVAL: no such switch; -EACCES as above.
 */
int netmap_bdg_update_private_data(const char *name, bdg_update_private_data_fn_t *fn, void *cookie,
				   void *token);

/*
 * An exclusive switch: it persists while empty, ephemeral ports cannot join it, and only who has
 * the token may attach, detach and change operations. Returns the token, or NULL and *status:
 * -EEXIST (name in use), -ENOMEM (malformed name, no switch left, no memory).
 */
void *netmap_vale_create(const char *name, int *status);
/* -ENXIO: no such switch; -EINVAL: not exclusive; -EACCES: wrong token; -EBUSY: it has ports. */
int netmap_vale_destroy(const char *name, void *token);

/*
 * VALE_ATTACH, VALE_DETACH and VALE_NEWIF as by NIOCCTRL, with a header, and the request's body at
 * hdr->nr_body, in kernel memory; options are not supported. The errors of the request, and
 * -EACCES: exclusive switch, wrong token.
 */
int netmap_bdg_attach(struct nmreq_header *hdr, void *token);
int netmap_bdg_detach(struct nmreq_header *hdr, void *token);
int nm_vi_create(struct nmreq_header *hdr);
int nm_vi_destroy(const char *name);

/* These three are for lookup, config and dtor. */
const char *netmap_bdg_name(const struct nm_port *port);   /* "valeX"; NULL: in no switch */
uint32_t netmap_bdg_idx(const struct nm_port *port);	   /* the port's number in its switch */
void *netmap_bdg_private_data(const struct nm_port *port); /* NULL: in no switch */

/* Zeroed memory, counted as the switch's own. NULL: there is none. */
void *netmap_bdg_alloc(size_t bytes);
void netmap_bdg_free(void *p);

/* A copy from the memory of the sending task. 0 or -EFAULT. For lookup, through nm_bdg_read(). */
int netmap_bdg_copy_from_user(void *dst, const void *src, size_t bytes);

/*
 * Copies bytes [offset, offset + bytes) of the frame, counted from the Ethernet header. 1, or 0:
 * they are not in this fragment, or not readable. The sender may be rewriting them, so what was
 * checked must be what is used: read once, then look at the copy.
 */
static inline int nm_bdg_read(const struct nm_bdg_fwd *ft, uint32_t offset, void *dst,
			      uint32_t bytes)
{
	uint32_t start = ft->ft_offset + offset;
	const char *src = (const char *)ft->ft_buf + start;

	if (start + bytes > ft->ft_len)
		return 0;
	if (ft->ft_flags & NS_INDIRECT)
		return netmap_bdg_copy_from_user(dst, src, bytes) == 0;
	memcpy(dst, src, bytes);
	return 1;
}

#endif
