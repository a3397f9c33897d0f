/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of the generator as threads of a test, over the in-process switch, with their output kept.
 */
#ifndef PG_SESSION_H
#define PG_SESSION_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "pktgen.h"

#define SESSION_WORDS	 48
#define SESSION_LIMIT_MS 20000

struct session {
	char line[1024];
	char *argv[SESSION_WORDS];
	int argc;
	int (*program)(int argc, char **argv, const struct app_env *env);
	FILE *out, *err;
	volatile sig_atomic_t stop;
	int status;
	volatile bool ended;
	pthread_t thread;
	char *out_text, *err_text; /* after session_end */
};

/* Starts pkt-gen with this command line (words separated by spaces). */
struct session *session_start(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same for another program, as which the line's first word is its name. */
struct session *session_start_program(int (*program)(int, char **, const struct app_env *),
				      const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Waits until its output holds the text; false after a generous limit. */
bool session_says(struct session *s, const char *text);

/* Waits until it ends by itself, then reads its output. False (and stopped by force) after a
 * generous limit. */
bool session_end(struct session *s);

/* Interrupts it, then as session_end. */
bool session_stop(struct session *s);
void session_free(struct session *s);

/* The last JSON line of this type, NULL if there is none. The caller drops the reference. */
json_t *session_json(const struct session *s, const char *type);

/* A number of the JSON line of this type, by the path "a" or "a.b"; -1 if it is not there. */
double session_number(const struct session *s, const char *type, const char *path);

/* A command line that ends at once: with this status, these words and so many lines on stderr. */
struct session_refusal {
	const char *line, *says;
	int status;
	unsigned lines;
};

/* Those of the table that do otherwise; each is printed with what it said. */
unsigned session_refusals_wrong(int (*program)(int, char **, const struct app_env *),
				const struct session_refusal *table, size_t n);

/* How many lines of standard error, or standard output, hold the text. */
unsigned session_count(const char *output, const char *text);

#endif
