/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that a command line can say. */
#ifndef PG_CONFIG_H
#define PG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "io.h"
#include "pace.h"
#include "range.h"
#include "sizes.h"

enum function { FN_RX, FN_TX, FN_PING, FN_PONG, FN_TXSEQ, FN_RXSEQ };

/* The bits of -o (tools.md 1.2). */
enum option_mask {
	OPT_PREFETCH = 1,
	OPT_ACCESS = 2,
	OPT_COPY = 4,
	OPT_MEMCPY = 8,
	OPT_TIMESTAMP = 16,
	OPT_INDIRECT = 32,
	OPT_DUMP = 64,
	OPT_RUBBISH = 256,
	OPT_RANDOM_SRC = 512,
	OPT_RANDOM_DST = 1024,
	OPT_PPS_STATS = 2048,
	OPT_UPDATE_SIZES = 4096,
};

enum latency_mode { LATENCY_OFF, LATENCY_ONE_WAY, LATENCY_ROUND_TRIP };

#define WAIT_UNSET    (-1)
#define BURST_UNSET   0
#define BURST_DEFAULT 512
#define REPLAY_MAX    0.0 /* replay_speed: as fast as possible */
#define LATENCY_EVERY 64

struct config {
	const char *port_arg; /* as given to -i */
	char port[IO_NAME_MAX + 1];
	enum function fn;
	bool bad_function; /* -f was not understood and is kept */
	uint64_t count;
	int64_t frame_bytes;
	int64_t frame_min_bytes; /* 0: fixed */
	unsigned len_options;	 /* how many -l were given */
	int64_t burst;
	int family;
	const char *dst_arg, *src_arg;
	const char *dst_mac_arg, *src_mac_arg;
	struct range dst, src;
	uint8_t dst_mac[MAC_BYTES], src_mac[MAC_BYTES];
	int64_t affinity; /* first CPU, -1 none */
	int64_t cpus;
	int64_t threads;
	int64_t report_ms;
	int64_t wait_s;
	bool end_on_silence;
	int64_t rate_pps;
	int64_t vnet_bytes;
	const char *frame_file;
	bool raw_numbers;
	int64_t frags;
	int64_t frag_bytes; /* 0: buffer size */
	bool show_average;
	bool count_framing;
	uint32_t tx_slots, rx_slots;
	uint16_t tx_rings, rx_rings;
	bool ring_config;
	unsigned options; /* enum option_mask */
	int verbose;
	bool help;

	bool json;
	bool quiet;
	bool announce;
	bool at_once; /* a paced sender does not wait for a whole second */
	double duration_s; /* 0: no limit */
	enum latency_mode latency;
	int64_t latency_every;
	const char *sizes_arg;
	struct sizes sizes;
	enum pace_gap gap;
	int64_t dst_macs, src_macs;
	bool exchange_buffers;
	bool zero_copy;
	bool spin;
	bool live;
	const char *replay_file;
	double replay_speed; /* multiple of the original, REPLAY_MAX */
	int64_t loops;	     /* 0: for ever */
	const char *write_file;
};

static inline bool config_sends(const struct config *c)
{
	return c->fn == FN_TX || c->fn == FN_TXSEQ;
}

static inline bool config_receives(const struct config *c)
{
	return c->fn == FN_RX || c->fn == FN_RXSEQ;
}

const char *function_name(enum function fn);

/*
 * Settles what options mean together: defaults that depend on others, addresses, sizes, and
 * combinations that make no sense. Returns 0, or -1 with err naming the option at fault.
 * config_free() afterwards in both cases.
 */
int config_settle(struct config *c, struct vb_err *err);
void config_free(struct config *c);

/* "aa:bb:cc:dd:ee:ff"; 0, or -1. */
int config_parse_mac(const char *text, uint8_t mac[MAC_BYTES]);

#endif
