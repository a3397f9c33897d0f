/* SPDX-License-Identifier: BSD-2-Clause */
/* The actions that only look: listing, port information, counters. */
#include "ctl.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include <net/vale_stats.h>

enum { NO_SUCH_PORT = 255 };

static json_t *port_object(const char *name, unsigned bridge_idx, unsigned port_idx)
{
	return json_pack("{s:s, s:s, s:i, s:i}", "type", "port", "name", name, "bridge_idx",
			 (int)bridge_idx, "port_idx", (int)port_idx);
}

int ctl_list_one(struct ctl *c)
{
	const char *name = c->options.name;
	struct nmreq_vale_list list = {0};
	json_t *object;
	int ret = -EINVAL;

	if (strncmp(name, "vale", 4) == 0)
		ret = ctl_ask(c, NETMAP_REQ_VALE_LIST, name, &list);
	if (ret < 0)
		return ctl_fail(c, "list", name, ret);
	if (!c->options.json) {
		fprintf(c->out, "bridge_idx: %u\nport_idx:   %u\n", list.nr_bridge_idx,
			list.nr_port_idx);
		return 0;
	}
	object = port_object(name, list.nr_bridge_idx, list.nr_port_idx);
	if (list.nr_port_idx == NO_SUCH_PORT)
		json_object_set_new(object, "port_idx", json_null());
	return ctl_print_json(c, object);
}

static int print_port(struct ctl *c, const char *name, const struct nmreq_vale_list *list)
{
	if (c->options.json)
		return ctl_print_json(c, port_object(name, list->nr_bridge_idx, list->nr_port_idx));
	fprintf(c->out, "%s bridge_idx %u port_idx %u\n", name, list->nr_bridge_idx,
		list->nr_port_idx);
	return 0;
}

/* The switch must answer with a later port each time, so that the walk ends whatever it says. */
static int went_back(unsigned bridge, unsigned port, unsigned new_bridge, unsigned new_port)
{
	return new_bridge < bridge || (new_bridge == bridge && new_port < port);
}

int ctl_list_all(struct ctl *c)
{
	struct nmreq_vale_list list = {0};

	for (;;) {
		struct nmreq_header header = {.nr_version = NETMAP_API,
					      .nr_reqtype = NETMAP_REQ_VALE_LIST,
					      .nr_body = (uintptr_t)&list};
		unsigned bridge = list.nr_bridge_idx, port = list.nr_port_idx;
		int ret = c->dev->ioctl(c->handle, NIOCCTRL, &header);

		if (ret == -ENOENT)
			return 0;
		if (ret >= 0 && went_back(bridge, port, list.nr_bridge_idx, list.nr_port_idx))
			ret = -ELOOP;
		if (ret < 0)
			return ctl_fail(c, "list", "ports", ret);
		header.nr_name[sizeof(header.nr_name) - 1] = '\0';
		if (print_port(c, header.nr_name, &list))
			return 1;
		list.nr_port_idx++;
	}
}

static json_t *info_object(const char *name, const struct nmreq_port_info_get *info)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:i, s:i, s:i}", "type", "info", "name", name,
			 "memsize", (json_int_t)info->nr_memsize, "tx_slots",
			 (json_int_t)info->nr_tx_slots, "rx_slots", (json_int_t)info->nr_rx_slots,
			 "tx_rings", info->nr_tx_rings, "rx_rings", info->nr_rx_rings, "mem_id",
			 info->nr_mem_id);
}

int ctl_info(struct ctl *c)
{
	struct nmreq_port_info_get info = {0};
	int ret = ctl_port_info(c, c->options.name, &info);

	if (ret < 0)
		return ctl_fail(c, "obtain info for", c->options.name, ret);
	if (c->options.json)
		return ctl_print_json(c, info_object(c->options.name, &info));
	fprintf(c->out,
		"memsize:    %" PRIu64 "\ntx_slots:   %u\nrx_slots:   %u\n"
		"tx_rings:   %u\nrx_rings    %u\nmem_id:     %u\n",
		info.nr_memsize, info.nr_tx_slots, info.nr_rx_slots, info.nr_tx_rings,
		info.nr_rx_rings, info.nr_mem_id);
	return 0;
}

#define CTL_DEPARTED "(departed)" /* stands where a port's name does */

/* Every counter with its name; those with a cause are drops. */
static const struct {
	const char *name;
	const char *cause;
	size_t offset;
} counters[] = {
#define COUNTER(field)                                                                             \
	{                                                                                          \
#field, NULL, offsetof(struct vale_port_stats, field)                              \
	}
#define DROP(field, cause)                                                                         \
	{                                                                                          \
#field, cause, offsetof(struct vale_port_stats, field)                             \
	}
	COUNTER(tx_packets),
	COUNTER(tx_bytes),
	COUNTER(tx_copies),
	DROP(tx_drop_bad_slot, "tx:bad-slot"),
	DROP(tx_drop_no_dest, "tx:no-dest"),
	DROP(tx_drop_lookup, "tx:lookup"),
	DROP(tx_drop_no_switch, "tx:no-switch"),
	COUNTER(rx_packets),
	COUNTER(rx_bytes),
	DROP(rx_drop_ring_full, "rx:ring-full"),
	DROP(rx_drop_not_ready, "rx:not-ready"),
	DROP(rx_drop_bad_slot, "rx:bad-slot"),
};

