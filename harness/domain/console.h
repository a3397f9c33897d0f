/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What comes out of a guest's console: lines of its agent, and between them whatever its kernel
 * says there. No I/O.
 */
#ifndef VB_DOMAIN_CONSOLE_H
#define VB_DOMAIN_CONSOLE_H

#include <jansson.h>
#include <stdbool.h>

#include "klog.h"

enum console_kind {
	CONSOLE_LOG,	 /* an ordinary line of the log */
	CONSOLE_MESSAGE, /* one of the agent, owned by the caller; what stood before it is log */
	CONSOLE_GARBLED, /* one of the agent into which somebody else wrote */
};

/*
 * Parts a line (NUL-terminated, changed) into what the log is given, which may be empty, and the
 * agent's message. Only a line that holds the beginning of a message can be garbled.
 */
enum console_kind console_part(char *line, const char **log, json_t **message);

/* "its kernel reported warning: ..." of the first line of a report. */
void console_complaint(enum klog_kind kind, const char *text, char *buf, size_t bytes);

#endif
