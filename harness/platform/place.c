/* SPDX-License-Identifier: BSD-2-Clause */
#include "place.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "excerpt.h"
#include "klog.h"
#include "process.h"
#include "protocol.h"

#define LAST_WORDS_MS 3000 /* from the end of the line to the end of the process */

int place_init(struct place *place, const struct platform_config *cfg, const char *log_name,
	       struct vb_err *err)
{
	struct stat st;

	place->pid = -1;
	place->pidfd = -1;
	place->link.fd = -1;
	if (mkdir(cfg->log_dir, 0777) && errno != EEXIST)
		return vb_fail(err, errno == ENOSPC ? VB_NO_SPACE : VB_FAILED,
			       "cannot make the folder %s for logs: %s", cfg->log_dir,
			       strerror(errno));
	if (snprintf(place->log_path, sizeof(place->log_path), "%s/%s", cfg->log_dir, log_name) >=
	    (int)sizeof(place->log_path))
		return vb_fail(err, VB_USAGE, "the path of the log folder is too long: %s",
			       cfg->log_dir);
	place->log_start = stat(place->log_path, &st) == 0 ? st.st_size : 0;
	return 0;
}

int place_attach(struct place *place, pid_t pid, int fd, const struct platform_config *cfg,
		 struct vb_err *err)
{
	char path[256];

	place->pid = pid;
	place->pidfd = process_pidfd(pid);
	snprintf(path, sizeof(path), "%s/agent.jsonl", cfg->log_dir);
	return link_open(&place->link, fd, path, err);
}

static bool has_exited(struct place *place, unsigned wait_ms)
{
	if (!place->exited)
		place->exited = process_wait(place->pid, wait_ms, &place->exit_status) != 0;
	return place->exited;
}

/* A long trace must not push the line out that says what it is a trace of. */
static int gravity(const char *line)
{
	return klog_classify(line);
}

void place_excerpt(struct place *place, char *buf, size_t bytes)
{
	excerpt_of_file(place->log_path, place->log_start, gravity, buf, bytes);
}

enum klog_kind place_verdict(struct place *place, char *line, size_t bytes)
{
	enum klog_kind worst = KLOG_NONE;
	char text[8192], *rest = text, *each;

	place_excerpt(place, text, sizeof(text));
	while ((each = strsep(&rest, "\n"))) {
		enum klog_kind kind = klog_classify(each);

		if (kind > worst) {
			worst = kind;
			snprintf(line, bytes, "%s", each);
		}
	}
	return worst;
}

static void die(struct place *place, enum vb_exit code, const char *why)
{
	size_t used;

	place->dead = true;
	place->dead_code = code;
	snprintf(place->dead_text, sizeof(place->dead_text), "%s\nlast lines of %s:\n", why,
		 place->log_path);
	used = strlen(place->dead_text);
	place_excerpt(place, place->dead_text + used, sizeof(place->dead_text) - used);
}

static void die_of_exit(struct place *place)
{
	char why[400];

	place->why(place, false, why, sizeof(why));
	die(place, VB_FAILED, why);
}

static void die_of_silence(struct place *place)
{
	char why[400];

	snprintf(why, sizeof(why), "nothing was heard from the agent for %u ms; ",
		 place->link.silence_ms);
	place->why(place, true, why + strlen(why), sizeof(why) - strlen(why));
	die(place, VB_TIMEOUT, why);
}

/* One look. True when event is filled or place found dead. */
static bool look(struct place *place, struct platform_event *event)
{
	bool exited = has_exited(place, 0);
	struct vb_err why = {0};

	/* In this order: what was sent before the end must not be lost to the news of the end. */
	switch (link_next(&place->link, &event->json, &why)) {
	case LINK_EVENT:
		event->kind = PLATFORM_EVENT_AGENT;
		return true;
	case LINK_CLOSED:
		has_exited(place, LAST_WORDS_MS);
		die_of_exit(place);
		return true;
	case LINK_BROKEN:
		die(place, why.code, why.text);
		return true;
	case LINK_SILENT:
		die_of_silence(place);
		return true;
	case LINK_NOTHING:
		break;
	}
	if (exited)
		die_of_exit(place);
	return exited;
}

static int patience_ms(const struct place *place, uint64_t deadline)
{
	const struct link *l = &place->link;
	int left = vb_left_ms(deadline), quiet;

	if (!l->silence_ms)
		return left;
	quiet = vb_left_ms(l->heard_ms + l->silence_ms);
	return quiet < left ? quiet : left;
}

