/* SPDX-License-Identifier: BSD-2-Clause */
#include "kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECORD_BYTES	 8192
#define RECORDS_PER_CALL 256 /* a flood must leave time for everything else */
#define FACILITY_SHIFT	 3   /* the number before the first comma is facility * 8 + level */

int kmsg_open(struct kmsg *k, struct vb_err *err)
{
	memset(k, 0, sizeof(*k));
	klog_init(&k->klog);
	k->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (k->fd < 0)
		return vb_fail(err, VB_FAILED, "cannot watch the kernel log: /dev/kmsg: %s",
			       strerror(errno));
	return 0;
}

void kmsg_close(struct kmsg *k)
{
	if (k->fd >= 0)
		close(k->fd);
	k->fd = -1;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The kernel writes a byte that does not print, and the backslash, as \xNN. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		int high = text[0] == '\\' && text[1] == 'x' ? hex_digit(text[2]) : -1;
		int low = high < 0 ? -1 : hex_digit(text[3]);

		if (low < 0 || high + low == 0) {
			*to++ = *text++;
			continue;
		}
		*to++ = (char)(high << 4 | low);
		text += 4;
	}
	*to = '\0';
}

char *kmsg_text(char *record)
{
	char *text = strchr(record, ';');
	char *end;
	long prefix = strtol(record, &end, 10);

	if (!text || end == record || *end != ',' || prefix < 0 || prefix >> FACILITY_SHIFT)
		return NULL;
	text++;
	text[strcspn(text, "\n")] = '\0';
	unescape(text);
	return text;
}

static void report(struct kmsg *k, const struct klog_report *r,
		   void (*say)(void *, const struct klog_report *), void *context)
{
	if (k->reports++ < KMSG_MAX_REPORTS)
		say(context, r);
}

/* One record. False when there is none. */
static bool next_record(struct kmsg *k, char *record)
{
	ssize_t n;

	/*
	 * EPIPE: the ring went round before it was read; the next read continues at the oldest
	 * record left.
	 */
	do
		n = read(k->fd, record, RECORD_BYTES - 1);
	while (n < 0 && (errno == EPIPE || errno == EINTR));
	if (n <= 0)
		return false;
	record[n] = '\0';
	return true;
}

void kmsg_watch(struct kmsg *k, uint64_t now_ms, bool force,
		void (*say)(void *context, const struct klog_report *report), void *context)
{
	static struct klog_report r;
	char record[RECORD_BYTES];

	for (int i = 0; k->fd >= 0 && i < RECORDS_PER_CALL && next_record(k, record); i++) {
		char *text = kmsg_text(record);

		if (text && klog_line(&k->klog, text, now_ms, &r))
			report(k, &r, say, context);
	}
	if (klog_settle(&k->klog, now_ms, force, &r))
		report(k, &r, say, context);
}
