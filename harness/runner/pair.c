/* SPDX-License-Identifier: BSD-2-Clause */
#include "pair.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "process.h"

#define LOOK_MS	     200
#define END_GRACE_MS 30000 /* a guest powers off within it */
#define WORDS_MAX    64

enum { READ_END, WRITE_END };

struct running {
	pid_t pid[SIDES];
	bool ended[SIDES];
	int status[SIDES];
};

char *pair_name(const char *scenario)
{
	const char *base = strrchr(scenario, '/');
	time_t now = time(NULL);
	char stamp[32], *name, *dot;
	uint16_t salt;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime(&now));
	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		salt = getpid();
	name = alloc_printf("%s-%s-%04x", stamp, base ? base + 1 : scenario, salt);
	dot = strstr(name, ".yaml");
	if (dot)
		memmove(dot, dot + strlen(".yaml"), strlen(dot + strlen(".yaml")) + 1);
	return name;
}

static pid_t start(const struct pair *p, int side, int in, int out, struct vb_err *err)
{
	char *comparison = alloc_printf("--comparison=%c:%s", 'A' + side, p->name);
	/* Not its name: somebody may build it anew meanwhile. */
	char *words[WORDS_MAX + 1] = {"/proc/self/exe",	  "run",
				      "--no-report",	  comparison,
				      "--tree",		  (char *)p->tree[side],
				      "--results",	  (char *)p->results,
				      (char *)p->scenario};
	const int keep[] = {in, out};
	struct process_spec spec = {.argv = words,
				    .stdin_fd = -1,
				    .stdout_fd = -1,
				    .stderr_fd = STDERR_FILENO,
				    .keep = keep,
				    .n_keep = 2,
				    .cpu = PROCESS_ANY_CPU,
				    .die_with_parent = true};
	size_t n = 9, i;
	pid_t pid = -1;

	for (i = 0; p->words[i] && n < WORDS_MAX; i++)
		words[n++] = p->words[i];
	if (p->words[i])
		vb_fail(err, VB_USAGE, "more than %d words for a run", WORDS_MAX);
	else
		pid = process_start(&spec, err);
	free(comparison);
	return pid;
}

static int start_both(const struct pair *p, struct running *r, struct vb_err *err)
{
	int turn[SIDES][2] = {{-1, -1}, {-1, -1}}, side, rc = 0;

	for (side = 0; rc == 0 && side < SIDES; side++)
		if (pipe2(turn[side], O_CLOEXEC))
			rc = vb_fail(err, VB_INTERNAL, "no pipe for turns: %s", strerror(errno));
	for (side = 0; rc == 0 && side < SIDES; side++) {
		r->pid[side] = start(p, side, turn[side][READ_END], turn[!side][WRITE_END], err);
		rc = r->pid[side] < 0 ? -1 : 0;
	}
	/* Only the runs hold the ends, so that each notices when the other has ended. */
	for (side = 0; side < SIDES; side++) {
		close(turn[side][READ_END]);
		close(turn[side][WRITE_END]);
	}
	return rc;
}

static void end_all(struct running *r)
{
	int side, rc;

	for (side = 0; side < SIDES; side++)
		if (r->pid[side] > 0 && !r->ended[side])
			kill(r->pid[side], SIGINT);
	for (side = 0; side < SIDES; side++) {
		if (r->pid[side] <= 0 || r->ended[side])
			continue;
		do
			rc = process_wait(r->pid[side], END_GRACE_MS, &r->status[side]);
		while (rc == -EINTR);
		if (rc == 0)
			process_end(r->pid[side], 0);
		r->ended[side] = true;
	}
}

/* 1: that side is over; 0 not yet; -1 it failed. */
static int look(struct running *r, int side, struct vb_err *err)
{
	char how[64];
	int rc;

	if (r->ended[side])
		return 1;
	rc = process_wait(r->pid[side], LOOK_MS, &r->status[side]);
	if (rc == 0 || rc == -EINTR)
		return 0;
	r->ended[side] = true;
	if (rc == 1 && r->status[side] == 0)
		return 1;
	process_describe(r->status[side], how, sizeof(how));
	return vb_fail(err, WIFEXITED(r->status[side]) ? WEXITSTATUS(r->status[side]) : VB_FAILED,
		       "the run of side %c ended with %s; it has said why", 'A' + side, how);
}

static int wait_both(const struct pair *p, struct running *r, struct vb_err *err)
{
	int a = 0, b = 0;

	while (a == 0 || b == 0) {
		if (*p->interrupted)
			return vb_fail(
				err, VB_INTERRUPTED,
				"interrupted; the finished trials of both sides are stored as "
				"comparison %s",
				p->name);
		a = look(r, SIDE_A, err);
		b = a < 0 ? a : look(r, SIDE_B, err);
		if (a < 0 || b < 0)
			return -1;
	}
	return 0;
}

int pair_run(const struct pair *p, struct vb_err *err)
{
	struct running r = {.pid = {-1, -1}};
	int rc = start_both(p, &r, err);

	if (rc == 0)
		rc = wait_both(p, &r, err);
	end_all(&r);
	return rc;
}
