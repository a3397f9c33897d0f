/* SPDX-License-Identifier: BSD-2-Clause */
/* Simulated network devices: a wire to another one, a stack above, and queues when the core has
 * taken over. */
#include "os_dev_sim.h"

#define DEVICES_MAX 16
#define MTU_DEFAULT 1500
#define ETHER_BYTES 14
#define VLAN_BYTES  4
#define STACK_LIMIT 1024

static struct sim *sims[DEVICES_MAX];
pthread_mutex_t sim_lock = PTHREAD_MUTEX_INITIALIZER;

static void queue_init(struct queue *q)
{
	memset(q, 0, sizeof(*q));
	q->tail = &q->head;
}

void queue_put(struct queue *q, struct frame *f)
{
	f->next = NULL;
	*q->tail = f;
	q->tail = &f->next;
	q->frames++;
}

struct frame *queue_take(struct queue *q)
{
	struct frame *f = q->head;

	if (!f)
		return NULL;
	q->head = f->next;
	if (!q->head)
		q->tail = &q->head;
	q->frames--;
	return f;
}

static void queue_purge(struct queue *q)
{
	struct frame *f;

	while ((f = queue_take(q)) != NULL)
		os_free(f);
}

static void queue_put_or_drop(struct queue *q, struct frame *f, uint32_t limit)
{
	if (q->frames < limit)
		queue_put(q, f);
	else
		os_free(f);
}

struct frame *frame_of(const struct os_piece *pieces, unsigned n)
{
	uint32_t bytes = 0, at = 0;
	struct frame *f;
	unsigned i;

	for (i = 0; i < n; i++)
		bytes += pieces[i].bytes;
	f = os_alloc(sizeof(*f) + bytes);
	if (!f)
		return NULL;
	f->bytes = bytes;
	for (i = 0; i < n; at += pieces[i].bytes, i++)
		memcpy(f->data + at, pieces[i].data, pieces[i].bytes);
	return f;
}

static struct sim *find(const char *name)
{
	int i;

	for (i = 0; i < DEVICES_MAX; i++)
		if (sims[i] && strcmp(sims[i]->name, name) == 0)
			return sims[i];
	return NULL;
}

/* A frame comes out of the wire. */
static void arrive(struct sim *sim, unsigned queue, struct frame *f)
{
	struct os_dev *dev = sim->user;

	if (dev && dev->started && dev->rx[queue % dev->has.rx].diverted) {
		queue %= dev->has.rx;
		queue_put_or_drop(&dev->rx[queue], f, dev->has.rx_limit);
		dev->events->rx(dev->arg, queue);
	} else {
		queue_put_or_drop(&sim->stack, f, STACK_LIMIT);
	}
}

static void transmit(struct sim *sim, unsigned queue, struct frame *f)
{
	if (sim->peer)
		arrive(sim->peer, queue, f);
	else
		os_free(f);
}

void complete(struct os_dev *dev, unsigned queue)
{
	struct frame *f;

	if (!dev->tx[queue].frames || dev->sim->stalled)
		return;
	while ((f = queue_take(&dev->tx[queue])) != NULL)
		transmit(dev->sim, queue, f);
	dev->events->tx(dev->arg, queue);
}

/* The stack's frame goes to a host queue where the core has taken over. */
static void stack_sends(struct sim *sim, unsigned queue, struct frame *f)
{
	struct os_dev *dev = sim->user;
	unsigned host;

	if (!dev || !dev->started || !dev->tx[queue % dev->has.tx].diverted) {
		transmit(sim, queue, f);
		return;
	}
	host = dev->has.rx + queue % dev->has.host;
	if (!dev->rx[host].diverted || f->bytes > dev->has.buf_bytes) {
		os_free(f);
		return;
	}
	queue_put_or_drop(&dev->rx[host], f, dev->has.rx_limit);
	dev->events->rx(dev->arg, host);
}

int os_dev_open(void *host_ns, const char *name, const struct os_dev_events *events, void *arg,
		struct os_dev **out)
{
	struct os_dev *dev = os_alloc(sizeof(*dev));
	struct sim *sim;

	if (!dev)
		return -ENOMEM;
	dev->events = events;
	dev->arg = arg;
	pthread_mutex_lock(&sim_lock);
	sim = find(name);
	if (sim) {
		dev->sim = sim;
		sim->user = dev;
	}
	pthread_mutex_unlock(&sim_lock);
	if (!sim) {
		os_free(dev);
		return -ENXIO;
	}
	*out = dev;
	return 0;
}

static void stop_locked(struct os_dev *dev)
{
	unsigned i;

	if (!dev->started)
		return;
	dev->started = false;
	for (i = 0; i < QUEUES_MAX; i++) {
		queue_purge(&dev->rx[i]);
		queue_purge(&dev->tx[i]);
	}
}

