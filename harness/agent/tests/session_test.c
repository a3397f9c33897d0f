/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole agent in a child process, spoken to over its socket: programs as processes and as
 * threads.
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "session.h"
#include "suite.h"
#include "thread_program.h"

#define LIMIT_MS 10000

static int count_until_stopped(int argc, char **argv, const struct thread_env *env)
{
	unsigned long n = 0;

	while (!*env->stop) {
		if (n++ % 100 == 0)
			fprintf(env->out, "turn %lu\n", n);
		usleep(100);
	}
	fprintf(env->err, "stopped\n");
	return 0;
}

static int say_arguments(int argc, char **argv, const struct thread_env *env)
{
	for (int i = 1; i < argc; i++)
		fprintf(env->out, "%s\n", argv[i]);
	fprintf(env->out, "no newline");
	return argc;
}

static int count_cpus(int argc, char **argv, const struct thread_env *env)
{
	cpu_set_t set;

	sched_getaffinity(0, sizeof(set), &set);
	fprintf(env->out, "%d of them, CPU 0 %s\n", CPU_COUNT(&set),
		CPU_ISSET(0, &set) ? "too" : "not");
	return 0;
}

static int never_end(int argc, char **argv, const struct thread_env *env)
{
	for (int i = 0; i < LIMIT_MS; i++)
		usleep(100000);
	return 0;
}

static const struct thread_entry entries[] = {{"count", count_until_stopped},
					      {"say", say_arguments},
					      {"cpus", count_cpus},
					      {"stubborn", never_end},
					      {NULL, NULL}};

struct agent {
	pid_t pid;
	int fd;
	struct jsonl_reader in;
	struct jsonl_writer out;
};

static void be_agent(int fd)
{
	struct session s = {.kind = "native"};
	struct vb_err err;

	if (thread_programs_init(entries, &s, &err) || session_open(&s, fd, &err))
		_exit(1);
	session_run(&s);
	_exit(0);
}

static json_t *hear(struct agent *a)
{
	uint64_t deadline = vb_now_ms() + LIMIT_MS;
	struct pollfd p = {.fd = a->fd, .events = POLLIN};
	enum jsonl_status status;
	json_t *m = NULL;

	while ((status = jsonl_read(&a->in, &m, NULL)) == JSONL_AGAIN && vb_left_ms(deadline))
		poll(&p, 1, vb_left_ms(deadline));
	CU_ASSERT_EQUAL(status, JSONL_MESSAGE);
	return m;
}

/* The next event of this name; others are passed over, exits of programs are not. */
static json_t *hear_of(struct agent *a, const char *name)
{
	json_t *m;

	while ((m = hear(a)) && !protocol_is(m, name)) {
		CU_ASSERT(!protocol_is(m, "exit"));
		json_decref(m);
	}
	return m;
}

static void open_agent(struct agent *a)
{
	json_t *hello;
	int fds[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	a->pid = fork();
	if (a->pid == 0) {
		close(fds[0]);
		be_agent(fds[1]);
	}
	close(fds[1]);
	a->fd = fds[0];
	jsonl_reader_init(&a->in, a->fd);
	jsonl_writer_init(&a->out, a->fd);
	hello = hear(a);
	CU_ASSERT(protocol_is(hello, "hello"));
	CU_ASSERT(json_integer_value(json_object_get(hello, "memory_kib")) > 0);
	json_decref(hello);
}

static void send_message(struct agent *a, json_t *message)
{
	CU_ASSERT_EQUAL(jsonl_push(&a->out, message), 0);
	CU_ASSERT_EQUAL(jsonl_drain(&a->out, LIMIT_MS), 0);
}

/* Ends it by poweroff or, impolitely, by hanging up; it must be gone in bounded time. */
static void close_agent(struct agent *a, bool politely)
{
	uint64_t deadline = vb_now_ms() + LIMIT_MS;
	int status = -1;

	if (politely)
		send_message(a, protocol_poweroff());
	jsonl_reader_free(&a->in);
	jsonl_writer_free(&a->out);
	if (!politely)
		close(a->fd);
	while (waitpid(a->pid, &status, WNOHANG) == 0 && vb_left_ms(deadline))
		usleep(1000);
	CU_ASSERT_EQUAL(status, 0);
	kill(a->pid, SIGKILL);
	if (politely)
		close(a->fd);
}

static void run_with(struct agent *a, int id, unsigned timeout_ms, int cpu, const char *const *argv)
{
	send_message(a, protocol_run(id, argv, timeout_ms, cpu));
}

#define RUN(agent, id, timeout_ms, ...)                                                            \
	run_with(agent, id, timeout_ms, PROTOCOL_ANY_CPU, (const char *const[]){__VA_ARGS__, NULL})

static void expect_line(struct agent *a, const char *stream, const char *line)
{
	json_t *m = hear_of(a, "out");

	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(m, "line")), line);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(m, "stream")), stream);
	json_decref(m);
}

