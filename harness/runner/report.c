/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPORT	  "harness/report/valebench-report"
#define WORDS_MAX 64

enum vb_exit report_exec(const char *const *words)
{
	const char *argv[WORDS_MAX + 2] = {REPORT};
	int status = 0, rc, n = 1;
	pid_t pid;

	while (*words && n <= WORDS_MAX)
		argv[n++] = *words++;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execv(REPORT, (char **)argv);
		fprintf(stderr, "valebench: starting %s: %m\n", REPORT);
		_exit(VB_MISSING);
	}
	do
		rc = pid < 0 ? -1 : waitpid(pid, &status, 0);
	while (rc < 0 && pid > 0 && errno == EINTR);
	if (rc < 0) {
		fprintf(stderr, "valebench: running %s: %m\n", REPORT);
		return VB_INTERNAL;
	}
	return WIFEXITED(status) ? (enum vb_exit)WEXITSTATUS(status) : VB_INTERNAL;
}
