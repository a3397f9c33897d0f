/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Pages of a task that stay where they are, mapped one behind the other for us. */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/signal.h>
#include <linux/vmalloc.h>

#include "os.h"

#define PIN_AT_ONCE 512 /* pages; between them, a kill is heard */

struct os_pin {
	void *base;
	unsigned long count;
	struct page *pages[];
};

/* All of them: 0, or -EFAULT with those that were pinned in count. */
static int pin_pages(struct os_pin *pin, unsigned long start, unsigned long wanted)
{
	while (pin->count < wanted && !fatal_signal_pending(current)) {
		int n = min_t(unsigned long, wanted - pin->count, PIN_AT_ONCE);

		n = pin_user_pages_fast(start + pin->count * PAGE_SIZE, n,
					FOLL_WRITE | FOLL_LONGTERM, pin->pages + pin->count);
		if (n <= 0)
			break;
		pin->count += n;
		cond_resched();
	}
	return pin->count == wanted ? 0 : -EFAULT;
}

int os_pin(uint64_t address, size_t bytes, struct os_pin **out)
{
	unsigned long wanted = bytes >> PAGE_SHIFT;
	struct os_pin *pin;
	int error;

	/* The list of pages alone would take too much. */
	if (wanted > totalram_pages())
		return -EFAULT;
	pin = os_alloc(struct_size(pin, pages, wanted));
	if (!pin)
		return -ENOMEM;
	error = pin_pages(pin, address, wanted);
	if (!error) {
		pin->base = vmap(pin->pages, wanted, VM_MAP, PAGE_KERNEL);
		error = pin->base ? 0 : -ENOMEM;
	}
	if (error)
		os_unpin(pin);
	else
		*out = pin;
	return error;
}

void os_unpin(struct os_pin *pin)
{
	if (pin->base)
		vunmap(pin->base);
	unpin_user_pages_dirty_lock(pin->pages, pin->count, true);
	os_free(pin);
}

void *os_pin_base(const struct os_pin *pin)
{
	return pin->base;
}

bool os_pin_same(const struct os_pin *a, const struct os_pin *b)
{
	return a->count == b->count &&
	       memcmp(a->pages, b->pages, a->count * sizeof(a->pages[0])) == 0;
}
