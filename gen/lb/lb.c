/* SPDX-License-Identifier: BSD-2-Clause */
#include "lb.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "balance.h"
#include "stats.h"

#define WAIT_MS	   10
#define DEVICE	   "netmap:"
#define DEVICE_LEN (sizeof(DEVICE) - 1)

/* "eth0" of "netmap:eth0", "vale0:in" of itself, without the pipe that either may name. */
static void parent_name(const struct lb *lb, const struct lb_group_config *g, char *name)
{
	const char *from = g->name[0] ? g->name : lb->input->hdr.nr_name;

	if (strncmp(from, DEVICE, DEVICE_LEN) == 0)
		from += DEVICE_LEN;
	snprintf(name, LB_NAME_MAX, "%.*s", (int)strcspn(from, "{}"), from);
}

/* Groups of one parent share its numbers. */
static unsigned first_number(const struct lb *lb, unsigned group)
{
	char mine[LB_NAME_MAX], other[LB_NAME_MAX];
	unsigned i, n = 0;

	parent_name(lb, &lb->cfg.group[group], mine);
	for (i = 0; i < group; i++) {
		parent_name(lb, &lb->cfg.group[i], other);
		if (strcmp(mine, other) == 0)
			n += lb->cfg.group[i].pipes;
	}
	return n;
}

static int open_pipe(struct lb *lb, struct lb_pipe *p, const char *parent, unsigned number)
{
	bool vale = strncmp(parent, "vale", 4) == 0;

	snprintf(p->name, sizeof(p->name), "%s%s{%u/xT@%u", vale ? "" : DEVICE, parent, number,
		 lb->input->reg.nr_mem_id);
	p->d = nmport_open_in(&lb->app.context.ctx, p->name);
	if (!p->d)
		return -1;
	if (p->d->mem != lb->input->mem) {
		app_log(&lb->app, "%s does not share memory with %s", p->name, lb->cfg.input);
		return -1;
	}
	p->ring = NETMAP_TXRING(p->d->nifp, p->d->first_tx_ring);
	p->limit = p->ring->tail;
	p->synced = p->ring->head;
	return 0;
}

static int open_group(struct lb *lb, unsigned i, struct lb_pipe *first)
{
	struct lb_group *g = &lb->group[i];
	unsigned number = first_number(lb, i), k;
	char parent[LB_NAME_MAX];

	g->pipe = first;
	g->n = lb->cfg.group[i].pipes;
	g->next = i + 1 < lb->cfg.groups ? &lb->group[i + 1] : NULL;
	parent_name(lb, &lb->cfg.group[i], parent);
	for (k = 0; k < g->n; k++) {
		g->pipe[k].group = g;
		pool_queue_init(&g->pipe[k].queue);
		if (open_pipe(lb, &g->pipe[k], parent, number + k))
			return -1;
	}
	return 0;
}

static int open_input(struct lb *lb)
{
	lb->input = nmport_prepare_in(&lb->app.context.ctx, lb->cfg.input);
	if (!lb->input)
		return -1;
	lb->input->reg.nr_extra_bufs = (uint32_t)lb->cfg.extra_bufs;
	if (nmport_open_desc(lb->input))
		return -1;
	if (lb->input->first_rx_ring > lb->input->last_rx_ring) {
		app_log(&lb->app, "%s has no receive rings here; leave /T out of its name",
			lb->cfg.input);
		return -1;
	}
	return 0;
}

static int open_all(struct lb *lb)
{
	unsigned i, at = 0;

	if (open_input(lb))
		return -1;
	for (i = 0; i < lb->cfg.groups; i++)
		lb->n_pipes += lb->cfg.group[i].pipes;
	lb->pipes = calloc(lb->n_pipes, sizeof(*lb->pipes));
	if (!lb->pipes || pool_init(&lb->pool, lb->input)) {
		app_log(&lb->app, "no memory for %u pipes and %u buffers", lb->n_pipes,
			lb->input->reg.nr_extra_bufs);
		return -1;
	}
	if (lb->pool.total < lb->cfg.extra_bufs)
		app_log(&lb->app, "-B: %u of %llu extra buffers were granted", lb->pool.total,
			(unsigned long long)lb->cfg.extra_bufs);
	for (i = 0; i < lb->cfg.groups; i++) {
		if (open_group(lb, i, &lb->pipes[at]))
			return -1;
		at += lb->cfg.group[i].pipes;
	}
	return 0;
}