void os_dev_close(struct os_dev *dev)
{
	pthread_mutex_lock(&sim_lock);
	stop_locked(dev);
	if (dev->sim)
		dev->sim->user = NULL;
	pthread_mutex_unlock(&sim_lock);
	os_free(dev);
}

bool os_dev_is(const struct os_dev *dev, const char *name)
{
	bool same;

	pthread_mutex_lock(&sim_lock);
	same = dev->sim && strcmp(dev->sim->name, name) == 0;
	pthread_mutex_unlock(&sim_lock);
	return same;
}

int os_dev_facts(struct os_dev *dev, struct os_dev_facts *facts)
{
	int rc = -ENXIO;

	pthread_mutex_lock(&sim_lock);
	if (dev->sim) {
		const struct nm_user_device *how = &dev->sim->how;

		*facts = (struct os_dev_facts){
			.tx_queues = how->tx_queues,
			.rx_queues = how->rx_queues,
			.tx_slots = how->tx_slots,
			.rx_slots = how->rx_slots,
			.mtu = how->mtu,
			.native = how->native,
			.apart = how->apart,
		};
		rc = 0;
	}
	pthread_mutex_unlock(&sim_lock);
	return rc;
}

bool os_dev_rests(struct os_dev *dev)
{
	bool rests;

	pthread_mutex_lock(&sim_lock);
	rests = dev->sim && dev->sim->how.rests;
	pthread_mutex_unlock(&sim_lock);
	return rests;
}

int os_dev_start(struct os_dev *dev, const struct os_dev_queues *queues)
{
	int rc = 0;
	unsigned i;

	pthread_mutex_lock(&sim_lock);
	if (!dev->sim)
		rc = -ENXIO;
	else if (dev->sim->claimed)
		rc = -EBUSY;
	for (i = 0; !rc && i < QUEUES_MAX; i++) {
		queue_init(&dev->rx[i]);
		queue_init(&dev->tx[i]);
	}
	if (!rc) {
		dev->has = *queues;
		dev->started = true;
	}
	pthread_mutex_unlock(&sim_lock);
	return rc;
}

void os_dev_stop(struct os_dev *dev)
{
	pthread_mutex_lock(&sim_lock);
	stop_locked(dev);
	pthread_mutex_unlock(&sim_lock);
}

static void divert(struct os_dev *dev, struct queue *q, bool on)
{
	pthread_mutex_lock(&sim_lock);
	q->diverted = on;
	if (dev->started && !on && q >= dev->rx && q < dev->rx + QUEUES_MAX)
		queue_purge(q);
	pthread_mutex_unlock(&sim_lock);
}

void os_dev_divert_rx(struct os_dev *dev, unsigned queue, bool on)
{
	divert(dev, &dev->rx[queue], on);
}

void os_dev_divert_tx(struct os_dev *dev, unsigned queue, bool on)
{
	divert(dev, &dev->tx[queue], on);
}

uint32_t os_dev_peek(struct os_dev *dev, unsigned queue)
{
	struct frame *f;
	uint32_t bytes;

	pthread_mutex_lock(&sim_lock);
	f = dev->started ? dev->rx[queue].head : NULL;
	bytes = f ? f->bytes : 0;
	pthread_mutex_unlock(&sim_lock);
	return bytes;
}

void os_dev_read(struct os_dev *dev, unsigned queue, uint32_t offset, void *dst, uint32_t bytes)
{
	const struct frame *f;

	pthread_mutex_lock(&sim_lock);
	f = dev->started ? dev->rx[queue].head : NULL;
	if (f && offset + bytes <= f->bytes)
		memcpy(dst, f->data + offset, bytes);
	pthread_mutex_unlock(&sim_lock);
}

void os_dev_drop(struct os_dev *dev, unsigned queue)
{
	pthread_mutex_lock(&sim_lock);
	if (dev->started)
		os_free(queue_take(&dev->rx[queue]));
	pthread_mutex_unlock(&sim_lock);
}

void os_dev_send(struct os_dev *dev, unsigned queue, const struct os_piece *pieces, unsigned n)
{
	struct frame *f = frame_of(pieces, n);

	if (!f)
		return;
	pthread_mutex_lock(&sim_lock);
	if (dev->started && f->bytes >= ETHER_BYTES &&
	    f->bytes <= dev->sim->how.mtu + ETHER_BYTES + VLAN_BYTES)
		queue_put(&dev->tx[queue], f);
	else
		os_free(f);
	pthread_mutex_unlock(&sim_lock);
}

void os_dev_flush(struct os_dev *dev, unsigned queue)
{
	pthread_mutex_lock(&sim_lock);
	if (dev->started)
		complete(dev, queue);
	pthread_mutex_unlock(&sim_lock);
}

