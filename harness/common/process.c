/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

#define FIRST_KEPT	 3
#define HIGH_FD		 64   /* above every descriptor that a child is given */
#define END_GRACE_MS	 2000 /* for a program that was interrupted to clean up */
#define EXEC_FAILED	 127
#define OOM_VICTIM_SCORE "500"

/* What the child could not do, sent through a pipe that a successful exec closes. */
struct child_failure {
	int error;
	char step[16];
};

static void give_up(int report, const char *step)
{
	struct child_failure failure = {.error = errno};

	strncpy(failure.step, step, sizeof(failure.step) - 1);
	if (write(report, &failure, sizeof(failure)) < 0)
		_exit(EXEC_FAILED + 1);
	_exit(EXEC_FAILED);
}

static void default_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Two steps, as a descriptor's old number may be another's new one. */
static void place_descriptors(const struct process_spec *spec, int report)
{
	int standard[FIRST_KEPT] = {spec->stdin_fd, spec->stdout_fd, spec->stderr_fd};
	int high[HIGH_FD];
	size_t n = FIRST_KEPT + spec->n_keep;

	if (n > HIGH_FD) {
		errno = EMFILE;
		give_up(report, "descriptors");
	}
	for (size_t i = 0; i < n; i++) {
		int fd = i < FIRST_KEPT ? standard[i] : spec->keep[i - FIRST_KEPT];

		if (fd < 0)
			fd = open("/dev/null", O_RDWR);
		high[i] = fcntl(fd, F_DUPFD, HIGH_FD);
		if (high[i] < 0)
			give_up(report, "descriptors");
	}
	for (size_t i = 0; i < n; i++)
		if (dup2(high[i], (int)i) < 0)
			give_up(report, "descriptors");
}

/* Everything but 0..n-1 and the report pipe, which closes itself on exec. */
static void close_others(size_t n, int report)
{
	if ((size_t)report > n)
		syscall(SYS_close_range, (unsigned)n, (unsigned)report - 1, 0);
	syscall(SYS_close_range, (unsigned)report + 1, ~0u, 0);
}

static void pin(int cpu, int report)
{
	cpu_set_t set;

	if (cpu == PROCESS_ANY_CPU)
		return;
	CPU_ZERO(&set);
	if (cpu < 0 || cpu >= CPU_SETSIZE) {
		errno = EINVAL;
		give_up(report, "cpu");
	}
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		give_up(report, "cpu");
}

/* Where this cannot be done there is no OOM killer either. */
static void become_oom_victim(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0)
		return;
	if (write(fd, OOM_VICTIM_SCORE, strlen(OOM_VICTIM_SCORE)) < 0)
		errno = 0;
	close(fd);
}

static void child(const struct process_spec *spec, pid_t parent, int report)
{
	int high_report = fcntl(report, F_DUPFD_CLOEXEC, HIGH_FD);

	if (high_report < 0)
		give_up(report, "descriptors");
	setpgid(0, 0);
	default_signals();
	if (spec->die_with_parent) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(EXEC_FAILED);
	}
	if (spec->oom_victim)
		become_oom_victim();
	place_descriptors(spec, high_report);
	close_others(FIRST_KEPT + spec->n_keep, high_report);
	pin(spec->cpu, high_report);
	execvp(spec->argv[0], spec->argv);
	give_up(high_report, "run");
}

static int explain(const struct process_spec *spec, const struct child_failure *f,
		   struct vb_err *err)
{
	if (strcmp(f->step, "cpu") == 0)
		return vb_fail(err, VB_USAGE, "cannot run %s on CPU %d: %s", spec->argv[0],
			       spec->cpu, strerror(f->error));
	return vb_fail(err, f->error == ENOENT ? VB_MISSING : VB_FAILED, "cannot run %s: %s",
		       spec->argv[0], strerror(f->error));
}

pid_t process_start(const struct process_spec *spec, struct vb_err *err)
{
	struct child_failure failure;
	pid_t pid, parent = getpid();
	int report[2];
	ssize_t n;

	if (pipe2(report, O_CLOEXEC))
		return vb_fail(err, VB_FAILED, "cannot run %s: %s", spec->argv[0], strerror(errno));
	pid = fork();
	if (pid == 0)
		child(spec, parent, report[1]);
	close(report[1]);
	if (pid < 0) {
		close(report[0]);
		return vb_fail(err, VB_FAILED, "cannot run %s: %s", spec->argv[0], strerror(errno));
	}
	setpgid(pid, pid);
	do
		n = read(report[0], &failure, sizeof(failure));
	while (n < 0 && errno == EINTR);
	close(report[0]);
	if (n != sizeof(failure))
		return pid;
	waitpid(pid, NULL, 0);
	return explain(spec, &failure, err);
}

