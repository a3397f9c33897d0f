/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real faults in real guests: each must be told for what it is, within bounded time. Run from the
 * top folder.
 */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fault_rig.h"
#include "guest_image.h"
#include "process.h"
#include "protocol.h"
#include "qemu.h"
#include "suite.h"

static void a_crash_of_the_kernel(void)
{
	struct rig r;

	rig_open(&r, &platform_qemu);
	rig_shell(&r, 1, 0, "echo c > /proc/sysrq-trigger");
	CU_ASSERT(rig_expect_death(&r, "Kernel panic - not syncing: sysrq triggered crash") <
		  10000);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.event.text, "sysrq_handle_crash"));
	rig_expect_death(&r, "sysrq triggered crash");
	rig_close(&r);
}

/* One guest for all that a guest must survive. */
static void endless_programs_floods_and_forgery(void)
{
	struct rig r;

	rig_open(&r, &platform_qemu);
	rig_shell(&r, 1, 1000, "trap '' INT TERM; while :; do :; done");
	rig_expect_exit(&r, 1, 128 + SIGKILL, true);
	rig_shell(&r, 2, 0, "exec yes");
	rig_expect(&r, "heartbeat");
	rig_expect(&r, "heartbeat");
	rig_send(&r, protocol_ping(1));
	rig_expect(&r, "pong");
	rig_send(&r, protocol_signal(2, SIGKILL));
	rig_expect_exit(&r, 2, 128 + SIGKILL, false);
	rig_shell(&r, 3, 0,
		  "echo '<0>Kernel panic - not syncing: forged' > /dev/kmsg; sleep 1; exit 9");
	do {
		rig_expect_any(&r);
		CU_ASSERT_FALSE(protocol_is(r.event.json, "kernel"));
	} while (!protocol_is(r.event.json, "exit"));
	rig_close(&r);
}

static void a_guest_out_of_memory(void)
{
	struct rig r;

	rig_open(&r, &platform_qemu);
	rig_shell(&r, 1, 0, "exec awk 'BEGIN { s = \"0123456789abcdef\"; while (1) s = s s; }'");
	rig_expect(&r, "kernel");
	CU_ASSERT_STRING_EQUAL(rig_text(&r, "kind"), "oom");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_text(&r, "text"), "(awk)"));
	rig_send(&r, protocol_ping(1));
	rig_expect(&r, "pong");
	rig_close(&r);
}

static void a_guest_that_stands_still(void)
{
	struct vb_err err = {0};
	struct rig r;

	rig_open(&r, &platform_qemu);
	CU_ASSERT_EQUAL(qemu_pause(r.p, &err), 0);
	sleep(1);
	CU_ASSERT_EQUAL(qemu_resume(r.p, &err), 0);
	rig_expect(&r, "heartbeat");
	CU_ASSERT_EQUAL(qemu_pause(r.p, &err), 0);
	CU_ASSERT(rig_expect_death(&r, "the guest is paused") < RIG_SILENCE_MS + 2000);
	rig_close(&r);
}

static void qemu_stands_still(void)
{
	struct rig r;

	rig_open(&r, &platform_qemu);
	kill(qemu_pid(r.p), SIGSTOP);
	CU_ASSERT(rig_expect_death(&r, "QEMU does not answer either") < RIG_SILENCE_MS + 3000);
	rig_close(&r);
}

static void qemu_is_killed(void)
{
	struct rig r;

	rig_open(&r, &platform_qemu);
	kill(qemu_pid(r.p), SIGKILL);
	CU_ASSERT(rig_expect_death(&r, "QEMU ended with signal 9") < 3000);
	rig_close(&r);
}

static void a_guest_that_powers_off_early(void)
{
	struct rig r;

	rig_open(&r, &platform_qemu);
	rig_shell(&r, 1, 0, "poweroff -f");
	CU_ASSERT(rig_expect_death(&r, "the guest powered off early") < 10000);
	rig_close(&r);
}

