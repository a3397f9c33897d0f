/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's agent: the protocol over descriptor 3, with programs as processes of this machine. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "session.h"

#define AGENT_FD 3

static const struct program_ops *always_process(const char *name)
{
	return &program_process;
}

/* Whoever only wants programs to be run may lack the rights to read the log. */
int main(int argc, char **argv)
{
	bool watches = argc < 2 || strcmp(argv[1], "--no-kernel-log") != 0;
	struct kmsg kmsg;
	struct session session = {.kind = "host", .ops_for = always_process, .wake_fd = -1};
	struct vb_err err = {0};

	if (fcntl(AGENT_FD, F_SETFD, FD_CLOEXEC) < 0) {
		fprintf(stderr,
			"vb-agent-host: descriptor %d is not open; valebench starts this program "
			"itself\n",
			AGENT_FD);
		return VB_USAGE;
	}
	if (watches && kmsg_open(&kmsg, &err) == 0) {
		session.kmsg = &kmsg;
		lseek(kmsg.fd, 0, SEEK_END); /* what this machine said before is not about us */
	}
	if (err.code || session_open(&session, AGENT_FD, &err)) {
		fprintf(stderr, "vb-agent-host: %s\n", err.text);
		return VB_FAILED;
	}
	session_run(&session);
	return VB_OK;
}
