/* SPDX-License-Identifier: BSD-2-Clause */
/* The wires out of one guest, named as its arguments are; QEMU's ends are its descriptors 3, 4, ...
 */
#include <fcntl.h>
#include <stdio.h>

#include "relay.h"

#define FIRST_FD 3

int main(int argc, char **argv)
{
	struct relay_wire wires[RELAY_WIRES_MAX];
	struct vb_err err = {0};
	int i;

	if (argc < 2 || argc > RELAY_WIRES_MAX || fcntl(FIRST_FD + argc - 2, F_GETFD) < 0) {
		fprintf(stderr,
			"vb-relay: valebench starts this program itself, with a socket for each "
			"name\n");
		return VB_USAGE;
	}
	for (i = 1; i < argc; i++)
		wires[i - 1] = (struct relay_wire){.card = FIRST_FD + i - 1, .name = argv[i]};
	if (relay_run(wires, (size_t)argc - 1, &err) == 0)
		return VB_OK;
	fprintf(stderr, "vb-relay: %s\n", err.text);
	return err.code;
}
