/* SPDX-License-Identifier: BSD-2-Clause */
#include "reason.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TELLING "FAILED"
#define IDLE	"not run: " /* the state itself says it */

static const char *trimmed(char *line)
{
	size_t n;

	for (n = 0; line[n]; n++)
		if (iscntrl((unsigned char)line[n]))
			line[n] = ' ';
	while (n && line[n - 1] == ' ')
		line[--n] = '\0';
	return line + strspn(line, " ");
}

void reason_of_log(const char *path, char *buf, size_t bytes)
{
	FILE *in = fopen(path, "re");
	size_t room = 0;
	char *line = NULL;

	buf[0] = '\0';
	while (in && getline(&line, &room, in) > 0) {
		const char *text = trimmed(line);

		bool telling = strncmp(text, TELLING, strlen(TELLING)) == 0;

		if (telling)
			text += strlen(TELLING) + strspn(text + strlen(TELLING), ": ");
		else if (strncmp(text, IDLE, strlen(IDLE)) == 0)
			text += strlen(IDLE);
		if (text[0])
			snprintf(buf, bytes, "%s", text);
		if (telling)
			break;
	}
	free(line);
	if (in)
		fclose(in);
}
