/* SPDX-License-Identifier: BSD-2-Clause */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "process.h"

int local_agent(const struct platform_config *cfg, const char *name, char path[LOCAL_PATH_BYTES],
		struct vb_err *err)
{
	snprintf(path, LOCAL_PATH_BYTES, "%s/bin/%s", cfg->build_dir, name);
	if (access(path, X_OK))
		return vb_fail(err, VB_MISSING, "cannot run %s: %s; build it with 'make all'", path,
			       strerror(errno));
	return 0;
}

static pid_t spawn(struct place *place, char *const *argv, int socket, struct vb_err *err)
{
	int log = open(place->log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = log,
				    .stderr_fd = log,
				    .keep = &socket,
				    .n_keep = 1,
				    .cpu = PROCESS_ANY_CPU,
				    .die_with_parent = true};
	pid_t pid;

	if (log < 0)
		return vb_fail(err, errno == ENOSPC ? VB_NO_SPACE : VB_FAILED,
			       "cannot write %s: %s", place->log_path, strerror(errno));
	pid = process_start(&spec, err);
	close(log);
	return pid;
}

int local_start(struct place *place, const struct platform_config *cfg, char *const *argv,
		struct vb_err *err)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return vb_fail(err, VB_FAILED, "no socket for the agent: %s", strerror(errno));
	pid = spawn(place, argv, fds[1], err);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return -1;
	}
	return place_attach(place, pid, fds[0], cfg, err);
}

int local_launch(struct place *place, const struct platform_config *cfg, const char *name,
		 struct vb_err *err)
{
	char path[LOCAL_PATH_BYTES];
	char *argv[] = {path, NULL};

	if (local_agent(cfg, name, path, err))
		return -1;
	return local_start(place, cfg, argv, err);
}

void local_facts(struct platform_facts *facts, const char *why)
{
	struct utsname name;

	memset(facts, 0, sizeof(*facts));
	snprintf(facts->accelerator, sizeof(facts->accelerator), "none");
	snprintf(facts->accelerator_reason, sizeof(facts->accelerator_reason), "%s", why);
	if (uname(&name) == 0)
		snprintf(facts->kernel, sizeof(facts->kernel), "%s", name.release);
}
