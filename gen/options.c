/* SPDX-License-Identifier: BSD-2-Clause */
/* The table. How it is read: options_parse.c. */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(name) offsetof(struct config, name)

static void *field(struct config *c, const struct option *o)
{
	return (char *)c + o->field;
}

static int bad(struct vb_err *err, const struct option *o, const char *arg, const char *why)
{
	char letter[3] = {'-', o->letter, '\0'};

	return vb_fail(err, VB_USAGE, "%s%s: cannot use \"%s\": %s (pkt-gen -h lists all options)",
		       o->letter ? letter : "--", o->letter ? "" : o->name, arg, why);
}

static int whole(const struct option *o, const char *arg, int64_t *value, struct vb_err *err)
{
	char why[96], *end;

	errno = 0;
	*value = strtoll(arg, &end, 0);
	if (!errno && end != arg && !*end && *value >= o->min && *value <= o->max)
		return 0;
	if (o->max == INT64_MAX)
		snprintf(why, sizeof(why), "it must be a whole number, %lld or more",
			 (long long)o->min);
	else
		snprintf(why, sizeof(why), "it must be a whole number from %lld to %lld",
			 (long long)o->min, (long long)o->max);
	return bad(err, o, arg, why);
}

static int set_flag(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	*(bool *)field(c, o) = true;
	return 0;
}

static int set_text(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	if (!*arg)
		return bad(err, o, arg, "it is empty");
	*(const char **)field(c, o) = arg;
	return 0;
}

static int set_whole(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	int64_t value;

	if (whole(o, arg, &value, err))
		return -1;
	*(int64_t *)field(c, o) = value;
	return 0;
}

/* The table's `min` holds the mask bit that the letter stands for. */
static int set_mask_bit(struct config *c, const struct option *o, const char *arg,
			struct vb_err *err)
{
	c->options |= (unsigned)o->min;
	return 0;
}

static int set_mask(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	int64_t value;

	if (whole(o, arg, &value, err))
		return -1;
	c->options |= (unsigned)value;
	return 0;
}

static int set_family(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	c->family = (int)o->min;
	return 0;
}

static int set_verbose(struct config *c, const struct option *o, const char *arg,
		       struct vb_err *err)
{
	c->verbose++;
	return 0;
}

/* The first length is the length, the second the least of random ones. */
static int set_length(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	int64_t value;

	if (whole(o, arg, &value, err))
		return -1;
	if (c->len_options++ == 0)
		c->frame_bytes = value;
	else
		c->frame_min_bytes = value;
	return 0;
}

static int set_function(struct config *c, const struct option *o, const char *arg,
			struct vb_err *err)
{
	int fn;

	for (fn = FN_RX; fn <= FN_RXSEQ; fn++)
		if (strcmp(arg, function_name(fn)) == 0) {
			c->fn = fn;
			return 0;
		}
	c->bad_function = true; /* said in a log line; the function chosen before is kept */
	return 0;
}

/* Out of range is said in a log line and ignored, as scripts expect. */
static int set_frags(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	int64_t value;

	if (whole(o, arg, &value, NULL))
		c->frags = -1;
	else
		c->frags = value;
	return 0;
}

static int set_header(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	if (strcmp(arg, "0") != 0 && strcmp(arg, "10") != 0 && strcmp(arg, "12") != 0)
		return bad(err, o, arg, "a virtio-net header has 0, 10 or 12 bytes");
	c->vnet_bytes = atoi(arg);
	return 0;
}

static int set_rings(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	unsigned v[4] = {0};
	char extra;
	int n = sscanf(arg, "%u,%u,%u,%u%c", &v[0], &v[1], &v[2], &v[3], &extra);

	if (n < 1 || n > 4 || strchr(arg, '-') || v[2] > UINT16_MAX || v[3] > UINT16_MAX)
		return bad(err, o, arg, "it must be TXSLOTS[,RXSLOTS[,TXRINGS[,RXRINGS]]]");
	c->tx_slots = v[0];
	c->rx_slots = n > 1 ? v[1] : v[0];
	c->tx_rings = (uint16_t)v[2];
	c->rx_rings = (uint16_t)(n > 3 ? v[3] : v[2]);
	c->ring_config = true;
	return 0;
}

static int set_seconds(struct config *c, const struct option *o, const char *arg,
		       struct vb_err *err)
{
	char *end;
	double value = strtod(arg, &end);