static void tell_death(const struct place *place, struct platform_event *event)
{
	event->kind = PLATFORM_EVENT_DEAD;
	snprintf(event->text, sizeof(event->text), "%s", place->dead_text);
}

int place_collect(struct place *place, struct platform_event *event, unsigned timeout_ms,
		  struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + timeout_ms;
	struct pollfd fds[] = {{.fd = place->link.fd, .events = POLLIN},
			       {.fd = place->pidfd, .events = POLLIN}};

	place->interrupted = false;
	event->kind = PLATFORM_EVENT_NONE;
	event->json = NULL;
	event->text[0] = '\0';
	while (!place->dead && !look(place, event)) {
		int left = vb_left_ms(deadline);

		if (!left)
			return 0;
		place->interrupted =
			poll(fds, 2, patience_ms(place, deadline)) < 0 && errno == EINTR;
		if (place->interrupted)
			return 0; /* so that a caller who was interrupted finds out at once */
	}
	if (place->dead)
		tell_death(place, event);
	return 0;
}

static int check_hello(json_t *hello, struct vb_err *err)
{
	json_int_t version = json_integer_value(json_object_get(hello, "protocol"));

	if (!protocol_is(hello, "hello"))
		return vb_fail(err, VB_INTERNAL, "the agent did not begin with hello");
	if (version != PROTOCOL_VERSION)
		return vb_fail(
			err, VB_INTERNAL,
			"the agent speaks protocol %lld, not %d; build both from the same source",
			(long long)version, PROTOCOL_VERSION);
	return 0;
}

/* The first line of a death's text is enough for an error; the rest is in the log. */
static int fail_dead(const struct place *place, const char *text, struct vb_err *err)
{
	return vb_fail(err, place->dead_code,
		       "it ended before the agent said hello: %.*s (log: %s)",
		       (int)strcspn(text, "\n"), text, place->log_path);
}

int place_wait_hello(struct place *place, const struct platform_config *cfg, json_t **hello,
		     struct vb_err *err)
{
	uint64_t deadline = vb_now_ms() + cfg->boot_timeout_ms;
	struct platform_event event;
	int left;

	while ((left = vb_left_ms(deadline))) {
		if (place_collect(place, &event, (unsigned)left, err))
			return -1;
		if (event.kind == PLATFORM_EVENT_DEAD)
			return fail_dead(place, event.text, err);
		if (place->interrupted)
			return vb_fail(err, VB_INTERRUPTED,
				       "interrupted while waiting for the agent");
		if (event.kind == PLATFORM_EVENT_AGENT)
			break;
	}
	if (!left)
		return vb_fail(err, VB_TIMEOUT,
			       "the agent did not say hello within %u ms (log: %s)",
			       cfg->boot_timeout_ms, place->log_path);
	if (check_hello(event.json, err)) {
		json_decref(event.json);
		return -1;
	}
	link_mind_silence(&place->link, cfg->silence_timeout_ms);
	*hello = event.json;
	return 0;
}

bool place_leave(struct place *place, unsigned grace_ms)
{
	json_t *bye = protocol_poweroff();
	struct platform_event last;
	uint64_t deadline = vb_now_ms() + grace_ms;

	if (!place->dead && !link_send(&place->link, bye, NULL))
		while (!place->dead && vb_left_ms(deadline)) {
			place_collect(place, &last, (unsigned)vb_left_ms(deadline), NULL);
			json_decref(last.json);
		}
	json_decref(bye);
	return has_exited(place, 0);
}

void place_free(struct place *place)
{
	if (place->pid > 0 && !has_exited(place, 0)) {
		process_signal_group(place->pid, SIGKILL);
		has_exited(place, LAST_WORDS_MS);
	}
	if (place->pidfd >= 0)
		close(place->pidfd);
	link_close(&place->link);
}

static struct place *place_of(struct platform *p)
{
	return (struct place *)p;
}

int place_op_exec(struct platform *p, json_t *message, struct vb_err *err)
{
	return link_send(&place_of(p)->link, message, err);
}

int place_op_collect(struct platform *p, struct platform_event *event, unsigned timeout_ms,
		     struct vb_err *err)
{
	return place_collect(place_of(p), event, timeout_ms, err);
}

void place_op_excerpt(struct platform *p, char *buf, size_t bytes)
{
	place_excerpt(place_of(p), buf, bytes);
}
