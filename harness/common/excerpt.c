/* SPDX-License-Identifier: BSD-2-Clause */
#include "excerpt.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lines.h"
#include "utf8.h"

#define FILE_TAIL_BYTES 16384

void excerpt_clear(struct excerpt *e)
{
	e->count = 0;
}

void excerpt_add(struct excerpt *e, const char *line)
{
	char *slot = e->line[e->count % EXCERPT_LINES];

	snprintf(slot, EXCERPT_LINE_BYTES, "%s", line);
	vb_utf8_clean(slot, strlen(slot));
	e->count++;
}

static const char *nth(const struct excerpt *e, size_t n)
{
	return e->line[n % EXCERPT_LINES];
}

void excerpt_text(const struct excerpt *e, char *buf, size_t bytes)
{
	size_t oldest = e->count > EXCERPT_LINES ? e->count - EXCERPT_LINES : 0;
	size_t first = e->count, used = 0;

	if (!bytes)
		return;
	while (first > oldest && used + strlen(nth(e, first - 1)) + 1 < bytes) {
		first--;
		used += strlen(nth(e, first)) + 1;
	}
	used = 0;
	buf[0] = '\0';
	for (; first < e->count; first++)
		used += (size_t)snprintf(buf + used, bytes - used, "%s\n", nth(e, first));
}

static void add_lines(struct excerpt *e, int fd)
{
	struct lines lines;
	size_t bytes;
	char *line;
	bool cut;

	lines_init(&lines, EXCERPT_LINE_BYTES);
	while (lines_fill(&lines, fd) > 0)
		while ((line = lines_next(&lines, &bytes, &cut)))
			if (bytes)
				excerpt_add(e, line);
	line = lines_rest(&lines, &bytes);
	if (line)
		excerpt_add(e, line);
	lines_free(&lines);
}

void excerpt_of_file(const char *path, off_t from, char *buf, size_t bytes)
{
	static _Thread_local struct excerpt e;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	excerpt_clear(&e);
	if (fd >= 0) {
		if (fstat(fd, &st) == 0 && st.st_size - FILE_TAIL_BYTES > from)
			from = st.st_size - FILE_TAIL_BYTES;
		lseek(fd, from, SEEK_SET);
		add_lines(&e, fd);
		close(fd);
	}
	excerpt_text(&e, buf, bytes);
}
