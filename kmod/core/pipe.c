/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Names and lives of pipes. */
#include "pipe.h"
#include "pipe_sync.h"
#include "ns.h"
#include "vale_port.h"

#define PIPES_MAX 64 /* of one parent */
#define NEST_MAX  4  /* pipes within pipes; each level costs the kernel stack a frame */
#define RINGS_MAX 256
#define SLOTS_MAX 4096

enum pipe_end { MASTER, SLAVE, ENDS };

struct nm_pipe {
	struct nm_pipe *next; /* of the same parent */
	struct nm_port *parent;
	struct nm_port *end[ENDS];
	char id[NETMAP_REQ_IFNAMSIZ];
};

struct pipe_name {
	char parent[NETMAP_REQ_IFNAMSIZ];
	const char *id;
	enum pipe_end end;
};

bool nm_pipe_named(const char *name)
{
	return strchr(name, '{') || strchr(name, '}');
}

static unsigned nesting(const char *name)
{
	unsigned n = 0;

	for (; *name; name++)
		n += *name == '{' || *name == '}';
	return n;
}

/* The last '{' separates, or else the last '}'. */
static int name_split(const char *name, struct pipe_name *out)
{
	const char *at = strrchr(name, '{');
	size_t bytes;

	out->end = at ? MASTER : SLAVE;
	if (!at)
		at = strrchr(name, '}');
	bytes = at - name;
	if (!bytes || !at[1] || nesting(name) > NEST_MAX)
		return -EINVAL;
	memcpy(out->parent, name, bytes);
	out->parent[bytes] = '\0';
	out->id = at + 1;
	return 0;
}

static struct nm_ring *peer_ring(const struct nm_ring *ring)
{
	const struct nm_pipe *pipe = ring->port->kind_data;
	struct nm_port *peer = pipe->end[ring->port == pipe->end[MASTER] ? SLAVE : MASTER];

	return &peer->rings[ring->dir == NM_TX ? NM_RX : NM_TX][ring->id];
}

static int pipe_txsync(struct nm_ring *ring)
{
	nm_pipe_send(ring, peer_ring(ring));
	return 0;
}

static int pipe_rxsync(struct nm_ring *ring)
{
	nm_pipe_release(ring, peer_ring(ring));
	return 0;
}

/* Both rings of a pair live as long as either end is open, so that what was sent waits for a
 * reader. */
static int pipe_ring_make(struct nm_ring *ring)
{
	struct nm_region *region = ring->port->region;
	struct nm_ring *peer = peer_ring(ring);
	int rc = nm_ring_make(ring, region);

	if (rc)
		return rc;
	rc = nm_ring_make(peer, region);
	if (rc)
		nm_ring_unmake(ring, region);
	return rc;
}

static void pair_unmake(struct nm_ring *tx)
{
	struct nm_ring *rx = peer_ring(tx);

	if (!tx->shared)
		return;
	nm_pipe_settle(tx, rx);
	nm_ring_unmake(rx, rx->port->region);
	nm_ring_unmake(tx, tx->port->region);
}

static void pipe_ring_unmake(struct nm_ring *ring)
{
	const struct nm_pipe *pipe = ring->port->kind_data;
	int end, i;

	if (pipe->end[MASTER]->bindings || pipe->end[SLAVE]->bindings)
		return;
	for (end = 0; end < ENDS; end++)
		for (i = 0; i < pipe->end[end]->nrings[NM_TX]; i++)
			pair_unmake(&pipe->end[end]->rings[NM_TX][i]);
}

static bool pipe_kept(const struct nm_port *port)
{
	const struct nm_pipe *pipe = port->kind_data;

	return pipe->end[MASTER]->refs || pipe->end[SLAVE]->refs;
}

static void pipe_unlink(struct nm_pipe *pipe)
{
	struct nm_pipe **link = &pipe->parent->pipes;

	while (*link != pipe)
		link = &(*link)->next;
	*link = pipe->next;
	pipe->parent->npipes--;
}

/* The caller frees the end that it holds. */
static void pipe_destroy(struct nm_port *port)
{
	struct nm_pipe *pipe = port->kind_data;

	pipe_unlink(pipe);
	nm_port_free(pipe->end[port == pipe->end[MASTER] ? SLAVE : MASTER]);
	nm_port_put(pipe->parent);
	os_free(pipe);
}

static const struct nm_port_ops pipe_ops = {
	.kind = "pipe",
	.txsync = pipe_txsync,
	.rxsync = pipe_rxsync,
	.ring_make = pipe_ring_make,
	.ring_unmake = pipe_ring_unmake,
	.kept = pipe_kept,
	.destroy = pipe_destroy,
};

