/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_dev.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kmod/ctl/vale_ctl.h"

struct fake fake;

static const size_t body_bytes[] = {
	[NETMAP_REQ_REGISTER] = sizeof(struct nmreq_register),
	[NETMAP_REQ_PORT_INFO_GET] = sizeof(struct nmreq_port_info_get),
	[NETMAP_REQ_VALE_ATTACH] = sizeof(struct nmreq_vale_attach),
	[NETMAP_REQ_VALE_DETACH] = sizeof(struct nmreq_vale_detach),
	[NETMAP_REQ_VALE_LIST] = sizeof(struct nmreq_vale_list),
	[NETMAP_REQ_VALE_NEWIF] = sizeof(struct nmreq_vale_newif),
	[NETMAP_REQ_VALE_POLLING_ENABLE] = sizeof(struct nmreq_vale_polling),
	[NETMAP_REQ_VALE_POLLING_DISABLE] = sizeof(struct nmreq_vale_polling),
};

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
}

void fake_answer(int ret, const char *name, const void *body, size_t bytes)
{
	struct fake_answer *answer = &fake.answer[fake.answers++];

	answer->ret = ret;
	answer->name = name;
	if (body)
		memcpy(answer->body, body, bytes);
}

void fake_answer_stats(int ret, const struct vale_port_stats *stats)
{
	struct fake_answer *answer = &fake.answer[fake.answers++];

	answer->ret = ret;
	answer->stats = *stats;
}

static int fake_open(void **handle)
{
	if (fake.open_ret)
		return fake.open_ret;
	fake.opened++;
	*handle = &fake;
	return 0;
}

static int control(struct nmreq_header *header, struct fake_call *call,
		   const struct fake_answer *answer)
{
	void *body = (void *)(uintptr_t)header->nr_body;
	size_t bytes = header->nr_reqtype < sizeof(body_bytes) / sizeof(body_bytes[0])
			       ? body_bytes[header->nr_reqtype]
			       : 0;

	call->header = *header;
	if (body)
		memcpy(call->body, body, bytes);
	if (body && answer && answer->ret == 0)
		memcpy(body, answer->body, bytes);
	if (answer && answer->name)
		strcpy(header->nr_name, answer->name);
	return answer ? answer->ret : -ENOENT;
}

static int fake_ioctl(void *handle, unsigned long cmd, void *arg)
{
	const struct fake_answer *answer;
	struct fake_call *call;

	if (handle != &fake || fake.calls == FAKE_CALLS)
		return -EBADF;
	answer = fake.calls < fake.answers ? &fake.answer[fake.calls] : NULL;
	call = &fake.call[fake.calls++];
	call->cmd = cmd;
	if (cmd == NIOCCTRL)
		return control(arg, call, answer);
	if (cmd != NIOCVALESTATS)
		return -EOPNOTSUPP;
	memcpy(&call->stats, arg, sizeof(call->stats));
	if (answer && answer->ret == 0)
		memcpy(arg, &answer->stats, sizeof(answer->stats));
	return answer ? answer->ret : -ENOENT;
}

static void fake_close(void *handle)
{
	fake.closed += handle == &fake;
}

const struct nmdev_ops fake_ops = {
	.name = "fake",
	.open = fake_open,
	.ioctl = fake_ioctl,
	.close = fake_close,
};

void fake_run(const struct nmdev_ops *ops, const char *line)
{
	char *words = strdup(line), *argv[32] = {"vale-ctl"}, *save = NULL, *word;
	FILE *out = fmemopen(fake.out, sizeof(fake.out), "w");
	FILE *err = fmemopen(fake.err, sizeof(fake.err), "w");
	int argc = 1;

	if (!words || !out || !err)
		abort();
	for (word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	memset(fake.out, 0, sizeof(fake.out));
	memset(fake.err, 0, sizeof(fake.err));
	fake.status = vale_ctl_main(argc, argv, ops, out, err);
	fclose(out);
	fclose(err);
	free(words);
}
