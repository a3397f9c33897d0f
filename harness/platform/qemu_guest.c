/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu_guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "excerpt.h"
#include "klog.h"
#include "kvm_probe.h"
#include "outside.h"
#include "place.h"
#include "process.h"
#include "qemu.h"
#include "qemu_program.h"
#include "qmp.h"

#define QMP_OPEN_MS    10000
#define QMP_COMMAND_MS 2000
#define QMP_GLANCE_MS  500
#define POWEROFF_MS    4000
#define MIN_MEMORY_MIB 128
#define PROGRAM_BYTES  512

enum { HERE, THERE }; /* the two ends of a socket pair */

struct platform {
	struct place place;
	struct qmp qmp;
	char stderr_path[256];
	struct outside outside;
};

int qemu_guest_check(const struct platform_config *cfg, struct platform_facts *facts,
		     struct vb_err *err)
{
	if (!cfg->cpus || cfg->memory_mib < MIN_MEMORY_MIB)
		return vb_fail(err, VB_USAGE,
			       "a guest needs at least 1 CPU and %d MiB, not %u and %u",
			       MIN_MEMORY_MIB, cfg->cpus, cfg->memory_mib);
	return qemu_program_version(facts->qemu, sizeof(facts->qemu), err);
}

void qemu_guest_accelerator(struct platform_facts *facts, const char *name, const char *reason)
{
	snprintf(facts->accelerator, sizeof(facts->accelerator), "%s", name);
	snprintf(facts->accelerator_reason, sizeof(facts->accelerator_reason), "%s", reason);
}

int qemu_guest_choose(const struct platform_config *cfg, const struct guest_image *image,
		      struct platform_facts *facts, struct vb_err *err)
{
	struct kvm_probe probe = kvm_probe_default;
	struct kvm_verdict verdict;
	char reason[sizeof(facts->accelerator_reason)];

	if (cfg->accel == ACCEL_TCG) {
		qemu_guest_accelerator(facts, "tcg", "asked for");
		return 0;
	}
	if (!image) {
		qemu_guest_accelerator(facts, "",
				       "not known before a guest kernel is there to try KVM with");
		return 0;
	}
	probe.cache_dir = cfg->cache_dir;
	kvm_probe_ask(&probe, image, &verdict);
	if (verdict.works) {
		qemu_guest_accelerator(facts, "kvm", verdict.reason);
		return 0;
	}
	if (cfg->accel == ACCEL_KVM)
		return vb_fail(err, VB_MISSING,
			       "KVM was asked for but does not work here: %s; use ACCEL=tcg",
			       verdict.reason);
	snprintf(reason, sizeof(reason), "KVM does not work here: %s", verdict.reason);
	qemu_guest_accelerator(facts, "tcg", reason);
	return 0;
}

int qemu_guest_prepare(const struct platform_config *cfg, struct vb_err *err)
{
	char program[PROGRAM_BYTES];
	struct guest_image image;

	if (qemu_program_for(cfg, NULL, program, sizeof(program), err))
		return -1;
	return guest_image_prepare(&guest_maker_linux, cfg, &image, err);
}

static void why_exited(struct platform *p, char *buf, size_t bytes)
{
	const struct place *place = &p->place;
	const char *reason = p->qmp.shutdown_reason;
	char how[64], said[160];

	process_describe(place->exit_status, how, sizeof(how));
	excerpt_of_file(p->stderr_path, 0, NULL, said, sizeof(said));
	said[strcspn(said, "\n")] = '\0';
	if (!place->exited)
		snprintf(buf, bytes, "QEMU closed the agent's line and does not end");
	else if (place->exit_status)
		snprintf(buf, bytes, "QEMU ended with %s%s%s", how, said[0] ? ": " : "", said);
	else if (strcmp(reason, "guest-shutdown") == 0)
		snprintf(buf, bytes, "the guest powered off early");
	else
		snprintf(buf, bytes, "the guest ended early (%s)",
			 reason[0] ? reason : "QEMU gave no reason");
}

static void why_silent(struct platform *p, char *buf, size_t bytes)
{
	const char *status = NULL;
	json_t *result = NULL;
	struct vb_err err;

	if (qmp_execute(&p->qmp, "query-status", NULL, &result, QMP_GLANCE_MS, &err) == 0)
		status = json_string_value(json_object_get(result, "status"));
	if (status)
		snprintf(buf, bytes, "QEMU says that the guest is %s", status);
	else
		snprintf(buf, bytes, "QEMU does not answer either");
	json_decref(result);
}

static void why(struct place *place, bool silent, char *buf, size_t bytes)
{
	struct platform *p = (struct platform *)place;
	char line[160];
	size_t used;

	qmp_drain(&p->qmp);
	if (place_verdict(place, line, sizeof(line)) == KLOG_PANIC) {
		snprintf(buf, bytes, "the guest's kernel panicked: %s", line);
		return;
	}
	if (silent)
		why_silent(p, buf, bytes);
	else
		why_exited(p, buf, bytes);
	used = strlen(buf);
	if (place_verdict(place, line, sizeof(line)) != KLOG_NONE)
		snprintf(buf + used, bytes - used, "; its kernel said: %s", line);
}

