/* SPDX-License-Identifier: BSD-2-Clause */
/* The verb `doctor`: what this machine can and cannot run, and why. */
#ifndef VB_DOCTOR_H
#define VB_DOCTOR_H

#include <stdio.h>

#include "platform.h"

/* Prints one line a finding. VB_OK when everything works, VB_MISSING when something does not. */
enum vb_exit doctor(FILE *out, const struct platform_ops *const *platforms, const char *results);

#endif