static void close_all(struct lb *lb)
{
	unsigned i;

	if (lb->input && lb->input->mmap_done)
		pool_give_back(&lb->pool, lb->input);
	for (i = 0; lb->pipes && i < lb->n_pipes; i++)
		nmport_close(lb->pipes[i].d);
	free(lb->pipes);
	nmport_close(lb->input);
}

/*
 * A pipe is looked at when it has something to send or something to get back. Its cur goes to its
 * tail then, so that only slots newly given back end the wait.
 */
static bool choose_events(const struct lb *lb, struct lb_pipe *p, struct nmdev_wait *w)
{
	bool reclaim = lb->cfg.busy || p->starved || p->queue.slots ||
		       (p->group->next && nm_tx_pending(p->ring));

	if (!reclaim && p->synced == p->ring->head)
		return false;
	if (reclaim)
		p->ring->cur = p->ring->tail;
	*w = (struct nmdev_wait){.handle = nmport_handle(p->d), .events = reclaim ? POLLOUT : 0};
	p->synced = p->ring->head;
	p->starved = false;
	return true;
}

/* Syncs what needs it, and sleeps while there is nothing to do. Returns as nmdev->wait. */
static int sync_ports(struct lb *lb, bool more)
{
	struct nmdev_wait set[LB_MAX_PIPES + 1];
	unsigned i, n = 1;
	int ret;

	set[0] = (struct nmdev_wait){.handle = nmport_handle(lb->input), .events = POLLIN};
	for (i = 0; i < lb->n_pipes; i++)
		n += choose_events(lb, &lb->pipes[i], &set[n]);
	ret = lb->app.env->nmdev->wait(set, n, more || lb->cfg.busy ? 0 : WAIT_MS);
	if (ret > 0)
		app_check_port(&lb->app, &set[0], lb->cfg.input, &lb->input_broken);
	return ret;
}

static int forward(struct lb *lb, struct lb_stats stats[2])
{
	bool more = false;
	int ret;

	while (!app_stopped(&lb->app)) {
		ret = sync_ports(lb, more);
		if (ret < 0 && ret != -EINTR) {
			app_log(&lb->app, "cannot wait for packets: %s", strerror(-ret));
			return 1;
		}
		balance_returned(lb);
		more = balance_input(lb);
		stats_tick(&stats[0], lb);
		stats_tick(&stats[1], lb);
	}
	sync_ports(lb, true);
	return 0;
}

static void say_total(struct lb *lb)
{
	struct lb_count total = balance_total(lb);

	fprintf(lb->app.env->out, "%llu packets forwarded.  %llu packets dropped. Total %llu\n",
		(unsigned long long)total.forwarded, (unsigned long long)total.dropped,
		(unsigned long long)(total.forwarded + total.dropped));
	fflush(lb->app.env->out);
}

static int run(struct lb *lb)
{
	struct lb_stats stats[2] = {{0}, {0}};
	int ret = 1;

	if (open_all(lb))
		return 1;
	if (stats_init(&stats[0], lb, lb->cfg.stdout_s, false) ||
	    stats_init(&stats[1], lb, lb->cfg.syslog_s, true)) {
		app_log(&lb->app, "no memory for statistics");
	} else {
		app_log(&lb->app, "%u pipes on %s, %u extra buffers", lb->n_pipes, lb->cfg.input,
			lb->pool.total);
		app_sleep(&lb->app, (unsigned)lb->cfg.wait_s);
		app_log(&lb->app, "Ready to go");
		ret = forward(lb, stats);
		balance_end(lb);
		say_total(lb);
	}
	stats_free(&stats[0]);
	stats_free(&stats[1]);
	return ret;
}

int lb_main(int argc, char **argv, const struct app_env *env)
{
	struct lb lb = {0};
	struct vb_err err;
	int ret = 1;

	app_begin(&lb.app, env);
	if (lb_options_parse(&lb.cfg, argc, argv, &err)) {
		fprintf(env->err, "lb: %s\n", err.text);
	} else if (lb.cfg.help) {
		lb_options_usage(env->err);
		ret = 0;
	} else {
		ret = run(&lb);
	}
	close_all(&lb);
	app_end(&lb.app);
	return ret;
}
