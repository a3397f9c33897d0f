/* SPDX-License-Identifier: BSD-2-Clause */
#include "hunt.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "process.h"

#define GIT_LIMIT_MS 60000
#define LIST_BYTES   (4u << 20) /* about a hundred thousand commits */

void hunt_read(struct hunt *h, const char *lines)
{
	size_t n = 0, bytes;
	const char *at;

	*h = (struct hunt){0};
	for (at = lines; *at; at++)
		h->n += *at == '\n';
	if (!h->n)
		return;
	h->commits = alloc_zero(h->n, sizeof(*h->commits));
	h->skipped = alloc_zero(h->n, sizeof(*h->skipped));
	for (at = lines; n < h->n; at += bytes + 1, n++) {
		bytes = strcspn(at, "\n");
		h->commits[h->n - 1 - n] = alloc_printf("%.*s", (int)bytes, at);
	}
	h->high = h->n - 1;
}

static bool is_ancestor(const char *good, const char *bad)
{
	char *words[] = {"git", "merge-base", "--is-ancestor", (char *)good, (char *)bad, NULL};
	char out[16];

	return process_capture(words, GIT_LIMIT_MS, out, sizeof(out), NULL) == 0;
}

int hunt_list(struct hunt *h, const char *good, const char *bad, struct vb_err *err)
{
	char *range = alloc_printf("%s..%s", good, bad);
	char *words[] = {"git", "rev-list", "--first-parent", range, "--", NULL};
	char *lines = alloc_zero(LIST_BYTES, 1);
	int rc = process_capture(words, GIT_LIMIT_MS, lines, LIST_BYTES, err);

	*h = (struct hunt){0};
	if (rc == 0 && (!lines[0] || !is_ancestor(good, bad)))
		rc = vb_fail(err, VB_USAGE, "%.12s does not come before %.12s in its history", good,
			     bad);
	if (rc == 0)
		hunt_read(h, lines);
	free(lines);
	free(range);
	return rc;
}

void hunt_free(struct hunt *h)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		free(h->commits[i]);
	free(h->commits);
	free(h->skipped);
	*h = (struct hunt){0};
}

bool hunt_next(const struct hunt *h, size_t *index)
{
	size_t middle = h->low + (h->high - h->low) / 2, away, i;
	int side;

	if (h->high == h->low)
		return false;
	if (middle == h->high)
		middle--;
	for (away = 0; away <= h->high - h->low; away++)
		for (side = 0; side < 2; side++) {
			i = side ? middle + away : middle - away;
			if (i >= h->low && i < h->high && !h->skipped[i]) {
				*index = i;
				return true;
			}
		}
	return false;
}

void hunt_good(struct hunt *h, size_t index)
{
	h->low = index + 1;
}

void hunt_bad(struct hunt *h, size_t index)
{
	h->high = index;
}

void hunt_skip(struct hunt *h, size_t index)
{
	h->skipped[index] = true;
}

unsigned hunt_steps(const struct hunt *h)
{
	size_t left = h->high - h->low + 1;
	unsigned steps = 0;

	while (((size_t)1 << steps) < left)
		steps++;
	return steps;
}
