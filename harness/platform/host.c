/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network cards of this machine. What they were before is on disk before anything changes, and a
 * process of its own gives them back as soon as the runner has ended, however it ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "guest_image.h"
#include "host_env.h"
#include "local.h"
#include "process.h"

#define AGENT	   "vb-agent-host"
#define FACTS	   "network cards of this machine"
#define NICS	   "harness/platform/host-nics"
#define LEAVE_MS   10000
#define NICS_MS	   120000
#define RESTORE_MS 150000

struct platform {
	struct place place;
	int guard_fd; /* the guardian restores when this is closed; -1 none */
	pid_t guardian;
};

static const char *state_file(void)
{
	const char *given = getenv("VB_HOST_STATE");

	return given && given[0] ? given : "/run/valebench/nics";
}

/* host-nics VERB [STATE] [PCI...]: what it prints is the reason when it fails. */
static int nics(const char *verb, const char *state, const struct platform_config *cfg,
		struct vb_err *err)
{
	char *argv[4 + PLATFORM_NICS_MAX] = {NICS, (char *)verb}, said[400] = "";
	size_t n = 2;
	unsigned i;

	if (state)
		argv[n++] = (char *)state;
	for (i = 0; cfg && i < cfg->n_nics; i++)
		argv[n++] = (char *)cfg->nics[i];
	if (process_capture(argv, NICS_MS, said, sizeof(said), err) == 0)
		return 0;
	said[strcspn(said, "\n")] = '\0';
	if (said[0] && err)
		vb_fail(err, err->code, "%s", said);
	return -1;
}

static int check_consent(const struct platform_config *cfg, struct vb_err *err)
{
	if (cfg->accel == ACCEL_KVM || cfg->accel == ACCEL_TCG)
		return vb_fail(err, VB_USAGE,
			       "the platform host has no accelerator; use ACCEL=auto");
	if (!cfg->n_nics)
		return vb_fail(err, VB_USAGE,
			       "the platform host needs network cards: name each by its PCI "
			       "address, as in --nic 0000:01:00.0 (NIC=... with make)");
	if (!cfg->takes_nics)
		return vb_fail(err, VB_USAGE,
			       "the platform host takes network cards away from this machine; say "
			       "--i-know-this-takes-the-nic if that is wanted");
	return 0;
}

static int check_machine(struct vb_err *err)
{
	if (geteuid())
		return vb_fail(err, VB_MISSING, "the platform host needs root");
	if (access("/proc/modules", R_OK))
		return vb_fail(err, VB_MISSING,
			       "this machine's kernel loads no modules, so it cannot have "
			       "netmap.ko");
	return 0;
}

static int host_probe(const struct platform_config *cfg, struct platform_facts *facts,
		      struct vb_err *err)
{
	local_facts(facts, FACTS);
	if (!cfg->takes_nics && access(state_file(), F_OK) == 0)
		return vb_fail(err, VB_MISSING,
			       "an earlier run did not give its network cards back; the next run "
			       "on this platform does it, or: %s restore %s",
			       NICS, state_file());
	if (check_consent(cfg, err) || check_machine(err))
		return -1;
	return access(state_file(), F_OK) ? nics("check", NULL, cfg, err) : 0;
}

static int host_prepare(const struct platform_config *cfg, struct vb_err *err)
{
	char path[LOCAL_PATH_BYTES];

	if (local_agent(cfg, AGENT, path, err))
		return -1;
	return host_env_set(cfg, state_file(), err);
}

static int start_guardian(struct platform *p, struct vb_err *err)
{
	char *argv[] = {NICS, "guard", (char *)state_file(), NULL};
	int log = open(p->place.log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666), fds[2];
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = log,
				    .stderr_fd = log,
				    .keep = &fds[0],
				    .n_keep = 1,
				    .cpu = PROCESS_ANY_CPU};

	if (log < 0 || pipe2(fds, O_CLOEXEC)) {
		vb_fail(err, VB_FAILED, "no guardian for the network cards: %s", strerror(errno));
		if (log >= 0)
			close(log);
		return -1;
	}
	p->guardian = process_start(&spec, err);
	p->guard_fd = fds[1];
	close(fds[0]);
	close(log);
	return p->guardian < 0 ? -1 : 0;
}

/* The cards are given back before this returns, or the state file stays for the next start. */
static void let_go(struct platform *p)
{
	int status;

	if (p->guard_fd >= 0)
		close(p->guard_fd);
	p->guard_fd = -1;
	if (p->guardian > 0 && process_wait(p->guardian, RESTORE_MS, &status) == 0)
		fprintf(stderr,
			"valebench: the network cards are not given back after %d s; %s restore "
			"%s tries again\n",
			RESTORE_MS / 1000, NICS, state_file());
	else if (p->guardian > 0 && access(state_file(), F_OK) == 0)
		fprintf(stderr,
			"valebench: the network cards could not be given back (%s says why); %s "
			"restore %s tries again\n",
			p->place.log_path, NICS, state_file());
	p->guardian = 0;
}

static void host_stop(struct platform *p)
{
	if (p->place.pid > 0)
		place_leave(&p->place, LEAVE_MS);
	place_free(&p->place);
	let_go(p);
	free(p);
}

static void why(struct place *place, bool silent, char *buf, size_t bytes)
{
	char how[64];

	process_describe(place->exit_status, how, sizeof(how));
	if (place->exited)
		snprintf(buf, bytes, "the host's agent ended with %s", how);
	else
		snprintf(buf, bytes, "the host's agent is there but does not speak");
}

static int take(struct platform *p, const struct platform_config *cfg, struct vb_err *err)
{
	const char *state = state_file();

	if (nics("restore", state, NULL, err) || nics("take", state, cfg, err))
		return -1;
	return start_guardian(p, err);
}

static struct platform *host_start(const struct platform_config *cfg, struct platform_facts *facts,
				   struct vb_err *err)
{
	struct platform *p = calloc(1, sizeof(*p));
	uint64_t before = vb_now_ms();
	json_t *hello = NULL;

	local_facts(facts, FACTS);
	if (!p) {
		vb_fail(err, VB_NO_SPACE, "no memory to start the host's agent");
		return NULL;
	}
	p->guard_fd = -1;
	p->place.why = why;
	if (check_consent(cfg, err) || check_machine(err) ||
	    place_init(&p->place, cfg, "agent.log", err) || host_prepare(cfg, err) ||
	    take(p, cfg, err) || local_launch(&p->place, cfg, AGENT, err) ||
	    place_wait_hello(&p->place, cfg, &hello, err)) {
		host_stop(p);
		return NULL;
	}
	json_decref(hello);
	facts->boot_ms = vb_now_ms() - before;
	return p;
}

const struct platform_ops platform_host = {
	.name = "host",
	.summary = "network cards of this machine, named by PCI address, with netmap.ko in its "
		   "kernel",
	.probe = host_probe,
	.prepare = host_prepare,
	.start = host_start,
	.exec = place_op_exec,
	.collect = place_op_collect,
	.stop = host_stop,
	.excerpt = place_op_excerpt,
};
