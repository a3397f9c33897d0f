/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's fault injection: the nth thing of this task that can fail does. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "vport.h"

#define SITES_MAX    500
#define FEWEST_SITES 5

static int counter(void)
{
	return open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
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

bool check_allocation_failures(void)
{
	static const char *const names[] = {"vale0:fail", "vale0:fail{1"};
	int fd = counter(), nth = 1, left = 0, rc;
	bool ok = expect(fd >= 0, "fault injection: %s", strerror(errno));
	struct vport p;

	while (ok && nth < SITES_MAX && !left) {
		fail_nth(fd, nth);
		rc = vport_open(&p, names[nth % 2]);
		left = left_of(fd);
		fail_nth(fd, 0);
		ok = expect(!rc || rc == -ENOMEM || rc == -EFAULT,
			    "ENOMEM at the %d. allocation, not %s", nth, strerror(-rc));
		if (!rc)
			vport_close(&p);
		ok &= expect(!vport_exists("vale0:fail"), "nothing left after the %d. failure",
			     nth);
		nth++;
	}
	close(fd);
	return ok && expect(nth > FEWEST_SITES, "%d allocations at least", FEWEST_SITES);
}
