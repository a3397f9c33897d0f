/* SPDX-License-Identifier: BSD-2-Clause */
#include "thread_program.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct thread {
	const struct thread_entry *entry;
	int argc;
	char **argv;
	struct thread_env env;
	volatile sig_atomic_t stop;
	bool killed;
	sem_t named; /* posted once tid is set */
	pid_t tid;
	pthread_t handle;
	int status;
	atomic_bool done;
};

static const struct thread_entry *entries;
static int wake_fd = -1;

static const struct thread_entry *find_entry(const char *name)
{
	const char *base = strrchr(name, '/');
	const struct thread_entry *e = entries;

	base = base ? base + 1 : name;
	while (e && e->name && strcmp(e->name, base) != 0)
		e++;
	return e && e->name ? e : NULL;
}

const struct program_ops *thread_or_process(const char *name)
{
	return find_entry(name) ? &program_thread : &program_process;
}

static void wake_session(void)
{
	static const uint64_t one = 1;

	/* Can only fail when the counter is full, and then the session is awake anyway. */
	if (write(wake_fd, &one, sizeof(one)) < 0)
		return;
}

static void *body(void *context)
{
	struct thread *t = context;

	t->tid = gettid();
	sem_post(&t->named);
	t->status = t->entry->main(t->argc, t->argv, &t->env);
	fclose(t->env.out);
	fclose(t->env.err);
	t->env.out = t->env.err = NULL;
	atomic_store(&t->done, true);
	wake_session();
	return NULL;
}

static int copy_arguments(struct thread *t, char *const *argv)
{
	int n = 0;

	while (argv[n])
		n++;
	t->argv = calloc((size_t)n + 1, sizeof(*t->argv));
	for (t->argc = 0; t->argv && t->argc < n; t->argc++) {
		t->argv[t->argc] = strdup(argv[t->argc]);
		if (!t->argv[t->argc])
			return -1;
	}
	return t->argv ? 0 : -1;
}

/* A line is seen as soon as it is whole. */
static FILE *open_stream(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *f = copy < 0 ? NULL : fdopen(copy, "w");

	if (f)
		setvbuf(f, NULL, _IOLBF, 0);
	else if (copy >= 0)
		close(copy);
	return f;
}

static void free_thread(struct thread *t)
{
	for (int i = 0; t->argv && t->argv[i]; i++)
		free(t->argv[i]);
	free(t->argv);
	if (t->env.out)
		fclose(t->env.out);
	if (t->env.err)
		fclose(t->env.err);
	sem_destroy(&t->named);
	free(t);
}

/* Threads that it starts itself inherit the pinning. Returns 0 or an error number. */
static int create(struct thread *t, int cpu)
{
	pthread_attr_t attr;
	cpu_set_t set;
	int rc = pthread_attr_init(&attr);

	if (rc)
		return rc;
	if (cpu != PROTOCOL_ANY_CPU) {
		CPU_ZERO(&set);
		CPU_SET(cpu % CPU_SETSIZE, &set);
		rc = cpu < CPU_SETSIZE ? pthread_attr_setaffinity_np(&attr, sizeof(set), &set)
				       : EINVAL;
	}
	if (!rc)
		rc = pthread_create(&t->handle, &attr, body, t);
	pthread_attr_destroy(&attr);
	return rc;
}

static struct thread *make_thread(const struct protocol_request *r, int out, int err_fd)
{
	struct thread *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	sem_init(&t->named, 0, 0);
	t->entry = find_entry(r->argv[0]);
	t->env.stop = &t->stop;
	t->env.out = open_stream(out);
	t->env.err = open_stream(err_fd);
	if (t->env.out && t->env.err && !copy_arguments(t, r->argv))
		return t;
	free_thread(t);
	return NULL;
}

static int start_thread(struct program *p, const struct protocol_request *r, int out, int err_fd,
			struct vb_err *err)
{
	struct thread *t = make_thread(r, out, err_fd);
	int rc;

	if (!t)
		return vb_fail(err, VB_NO_SPACE, "no memory or descriptors to run %s", r->argv[0]);
	rc = create(t, r->cpu);
	if (rc) {
		free_thread(t);
		if (r->cpu != PROTOCOL_ANY_CPU)
			return vb_fail(err, VB_USAGE, "cannot run %s on CPU %d: %s", r->argv[0],
				       r->cpu, strerror(rc));
		return vb_fail(err, VB_FAILED, "cannot run %s: %s", r->argv[0], strerror(rc));
	}
	while (sem_wait(&t->named) && errno == EINTR)
		;
	p->impl = t;
	p->pid = t->tid;
	return 0;
}

/* No signal reaches a thread alone: each of them asks it to end. */
static int signal_thread(struct program *p, int signal, struct vb_err *err)
{
	struct thread *t = p->impl;

	t->killed |= signal == SIGKILL;
	t->stop = 1;
	return 0;
}

static void release_thread(struct program *p)
{
	struct thread *t = p->impl;

	pthread_join(t->handle, NULL);
	free_thread(t);
	p->impl = NULL;
}

const struct program_ops program_thread = {
	.start = start_thread,
	.signal = signal_thread,
	.release = release_thread,
};

static void collect(struct session *s)
{
	uint64_t count;

	if (read(wake_fd, &count, sizeof(count)) < 0)
		return; /* nobody has ended since the last time */
	for (struct program *p = s->programs; p; p = p->next) {
		struct thread *t = p->impl;

		if (p->ops == &program_thread && !p->ended && atomic_load(&t->done))
			program_ended(p, t->status, t->killed ? SIGKILL : 0);
	}
}

int thread_programs_init(const struct thread_entry *table, struct session *s, struct vb_err *err)
{
	wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (wake_fd < 0)
		return vb_fail(err, VB_FAILED, "cannot watch for the end of threads: %s",
			       strerror(errno));
	entries = table;
	s->wake_fd = wake_fd;
	s->ops_for = thread_or_process;
	s->collect_threads = collect;
	return 0;
}
