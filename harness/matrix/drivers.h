/* SPDX-License-Identifier: BSD-2-Clause */
/* The native drivers of the tree: each folder of kmod/drivers that hooks into one. */
#ifndef VB_MATRIX_DRIVERS_H
#define VB_MATRIX_DRIVERS_H

#include <stddef.h>

#define DRIVERS_FOLDER "kmod/drivers"

struct drivers {
	char **names; /* sorted */
	size_t n;
};

/* A folder is a driver's when it holds a file `hooks`. None is no error. */
void drivers_find(struct drivers *drivers, const char *folder);
void drivers_free(struct drivers *drivers);

#endif