static void expect_exit(struct agent *a, int id, int status, int signal, bool timed_out)
{
	json_t *m = hear_of(a, "exit");

	CU_ASSERT_EQUAL(json_integer_value(json_object_get(m, "id")), id);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(m, "status")), status);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(m, "signal")), signal);
	CU_ASSERT_EQUAL(json_is_true(json_object_get(m, "timed_out")), timed_out);
	json_decref(m);
}

static void expect_error(struct agent *a, const char *word)
{
	json_t *m = hear_of(a, "error");

	CU_ASSERT_PTR_NOT_NULL(strstr(json_string_value(json_object_get(m, "text")), word));
	json_decref(m);
}

static void a_process_from_start_to_exit(void)
{
	struct agent a;

	open_agent(&a);
	RUN(&a, 1, 0, "sh", "-c", "echo one; printf two; exit 3");
	expect_line(&a, "stdout", "one");
	expect_line(&a, "stdout", "two");
	expect_exit(&a, 1, 3, 0, false);
	RUN(&a, 1, 0, "sh", "-c", "printf 'bad \\377 byte\\n' >&2");
	expect_line(&a, "stderr", "bad ? byte");
	expect_exit(&a, 1, 0, 0, false);
	close_agent(&a, true);
}

static void a_thread_from_start_to_exit(void)
{
	struct agent a;

	open_agent(&a);
	RUN(&a, 1, 0, "/usr/bin/say", "hello", "there");
	expect_line(&a, "stdout", "hello");
	expect_line(&a, "stdout", "there");
	expect_line(&a, "stdout", "no newline");
	expect_exit(&a, 1, 3, 0, false);
	close_agent(&a, true);
}

static void a_thread_ends_on_a_signal(void)
{
	struct agent a;

	open_agent(&a);
	RUN(&a, 1, 0, "count");
	expect_line(&a, "stdout", "turn 1");
	send_message(&a, protocol_signal(1, SIGINT));
	expect_exit(&a, 1, 0, 0, false);
	close_agent(&a, true);
}

static void time_limits_hold(void)
{
	uint64_t before;
	struct agent a;

	open_agent(&a);
	before = vb_now_ms();
	RUN(&a, 1, 200, "sh", "-c", "trap '' INT TERM; sleep 100 & while :; do sleep 1; done");
	expect_exit(&a, 1, 137, SIGKILL, true);
	RUN(&a, 2, 200, "count");
	expect_exit(&a, 2, 137, SIGKILL, true);
	CU_ASSERT(vb_now_ms() - before < LIMIT_MS / 2);
	close_agent(&a, true);
}

static void a_thread_that_cannot_be_ended_is_told_of(void)
{
	struct agent a;

	open_agent(&a);
	RUN(&a, 1, 100, "stubborn");
	expect_error(&a, "does not end");
	close_agent(&a, true);
}

static void a_flood_starves_nobody(void)
{
	struct agent a;
	json_t *m;
	int beats = 0;

	open_agent(&a);
	RUN(&a, 1, 0, "yes");
	RUN(&a, 2, 0, "sh", "-c", "sleep 0.1; echo mine");
	send_message(&a, protocol_ping(5));
	m = hear_of(&a, "pong");
	json_decref(m);
	while ((m = hear(&a)) && !protocol_is(m, "exit")) {
		beats += protocol_is(m, "heartbeat");
		json_decref(m);
	}
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(m, "id")), 2);
	json_decref(m);
	while (beats < 2) {
		m = hear(&a);
		beats += protocol_is(m, "heartbeat");
		json_decref(m);
	}
	send_message(&a, protocol_signal(1, SIGTERM));
	expect_exit(&a, 1, 128 + SIGTERM, SIGTERM, false);
	close_agent(&a, true);
}

