/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of the host, the hash, and who is running. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "identity.h"
#include "provenance.h"
#include "suite.h"

static void test_host(void)
{
	struct provenance p;

	provenance_collect(&p, NULL);
	CU_ASSERT_TRUE(p.cpus >= 1);
	CU_ASSERT_TRUE(p.memory_bytes > 64 << 20);
	CU_ASSERT_TRUE(strlen(p.host_kernel) > 2);
	CU_ASSERT_TRUE(strlen(p.cpu_model) > 2);
	/* inside git both are known, outside neither */
	CU_ASSERT_EQUAL(p.commit[0] != '\0', p.dirty >= 0);
	if (p.commit[0])
		CU_ASSERT_EQUAL(strspn(p.commit, "0123456789abcdef"), strlen(p.commit));
	CU_ASSERT_TRUE(provenance_load() >= 0);
}

static void test_outside_git(void)
{
	char here[4096];
	struct provenance p;

	CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(here, sizeof(here)));
	CU_ASSERT_EQUAL_FATAL(chdir("/proc"), 0);
	provenance_collect(&p, NULL);
	CU_ASSERT_EQUAL_FATAL(chdir(here), 0);
	CU_ASSERT_STRING_EQUAL(p.commit, "");
	CU_ASSERT_EQUAL(p.dirty, -1);
}

/* What a tree with a committed file and baseline is said to be once that file is changed. */
static int dirty_after(const char *changed)
{
	char tree[] = "/tmp/provenance-XXXXXX", command[512];
	struct provenance p = {.dirty = -2};

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(tree));
	snprintf(command, sizeof(command),
		 "cd %s && git init -q && mkdir -p results/baselines && echo 1 | tee code "
		 "results/baselines/one >/dev/null && git add . && "
		 "git -c user.name=t -c user.email=t@localhost commit -q -m t && echo 2 >%s",
		 tree, changed);
	CU_ASSERT_EQUAL(system(command), 0);
	provenance_collect(&p, tree);
	snprintf(command, sizeof(command), "rm -rf %s", tree);
	CU_ASSERT_EQUAL(system(command), 0);
	return p.dirty;
}

static void test_changes(void)
{
	CU_ASSERT_EQUAL(dirty_after("code"), 1);
	CU_ASSERT_EQUAL(dirty_after("untracked"), 0);
	CU_ASSERT_EQUAL(dirty_after("results/baselines/one"), 0);
}

/* FIPS 180-4 examples. */
static void test_sha256(void)
{
	char hex[65];

	provenance_sha256("abc", 3, hex);
	CU_ASSERT_STRING_EQUAL(hex,
			       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	provenance_sha256("", 0, hex);
	CU_ASSERT_STRING_EQUAL(hex,
			       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_now(void)
{
	char text[32];

	provenance_now(text, sizeof(text));
	CU_ASSERT_EQUAL(strlen(text), 20);
	CU_ASSERT_EQUAL(text[10], 'T');
	CU_ASSERT_EQUAL(text[19], 'Z');
}

static void test_identity(void)
{
	char *mine = identity_of(getpid()), *child;
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	child = identity_of(pid);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mine);
	CU_ASSERT_PTR_NOT_NULL_FATAL(child);
	CU_ASSERT_TRUE(identity_lives(getpid(), mine));
	CU_ASSERT_TRUE(identity_lives(pid, child));
	CU_ASSERT_FALSE(identity_lives(getpid(), "another boot/1"));
	CU_ASSERT_FALSE(identity_lives(getpid(), NULL));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	CU_ASSERT_FALSE(identity_lives(pid, child));
	free(mine);
	free(child);
}

static const struct suite_test tests[] = {
	{"host", test_host},	   {"outside git", test_outside_git},
	{"changes", test_changes}, {"sha256", test_sha256},
	{"now", test_now},	   {"identity", test_identity},
};

SUITE_MAIN("provenance", tests)
