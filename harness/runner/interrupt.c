/* SPDX-License-Identifier: BSD-2-Clause */
#include "interrupt.h"

#include <stddef.h>

static volatile sig_atomic_t *raised;

static void on_signal(int signal)
{
	*raised = 1;
}

/* Whoever started us with nohup wants us to outlive the terminal. */
static void catch_hangup(const struct sigaction *action)
{
	struct sigaction before;

	if (sigaction(SIGHUP, NULL, &before) || before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, action, NULL);
}

void interrupt_catch(volatile sig_atomic_t *flag)
{
	/* No SA_RESTART: a wait must notice. */
	const struct sigaction action = {.sa_handler = on_signal};

	raised = flag;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	catch_hangup(&action);
	signal(SIGPIPE, SIG_IGN);
}
