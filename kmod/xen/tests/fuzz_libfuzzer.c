/* SPDX-License-Identifier: BSD-2-Clause */
/* The same for libFuzzer, which is guided by what the inputs reach. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_guest(data, size);
	return 0;
}
