/* SPDX-License-Identifier: BSD-2-Clause */
/* vb-loop over the kernel's netmap device: counted by the guest's clock under -icount, or timed. */
#include "counter.h"
#include "loop.h"
#include "timed.h"

static int fail(const struct vb_err *err)
{
	fprintf(stderr, "vb-loop: %s\n", err->text);
	return err->code;
}

int main(int argc, char **argv)
{
	struct loop_count ports, own;
	struct loop_time time;
	struct loop_config c;
	double tick;
	struct vb_err err;

	if (loop_options(&c, argc, argv, &err))
		return fail(&err);
	if (c.help) {
		loop_usage(argv[0], stdout);
		return VB_OK;
	}
	if (c.timed) {
		if (loop_time(&c, &nmdev_kernel, &time, &err))
			return fail(&err);
		loop_say_time(stdout, &time);
		return VB_OK;
	}
	if (counter_check(&tick, &err) ||
	    loop_measure(&c, &nmdev_kernel, LOOP_PORTS, &ports, &err) ||
	    loop_measure(&c, &nmdev_kernel, LOOP_OWN, &own, &err))
		return fail(&err);
	loop_say(stdout, "icount", &ports, &own);
	return VB_OK;
}
