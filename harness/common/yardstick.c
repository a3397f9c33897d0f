/* SPDX-License-Identifier: BSD-2-Clause */
#include "yardstick.h"

void yardstick(void)
{
	uint64_t left = YARDSTICK_CYCLES;

	while (--left)
		__asm__ volatile("" : "+r"(left));
}
