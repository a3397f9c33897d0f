/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's command line for one guest. */
#ifndef VB_QEMU_ARGS_H
#define VB_QEMU_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "guest_image.h"

#define QEMU_AGENT_FD 3 /* the sockets that QEMU inherits */
#define QEMU_QMP_FD   4
#define QEMU_LINE_FD  5 /* to the agent outside, if any card's far end is there */
#define QEMU_WIRES_FD 6 /* and up: those wires, in the order of the cards */
#define QEMU_MAX_ARGS 256

/* Beside dom0, which gets all that was asked for: Xen itself and its guests, sixteen at most. This
 * machine's memory is only taken as far as they use it. */
#define QEMU_XEN_GUESTS_MIB 3072

enum qemu_machine {
	QEMU_KVM,
	QEMU_TCG,
	QEMU_ICOUNT, /* TCG with one processor whose clock counts its instructions */
};

struct qemu_args {
	char *argv[QEMU_MAX_ARGS + 1]; /* NULL-terminated */
	size_t n;
	bool failed;   /* no memory, or too many */
	int next_wire; /* the descriptor of the next card with a wire to the outside */
};

/*
 * Fills args for a guest of cfg's size on that machine with its console in the file console_path.
 * 0, or -1 with err.
 */
int qemu_args_make(struct qemu_args *args, const char *program, const struct platform_config *cfg,
		   const struct guest_image *image, enum qemu_machine machine,
		   const char *console_path, struct vb_err *err);
/* One word more; what goes wrong is told by qemu_args_make. */
__attribute__((format(printf, 2, 3))) void qemu_args_add(struct qemu_args *args, const char *fmt,
							 ...);
void qemu_args_free(struct qemu_args *args);

#endif