static void a_guest_that_resets(void)
{
	struct rig r;

	rig_open(&r, &platform_qemu);
	rig_shell(&r, 1, 0, "reboot -f");
	CU_ASSERT(rig_expect_death(&r, "guest-reset") < 10000);
	rig_close(&r);
}

static void an_agent_that_loses_its_channel(void)
{
	struct rig r;

	rig_open(&r, &platform_qemu);
	rig_shell(&r, 1, 0,
		  "cd /sys/bus/virtio/drivers/virtio_console; for d in virtio*; do echo $d > "
		  "unbind; done");
	rig_expect_death(&r, "the guest powered off early");
	rig_close(&r);
}

static void the_native_agent_stands_still(void)
{
	struct rig r;

	rig_open(&r, &platform_native);
	rig_shell(&r, 1, 0, "kill -STOP $PPID");
	CU_ASSERT(rig_expect_death(&r, "does not speak") < RIG_SILENCE_MS + 2000);
	rig_close(&r);
}

static void the_native_agent_is_killed(void)
{
	struct rig r;

	rig_open(&r, &platform_native);
	rig_shell(&r, 1, 0, "kill -KILL $PPID");
	CU_ASSERT(rig_expect_death(&r, "signal 9") < 3000);
	rig_close(&r);
}

static void a_full_disk(void)
{
	struct platform_facts facts;
	struct platform_config cfg;
	struct vb_err err = {0};
	char path[128];
	struct rig r;

	cfg = rig_config(&r, &platform_native);
	snprintf(path, sizeof(path), "%s/agent.jsonl", r.dir);
	CU_ASSERT_EQUAL(symlink("/dev/full", path), 0);
	r.p = r.ops->start(&cfg, &facts, &err);
	CU_ASSERT_PTR_NULL(r.p);
	CU_ASSERT_EQUAL(err.code, VB_NO_SPACE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "No space left"));
	rig_close(&r);
}

static void a_boot_that_takes_too_long(void)
{
	struct platform_facts facts;
	struct platform_config cfg;
	struct vb_err err = {0};
	struct rig r;

	cfg = rig_config(&r, &platform_qemu);
	cfg.boot_timeout_ms = 300;
	r.p = r.ops->start(&cfg, &facts, &err);
	CU_ASSERT_PTR_NULL(r.p);
	CU_ASSERT_EQUAL(err.code, VB_TIMEOUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "300 ms"));
	rig_close(&r);
}

static void a_kernel_that_is_none(void)
{
	struct platform_facts facts;
	struct platform_config cfg;
	struct vb_err err = {0};
	char *before = getenv(GUEST_IMAGE_ENV) ? strdup(getenv(GUEST_IMAGE_ENV)) : NULL;
	char path[128];
	struct rig r;
	FILE *f;

	cfg = rig_config(&r, &platform_qemu);
	snprintf(path, sizeof(path), "%s/manifest.json", r.dir);
	f = fopen(path, "we");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fprintf(f, "{\"kernel\":\"none\",\"vmlinuz\":\"%s\",\"initramfs\":\"%s\"}\n", path, path);
	fclose(f);
	setenv(GUEST_IMAGE_ENV, path, 1);
	r.p = r.ops->start(&cfg, &facts, &err);
	if (before)
		setenv(GUEST_IMAGE_ENV, before, 1);
	else
		unsetenv(GUEST_IMAGE_ENV);
	free(before);
	CU_ASSERT_PTR_NULL(r.p);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "QEMU did not start"));
	rig_close(&r);
}

/* A runner of its own, whose guest is looked for by its log folder. */
static pid_t start_runner(const struct rig *r, const char *script)
{
	char *argv[] = {"build/bin/vb-run", "--accel", "tcg", "--logs",
			(char *)r->dir,	    "--",      "sh",  "-c",
			(char *)script,	    NULL};
	struct process_spec spec = {.argv = argv,
				    .stdin_fd = -1,
				    .stdout_fd = -1,
				    .stderr_fd = -1,
				    .cpu = PROCESS_ANY_CPU,
				    .die_with_parent = true};

	return process_start(&spec, NULL);
}

