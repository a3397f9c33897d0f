/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of the user-space host: counted, and made to fail on demand. */
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nm_user.h"
#include "os.h"

#define OBJ_ALIGN 64 /* structures of the core keep writers on lines of their own */

static uint64_t live_bytes;
static long fail_countdown; /* 0: never */

void nm_user_fail_alloc(long nth)
{
	__atomic_store_n(&fail_countdown, nth, __ATOMIC_RELAXED);
}

bool nm_user_fail_pending(void)
{
	return __atomic_load_n(&fail_countdown, __ATOMIC_RELAXED) > 0;
}

static bool must_fail(void)
{
	if (__atomic_load_n(&fail_countdown, __ATOMIC_RELAXED) == 0)
		return false;
	return __atomic_sub_fetch(&fail_countdown, 1, __ATOMIC_RELAXED) == 0;
}

static void count(int64_t bytes)
{
	__atomic_add_fetch(&live_bytes, bytes, __ATOMIC_RELAXED);
}

uint64_t os_live_bytes(void)
{
	return __atomic_load_n(&live_bytes, __ATOMIC_RELAXED);
}

void *os_alloc(size_t bytes)
{
	void *p;

	if (must_fail() || posix_memalign(&p, OBJ_ALIGN, bytes))
		return NULL;
	memset(p, 0, bytes);
	count(malloc_usable_size(p));
	return p;
}

void os_free(void *p)
{
	if (!p)
		return;
	count(-(int64_t)malloc_usable_size(p));
	free(p);
}

size_t os_page_size(void)
{
	static size_t bytes;

	if (!bytes)
		bytes = sysconf(_SC_PAGESIZE);
	return bytes;
}

int os_span_reserve(void **span, size_t bytes)
{
	void *p = MAP_FAILED;

	if (!must_fail())
		p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	*span = p == MAP_FAILED ? NULL : p;
	if (!*span)
		return -ENOMEM;
	madvise(p, bytes, MADV_HUGEPAGE); /* or small ones, where there are no others */
	return 0;
}

void os_span_release(void *span, size_t bytes)
{
	munmap(span, bytes);
}

void *os_span_block_alloc(void *span, size_t offset, size_t bytes)
{
	char *p = (char *)span + offset;

	if (must_fail() || mprotect(p, bytes, PROT_READ | PROT_WRITE))
		return NULL;
	/*
	 * Faults now rather than in the data path; where the kernel does not know how, the first
	 * packets pay.
	 */
	madvise(p, bytes, MADV_POPULATE_WRITE);
	count(bytes);
	return p;
}

/* Whoever goes on using a block that was given back is found out. */
void os_span_block_free(void *p, size_t bytes)
{
	madvise(p, bytes, MADV_DONTNEED);
	mprotect(p, bytes, PROT_NONE);
	count(-(int64_t)bytes);
}

void *os_block_alloc(size_t bytes)
{
	void *p = MAP_FAILED;

	if (!must_fail())
		p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	count(bytes);
	return p;
}

void os_block_free(void *p, size_t bytes)
{
	munmap(p, bytes);
	count(-(int64_t)bytes);
}
