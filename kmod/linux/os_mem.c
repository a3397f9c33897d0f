/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Memory of the core, counted: what is still live when the module goes is a leak. */
#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "os.h"

#define RESERVE_SHARE 16 /* of the machine's memory that ports leave alone */

/* Its size precedes each allocation, in a whole cache line, so that alignment survives. */
struct mem_head {
	size_t bytes;
} ____cacheline_aligned;

static atomic_long_t live_bytes;

void *os_alloc(size_t bytes)
{
	struct mem_head *head;

	if (bytes > SIZE_MAX - sizeof(*head))
		return NULL;
	head = kvzalloc(sizeof(*head) + bytes, GFP_KERNEL | __GFP_NOWARN);
	if (!head)
		return NULL;
	head->bytes = bytes;
	atomic_long_add(bytes, &live_bytes);
	return head + 1;
}

void os_free(void *p)
{
	struct mem_head *head;

	if (!p)
		return;
	head = (struct mem_head *)p - 1;
	atomic_long_sub(head->bytes, &live_bytes);
	kvfree(head);
}

/* Ports count for no task's size: the kernel would answer their excess by killing a bystander. */
static bool leaves_reserve(size_t bytes)
{
	long available = si_mem_available();
	unsigned long reserve = totalram_pages() / RESERVE_SHARE;

	return available > 0 && (unsigned long)available > (bytes >> PAGE_SHIFT) + reserve;
}

/*
 * Physically contiguous where that is to be had: one entry of the kernel's large-page mapping
 * then covers what would be many. Either way pages are counted singly, as tasks map them singly.
 */
void *os_block_alloc(size_t bytes)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN;
	void *p;

	bytes = PAGE_ALIGN(bytes);
	if (!bytes || !leaves_reserve(bytes))
		return NULL;
	p = alloc_pages_exact(bytes, gfp | __GFP_NORETRY);
	if (!p)
		p = __vmalloc(bytes, gfp | __GFP_RETRY_MAYFAIL);
	if (p)
		atomic_long_add(bytes, &live_bytes);
	return p;
}

void *os_block_alloc_now(size_t bytes)
{
	void *p;

	bytes = PAGE_ALIGN(bytes);
	if (!bytes || !leaves_reserve(bytes))
		return NULL;
	p = alloc_pages_exact(bytes, GFP_ATOMIC | __GFP_ZERO | __GFP_NOWARN);
	if (p)
		atomic_long_add(bytes, &live_bytes);
	return p;
}

bool os_block_free_now(void *p, size_t bytes)
{
	if (is_vmalloc_addr(p))
		return false;
	os_block_free(p, bytes);
	return true;
}

void os_block_free(void *p, size_t bytes)
{
	if (!p)
		return;
	bytes = PAGE_ALIGN(bytes);
	atomic_long_sub(bytes, &live_bytes);
	if (is_vmalloc_addr(p))
		vfree(p);
	else
		free_pages_exact(p, bytes);
}

size_t os_page_size(void)
{
	return PAGE_SIZE;
}

uint64_t os_live_bytes(void)
{
	return atomic_long_read(&live_bytes);
}

int os_copy_from_user(void *dst, const void __user *src, size_t bytes)
{
	return copy_from_user(dst, src, bytes) ? -EFAULT : 0;
}

int os_copy_to_user(void __user *dst, const void *src, size_t bytes)
{
	return copy_to_user(dst, src, bytes) ? -EFAULT : 0;
}

void os_user_touch(const void __user *src, size_t bytes)
{
	const char __user *p = src, *last = p + bytes - 1;
	char byte;

	for (; bytes && p <= last; p = (const char __user *)((unsigned long)p | ~PAGE_MASK) + 1)
		if (get_user(byte, p))
			return;
}

int os_copy_if_present(void *dst, const void __user *src, size_t bytes)
{
	unsigned long left;

	pagefault_disable();
	left = copy_from_user(dst, src, bytes);
	pagefault_enable();
	return left ? -EFAULT : 0;
}
