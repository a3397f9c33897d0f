/* SPDX-License-Identifier: BSD-2-Clause */
#include "sizes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SIZES_MAX_ENTRIES 64
#define IMIX		  "60:7,590:4,1514:1"

struct entry {
	uint32_t bytes;
	uint32_t weight;
	int64_t credit;
};

static int bad(struct vb_err *err, const char *text, const char *why)
{
	return vb_fail(err, VB_USAGE,
		       "--sizes: cannot use \"%s\": %s; give a length, LOW-HIGH, a list A,B,C "
		       "(A:WEIGHT,...) or imix",
		       text, why);
}

/* Reads one number and moves past it; 0 when there is none or it is above max. */
static uint32_t number(const char **p, uint32_t max)
{
	unsigned long v;
	char *end;

	if (!isdigit((unsigned char)**p))
		return 0;
	v = strtoul(*p, &end, 10);
	*p = end;
	return v <= max ? (uint32_t)v : 0;
}

static bool length_ok(uint32_t bytes)
{
	return bytes >= SIZES_MIN_BYTES;
}

/* Spreads each length evenly over the cycle: the entry with most credit goes next and pays for all.
 */
static int spread(struct sizes *s, struct entry *e, unsigned n, uint32_t total)
{
	unsigned i, best, k;

	s->cycle = calloc(total, sizeof(*s->cycle));
	if (!s->cycle)
		return -1;
	for (k = 0; k < total; k++) {
		for (i = 0, best = 0; i < n; i++) {
			e[i].credit += e[i].weight;
			if (e[i].credit > e[best].credit)
				best = i;
		}
		e[best].credit -= total;
		s->cycle[k] = e[best].bytes;
	}
	s->cycle_len = total;
	return 0;
}

static int parse_list(struct sizes *s, const char *text, const char *whole, struct vb_err *err)
{
	struct entry e[SIZES_MAX_ENTRIES];
	uint32_t total = 0;
	unsigned n = 0;

	for (;; text++) {
		if (n == SIZES_MAX_ENTRIES)
			return bad(err, whole, "more than 64 lengths");
		e[n] = (struct entry){.bytes = number(&text, SIZES_MAX_BYTES), .weight = 1};
		if (!length_ok(e[n].bytes))
			return bad(err, whole, "a length must be 16 to 65536 bytes");
		if (*text == ':') {
			text++;
			e[n].weight = number(&text, SIZES_CYCLE_LIMIT);
		}
		total += e[n].weight;
		if (!e[n].weight || total > SIZES_CYCLE_LIMIT)
			return bad(err, whole,
				   "weights must be 1 or more and 4096 at most together");
		s->low = n && s->low < e[n].bytes ? s->low : e[n].bytes;
		s->high = s->high > e[n].bytes ? s->high : e[n].bytes;
		n++;
		if (*text != ',')
			break;
	}
	if (*text)
		return bad(err, whole, "there is something behind the last length");
	if (spread(s, e, n, total))
		return vb_fail(err, VB_NO_SPACE, "--sizes: no memory for a mix of %u frames",
			       total);
	return 0;
}

int sizes_parse(struct sizes *s, const char *text, struct vb_err *err)
{
	const char *p = text;

	memset(s, 0, sizeof(*s));
	if (strcmp(text, "imix") == 0)
		return parse_list(s, IMIX, text, err);
	if (!strchr(text, '-'))
		return parse_list(s, text, text, err);
	s->low = number(&p, SIZES_MAX_BYTES);
	if (*p++ == '-')
		s->high = number(&p, SIZES_MAX_BYTES);
	if (!length_ok(s->low) || !length_ok(s->high) || *p)
		return bad(err, text, "a range is LOW-HIGH, each 16 to 65536 bytes");
	if (s->low > s->high)
		return bad(err, text, "the range ends before it starts");
	return 0;
}

void sizes_free(struct sizes *s)
{
	free(s->cycle);
	s->cycle = NULL;
}
