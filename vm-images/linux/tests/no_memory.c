/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "vport.h"

#define RINGS	  16   /* the most that a port may have */
#define SLOTS	  4096 /* likewise */
#define PORTS_MAX 64   /* of about 270 MiB each: more than any test guest holds */

static void name_of(char *name, size_t bytes, int i)
{
	snprintf(name, bytes, "vale0:huge%d", i);
}

/* Opens ports until one is refused; returns how many were opened. */
static int open_many(struct vport *ports, int *rc)
{
	char name[32];
	int i;

	for (i = 0; i < PORTS_MAX; i++) {
		name_of(name, sizeof(name), i);
		*rc = vport_open_sized(&ports[i], name, RINGS, SLOTS);
		if (*rc)
			break;
	}
	return i;
}

static bool all_there(int n)
{
	char name[32];
	int i;

	for (i = 0; i < n; i++) {
		name_of(name, sizeof(name), i);
		if (!expect(vport_exists(name), "%s to be there still", name))
			return false;
	}
	name_of(name, sizeof(name), n);
	return expect(!vport_exists(name), "nothing left of %s, which was refused", name);
}

bool check_no_memory(void)
{
	struct vport ports[PORTS_MAX];
	int rc = 0, n = open_many(ports, &rc), again, i;
	bool ok = expect(n > 0, "memory for one port at least") &
		  expect(rc == -ENOMEM, "ENOMEM from one port too many, not %s", strerror(-rc));

	ok &= all_there(n);
	for (i = 0; i < n; i++)
		vport_close_fd(&ports[i]);
	again = open_many(ports, &rc);
	ok &= expect(again >= n - 1, "room for %d ports a second time, not %d", n, again);
	for (i = 0; i < again; i++)
		vport_close_fd(&ports[i]);
	return ok;
}
