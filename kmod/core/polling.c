/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Threads that look at the rings of an attached device all the time, instead of being told. */
#include "attach_impl.h"

static bool poller_work(void *arg)
{
	struct nm_poller *poller = arg;
	unsigned i;

	for (i = poller->first; i < poller->last; i++)
		nm_side_pump(poller->side, i);
	return true;
}

static int check(const struct nm_port *port, const struct nmreq_vale_polling *how)
{
	uint32_t first = how->nr_first_cpu_id, count = how->nr_num_polling_cpus;

	switch (how->nr_mode) {
	case NETMAP_POLLING_MODE_SINGLE_CPU:
		return count == 1 && first < os_cpus() ? 0 : -EINVAL;
	case NETMAP_POLLING_MODE_MULTI_CPU:
		if (!count || count >= os_cpus() || first > os_cpus() - count)
			return -EINVAL;
		return first + count <= port->nrings[NM_TX] ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
}

static uint32_t rings_of(const struct nm_poller *poller)
{
	return (1U << poller->last) - (1U << poller->first);
}

static int poller_start(struct nm_poller *poller, unsigned cpu)
{
	return os_worker_create("netmap-poll", cpu, poller_work, poller, &poller->worker);
}

static void pollers_end(struct nm_attach *attach, struct nm_poller *pollers, unsigned n)
{
	unsigned i;

	attach->npollers = 0;
	OS_WRITE_ONCE(attach->polled, 0);
	for (i = 0; i < n; i++)
		os_worker_destroy(pollers[i].worker);
	attach->pollers = NULL;
	os_free(pollers);
}

int nm_polling_enable(struct nm_port *port, const struct nmreq_vale_polling *how)
{
	struct nm_side *side = port->kind_data;
	struct nm_attach *attach = side->attach;
	bool single = how->nr_mode == NETMAP_POLLING_MODE_SINGLE_CPU;
	unsigned first = how->nr_first_cpu_id, n = how->nr_num_polling_cpus, i;
	struct nm_poller *pollers;
	int rc;

	if (side != &attach->side[NM_SIDE_WIRE] || !nm_port_is_device(attach->inner))
		return -EOPNOTSUPP;
	if (attach->npollers)
		return -EFAULT;
	rc = check(port, how);
	if (rc)
		return rc;
	pollers = os_alloc(n * sizeof(*pollers));
	if (!pollers)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		pollers[i].side = side;
		pollers[i].first = single ? 0 : first + i;
		pollers[i].last = single ? port->nrings[NM_TX] : first + i + 1;
		rc = poller_start(&pollers[i], first + i);
		if (rc) {
			pollers_end(attach, pollers, i);
			return rc;
		}
	}
	attach->pollers = pollers;
	attach->npollers = n;
	for (i = 0; i < n; i++) {
		OS_WRITE_ONCE(attach->polled, attach->polled | rings_of(&pollers[i]));
		os_worker_kick(pollers[i].worker);
	}
	return 0;
}

int nm_polling_disable(struct nm_port *port)
{
	struct nm_side *side = port->kind_data;

	if (!side->attach->npollers)
		return -EFAULT;
	pollers_end(side->attach, side->attach->pollers, side->attach->npollers);
	nm_attach_kick(side->attach);
	return 0;
}
