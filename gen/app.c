/* SPDX-License-Identifier: BSD-2-Clause */
#include "app.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "monotonic.h"

#define LINE_BYTES	1024
#define BROKEN_PAUSE_MS 10

static volatile sig_atomic_t stop_signal;

static void on_signal(int sig)
{
	(void)sig;
	stop_signal = 1;
}

int app_run(int argc, char **argv, int (*program)(int, char **, const struct app_env *))
{
	const struct app_env env = {
		.nmdev = &nmdev_kernel, .out = stdout, .err = stderr, .stop = &stop_signal};
	const struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return program(argc, argv, &env);
}

static void log_message(struct nmctx *ctx, const char *text)
{
	app_log((const struct app *)ctx, "%s", text);
}

void app_begin(struct app *app, const struct app_env *env)
{
	app->env = env;
	nmctx_begin(&app->context, env->nmdev, log_message);
}

void app_end(struct app *app)
{
	nmctx_end(&app->context);
}

void app_vlog(FILE *f, const char *func, int line, const char *fmt, va_list ap)
{
	char text[LINE_BYTES];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	vsnprintf(text, sizeof(text), fmt, ap);
	fprintf(f, "%03d.%06ld %s [%d] %s\n", (int)(now.tv_sec % 1000),
		now.tv_nsec / (long)NS_PER_US, func, line, text);
	fflush(f);
}

void app_log_line(FILE *f, const char *func, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	app_vlog(f, func, line, fmt, ap);
	va_end(ap);
}

bool app_stopped(const struct app *app)
{
	return app->env->stop && *app->env->stop;
}

void app_sleep(const struct app *app, unsigned seconds)
{
	uint64_t until = clock_ns() + seconds * NS_PER_S, now;

	while (!app_stopped(app) && (now = clock_ns()) < until) {
		uint64_t slice = now + APP_WAIT_SLICE_MS * NS_PER_MS;

		clock_sleep_until(slice < until ? slice : until);
	}
}

void app_check_port(const struct app *app, const struct nmdev_wait *w, const char *name, bool *said)
{
	bool broken = w->revents & POLLERR;

	if (broken && !*said)
		app_log(app, "error on %s, going on", name);
	if (broken)
		clock_sleep_until(clock_ns() + BROKEN_PAUSE_MS * NS_PER_MS);
	*said = broken;
}

static const struct app_option *find(const struct app_options *o, char letter)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		if (o->option[i].letter == letter)
			return &o->option[i];
	return NULL;
}

/* The letters of one word; *next is the word behind, which a value may take. */
static int take_letters(const struct app_options *o, void *config, const char *word, char ***next,
			struct vb_err *err)
{
	const char *p = word + 1;

	for (; *p; p++) {
		const struct app_option *option = find(o, *p);
		const char *value = p[1] ? p + 1 : **next;

		if (!option)
			return vb_fail(err, VB_USAGE, "unknown option -%c; usage: %s", *p,
				       o->usage);
		if (!option->value) {
			if (option->set(config, NULL, err))
				return -1;
			continue;
		}
		if (!value)
			return vb_fail(err, VB_USAGE, "-%c: a value is missing: %s", *p,
				       option->value);
		if (!p[1])
			(*next)++;
		return option->set(config, value, err);
	}
	return 0;
}

static int take_name(const struct app_options *o, void *config, const char *name,
		     struct vb_err *err)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		if (o->option[i].name && strcmp(o->option[i].name, name) == 0)
			return o->option[i].set(config, NULL, err);
	return vb_fail(err, VB_USAGE, "unknown option --%s; usage: %s", name, o->usage);
}

int app_options_parse(const struct app_options *o, void *config, int argc, char **argv,
		      struct vb_err *err)
{
	char **next = argv + (argc > 0);
	int ret = 0;

	while (ret == 0 && *next) {
		const char *word = *next++;

		if (word[0] == '-' && word[1] == '-')
			ret = take_name(o, config, word + 2, err);
		else if (word[0] == '-' && word[1])
			ret = take_letters(o, config, word, &next, err);
		else if (o->positional)
			ret = o->positional(config, word, err);
		else
			ret = vb_fail(err, VB_USAGE, "stray argument \"%s\"; usage: %s", word,
				      o->usage);
	}
	return ret;
}

void app_options_usage(const struct app_options *o, FILE *f)
{
	size_t i;

	fprintf(f, "usage: %s\n", o->usage);
	for (i = 0; i < o->count; i++) {
		const struct app_option *option = &o->option[i];

		if (option->letter)
			fprintf(f, "  -%c %-10s %s\n", option->letter,
				option->value ? option->value : "", option->help);
		else
			fprintf(f, "  --%-11s %s\n", option->name, option->help);
	}
}

int app_number(const char *option, const char *text, uint64_t max, uint64_t *value,
	       struct vb_err *err)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || n > max)
		return vb_fail(err, VB_USAGE, "%s: \"%s\" is no whole number from 0 to %llu",
			       option, text, (unsigned long long)max);
	*value = n;
	return 0;
}
