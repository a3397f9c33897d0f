/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "latency.h"

#define VALE_PREFIX   "vale"
#define MAC_LAST      0xffffffffffffull
#define DEVICE_WAIT_S 2

static const char *const function_names[] = {"rx", "tx", "ping", "pong", "txseq", "rxseq"};

const char *function_name(enum function fn)
{
	return function_names[fn];
}

int config_parse_mac(const char *text, uint8_t mac[MAC_BYTES])
{
	unsigned b[MAC_BYTES], i;
	char extra;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5],
		   &extra) != MAC_BYTES)
		return -1;
	for (i = 0; i < MAC_BYTES; i++)
		mac[i] = (uint8_t)b[i];
	return 0;
}

/* The address of the device under a netmap: name; zero where there is none. */
static void device_mac(const char *port, uint8_t mac[MAC_BYTES])
{
	struct ifreq ifr = {0};
	int fd;

	memset(mac, 0, MAC_BYTES);
	if (!io_device_name(port, ifr.ifr_name, sizeof(ifr.ifr_name)))
		return;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return;
	if (ioctl(fd, SIOCGIFHWADDR, &ifr) == 0)
		memcpy(mac, ifr.ifr_hwaddr.sa_data, MAC_BYTES);
	close(fd);
}

static int settle_macs(struct config *c, struct vb_err *err)
{
	static const char want[] = "a MAC address looks like 02:00:00:00:00:01";

	if (config_parse_mac(c->dst_mac_arg, c->dst_mac))
		return vb_fail(err, VB_USAGE, "-D: cannot use \"%s\": %s", c->dst_mac_arg, want);
	if (!c->src_mac_arg)
		device_mac(c->port, c->src_mac);
	else if (config_parse_mac(c->src_mac_arg, c->src_mac))
		return vb_fail(err, VB_USAGE, "-S: cannot use \"%s\": %s", c->src_mac_arg, want);
	return 0;
}

static int settle_ranges(struct config *c, struct vb_err *err)
{
	if (!c->dst_arg)
		c->dst_arg = c->family == 4 ? "10.1.0.1" : "fd00::2";
	if (!c->src_arg)
		c->src_arg = c->family == 4 ? "10.0.0.1" : "fd00::1";
	if (range_parse(&c->dst, c->family, c->dst_arg, "-d", err))
		return -1;
	return range_parse(&c->src, c->family, c->src_arg, "-s", err);
}

static int settle_sizes(struct config *c, struct vb_err *err)
{
	if (c->sizes_arg) {
		if (c->len_options)
			return vb_fail(
				err, VB_USAGE,
				"--sizes and -l both set the frame length; give one of them");
		if (sizes_parse(&c->sizes, c->sizes_arg, err))
			return -1;
		c->frame_bytes = c->sizes.high;
	}
	if (c->len_options > 2)
		return vb_fail(err, VB_USAGE, "-l: given %u times; it may be given twice at most",
			       c->len_options);
	if (c->frame_min_bytes >= c->frame_bytes)
		return vb_fail(err, VB_USAGE,
			       "-l: the least random length %lld is not below the length %lld",
			       (long long)c->frame_min_bytes, (long long)c->frame_bytes);
	return 0;
}

static void settle_burst(struct config *c)
{
	bool single = c->fn == FN_PING || c->fn == FN_PONG || c->gap == GAP_POISSON;

	if (c->burst == BURST_UNSET)
		c->burst = single ? 1 : BURST_DEFAULT;
}

static void settle_options(struct config *c)
{
	if (c->options & OPT_TIMESTAMP && c->latency == LATENCY_OFF)
		c->latency = LATENCY_ONE_WAY;
	if (c->options & OPT_PPS_STATS)
		c->show_average = true;
	if (c->wait_s == WAIT_UNSET)
		c->wait_s = c->json || strncmp(c->port, VALE_PREFIX, strlen(VALE_PREFIX)) == 0
				    ? 0
				    : DEVICE_WAIT_S;
}

struct rule {
	bool wrong;
	const char *text;
};

static int first_broken(const struct rule *rules, size_t n, struct vb_err *err)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rules[i].wrong)
			return vb_fail(err, VB_USAGE, "%s", rules[i].text);
	return 0;
}

