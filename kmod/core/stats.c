/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "ns.h"
#include "stats.h"
#include "vale.h"

#define TX_COUNTS (sizeof(struct nm_tx_stats) / sizeof(uint64_t))

union tx_counts {
	struct nm_tx_stats named;
	uint64_t all[TX_COUNTS];
};

/* What no switch was told yet. The owner goes on counting. */
static void tx_since_retired(union tx_counts *since, const struct nm_ring *ring)
{
	const union tx_counts *now = (const void *)&ring->tx_stats,
			      *before = (const void *)&ring->retired;
	unsigned i;

	for (i = 0; i < TX_COUNTS; i++)
		since->all[i] = OS_READ_ONCE(now->all[i]) - before->all[i];
}

static void add_tx(struct vale_port_stats *out, const struct nm_tx_stats *s)
{
	out->tx_packets += s->packets + s->no_switch + s->misfit;
	out->tx_bytes += s->bytes;
	out->tx_copies += s->copies;
	out->tx_drop_bad_slot += s->bad_slot + s->misfit;
	out->tx_drop_no_dest += s->no_dest;
	out->tx_drop_lookup += s->lookup;
	out->tx_drop_no_switch += s->no_switch;
}

/* The owner may be counting on, so nothing of its own is set back. */
static void retire_tx(struct vale_port_stats *sum, struct nm_ring *ring)
{
	union tx_counts since, *before = (void *)&ring->retired;
	unsigned i;

	tx_since_retired(&since, ring);
	add_tx(sum, &since.named);
	for (i = 0; i < TX_COUNTS; i++)
		before->all[i] += since.all[i];
}

static void add_rx(struct vale_port_stats *out, struct nm_ring *ring)
{
	os_spin_lock(&ring->lock);
	out->rx_packets += ring->rx_stats.packets;
	out->rx_bytes += ring->rx_stats.bytes;
	out->rx_drop_ring_full += ring->rx_stats.ring_full;
	out->rx_drop_bad_slot += ring->rx_stats.bad_slot;
	os_spin_unlock(&ring->lock);
}

static void collect_rx(struct vale_port_stats *out, struct nm_port *port)
{
	int i;

	for (i = 0; i < port->nrings[NM_RX]; i++)
		add_rx(out, &port->rings[NM_RX][i]);
	os_spin_lock(&port->stats_lock);
	out->rx_drop_not_ready += port->rx_not_ready;
	os_spin_unlock(&port->stats_lock);
}

static void collect(struct vale_port_stats *out, struct nm_port *port)
{
	union tx_counts since;
	int i;

	for (i = 0; i < port->nrings[NM_TX]; i++) {
		tx_since_retired(&since, &port->rings[NM_TX][i]);
		add_tx(out, &since.named);
	}
	collect_rx(out, port);
}

void nm_stats_retire(struct vale_port_stats *sum, struct nm_port *port)
{
	int i;

	collect_rx(sum, port);
	for (i = 0; i < port->nrings[NM_TX]; i++)
		retire_tx(sum, &port->rings[NM_TX][i]);
	for (i = 0; i < port->nrings[NM_RX]; i++)
		memset(&port->rings[NM_RX][i].rx_stats, 0, sizeof(struct nm_rx_stats));
	port->rx_not_ready = 0;
}

static int departed(struct nm_ns *ns, const struct vale_port_stats *in, struct vale_port_stats *out)
{
	struct nm_vale *vale;

	if (!nm_vale_prefixed(in->name))
		return -EINVAL;
	vale = nm_vale_find(ns, in->name);
	if (!vale)
		return -ENOENT;
	*out = vale->departed;
	out->version = VALE_STATS_VERSION;
	out->scope = VALE_STATS_DEPARTED;
	out->bridge_idx = vale - ns->vales;
	snprintf(out->name, sizeof(out->name), "%s:", vale->name);
	return 0;
}

static int find_named(struct nm_ns *ns, const char *name, struct nm_port **out)
{
	struct nm_vale *vale;

	if (!nm_vale_prefixed(name))
		return -EINVAL;
	vale = nm_vale_find(ns, name);
	*out = vale ? nm_vale_port(vale, name) : NULL;
	return *out ? 0 : -ENOENT;
}

/* The port that is asked for; *out begins with its name and place and no counts. */
static int find(struct nm_ns *ns, const struct vale_port_stats *in, struct vale_port_stats *out,
		struct nm_port **port)
{
	uint32_t vale_idx = in->bridge_idx, port_idx = in->port_idx;
	int rc;

	if (in->name[0])
		rc = find_named(ns, in->name, port);
	else
		rc = nm_vale_next_port(ns, &vale_idx, &port_idx, port);
	if (rc)
		return rc;
	out->version = VALE_STATS_VERSION;
	out->bridge_idx = (*port)->vale - ns->vales;
	out->port_idx = (*port)->vale_idx;
	memcpy(out->name, (*port)->name, sizeof(out->name));
	return 0;
}

int nm_stats(struct nm_file *f, void __user *arg)
{
	struct vale_port_stats in, out = {0};
	struct nm_port *port;
	int rc;

	if (!arg)
		return -EINVAL;
	if (os_copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	if (in.version != VALE_STATS_VERSION || in.scope > VALE_STATS_DEPARTED || in.reserved1)
		return -EINVAL;
	in.name[sizeof(in.name) - 1] = '\0';
	nm_lock();
	if (in.scope == VALE_STATS_DEPARTED)
		rc = departed(f->ns, &in, &out);
	else
		rc = find(f->ns, &in, &out, &port);
	if (!rc && in.scope == VALE_STATS_PORT)
		collect(&out, port);
	nm_unlock();
	if (!rc && os_copy_to_user(arg, &out, sizeof(out)))
		return -EFAULT;
	return rc;
}
