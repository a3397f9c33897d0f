/* SPDX-License-Identifier: BSD-2-Clause */
#include "klog.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

static const char *const kind_names[KLOG_KINDS] = {
	[KLOG_NONE] = "none",
	[KLOG_WARNING] = "warning",
	[KLOG_LEAK] = "leak",
	[KLOG_LOCKDEP] = "lockdep",
	[KLOG_OOM] = "oom",
	[KLOG_HUNG_TASK] = "hung_task",
	[KLOG_RCU_STALL] = "rcu_stall",
	[KLOG_SOFT_LOCKUP] = "soft_lockup",
	[KLOG_HARD_LOCKUP] = "hard_lockup",
	[KLOG_BUG] = "bug",
	[KLOG_OOPS] = "oops",
	[KLOG_PANIC] = "panic",
};

/*
 * What begins a report. The first row that fits decides; `start` must open the line, `with` lie
 * somewhere after it.
 */
static const struct headline {
	enum klog_kind kind;
	const char *start;
	const char *with;
} headlines[] = {
	{KLOG_PANIC, "Kernel panic - not syncing", NULL},
	{KLOG_PANIC, "(XEN) Panic on CPU ", NULL},
	{KLOG_PANIC, "(XEN) Hardware Dom0 crashed", NULL},
	{KLOG_BUG, "(XEN) Xen BUG at ", NULL},
	{KLOG_WARNING, "(XEN) Xen WARN at ", NULL},
	{KLOG_HARD_LOCKUP, "", "Watchdog detected hard LOCKUP"},
	{KLOG_SOFT_LOCKUP, "", "BUG: soft lockup - CPU#"},
	{KLOG_RCU_STALL, "", "INFO: rcu_* detected *stall*"},
	{KLOG_RCU_STALL, "", "INFO: rcu_*self-detected stall"},
	{KLOG_HUNG_TASK, "INFO: task ", " blocked *for more than "},
	{KLOG_LOCKDEP, "INFO: trying to register non-static key", NULL},
	{KLOG_LOCKDEP, "WARNING: ", "locking dependency detected"},
	{KLOG_LOCKDEP, "WARNING: ", "recursive locking detected"},
	{KLOG_LOCKDEP, "WARNING: ", "lock inversion dependency detected"},
	{KLOG_LOCKDEP, "WARNING: ", "lock order detected"},
	{KLOG_LOCKDEP, "WARNING: inconsistent lock state", NULL},
	{KLOG_LOCKDEP, "WARNING: suspicious RCU usage", NULL},
	{KLOG_LOCKDEP, "WARNING: bad unlock balance detected", NULL},
	{KLOG_LOCKDEP, "WARNING: bad contention detected", NULL},
	{KLOG_LOCKDEP, "WARNING: held lock freed", NULL},
	{KLOG_LOCKDEP, "WARNING: lock held when returning to user space", NULL},
	{KLOG_LOCKDEP, "WARNING: Nested lock was not taken", NULL},
	{KLOG_LOCKDEP, "WARNING: ", " still has locks held"},
	{KLOG_LOCKDEP, "[ BUG: Invalid wait context ]", NULL},
	{KLOG_LOCKDEP, "BUG: ", " still has locks held"},
	{KLOG_OOM, "", " invoked oom-killer: "},
	{KLOG_OOM, "Out of memory: Kill", NULL},
	{KLOG_OOM, "Memory cgroup out of memory: Kill", NULL},
	{KLOG_LEAK, "netmap: leak", NULL},
	{KLOG_LEAK, "kmemleak: ", "new suspected memory leak"},
	{KLOG_LEAK, "unregister_netdevice: waiting for ", " to become free"},
	{KLOG_BUG, "BUG: KASAN: ", NULL},
	{KLOG_BUG, "BUG: KFENCE: ", NULL},
	{KLOG_BUG, "UBSAN: ", NULL},
	{KLOG_BUG, "kernel BUG at ", NULL},
	{KLOG_BUG, "BUG: Bad page ", NULL},
	{KLOG_OOPS, "BUG: unable to handle ", NULL},
	{KLOG_OOPS, "BUG: kernel NULL pointer dereference", NULL},
	{KLOG_OOPS, "BUG: stack guard page was hit", NULL},
	{KLOG_OOPS, "BUG: TASK stack guard page was hit", NULL},
	{KLOG_OOPS, "Unable to handle kernel ", NULL},
	{KLOG_OOPS, "general protection fault", "[#"},
	{KLOG_OOPS, "Oops", "[#"},
	{KLOG_OOPS, "invalid opcode: ", "[#"},
	{KLOG_OOPS, "divide error: ", "[#"},
	{KLOG_OOPS, "stack segment: ", "[#"},
	{KLOG_OOPS, "int3: ", "[#"},
	{KLOG_OOPS, "traps: PANIC: double fault", NULL},
	{KLOG_BUG, "BUG: ", NULL},
	{KLOG_BUG, "BUG ", "): "},
	{KLOG_WARNING, "WARNING: ", " at "},
	{KLOG_WARNING, "", ": page allocation failure: order:"},
};

/*
 * The kernel draws these before a report: what follows belongs to it, its kind is known by a later
 * line.
 */
static const char *const openers[] = {"------------[ cut here ]------------", "=================="};

