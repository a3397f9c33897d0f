/* SPDX-License-Identifier: BSD-2-Clause */
/* What each command line of vale-ctl asks the device, and what it makes of the answer. */
#ifndef CLAIMS_H
#define CLAIMS_H

#include <net/netmap.h>

#include "fake_dev.h"

/* A body as 64 bytes, so that the untouched rest is compared as well. */
union body {
	unsigned char bytes[FAKE_BODY_BYTES];
	struct nmreq_vale_attach attach;
	struct nmreq_vale_detach detach;
	struct nmreq_vale_list list;
	struct nmreq_vale_newif newif;
	struct nmreq_vale_polling polling;
	struct nmreq_port_info_get info;
};

struct claim {
	const char *line;   /* command line */
	uint16_t type;	    /* of the one request */
	const char *name;   /* in it */
	union body sent;    /* expected */
	union body answer;  /* played back */
	const char *out;    /* printed */
	const char *err;    /* printed beside it, NULL nothing */
	const char *action; /* in "failed to ACTION NAME: ..." when the answer is an error */
	const char *shown;  /* NAME in that line, NULL: name */
};

/* clang-format off */
#define NEWIF(tx, rx, txr, rxr, mem)                                                               \
	{ .newif = { .nr_tx_slots = tx, .nr_rx_slots = rx, .nr_tx_rings = txr, .nr_rx_rings = rxr, \
		     .nr_mem_id = mem } }
#define ATTACH(mode, tx, rx, txr, rxr, mem)                                                        \
	{ .attach = { .reg = { .nr_mode = mode, .nr_tx_slots = tx, .nr_rx_slots = rx,              \
			       .nr_tx_rings = txr, .nr_rx_rings = rxr, .nr_mem_id = mem } } }
#define POLLING(mode, first, count)                                                                \
	{ .polling = { .nr_mode = mode, .nr_first_cpu_id = first, .nr_num_polling_cpus = count } }
#define INDEX(n) { .attach = { .port_index = n } }
#define DETACHED(n) { .detach = { .port_index = n } }

#define INFO_ANSWER                                                                                \
	{ .info = { .nr_memsize = 42369024, .nr_tx_slots = 1024, .nr_rx_slots = 512,               \
		    .nr_tx_rings = 4, .nr_rx_rings = 2, .nr_mem_id = 3 } }
#define INFO_TEXT                                                                                  \
	"memsize:    42369024\ntx_slots:   1024\nrx_slots:   512\ntx_rings:   4\n"                 \
	"rx_rings    2\nmem_id:     3\n"

