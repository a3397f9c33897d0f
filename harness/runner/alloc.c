/* SPDX-License-Identifier: BSD-2-Clause */
#include "alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

static void *checked(void *p)
{
	if (p)
		return p;
	fputs("valebench: no memory left on this machine; close other programs and run again\n",
	      stderr);
	exit(VB_NO_SPACE);
}

void *alloc_grow(void *old, size_t n, size_t bytes)
{
	return checked(reallocarray(old, n ? n : 1, bytes));
}

void *alloc_zero(size_t n, size_t bytes)
{
	return checked(calloc(n ? n : 1, bytes));
}

char *alloc_string(const char *text)
{
	return checked(strdup(text));
}

char *alloc_printf(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return checked(text);
}
