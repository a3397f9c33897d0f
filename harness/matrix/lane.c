/* SPDX-License-Identifier: BSD-2-Clause */
#include "lane.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "process.h"
#include "reason.h"

#define STATUS_NOT_RUN 77 /* as test drivers have it */
#define GRACE_MS       5000

int lane_start(struct lane *lane, const char *command, const char *log, unsigned limit_s,
	       struct vb_err *err)
{
	char *argv[] = {"/bin/sh", "-c", (char *)command, NULL};
	int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = out,
				    .stderr_fd = out,
				    .cpu = PROCESS_ANY_CPU,
				    .die_with_parent = true};
	pid_t pid;

	if (out < 0)
		return vb_fail(err, VB_NO_SPACE, "writing the log %s: %s", log, strerror(errno));
	pid = process_start(&spec, err);
	close(out);
	if (pid < 0)
		return -1;
	lane->pid = pid;
	lane->pidfd = process_pidfd(pid);
	lane->started_ms = vb_now_ms();
	lane->deadline_ms = lane->started_ms + limit_s * 1000ull;
	lane->log = alloc_string(log);
	return 0;
}

static void leave(struct lane *lane)
{
	if (lane->pidfd >= 0)
		close(lane->pidfd);
	free(lane->log);
	lane->log = NULL;
	lane->pid = 0;
}

static enum lane_end judge(const struct lane *lane, int status, char reason[LANE_REASON_BYTES])
{
	char how[64];

	reason[0] = '\0';
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return LANE_PASSED;
	reason_of_log(lane->log, reason, LANE_REASON_BYTES);
	if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_NOT_RUN)
		return LANE_NOT_RUN;
	process_describe(status, how, sizeof(how));
	if (!reason[0])
		snprintf(reason, LANE_REASON_BYTES, "ended with %s without a word", how);
	return LANE_FAILED;
}

enum lane_end lane_check(struct lane *lane, double *seconds, char reason[LANE_REASON_BYTES])
{
	uint64_t now = vb_now_ms();
	enum lane_end end = LANE_FAILED;
	int status, rc = process_wait(lane->pid, 0, &status);

	*seconds = (double)(now - lane->started_ms) / 1000;
	if (rc == 0 && now < lane->deadline_ms)
		return LANE_RUNNING;
	if (rc > 0) {
		/* What a command left behind must not disturb the next one. */
		process_signal_group(lane->pid, SIGKILL);
		end = judge(lane, status, reason);
	} else {
		process_end(lane->pid, GRACE_MS);
		snprintf(reason, LANE_REASON_BYTES, "reached its limit of %u s and was ended",
			 (unsigned)((lane->deadline_ms - lane->started_ms) / 1000));
	}
	leave(lane);
	return end;
}

void lane_stop(struct lane *lane)
{
	if (!lane->pid)
		return;
	process_end(lane->pid, GRACE_MS);
	leave(lane);
}
