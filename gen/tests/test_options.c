/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: what it sets, what it refuses in one line, and that the manual lists the same
 * options. */
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "suite.h"

#define MAX_WORDS 32
#define MAN_PAGE  "docs/man/pkt-gen.1"
#define MAN_BEGIN ".\\\" begin options"
#define MAN_END	  ".\\\" end options"

/* Words are separated by spaces. The words live until the next call. */
static int parse(struct config *c, const char *line, struct vb_err *err)
{
	static char copy[1024];
	char *argv[MAX_WORDS] = {"pkt-gen"}, *save, *word;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok_r(copy, " ", &save); word && argc < MAX_WORDS;
	     word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	memset(err, 0, sizeof(*err));
	options_defaults(c);
	return options_parse(c, argc, argv, err) || config_settle(c, err) ? -1 : 0;
}

static void bad_input_gives_one_line(void)
{
	static const struct {
		const char *line, *names; /* what the message must name */
	} cases[] = {
		{"", "-i"},
		{"-i", "-i: a value is missing"},
		{"-i vale0:a x", "\"x\""},
		{"-i vale0:a -q", "-q"},
		{"-i vale0:a --bogus", "--bogus"},
		{"-i vale0:a --json=1", "--json"},
		{"-i vale0:a -n x", "-n"},
		{"-i vale0:a -n -1", "-n"},
		{"-i vale0:a -n 99999999999999999999", "-n"},
		{"-i vale0:a -l 15", "-l"},
		{"-i vale0:a -l 65537", "-l"},
		{"-i vale0:a -l 60 -l 60", "-l"},
		{"-i vale0:a -l 60 -l 20 -l 30", "-l"},
		{"-i vale0:a -b 0", "-b"},
		{"-i vale0:a -p 0", "-p"},
		{"-i vale0:a -p 1x", "-p"},
		{"-i vale0:a -c -1", "-c"},
		{"-i vale0:a -c 60000", "-c"},
		{"-i vale0:a -a -2", "-a"},
		{"-i vale0:a -T 0", "-T"},
		{"-i vale0:a -w -1", "-w"},
		{"-i vale0:a -R -1", "-R"},
		{"-i vale0:a -H 11", "-H"},
		{"-i vale0:a -D 1:2:3", "-D"},
		{"-i vale0:a -S zz:0:0:0:0:0", "-S"},
		{"-i vale0:a -d 1.2.3", "-d"},
		{"-i vale0:a -6 -s 10.0.0.1", "-s"},
		{"-i vale0:a -C a", "-C"},
		{"-i vale0:a -C 1,2,3,4,5", "-C"},
		{"-i vale0:a -o x", "-o"},
		{"-i vale0:a -M 0", "-M"},
		{"-i vale0:a --duration 0", "--duration"},
		{"-i vale0:a --duration -1", "--duration"},
		{"-i vale0:a --duration nan", "--duration"},
		{"-i vale0:a --duration", "--duration: a value is missing"},
		{"-i vale0:a --latency=two", "--latency"},
		{"-i vale0:a -f ping --latency", "--latency"},
		{"-i vale0:a -f rx --latency=round-trip", "--latency"},
		{"-i vale0:a -f tx -l 59 --latency", "--latency"},
		{"-i vale0:a -f tx -6 -l 79 --latency", "--latency"},
		{"-i vale0:a -f tx --sizes 40-80 --latency", "--latency"},
		{"-i vale0:a --latency-every 0", "--latency-every"},
		{"-i vale0:a -f tx --sizes 0", "--sizes"},
		{"-i vale0:a -f tx --sizes 60,", "--sizes"},
		{"-i vale0:a -f tx --sizes 100-60", "--sizes"},
		{"-i vale0:a -f tx --sizes 60-", "--sizes"},
		{"-i vale0:a -f tx --sizes 60:0", "--sizes"},
		{"-i vale0:a -f tx --sizes 60x", "--sizes"},
		{"-i vale0:a -f tx --sizes 60 -l 60", "--sizes"},
		{"-i vale0:a -f rx --sizes 60", "--sizes"},
		{"-i vale0:a -f tx --gap normal -R 10", "--gap"},
		{"-i vale0:a -f tx --gap poisson", "--gap"},
		{"-i vale0:a --dst-macs 0", "--dst-macs"},
		{"-i vale0:a -f tx --dst-macs 2", "--dst-macs"},
		{"-i vale0:a --src-macs 0", "--src-macs"},
		{"-i vale0:a -f tx --spin", "--spin"},
		{"-i vale0:a --spin -W", "--spin"},
		{"-i vale0:a --live", "--live"},
		{"-i vale0:a -f pong --spin --live", "--live"},
		{"-i vale0:a -f tx --src-macs 2 -S ff:ff:ff:ff:ff:ff", "--src-macs"},
		{"-i vale0:a -f tx --src-macs 2 -P f", "--src-macs"},
		{"-i vale0:a -f rx --replay f", "--replay"},
		{"-i vale0:a -f tx --replay f -R 10", "--replay"},
		{"-i vale0:a -f tx --replay f --sizes imix", "--replay"},
		{"-i vale0:a -f tx --replay-speed 2", "--replay-speed"},
		{"-i vale0:a -f tx --replay-speed x0", "--replay-speed"},
		{"-i vale0:a --loops -1", "--loops"},
		{"-i vale0:a -f tx --write f", "--write"},
		{"-i vale0:a -f tx -I -z", "-I"},
		{"-i vale0:a -f pong -p 2", "-p"},
	};
	struct vb_err err;
	struct config c;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int ret = parse(&c, cases[i].line, &err);

		if (ret != -1 || !strstr(err.text, cases[i].names))
			printf("\n  \"%s\" gave %d \"%s\"", cases[i].line, ret, err.text);
		CU_ASSERT_EQUAL(ret, -1);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].names));
		CU_ASSERT_PTR_NULL(strchr(err.text, '\n'));
		config_free(&c);
	}
}

