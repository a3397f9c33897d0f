/* SPDX-License-Identifier: BSD-2-Clause */
/* /dev/kmsg, read live and put through the kernel-log watcher. */
#ifndef VB_KMSG_H
#define VB_KMSG_H

#include <stdint.h>

#include "err.h"
#include "klog.h"

/* A kernel that reports without end must not drown everything else. */
#define KMSG_MAX_REPORTS 64

struct kmsg {
	int fd; /* polls readable; -1 when closed */
	unsigned reports;
	struct klog klog;
};

/* Opens the log at its oldest record. */
int kmsg_open(struct kmsg *k, struct vb_err *err);
void kmsg_close(struct kmsg *k);

/*
 * Reads what is there and calls say for each report, at most KMSG_MAX_REPORTS in all; `force` hands
 * out an unsettled one.
 */
void kmsg_watch(struct kmsg *k, uint64_t now_ms, bool force,
		void (*say)(void *context, const struct klog_report *report), void *context);

/*
 * Text of one record as read from /dev/kmsg ("6,339,5140900,-;text" and continuation lines): cut in
 * place to the first line of its text, escapes resolved. NULL when it is no such record, or not of
 * the kernel's own facility (programs can write there too).
 */
char *kmsg_text(char *record);

#endif
