/* SPDX-License-Identifier: BSD-2-Clause */
/* What xl is told about a guest, what a console's lines are, and whose frames are whose. */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "console.h"
#include "first_frame.h"
#include "options.h"
#include "patience.h"
#include "suite.h"

#define ENDS                                                                                       \
	"on_poweroff = \"destroy\"\non_reboot = \"destroy\"\non_crash = \"destroy\"\n"             \
	"on_watchdog = \"destroy\"\n"

static int written(const struct domain_config *c, char **text, struct vb_err *err)
{
	size_t bytes;
	FILE *f = open_memstream(text, &bytes);
	int rc = domain_config_write(c, f, err);

	fclose(f);
	return rc;
}

static void test_config(void)
{
	static const struct {
		struct domain_config config;
		const char *text;
	} rows[] = {
		{{.name = "g1", .kernel = "/k", .memory_mib = 8, .vcpus = 1},
		 "name = \"g1\"\ntype = \"pv\"\nkernel = \"/k\"\nmemory = 8\nvcpus = 1\n" ENDS
		 "vif = []\n"},
		{{.name = "a_b-2",
		  .type = DOMAIN_PVH,
		  .kernel = "/k",
		  .ramdisk = "/r",
		  .cpus = "1-2",
		  .tsc = "native",
		  .memory_mib = 160,
		  .vcpus = 2,
		  .weight = 512,
		  .cap = 50,
		  .vifs = {"bridge=br0", "bridge=vale0,script=vif-vale"},
		  .n_vifs = 2,
		  .extra = "console=hvc0"},
		 "name = \"a_b-2\"\ntype = \"pvh\"\nkernel = \"/k\"\nramdisk = \"/r\"\n"
		 "extra = \"console=hvc0\"\ncpus = \"1-2\"\ntsc_mode = \"native\"\nmemory = "
		 "160\nvcpus = 2\n"
		 "cpu_weight = 512\ncap = 50\n" ENDS
		 "vif = [\"bridge=br0\", \"bridge=vale0,script=vif-vale\"]\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vb_err err = {0};
		char *text;

		CU_ASSERT_EQUAL(written(&rows[i].config, &text, &err), 0);
		CU_ASSERT_STRING_EQUAL(text, rows[i].text);
		free(text);
	}
}

static void test_refused(void)
{
	static const struct {
		struct domain_config config;
		const char *says;
	} rows[] = {
		{{.name = ""}, "1 to 31 characters"},
		{{.name = "../x"}, "letters, digits"},
		{{.name = "Domain-0"}, "this domain itself"},
		{{.name = "g", .kernel = "/a\"b"}, "kernel has a quote"},
		{{.name = "g", .extra = "a\nb"}, "extra has a quote"},
		{{.name = "g", .vifs = {"bridge=\\"}, .n_vifs = 1}, "vif has a quote"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vb_err err = {0};
		char *text;

		CU_ASSERT_EQUAL(written(&rows[i].config, &text, &err), -1);
		CU_ASSERT_EQUAL(err.code, VB_USAGE);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, rows[i].says));
		free(text);
	}
}

static void test_console(void)
{
	static const struct {
		const char *line;
		enum console_kind kind;
		const char *log;
	} rows[] = {
		{"[    0.1] Linux version", CONSOLE_LOG, "[    0.1] Linux version"},
		{"", CONSOLE_LOG, ""},
		{"{\"ev\":\"heartbeat\",\"uptime_ms\":1}", CONSOLE_MESSAGE, ""},
		{"[ 1.0] half a line{\"ev\":\"hello\"}", CONSOLE_MESSAGE, "[ 1.0] half a line"},
		{"{\"ev\":\"heart[  9.9] Kernel panic", CONSOLE_GARBLED,
		 "{\"ev\":\"heart[  9.9] Kernel panic"},
		{"{\"op\":\"ping\"}", CONSOLE_LOG, "{\"op\":\"ping\"}"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[200];
		const char *log;
		json_t *message;

		snprintf(line, sizeof(line), "%s", rows[i].line);
		CU_ASSERT_EQUAL(console_part(line, &log, &message), rows[i].kind);
		CU_ASSERT_STRING_EQUAL(log, rows[i].log);
		CU_ASSERT_EQUAL(message != NULL, rows[i].kind == CONSOLE_MESSAGE);
		json_decref(message);
	}
}

static void test_frames(void)
{
	static const struct {
		unsigned char source[6];
		int guest;
	} rows[] = {
		{{2, 0, 0, 0, 2, 0}, 0},  {{2, 0, 0, 0, 2, 63}, 63}, {{2, 0, 0, 0, 2, 64}, -1},
		{{2, 0, 0, 0, 1, 3}, -1}, {{2, 0, 0, 1, 2, 3}, -1},  {{0, 0, 0, 0, 2, 3}, -1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_EQUAL(first_frame_guest(rows[i].source), rows[i].guest);
}

static void test_patience(void)
{
	static const struct {
		const char *set;
		unsigned limit;
	} rows[] = {{NULL, 7}, {"", 7}, {"x", 7}, {"-3", 7}, {"1", 7}, {"4", 28}, {"99", 70}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsetenv(PATIENCE_VARIABLE);
		if (rows[i].set)
			setenv(PATIENCE_VARIABLE, rows[i].set, 1);
		CU_ASSERT_EQUAL(patient(7), rows[i].limit);
	}
	unsetenv(PATIENCE_VARIABLE);
}

static void test_times(void)
{
	static const struct {
		char *argv[4];
		int argc;
		unsigned boot_ms, silence_ms;
	} rows[] = {
		{{"start"}, 1, 90000, 30000},
		{{"start", "--limit=7"}, 2, 7000, 30000},
		{{"start", "--silence=40"}, 2, 90000, 40000},
		{{"start", "--silence=0", "--limit=1"}, 3, 1000, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct domain_options o;
		char *argv[4];

		memcpy(argv, rows[i].argv, sizeof(argv));
		domain_options_init(&o);
		CU_ASSERT_EQUAL(argp_parse(&domain_options_argp, rows[i].argc, argv, 0, NULL, &o),
				0);
		CU_ASSERT_EQUAL(o.life.boot_ms, rows[i].boot_ms);
		CU_ASSERT_EQUAL(o.life.silence_ms, rows[i].silence_ms);
	}
}

/* Nobody's guests read another clock unasked. */
static void test_clock(void)
{
	struct domain_options o;
	char *argv[] = {"start", "--tsc=native", NULL};

	domain_options_init(&o);
	CU_ASSERT_PTR_NULL(o.config.tsc);
	CU_ASSERT_EQUAL(argp_parse(&domain_options_argp, 2, argv, 0, NULL, &o), 0);
	CU_ASSERT_STRING_EQUAL(o.config.tsc ? o.config.tsc : "", "native");
}

static const struct suite_test tests[] = {
	{"config", test_config}, {"refused", test_refused},   {"console", test_console},
	{"frames", test_frames}, {"patience", test_patience}, {"times", test_times},
	{"clock", test_clock},
};

SUITE_MAIN("domain", tests)
