/* SPDX-License-Identifier: BSD-2-Clause */
#include "callgrind.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"

#define WORDS_MAX	 192
#define LINE_BYTES	 256
#define VERSION_LIMIT_MS 30000

int callgrind_total(const char *path, uint64_t *instructions, struct vb_err *err)
{
	FILE *in = fopen(path, "re");
	char line[LINE_BYTES];

	if (!in)
		return vb_fail(err, VB_FAILED, "callgrind left no profile %s: %s", path,
			       strerror(errno));
	*instructions = 0;
	while (fgets(line, sizeof(line), in))
		if (sscanf(line, "totals: %" SCNu64, instructions) == 1)
			break;
	fclose(in);
	if (!*instructions)
		return vb_fail(err, VB_FAILED,
			       "callgrind's profile %s counts nothing: the function "
			       "was never called",
			       path);
	return 0;
}

static int make_words(char *const *argv, char **words, char **own, struct vb_err *err)
{
	size_t n = 0, i;

	words[n++] = "valgrind";
	words[n++] = "--tool=callgrind";
	words[n++] = "--quiet";
	words[n++] = own[0];
	words[n++] = own[1];
	for (i = 0; argv[i]; i++) {
		if (n == WORDS_MAX)
			return vb_fail(err, VB_USAGE, "more than %d words for valgrind", WORDS_MAX);
		words[n++] = argv[i];
	}
	words[n] = NULL;
	return 0;
}

static int run(char *const *argv, const char *function, const char *profile, char *out,
	       size_t bytes, struct vb_err *err)
{
	char toggle[96], file[96], *own[] = {toggle, file}, *words[WORDS_MAX + 1];

	snprintf(toggle, sizeof(toggle), "--toggle-collect=%s", function);
	snprintf(file, sizeof(file), "--callgrind-out-file=%s", profile);
	if (make_words(argv, words, own, err))
		return -1;
	return process_capture(words, CALLGRIND_LIMIT_MS, out, bytes, err);
}

static int check_valgrind(struct vb_err *err)
{
	char *words[] = {"valgrind", "--version", NULL}, version[64];

	if (process_capture(words, VERSION_LIMIT_MS, version, sizeof(version), err) == 0)
		return 0;
	if (err->code != VB_MISSING)
		return -1;
	return vb_fail(err, VB_MISSING,
		       "valgrind, which counts the instructions, is not installed; install the "
		       "package valgrind");
}

int callgrind_count(char *const *argv, const char *function, char *out, size_t bytes,
		    uint64_t *instructions, struct vb_err *err)
{
	char profile[] = "/tmp/vb-loop.XXXXXX";
	int fd, rc;

	if (check_valgrind(err))
		return -1;
	fd = mkstemp(profile);
	if (fd < 0)
		return vb_fail(err, VB_NO_SPACE, "cannot make a file in /tmp: %s", strerror(errno));
	close(fd);
	rc = run(argv, function, profile, out, bytes, err);
	if (rc == 0)
		rc = callgrind_total(profile, instructions, err);
	unlink(profile);
	return rc;
}
