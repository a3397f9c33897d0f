/* SPDX-License-Identifier: BSD-2-Clause */
#include "utf8.h"

#include <stdint.h>

/* Lead bytes and the range that the first continuation byte must be in (RFC 3629, section 4). */
static const struct utf8_lead {
	uint8_t low, high;
	uint8_t second_low, second_high;
	size_t length;
} leads[] = {
	{0x01, 0x7f, 0, 0, 1},	     {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
	{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
	{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static const struct utf8_lead *lead_of(uint8_t byte)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (byte >= leads[i].low && byte <= leads[i].high)
			return &leads[i];
	return NULL;
}

/* Length of the valid sequence at s, 0 if there is none. */
static size_t sequence(const uint8_t *s, size_t left)
{
	const struct utf8_lead *lead = lead_of(s[0]);

	if (!lead || lead->length > left)
		return 0;
	if (lead->length == 1)
		return 1;
	if (s[1] < lead->second_low || s[1] > lead->second_high)
		return 0;
	for (size_t i = 2; i < lead->length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return lead->length;
}

void vb_utf8_clean(char *text, size_t bytes)
{
	size_t at = 0;

	while (at < bytes) {
		size_t length = sequence((const uint8_t *)text + at, bytes - at);

		if (!length)
			text[at] = '?';
		at += length ? length : 1;
	}
}
