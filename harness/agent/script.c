/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "kmsg.h"
#include "process.h"

#define WATCH_MS 100

static void print_report(void *context, const struct klog_report *report)
{
	unsigned *count = context;

	(*count)++;
	printf("vb-agent: kernel %s: %s\n", klog_kind_name(report->kind), report->text);
}

/* Waits for pid, watches the log and reaps what has lost its parent. */
static int wait_and_watch(pid_t pid, struct kmsg *kmsg, unsigned *reports)
{
	int status = 0, rc;

	while ((rc = process_wait(pid, WATCH_MS, &status)) == 0)
		kmsg_watch(kmsg, vb_now_ms(), false, print_report, reports);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	kmsg_watch(kmsg, vb_now_ms(), true, print_report, reports);
	return rc < 0 ? 0 : status;
}

pid_t script_start(const char *path)
{
	char *argv[] = {(char *)path, NULL};
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = STDOUT_FILENO,
				    .stderr_fd = STDERR_FILENO,
				    .cpu = PROCESS_ANY_CPU,
				    .oom_victim = true};
	struct vb_err err = {0};
	pid_t pid = process_start(&spec, &err);

	if (pid < 0)
		fprintf(stderr, "vb-agent: %s\n", err.text);
	return pid;
}

void script_run(const char *path)
{
	struct vb_err err = {0};
	struct kmsg kmsg;
	char how[64];
	unsigned reports = 0;
	pid_t pid;

	if (kmsg_open(&kmsg, &err))
		fprintf(stderr, "vb-agent: %s\n", err.text);
	pid = script_start(path);
	if (pid < 0)
		return;
	process_describe(wait_and_watch(pid, &kmsg, &reports), how, sizeof(how));
	printf("vb-agent: %s ended with %s, %u kernel reports\n", path, how, reports);
	fflush(stdout);
	kmsg_close(&kmsg);
}
