/* SPDX-License-Identifier: BSD-2-Clause */
#include "xl.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "patience.h"
#include "process.h"

#define CREATE_MS   120000
#define COMMAND_MS  20000
#define CONSOLE_MS  10000
#define GONE_MS	    15000
#define RETRY_MS    20
#define OUTPUT_SIZE 1024

static int xl(const char *verb, const char *name, unsigned limit_ms, char *out, struct vb_err *err)
{
	char *argv[] = {"xl", (char *)verb, (char *)name, NULL};

	return process_capture(argv, limit_ms, out, OUTPUT_SIZE, err);
}

int xl_check(struct vb_err *err)
{
	char out[64] = "";
	FILE *f = fopen("/proc/xen/capabilities", "re");
	bool control = f && fgets(out, sizeof(out), f) && strstr(out, "control_d");

	if (f)
		fclose(f);
	if (!f)
		return vb_fail(err, VB_MISSING,
			       "this machine does not run under Xen, or xenfs is not mounted on "
			       "/proc/xen");
	if (!control)
		return vb_fail(err, VB_MISSING, "this domain of Xen is not its dom0");
	return 0;
}

int xl_create_paused(const char *name, const char *config, struct vb_err *err)
{
	char *argv[] = {"xl", "create", "-p", "-q", (char *)config, NULL}, out[OUTPUT_SIZE];
	struct vb_err why = {0};

	if (process_capture(argv, patient(CREATE_MS), out, sizeof(out), &why) == 0)
		return 0;
	return vb_fail(err, why.code, "cannot create domain %s: %.300s; what it said is above",
		       name, why.text);
}

int xl_unpause(const char *name, struct vb_err *err)
{
	char out[OUTPUT_SIZE];

	return xl("unpause", name, patient(COMMAND_MS), out, err);
}

/* Asked of the store rather than of xl, which takes twenty times as long. */
bool xl_is_there(const char *name)
{
	char *argv[] = {"sh", "-c",
			"exec 2>/dev/null; for d in $(xenstore-list /local/domain); do "
			"[ \"$(xenstore-read /local/domain/$d/name)\" != \"$0\" ] || exit 0; "
			"done; exit 1",
			(char *)name, NULL};
	char out[OUTPUT_SIZE];

	return process_capture(argv, patient(COMMAND_MS), out, sizeof(out), NULL) == 0;
}

int xl_destroy(const char *name, struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + patient(GONE_MS);
	char out[OUTPUT_SIZE];

	if (!xl_is_there(name))
		return 0;
	if (xl("destroy", name, patient(COMMAND_MS), out, err) && xl_is_there(name))
		return -1;
	while (xl_is_there(name)) {
		if (!vb_left_ms(deadline))
			return vb_fail(err, VB_TIMEOUT, "domain %s is still there after %u s", name,
				       patient(GONE_MS) / 1000);
		poll(NULL, 0, RETRY_MS);
	}
	return 0;
}

void xl_state(const char *name, char *buf, size_t bytes)
{
	char out[OUTPUT_SIZE], state[16];
	const char *line;

	snprintf(buf, bytes, "gone");
	if (xl("list", name, patient(COMMAND_MS), out, NULL))
		return;
	line = strchr(out, '\n');
	if (line && sscanf(line, " %*s %*s %*s %*s %15s", state) == 1)
		snprintf(buf, bytes, "%s", state);
}

static int domain_id(const char *name, struct vb_err *err)
{
	char out[OUTPUT_SIZE];

	return xl("domid", name, patient(COMMAND_MS), out, err) ? -1 : atoi(out);
}

int xl_console(const char *name, char *path, size_t bytes, struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + patient(CONSOLE_MS);
	char key[64], out[OUTPUT_SIZE];
	char *argv[] = {"xenstore-read", key, NULL};
	int id = domain_id(name, err);

	if (id < 0)
		return -1;
	snprintf(key, sizeof(key), "/local/domain/%d/console/tty", id);
	for (;;) {
		out[0] = '\0';
		if (process_capture(argv, patient(COMMAND_MS), out, sizeof(out), NULL) == 0 &&
		    out[0] == '/')
			break;
		if (!vb_left_ms(deadline))
			return vb_fail(err, VB_TIMEOUT,
				       "domain %s has no console after %u s; does xenconsoled run?",
				       name, patient(CONSOLE_MS) / 1000);
		poll(NULL, 0, RETRY_MS);
	}
	out[strcspn(out, "\n")] = '\0';
	snprintf(path, bytes, "%s", out);
	return 0;
}