static void output_that_the_runner_reads_late_is_not_lost(void)
{
	struct agent a;

	open_agent(&a);
	RUN(&a, 1, 0, "seq", "1", "200000");
	sleep(1);
	for (int i = 1; i <= 200000; i++) {
		json_t *m = hear_of(&a, "out");

		CU_ASSERT_EQUAL_FATAL(atoi(json_string_value(json_object_get(m, "line"))), i);
		json_decref(m);
	}
	expect_exit(&a, 1, 0, 0, false);
	close_agent(&a, true);
}

static void a_grandchild_that_keeps_the_output_open_does_not_delay_the_exit(void)
{
	uint64_t before = vb_now_ms();
	struct agent a;

	open_agent(&a);
	RUN(&a, 1, 0, "setsid", "-f", "sleep", "30");
	expect_exit(&a, 1, 0, 0, false);
	CU_ASSERT(vb_now_ms() - before < LIMIT_MS / 2);
	close_agent(&a, true);
}

static void wrong_orders_are_answered(void)
{
	struct agent a;

	open_agent(&a);
	CU_ASSERT_EQUAL(write(a.fd, "nonsense\n", 9), 9);
	expect_error(&a, "JSON");
	send_message(&a, json_pack("{s:s}", "op", "fly"));
	expect_error(&a, "fly");
	send_message(&a, protocol_signal(9, SIGINT));
	expect_error(&a, "no program");
	RUN(&a, 1, 0, "no-such-program-here");
	expect_error(&a, "no-such-program-here");
	RUN(&a, 1, 0, "sleep", "100");
	RUN(&a, 1, 0, "true");
	expect_error(&a, "still running");
	run_with(&a, 2, 0, 4000, (const char *const[]){"true", NULL});
	expect_error(&a, "CPU 4000");
	run_with(&a, 3, 0, 1000, (const char *const[]){"count", NULL});
	expect_error(&a, "CPU 1000");
	close_agent(&a, true);
}

static void pinning_reaches_processes_and_threads(void)
{
	struct agent a;

	open_agent(&a);
	run_with(&a, 1, 0, 0,
		 (const char *const[]){"sh", "-c", "taskset -cp $$ | sed 's/.*: //'", NULL});
	expect_line(&a, "stdout", "0");
	expect_exit(&a, 1, 0, 0, false);
	run_with(&a, 2, 0, 0, (const char *const[]){"cpus", NULL});
	expect_line(&a, "stdout", "1 of them, CPU 0 too");
	expect_exit(&a, 2, 0, 0, false);
	close_agent(&a, true);
}

static void a_runner_that_goes_away_ends_everything(void)
{
	struct agent a;
	json_t *m;
	pid_t pid;
	uint64_t deadline;

	open_agent(&a);
	RUN(&a, 1, 0, "sleep", "100");
	m = hear_of(&a, "started");
	pid = (pid_t)json_integer_value(json_object_get(m, "pid"));
	json_decref(m);
	close_agent(&a, false);
	deadline = vb_now_ms() + LIMIT_MS;
	while (kill(pid, 0) == 0 && vb_left_ms(deadline))
		usleep(1000);
	CU_ASSERT_NOT_EQUAL(kill(pid, 0), 0);
}

static const struct suite_test tests[] = {
	{"a process from start to exit", a_process_from_start_to_exit},
	{"a thread from start to exit", a_thread_from_start_to_exit},
	{"a thread ends on a signal", a_thread_ends_on_a_signal},
	{"time limits hold", time_limits_hold},
	{"a thread that cannot be ended is told of", a_thread_that_cannot_be_ended_is_told_of},
	{"a flood starves nobody", a_flood_starves_nobody},
	{"output that the runner reads late is not lost",
	 output_that_the_runner_reads_late_is_not_lost},
	{"a grandchild that keeps the output open does not delay the exit",
	 a_grandchild_that_keeps_the_output_open_does_not_delay_the_exit},
	{"wrong orders are answered", wrong_orders_are_answered},
	{"pinning reaches processes and threads", pinning_reaches_processes_and_threads},
	{"a runner that goes away ends everything", a_runner_that_goes_away_ends_everything},
};

SUITE_MAIN("agent_session", tests)
