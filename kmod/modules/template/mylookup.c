/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Start here: a lookup module for VALE switches. docs/modules.md leads through it. */
#include <linux/module.h>
#include <net/vale_module.h>

#define LAST_MAC_BYTE 5

static char *switch_name = "vale0";
module_param_named(switch, switch_name, charp, 0444);
MODULE_PARM_DESC(switch, "the switch to run");

/* A frame to 02:00:00:00:00:07 goes to port 7; frames to groups go to all ports. */
static uint32_t my_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			  void *private_data)
{
	uint8_t dst[6];

	if (!nm_bdg_read(ft, 0, dst, sizeof(dst)))
		return NM_BDG_NOPORT;
	return dst[0] & 1 ? NM_BDG_BROADCAST : dst[LAST_MAC_BYTE];
}

static const struct nm_lookup_ops my_ops = {
	.lookup = my_lookup,
	.name = "mylookup",
};

static int __init my_init(void)
{
	int error = netmap_bdg_regops(switch_name, &my_ops, NULL, NULL);

	if (error == -ENXIO)
		pr_err("mylookup: there is no switch %s; open a port of it first\n", switch_name);
	return error;
}

/* After this the switch learns again, and nothing of ours runs any more. */
static void __exit my_exit(void)
{
	netmap_bdg_restore(&my_ops);
}

module_init(my_init);
module_exit(my_exit);

MODULE_DESCRIPTION("VALE lookup: the last byte of the destination MAC");
MODULE_LICENSE("Dual BSD/GPL");