	if (end == arg || *end || !(value > 0) || value > (double)o->max)
		return bad(err, o, arg, "it must be a number of seconds above 0, at most 1000000");
	*(double *)field(c, o) = value;
	return 0;
}

static int set_latency(struct config *c, const struct option *o, const char *arg,
		       struct vb_err *err)
{
	if (!arg || strcmp(arg, "one-way") == 0)
		c->latency = LATENCY_ONE_WAY;
	else if (strcmp(arg, "round-trip") == 0)
		c->latency = LATENCY_ROUND_TRIP;
	else
		return bad(err, o, arg, "it must be one-way or round-trip");
	return 0;
}

static int set_speed(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	char *end;

	if (strcmp(arg, "original") == 0) {
		c->replay_speed = 1.0;
	} else if (strcmp(arg, "max") == 0) {
		c->replay_speed = REPLAY_MAX;
	} else {
		c->replay_speed = arg[0] == 'x' ? strtod(arg + 1, &end) : 0;
		if (arg[0] != 'x' || end == arg + 1 || *end || !(c->replay_speed > 0) ||
		    c->replay_speed > 1e6)
			return bad(err, o, arg,
				   "it must be original, max, or xN with N above 0, as in x2.5");
	}
	return 0;
}

static int set_gap(struct config *c, const struct option *o, const char *arg, struct vb_err *err)
{
	if (strcmp(arg, "constant") == 0)
		c->gap = GAP_CONSTANT;
	else if (strcmp(arg, "poisson") == 0)
		c->gap = GAP_POISSON;
	else
		return bad(err, o, arg, "it must be constant or poisson");
	return 0;
}

#define FLAG(l, n, f, h)                                                                           \
	{                                                                                          \
		.letter = l, .name = n, .help = h, .field = FIELD(f), .set = set_flag              \
	}
#define MASK(l, bit, h)                                                                            \
	{                                                                                          \
		.letter = l, .min = bit, .help = h, .set = set_mask_bit                            \
	}
#define TEXT(l, n, a, f, d, h)                                                                     \
	{                                                                                          \
		.letter = l, .name = n, .arg = ARG_REQUIRED, .arg_name = a, .fallback = d,         \
		.help = h, .field = FIELD(f), .set = set_text                                      \
	}
#define WHOLE(l, n, a, f, lo, hi, d, h)                                                            \
	{                                                                                          \
		.letter = l, .name = n, .arg = ARG_REQUIRED, .arg_name = a, .min = lo, .max = hi,  \
		.fallback = d, .help = h, .field = FIELD(f), .set = set_whole                      \
	}
#define CUSTOM(l, n, k, a, lo, hi, d, fn, h)                                                       \
	{                                                                                          \
		.letter = l, .name = n, .arg = k, .arg_name = a, .min = lo, .max = hi,             \
		.fallback = d, .help = h, .set = fn                                                \
	}

