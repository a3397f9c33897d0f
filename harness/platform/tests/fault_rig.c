/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault_rig.h"

#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "protocol.h"

#define BOOT_LIMIT_MS 60000
#define STOP_LIMIT_MS 8000
#define POLL_US	      5000

struct platform_config rig_config(struct rig *r, const struct platform_ops *ops)
{
	memset(r, 0, sizeof(*r));
	r->ops = ops;
	snprintf(r->dir, sizeof(r->dir), "/tmp/vb-fault-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(r->dir));
	return (struct platform_config){
		.build_dir = "build",
		.cache_dir = "cache",
		.log_dir = r->dir,
		.accel = ops == &platform_qemu ? ACCEL_TCG : ACCEL_NONE,
		.cpus = 2,
		.memory_mib = 256,
		.boot_timeout_ms = BOOT_LIMIT_MS,
		.silence_timeout_ms = RIG_SILENCE_MS,
	};
}

void rig_open(struct rig *r, const struct platform_ops *ops)
{
	struct platform_config cfg = rig_config(r, ops);
	struct platform_facts facts;
	struct vb_err err = {0};

	r->p = ops->start(&cfg, &facts, &err);
	if (!r->p)
		printf("\n  cannot start %s: %s\n", ops->name, err.text);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r->p);
}

static void remove_logs(const char *dir)
{
	char *argv[] = {"rm", "-r", "--", (char *)dir, NULL};
	char output[8];

	CU_ASSERT_EQUAL(process_capture(argv, RIG_LIMIT_MS, output, sizeof(output), NULL), 0);
}

void rig_close(struct rig *r)
{
	uint64_t before = vb_now_ms();

	json_decref(r->event.json);
	r->event.json = NULL;
	if (r->p)
		r->ops->stop(r->p);
	CU_ASSERT(vb_now_ms() - before < STOP_LIMIT_MS);
	remove_logs(r->dir);
}

void rig_send(struct rig *r, json_t *message)
{
	struct vb_err err = {0};

	CU_ASSERT_EQUAL(r->ops->exec(r->p, message, &err), 0);
	json_decref(message);
}

void rig_shell(struct rig *r, int id, unsigned timeout_ms, const char *script)
{
	const char *argv[] = {"sh", "-c", script, NULL};

	rig_send(r, protocol_run(id, argv, timeout_ms, PROTOCOL_ANY_CPU));
}

static void next_event(struct rig *r, uint64_t deadline)
{
	json_decref(r->event.json);
	CU_ASSERT_EQUAL_FATAL(
		r->ops->collect(r->p, &r->event, (unsigned)vb_left_ms(deadline), NULL), 0);
}

static void expect_until(struct rig *r, const char *name)
{
	uint64_t deadline = vb_now_ms() + RIG_LIMIT_MS;

	do
		next_event(r, deadline);
	while (r->event.kind == PLATFORM_EVENT_AGENT && name && !protocol_is(r->event.json, name));
	if (r->event.kind != PLATFORM_EVENT_AGENT)
		printf("\n  waited for '%s' and got: %s\n", name ? name : "an event",
		       r->event.kind == PLATFORM_EVENT_DEAD ? r->event.text : "nothing");
	CU_ASSERT_EQUAL_FATAL(r->event.kind, PLATFORM_EVENT_AGENT);
}

void rig_expect(struct rig *r, const char *name)
{
	expect_until(r, name);
}

void rig_expect_any(struct rig *r)
{
	expect_until(r, NULL);
}

void rig_expect_exit(struct rig *r, int id, int status, bool timed_out)
{
	rig_expect(r, "exit");
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(r->event.json, "id")), id);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(r->event.json, "status")), status);
	CU_ASSERT_EQUAL(json_is_true(json_object_get(r->event.json, "timed_out")), timed_out);
}

unsigned rig_expect_death(struct rig *r, const char *words)
{
	uint64_t before = vb_now_ms(), deadline = before + RIG_LIMIT_MS;

	do
		next_event(r, deadline);
	while (r->event.kind == PLATFORM_EVENT_AGENT);
	CU_ASSERT_EQUAL(r->event.kind, PLATFORM_EVENT_DEAD);
	if (!strstr(r->event.text, words))
		printf("\n  expected '%s' in: %s\n", words, r->event.text);
	CU_ASSERT_PTR_NOT_NULL(strstr(r->event.text, words));
	return (unsigned)(vb_now_ms() - before);
}

const char *rig_text(const struct rig *r, const char *key)
{
	const char *text = json_string_value(json_object_get(r->event.json, key));

	return text ? text : "";
}

static bool command_holds(pid_t pid, const char *words)
{
	char path[64], command[4096];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, command, sizeof(command));
	if (fd >= 0)
		close(fd);
	return n > 0 && memmem(command, (size_t)n, words, strlen(words));
}

static pid_t look_for_child(pid_t parent, const char *words)
{
	char path[64];
	int pid, found = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent, (int)parent);
	f = fopen(path, "re");
	while (f && !found && fscanf(f, "%d", &pid) == 1)
		if (command_holds(pid, words))
			found = pid;
	if (f)
		fclose(f);
	return found;
}

pid_t rig_child_of(pid_t parent, const char *words)
{
	uint64_t deadline = vb_now_ms() + RIG_LIMIT_MS;
	pid_t found;

	while (!(found = look_for_child(parent, words)) && vb_left_ms(deadline))
		usleep(POLL_US);
	return found;
}

/* A process that has ended but is not reaped yet is gone too. */
static bool runs(pid_t pid)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(f);
	return state && state != 'Z' && state != 'X';
}

bool rig_gone(pid_t pid)
{
	uint64_t deadline = vb_now_ms() + RIG_LIMIT_MS;

	while (runs(pid) && vb_left_ms(deadline))
		usleep(POLL_US);
	return !runs(pid);
}
