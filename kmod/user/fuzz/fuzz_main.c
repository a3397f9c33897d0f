/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_ioctl: replays every seed of the corpus, then runs inputs made from them by chance for
 * VB_FUZZ_SECONDS (3), beginning with the seed VB_FUZZ_SEED (1). A seed is text: bytes in
 * hexadecimal, what follows a # is a comment.
 *
 * Usage: fuzz_ioctl [FILE...]          those seeds instead of the corpus, and no chance
 *        fuzz_ioctl --binary FILE OUT  the seed's bytes, for another fuzzer
 */
#include "fuzz.h"

#include <ctype.h>
#include <glob.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "err.h"

#define CORPUS		"kmod/user/fuzz/corpus/*.txt"
#define INPUT_LIMIT_S	20
#define DEFAULT_SECONDS 3
#define SEEDS_MAX	200

struct input {
	uint8_t bytes[FUZZ_INPUT_MAX];
	size_t size;
};

static struct input seeds[SEEDS_MAX];
static size_t nseeds;
static const struct input *running;

void __sanitizer_set_death_callback(void (*callback)(void));

/* The input that did it, as a seed; only what a signal handler may call. */
static void tell_input(void)
{
	char line[3 * FUZZ_RECORD_BYTES + 1];
	size_t i;

	if (!running)
		return;
	for (i = 0; i < running->size; i++) {
		size_t at = i % FUZZ_RECORD_BYTES;

		snprintf(line + 3 * at, 4, "%02x%c", running->bytes[i],
			 at + 1 == FUZZ_RECORD_BYTES ? '\n' : ' ');
		if (at + 1 == FUZZ_RECORD_BYTES && write(STDERR_FILENO, line, 3 * (at + 1)) < 0)
			return;
	}
}

static void ended(int sig)
{
	const char *why = sig == SIGALRM ? "fuzz: an input was not done in time:\n"
					 : "fuzz: an input made the switch abort:\n";

	if (write(STDERR_FILENO, why, strlen(why)) > 0)
		tell_input();
	_exit(VB_FAILED);
}

static void run(const struct input *input)
{
	running = input;
	alarm(INPUT_LIMIT_S);
	fuzz_run(input->bytes, input->size);
	alarm(0);
	running = NULL;
}

static int digit(int c)
{
	return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

/* False: a line of the file is no bytes. */
static bool parse_line(const char *line, struct input *input)
{
	for (; *line && *line != '#'; line++) {
		if (isspace((unsigned char)*line))
			continue;
		if (digit(line[0]) < 0 || digit(line[1]) < 0 || input->size == FUZZ_INPUT_MAX)
			return false;
		input->bytes[input->size++] = digit(line[0]) << 4 | digit(line[1]);
		line++;
	}
	return true;
}

static void load(const char *path, struct input *input)
{
	char line[512];
	unsigned n = 0;
	FILE *f = fopen(path, "r");

	input->size = 0;
	while (f && fgets(line, sizeof(line), f)) {
		n++;
		if (parse_line(line, input))
			continue;
		fprintf(stderr, "fuzz: %s:%u: not bytes in hexadecimal, or too many\n", path, n);
		exit(VB_USAGE);
	}
	if (!f) {
		fprintf(stderr, "fuzz: cannot read the seed %s\n", path);
		exit(VB_MISSING);
	}
	fclose(f);
}

static void load_corpus(void)
{
	glob_t found;
	size_t i;

	if (glob(CORPUS, 0, NULL, &found)) {
		fprintf(stderr, "fuzz: no seeds in %s; run it from the top folder\n", CORPUS);
		exit(VB_MISSING);
	}
	for (i = 0; i < found.gl_pathc && nseeds < SEEDS_MAX; i++)
		load(found.gl_pathv[i], &seeds[nseeds++]);
	globfree(&found);
}

static long from_environment(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : otherwise;
}

/* Each input grows from a seed or from the one before, so that long sequences come about. */
static unsigned long by_chance(void)
{
	time_t until = time(NULL) + from_environment("VB_FUZZ_SECONDS", DEFAULT_SECONDS);
	unsigned seed = (unsigned)from_environment("VB_FUZZ_SEED", 1);
	static struct input input;
	unsigned long inputs = 0;

	while (time(NULL) < until) {
		if (rand_r(&seed) % 4 == 0)
			input = seeds[rand_r(&seed) % nseeds];
		input.size = fuzz_mutate(input.bytes, input.size, FUZZ_INPUT_MAX, rand_r(&seed));
		run(&input);
		inputs++;
	}
	return inputs;
}

static int to_binary(const char *from, const char *to)
{
	struct input *input = &seeds[0];
	FILE *f;

	load(from, input);
	f = fopen(to, "wb");
	if (!f || fwrite(input->bytes, 1, input->size, f) != input->size || fclose(f)) {
		fprintf(stderr, "fuzz: cannot write %s\n", to);
		return VB_NO_SPACE;
	}
	return VB_OK;
}

int main(int argc, char **argv)
{
	unsigned long inputs;
	size_t i;

	if (argc == 4 && strcmp(argv[1], "--binary") == 0)
		return to_binary(argv[2], argv[3]);
	__sanitizer_set_death_callback(tell_input);
	signal(SIGALRM, ended);
	signal(SIGABRT, ended);
	for (i = 1; i < (size_t)argc && nseeds < SEEDS_MAX; i++)
		load(argv[i], &seeds[nseeds++]);
	if (argc < 2)
		load_corpus();
	for (i = 0; i < nseeds; i++)
		run(&seeds[i]);
	if (argc < 2) {
		inputs = by_chance();
		printf("%lu inputs made by chance\n", inputs);
		if (!inputs)
			return VB_FAILED;
	}
	printf("%zu passed, 0 failed, 0 skipped\n", nseeds + (argc < 2));
	return VB_OK;
}