int process_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int process_wait(pid_t pid, unsigned timeout_ms, int *status)
{
	uint64_t deadline = vb_now_ms() + timeout_ms;
	struct pollfd fd = {.fd = process_pidfd(pid), .events = POLLIN};
	pid_t got;

	for (;;) {
		int left = vb_left_ms(deadline);

		got = waitpid(pid, status, WNOHANG);
		if (got || !left)
			break;
		poll(&fd, 1, fd.fd < 0 && left > 10 ? 10 : left);
	}
	if (fd.fd >= 0)
		close(fd.fd);
	return got < 0 ? -errno : got > 0;
}

void process_signal_group(pid_t pid, int signal)
{
	if (pid > 1)
		kill(-pid, signal);
}

void process_end(pid_t pid, unsigned grace_ms)
{
	int status;

	process_signal_group(pid, SIGTERM);
	if (process_wait(pid, grace_ms, &status) == 0) {
		process_signal_group(pid, SIGKILL);
		process_wait(pid, 5000, &status);
	}
}

void process_describe(int status, char *buf, size_t bytes)
{
	if (WIFSIGNALED(status))
		snprintf(buf, bytes, "signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(buf, bytes, "exit status %d", WEXITSTATUS(status));
}

/* Reads to the end; what does not fit is read and dropped. 0, -ETIMEDOUT, or -EINTR after a signal.
 */
static int read_all(int fd, uint64_t deadline, char *out, size_t bytes)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char spill[512];
	size_t used = 0;
	ssize_t n;

	do {
		bool room = used + 1 < bytes;
		int ready = poll(&p, 1, vb_left_ms(deadline));

		if (ready <= 0)
			return ready ? -errno : -ETIMEDOUT;
		n = read(fd, room ? out + used : spill, room ? bytes - used - 1 : sizeof(spill));
		if (n > 0 && room)
			used += (size_t)n;
	} while (n > 0);
	out[used] = '\0';
	return 0;
}

/* Both pipe ends are as the program and we need them; its stderr is ours. */
static pid_t start_captured(char *const *argv, int *fd, struct vb_err *err)
{
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stderr_fd = STDERR_FILENO,
				    .cpu = PROCESS_ANY_CPU,
				    .die_with_parent = true};
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return vb_fail(err, VB_FAILED, "cannot run %s: %s", argv[0], strerror(errno));
	spec.stdout_fd = fds[1];
	pid = process_start(&spec, err);
	close(fds[1]);
	if (pid < 0)
		close(fds[0]);
	*fd = fds[0];
	return pid;
}

int process_capture_status(char *const *argv, unsigned timeout_ms, char *out, size_t bytes,
			   int *status, struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + timeout_ms;
	int fd = -1, rc;
	pid_t pid = start_captured(argv, &fd, err);

	if (pid < 0)
		return -1;
	rc = read_all(fd, deadline, out, bytes);
	close(fd);
	if (!rc && process_wait(pid, (unsigned)vb_left_ms(deadline), status) != 1)
		rc = -ETIMEDOUT;
	if (!rc)
		return 0;
	process_end(pid, rc == -EINTR ? END_GRACE_MS : 0);
	if (rc == -EINTR)
		return vb_fail(err, VB_INTERRUPTED, "%s was interrupted", argv[0]);
	return vb_fail(err, VB_TIMEOUT, "%s did not end within %u s; it was killed", argv[0],
		       timeout_ms / 1000);
}

int process_capture(char *const *argv, unsigned timeout_ms, char *out, size_t bytes,
		    struct vb_err *err)
{
	char how[64];
	int status;

	if (process_capture_status(argv, timeout_ms, out, bytes, &status, err))
		return -1;
	if (status == 0)
		return 0;
	process_describe(status, how, sizeof(how));
	return vb_fail(err, WIFEXITED(status) ? (enum vb_exit)WEXITSTATUS(status) : VB_FAILED,
		       "%s failed with %s", argv[0], how);
}
