/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A keeper in a process of its own, at a terminal whose other side is a guest that the test plays.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "client.h"
#include "keeper.h"
#include "process.h"
#include "suite.h"

#define WAIT_MS 10000
#define HELLO	"{\"ev\":\"hello\",\"protocol\":1}\n"

struct rig {
	char folder[64];
	int guest; /* the guest's side of the terminal */
	int ready;
	pid_t keeper;
};

static void rig_open(struct rig *r, struct keeper_spec spec)
{
	struct vb_err err = {0};
	struct termios raw;
	int console, fds[2];
	char path[KEEPER_PATH_BYTES];

	snprintf(r->folder, sizeof(r->folder), "/tmp/keeper-test-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(r->folder));
	setenv(KEEPER_FOLDER_VARIABLE, r->folder, 1);
	keeper_path("g", "", path);
	CU_ASSERT_EQUAL_FATAL(mkdir(path, 0700), 0);
	cfmakeraw(memset(&raw, 0, sizeof(raw))); /* as xenconsoled makes it: nothing comes back */
	CU_ASSERT_EQUAL_FATAL(openpty(&r->guest, &console, NULL, &raw, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	spec.name = "g";
	spec.console = console;
	spec.listener = keeper_listen("g", &err);
	CU_ASSERT_FATAL(spec.listener >= 0);
	spec.ready = fds[1];
	spec.owner = spec.owner ? spec.owner : -1;
	spec.boot_ms = spec.boot_ms ? spec.boot_ms : WAIT_MS;
	fflush(stdout);
	r->keeper = fork();
	if (r->keeper == 0) {
		close(r->guest);
		close(fds[0]);
		keeper_run(&spec);
		_exit(0);
	}
	close(console);
	close(spec.listener);
	close(fds[1]);
	r->ready = fds[0];
}

static void say(struct rig *r, const char *text)
{
	CU_ASSERT_EQUAL(write(r->guest, text, strlen(text)), (ssize_t)strlen(text));
}

/* One line that the keeper sent to the guest. */
static void hear(struct rig *r, char *line, size_t bytes)
{
	struct pollfd fd = {.fd = r->guest, .events = POLLIN};
	size_t n = 0;

	while (n + 1 < bytes && poll(&fd, 1, WAIT_MS) > 0 && read(r->guest, line + n, 1) == 1 &&
	       line[n] != '\n')
		n++;
	line[n] = '\0';
}

static void ready_word(struct rig *r, char *word, size_t bytes)
{
	struct pollfd fd = {.fd = r->ready, .events = POLLIN};
	ssize_t n = poll(&fd, 1, WAIT_MS) > 0 ? read(r->ready, word, bytes - 1) : 0;

	word[n > 0 ? n : 0] = '\0';
}

static void rig_close(struct rig *r)
{
	char path[KEEPER_PATH_BYTES];
	struct vb_err err;
	int status = 0;

	if (r->guest >= 0)
		close(r->guest);
	client_leave("g", WAIT_MS, &err);
	waitpid(r->keeper, &status, 0);
	CU_ASSERT_EQUAL(status, 0);
	keeper_path("g", "socket", path);
	unlink(path);
	keeper_path("g", "", path);
	rmdir(path);
	rmdir(r->folder);
	close(r->ready);
}

/* A client in a process of its own; its standard output and error come back through *out. */
static pid_t client(const struct rig *r, int *out)
{
	static const char *const argv[] = {"date", "-u", NULL};
	int fds[2];
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct vb_err err = {0};
		int status = 0, rc;

		close(r->guest);
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		rc = client_run("g", argv, -1, &status, &err);
		if (rc)
			dprintf(1, "%s\n", err.text);
		fflush(NULL);
		_exit(rc ? 100 + (int)err.code : status);
	}
	close(fds[1]);
	*out = fds[0];
	return pid;
}

static int ended_with(pid_t pid, int out, char *text, size_t bytes)
{
	size_t n = 0;
	ssize_t got;
	int status;

	while ((got = read(out, text + n, bytes - n - 1)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(out);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_run(void)
{
	struct rig r;
	char text[1000];
	pid_t pid;
	int out;

	rig_open(&r, (struct keeper_spec){0});
	say(&r, "[    0.0] Linux\r\n" HELLO);
	ready_word(&r, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "ready");
	pid = client(&r, &out);
	hear(&r, text, sizeof(text));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"argv\":[\"date\",\"-u\"]"));
	say(&r, "{\"ev\":\"started\",\"id\":1,\"pid\":7}\n"
		"{\"ev\":\"out\",\"id\":1,\"stream\":\"stdout\",\"line\":\"a line\"}\n"
		"{\"ev\":\"out\",\"id\":99,\"stream\":\"stdout\",\"line\":\"another's\"}\n");
	kill(pid, SIGINT);
	hear(&r, text, sizeof(text));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"signal\":\"INT\""));
	say(&r, "{\"ev\":\"exit\",\"id\":1,\"status\":5,\"signal\":0,\"timed_out\":false}\n");
	CU_ASSERT_EQUAL(ended_with(pid, out, text, sizeof(text)), 5);
	CU_ASSERT_STRING_EQUAL(text, "a line\n");
	rig_close(&r);
}

/* Who goes away has what he had run killed. */
static void test_gone(void)
{
	struct rig r;
	char text[1000];
	pid_t pid;
	int out;

	rig_open(&r, (struct keeper_spec){0});
	say(&r, HELLO);
	pid = client(&r, &out);
	hear(&r, text, sizeof(text));
	kill(pid, SIGKILL);
	hear(&r, text, sizeof(text));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"signal\":\"KILL\""));
	ended_with(pid, out, text, sizeof(text));
	rig_close(&r);
}