static int end_create(struct nm_pipe *pipe, enum pipe_end end, const struct nm_port_size *size)
{
	struct nm_region *region = nm_region_get(pipe->parent->region->id);
	struct nm_port *port;
	char name[2 * NETMAP_REQ_IFNAMSIZ];
	int rc, i;

	snprintf(name, sizeof(name), "%s%c%s", pipe->parent->name, end == MASTER ? '{' : '}',
		 pipe->id);
	rc = nm_port_new(pipe->parent->ns, &pipe_ops, name, size, region, &port);
	if (rc)
		return rc;
	port->refs = 0;
	port->kind_data = pipe;
	for (i = 0; i < port->nrings[NM_RX]; i++)
		port->rings[NM_RX][i].bare = true;
	pipe->end[end] = port;
	return 0;
}

static int ends_create(struct nm_pipe *pipe, const struct nm_port_size *wish)
{
	struct nm_port_size master = {.rings = {0}}, slave = {.rings = {0}};
	int dir, rc;

	for (dir = 0; dir < NM_DIRS; dir++) {
		enum nm_dir across = dir == NM_TX ? NM_RX : NM_TX;

		master.rings[dir] = nm_clamp(wish->rings[dir], 1, RINGS_MAX);
		master.slots[dir] = nm_clamp(wish->slots[dir], pipe->parent->slots[dir], SLOTS_MAX);
		slave.rings[across] = master.rings[dir];
		slave.slots[across] = master.slots[dir];
	}
	rc = end_create(pipe, MASTER, &master);
	if (rc)
		return rc;
	rc = end_create(pipe, SLAVE, &slave);
	if (rc)
		nm_port_free(pipe->end[MASTER]);
	return rc;
}

/* On success the pipe owns the caller's reference to the parent. */
static int pipe_create(struct nm_port *parent, const char *id, const struct nm_port_size *size,
		       struct nm_pipe **out)
{
	struct nm_pipe *pipe;
	int rc;

	if (parent->npipes == PIPES_MAX)
		return -EINVAL;
	pipe = os_alloc(sizeof(*pipe));
	if (!pipe)
		return -ENOMEM;
	pipe->parent = parent;
	memcpy(pipe->id, id, strlen(id) + 1);
	rc = ends_create(pipe, size);
	if (rc) {
		os_free(pipe);
		return rc;
	}
	pipe->next = parent->pipes;
	parent->pipes = pipe;
	parent->npipes++;
	*out = pipe;
	return 0;
}

static uint16_t wider(const uint16_t rings[NM_DIRS])
{
	uint16_t most = rings[NM_TX] > rings[NM_RX] ? rings[NM_TX] : rings[NM_RX];

	return most < RINGS_MAX ? most : RINGS_MAX;
}

static int parent_get(const struct nm_port_query *query, const char *name, struct nm_port **out)
{
	struct nm_port_query parent = *query;
	int rc;

	parent.name = name;
	parent.mode = NR_REG_ALL_NIC;
	parent.size.pipe_rings = wider(query->size.rings);
	rc = nm_port_get(&parent, out);
	if (rc == -ENXIO && query->create) {
		rc = nm_persistent_create(query->ns, name, &parent.size, out);
		if (!rc)
			(*out)->transient = true;
	}
	if (rc || !(*out)->ifnet || !(*out)->vale)
		return rc;
	nm_port_put(*out);
	return -EBUSY;
}

static struct nm_pipe *pipe_find(const struct nm_port *parent, const char *id)
{
	struct nm_pipe *pipe = parent->pipes;

	while (pipe && strcmp(pipe->id, id) != 0)
		pipe = pipe->next;
	return pipe;
}

int nm_pipe_get(const struct nm_port_query *query, struct nm_port **out)
{
	struct pipe_name name;
	struct nm_port *parent;
	struct nm_pipe *pipe;
	int rc;

	if (query->mode != NR_REG_ALL_NIC && query->mode != NR_REG_ONE_NIC)
		return -EINVAL;
	rc = name_split(query->name, &name);
	if (!rc)
		rc = parent_get(query, name.parent, &parent);
	if (rc)
		return rc;
	pipe = pipe_find(parent, name.id);
	if (pipe) {
		nm_port_put(parent);
	} else {
		rc = query->create ? pipe_create(parent, name.id, &query->size, &pipe) : -ENODEV;
		if (rc) {
			nm_port_put(parent);
			return rc;
		}
	}
	*out = pipe->end[name.end];
	(*out)->refs++;
	return 0;
}
