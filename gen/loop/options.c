/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "config.h"
#include "loop.h"

#define FRAME_MIN	16
#define FRAME_MAX	UINT16_MAX
#define BURST_MAX	65536
#define WAIT_MAX	3600
#define LIMIT_MAX_S	3600
#define PACKETS_MAX	1000000000
#define PACKETS_DEFAULT 50000
#define SLOTS_MAX	16384

static int set_sender(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->tx = value;
	return 0;
}

static int set_receiver(void *config, const char *value, struct vb_err *err)
{
	struct loop_config *c = config;

	if (c->n_rx == LOOP_RECEIVERS_MAX)
		return vb_fail(err, VB_USAGE, "-r: more than %d receivers", LOOP_RECEIVERS_MAX);
	c->rx[c->n_rx++] = value;
	return 0;
}

/* RECEIVERS=NAME: that many, NAME0, NAME1, ... in memory that lasts as long as the program. */
static int set_receivers(void *config, const char *value, struct vb_err *err)
{
	static __thread char names[LOOP_RECEIVERS_MAX][64];
	const char *equals = strchr(value, '=');
	char number[16] = "";
	uint64_t n, i;

	if (equals && (size_t)(equals - value) < sizeof(number))
		memcpy(number, value, (size_t)(equals - value));
	if (app_number("-R", number, LOOP_RECEIVERS_MAX, &n, err))
		return -1;
	for (i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]), "%.56s%d", equals + 1, (int)i);
		if (set_receiver(config, names[i], err))
			return -1;
	}
	return 0;
}

static int in_range(const char *option, const char *value, uint64_t min, uint64_t max, uint64_t *to,
		    struct vb_err *err)
{
	if (app_number(option, value, max, to, err))
		return -1;
	if (*to < min)
		return vb_fail(err, VB_USAGE, "%s: %s is below %d", option, value, (int)min);
	return 0;
}

static int set_length(void *config, const char *value, struct vb_err *err)
{
	struct loop_config *c = config;

	return in_range("-l", value, FRAME_MIN, FRAME_MAX, &c->frame_bytes, err);
}

static int set_burst(void *config, const char *value, struct vb_err *err)
{
	return in_range("-b", value, 1, BURST_MAX, &((struct loop_config *)config)->burst, err);
}

static int set_packets(void *config, const char *value, struct vb_err *err)
{
	return in_range("-n", value, 1, PACKETS_MAX, &((struct loop_config *)config)->packets, err);
}

static int set_slots(void *config, const char *value, struct vb_err *err)
{
	return in_range("-s", value, 1, SLOTS_MAX, &((struct loop_config *)config)->rx_slots, err);
}

static int set_wait(void *config, const char *value, struct vb_err *err)
{
	return in_range("-w", value, 0, WAIT_MAX, &((struct loop_config *)config)->wait_s, err);
}

static int set_mac(void *config, const char *value, struct vb_err *err)
{
	if (config_parse_mac(value, ((struct loop_config *)config)->dst_mac))
		return vb_fail(err, VB_USAGE, "-D: \"%s\" is no address like 02:00:00:00:00:01",
			       value);
	return 0;
}

static int set_part(void *config, const char *value, struct vb_err *err)
{
	if (strcmp(value, "ports") != 0 && strcmp(value, "own") != 0)
		return vb_fail(err, VB_USAGE, "-P: \"%s\" is neither ports nor own", value);
	((struct loop_config *)config)->part = value;
	return 0;
}

static int set_announce(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->announce = true;
	return 0;
}

static int set_flood(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->flood = true;
	return 0;
}

static int set_spread(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->spread = true;
	return 0;
}

static int set_timed(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->timed = true;
	return 0;
}

static int set_limit(void *config, const char *value, struct vb_err *err)
{
	struct loop_config *c = config;
	char *end;

	c->limit_s = strtod(value, &end);
	if (*end || end == value || !isfinite(c->limit_s) || c->limit_s <= 0 ||
	    c->limit_s > LIMIT_MAX_S)
		return vb_fail(err, VB_USAGE, "-d: \"%s\" is no time in seconds up to %d", value,
			       LIMIT_MAX_S);
	return 0;
}

