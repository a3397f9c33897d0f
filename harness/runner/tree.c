/* SPDX-License-Identifier: BSD-2-Clause */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "disk.h"
#include "process.h"

#define FOLDER	       "build/trees"
#define GIT_LIMIT_MS   120000
#define BUILD_LIMIT_MS (30 * 60 * 1000)
#define SHORT_COMMIT   12

/* The user's hooks are for his own tree. */
#define GIT "git", "-c", "core.hooksPath=/dev/null"

static int resolve_here(struct tree *t)
{
	char *words[] = {"sh", "-c", "git rev-parse --verify --quiet HEAD || true", NULL};
	char out[128] = "";

	t->here = true;
	process_capture(words, GIT_LIMIT_MS, out, sizeof(out), NULL);
	snprintf(t->commit, sizeof(t->commit), "%.*s", (int)strcspn(out, "\n"), out);
	return 0;
}

int tree_resolve(struct tree *t, const char *word, struct vb_err *err)
{
	char *name = alloc_printf("%s^{commit}", word);
	char *words[] = {GIT, "rev-parse", "--verify", "--quiet", "--end-of-options", name, NULL};
	char out[128] = "";
	int rc;

	*t = (struct tree){0};
	if (strcmp(word, TREE_HERE) == 0) {
		free(name);
		return resolve_here(t);
	}
	rc = process_capture(words, GIT_LIMIT_MS, out, sizeof(out), err);
	free(name);
	if (rc && err->code != VB_FAILED)
		return -1;
	if (rc)
		return vb_fail(err, VB_USAGE,
			       "'%.80s' names no commit of this repository and no stored run",
			       word);
	snprintf(t->commit, sizeof(t->commit), "%.*s", (int)strcspn(out, "\n"), out);
	return 0;
}

int tree_open(struct tree *t, struct vb_err *err)
{
	char *words[] = {GIT,  "worktree",	  "add", "--quiet", "--detach", "--force",
			 NULL, (char *)t->commit, NULL};
	static unsigned number; /* two sides may be the same commit */
	char out[128];
	size_t i;

	if (t->here) {
		t->path = alloc_string(TREE_HERE);
		return 0;
	}
	if (disk_make_folder("build", err) || disk_make_folder(FOLDER, err))
		return -1;
	t->path = alloc_printf(FOLDER "/%.*s-%u.%d", SHORT_COMMIT, t->commit, ++number,
			       (int)getpid());
	for (i = 0; words[i]; i++)
		;
	words[i] = t->path;
	if (process_capture(words, GIT_LIMIT_MS, out, sizeof(out), err) == 0)
		return 0;
	tree_close(t);
	if (err->code > VB_INTERNAL)
		err->code = VB_FAILED; /* git's own statuses are none of ours */
	return -1;
}

int tree_build(const struct tree *t, struct vb_err *err)
{
	char *log = alloc_printf(FOLDER "/%.*s.log", SHORT_COMMIT, t->here ? "here" : t->commit);
	char *words[] = {"sh",
			 "-c",
			 "mkdir -p " FOLDER " && exec make -C \"$0\" --no-print-directory "
			 "-j\"$(nproc)\" programs >\"$1\" 2>&1 </dev/null",
			 t->path,
			 log,
			 NULL};
	char out[16];
	int rc = process_capture(words, BUILD_LIMIT_MS, out, sizeof(out), err);

	if (rc && err->code != VB_INTERRUPTED && err->code != VB_TIMEOUT)
		vb_fail(err, VB_FAILED, "%.*s does not build: see %s", SHORT_COMMIT,
			t->here ? "the tree" : t->commit, log);
	else if (rc == 0)
		unlink(log);
	free(log);
	return rc;
}

static void take_away(char *path)
{
	/* By hand as well: git leaves a tree alone that it has lost track of. */
	char *words[] = {"sh", "-c",
			 "git worktree remove --force --force \"$0\" 2>/dev/null; rm -rf \"$0\"; "
			 "git worktree prune 2>/dev/null; true",
			 path, NULL};
	pid_t pid;
	struct process_spec spec = {.argv = words,
				    .stdin_fd = -1,
				    .stdout_fd = -1,
				    .stderr_fd = -1,
				    .cpu = PROCESS_ANY_CPU};
	int status;

	/* Not process_capture(): a Ctrl-C that came before must not keep it from doing its work. */
	pid = process_start(&spec, NULL);
	while (pid > 0 && process_wait(pid, GIT_LIMIT_MS, &status) == -EINTR)
		;
}

void tree_close(struct tree *t)
{
	if (t->path && !t->here)
		take_away(t->path);
	free(t->path);
	t->path = NULL;
}

void tree_sweep(void)
{
	DIR *folder = opendir(FOLDER);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		const char *dot = strrchr(entry->d_name, '.');
		int pid = dot ? atoi(dot + 1) : 0;
		char *path;

		if (pid <= 0 || kill(pid, 0) == 0 || errno != ESRCH)
			continue;
		path = alloc_printf(FOLDER "/%s", entry->d_name);
		take_away(path);
		free(path);
	}
	if (folder)
		closedir(folder);
}
