/* SPDX-License-Identifier: BSD-2-Clause */
/* Log lines about what the command line asked for. */
#include <string.h>
#include <unistd.h>

#include "setup.h"

static void say_options(const struct engine *eng)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {
		{OPT_PREFETCH, "prefetch"},
		{OPT_ACCESS, "access"},
		{OPT_COPY, "copy"},
		{OPT_MEMCPY, "memcpy"},
		{OPT_TIMESTAMP, "timestamp"},
		{OPT_INDIRECT, "indirect"},
		{OPT_DUMP, "dump"},
		{OPT_RUBBISH, "rubbish"},
		{OPT_RANDOM_SRC, "random-src"},
		{OPT_RANDOM_DST, "random-dst"},
		{OPT_PPS_STATS, "pps-stats"},
		{OPT_UPDATE_SIZES, "update-sizes"},
	};
	char line[256] = "";
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (eng->cfg.options & names[i].bit) {
			strncat(line, " ", sizeof(line) - strlen(line) - 1);
			strncat(line, names[i].name, sizeof(line) - strlen(line) - 1);
		}
	if (line[0])
		pg_log(eng, "--- SPECIAL OPTIONS:%s", line);
}

static void say_range(const struct engine *eng, const struct range *r)
{
	char text[2 * RANGE_TEXT_BYTES + 8];

	range_format(r, text, sizeof(text));
	pg_log(eng, "range is %s", text);
}

void setup_say_choices(const struct engine *eng)
{
	const struct config *c = &eng->cfg;

	if (c->bad_function)
		pg_error(eng,
			 "unrecognised function, going on with %s; -f knows rx, tx, ping, pong, "
			 "txseq and rxseq",
			 function_name(c->fn));
	if (c->frags < 1 || c->frags > NETMAP_MAX_FRAGS - 1)
		pg_error(eng, "invalid number of fragments ignored; -F takes 1 to %d",
			 NETMAP_MAX_FRAGS - 1);
	if (c->ring_config)
		pg_log(eng, "-C is deprecated, use @conf:... in the port name");
	pg_log(eng, "interface is %s", c->port);
	pg_log(eng, "running on %lld cpus (have %ld)", (long long)c->cpus,
	       sysconf(_SC_NPROCESSORS_ONLN));
	if (config_sends(c) || c->fn == FN_PING) {
		say_range(eng, &c->src);
		say_range(eng, &c->dst);
	}
	pg_log(eng, "using burst size %lld", (long long)c->burst);
	say_options(eng);
}
