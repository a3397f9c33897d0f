/* SPDX-License-Identifier: BSD-2-Clause */
/* Placing the processors of a guest, played by a process with as many threads. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"
#include "uml_cpus.h"

struct guest {
	pid_t pid, second; /* its threads: the second is 0 in a guest of one */
};

static void *sleep_on(void *report)
{
	const pid_t self = (pid_t)syscall(SYS_gettid);

	if (write(*(int *)report, &self, sizeof(self)) != sizeof(self))
		_exit(1);
	for (;;)
		pause();
}

static void play(unsigned cpus, int report)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (cpus > 1 && pthread_create(&thread, NULL, sleep_on, &report))
		_exit(1);
	if (cpus == 1)
		sleep_on(&report);
	for (;;)
		pause();
}

static struct guest start(unsigned cpus)
{
	struct guest g = {0};
	pid_t told = 0;
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	g.pid = fork();
	CU_ASSERT_FATAL(g.pid >= 0);
	if (g.pid == 0)
		play(cpus, ends[1]);
	close(ends[1]);
	CU_ASSERT_EQUAL(read(ends[0], &told, sizeof(told)), (ssize_t)sizeof(told));
	close(ends[0]);
	g.second = told == g.pid ? 0 : told;
	return g;
}

static void stop(const struct guest *g)
{
	kill(g->pid, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(g->pid, NULL, 0), g->pid);
}

static cpu_set_t where(pid_t thread)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CU_ASSERT_EQUAL(sched_getaffinity(thread, sizeof(set), &set), 0);
	return set;
}

static void each_processor_gets_one_of_ours(void)
{
	const cpu_set_t ours = where(0);
	struct guest g = start(2);
	cpu_set_t first, second, both;

	if (CPU_COUNT(&ours) >= 2) {
		CU_ASSERT_EQUAL(uml_place_cpus(g.pid, 2), 2);
		first = where(g.pid);
		second = where(g.second);
		CPU_OR(&both, &first, &second);
		CU_ASSERT_EQUAL(CPU_COUNT(&first), 1);
		CU_ASSERT_EQUAL(CPU_COUNT(&second), 1);
		CU_ASSERT_EQUAL(CPU_COUNT(&both), 2);
		CPU_AND(&both, &both, &ours);
		CU_ASSERT_EQUAL(CPU_COUNT(&both), 2);
	}
	stop(&g);
}

static void a_guest_is_left_alone_where_ours_are_too_few(void)
{
	const cpu_set_t ours = where(0);
	struct guest g = start(2);
	cpu_set_t one, after;
	int cpu = 0;

	while (!CPU_ISSET(cpu, &ours))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	CU_ASSERT_EQUAL_FATAL(sched_setaffinity(0, sizeof(one), &one), 0);
	CU_ASSERT_EQUAL(uml_place_cpus(g.pid, 2), 0);
	CU_ASSERT_EQUAL(sched_setaffinity(0, sizeof(ours), &ours), 0);
	after = where(g.second);
	CU_ASSERT(CPU_EQUAL(&after, &ours));
	stop(&g);
}

/* Which of them are processors then nobody knows. */
static void a_guest_with_other_threads_is_left_alone(void)
{
	const cpu_set_t ours = where(0);
	struct guest g = start(2);
	cpu_set_t after;

	CU_ASSERT_EQUAL(uml_place_cpus(g.pid, 1), 0);
	after = where(g.pid);
	CU_ASSERT(CPU_EQUAL(&after, &ours));
	stop(&g);
	CU_ASSERT_EQUAL(uml_place_cpus(g.pid, 1), 0);
}

static void one_processor_is_placed_too(void)
{
	struct guest g = start(1);
	cpu_set_t after;

	CU_ASSERT_EQUAL(uml_place_cpus(g.pid, 1), 1);
	after = where(g.pid);
	CU_ASSERT_EQUAL(CPU_COUNT(&after), 1);
	stop(&g);
}

static const struct suite_test tests[] = {
	{"each processor of a guest gets one of ours", each_processor_gets_one_of_ours},
	{"where ours are too few a guest is left alone",
	 a_guest_is_left_alone_where_ours_are_too_few},
	{"a guest with threads beside its processors is left alone",
	 a_guest_with_other_threads_is_left_alone},
	{"the only processor of a guest is placed too", one_processor_is_placed_too},
};

SUITE_MAIN("uml_cpus", tests)
