/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that the core kicks. */
#include <time.h>
#include <unistd.h>

#include "os_dev.h"

#define NS_PER_MS 1000000LL
#define NS_PER_S  1000000000LL

struct os_worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t kick;
	bool kicked;
	bool ending;
	unsigned nap_ms; /* 0: until it is kicked */
	bool (*fn)(void *arg);
	void *arg;
};

static struct timespec in_ms(unsigned ms)
{
	struct timespec t;
	long long ns;

	clock_gettime(CLOCK_MONOTONIC, &t);
	ns = t.tv_nsec + ms * NS_PER_MS;
	return (struct timespec){t.tv_sec + ns / NS_PER_S, ns % NS_PER_S};
}

/* False: the end has come. */
static bool wait_for_kick(struct os_worker *w, bool again)
{
	struct timespec due = w->nap_ms ? in_ms(w->nap_ms) : (struct timespec){0};
	bool ending, over = again;

	pthread_mutex_lock(&w->lock);
	while (!over && !w->kicked && !w->ending)
		if (w->nap_ms)
			over = pthread_cond_timedwait(&w->kick, &w->lock, &due) != 0;
		else
			pthread_cond_wait(&w->kick, &w->lock);
	w->nap_ms = 0;
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

static void kick_init(struct os_worker *w)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->kick, &attr);
	pthread_condattr_destroy(&attr);
}

int os_worker_create(const char *name, int cpu, bool (*fn)(void *arg), void *arg,
		     struct os_worker **out)
{
	struct os_worker *w = os_alloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->fn = fn;
	w->arg = arg;
	kick_init(w);
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

void os_worker_nap(struct os_worker *w, unsigned ms)
{
	w->nap_ms = ms;
}

void os_worker_destroy(struct os_worker *w)
{
	tell(w, &w->ending);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->kick);
	pthread_mutex_destroy(&w->lock);
	os_free(w);
}