/* Options that only one function obeys. */
static int check_function(const struct config *c, struct vb_err *err)
{
	bool one_thread = c->fn != FN_TX && c->fn != FN_RX;
	const struct rule rules[] = {
		{c->replay_file && c->fn != FN_TX, "--replay: only -f tx can replay a capture"},
		{c->write_file && c->fn != FN_RX, "--write: only -f rx can write what it receives"},
		{c->sizes_arg && c->fn != FN_TX, "--sizes: only -f tx can vary the length"},
		{c->latency && c->fn != FN_TX && c->fn != FN_RX,
		 "--latency: only -f tx and -f rx measure it"},
		{c->latency == LATENCY_ROUND_TRIP && c->fn == FN_RX,
		 "--latency=round-trip: give it to -f tx, and let -f pong answer"},
		{c->spin && c->fn != FN_RX && c->fn != FN_PONG,
		 "--spin: only -f rx and -f pong wait for packets"},
		{c->spin && c->end_on_silence,
		 "--spin: a receiver that never waits cannot end on silence; leave out -W"},
		{c->live && (c->fn != FN_RX || !c->spin),
		 "--live: only -f rx with --spin looks at its rings by itself"},
		{c->threads > 1 && one_thread, "-p: only rx and tx can have several threads"},
		{c->threads > 1 && c->replay_file, "-p: --replay has one thread"},
	};

	return first_broken(rules, sizeof(rules) / sizeof(rules[0]), err);
}

/* The shortest frame that will be sent. */
static int64_t shortest(const struct config *c)
{
	if (c->sizes_arg)
		return c->sizes.low;
	return c->frame_min_bytes ? c->frame_min_bytes : c->frame_bytes;
}

/* Pairs that contradict each other. */
static int check_combinations(const struct config *c, struct vb_err *err)
{
	bool steps = !range_is_single(&c->src) || !range_is_single(&c->dst) || c->dst_macs > 1 ||
		     c->src_macs > 1 || c->options & (OPT_RANDOM_SRC | OPT_RANDOM_DST);
	bool mixes = c->sizes_arg || c->frame_min_bytes;
	bool ready = c->frame_file || c->replay_file;
	int64_t mark_end = (c->family == 4 ? FRAME_V4_PAYLOAD : FRAME_V6_PAYLOAD) + MARK_BYTES;
	const struct rule rules[] = {
		{mac_number(c->dst_mac) + (uint64_t)c->dst_macs > MAC_LAST + 1,
		 "--dst-macs: that many addresses do not fit above the first; choose it with -D"},
		{mac_number(c->src_mac) + (uint64_t)c->src_macs > MAC_LAST + 1,
		 "--src-macs: that many addresses do not fit above the first; choose it with -S"},
		{c->gap == GAP_POISSON && !c->rate_pps, "--gap poisson: needs a rate, -R"},
		{c->frame_file && c->replay_file,
		 "-P and --replay both say what to send; give one of them"},
		{ready && (steps || mixes),
		 "-P and --replay send packets as captured; leave out ranges, -z, -Z, "
		 "--dst-macs, --src-macs, --sizes and random lengths"},
		{ready && c->latency, "--latency: frames of a capture cannot be marked"},
		{c->replay_file && c->rate_pps,
		 "--replay: paced by the capture or --replay-speed; leave out -R"},
		{c->options & OPT_INDIRECT && (steps || mixes || c->latency),
		 "-I: all packets share one buffer; leave out ranges, -z, -Z, --dst-macs, "
		 "--src-macs, --sizes and --latency"},
		{c->options & OPT_RUBBISH && c->latency,
		 "--latency: marks cannot be written with -r"},
		{c->latency && c->fn == FN_TX && shortest(c) < mark_end,
		 "--latency: the frame is too short for a mark; it needs 60 bytes with IPv4 and "
		 "80 with IPv6"},
	};

	return first_broken(rules, sizeof(rules) / sizeof(rules[0]), err);
}

static int check_cpus(struct config *c, struct vb_err *err)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (c->cpus == 0)
		c->cpus = online;
	if (c->cpus > online)
		return vb_fail(err, VB_USAGE, "-c: %lld CPUs are wanted, but only %ld are online",
			       (long long)c->cpus, online);
	return 0;
}

int config_settle(struct config *c, struct vb_err *err)
{
	if (!c->port_arg)
		return vb_fail(err, VB_USAGE,
			       "-i: no port given; name one, as in -i vale0:a (pkt-gen -h lists "
			       "all options)");
	if (io_resolve_name(c->port_arg, c->port, err) || check_cpus(c, err))
		return -1;
	settle_options(c);
	settle_burst(c);
	if (settle_macs(c, err) || settle_ranges(c, err) || settle_sizes(c, err))
		return -1;
	return check_function(c, err) || check_combinations(c, err) ? -1 : 0;
}

void config_free(struct config *c)
{
	sizes_free(&c->sizes);
}
