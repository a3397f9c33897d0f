/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"

const char *progress_rate(double pps, char *buf, size_t bytes)
{
	static const char units[] = " KMGT";
	int unit = 0;

	for (; pps >= 999.5 && units[unit + 1]; unit++)
		pps /= 1000;
	if (unit)
		snprintf(buf, bytes, pps < 99.95 ? "%.2f %c" : "%.1f %c", pps, units[unit]);
	else
		snprintf(buf, bytes, "%.0f ", pps);
	return buf;
}

void progress_start(struct progress *p, FILE *out, unsigned points, unsigned trials)
{
	*p = (struct progress){.out = out,
			       .tag = p->tag,
			       .terminal = !p->tag && isatty(fileno(out)),
			       .points = points,
			       .trials = trials,
			       .started_ms = vb_now_ms()};
}

static void clear_line(struct progress *p)
{
	if (p->shown)
		fprintf(p->out, "\r%*s\r", p->shown, "");
	p->shown = 0;
}

static const char *time_left(const struct progress *p, char *buf, size_t bytes)
{
	uint64_t elapsed = vb_now_ms() - p->started_ms;
	unsigned left;

	bool search = !p->of;

	if (!p->done || (search && p->done >= p->trials))
		return "time left unknown";
	left = elapsed * (p->trials - p->done) / p->done / 1000;
	if (left >= 60)
		snprintf(buf, bytes, "%u min %02u s left", left / 60, left % 60);
	else
		snprintf(buf, bytes, "%u s left", left);
	return buf;
}

/* Columns that a line may take without being wrapped. */
static int columns(const struct progress *p)
{
	struct winsize size;

	if (ioctl(fileno(p->out), TIOCGWINSZ, &size) || size.ws_col < 20)
		return 79;
	return size.ws_col - 1;
}

/* whole: a line that stays, wrapped or not. */
static void draw(struct progress *p, const char *what, bool whole)
{
	char left[48], step[48], line[512];
	int n;

	if (p->trial && p->of)
		snprintf(step, sizeof(step), "trial %u/%u", p->trial, p->of);
	else if (p->trial)
		snprintf(step, sizeof(step), "trial %u", p->trial);
	else
		snprintf(step, sizeof(step), "warm-up");
	n = snprintf(line, sizeof(line), "[%u/%u] %s, %s%s%s, %s", p->point, p->points, p->label,
		     step, *what ? ": " : "", what, time_left(p, left, sizeof(left)));
	clear_line(p);
	if (p->terminal && !whole)
		p->shown = fprintf(p->out, "%.*s", columns(p), line);
	else
		fprintf(p->out, "%s%s%s%s\n", p->tag ? p->tag : "", p->tag ? ": " : "", line,
			n >= (int)sizeof(line) ? "..." : "");
	fflush(p->out);
}

void progress_trial(struct progress *p, unsigned point, const char *label, unsigned trial,
		    unsigned of)
{
	p->point = point;
	p->label = label;
	p->trial = trial;
	p->of = of;
	if (p->terminal)
		draw(p, "", false);
}

void progress_live(void *ctx, double pps)
{
	struct progress *p = ctx;
	char rate[32], what[48];

	if (!p->terminal || pps <= 0)
		return;
	snprintf(what, sizeof(what), "%spps", progress_rate(pps, rate, sizeof(rate)));
	draw(p, what, false);
}

void progress_done(struct progress *p, const char *text)
{
	if (p->done < p->trials)
		p->done++;
	/* In a search every line is news: it holds the bounds. */
	draw(p, text, !p->of);
	if (p->terminal && p->trial == p->of) {
		fputc('\n', p->out);
		p->shown = 0;
	}
}

void progress_say(struct progress *p, const char *fmt, ...)
{
	va_list ap;

	clear_line(p);
	if (p->tag)
		fprintf(p->out, "%s: ", p->tag);
	va_start(ap, fmt);
	vfprintf(p->out, fmt, ap);
	va_end(ap);
	fputc('\n', p->out);
	fflush(p->out);
}