const struct option options[] = {
	FLAG('h', "help", help,
	     "Print the list of options on standard error and exit with status 0."),
	TEXT('i', NULL, "PORT", port_arg, NULL,
	     "The port, needed always: netmap:DEV or valeX:PORT with the suffixes of netmap "
	     "names, tap:DEV (or any name that begins with tap), fifo:PATH for a pipe of the "
	     "system, packet:DEV for a device with "
	     "its stock driver through AF_PACKET, pcap:DEV for one through libpcap, stream:PATH "
	     "for "
	     "the wire of a card that QEMU emulates, or null, which "
	     "takes everything and gives nothing. Any other name gets netmap: put before it. "
	     "A number in brackets, as in vale0:p[8], stands for that many netmap ports, vale0:p0 "
	     "to "
	     "vale0:p7, served by one thread by turns; with --announce each sends from the next "
	     "address. At most 504 characters."),
	CUSTOM('f', NULL, ARG_REQUIRED, "FUNCTION", 0, 0, "rx", set_function,
	       "What to do: rx, tx, ping, pong, txseq or rxseq. A name that is none of these "
	       "is reported and ignored."),
	WHOLE('n', NULL, "COUNT", count, 0, INT64_MAX, "0, for ever",
	      "Packets to send or receive, shared out over the threads; requests for ping, "
	      "replies for pong. txseq and rxseq ignore it."),
	CUSTOM('l', NULL, ARG_REQUIRED, "BYTES", 16, 65536, "60, fixed", set_length,
	       "Frame length without CRC. Given a second time, the second is the lower end of "
	       "random lengths (below the first), drawn anew for each burst."),
	WHOLE('b', NULL, "PACKETS", burst, 1, 65536,
	      "512 for tx, rx, txseq and rxseq; 1 for ping, pong and --gap poisson",
	      "Burst: the most packets that go into a ring before it is handed over."),
	CUSTOM('4', NULL, ARG_NONE, NULL, 4, 0, "this one", set_family, "Send IPv4."),
	CUSTOM('6', NULL, ARG_NONE, NULL, 6, 0, NULL, set_family, "Send IPv6."),
	TEXT('d', NULL, "RANGE", dst_arg, "10.1.0.1, or fd00::2 with -6",
	     "Destination addresses and ports: ADDR[:PORT][-ADDR[:PORT]]; IPv6: [GROUP@]ADDR "
	     "or [GROUP@][ADDR]:PORT, the same again behind a dash. GROUP (0 to 7) is the "
	     "16-bit group that varies. The port is 1234 unless given."),
	TEXT('s', NULL, "RANGE", src_arg, "10.0.0.1, or fd00::1 with -6",
	     "Source addresses and ports, likewise."),
	TEXT('D', NULL, "MAC", dst_mac_arg, "ff:ff:ff:ff:ff:ff", "Destination MAC address."),
	TEXT('S', NULL, "MAC", src_mac_arg, "that of the device, else all zero",
	     "Source MAC address."),
	WHOLE('a', NULL, "CPU", affinity, -1, 65535, "-1, none",
	      "Pin thread k to CPU (CPU + k) modulo the number of CPUs."),
	WHOLE('c', NULL, "CPUS", cpus, 0, 65536, "1",
	      "CPUs to use; 0 all that are online. More than that is an error."),
	WHOLE('p', NULL, "THREADS", threads, 1, 256, "1",
	      "Threads. With more than one, thread k binds ring k of the port; there must be "
	      "that many."),
	WHOLE('T', NULL, "MS", report_ms, 10, 3600000, "1000",
	      "Time between two reports, in milliseconds."),
	WHOLE('w', NULL, "SECONDS", wait_s, 0, 3600,
	      "2; 0 for ports whose name starts with vale and with --json",
	      "Delay between opening the port and starting."),
	FLAG('W', NULL, end_on_silence,
	     "rx, rxseq: end after one second without traffic. Default: never."),
	WHOLE('R', NULL, "PPS", rate_pps, 0, 1000000000000, "0, as fast as possible",
	      "Packets per second of each thread. Bursts are then at most PPS/300, and sending "
	      "starts at a whole second."),
	MASK('X', OPT_DUMP, "Print every packet in hexadecimal on standard output."),
	CUSTOM('H', NULL, ARG_REQUIRED, "BYTES", 0, 12, "0, ask the port", set_header,
	       "Length of the virtio-net header: 0, 10 or 12. If not 0, the port is told to "
	       "use it."),
	TEXT('P', NULL, "FILE", frame_file, NULL,
	     "Send the first packet of this capture instead of a frame of our own; its length "
	     "becomes the frame length."),
	MASK('z', OPT_RANDOM_SRC, "A random source address and port for every packet."),
	MASK('Z', OPT_RANDOM_DST, "A random destination address and port for every packet."),
	FLAG('N', NULL, raw_numbers, "Print whole numbers instead of K, M and G."),
	CUSTOM('F', NULL, ARG_REQUIRED, "FRAGMENTS", 1, 63, "1", set_frags,
	       "Slots for each packet. A number out of range is reported and ignored."),
	WHOLE('M', NULL, "BYTES", frag_bytes, 1, 65536, "the buffer size", "Largest fragment."),
	MASK('I', OPT_INDIRECT, "tx on a VALE port: use indirect buffers."),
	MASK('r', OPT_RUBBISH, "tx: do not write packet contents."),
	FLAG('A', NULL, show_average,
	     "Add average and deviation over the last 15 reports to each report."),
	FLAG('B', NULL, count_framing, "Count 24 bytes of framing for each packet in bandwidths."),
	CUSTOM('C', NULL, ARG_REQUIRED, "RINGS", 0, 0, "the port's own", set_rings,
	       "Deprecated, use @conf in the name: TXSLOTS[,RXSLOTS[,TXRINGS[,RXRINGS]]]. One "
	       "number sets both slot counts, the third alone both ring counts."),
	CUSTOM('o', NULL, ARG_REQUIRED, "MASK", 0, INT32_MAX, "0", set_mask,
	       "Special options, added up: 1 prefetch and 2 access packet data (rx), 4 copy "
	       "and 8 memcpy every packet, 16 mark frames with the time (as --latency), 32 as "
	       "-I, 64 as -X, 256 as -r, 512 as -z, 1024 as -Z, 2048 as -A, 4096 correct "
	       "lengths and checksums of random lengths."),
	CUSTOM('v', NULL, ARG_NONE, NULL, 0, 0, NULL, set_verbose,
	       "More log lines; may be repeated."),

	FLAG(0, "json", json,
	     "Print JSON lines on standard output; what else would go there goes to standard "
	     "error."),
	FLAG(0, "quiet", quiet, "No log lines and no reports; errors and the final lines stay."),
	{.name = "duration",
	 .arg = ARG_REQUIRED,
	 .arg_name = "SECONDS",
	 .max = 1000000,
	 .fallback = "no limit",
	 .help = "End by itself so long after the start; above 0, at most 1000000; fractions are "
		 "allowed.",
	 .field = FIELD(duration_s),
	 .set = set_seconds},
	CUSTOM(0, "latency", ARG_OPTIONAL, "one-way|round-trip", 0, 0,
	       "off; one-way if no mode is given", set_latency,
	       "Measure latency at load: tx marks frames with the time; one-way: an rx with "
	       "--latency on the same machine measures; round-trip: tx also reads back the "
	       "frames that a pong returns."),
	WHOLE(0, "latency-every", "FRAMES", latency_every, 1, 1000000000, "64",
	      "Mark one frame in so many."),
	TEXT(0, "sizes", "SIZES", sizes_arg, "as -l",
	     "tx: frame lengths in bytes without CRC: one, LOW-HIGH (random, both included), a "
	     "list A,B,C in turn, weighted A:7,B:4, or imix (60, 590 and 1514 as 7:4:1). Each "
	     "16 to 65536; lengths and checksums are always right."),
	FLAG(0, "at-once", at_once, "tx with -R: start at once and not at a whole second."),
	CUSTOM(0, "gap", ARG_REQUIRED, "constant|poisson", 0, 0, "constant", set_gap,
	       "tx with -R: gaps between bursts, all equal or exponentially distributed."),
	WHOLE(0, "dst-macs", "N", dst_macs, 1, 1000000, "1",
	      "tx: use N consecutive destination MAC addresses from -D on, one for each packet "
	      "in turn."),
	WHOLE(0, "src-macs", "N", src_macs, 1, 1000000, "1",
	      "tx: use N consecutive source MAC addresses from -S on, one for each packet in "
	      "turn."),
	FLAG(0, "exchange-buffers", exchange_buffers,
	     "tx: exchange the buffers of all slots and write every frame anew, as a program "
	     "must that sends on what it received."),
	FLAG(0, "zero-copy", zero_copy,
	     "tx, rx: let the switch exchange buffers with ports of the same memory that let it, "
	     "too, instead of copying. tx then writes the first 64 bytes of a frame into a buffer "
	     "that it was given, and leaves what else is in it."),
	FLAG(0, "spin", spin,
	     "rx, pong: look for packets all the time and never wait; takes a whole CPU."),
	FLAG(0, "live", live,
	     "rx with --spin: let whoever delivers move the ring (NR_LIVE), and look at it without "
	     "a call; calls give slots back, half a ring at a time, and come in between where "
	     "nothing arrives, so that ports which do not know the flag work as well."),
	FLAG(0, "announce", announce,
	     "At the start send one frame from the -S address to itself, so that a learning "
	     "switch knows the port. It is not counted."),
	TEXT(0, "replay", "FILE", replay_file, NULL,
	     "tx: send all packets of this capture (pcap or pcapng, Ethernet)."),
	CUSTOM(0, "replay-speed", ARG_REQUIRED, "original|xN|max", 0, 0, "original", set_speed,
	       "Timing of --replay: as captured, N times as fast, or without pauses."),
	WHOLE(0, "loops", "N", loops, 0, INT64_MAX, "1",
	      "How often --replay sends the capture; 0 for ever."),
	TEXT(0, "write", "FILE", write_file, NULL,
	     "rx: write what is received to this file (pcap, nanoseconds)."),
};
const size_t options_count = sizeof(options) / sizeof(options[0]);
