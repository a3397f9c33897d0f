/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a netmap program is made of when it may also run as a thread beside others: its streams, the
 * device and the flag that ends it; log lines; one table of options.
 */
#ifndef GEN_APP_H
#define GEN_APP_H

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"
#include "libnetmap/device.h"

#define APP_WAIT_SLICE_MS 100 /* how long a program may not notice that it should stop */

struct app_env {
	const struct nmdev_ops *nmdev;	   /* how netmap: and vale names are reached */
	FILE *out;			   /* stands for stdout */
	FILE *err;			   /* stands for stderr */
	const volatile sig_atomic_t *stop; /* non-zero: end soon, as after SIGINT */
};

/* Runs a program on the kernel's device, until it ends or SIGINT or SIGTERM comes. */
int app_run(int argc, char **argv, int (*program)(int, char **, const struct app_env *));

struct app {
	struct nmctx_of context; /* first: messages come with its address */
	const struct app_env *env;
};

/* Messages of libnetmap become log lines. */
void app_begin(struct app *app, const struct app_env *env);
void app_end(struct app *app);

/* A log line as netmap's programs write them: seconds modulo 1000, function, line, text. */
__attribute__((format(printf, 4, 5))) void app_log_line(FILE *f, const char *func, int line,
							const char *fmt, ...);
void app_vlog(FILE *f, const char *func, int line, const char *fmt, va_list ap);
#define app_log(app, ...) app_log_line((app)->env->err, __func__, __LINE__, __VA_ARGS__)

bool app_stopped(const struct app *app);
/* Waits, unless stopped. */
void app_sleep(const struct app *app, unsigned seconds);

/*
 * After a wait: logs once that a port is broken (POLLERR), and then pauses so that going on does
 * not take a whole CPU. `said` is the caller's memory of that.
 */
void app_check_port(const struct app *app, const struct nmdev_wait *w, const char *name,
		    bool *said);

/* --- Options --- */

struct app_option {
	char letter;	   /* or, in the rows behind the others, 0 */
	const char *name;  /* and then "--name", without a value */
	const char *value; /* what the value is called; NULL: it has none */
	const char *help;
	/* 0, or -1 with err. config is the program's. */
	int (*set)(void *config, const char *value, struct vb_err *err);
};

struct app_options {
	const char *usage; /* the line behind "usage: " */
	const struct app_option *option;
	size_t count;
	int (*positional)(void *config, const char *word, struct vb_err *err); /* NULL: none */
};

/* Re-entrant. 0, or -1 with err. */
int app_options_parse(const struct app_options *o, void *config, int argc, char **argv,
		      struct vb_err *err);
void app_options_usage(const struct app_options *o, FILE *f);

/* A whole decimal number of at most max. 0, or -1 with err that names the option. */
int app_number(const char *option, const char *text, uint64_t max, uint64_t *value,
	       struct vb_err *err);

#endif
