/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lets netmap.ko run out of memory at a chosen place, on kernels that cannot inject faults: who
 * writes N to the parameter fail_nth has its Nth allocation from then on fail. Read, it says how
 * many were left to go: 0 when one failed. The module under test is the one that is used.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>

/* What netmap.ko allocates with; each answers NULL when there is no memory. */
static const char *const sites[] = {
	"netmap:os_alloc",
	"netmap:os_block_alloc",
	"alloc_netdev_mqs",
	"vmap",
};

static struct kprobe probes[ARRAY_SIZE(sites)];
static struct task_struct *victim; /* compared only: it may be gone */
static int left;

static noinline notrace void *no_memory(void)
{
	return NULL;
}

/* Entered in place of the function, it returns to the function's caller. */
static int site_entered(struct kprobe *p, struct pt_regs *regs)
{
	if (current != READ_ONCE(victim) || left <= 0 || --left > 0)
		return 0;
	instruction_pointer_set(regs, (unsigned long)no_memory);
	return 1;
}

/* Without one, a probe may be turned into a jump, which cannot send its caller elsewhere. */
static void site_left(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static int fail_nth_set(const char *text, const struct kernel_param *param)
{
	int n, error = kstrtoint(text, 10, &n);

	if (error)
		return error;
	left = n;
	WRITE_ONCE(victim, current);
	return 0;
}

static int fail_nth_get(char *text, const struct kernel_param *param)
{
	return sprintf(text, "%d\n", left);
}

static const struct kernel_param_ops fail_nth_ops = {
	.set = fail_nth_set,
	.get = fail_nth_get,
};
module_param_cb(fail_nth, &fail_nth_ops, NULL, 0600);
MODULE_PARM_DESC(fail_nth, "which allocation of the writer fails, counted from now on");

static int __init faults_init(void)
{
	size_t i;
	int error = 0;

	for (i = 0; !error && i < ARRAY_SIZE(sites); i++) {
		probes[i] = (struct kprobe){
			.symbol_name = sites[i],
			.pre_handler = site_entered,
			.post_handler = site_left,
		};
		error = register_kprobe(&probes[i]);
		if (error)
			pr_err("nm_faults: cannot watch %s: error %d\n", sites[i], error);
	}
	while (error && --i)
		unregister_kprobe(&probes[i - 1]);
	return error;
}

static void __exit faults_exit(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sites); i++)
		unregister_kprobe(&probes[i]);
}

module_init(faults_init);
module_exit(faults_exit);

MODULE_DESCRIPTION("Failing allocations for the tests of netmap.ko");
MODULE_LICENSE("Dual BSD/GPL");
