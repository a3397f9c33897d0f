/* SPDX-License-Identifier: BSD-2-Clause */
/* When ports, switches and mappings begin and end. */
#include "selftest.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT "valest:a"

static void the_last_port_takes_the_switch_along(void)
{
	struct st_port a, b;

	CHECK_EQ(st_port_index(PORT), -ENOENT);
	CHECK_EQ(st_bind(&a, PORT), 0);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	st_unbind(&a);
	CHECK_EQ(st_port_index(PORT), 255);
	st_unbind(&b);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static void a_mapping_keeps_the_port(void)
{
	struct st_port a, b;

	SKIP_IN_PROCESS("only the kernel counts mappings as references");
	CHECK_EQ(st_bind(&a, PORT), 0);
	CHECK_EQ(st_bind(&b, "valest:b"), 0);
	st_close(a.fd);
	CHECK_EQ(st_port_index(PORT), 0);
	CHECK_EQ(a.tx->num_slots, 1024);
	st_unmap(a.mem, a.reg.nr_memsize);
	CHECK_EQ(st_port_index(PORT), 255);
}

static void one_mapping_of_a_region_serves_every_descriptor(void)
{
	struct st_port a, b;

	CHECK_EQ(st_bind(&a, PORT), 0);
	CHECK_EQ(st_bind(&b, PORT), 0);
	b.nifp = NETMAP_IF(a.mem, b.reg.nr_offset);
	CHECK(NETMAP_TXRING(b.nifp, 0) == a.tx);
}

/* Binds in a child that then waits for its end; the child's process id. */
static pid_t child_with_port(void)
{
	int ready[2];
	struct st_port p;
	char byte = 0;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (pid == 0) {
		byte = st_bind(&p, PORT) == 0;
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	if (pid > 0 && (read(ready[0], &byte, 1) != 1 || !byte)) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	close(ready[0]);
	return pid;
}

static void killed(int sig)
{
	pid_t pid;

	SKIP_IN_PROCESS("another task needs the kernel's switch");
	pid = child_with_port();
	CHECK(pid > 0);
	CHECK_EQ(st_port_index(PORT), 0);
	CHECK_EQ(kill(pid, sig), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static void a_terminated_task_leaves_no_port(void)
{
	killed(SIGTERM);
}

static void a_killed_task_leaves_no_port(void)
{
	killed(SIGKILL);
}

static void ports_come_and_go_without_a_trace(void)
{
	char name[32];
	int i;

	for (i = 0; i < 200; i++) {
		struct st_port p = {
			.reg = {.nr_tx_slots = 16, .nr_rx_slots = 16, .nr_extra_bufs = 4}};

		snprintf(name, sizeof(name), "valest:p%d", i);
		CHECK_EQ(st_bind_as(&p, name), 0);
		CHECK_EQ(st_port_index(name), 0);
		st_unbind(&p);
	}
	CHECK_EQ(st_port_index("valest:p0"), -ENOENT);
}

static void switches_are_limited_and_come_back(void)
{
	struct st_port p[16];
	char name[32];
	int i, n = 0, ret = 0;

	for (i = 0; i < 16 && !ret; i++) {
		snprintf(name, sizeof(name), "valest%d:a", i);
		p[i] = (struct st_port){.reg = {.nr_tx_slots = 16, .nr_rx_slots = 16}};
		ret = st_bind_as(&p[i], name);
		n += ret == 0;
	}
	if (!ret) {
		st_skipped("max_bridges is above 16");
		return;
	}
	CHECK_EQ(ret, ENOMEM);
	CHECK(n >= 1);
	st_unbind(&p[0]);
	CHECK_EQ(st_bind_as(&p[n], name), 0);
}

static const struct st_test tests[] = {
	{"life-switch", the_last_port_takes_the_switch_along},
	{"life-mapping", a_mapping_keeps_the_port},
	{"life-one-mapping", one_mapping_of_a_region_serves_every_descriptor},
	{"life-terminated", a_terminated_task_leaves_no_port},
	{"life-killed", a_killed_task_leaves_no_port},
	{"life-many", ports_come_and_go_without_a_trace},
	{"life-switches", switches_are_limited_and_come_back},
};

const struct st_group st_life_group = {tests, ST_COUNT(tests)};
