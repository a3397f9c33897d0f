/* SPDX-License-Identifier: BSD-2-Clause */
/* Which platform a scenario runs on, and why. */
#ifndef VB_CHOICE_H
#define VB_CHOICE_H

#include "platform.h"
#include "scenario.h"

/* All platforms that this program knows, NULL at the end. */
extern const struct platform_ops *const choice_platforms[];

/* The mask bit of a platform. */
enum scenario_platform choice_bit(const struct platform_ops *ops);

/*
 * wanted: "auto" or a platform's name. auto takes qemu with KVM, else uml (for smoke only when its
 * kernel is built), else qemu without KVM, icount, native: the first that the scenario suits and
 * that can run. why becomes one line to be said aloud. NULL: VB_USAGE when the scenario does not
 * suit, VB_MISSING (of the probe) when it cannot run.
 */
const struct platform_ops *choice_of(const struct platform_ops *const *platforms,
				     const struct scenario *sc, const char *wanted,
				     const struct platform_config *cfg,
				     struct platform_facts *facts, char *why, size_t bytes,
				     struct vb_err *err);

#endif