uint32_t os_dev_in_flight(const struct os_dev *dev, unsigned queue)
{
	uint32_t frames;

	pthread_mutex_lock(&sim_lock);
	frames = dev->started ? dev->tx[queue].frames : 0;
	pthread_mutex_unlock(&sim_lock);
	return frames;
}

void os_dev_inject(struct os_dev *dev, const struct os_piece *pieces, unsigned n)
{
	struct frame *f = frame_of(pieces, n);

	if (!f)
		return;
	pthread_mutex_lock(&sim_lock);
	if (dev->started && f->bytes >= ETHER_BYTES)
		queue_put_or_drop(&dev->sim->stack, f, STACK_LIMIT);
	else
		os_free(f);
	pthread_mutex_unlock(&sim_lock);
}

static int sim_slot(void)
{
	int i = 0;

	while (i < DEVICES_MAX && sims[i])
		i++;
	return i;
}

int nm_user_add_device(const char *name, const char *peer, const struct nm_user_device *how)
{
	struct sim *sim = os_alloc(sizeof(*sim));
	int slot = sim_slot(), rc;

	if (!sim || slot == DEVICES_MAX) {
		os_free(sim);
		return -ENOMEM;
	}
	rc = os_ifnet_create(NULL, name, &sim->ifnet);
	if (rc) {
		os_free(sim);
		return rc;
	}
	snprintf(sim->name, sizeof(sim->name), "%s", name);
	if (how)
		sim->how = *how;
	sim->how.tx_queues += !sim->how.tx_queues;
	sim->how.rx_queues += !sim->how.rx_queues;
	if (!sim->how.mtu)
		sim->how.mtu = MTU_DEFAULT;
	queue_init(&sim->stack);
	pthread_mutex_lock(&sim_lock);
	sim->peer = peer ? find(peer) : NULL;
	if (sim->peer)
		sim->peer->peer = sim;
	sims[slot] = sim;
	pthread_mutex_unlock(&sim_lock);
	return 0;
}

static void remove_locked(struct sim *sim)
{
	struct os_dev *dev = sim->user;
	int i;

	for (i = 0; sims[i] != sim; i++)
		;
	sims[i] = NULL;
	if (sim->peer)
		sim->peer->peer = NULL;
	if (dev) {
		stop_locked(dev);
		dev->sim = NULL;
		dev->events->gone(dev->arg);
	}
	queue_purge(&sim->stack);
	os_ifnet_destroy(sim->ifnet);
	os_free(sim);
}

void nm_user_remove_device(const char *name)
{
	pthread_mutex_lock(&sim_lock);
	remove_locked(find(name));
	pthread_mutex_unlock(&sim_lock);
}

void nm_user_forget_devices(void)
{
	int i;

	pthread_mutex_lock(&sim_lock);
	for (i = 0; i < DEVICES_MAX; i++)
		if (sims[i])
			remove_locked(sims[i]);
	pthread_mutex_unlock(&sim_lock);
}

void nm_user_claim_device(const char *name, bool claimed)
{
	pthread_mutex_lock(&sim_lock);
	find(name)->claimed = claimed;
	pthread_mutex_unlock(&sim_lock);
}

void nm_user_stall_device(const char *name, bool stalled)
{
	struct sim *sim;
	unsigned i;

	pthread_mutex_lock(&sim_lock);
	sim = find(name);
	sim->stalled = stalled;
	for (i = 0; sim->user && sim->user->started && i < QUEUES_MAX; i++)
		complete(sim->user, i);
	pthread_mutex_unlock(&sim_lock);
}

int nm_user_set_mtu(const char *name, uint32_t mtu)
{
	struct sim *sim;
	int rc = 0;

	pthread_mutex_lock(&sim_lock);
	sim = find(name);
	if (sim->user && sim->user->started && !sim->user->events->mtu_ok(sim->user->arg, mtu))
		rc = -EINVAL;
	else
		sim->how.mtu = mtu;
	pthread_mutex_unlock(&sim_lock);
	return rc;
}

int nm_user_stack_send(const char *name, unsigned queue, const void *frame, uint32_t bytes)
{
	const struct os_piece piece = {frame, bytes};
	struct frame *f = frame_of(&piece, 1);

	if (!f)
		return -ENOMEM;
	pthread_mutex_lock(&sim_lock);
	stack_sends(find(name), queue, f);
	pthread_mutex_unlock(&sim_lock);
	return 0;
}

uint32_t nm_user_stack_receive(const char *name, void *frame, uint32_t room)
{
	uint32_t bytes = 0;
	struct frame *f;

	pthread_mutex_lock(&sim_lock);
	f = queue_take(&find(name)->stack);
	if (f) {
		bytes = f->bytes < room ? f->bytes : room;
		memcpy(frame, f->data, bytes);
	}
	pthread_mutex_unlock(&sim_lock);
	os_free(f);
	return bytes;
}