static uint64_t counter(const struct vale_port_stats *stats, size_t i)
{
	uint64_t value;

	memcpy(&value, (const char *)stats + counters[i].offset, sizeof(value));
	return value;
}

static int print_stats_json(struct ctl *c, const struct vale_port_stats *stats)
{
	json_t *object = port_object(stats->name, stats->bridge_idx, stats->port_idx);
	size_t i;

	json_object_set_new(object, "type", json_string("stats"));
	for (i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		json_object_set_new(object, counters[i].name,
				    json_integer((json_int_t)counter(stats, i)));
	return ctl_print_json(c, object);
}

#define STATS_COLUMNS "%-20s %14s %16s %14s %16s  %s\n"
#define STATS_NUMBERS "%-20s %14" PRIu64 " %16" PRIu64 " %14" PRIu64 " %16" PRIu64 " "

static int print_stats_text(struct ctl *c, const struct vale_port_stats *stats)
{
	int drops = 0;
	size_t i;

	fprintf(c->out, STATS_NUMBERS, stats->name, stats->tx_packets, stats->tx_bytes,
		stats->rx_packets, stats->rx_bytes);
	for (i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		if (counters[i].cause && counter(stats, i)) {
			fprintf(c->out, " %s=%" PRIu64, counters[i].cause, counter(stats, i));
			drops++;
		}
	fputs(drops ? "\n" : " -\n", c->out);
	return 0;
}

/* With a name: that port's. Without: the first port's at or after the indices in stats. */
static int read_stats(struct ctl *c, const char *name, struct vale_port_stats *stats)
{
	int ret;

	if (name && strlen(name) >= sizeof(stats->name))
		return -ENAMETOOLONG;
	stats->version = VALE_STATS_VERSION;
	memset(stats->name, 0, sizeof(stats->name));
	if (name)
		memcpy(stats->name, name, strlen(name));
	ret = c->dev->ioctl(c->handle, NIOCVALESTATS, stats);
	stats->name[sizeof(stats->name) - 1] = '\0';
	return ret;
}

static int print_stats(struct ctl *c, const struct vale_port_stats *stats)
{
	return c->options.json ? print_stats_json(c, stats) : print_stats_text(c, stats);
}

/* What ports counted that have left the switch of this port; nothing when that is nothing. */
static int print_departed(struct ctl *c, const char *port)
{
	struct vale_port_stats stats = {.scope = VALE_STATS_DEPARTED};
	char name[VALE_STATS_NAME_BYTES];
	int ret;

	snprintf(name, sizeof(name), "%.*s:", (int)strcspn(port, ":"), port);
	ret = read_stats(c, name, &stats);
	if (ret == -ENOENT) /* the switch has ended meanwhile */
		return 0;
	if (ret < 0)
		return ctl_fail(c, "read counters of", name, ret);
	if (!stats.tx_packets && !stats.rx_packets)
		return 0;
	snprintf(stats.name, sizeof(stats.name), "%.40s%s", name, CTL_DEPARTED);
	return print_stats(c, &stats);
}

static int stats_of_all(struct ctl *c)
{
	struct vale_port_stats stats = {0};
	char last[VALE_STATS_NAME_BYTES] = "";

	for (;;) {
		unsigned bridge = stats.bridge_idx, port = stats.port_idx;
		int ret = read_stats(c, NULL, &stats);

		if (*last && (ret == -ENOENT || (ret >= 0 && stats.bridge_idx != bridge)))
			if (print_departed(c, last))
				return 1;
		if (ret == -ENOENT)
			return 0;
		if (ret >= 0 && went_back(bridge, port, stats.bridge_idx, stats.port_idx))
			ret = -ELOOP;
		if (ret < 0)
			return ctl_fail(c, "read counters of", "all ports", ret);
		if (print_stats(c, &stats))
			return 1;
		memcpy(last, stats.name, sizeof(last));
		stats.port_idx++;
	}
}

int ctl_stats(struct ctl *c)
{
	const char *name = c->options.name;
	struct vale_port_stats stats = {0};
	int ret = 0;

	if (name) {
		ret = *name ? read_stats(c, name, &stats) : -EINVAL;
		if (ret < 0)
			return ctl_fail(c, "read counters of", name, ret);
	}
	if (!c->options.json)
		fprintf(c->out, STATS_COLUMNS, "PORT", "TX-PACKETS", "TX-BYTES", "RX-PACKETS",
			"RX-BYTES", "DROPS");
	if (!name)
		return stats_of_all(c);
	return print_stats(c, &stats);
}