static int open_stderr(struct platform *p, const struct platform_config *cfg, struct vb_err *err)
{
	int fd;

	snprintf(p->stderr_path, sizeof(p->stderr_path), "%s/qemu.log", cfg->log_dir);
	fd = open(p->stderr_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return vb_fail(err, errno == ENOSPC ? VB_NO_SPACE : VB_FAILED,
			       "cannot write %s: %s", p->stderr_path, strerror(errno));
	return fd;
}

static pid_t spawn(struct platform *p, const struct platform_config *cfg, char *const *argv,
		   int agent, int qmp, struct vb_err *err)
{
	int keep[QEMU_WIRES_FD - 3 + RELAY_WIRES_MAX] = {[QEMU_AGENT_FD - 3] = agent,
							 [QEMU_QMP_FD - 3] = qmp,
							 [QEMU_LINE_FD - 3] = p->outside.line};
	size_t n = p->outside.wires ? QEMU_WIRES_FD - 3 : QEMU_LINE_FD - 3;
	int log = open_stderr(p, cfg, err);
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = log,
				    .stderr_fd = log,
				    .keep = keep,
				    .n_keep = n + p->outside.wires,
				    .cpu = PROCESS_ANY_CPU,
				    .die_with_parent = true};
	pid_t pid;

	if (log < 0)
		return -1;
	memcpy(keep + QEMU_WIRES_FD - 3, p->outside.cards,
	       p->outside.wires * sizeof(*p->outside.cards));
	pid = process_start(&spec, err);
	close(log);
	return pid;
}

static void close_pair(int pair[2])
{
	close(pair[HERE]);
	close(pair[THERE]);
}

/*
 * Starts the process with both sockets in its hands; ours end up in place and qmp, which close
 * them.
 */
static int launch(struct platform *p, const struct platform_config *cfg, char *const *argv,
		  struct vb_err *err)
{
	int agent[2], control[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, agent))
		return vb_fail(err, VB_FAILED, "no socket for the agent: %s", strerror(errno));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control)) {
		close_pair(agent);
		return vb_fail(err, VB_FAILED, "no socket for QEMU's control: %s", strerror(errno));
	}
	pid = spawn(p, cfg, argv, agent[THERE], control[THERE], err);
	if (pid < 0) {
		close_pair(agent);
		close_pair(control);
		return -1;
	}
	close(agent[THERE]);
	close(control[THERE]);
	p->qmp.fd = control[HERE];
	return place_attach(&p->place, pid, agent[HERE], cfg, err);
}

/* What wires lead to comes first. */
static int launch_all(struct platform *p, const struct platform_config *cfg, char *const *argv,
		      struct vb_err *err)
{
	char log[256];
	int rc;

	snprintf(log, sizeof(log), "%s/outside.log", cfg->log_dir);
	if (outside_start(&p->outside, cfg, log, err))
		return -1;
	rc = launch(p, cfg, argv, err);
	outside_close(&p->outside);
	return rc;
}

/* QEMU that ends before its greeting has said why on stderr. */
static int greet(struct platform *p, struct vb_err *err)
{
	char said[300];

	if (qmp_open(&p->qmp, p->qmp.fd, QMP_OPEN_MS, err) == 0)
		return 0;
	excerpt_of_file(p->stderr_path, 0, NULL, said, sizeof(said));
	said[strcspn(said, "\n")] = '\0';
	if (said[0])
		vb_fail(err, VB_FAILED, "QEMU did not start: %s", said);
	return -1;
}

static int boot(struct platform *p, const struct platform_config *cfg,
		const struct guest_image *image, enum qemu_machine machine,
		struct platform_facts *facts, struct vb_err *err)
{
	const char *emulated = machine == QEMU_TCG && cfg->cpus > 1 ? image->kernel : NULL;
	uint64_t before = vb_now_ms();
	char program[PROGRAM_BYTES];
	struct qemu_args args;
	json_t *hello;
	int rc;

	if (qemu_program_for(cfg, emulated, program, sizeof(program), err) ||
	    qemu_args_make(&args, program, cfg, image, machine, p->place.log_path, err))
		return -1;
	rc = launch_all(p, cfg, args.argv, err);
	qemu_args_free(&args);
	if (rc || greet(p, err) || place_wait_hello(&p->place, cfg, &hello, err))
		return -1;
	facts->boot_ms = vb_now_ms() - before;
	snprintf(facts->kernel, sizeof(facts->kernel), "%s", image->kernel);
	snprintf(facts->qemu, sizeof(facts->qemu), "%s", p->qmp.version);
	json_decref(hello);
	return 0;
}

void qemu_guest_stop(struct platform *p)
{
	bool dead = p->place.dead;

	if (p->place.pid > 0 && !place_leave(&p->place, POWEROFF_MS) && !dead)
		qmp_execute(&p->qmp, "quit", NULL, NULL, QMP_GLANCE_MS, NULL);
	place_free(&p->place);
	outside_end(&p->outside);
	qmp_close(&p->qmp);
	free(p);
}

struct platform *qemu_guest_start(const struct platform_config *cfg,
				  const struct guest_image *image, enum qemu_machine machine,
				  struct platform_facts *facts, struct vb_err *err)
{
	struct platform *p = calloc(1, sizeof(*p));

	if (!p) {
		vb_fail(err, VB_NO_SPACE, "no memory to start a guest");
		return NULL;
	}
	p->place.why = why;
	p->qmp.fd = -1;
	p->outside.line = -1;
	if (place_init(&p->place, cfg, "console.log", err) ||
	    boot(p, cfg, image, machine, facts, err)) {
		place_free(&p->place);
		outside_end(&p->outside);
		qmp_close(&p->qmp);
		free(p);
		return NULL;
	}
	return p;
}

int qemu_pause(struct platform *p, struct vb_err *err)
{
	return qmp_execute(&p->qmp, "stop", NULL, NULL, QMP_COMMAND_MS, err);
}

int qemu_resume(struct platform *p, struct vb_err *err)
{
	return qmp_execute(&p->qmp, "cont", NULL, NULL, QMP_COMMAND_MS, err);
}

pid_t qemu_pid(const struct platform *p)
{
	return p->place.pid;
}
