/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "suite.h"

#define SH(script) ((char *const[]){"sh", "-c", (char *)(script), NULL})
#define LIMIT_MS   5000

static struct process_spec quiet(char *const *argv)
{
	return (struct process_spec){.argv = argv,
				     .stdin_fd = -1,
				     .stdout_fd = -1,
				     .stderr_fd = -1,
				     .cpu = PROCESS_ANY_CPU};
}

static void output_is_captured(void)
{
	struct vb_err err;
	char out[16];

	CU_ASSERT_EQUAL(process_capture(SH("echo hello; cat"), LIMIT_MS, out, sizeof(out), &err),
			0);
	CU_ASSERT_STRING_EQUAL(out, "hello\n");
	CU_ASSERT_EQUAL(process_capture(SH("seq 100000"), LIMIT_MS, out, sizeof(out), &err), 0);
	CU_ASSERT_EQUAL(strlen(out), sizeof(out) - 1);
}

static void a_failure_keeps_its_status(void)
{
	struct vb_err err;
	char out[16];

	CU_ASSERT_EQUAL(process_capture(SH("exit 4"), LIMIT_MS, out, sizeof(out), &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "exit status 4"));
}

static void a_program_that_is_not_there_is_named(void)
{
	char *argv[] = {"no-such-program-here", NULL};
	struct process_spec spec = quiet(argv);
	struct vb_err err;

	CU_ASSERT_EQUAL(process_start(&spec, &err), -1);
	CU_ASSERT_EQUAL(err.code, VB_MISSING);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "no-such-program-here"));
}

static void a_cpu_that_is_not_there_is_named(void)
{
	struct process_spec spec = quiet(SH("true"));
	struct vb_err err;

	spec.cpu = 1000;
	CU_ASSERT_EQUAL(process_start(&spec, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "CPU 1000"));
}

static void an_endless_program_is_killed_at_its_limit(void)
{
	uint64_t before = vb_now_ms();
	struct vb_err err;
	char out[16];

	CU_ASSERT_EQUAL(process_capture(SH("sleep 100 & sleep 100"), 200, out, sizeof(out), &err),
			-1);
	CU_ASSERT_EQUAL(err.code, VB_TIMEOUT);
	CU_ASSERT(vb_now_ms() - before < LIMIT_MS);
}

static void on_alarm(int signal)
{
}

static void a_signal_ends_the_wait_and_the_program(void)
{
	struct sigaction act = {.sa_handler = on_alarm}, old;
	uint64_t before = vb_now_ms();
	struct vb_err err;
	char out[16];

	sigaction(SIGALRM, &act, &old);
	alarm(1);
	CU_ASSERT_EQUAL(process_capture(SH("sleep 100 & sleep 100"), 60000, out, sizeof(out), &err),
			-1);
	sigaction(SIGALRM, &old, NULL);
	CU_ASSERT_EQUAL(err.code, VB_INTERRUPTED);
	CU_ASSERT(vb_now_ms() - before < LIMIT_MS);
}

static void descriptors_are_placed_and_others_closed(void)
{
	struct process_spec spec = quiet(SH("echo out >&3; echo err >&4; ls /proc/$$/fd"));
	int a[2], b[2], out[2], keep[2], status;
	char text[64] = "";
	struct vb_err err;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(a) | pipe(b) | pipe(out), 0);
	keep[0] = b[1];
	keep[1] = a[1];
	spec.keep = keep;
	spec.n_keep = 2;
	spec.stdout_fd = out[1];
	pid = process_start(&spec, &err);
	CU_ASSERT_FATAL(pid > 0);
	CU_ASSERT_EQUAL(process_wait(pid, LIMIT_MS, &status), 1);
	CU_ASSERT_EQUAL(read(b[0], text, sizeof(text)), 4);
	CU_ASSERT_EQUAL(strncmp(text, "out\n", 4), 0);
	CU_ASSERT_EQUAL(read(a[0], text, sizeof(text)), 4);
	CU_ASSERT_EQUAL(strncmp(text, "err\n", 4), 0);
	CU_ASSERT_EQUAL(read(out[0], text, sizeof(text)), 10);
	CU_ASSERT_EQUAL(strncmp(text, "0\n1\n2\n3\n4\n", 10), 0);
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
		close(out[i]);
	}
}

static void ending_takes_the_whole_group(void)
{
	struct process_spec spec = quiet(SH("trap '' TERM; sleep 100 & wait; sleep 100"));
	struct vb_err err;
	pid_t pid = process_start(&spec, &err);
	uint64_t deadline = vb_now_ms() + LIMIT_MS;

	CU_ASSERT_FATAL(pid > 0);
	process_end(pid, 100);
	while (kill(-pid, 0) == 0 && vb_now_ms() < deadline)
		usleep(1000);
	CU_ASSERT_EQUAL(kill(-pid, 0), -1);
}

static void a_child_dies_with_its_parent(void)
{
	pid_t middle, grandchild = 0;
	uint64_t deadline;
	int fds[2];

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	middle = fork();
	if (middle == 0) {
		struct process_spec spec = quiet(SH("sleep 100"));

		spec.die_with_parent = true;
		grandchild = process_start(&spec, NULL);
		if (write(fds[1], &grandchild, sizeof(grandchild)) < 0)
			_exit(1);
		pause();
	}
	CU_ASSERT_EQUAL_FATAL(read(fds[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
	CU_ASSERT_FATAL(grandchild > 0);
	kill(middle, SIGKILL);
	waitpid(middle, NULL, 0);
	deadline = vb_now_ms() + LIMIT_MS;
	while (kill(grandchild, 0) == 0 && vb_now_ms() < deadline) {
		waitpid(grandchild, NULL, WNOHANG);
		usleep(1000);
	}
	CU_ASSERT_EQUAL(kill(grandchild, 0), -1);
	close(fds[0]);
	close(fds[1]);
}

static const struct suite_test tests[] = {
	{"output is captured", output_is_captured},
	{"a failure keeps its status", a_failure_keeps_its_status},
	{"a program that is not there is named", a_program_that_is_not_there_is_named},
	{"a CPU that is not there is named", a_cpu_that_is_not_there_is_named},
	{"an endless program is killed at its limit", an_endless_program_is_killed_at_its_limit},
	{"a signal ends the wait and the program", a_signal_ends_the_wait_and_the_program},
	{"descriptors are placed and others closed", descriptors_are_placed_and_others_closed},
	{"ending takes the whole group", ending_takes_the_whole_group},
	{"a child dies with its parent", a_child_dies_with_its_parent},
};

SUITE_MAIN("process", tests)
