/* SPDX-License-Identifier: BSD-2-Clause */
#include "native.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "callgrind.h"
#include "loop.h"
#include "part.h"

#define WORDS_MAX 160

static int find_self(char *path, size_t bytes, struct vb_err *err)
{
	ssize_t n = readlink("/proc/self/exe", path, bytes - 1);

	if (n <= 0)
		return vb_fail(err, VB_MISSING, "cannot tell which program this is");
	path[n] = '\0';
	return 0;
}

static int count_part(int argc, char **argv, const char *part, struct loop_count *count,
		      struct vb_err *err)
{
	char path[PATH_MAX], answer[512] = "", *words[WORDS_MAX + 1] = {path};
	int n = 1, i;

	if (argc + 3 > WORDS_MAX)
		return vb_fail(err, VB_USAGE, "more than %d words", WORDS_MAX - 3);
	if (find_self(path, sizeof(path), err))
		return -1;
	for (i = 1; i < argc; i++)
		words[n++] = argv[i];
	words[n++] = "-P";
	words[n++] = (char *)part;
	if (callgrind_count(words, "loop_window", answer, sizeof(answer), &count->ticks, err)) {
		answer[strcspn(answer, "\n")] = '\0';
		return answer[0] ? vb_fail(err, err->code, "%s", answer) : -1;
	}
	return part_read(answer, count, err);
}

int loop_native_main(int argc, char **argv, FILE *out, FILE *errors)
{
	struct loop_count ports, own;
	struct loop_config c;
	struct vb_err err = {0};

	if (loop_options(&c, argc, argv, &err) == 0) {
		if (c.help) {
			loop_usage(argv[0], out);
			return VB_OK;
		}
		if (count_part(argc, argv, "ports", &ports, &err) == 0 &&
		    count_part(argc, argv, "own", &own, &err) == 0) {
			loop_say(out, "callgrind", &ports, &own);
			return VB_OK;
		}
	}
	fprintf(errors, "vb-loop: %s\n", err.text);
	fflush(errors);
	return err.code;
}
