/* SPDX-License-Identifier: BSD-2-Clause */
/* Every example of the manual is run, over the in-process switch. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"
#include "suite.h"

#define MAN_PAGE       "docs/man/pkt-gen.1"
#define EXAMPLES       ".SH EXAMPLES"
#define COMMAND	       "pkt\\-gen "
#define LINE_BYTES     512
#define RUN_US	       200000
#define LEAST_EXAMPLES 8

static char sent[] = "/tmp/gen-manual-XXXXXX", received[] = "/tmp/gen-manual-XXXXXX";

/* A capture of ten packets under the name `sent`. */
static void make_capture(void)
{
	struct session *rx, *tx;

	close(mkstemp(sent));
	close(mkstemp(received));
	rx = session_start("-i vale9:rx -f rx --json -n 10 --write %s", sent);
	CU_ASSERT_FATAL(session_says(rx, "\"ready\""));
	tx = session_start("-i vale9:tx -f tx --json -n 10");
	CU_ASSERT(session_end(tx));
	CU_ASSERT(session_end(rx));
	session_free(tx);
	session_free(rx);
}

/* The words behind "pkt-gen", without roff's backslashes and the remark behind a wide gap. */
static void plain(char *out, const char *line)
{
	const char *end = strstr(line, "   ");

	for (; *line && *line != '\n' && line != end; line++)
		if (*line != '\\')
			*out++ = *line;
	*out = '\0';
}

/* Files of an example are ours: what it reads, and what it may overwrite. */
static void substitute(char *out, const char *line)
{
	const char *file = strstr(line, "got.pcap");

	if (!file)
		strcpy(out, line);
	else
		sprintf(out, "%.*s%s%s", (int)(file - line), line,
			strstr(line, "--replay") ? sent : received, file + strlen("got.pcap"));
}

static void run(const char *example)
{
	struct session *s = session_start("%s", example);
	bool good;

	usleep(RUN_US);
	good = session_stop(s) && s->status == 0;
	if (!good)
		printf("\n  %s: status %d, %s", example, s->status, s->err_text);
	CU_ASSERT(good);
	session_free(s);
}

static void examples_run(void)
{
	char line[LINE_BYTES], words[LINE_BYTES], example[2 * LINE_BYTES];
	FILE *page = fopen(MAN_PAGE, "r");
	bool inside = false;
	unsigned n = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(page);
	make_capture();
	while (fgets(line, sizeof(line), page)) {
		if (strncmp(line, ".SH", 3) == 0)
			inside = strncmp(line, EXAMPLES, strlen(EXAMPLES)) == 0;
		if (!inside || strncmp(line, COMMAND, strlen(COMMAND)) != 0)
			continue;
		plain(words, line + strlen(COMMAND));
		substitute(example, words);
		run(example);
		n++;
	}
	CU_ASSERT(n >= LEAST_EXAMPLES);
	fclose(page);
	unlink(sent);
	unlink(received);
}

static const struct suite_test tests[] = {
	{"examples run", examples_run},
};

SUITE_MAIN("gen-manual", tests)
