/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The deterministic lane: one emulated processor whose clock goes on by one nanosecond with each
 * instruction. What a guest does then depends on its instructions only, however busy this machine
 * is, and its time stamp counter counts them.
 */
#include <string.h>

#include "place.h"
#include "qemu_guest.h"

/* Counting takes time of ours, and nothing of it shows in a figure: what does not answer gets
 * longer. */
#define PATIENCE_FACTOR 5

static int check_config(const struct platform_config *cfg, struct platform_facts *facts,
			struct vb_err *err)
{
	memset(facts, 0, sizeof(*facts));
	if (cfg->accel == ACCEL_KVM || cfg->accel == ACCEL_NONE)
		return vb_fail(err, VB_USAGE,
			       "the platform icount counts what TCG executes; use ACCEL=auto");
	if (qemu_guest_check(cfg, facts, err))
		return -1;
	qemu_guest_accelerator(facts, "tcg", "instructions are counted, one processor");
	return 0;
}

static int icount_probe(const struct platform_config *cfg, struct platform_facts *facts,
			struct vb_err *err)
{
	return check_config(cfg, facts, err);
}

static struct platform *icount_start(const struct platform_config *cfg,
				     struct platform_facts *facts, struct vb_err *err)
{
	struct platform_config one = *cfg;
	struct guest_image image;

	one.cpus = 1;
	one.boot_timeout_ms *= PATIENCE_FACTOR;
	one.silence_timeout_ms *= PATIENCE_FACTOR;
	if (check_config(cfg, facts, err) ||
	    guest_image_prepare(&guest_maker_linux, cfg, &image, err))
		return NULL;
	return qemu_guest_start(&one, &image, QEMU_ICOUNT, facts, err);
}

const struct platform_ops platform_icount = {
	.name = "icount",
	.summary = "a Linux guest whose instructions are counted: figures that noise cannot touch",
	.same_everywhere = true,
	.probe = icount_probe,
	.prepare = qemu_guest_prepare,
	.start = icount_start,
	.exec = place_op_exec,
	.collect = place_op_collect,
	.stop = qemu_guest_stop,
	.excerpt = place_op_excerpt,
};