static void defaults_are_those_of_the_manual(void)
{
	struct vb_err err;
	struct config c;

	CU_ASSERT_EQUAL_FATAL(parse(&c, "-i vale0:a", &err), 0);
	CU_ASSERT(c.fn == FN_RX && c.count == 0 && c.frame_bytes == 60 && c.burst == 512 &&
		  c.wait_s == 0);
	CU_ASSERT(c.report_ms == 1000 && c.cpus == 1 && c.threads == 1 && c.affinity == -1 &&
		  c.frags == 1);
	CU_ASSERT(c.src.addr_low == 0x0a000001 && c.dst.addr_low == 0x0a010001 &&
		  c.dst.port_low == 1234);
	CU_ASSERT_EQUAL_FATAL(parse(&c, "-i eth9 -f ping", &err), 0);
	CU_ASSERT(c.burst == 1 && c.wait_s == 2);
	CU_ASSERT_STRING_EQUAL(c.port, "netmap:eth9");
	CU_ASSERT_EQUAL_FATAL(parse(&c, "-i vale0:a -f tx -R 1000 --gap poisson", &err), 0);
	CU_ASSERT(c.burst == 1);
}

static void words_may_be_joined_or_apart(void)
{
	struct vb_err err;
	struct config c;

	CU_ASSERT_EQUAL_FATAL(
		parse(&c, "-ivale0:a -ftx -zZ -n100 -NAB -vv -l 1000 -l 100 -b32", &err), 0);
	CU_ASSERT(c.fn == FN_TX && c.count == 100 && c.raw_numbers && c.show_average &&
		  c.count_framing);
	CU_ASSERT(c.options == (OPT_RANDOM_SRC | OPT_RANDOM_DST) && c.verbose == 2);
	CU_ASSERT(c.frame_bytes == 1000 && c.frame_min_bytes == 100 && c.burst == 32);
	CU_ASSERT_EQUAL_FATAL(parse(&c,
				    "-i vale0:a -f tx --duration=1.5 --latency --dst-macs 4 --json "
				    "-D 02:00:00:00:00:01",
				    &err),
			      0);
	CU_ASSERT(c.duration_s == 1.5 && c.latency == LATENCY_ONE_WAY && c.dst_macs == 4 && c.json);
	CU_ASSERT_EQUAL_FATAL(
		parse(&c, "-i vale0:a -f tx --latency=round-trip --replay-speed x2.5", &err), 0);
	CU_ASSERT(c.latency == LATENCY_ROUND_TRIP && c.replay_speed == 2.5);
}

