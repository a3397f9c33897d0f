/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that the core kicks. */
#include <unistd.h>

#include "os_dev.h"

struct os_worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t kick;
	bool kicked;
	bool ending;
	bool (*fn)(void *arg);
	void *arg;
};

/* False: the end has come. */
static bool wait_for_kick(struct os_worker *w, bool again)
{
	bool ending;

	pthread_mutex_lock(&w->lock);
	while (!again && !w->kicked && !w->ending)
		pthread_cond_wait(&w->kick, &w->lock);
	w->kicked = false;
	ending = w->ending;
	pthread_mutex_unlock(&w->lock);
	return !ending;
}

static void *worker_main(void *arg)
{
	struct os_worker *w = arg;
	bool again = false;

	while (wait_for_kick(w, again)) {
		again = w->fn(w->arg);
		os_relax();
	}
	return NULL;
}

unsigned os_cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

int os_worker_create(const char *name, int cpu, bool (*fn)(void *arg), void *arg,
		     struct os_worker **out)
{
	struct os_worker *w = os_alloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->fn = fn;
	w->arg = arg;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->kick, NULL);
	if (pthread_create(&w->thread, NULL, worker_main, w)) {
		pthread_cond_destroy(&w->kick);
		pthread_mutex_destroy(&w->lock);
		os_free(w);
		return -ENOMEM;
	}
	*out = w;
	return 0;
}

static void tell(struct os_worker *w, bool *what)
{
	pthread_mutex_lock(&w->lock);
	*what = true;
	pthread_cond_signal(&w->kick);
	pthread_mutex_unlock(&w->lock);
}

void os_worker_kick(struct os_worker *w)
{
	tell(w, &w->kicked);
}

void os_worker_destroy(struct os_worker *w)
{
	tell(w, &w->ending);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->kick);
	pthread_mutex_destroy(&w->lock);
	os_free(w);
}