static const struct claim claims[] = {
	{ .line = "-a vale0:eth0", .type = 3, .name = "vale0:eth0", .action = "attach",
	  .sent = ATTACH(1, 0, 0, 0, 0, 0), .answer = INDEX(7), .out = "" },
	{ .line = "-v -a vale0:eth0", .type = 3, .name = "vale0:eth0", .action = "attach",
	  .sent = ATTACH(1, 0, 0, 0, 0, 0), .answer = INDEX(7), .out = "port_index: 7\n" },
	{ .line = "--json --attach=vale0:eth0", .type = 3, .name = "vale0:eth0", .action = "attach",
	  .sent = ATTACH(1, 0, 0, 0, 0, 0), .answer = INDEX(7),
	  .out = "{\"type\":\"attach\",\"name\":\"vale0:eth0\",\"port_index\":7}\n" },
	{ .line = "-h vale0:eth0 -C 100,200,3,4 -m 9", .type = 3, .name = "vale0:eth0",
	  .action = "attach", .sent = ATTACH(3, 100, 200, 3, 4, 9), .answer = INDEX(0), .out = "" },
	{ .line = "-vhvale0:eth0", .type = 3, .name = "vale0:eth0", .action = "attach",
	  .sent = ATTACH(3, 0, 0, 0, 0, 0), .answer = INDEX(1), .out = "port_index: 1\n" },
	{ .line = "-d vale0:eth0", .type = 4, .name = "vale0:eth0", .action = "detach", .out = "" },
	{ .line = "-v -d vale0:eth0", .type = 4, .name = "vale0:eth0", .action = "detach",
	  .answer = DETACHED(5), .out = "port_index: 5\n" },
	{ .line = "-n v0", .type = 8, .name = "v0", .action = "create", .out = "" },
	{ .line = "-n v0 -C 64", .type = 8, .name = "v0", .action = "create",
	  .sent = NEWIF(64, 64, 0, 0, 0), .out = "" },
	{ .line = "-n v0 -C 64,32", .type = 8, .name = "v0", .action = "create",
	  .sent = NEWIF(64, 32, 0, 0, 0), .out = "" },
	{ .line = "-n v0 -C 64,32,2", .type = 8, .name = "v0", .action = "create",
	  .sent = NEWIF(64, 32, 2, 2, 0), .out = "" },
	{ .line = "-v -n v0 -C 64,32,2,1 -m 1", .type = 8, .name = "v0", .action = "create",
	  .sent = NEWIF(64, 32, 2, 1, 1), .answer = NEWIF(65, 33, 3, 2, 6),
	  .out = "tx_slots:   65\nrx_slots:   33\ntx_rings:   3\nrx_ring:    2\nmem_id:     6\n" },
	{ .line = "--json -n v0", .type = 8, .name = "v0", .action = "create",
	  .answer = NEWIF(65, 33, 3, 2, 6),
	  .out = "{\"type\":\"create\",\"name\":\"v0\",\"tx_slots\":65,\"rx_slots\":33,"
		 "\"tx_rings\":3,\"rx_rings\":2,\"mem_id\":6}\n" },
	{ .line = "-n v0 -C 1,2,3,4,5,6", .type = 8, .name = "v0", .action = "create",
	  .sent = NEWIF(1, 2, 3, 4, 0), .out = "", .err = "vale-ctl: -C 1,2,3,4,5,6: ignored '5,6'\n" },
	{ .line = "-r v0", .type = 9, .name = "v0", .action = "remove", .out = "" },
	{ .line = "-g eth0", .type = 2, .name = "eth0", .action = "obtain info for",
	  .answer = INFO_ANSWER, .out = INFO_TEXT },
	{ .line = "-g netmap:eth0", .type = 2, .name = "eth0", .action = "obtain info for",
	  .answer = INFO_ANSWER, .out = INFO_TEXT, .shown = "netmap:eth0" },
	{ .line = "--json -g vale0:a", .type = 2, .name = "vale0:a", .action = "obtain info for",
	  .answer = INFO_ANSWER,
	  .out = "{\"type\":\"info\",\"name\":\"vale0:a\",\"memsize\":42369024,\"tx_slots\":1024,"
		 "\"rx_slots\":512,\"tx_rings\":4,\"rx_rings\":2,\"mem_id\":3}\n" },
	{ .line = "-l vale0:a", .type = 5, .name = "vale0:a", .action = "list",
	  .answer = { .list = { .nr_bridge_idx = 2, .nr_port_idx = 7 } },
	  .out = "bridge_idx: 2\nport_idx:   7\n" },
	{ .line = "--json -l vale0:b", .type = 5, .name = "vale0:b", .action = "list",
	  .answer = { .list = { .nr_bridge_idx = 2, .nr_port_idx = 255 } },
	  .out = "{\"type\":\"port\",\"name\":\"vale0:b\",\"bridge_idx\":2,\"port_idx\":null}\n" },
	{ .line = "-p vale0:eth0 -C 0,1", .type = 10, .name = "vale0:eth0",
	  .action = "enable polling on", .sent = POLLING(1, 1, 1), .out = "" },
	{ .line = "-C 1,2,3 -p vale0:eth0", .type = 10, .name = "vale0:eth0",
	  .action = "enable polling on", .sent = POLLING(2, 2, 3), .out = "" },
	{ .line = "-C 7,2 -p vale0:eth0", .type = 10, .name = "vale0:eth0",
	  .action = "enable polling on", .sent = POLLING(2, 2, 1), .out = "" },
	{ .line = "-P vale0:eth0 -C 1,0,2", .type = 11, .name = "vale0:eth0",
	  .action = "disable polling on", .sent = POLLING(2, 0, 2), .out = "" },
	{ .line = "-P vale0:eth0", .type = 11, .name = "vale0:eth0", .action = "disable polling on",
	  .sent = POLLING(1, 0, 1), .out = "", .err = "invalid null/empty config\n" },
	{ .line = "-a vale0:x -r vale1:y", .type = 9, .name = "vale1:y", .action = "remove",
	  .out = "" },
};
/* clang-format on */

#endif
