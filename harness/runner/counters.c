/* SPDX-License-Identifier: BSD-2-Clause */
#include "counters.h"

#include <string.h>

#include "command.h"

#define LIMIT_MS 15000

static const char *const known[] = {"tx_packets",	 "tx_bytes",	      "tx_copies",
				    "tx_drop_bad_slot",	 "tx_drop_no_dest",   "tx_drop_lookup",
				    "tx_drop_no_switch", "rx_packets",	      "rx_bytes",
				    "rx_drop_ring_full", "rx_drop_not_ready", "rx_drop_bad_slot",
				    "card_missed",	 "card_dropped"};

static const struct {
	enum counters_of of;
	const char *command;
} sources[] = {{COUNTERS_OF_SWITCHES, "vale-ctl -s --json"},
	       {COUNTERS_OF_CARDS, "vb-nic counters"}};

static void on_line(void *ctx, const char *text)
{
	json_t *ports = ctx, *line = json_loads(text, 0, NULL), *port, *value;
	const char *name = json_string_value(json_object_get(line, "port"));
	size_t i;

	if (!name)
		name = json_string_value(json_object_get(line, "name"));
	if (name) {
		port = json_object();
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			value = json_object_get(line, known[i]);
			if (json_is_integer(value))
				json_object_set(port, known[i], value);
		}
		json_object_set_new(ports, name, port);
	}
	json_decref(line);
}

json_t *counters_read(struct session *s, unsigned of, struct vb_err *err)
{
	const struct params none = {0};
	json_t *ports = json_object();
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		if (!(of & sources[i].of))
			continue;
		if (command_run(s, sources[i].command, &none, LIMIT_MS, on_line, ports, err)) {
			json_decref(ports);
			return NULL;
		}
	}
	return ports;
}

void counters_store(struct record *r, json_t *before, json_t *after)
{
	const char *port, *name;
	json_t *counters, *value;
	json_int_t old;

	json_object_foreach(after, port, counters)
	{
		json_object_foreach(counters, name, value)
		{
			old = json_integer_value(
				json_object_get(json_object_get(before, port), name));
			record_counter(r, port, name, json_integer_value(value) - old);
		}
	}
}
