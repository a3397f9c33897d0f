/* SPDX-License-Identifier: BSD-2-Clause */
#include "interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t *raised;

static void on_signal(int signal)
{
	*raised = 1;
}

void interrupt_catch(volatile sig_atomic_t *flag)
{
	/* No SA_RESTART: a wait must notice. */
	const struct sigaction action = {.sa_handler = on_signal};

	raised = flag;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}
