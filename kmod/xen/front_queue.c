/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/gfp.h>
#include <xen/events.h>
#include <xen/page.h>

#include "compat_xen.h"
#include "netfront.h"

static int page_grant(struct xenbus_device *dev, bool readonly, void **page, grant_ref_t *ref)
{
	int granted;

	*page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!*page)
		return -ENOMEM;
	granted = gnttab_grant_foreign_access(dev->otherend_id, virt_to_gfn(*page), readonly);
	if (granted >= 0) {
		*ref = granted;
		return 0;
	}
	free_page((unsigned long)*page);
	*page = NULL;
	return granted;
}

/* A page that the backend has not let go of is freed when it does. */
static void page_revoke(void **page, grant_ref_t ref)
{
	if (!*page)
		return;
	compat_end_foreign_access(ref);
	free_page((unsigned long)*page);
	*page = NULL;
}

static int grant_all(struct front_end *end, struct xenbus_device *dev, enum front_dir dir)
{
	unsigned int i;
	int error = page_grant(dev, false, &end->ring, &end->ring_ref);

	for (i = 0; i < VIF_RING_ENTRIES && !error; i++)
		error = page_grant(dev, dir == FRONT_TX, &end->page[i], &end->gref[i]);
	if (error)
		xenbus_dev_fatal(dev, error, "granting the pages of a ring");
	return error;
}

static void revoke_all(struct front_end *end)
{
	unsigned int i;

	page_revoke(&end->ring, end->ring_ref);
	for (i = 0; i < VIF_RING_ENTRIES; i++)
		page_revoke(&end->page[i], end->gref[i]);
}

static irqreturn_t on_event(int irq, void *arg)
{
	struct front_end *end = arg;

	set_bit(0, &end->told);
	napi_schedule(&end->queue->napi);
	return IRQ_HANDLED;
}

void front_queue_acknowledge(struct front_queue *queue, bool useful)
{
	int dir;

	for (dir = 0; dir < FRONT_DIRS; dir++)
		if (test_and_clear_bit(0, &queue->end[dir].told))
			xen_irq_lateeoi(queue->end[dir].irq, useful ? 0 : XEN_EOI_FLAG_SPURIOUS);
}

void front_queue_kick(struct front_queue *queue, enum front_dir dir, bool *wanted)
{
	if (*wanted)
		notify_remote_via_irq(queue->end[dir].irq);
	*wanted = false;
}

static int bind(struct front_end *end, struct xenbus_device *dev, const char *suffix)
{
	int irq, error = xenbus_alloc_evtchn(dev, &end->port);

	if (error)
		return error; /* which has been said */
	snprintf(end->name, sizeof(end->name), "%s-q%u%s", end->queue->netdev->name, end->queue->id,
		 suffix);
	irq = bind_evtchn_to_irqhandler_lateeoi(end->port, on_event, 0, end->name, end);
	if (irq < 0) {
		xenbus_free_evtchn(dev, end->port);
		xenbus_dev_fatal(dev, irq, "binding an event channel");
		return irq;
	}
	end->irq = irq;
	return 0;
}

static int bind_both(struct front_queue *queue, struct xenbus_device *dev, bool split)
{
	struct front_end *tx = &queue->end[FRONT_TX], *rx = &queue->end[FRONT_RX];
	int error = bind(rx, dev, split ? "-rx" : "");

	if (error)
		return error;
	if (split)
		return bind(tx, dev, "-tx");
	tx->irq = rx->irq;
	return 0;
}

int front_queue_connect(struct front_queue *queue, struct xenbus_device *dev, bool split)
{
	int dir, error = 0;

	for (dir = 0; dir < FRONT_DIRS && !error; dir++) {
		queue->end[dir].queue = queue;
		error = grant_all(&queue->end[dir], dev, dir);
	}
	if (error)
		return error;
	vif_to_backend_init(&queue->to, queue->end[FRONT_TX].ring, queue->end[FRONT_TX].gref);
	vif_from_backend_init(&queue->from, queue->end[FRONT_RX].ring, queue->end[FRONT_RX].gref);
	vif_from_backend_publish(&queue->from);
	return bind_both(queue, dev, split);
}

void front_queue_disconnect(struct front_queue *queue)
{
	struct front_end *tx = &queue->end[FRONT_TX], *rx = &queue->end[FRONT_RX];

	if (tx->irq && tx->irq != rx->irq)
		unbind_from_irqhandler(tx->irq, tx);
	if (rx->irq)
		unbind_from_irqhandler(rx->irq, rx);
	tx->irq = rx->irq = 0;
	revoke_all(tx);
	revoke_all(rx);
}

static int write_channels(const struct front_queue *queue, struct xenbus_transaction xbt,
			  const char *dir)
{
	const struct front_end *tx = &queue->end[FRONT_TX], *rx = &queue->end[FRONT_RX];
	int error;

	if (tx->irq == rx->irq)
		return xenbus_printf(xbt, dir, "event-channel", "%u", rx->port);
	error = xenbus_printf(xbt, dir, "event-channel-tx", "%u", tx->port);
	return error ? error : xenbus_printf(xbt, dir, "event-channel-rx", "%u", rx->port);
}

int front_queue_write(const struct front_queue *queue, struct xenbus_transaction xbt,
		      const char *dir)
{
	char key[16];
	int i, error = write_channels(queue, xbt, dir);

	for (i = 0; i < FRONT_DIRS && !error; i++) {
		snprintf(key, sizeof(key), "%s-ring-ref", front_names[i]);
		error = xenbus_printf(xbt, dir, key, "%u", queue->end[i].ring_ref);
	}
	return error;
}