/* Whatever makes a guest unbelievable fails what runs there, and what comes after. */
static void test_faults(void)
{
	static const struct {
		const char *guest, *says;
	} rows[] = {
		{"{\"ev\":\"kernel\",\"kind\":\"warning\",\"text\":\"WARNING: a\\nb\"}\n",
		 "domain g: its kernel reported warning: WARNING: a\n"},
		{"[ 1.0] Kernel panic - not syncing: x\n",
		 "domain g: its kernel reported panic: Kernel panic - not syncing: x\n"},
		{"{\"ev\":\"out[ 1.0] hello\n",
		 "domain g: somebody wrote into a line of its agent\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig r;
		char text[1000];
		pid_t pid;
		int out;

		rig_open(&r, (struct keeper_spec){0});
		say(&r, HELLO);
		pid = client(&r, &out);
		hear(&r, text, sizeof(text));
		say(&r, rows[i].guest);
		CU_ASSERT_EQUAL(ended_with(pid, out, text, sizeof(text)), 100 + VB_FAILED);
		CU_ASSERT_STRING_EQUAL(text, rows[i].says);
		pid = client(&r, &out);
		CU_ASSERT_EQUAL(ended_with(pid, out, text, sizeof(text)), 100 + VB_FAILED);
		CU_ASSERT_STRING_EQUAL(text, rows[i].says);
		rig_close(&r);
	}
}

static void test_ends(void)
{
	struct vb_err err = {0};
	struct rig r;
	char text[1000];
	pid_t pid;
	int out;

	rig_open(&r, (struct keeper_spec){0});
	say(&r, HELLO "[ 5.0] reboot: System halted\n");
	pid = client(&r, &out);
	hear(&r, text, sizeof(text));
	close(r.guest);
	CU_ASSERT_EQUAL(ended_with(pid, out, text, sizeof(text)), 100 + VB_FAILED);
	CU_ASSERT_STRING_EQUAL(text, "domain g: it ended by itself; the last it said: [ 5.0] "
				     "reboot: System halted\n");
	r.guest = -1;
	/* Who asks later is told the same, and so is who ends it. */
	CU_ASSERT_EQUAL(client_leave("g", 0, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "it ended by itself"));
	rig_close(&r);
}

/* Asked for, its end is no fault. */
static void test_leaves(void)
{
	struct rig r;
	char text[1000];
	struct vb_err err;

	rig_open(&r, (struct keeper_spec){0});
	say(&r, HELLO);
	CU_ASSERT_EQUAL(client_leave("g", 0, &err), 0);
	hear(&r, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "{\"op\":\"poweroff\"}");
	rig_close(&r);
}

/* With its owner's end its own has come, whoever would like to know more. */
static void test_orphan(void)
{
	pid_t owner = fork();
	struct rig r;
	int status;

	if (owner == 0) {
		pause();
		_exit(0);
	}
	rig_open(&r, (struct keeper_spec){.owner = process_pidfd(owner)});
	say(&r, HELLO);
	CU_ASSERT_EQUAL(process_wait(r.keeper, 1000, &status), 0);
	kill(owner, SIGKILL);
	CU_ASSERT_EQUAL(process_wait(r.keeper, WAIT_MS, &status), 1);
	waitpid(owner, NULL, 0);
	rig_close(&r);
}

static void test_bare(void)
{
	struct rig r;
	char text[1000];
	pid_t pid;
	int out;

	rig_open(&r, (struct keeper_spec){.bare = true, .awaited = "is up"});
	say(&r, "it boots\nit is up now\n");
	ready_word(&r, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "ready");
	pid = client(&r, &out);
	CU_ASSERT_EQUAL(ended_with(pid, out, text, sizeof(text)), 100 + VB_FAILED);
	CU_ASSERT_STRING_EQUAL(text, "domain g: there is no agent in this domain\n");
	rig_close(&r);
}

static void test_times(void)
{
	static const struct {
		struct keeper_spec spec;
		const char *guest, *says;
	} rows[] = {
		{{.boot_ms = 200}, "", "it was not ready within 200 ms (its state: gone)"},
		{{.silence_ms = 200}, HELLO, "nothing was heard from it for 200 ms"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig r;
		char text[1000];
		int out, status = 0;

		rig_open(&r, rows[i].spec);
		say(&r, rows[i].guest);
		/* Asks until it is told so, or the suite's limit ends it. */
		while (status != 100 + VB_FAILED) {
			pid_t pid = client(&r, &out);

			status = ended_with(pid, out, text, sizeof(text));
		}
		CU_ASSERT_PTR_NOT_NULL(strstr(text, rows[i].says));
		rig_close(&r);
	}
}

static const struct suite_test tests[] = {
	{"run", test_run},	 {"gone", test_gone}, {"faults", test_faults}, {"ends", test_ends},
	{"leaves", test_leaves}, {"orphan", test_orphan}, {"bare", test_bare}, {"times", test_times},
};

SUITE_MAIN("keeper", tests)
