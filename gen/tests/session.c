/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP_MS 5

static char *read_back(FILE *f)
{
	long bytes;
	char *text;

	fflush(f);
	fseek(f, 0, SEEK_END);
	bytes = ftell(f);
	text = calloc(1, (size_t)bytes + 1);
	if (text && pread(fileno(f), text, (size_t)bytes, 0) != bytes)
		text[0] = '\0';
	return text;
}

static void *session_main(void *arg)
{
	struct session *s = arg;
	const struct app_env env = {
		.nmdev = &nmdev_inproc, .out = s->out, .err = s->err, .stop = &s->stop};

	s->status = s->program(s->argc, s->argv, &env);
	s->ended = true;
	return NULL;
}

static void launch(struct session *s)
{
	char *save, *word;

	for (word = strtok_r(s->line, " ", &save); word; word = strtok_r(NULL, " ", &save))
		s->argv[s->argc++] = word;
	s->out = tmpfile();
	s->err = tmpfile();
	if (!s->out || !s->err || pthread_create(&s->thread, NULL, session_main, s))
		abort();
}

static struct session *start(char *name, int (*program)(int, char **, const struct app_env *),
			     const char *fmt, va_list ap)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	vsnprintf(s->line, sizeof(s->line), fmt, ap);
	if (name)
		s->argv[s->argc++] = name;
	s->program = program;
	launch(s);
	return s;
}

struct session *session_start(const char *fmt, ...)
{
	struct session *s;
	va_list ap;

	va_start(ap, fmt);
	s = start("pkt-gen", pktgen_main, fmt, ap);
	va_end(ap);
	return s;
}

struct session *session_start_program(int (*program)(int, char **, const struct app_env *),
				      const char *fmt, ...)
{
	struct session *s;
	va_list ap;

	va_start(ap, fmt);
	s = start(NULL, program, fmt, ap);
	va_end(ap);
	return s;
}

/* Reads past stdio's position, which belongs to the running threads. */
static bool holds(FILE *f, const char *text)
{
	static char buf[1 << 18];
	ssize_t n = pread(fileno(f), buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	return strstr(buf, text) != NULL;
}

bool session_says(struct session *s, const char *text)
{
	int ms;

	for (ms = 0; ms < SESSION_LIMIT_MS; ms += STEP_MS) {
		if (holds(s->out, text) || holds(s->err, text))
			return true;
		if (s->ended)
			return holds(s->out, text) || holds(s->err, text);
		usleep(STEP_MS * 1000);
	}
	return false;
}

bool session_end(struct session *s)
{
	bool by_itself;
	int ms;

	for (ms = 0; ms < SESSION_LIMIT_MS && !s->ended; ms += STEP_MS)
		usleep(STEP_MS * 1000);
	by_itself = s->ended;
	s->stop = 1;
	pthread_join(s->thread, NULL);
	s->out_text = read_back(s->out);
	s->err_text = read_back(s->err);
	return by_itself;
}

bool session_stop(struct session *s)
{
	s->stop = 1;
	return session_end(s);
}

void session_free(struct session *s)
{
	fclose(s->out);
	fclose(s->err);
	free(s->out_text);
	free(s->err_text);
	free(s);
}

json_t *session_json(const struct session *s, const char *type)
{
	const char *line = s->out_text, *end;
	json_t *found = NULL, *object;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		object = json_loadb(line, (size_t)(end - line), 0, NULL);
		if (object &&
		    strcmp(json_string_value(json_object_get(object, "type")), type) == 0) {
			json_decref(found);
			found = object;
		} else {
			json_decref(object);
		}
	}
	return found;
}

double session_number(const struct session *s, const char *type, const char *path)
{
	json_t *object = session_json(s, type), *value;
	const char *dot = strchr(path, '.');
	char first[32];
	double number;

	snprintf(first, sizeof(first), "%.*s", dot ? (int)(dot - path) : (int)strlen(path), path);
	value = json_object_get(object, first);
	if (dot)
		value = json_object_get(value, dot + 1);
	number = json_is_number(value) ? json_number_value(value) : -1;
	json_decref(object);
	return number;
}

unsigned session_count(const char *output, const char *text)
{
	unsigned n = 0;

	for (; (output = strstr(output, text)); output += strlen(text))
		n++;
	return n;
}

static bool refuses(const struct session *s, const struct session_refusal *r)
{
	return s->status == r->status && strstr(s->err_text, r->says) &&
	       session_count(s->err_text, "\n") == r->lines;
}

unsigned session_refusals_wrong(int (*program)(int, char **, const struct app_env *),
				const struct session_refusal *table, size_t n)
{
	unsigned wrong = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		struct session *s = session_start_program(program, "%s", table[i].line);

		if (!session_end(s) || !refuses(s, &table[i])) {
			printf("\n  %s: status %d: %s", table[i].line, s->status, s->err_text);
			wrong++;
		}
		session_free(s);
	}
	return wrong;
}
