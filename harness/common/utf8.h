/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VB_UTF8_H
#define VB_UTF8_H

#include <stddef.h>

/*
 * Makes bytes of a foreign program fit for JSON: every NUL and every byte that is not part of valid
 * UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF) becomes '?'. In place, same
 * length.
 */
void vb_utf8_clean(char *text, size_t bytes);

#endif
