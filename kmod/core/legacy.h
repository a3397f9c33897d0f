/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* NIOCREGIF and NIOCGINFO, translated to control requests; see the table in legacy.c. */
#ifndef NM_LEGACY_H
#define NM_LEGACY_H

#include "file.h"

int nm_legacy(struct nm_file *f, void __user *arg, bool regif);

#endif
