/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Requests to lookup modules: an addition of valebench to the netmap ABI. They travel in NIOCCONFIG
 * with the name of the module, where netmap expects that of a switch, in nifr_name, and struct
 * vale_modctl at the start of data.
 */
#ifndef _NET_VALE_MODCTL_H_
#define _NET_VALE_MODCTL_H_

#include <net/netmap.h>

#define VALE_MODCTL_VERSION    1
#define VALE_MODCTL_NAME_BYTES 16
#define VALE_MODCTL_PORT_FLOOD 254 /* as a default port: to all */
#define VALE_MODCTL_PORT_DROP  255 /* this and everything above, anywhere */

/*
 * Errors of all: EINVAL (no such module, version, command, malformed switch name), ENODEV (no such
 * switch). But for REGISTER: ENXIO (the switch is not run by this module, or, where a key is
 * involved, not by one that uses such keys). Where a key is involved: EOPNOTSUPP (the module uses
 * no such keys), EINVAL (protocol 255).
 */
enum vale_modctl_command {
	VALE_MODCTL_REGISTER = 1, /* run the switch, with empty tables; EACCES: exclusive, ENOMEM */
	VALE_MODCTL_UNREGISTER = 2, /* let the switch learn again */
	VALE_MODCTL_ADD = 3,  /* send key to port, replacing what was said of it; ENOMEM, ENOSPC */
	VALE_MODCTL_DEL = 4,  /* forget key; ENOENT: nothing was said of it */
	VALE_MODCTL_LIST = 5, /* the first entry at or after slot; ENOENT: none is left */
	VALE_MODCTL_INFO = 6,
};

enum vale_modctl_kind {
	VALE_KEY_MAC = 0,   /* mac */
	VALE_KEY_IP4 = 1,   /* ip4 */
	VALE_KEY_TUPLE = 2, /* ip4, protocol, l4_port */
	VALE_KEY_KINDS = 3,
};

/* 72 bytes; checked at compile time. */
struct vale_modctl {
	uint32_t version;
	uint32_t command;			  /* enum vale_modctl_command */
	char switch_name[VALE_MODCTL_NAME_BYTES]; /* "valeX", without a colon */
	uint32_t kind;				  /* ADD, DEL, LIST, INFO: enum vale_modctl_kind */
	uint32_t port;	  /* REGISTER, INFO: for frames without an entry; ADD, LIST: of the entry */
	uint32_t slot;	  /* LIST: in, where to look from; out, where the entry is */
	uint32_t entries; /* REGISTER, ADD, DEL, INFO: out, in the table of that kind */
	uint8_t mac[6];
	uint16_t l4_port; /* host order; 0 for protocols without ports */
	uint8_t ip4[4];
	uint8_t protocol; /* of IPv4, but 255 */
	uint8_t reserved[3];
	char module[VALE_MODCTL_NAME_BYTES]; /* out: which one runs the switch */
};

#ifndef __cplusplus
_Static_assert(sizeof(struct vale_modctl) == 72, "vale_modctl is 72 bytes");
#endif

#endif
