/* SPDX-License-Identifier: BSD-2-Clause */
/* One error convention for all user-space parts: a code and one clear line. */
#ifndef VB_ERR_H
#define VB_ERR_H

#include <stdarg.h>
#include <stdio.h>

/* Exit statuses of every valebench program; documented in docs/exit-status.md. */
enum vb_exit {
	VB_OK = 0,
	VB_FAILED = 1,      /* it ran and something measured or tested failed */
	VB_USAGE = 2,       /* wrong command line, scenario or SET */
	VB_CANNOT_TELL = 3, /* ran, but no verdict is possible */
	VB_MISSING = 4,     /* a package, program, kernel or device is not there */
	VB_NO_SPACE = 5,    /* disk or memory */
	VB_TIMEOUT = 6,     /* a wait reached its limit */
	VB_INTERRUPTED = 7, /* Ctrl-C or SIGTERM */
	VB_INTERNAL = 8,    /* a defect of ours */
};

struct vb_err {
	enum vb_exit code;
	char text[512]; /* what was being done, to what, why it failed, what to do */
};

/* Fills err (which may be NULL) and returns -1, so that `return vb_fail(err, ...)` reads as one step. */
__attribute__((format(printf, 3, 4))) static inline int vb_fail(struct vb_err *err,
								enum vb_exit code, const char *fmt,
								...)
{
	va_list ap;

	if (!err)
		return -1;
	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

#endif
