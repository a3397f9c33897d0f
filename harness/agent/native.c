/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The native agent: the protocol over descriptor 3, with pkt-gen, vale-ctl and bdgfnctl as threads
 * over the in-process switch, which has every lookup module loaded.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gen/bridge.h"
#include "gen/lb/lb.h"
#include "gen/pktgen.h"
#include "kmod/ctl/bdgfnctl.h"
#include "kmod/ctl/vale_ctl.h"
#include "kmod/modules/modules.h"
#include "kmod/user/nm_user.h"
#include "session.h"
#include "thread_program.h"

#define AGENT_FD 3

/* The programs of gen/ take the same environment. */
static int run_app(int argc, char **argv, const struct thread_env *env,
		   int (*program)(int, char **, const struct app_env *))
{
	const struct app_env app = {
		.nmdev = &nmdev_inproc, .out = env->out, .err = env->err, .stop = env->stop};

	return program(argc, argv, &app);
}

static int run_pktgen(int argc, char **argv, const struct thread_env *env)
{
	return run_app(argc, argv, env, pktgen_main);
}

static int run_bridge(int argc, char **argv, const struct thread_env *env)
{
	return run_app(argc, argv, env, bridge_main);
}

static int run_lb(int argc, char **argv, const struct thread_env *env)
{
	return run_app(argc, argv, env, lb_main);
}

static int run_vale_ctl(int argc, char **argv, const struct thread_env *env)
{
	return vale_ctl_main(argc, argv, &nmdev_inproc, env->out, env->err);
}

static int run_bdgfnctl(int argc, char **argv, const struct thread_env *env)
{
	return bdgfnctl_main(argc, argv, &nmdev_inproc, env->out, env->err);
}

static const struct thread_entry programs[] = {
	{"pkt-gen", run_pktgen},    {"bridge", run_bridge},	{"lb", run_lb},
	{"vale-ctl", run_vale_ctl}, {"bdgfnctl", run_bdgfnctl}, {NULL, NULL},
};

static int start_switch(void)
{
	int rc = nm_user_init();

	return rc ? rc : vale_modules_load();
}

/* Other programs of ours lie beside this one; those that bring their own switch go first. */
static void extend_path(void)
{
	const char *old = getenv("PATH");
	char self[512], path[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return;
	while (n > 0 && self[n] != '/')
		n--;
	self[n] = '\0';
	if (snprintf(path, sizeof(path), "%s/native:%s:%s", self, self,
		     old ? old : "/bin:/usr/bin") < (int)sizeof(path))
		setenv("PATH", path, 1);
}

int main(void)
{
	struct session session = {.kind = "native"};
	struct vb_err err = {0};

	if (fcntl(AGENT_FD, F_SETFD, FD_CLOEXEC) < 0) {
		fprintf(stderr,
			"vb-agent-native: descriptor %d is not open; valebench starts this program "
			"itself\n",
			AGENT_FD);
		return VB_USAGE;
	}
	extend_path();
	if (start_switch()) {
		fprintf(stderr, "vb-agent-native: no memory for the in-process switch\n");
		return VB_FAILED;
	}
	if (thread_programs_init(programs, &session, &err) ||
	    session_open(&session, AGENT_FD, &err)) {
		fprintf(stderr, "vb-agent-native: %s\n", err.text);
		return VB_FAILED;
	}
	session_run(&session);
	/*
	 * Not exit(): a thread that could not be ended may still use what exit() would take away.
	 */
	_exit(VB_OK);
}
