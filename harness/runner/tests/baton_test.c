/* SPDX-License-Identifier: BSD-2-Clause */
/* Two runners take turns; neither waits for one that has ended. */
#include <signal.h>
#include <unistd.h>

#include "baton.h"
#include "suite.h"

#define SOON_MS 5

static struct baton a, b;

static void enter(void)
{
	int to_a[2], to_b[2];

	CU_ASSERT_EQUAL_FATAL(pipe(to_a), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(to_b), 0);
	a = (struct baton){.in = to_a[0], .out = to_b[1]};
	b = (struct baton){.in = to_b[0], .out = to_a[1], .second = true};
}

static void end(struct baton *one)
{
	close(one->in);
	close(one->out);
}

static void test_turns(void)
{
	int i;

	enter();
	CU_ASSERT_FALSE(baton_mine(&a, SOON_MS)); /* the other one still boots */
	CU_ASSERT_FALSE(baton_mine(&b, SOON_MS)); /* now it has */
	for (i = 0; i < 3; i++) {
		CU_ASSERT_TRUE(baton_mine(&a, SOON_MS));
		CU_ASSERT_FALSE(baton_mine(&b, SOON_MS));
		baton_pass(&a);
		CU_ASSERT_TRUE(baton_mine(&b, SOON_MS));
		CU_ASSERT_FALSE(baton_mine(&a, SOON_MS));
		baton_pass(&b);
	}
	end(&a);
	end(&b);
}

static void test_first_ends(void)
{
	enter();
	CU_ASSERT_FALSE(baton_mine(&b, SOON_MS));
	end(&a);
	CU_ASSERT_TRUE(baton_mine(&b, SOON_MS));
	baton_pass(&b);
	CU_ASSERT_TRUE(baton_mine(&b, SOON_MS));
	end(&b);
}

static void test_second_ends_at_once(void)
{
	enter();
	end(&b);
	CU_ASSERT_TRUE(baton_mine(&a, SOON_MS));
	baton_pass(&a);
	CU_ASSERT_TRUE(baton_mine(&a, SOON_MS));
	end(&a);
}

static const struct suite_test tests[] = {
	{"turns alternate, and begin when both have booted", test_turns},
	{"the second goes on when the first has ended", test_first_ends},
	{"the first goes on when the second never came", test_second_ends_at_once},
};

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	return suite_run("baton", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
