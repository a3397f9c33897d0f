/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A sync holds a spinlock, so no more of them are under way than there are processors, nor than
 * queues have ends. Only where spinlocks sleep there may be more for a moment.
 */
#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "batch.h"

#define ENDS 2 /* of a queue */

static DEFINE_MUTEX(users_lock);
static unsigned int users, have;

static DEFINE_SPINLOCK(idle_lock);
static struct vif_batch *idle;

static unsigned int wanted(void)
{
	return min(ENDS * users, num_possible_cpus());
}

struct vif_batch *vif_batch_take(void)
{
	struct vif_batch *batch;

	spin_lock(&idle_lock);
	batch = idle;
	if (likely(batch))
		idle = batch->next;
	spin_unlock(&idle_lock);
	return batch;
}

void vif_batch_give(struct vif_batch *batch)
{
	spin_lock(&idle_lock);
	batch->next = idle;
	idle = batch;
	spin_unlock(&idle_lock);
}

/* One that is lent now is one too many until the next queue ends. */
static void fewer(void)
{
	struct vif_batch *batch;

	while (have > wanted() && (batch = vif_batch_take()) != NULL) {
		vfree(batch);
		have--;
	}
}

static int more(void)
{
	struct vif_batch *batch;

	for (; have < wanted(); have++) {
		batch = vmalloc(sizeof(*batch));
		if (!batch)
			return -ENOMEM;
		vif_batch_give(batch);
	}
	return 0;
}

int vif_batches_begin(void)
{
	int error;

	mutex_lock(&users_lock);
	users++;
	error = more();
	if (error) {
		users--;
		fewer();
	}
	mutex_unlock(&users_lock);
	return error;
}

void vif_batches_end(void)
{
	mutex_lock(&users_lock);
	users--;
	fewer();
	mutex_unlock(&users_lock);
}
