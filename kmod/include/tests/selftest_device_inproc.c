/* SPDX-License-Identifier: BSD-2-Clause */
#include "selftest_device.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "kmod/user/nm_user.h"

static bool there;

int st_device(void)
{
	int rc = nm_user_init();

	st_device_end();
	if (!rc)
		rc = nm_user_add_device(ST_DEVICE, NULL, NULL);
	there = !rc;
	return -rc;
}

void st_device_end(void)
{
	if (there)
		nm_user_remove_device(ST_DEVICE);
	there = false;
}

int st_wire_send(const void *frame, size_t bytes)
{
	return nm_user_stack_send(ST_DEVICE, 0, frame, (uint32_t)bytes) == 0;
}

size_t st_wire_receive(void *frame, size_t room)
{
	return nm_user_stack_receive(ST_DEVICE, frame, (uint32_t)room);
}
