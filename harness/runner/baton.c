/* SPDX-License-Identifier: BSD-2-Clause */
#include "baton.h"

#include <poll.h>
#include <unistd.h>

/* A write that fails met a runner that has ended, which is no news to act on. */
void baton_pass(struct baton *b)
{
	if (b->out >= 0 && write(b->out, "", 1) != 1) {
		close(b->out);
		b->out = -1;
	}
}

bool baton_mine(struct baton *b, unsigned wait_ms)
{
	struct pollfd fd = {.fd = b->in, .events = POLLIN};
	char byte;

	if (b->in < 0)
		return true;
	/* The first one waits for this, so that neither boots while the other measures. */
	if (b->second && !b->begun)
		baton_pass(b);
	b->begun = true;
	if (poll(&fd, 1, wait_ms) <= 0)
		return false;
	if (read(b->in, &byte, 1) == 1)
		return true;
	close(b->in);
	b->in = -1;
	return true;
}
