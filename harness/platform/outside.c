/* SPDX-License-Identifier: BSD-2-Clause */
#include "outside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "local.h"
#include "process.h"

#define END_MS	   2000
#define PATH_BYTES 4096
/* Frames that wait in a socket count as sent, so there should be few. */
#define SOCKET_BYTES (1 << 15)
/*
 * An emulator whose socket is full drops what it has, or waits until three quarters are read. The
 * kernel charges 768 bytes for a short frame, so this holds a thousand.
 */
#define CARD_BYTES (1 << 19)

unsigned outside_wires(const struct platform_config *cfg)
{
	unsigned i, n = 0;

	for (i = 0; i < cfg->n_cards; i++)
		n += cfg->cards[i].outside ? cfg->cards[i].wires : 0;
	return n;
}

/* Of the guest's wires; another one for each guest. */
static void name_guest(char name[OUTSIDE_NAME_BYTES])
{
	static unsigned guests; /* of this process */

	snprintf(name, OUTSIDE_NAME_BYTES, "valebench-%d.%u", (int)getpid(), guests++);
}

static void limit(int fd, int bytes)
{
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes,
		   sizeof(bytes)); /* another size is no defect */
}

static int make_pair(int ends[2], struct vb_err *err)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return vb_fail(err, VB_FAILED, "no socket for what is outside of the guest: %s",
			       strerror(errno));
	limit(ends[0], SOCKET_BYTES);
	limit(ends[1], SOCKET_BYTES);
	return 0;
}

static pid_t spawn(char *const *argv, const int *keep, size_t n, int log, struct vb_err *err)
{
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = log,
				    .stderr_fd = log,
				    .keep = keep,
				    .n_keep = n,
				    .cpu = PROCESS_ANY_CPU,
				    .die_with_parent = true};

	return process_start(&spec, err);
}

/* Its line becomes its descriptor 3; generators are found in the build folder first. */
static int start_agent(struct outside *o, const struct platform_config *cfg, const char *name,
		       int log, struct vb_err *err)
{
	char agent[LOCAL_PATH_BYTES], wire[OUTSIDE_NAME_BYTES + 16], path[PATH_BYTES];
	char *argv[] = {"env", wire, path, agent, "--no-kernel-log", NULL};
	const char *usual = getenv("PATH");
	int ends[2];

	if (local_agent(cfg, "vb-agent-host", agent, err))
		return -1;
	snprintf(wire, sizeof(wire), "VB_WIRE=@%s", name);
	if (snprintf(path, sizeof(path), "PATH=%s/bin:%s", cfg->build_dir, usual ? usual : "") >=
	    PATH_BYTES)
		return vb_fail(err, VB_FAILED, "cannot run %s: PATH is too long", agent);
	if (make_pair(ends, err))
		return -1;
	o->line = ends[0];
	o->agent = spawn(argv, &ends[1], 1, log, err);
	close(ends[1]);
	return o->agent < 0 ? -1 : 0;
}

/* Names of wires in the order of the cards. */
static void name_wires(const struct platform_config *cfg, const char *guest,
		       char names[][OUTSIDE_NAME_BYTES])
{
	unsigned kind, card, n = 0;

	for (kind = 0; kind < cfg->n_cards; kind++)
		for (card = 0; cfg->cards[kind].outside && card < cfg->cards[kind].wires; card++)
			snprintf(names[n++], OUTSIDE_NAME_BYTES, "%.30s.%.20s.%u", guest,
				 cfg->cards[kind].driver, card);
}

static int start_relay(struct outside *o, const struct platform_config *cfg, const char *guest,
		       int log, struct vb_err *err)
{
	char relay[LOCAL_PATH_BYTES], names[RELAY_WIRES_MAX][OUTSIDE_NAME_BYTES];
	char *argv[RELAY_WIRES_MAX + 2] = {relay};
	unsigned wires = outside_wires(cfg), made, i;
	int theirs[RELAY_WIRES_MAX], ends[2];

	if (wires > RELAY_WIRES_MAX - 1)
		return vb_fail(err, VB_USAGE, "%u wires lead out of the guest, and %d are the most",
			       wires, RELAY_WIRES_MAX - 1);
	if (local_agent(cfg, "vb-relay", relay, err))
		return -1;
	name_wires(cfg, guest, names);
	for (made = 0; made < wires && make_pair(ends, err) == 0; made++) {
		limit(ends[0], CARD_BYTES);
		o->cards[o->wires++] = ends[0];
		theirs[made] = ends[1];
		argv[made + 1] = names[made];
	}
	if (made == wires)
		o->relay = spawn(argv, theirs, made, log, err);
	for (i = 0; i < made; i++)
		close(theirs[i]);
	return made < wires || o->relay < 0 ? -1 : 0;
}

int outside_start(struct outside *o, const struct platform_config *cfg, const char *log,
		  struct vb_err *err)
{
	char guest[OUTSIDE_NAME_BYTES];
	int to, rc;

	*o = (struct outside){.line = -1};
	if (!outside_wires(cfg))
		return 0;
	to = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (to < 0)
		return vb_fail(err, errno == ENOSPC ? VB_NO_SPACE : VB_FAILED,
			       "cannot write %s: %s", log, strerror(errno));
	name_guest(guest);
	rc = start_agent(o, cfg, guest, to, err);
	if (rc == 0)
		rc = start_relay(o, cfg, guest, to, err);
	close(to);
	return rc;
}

void outside_close(struct outside *o)
{
	unsigned i;

	if (o->line >= 0)
		close(o->line);
	o->line = -1;
	for (i = 0; i < o->wires; i++)
		close(o->cards[i]);
	o->wires = 0;
}

static void end(pid_t *pid)
{
	int status;

	if (*pid > 0 && process_wait(*pid, END_MS, &status) == 0)
		process_end(*pid, 0);
	*pid = 0;
}

void outside_end(struct outside *o)
{
	outside_close(o);
	end(&o->relay);
	end(&o->agent);
}