static void wait_for_file(const struct rig *r, const char *name)
{
	uint64_t deadline = vb_now_ms() + RIG_LIMIT_MS;
	struct stat st = {0};
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	while ((stat(path, &st) || !st.st_size) && vb_left_ms(deadline))
		usleep(10000);
	CU_ASSERT(st.st_size > 0);
}

/*
 * Signals a runner while its guest boots (no agent line yet) or runs a program; the guest must be
 * gone after it.
 */
static void end_runner_with(int signal, bool while_booting, int *status)
{
	pid_t runner, guest;
	struct rig r;

	rig_config(&r, &platform_qemu);
	runner = start_runner(&r, "sleep 100");
	CU_ASSERT_FATAL(runner > 0);
	guest = rig_child_of(runner, r.dir);
	CU_ASSERT(guest > 0);
	wait_for_file(&r, while_booting ? "console.log" : "agent.jsonl");
	kill(runner, signal);
	CU_ASSERT_EQUAL(process_wait(runner, RIG_LIMIT_MS, status), 1);
	CU_ASSERT(rig_gone(guest));
	process_end(runner, 0);
	rig_close(&r);
}

static void a_runner_killed_leaves_no_guest(void)
{
	int status = 0;

	end_runner_with(SIGKILL, false, &status);
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void ctrl_c_ends_a_running_guest(void)
{
	int status = 0;

	end_runner_with(SIGINT, false, &status);
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == VB_INTERRUPTED);
}

static void ctrl_c_ends_a_booting_guest(void)
{
	int status = 0;

	end_runner_with(SIGINT, true, &status);
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == VB_INTERRUPTED);
}

static void two_guests_at_once_are_two(void)
{
	struct rig a, b;

	rig_open(&a, &platform_qemu);
	rig_open(&b, &platform_qemu);
	rig_shell(&a, 1, 0, "echo a > /run/name; sleep 1; cat /run/name");
	rig_shell(&b, 1, 0, "echo b > /run/name; sleep 1; cat /run/name");
	rig_expect(&a, "out");
	CU_ASSERT_STRING_EQUAL(rig_text(&a, "line"), "a");
	rig_expect(&b, "out");
	CU_ASSERT_STRING_EQUAL(rig_text(&b, "line"), "b");
	rig_close(&a);
	rig_expect_exit(&b, 1, 0, false);
	rig_close(&b);
}

static const struct suite_test tests[] = {
	{"a crash of the kernel", a_crash_of_the_kernel},
	{"endless programs, floods and forgery", endless_programs_floods_and_forgery},
	{"a guest out of memory", a_guest_out_of_memory},
	{"a guest that stands still", a_guest_that_stands_still},
	{"QEMU stands still", qemu_stands_still},
	{"QEMU is killed", qemu_is_killed},
	{"a guest that powers off early", a_guest_that_powers_off_early},
	{"a guest that resets", a_guest_that_resets},
	{"an agent that loses its channel", an_agent_that_loses_its_channel},
	{"the native agent stands still", the_native_agent_stands_still},
	{"the native agent is killed", the_native_agent_is_killed},
	{"a full disk", a_full_disk},
	{"a boot that takes too long", a_boot_that_takes_too_long},
	{"a runner killed leaves no guest", a_runner_killed_leaves_no_guest},
	{"Ctrl-C ends a running guest", ctrl_c_ends_a_running_guest},
	{"Ctrl-C ends a booting guest", ctrl_c_ends_a_booting_guest},
	{"two guests at once are two", two_guests_at_once_are_two},
	{"a kernel that is none", a_kernel_that_is_none},
};

SUITE_MAIN("faults", tests)
