/* SPDX-License-Identifier: BSD-2-Clause */
/* pkt-gen: the generator over the kernel's netmap device. Manual: docs/man/pkt-gen.1. */
#include <signal.h>
#include <stddef.h>

#include "pktgen.h"

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

int main(int argc, char **argv)
{
	const struct pktgen_env env = {
		.nmdev = &nmdev_kernel, .out = stdout, .err = stderr, .stop = &stop};
	const struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return pktgen_main(argc, argv, &env);
}
