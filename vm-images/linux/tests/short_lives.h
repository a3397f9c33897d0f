/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of life that a task may lead with /dev/netmap, each over in a moment. */
#ifndef VB_SHORT_LIVES_H
#define VB_SHORT_LIVES_H

#include <stddef.h>

#define SHORT_LIFE_PORT "vale0:fail"

struct short_life {
	const char *what;
	int fewest; /* allocations in the kernel that it takes at least */
	/* Opens, uses, and leaves nothing behind, whatever fails: 0, or the first -errno. */
	int (*live)(void);
	/* What the kernel's own code makes of a failed allocation besides -ENOMEM; 0 for none. */
	int stock_rc[2];
};

extern const struct short_life short_lives[];
extern const size_t short_lives_count;

#endif