static int set_polled(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->polled = true;
	return 0;
}

static int set_live(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->live = true;
	return 0;
}

static int set_refused(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->refused = true;
	return 0;
}

static int set_help(void *config, const char *value, struct vb_err *err)
{
	((struct loop_config *)config)->help = true;
	return 0;
}

static const struct app_option table[] = {
	{'t', NULL, "PORT", "the sender's port; needed", set_sender},
	{'r', NULL, "PORT", "a receiver's port; needed, may be repeated", set_receiver},
	{'R', NULL, "N=NAME", "receivers NAME0 to NAME(N-1)", set_receivers},
	{'l', NULL, "BYTES", "frame length without CRC (default: 60)", set_length},
	{'b', NULL, "FRAMES", "frames between two syncs (default: 512)", set_burst},
	{'n', NULL, "FRAMES",
	 "frames to send while counting, rounded up to whole slices (default: 50000)", set_packets},
	{'s', NULL, "SLOTS", "ask for receive rings of so many slots (default: what ports have)",
	 set_slots},
	{'w', NULL, "SECONDS", "pause after opening, for links that come up (default: 0)",
	 set_wait},
	{'D', NULL, "MAC", "destination (default: 02:00:00:00:00:01, the first receiver)", set_mac},
	{'P', NULL, "PART", "count nothing, only do it: ports, or own (the loop alone)", set_part},
	{'d', NULL, "SECONDS", "with --time, end then although frames are left", set_limit},
	{'h', NULL, NULL, "show this", set_help},
	{0, "time", NULL, "measure the time, where nothing counts instructions", set_timed},
	{0, "announce", NULL, "every receiver sends a frame first, for switches to learn",
	 set_announce},
	{0, "spread", NULL, "with --time, receivers get one frame after the other", set_spread},
	{0, "poll", NULL, "sync both ports by one poll, as programs of several ports do",
	 set_polled},
	{0, "live", NULL, "the receiver looks at its ring, and syncs it to give slots back only",
	 set_live},
	{0, "refused", NULL,
	 "open no port; calls that the device refuses at once stand for syncs: what they and the "
	 "loop cost",
	 set_refused},
	{0, "flood", NULL, "every receiver gets every frame (default: only the first)", set_flood},
};

static const struct app_options options = {.usage = "vb-loop -t PORT -r PORT [OPTION]...",
					   .option = table,
					   .count = sizeof(table) / sizeof(table[0])};

void loop_usage(const char *name, FILE *f)
{
	app_options_usage(&options, f);
}

static int check_refused(struct loop_config *c, struct vb_err *err)
{
	if (c->tx || c->n_rx || c->polled || c->live || c->flood || c->timed || c->announce)
		return vb_fail(err, VB_USAGE,
			       "--refused: there is no port; give -l, -b and -n only");
	c->n_rx = 1;
	return 0;
}

static int check_ports(const struct loop_config *c, struct vb_err *err)
{
	if (!c->tx || !c->n_rx)
		return vb_fail(err, VB_USAGE, "no %s port given; usage: %s",
			       c->tx ? "receiver's" : "sender's", options.usage);
	if ((c->polled || c->live) && c->n_rx > 1)
		return vb_fail(err, VB_USAGE, "%s: with one receiver only",
			       c->polled ? "--poll" : "--live");
	if (c->polled && c->live)
		return vb_fail(err, VB_USAGE, "--poll and --live exclude each other");
	return 0;
}

int loop_options(struct loop_config *c, int argc, char **argv, struct vb_err *err)
{
	*c = (struct loop_config){.frame_bytes = 60,
				  .burst = 512,
				  .packets = PACKETS_DEFAULT,
				  .dst_mac = {2, 0, 0, 0, 0, 1}};
	if (app_options_parse(&options, c, argc, argv, err))
		return -1;
	if (c->help)
		return 0;
	if (c->refused ? check_refused(c, err) : check_ports(c, err))
		return -1;
	if (c->spread && (!c->timed || c->flood))
		return vb_fail(err, VB_USAGE, "--spread: only with --time and without --flood");
	return 0;
}
