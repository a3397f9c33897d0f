/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In a guest: runs the generator at the far end of a card's wire, outside of the guest, where it
 * takes nothing from the processors that are measured.
 */
#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#include "port.h"
#include "protocol.h"
#include "wire_call.h"

#define OPEN_MS	   5000
#define ANSWER_MS  5000
#define LIMIT_MS   3600000 /* of a program whose caller was killed */
#define NAME_BYTES 64

/* Whoever made the wire told the agent outside what its end is called. */
static const char *const launcher[] = {
	"sh", "-c", "wire=$1; shift; exec pkt-gen -i \"stream:$VB_WIRE.$wire\" \"$@\"", "vb-wire"};

#define LAUNCHER_WORDS (sizeof(launcher) / sizeof(launcher[0]))

static int usage(void)
{
	fprintf(stderr, "usage: vb-wire DRIVER WIRE OPTION...   (of pkt-gen, but for -i; wires are "
			"numbered from 0)\n");
	return VB_USAGE;
}

static bool is_wire(const char *driver, const char *number)
{
	return *driver && strlen(driver) < NAME_BYTES / 2 && strspn(number, "0123456789") == 1 &&
	       !number[1];
}

/* A descriptor that tells of the signals that end programs, which from now on do nothing else. */
static int take_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int main(int argc, char **argv)
{
	const char *words[PROTOCOL_MAX_ARGS + 1] = {0};
	char wire[NAME_BYTES];
	struct wire_call call = {.argv = words,
				 .answer_ms = ANSWER_MS,
				 .limit_ms = LIMIT_MS,
				 .out = stdout,
				 .err = stderr};
	struct vb_err why = {0};
	int status = -1;

	if (argc < 4 || argc + LAUNCHER_WORDS > PROTOCOL_MAX_ARGS || !is_wire(argv[1], argv[2]))
		return usage();
	snprintf(wire, sizeof(wire), "%s.%s", argv[1], argv[2]);
	memcpy(words, launcher, sizeof(launcher));
	words[LAUNCHER_WORDS] = wire;
	memcpy(words + LAUNCHER_WORDS + 1, argv + 3, (argc - 3) * sizeof(*argv));
	call.signals = take_signals();
	call.fd = port_open(PROTOCOL_WIRE_PORT, OPEN_MS, &why);
	if (call.fd >= 0)
		status = wire_call(&call, &why);
	if (status >= 0)
		return status;
	fprintf(stderr, "vb-wire: cannot run pkt-gen at the wire %s: %s\n", wire, why.text);
	return why.code;
}
