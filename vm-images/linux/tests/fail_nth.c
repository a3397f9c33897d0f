/* SPDX-License-Identifier: BSD-2-Clause */
/* The nth thing of this task that can fail does: asked of our own module, or of the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "short_lives.h"
#include "vport.h"

#define SITES_MAX 500

static int counter(void)
{
	int fd = open("/sys/module/nm_faults/parameters/fail_nth", O_RDWR | O_CLOEXEC);

	return fd >= 0 ? fd : open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
}

static void fail_nth(int fd, int nth)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d", nth);

	if (pwrite(fd, text, (size_t)n, 0) != n)
		perror("fail-nth");
}

/* What is left of the count: above 0 when nothing failed. */
static int left_of(int fd)
{
	char text[16] = {0};

	return pread(fd, text, sizeof(text) - 1, 0) > 0 ? atoi(text) : 0;
}

static bool refused(const struct short_life *life, int rc)
{
	return !rc || rc == -ENOMEM || rc == -EFAULT || rc == life->stock_rc[0] ||
	       rc == life->stock_rc[1];
}

/* Each allocation of one kind of life fails in turn. */
static bool check_life(int fd, const struct short_life *life)
{
	int nth, left = 0, rc;
	bool ok = true;

	for (nth = 1; ok && nth < SITES_MAX && !left; nth++) {
		fail_nth(fd, nth);
		rc = life->live();
		left = left_of(fd);
		fail_nth(fd, 0);
		ok = expect(refused(life, rc), "%s: ENOMEM at the %d. allocation, not %s",
			    life->what, nth, strerror(-rc)) &
		     expect(!left || !rc, "%s: success where nothing failed, not %s", life->what,
			    strerror(-rc)) &
		     expect(!vport_exists(SHORT_LIFE_PORT),
			    "%s: nothing left after the %d. failure", life->what, nth);
	}
	printf("%s: %d allocations failed\n", life->what, nth - 2);
	return ok && expect(left, "%s: an end of allocations", life->what) &&
	       expect(nth - 2 >= life->fewest, "%s: %d allocations at least", life->what,
		      life->fewest);
}

bool check_allocation_failures(void)
{
	int fd = counter();
	bool ok = expect(fd >= 0, "fault injection: %s", strerror(errno));
	size_t i;

	for (i = 0; ok && i < short_lives_count; i++)
		ok = check_life(fd, &short_lives[i]);
	close(fd);
	return ok;
}
