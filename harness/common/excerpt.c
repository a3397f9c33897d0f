/* SPDX-License-Identifier: BSD-2-Clause */
#include "excerpt.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lines.h"
#include "utf8.h"

#define FILE_TAIL_BYTES 65536
#define OMISSION	"...\n"

void excerpt_clear(struct excerpt *e, excerpt_rank *rank)
{
	e->count = 0;
	e->rank = rank;
	e->told_rank = 0;
	e->told[0] = '\0';
}

static void remember(struct excerpt *e, const char *line)
{
	int rank = e->rank(line);

	if (rank <= e->told_rank)
		return;
	e->told_rank = rank;
	e->told_at = e->count;
	memcpy(e->told, line, sizeof(e->told));
}

void excerpt_add(struct excerpt *e, const char *line)
{
	char *slot = e->line[e->count % EXCERPT_LINES];

	snprintf(slot, EXCERPT_LINE_BYTES, "%s", line);
	vb_utf8_clean(slot, strlen(slot));
	if (e->rank)
		remember(e, slot);
	e->count++;
}

static const char *nth(const struct excerpt *e, size_t n)
{
	return e->line[n % EXCERPT_LINES];
}

/* The oldest of the newest lines that fit into `bytes`. */
static size_t first_that_fits(const struct excerpt *e, size_t bytes)
{
	size_t oldest = e->count > EXCERPT_LINES ? e->count - EXCERPT_LINES : 0;
	size_t first = e->count, used = 0;

	while (first > oldest && used + strlen(nth(e, first - 1)) + 1 < bytes) {
		first--;
		used += strlen(nth(e, first)) + 1;
	}
	return first;
}

void excerpt_text(const struct excerpt *e, char *buf, size_t bytes)
{
	size_t first = first_that_fits(e, bytes), used = 0;
	size_t lead = strlen(e->told) + 1 + strlen(OMISSION);

	if (!bytes)
		return;
	buf[0] = '\0';
	if (e->told_rank && e->told_at < first && lead < bytes) {
		used = (size_t)snprintf(buf, bytes, "%s\n" OMISSION, e->told);
		first = first_that_fits(e, bytes - used);
	}
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

void excerpt_of_file(const char *path, off_t from, excerpt_rank *rank, char *buf, size_t bytes)
{
	static _Thread_local struct excerpt e;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	excerpt_clear(&e, rank);
	if (fd >= 0) {
		if (fstat(fd, &st) == 0 && st.st_size - FILE_TAIL_BYTES > from)
			from = st.st_size - FILE_TAIL_BYTES;
		lseek(fd, from, SEEK_SET);
		add_lines(&e, fd);
		close(fd);
	}
	excerpt_text(&e, buf, bytes);
}
