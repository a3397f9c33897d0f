/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel-log watcher: tells from the lines of a Linux kernel's log (5.10 to 7.x) what went
 * wrong. No I/O, no clock.
 */
#ifndef VB_KLOG_H
#define VB_KLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum klog_kind {
	KLOG_NONE,
	KLOG_WARNING,
	KLOG_LEAK,
	KLOG_LOCKDEP,
	KLOG_OOM,
	KLOG_HUNG_TASK,
	KLOG_RCU_STALL,
	KLOG_SOFT_LOCKUP,
	KLOG_HARD_LOCKUP,
	KLOG_BUG,
	KLOG_OOPS,
	KLOG_PANIC,
	KLOG_KINDS,
};

/* An excerpt: the first KLOG_HEAD_LINES lines, and the last KLOG_TAIL_LINES if there are more. */
#define KLOG_HEAD_LINES 32
#define KLOG_TAIL_LINES 4
#define KLOG_LINE_BYTES 160
#define KLOG_MAX_LINES	200 /* a report is handed out after so many lines at the latest */
#define KLOG_SETTLE_MS	300 /* or when no line came for so long */
#define KLOG_TEXT_BYTES ((KLOG_HEAD_LINES + KLOG_TAIL_LINES + 1) * KLOG_LINE_BYTES)

struct klog_report {
	enum klog_kind kind;
	char text[KLOG_TEXT_BYTES]; /* lines separated by newlines, without time stamps */
};

struct klog {
	enum klog_kind kind; /* of the report being collected; KLOG_NONE: not known yet */
	bool open;
	unsigned lines; /* collected so far */
	uint64_t last_ms;
	char head[KLOG_HEAD_LINES][KLOG_LINE_BYTES];
	char tail[KLOG_TAIL_LINES][KLOG_LINE_BYTES];
};

/* The kind's name in the agent protocol: "oops", "soft_lockup", ... */
const char *klog_kind_name(enum klog_kind kind);

void klog_init(struct klog *k);

/*
 * Takes one line of the log, with or without a time stamp before it, read at now_ms (any clock that
 * does not go back). Returns true when it completed a report, which is then in *report.
 */
bool klog_line(struct klog *k, const char *line, uint64_t now_ms, struct klog_report *report);

/*
 * No line has come until now_ms: hands out the report being collected if it has settled, or in any
 * case when `force`.
 */
bool klog_settle(struct klog *k, uint64_t now_ms, bool force, struct klog_report *report);

/* Is a report being collected, so that klog_settle must be called? */
bool klog_busy(const struct klog *k);

/* What a single line announces by itself; KLOG_NONE for ordinary lines. */
enum klog_kind klog_classify(const char *line);

#endif