/* What ends a report for certain; the others end when the log falls silent. */
static const char *const closers[] = {
	"---[ end trace ",
	"---[ end Kernel panic",
	"Out of memory: Killed process ",
	"Memory cgroup out of memory: Killed process ",
};

/* Reports of several headlines: the later ones belong to the report that the first has opened. */
static const struct chain {
	enum klog_kind first, then;
} chains[] = {
	{KLOG_BUG, KLOG_OOPS}, /* kernel BUG at ..., then: invalid opcode [#1] */
	{KLOG_OOPS, KLOG_OOPS},
	{KLOG_OOM, KLOG_OOM},
	{KLOG_LOCKDEP, KLOG_LOCKDEP},
};

/* strstr, where a '*' in the pattern stands for anything. */
static bool holds(const char *line, const char *pattern)
{
	char piece[64];

	while (*pattern) {
		size_t n = strcspn(pattern, "*");

		snprintf(piece, sizeof(piece), "%.*s", (int)n, pattern);
		line = strstr(line, piece);
		if (!line)
			return false;
		line += n;
		pattern += n + (pattern[n] == '*');
	}
	return true;
}

static bool starts(const char *line, const char *start)
{
	return strncmp(line, start, strlen(start)) == 0;
}

/* "[   12.345678] ", and with the caller's number "[   12.345678][  T123] ". */
static const char *skip_stamp(const char *line)
{
	const char *at = line;

	while (*at == '[') {
		const char *end = at + 1 + strspn(at + 1, " 0123456789.CT");

		if (*end != ']' || !isdigit((unsigned char)end[-1]))
			break;
		at = end + 1;
	}
	return at == line ? line : at + (*at == ' ');
}

static enum klog_kind classify(const char *text)
{
	for (size_t i = 0; i < sizeof(headlines) / sizeof(headlines[0]); i++) {
		const struct headline *h = &headlines[i];

		if (starts(text, h->start) && (!h->with || holds(text + strlen(h->start), h->with)))
			return h->kind;
	}
	return KLOG_NONE;
}

enum klog_kind klog_classify(const char *line)
{
	return classify(skip_stamp(line));
}

const char *klog_kind_name(enum klog_kind kind)
{
	return kind < KLOG_KINDS ? kind_names[kind] : "none";
}

void klog_init(struct klog *k)
{
	memset(k, 0, sizeof(*k));
}

bool klog_busy(const struct klog *k)
{
	return k->open;
}

static bool in_list(const char *text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (starts(text, list[i]))
			return true;
	return false;
}

static bool continues(enum klog_kind first, enum klog_kind then)
{
	if (first == KLOG_NONE)
		return true;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++)
		if (chains[i].first == first && chains[i].then == then)
			return true;
	return false;
}

static void keep(struct klog *k, const char *text)
{
	char *slot = k->lines < KLOG_HEAD_LINES ? k->head[k->lines]
						: k->tail[k->lines % KLOG_TAIL_LINES];

	snprintf(slot, KLOG_LINE_BYTES, "%s", text);
	vb_utf8_clean(slot, strlen(slot));
	k->lines++;
}

static void append(struct klog_report *report, const char *line)
{
	size_t used = strlen(report->text);

	snprintf(report->text + used, sizeof(report->text) - used, "%s%s", used ? "\n" : "", line);
}

static void write_report(const struct klog *k, struct klog_report *report)
{
	unsigned head = k->lines < KLOG_HEAD_LINES ? k->lines : KLOG_HEAD_LINES;
	unsigned rest = k->lines - head;
	unsigned tail = rest < KLOG_TAIL_LINES ? rest : KLOG_TAIL_LINES;

	report->kind = k->kind;
	report->text[0] = '\0';
	for (unsigned i = 0; i < head; i++)
		append(report, k->head[i]);
	if (rest > tail)
		append(report, "...");
	for (unsigned i = k->lines - tail; i < k->lines; i++)
		append(report, k->tail[i % KLOG_TAIL_LINES]);
}

/* Ends the collection. True if it was a report, and not only a row of signs. */
static bool finish(struct klog *k, struct klog_report *report)
{
	bool known = k->open && k->kind != KLOG_NONE;

	if (known)
		write_report(k, report);
	k->open = false;
	k->kind = KLOG_NONE;
	k->lines = 0;
	return known;
}

bool klog_line(struct klog *k, const char *line, uint64_t now_ms, struct klog_report *report)
{
	const char *text = skip_stamp(line);
	enum klog_kind kind = classify(text);
	bool opener = in_list(text, openers, sizeof(openers) / sizeof(openers[0]));
	bool done = false;

	if (kind != KLOG_NONE && k->open && !continues(k->kind, kind))
		done = finish(k, report);
	if (!k->open && kind == KLOG_NONE && !opener)
		return done;
	if (k->kind == KLOG_NONE)
		k->kind = kind;
	k->open = true;
	k->last_ms = now_ms;
	if (!opener)
		keep(k, text);
	if (done)
		return true;
	if (k->lines >= KLOG_MAX_LINES ||
	    in_list(text, closers, sizeof(closers) / sizeof(closers[0])))
		return finish(k, report);
	return false;
}

bool klog_settle(struct klog *k, uint64_t now_ms, bool force, struct klog_report *report)
{
	if (!k->open || (!force && now_ms - k->last_ms < KLOG_SETTLE_MS))
		return false;
	return finish(k, report);
}