static void ring_configuration_fills_what_is_missing(void)
{
	static const struct {
		const char *line;
		unsigned tx_slots, rx_slots, tx_rings, rx_rings;
	} cases[] = {
		{"-i vale0:a -C 256", 256, 256, 0, 0},
		{"-i vale0:a -C 256,128", 256, 128, 0, 0},
		{"-i vale0:a -C 256,128,4", 256, 128, 4, 4},
		{"-i vale0:a -C 256,128,4,2", 256, 128, 4, 2},
	};
	struct vb_err err;
	struct config c;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(parse(&c, cases[i].line, &err), 0);
		CU_ASSERT(c.tx_slots == cases[i].tx_slots && c.rx_slots == cases[i].rx_slots);
		CU_ASSERT(c.tx_rings == cases[i].tx_rings && c.rx_rings == cases[i].rx_rings);
	}
}

static void unknown_function_keeps_the_former(void)
{
	struct vb_err err;
	struct config c;

	CU_ASSERT_EQUAL_FATAL(parse(&c, "-i vale0:a -f tx -f nonsense", &err), 0);
	CU_ASSERT(c.fn == FN_TX && c.bad_function && c.burst == 512);
}

static void every_option_is_listed_once(void)
{
	size_t i, k;

	for (i = 0; i < options_count; i++) {
		CU_ASSERT(options[i].letter || options[i].name);
		CU_ASSERT_PTR_NOT_NULL(options[i].set);
		CU_ASSERT_PTR_NOT_NULL(options[i].help);
		CU_ASSERT(options[i].arg == ARG_NONE || options[i].arg_name);
		for (k = i + 1; k < options_count; k++) {
			CU_ASSERT(!options[i].letter || options[i].letter != options[k].letter);
			CU_ASSERT(!options[i].name || !options[k].name ||
				  strcmp(options[i].name, options[k].name) != 0);
		}
	}
	for (i = 0; "46afFNnIilsdDSbcopTwWvRXCHrPzZAhBM"[i]; i++) {
		for (k = 0; k < options_count; k++)
			if (options[k].letter == "46afFNnIilsdDSbcopTwWvRXCHrPzZAhBM"[i])
				break;
		CU_ASSERT(k < options_count);
	}
}

static char *read_file(const char *path)
{
	char *text = calloc(1, 1 << 20);
	FILE *f = fopen(path, "r");

	if (f) {
		CU_ASSERT(fread(text, 1, (1 << 20) - 1, f) > 0);
		fclose(f);
	}
	return text;
}

static void manual_lists_the_table(void)
{
	char *page = read_file(MAN_PAGE), *list = NULL, *begin, *end;
	size_t bytes;
	FILE *f = open_memstream(&list, &bytes);

	options_man(f);
	fclose(f);
	begin = strstr(page, MAN_BEGIN);
	end = begin ? strstr(begin, MAN_END) : NULL;
	CU_ASSERT_PTR_NOT_NULL(end);
	if (end) {
		*end = '\0';
		begin = strchr(begin, '\n') + 1;
		CU_ASSERT_STRING_EQUAL(begin, list);
	}
	free(list);
	free(page);
}

static const struct suite_test tests[] = {
	{"bad input gives one line", bad_input_gives_one_line},
	{"defaults are those of the manual", defaults_are_those_of_the_manual},
	{"words may be joined or apart", words_may_be_joined_or_apart},
	{"ring configuration fills what is missing", ring_configuration_fills_what_is_missing},
	{"an unknown function keeps the former", unknown_function_keeps_the_former},
	{"every option is listed once", every_option_is_listed_once},
	{"the manual lists the table", manual_lists_the_table},
};

/* With --print-man it prints the list for the manual instead. */
int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--print-man") == 0) {
		options_man(stdout);
		return 0;
	}
	return suite_run("gen-options", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
