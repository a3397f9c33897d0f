/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Does one thing wrong when it is loaded, which a kernel that watches itself has to see: by it the
 * tests know that such a kernel does watch.
 */
#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define OBJECT_BYTES 100

/* What the compiler cannot follow it does not warn of. */
static char *volatile object;
static volatile int number = 40;

static void use_after_free(void)
{
	object = kmalloc(OBJECT_BYTES, GFP_KERNEL);
	kfree(object);
	if (object)
		number += object[1];
}

static void out_of_bounds(void)
{
	object = kmalloc(OBJECT_BYTES, GFP_KERNEL);
	if (object)
		object[OBJECT_BYTES + number - 40] = 1;
	kfree(object);
}

static void double_free(void)
{
	object = kmalloc(OBJECT_BYTES, GFP_KERNEL);
	kfree(object);
	kfree(object);
}

static void leak(void)
{
	int i;

	/*
	 * One may still stand in a register or on a stack. Cleared, as each would else hold the
	 * list of free ones that led to the next, and be a reference to all that follow.
	 */
	for (i = 0; i < 10; i++)
		object = kzalloc(OBJECT_BYTES, GFP_KERNEL);
	object = NULL;
}

static void lock_inversion(void)
{
	static DEFINE_MUTEX(first);
	static DEFINE_MUTEX(second);

	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void sleep_in_atomic(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	msleep(1);
	spin_unlock(&lock);
}

static void list_twice(void)
{
	static LIST_HEAD(head);
	static struct list_head item;

	list_add(&item, &head);
	list_add(&item, &head);
}

static void shift_too_far(void)
{
	number = 1 << number;
}

static const struct {
	const char *name;
	void (*commit)(void);
} defects[] = {
	{"use-after-free", use_after_free},
	{"out-of-bounds", out_of_bounds},
	{"double-free", double_free},
	{"leak", leak},
	{"lock-inversion", lock_inversion},
	{"sleep-in-atomic", sleep_in_atomic},
	{"list-twice", list_twice},
	{"shift-too-far", shift_too_far},
};

static char *defect = "";
module_param(defect, charp, 0400);
MODULE_PARM_DESC(defect, "which one");

static int __init defects_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(defects); i++)
		if (strcmp(defects[i].name, defect) == 0) {
			defects[i].commit();
			return 0;
		}
	pr_err("nm_defects: there is no defect '%s'\n", defect);
	return -EINVAL;
}

static void __exit defects_exit(void)
{
}

module_init(defects_init);
module_exit(defects_exit);

MODULE_DESCRIPTION("Defects for the tests of kernels that watch themselves");
MODULE_LICENSE("Dual BSD/GPL");
