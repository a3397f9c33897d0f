/* SPDX-License-Identifier: BSD-2-Clause */
/* How a loop in the kernel ends when nobody stops it: its descriptor is closed, or its task killed.
 */
#include "selftest.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT "valest:loop"

enum { RINGS = 2, SLEEP_MAX_US = 1000000, LIMIT_MS = 5000 };

/* Shared with children. */
static struct blocks {
	struct nm_csb_atok atok[RINGS] __attribute__((aligned(64)));
	struct nm_csb_ktoa ktoa[RINGS] __attribute__((aligned(64)));
} * blocks;

static bool blocks_make(void)
{
	blocks = mmap(NULL, sizeof(*blocks), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	return blocks != MAP_FAILED;
}

struct loop {
	int fd;
	bool events;
	int result;
};

static int bind_blocks(struct loop *loop)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_EXCLUSIVE};
	struct nmreq_opt_csb csb = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB,
				    .csb_atok = (uintptr_t)blocks->atok,
				    .csb_ktoa = (uintptr_t)blocks->ktoa};

	loop->fd = st_open();
	if (loop->fd < 0)
		return errno;
	return st_ctrl_options(loop->fd, NETMAP_REQ_REGISTER, PORT, &reg, &csb);
}

static void *run(void *arg)
{
	struct loop *loop = arg;
	struct nmreq_sync_kloop_start start = {.sleep_us = SLEEP_MAX_US};
	struct {
		struct nmreq_option option;
		struct nm_kloop_eventfd fds[RINGS];
	} events = {.option = {.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS,
			       .nro_size = sizeof(events)}};
	int i;

	for (i = 0; i < RINGS; i++)
		events.fds[i] = (struct nm_kloop_eventfd){eventfd(0, 0), eventfd(0, 0)};
	loop->result = st_ctrl_options(loop->fd, NETMAP_REQ_SYNC_KLOOP_START, "", &start,
				       loop->events ? &events : NULL);
	for (i = 0; i < RINGS; i++) {
		close(events.fds[i].ioeventfd);
		close(events.fds[i].irqfd);
	}
	return NULL;
}

/* A loop that sleeps holds the word at 0; one that waits for events sets it. Only it changes the
 * word. */
static bool running(bool events)
{
	const volatile uint32_t *word = &blocks->ktoa[0].kern_need_kick;
	int ms;

	for (ms = 0; ms < LIMIT_MS && *word != events; ms++)
		usleep(1000);
	return *word == events;
}

static bool port_gone(void)
{
	int ms;

	for (ms = 0; ms < LIMIT_MS && st_port_index(PORT) != -ENOENT; ms++)
		usleep(1000);
	return ms < LIMIT_MS;
}

static void closing_the_descriptor_ends_the_loop(void)
{
	struct loop loop = {.fd = -1};
	pthread_t thread;
	int events;

	NEEDS(ST_KLOOP);
	CHECK(blocks_make());
	for (events = 0; events < 2; events++) {
		loop.events = events;
		CHECK_EQ(bind_blocks(&loop), 0);
		blocks->ktoa[0].kern_need_kick = 2;
		CHECK_EQ(pthread_create(&thread, NULL, run, &loop), 0);
		CHECK(running(events));
		st_close(loop.fd);
		CHECK_EQ(pthread_join(thread, NULL), 0);
		CHECK_EQ(loop.result, 0);
		CHECK(port_gone());
	}
	munmap(blocks, sizeof(*blocks));
}

/* A child that inherited the descriptor and ends takes nothing with it. */
static void an_heir_that_closes_does_not(void)
{
	struct loop loop = {.events = true};
	pthread_t thread;
	int status;
	pid_t pid;

	SKIP_IN_PROCESS("there are no other tasks");
	NEEDS(ST_KLOOP);
	CHECK(blocks_make());
	CHECK_EQ(bind_blocks(&loop), 0);
	blocks->ktoa[0].kern_need_kick = 2;
	CHECK_EQ(pthread_create(&thread, NULL, run, &loop), 0);
	CHECK(running(true));
	pid = fork();
	if (!pid) {
		close(loop.fd);
		_exit(0);
	}
	CHECK(pid > 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	usleep(20000);
	CHECK(running(true));
	CHECK_EQ(st_ctrl(loop.fd, NETMAP_REQ_CSB_ENABLE, "", NULL), EINVAL);
	CHECK_EQ(st_ctrl(loop.fd, NETMAP_REQ_SYNC_KLOOP_STOP, "", NULL), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	st_close(loop.fd);
	munmap(blocks, sizeof(*blocks));
}

static void a_killed_task_leaves_no_loop(void)
{
	int events, status, ms;
	pid_t pid, ended = 0;

	SKIP_IN_PROCESS("there are no other tasks");
	NEEDS(ST_KLOOP);
	CHECK(blocks_make());
	for (events = 0; events < 2; events++) {
		blocks->ktoa[0].kern_need_kick = 2;
		pid = fork();
		if (!pid) {
			struct loop loop = {.events = events};

			if (!bind_blocks(&loop)) {
				blocks->ktoa[0].kern_need_kick = 2;
				run(&loop);
			}
			_exit(1);
		}
		CHECK(pid > 0);
		CHECK(running(events));
		kill(pid, SIGKILL);
		for (ms = 0; ms < LIMIT_MS && !ended; ms++) {
			ended = waitpid(pid, &status, WNOHANG);
			usleep(1000);
		}
		CHECK_EQ(ended, pid);
		CHECK(WIFSIGNALED(status));
		CHECK(port_gone());
		ended = 0;
	}
	munmap(blocks, sizeof(*blocks));
}

/* Blocks that vanish under the loop end it with EFAULT; nothing else suffers. */
static void a_loop_whose_blocks_vanish_ends(void)
{
	struct loop loop = {.events = true};
	pthread_t thread;

	NEEDS(ST_KLOOP);
	CHECK(blocks_make());
	CHECK_EQ(bind_blocks(&loop), 0);
	blocks->ktoa[0].kern_need_kick = 2;
	CHECK_EQ(mprotect(blocks, sizeof(*blocks), PROT_NONE), 0);
	CHECK_EQ(pthread_create(&thread, NULL, run, &loop), 0);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(loop.result, EFAULT);
	st_close(loop.fd);
	munmap(blocks, sizeof(*blocks));
}

static const struct st_test tests[] = {
	{"kloop-closed", closing_the_descriptor_ends_the_loop},
	{"kloop-heir", an_heir_that_closes_does_not},
	{"kloop-killed", a_killed_task_leaves_no_loop},
	{"kloop-blocks-gone", a_loop_whose_blocks_vanish_ends},
};

const struct st_group st_kloop_group = {tests, ST_COUNT(tests)};
