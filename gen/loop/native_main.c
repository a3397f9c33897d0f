/* SPDX-License-Identifier: BSD-2-Clause */
/* vb-loop on the native platform: counts itself with callgrind; with -P it is the process that is
 * counted. */
#include "kmod/modules/modules.h"
#include "kmod/user/nm_user.h"
#include "native.h"
#include "part.h"
#include "placed.h"
#include "timed.h"

#include <string.h>

static int open_switch(struct vb_err *err)
{
	if (nm_user_init() || vale_modules_load())
		return vb_fail(err, VB_NO_SPACE, "no memory for the in-process switch");
	return 0;
}

static int do_timed(const struct loop_config *c)
{
	struct loop_time time;
	struct vb_err err;

	if (open_switch(&err) || loop_time(c, &nmdev_inproc, &time, &err)) {
		fprintf(stderr, "vb-loop: %s\n", err.text);
		return err.code;
	}
	time.placement = placed_number();
	loop_say_time(stdout, &time);
	return VB_OK;
}

static int do_part(const struct loop_config *c, struct vb_err *err)
{
	enum loop_part part = strcmp(c->part, "own") == 0 ? LOOP_OWN : LOOP_PORTS;
	struct loop_count count;

	if (open_switch(err) || loop_measure(c, &nmdev_inproc, part, &count, err))
		return -1;
	part_write(stdout, &count);
	return 0;
}

int main(int argc, char **argv)
{
	struct loop_config c;
	struct vb_err err = {0};

	if (loop_options(&c, argc, argv, &err) == 0 && c.timed && !c.help) {
		placed_draw(argv);
		return do_timed(&c);
	}
	if (err.code || !c.part)
		return loop_native_main(argc, argv, stdout, stderr);
	if (do_part(&c, &err) == 0)
		return VB_OK;
	/* To whoever counts: its standard error may be a log that nobody reads. */
	printf("%s\n", err.text);
	return err.code;
}
