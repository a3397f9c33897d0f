/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libbdgfn: commands to the lookup modules of VALE switches (net/vale_modctl.h). Calls return 0 or
 * -errno, those of vale_modctl.h unless they say more, and keep no global state. Switches are named
 * without a colon, as in "vale0". Manual: libbdgfn(3).
 */
#ifndef _LIBBDGFN_H_
#define _LIBBDGFN_H_

#include <stdint.h>

#include <net/vale_modctl.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nmdev_ops;

struct bdgfn {
	const struct nmdev_ops *dev;
	void *handle; /* of dev */
	char module[NM_NAME_BYTES];
};

/* What an entry is found by; only the fields of its kind count. */
struct bdgfn_key {
	enum vale_modctl_kind kind;
	uint8_t mac[6];
	uint8_t ip4[4];
	uint8_t protocol;
	uint16_t l4_port;
};

struct bdgfn_info {
	char module[VALE_MODCTL_NAME_BYTES]; /* that runs the switch */
	uint32_t default_port;
	uint32_t entries; /* of that kind of key */
};

/* Opens the device; dev NULL: /dev/netmap. -ENAMETOOLONG, or what opening says. */
int bdgfninit(struct bdgfn *b, const struct nmdev_ops *dev, const char *module);
void bdgfnfini(struct bdgfn *b);

/* The module runs the switch; frames without an entry go to port (255 and above: nowhere). */
int bdgfnreg(struct bdgfn *b, const char *name, uint32_t port);
int bdgfnunreg(struct bdgfn *b, const char *name);
int bdgaddif(struct bdgfn *b, const char *name, const struct bdgfn_key *key, uint32_t port);
int bdgdelif(struct bdgfn *b, const char *name, const struct bdgfn_key *key);
/* The first entry at or after *slot; its kind is in key. -ENOENT: none is left. */
int bdglistif(struct bdgfn *b, const char *name, uint32_t *slot, struct bdgfn_key *key,
	      uint32_t *port);
int bdgfninfo(struct bdgfn *b, const char *name, enum vale_modctl_kind kind,
	      struct bdgfn_info *info);

/* The number of a port by its full name. -ENOENT: no such switch or port. */
int bdgport(struct bdgfn *b, const char *port_name, uint32_t *port);

#ifdef __cplusplus
}
#endif

#endif
