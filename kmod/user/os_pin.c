/* SPDX-License-Identifier: BSD-2-Clause */
/* The calling task is our own process: its pages are ours already. */
#include <sys/mman.h>

#include "os.h"

struct os_pin {
	char *base;
	size_t bytes;
};

int os_pin(uint64_t address, size_t bytes, struct os_pin **out)
{
	struct os_pin *pin;

	if (madvise((void *)(uintptr_t)address, bytes, MADV_POPULATE_WRITE))
		return -EFAULT;
	pin = os_alloc(sizeof(*pin));
	if (!pin)
		return -ENOMEM;
	pin->base = (char *)(uintptr_t)address;
	pin->bytes = bytes;
	*out = pin;
	return 0;
}

void os_unpin(struct os_pin *pin)
{
	os_free(pin);
}

void *os_pin_base(const struct os_pin *pin)
{
	return pin->base;
}

bool os_pin_same(const struct os_pin *a, const struct os_pin *b)
{
	return a->base == b->base && a->bytes == b->bytes;
}
