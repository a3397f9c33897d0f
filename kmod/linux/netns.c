/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "core.h"
#include "netns.h"

struct nm_net {
	struct nm_ns *ns;
};

static unsigned int nm_net_id __read_mostly;

static int __net_init netns_init(struct net *net)
{
	struct nm_net *mine = net_generic(net, nm_net_id);

	mine->ns = nm_ns_create(net);
	return mine->ns ? 0 : -ENOMEM;
}

static void __net_exit netns_exit(struct net *net)
{
	struct nm_net *mine = net_generic(net, nm_net_id);

	nm_ns_destroy(mine->ns);
}

static struct pernet_operations netns_ops = {
	.init = netns_init,
	.exit = netns_exit,
	.id = &nm_net_id,
	.size = sizeof(struct nm_net),
};

/* A pernet device goes before the kernel sweeps a dying namespace: our devices are still ours. */
int nm_netns_register(void)
{
	return register_pernet_device(&netns_ops);
}

void nm_netns_unregister(void)
{
	unregister_pernet_device(&netns_ops);
}

struct nm_ns *nm_netns_get(struct net *net)
{
	struct nm_net *mine = net_generic(net, nm_net_id);

	return mine->ns;
}

/* Tasks that are about to exit have none any more. */
struct nm_ns *os_current_ns(void)
{
	return nm_netns_get(current->nsproxy ? current->nsproxy->net_ns : &init_net);
}
