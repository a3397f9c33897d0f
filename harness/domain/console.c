/* SPDX-License-Identifier: BSD-2-Clause */
#include "console.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE_START "{\"ev\":"

enum console_kind console_part(char *line, const char **log, json_t **message)
{
	char *start = strstr(line, MESSAGE_START);

	*log = line;
	*message = NULL;
	if (!start)
		return CONSOLE_LOG;
	*message = json_loads(start, JSON_REJECT_DUPLICATES, NULL);
	if (!*message)
		return CONSOLE_GARBLED;
	*start = '\0';
	return CONSOLE_MESSAGE;
}

void console_complaint(enum klog_kind kind, const char *text, char *buf, size_t bytes)
{
	snprintf(buf, bytes, "its kernel reported %s: %.*s", klog_kind_name(kind),
		 (int)strcspn(text, "\n"), text);
}
