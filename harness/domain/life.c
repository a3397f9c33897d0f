/* SPDX-License-Identifier: BSD-2-Clause */
#include "life.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "clock.h"
#include "keeper.h"
#include "patience.h"
#include "process.h"
#include "xl.h"

#define POWER_OFF_MS	15000
#define READY_MARGIN_MS 30000 /* the keeper gives up by itself; this is for one that does not */
#define OPEN_FILES_MAX	1024
#define OWNER_VARIABLE	"VB_DOMAIN_OWNER"

static int make_folders(const char *name, struct vb_err *err)
{
	char path[KEEPER_PATH_BYTES];

	mkdir("/run/valebench", 0755);
	mkdir(keeper_folder(), 0755);
	keeper_path(name, "", path);
	if (mkdir(path, 0755) == 0)
		return 0;
	if (errno == EEXIST)
		return vb_fail(err, VB_USAGE,
			       "there is a domain %s already; end it with: vb-domain stop %s", name,
			       name);
	return vb_fail(err, VB_FAILED, "cannot make the folder %s: %s", path, strerror(errno));
}

static void remove_folder(const char *name)
{
	static const char *const files[] = {"config", "socket", ""};
	char path[KEEPER_PATH_BYTES];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		keeper_path(name, files[i], path);
		remove(path);
	}
}

static int write_config(const struct domain_config *c, char path[KEEPER_PATH_BYTES],
			struct vb_err *err)
{
	FILE *file;
	int rc;

	keeper_path(c->name, "config", path);
	file = fopen(path, "we");
	if (!file)
		return vb_fail(err, VB_FAILED, "cannot write %s: %s", path, strerror(errno));
	rc = domain_config_write(c, file, err);
	fclose(file);
	return rc;
}

static int open_console(const char *name, struct vb_err *err)
{
	char path[64];
	int fd;

	if (xl_console(name, path, sizeof(path), err))
		return -1;
	fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? vb_fail(err, VB_FAILED, "cannot open the console of domain %s, %s: %s",
				name, path, strerror(errno))
		      : fd;
}

/*
 * Whose end is the domain's end as well: the runner's, where nothing else would clean up. One that
 * has ended by now is as good as a file that can be read.
 */
static int open_owner(void)
{
	const char *pid = getenv(OWNER_VARIABLE);
	int fd;

	if (!pid || !pid[0])
		return -1;
	fd = process_pidfd(atoi(pid));
	return fd < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC) : fd;
}

/* It outlives whoever started it, and must keep nothing of his open. */
static void close_others(const struct keeper_spec *spec)
{
	const int kept[] = {spec->console, spec->listener, spec->ready};

	for (int fd = 3; fd < OPEN_FILES_MAX; fd++)
		if (fd != kept[0] && fd != kept[1] && fd != kept[2])
			close(fd);
}

/* A session of its own, as what a command leaves in its own is ended with it. */
static void become_keeper(struct keeper_spec *spec)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close_others(spec);
	signal(SIGHUP, SIG_IGN);
	spec->owner = open_owner();
	keeper_run(spec);
	if (spec->owner >= 0)
		xl_destroy(spec->name, NULL);
	remove_folder(spec->name);
	_exit(VB_OK);
}

int life_await(int *ready, unsigned boot_ms, struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + boot_ms + READY_MARGIN_MS;
	struct pollfd fd = {.fd = *ready, .events = POLLIN};
	char word[600] = "";
	ssize_t n = 0;

	while (vb_left_ms(deadline) && poll(&fd, 1, vb_left_ms(deadline)) < 0)
		;
	if (fd.revents)
		n = read(*ready, word, sizeof(word) - 1);
	close(*ready);
	*ready = -1;
	if (n > 0 && strcmp(word, "ready") == 0)
		return 0;
	return vb_fail(err, VB_FAILED, "%s", n > 0 ? word : "the domain's keeper does not answer");
}

static int start_keeper(const struct domain_config *c, const struct domain_life *life, int console,
			int *ready, struct vb_err *err)
{
	struct keeper_spec spec = {.name = c->name,
				   .console = console,
				   .bare = c->bare,
				   .awaited = life->awaited,
				   .boot_ms = life->boot_ms,
				   .silence_ms = life->silence_ms};
	int fds[2];
	pid_t pid;

	spec.listener = keeper_listen(c->name, err);
	if (spec.listener < 0)
		return -1;
	if (pipe2(fds, O_CLOEXEC))
		return vb_fail(err, VB_FAILED, "no pipe to the domain's keeper: %s",
			       strerror(errno));
	spec.ready = fds[1];
	pid = fork();
	if (pid == 0)
		become_keeper(&spec);
	close(fds[1]);
	close(spec.listener);
	*ready = fds[0];
	return pid < 0 ? vb_fail(err, VB_FAILED, "no process for the domain's keeper: %s",
				 strerror(errno))
		       : 0;
}

/* The keeper has the console before the guest says its first word. */
static int bring_up(const struct domain_config *c, const struct domain_life *life, int *ready,
		    struct vb_err *err)
{
	char config[KEEPER_PATH_BYTES];
	int console, rc;

	if (write_config(c, config, err) || xl_create_paused(c->name, config, err))
		return -1;
	console = open_console(c->name, err);
	if (console < 0)
		return -1;
	rc = start_keeper(c, life, console, ready, err);
	close(console);
	return rc ? -1 : xl_unpause(c->name, err);
}

void life_abort(const char *name, int *ready)
{
	if (*ready >= 0)
		close(*ready);
	*ready = -1;
	client_leave(name, 0, NULL);
	xl_destroy(name, NULL);
	remove_folder(name);
}

int life_begin(const struct domain_config *c, const struct domain_life *life, int *ready,
	       struct vb_err *err)
{
	*ready = -1;
	if (domain_name_check(c->name, err) || xl_check(err) || make_folders(c->name, err))
		return -1;
	if (bring_up(c, life, ready, err) == 0)
		return 0;
	life_abort(c->name, ready);
	return -1;
}

int life_end(const char *name, bool politely, struct vb_err *err)
{
	struct vb_err why = {0};
	char path[KEEPER_PATH_BYTES];
	int rc;

	if (domain_name_check(name, err) || xl_check(err))
		return -1;
	keeper_path(name, "", path);
	if (access(path, F_OK))
		return vb_fail(err, VB_MISSING, "there is no domain %s that vb-domain started",
			       name);
	rc = client_leave(name, politely ? patient(POWER_OFF_MS) : 0, err);
	if (xl_destroy(name, &why)) {
		if (!rc && err)
			*err = why;
		rc = -1;
	}
	remove_folder(name);
	return rc;
}
