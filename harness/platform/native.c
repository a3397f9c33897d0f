/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "local.h"
#include "process.h"

#define LEAVE_MS 3000
#define AGENT	 "vb-agent-native"

struct platform {
	struct place place;
};

static void tell_facts(struct platform_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	snprintf(facts->accelerator, sizeof(facts->accelerator), "none");
	snprintf(facts->accelerator_reason, sizeof(facts->accelerator_reason),
		 "the switch runs in a process of this machine");
}

static int native_probe(const struct platform_config *cfg, struct platform_facts *facts,
			struct vb_err *err)
{
	tell_facts(facts);
	if (cfg->accel == ACCEL_KVM || cfg->accel == ACCEL_TCG)
		return vb_fail(err, VB_USAGE,
			       "the platform native has no accelerator; use ACCEL=auto");
	return 0;
}

static int native_prepare(const struct platform_config *cfg, struct vb_err *err)
{
	char path[LOCAL_PATH_BYTES];

	return local_agent(cfg, AGENT, path, err);
}

static void why(struct place *place, bool silent, char *buf, size_t bytes)
{
	char how[64];

	process_describe(place->exit_status, how, sizeof(how));
	if (place->exited)
		snprintf(buf, bytes, "the native agent ended with %s", how);
	else
		snprintf(buf, bytes, "the native agent is there but does not speak");
}

static struct platform *native_start(const struct platform_config *cfg,
				     struct platform_facts *facts, struct vb_err *err)
{
	struct platform *p = calloc(1, sizeof(*p));
	uint64_t before = vb_now_ms();
	json_t *hello = NULL;

	tell_facts(facts);
	if (!p) {
		vb_fail(err, VB_NO_SPACE, "no memory to start the native agent");
		return NULL;
	}
	p->place.why = why;
	if (place_init(&p->place, cfg, "agent.log", err) ||
	    local_launch(&p->place, cfg, AGENT, err) ||
	    place_wait_hello(&p->place, cfg, &hello, err)) {
		place_free(&p->place);
		free(p);
		return NULL;
	}
	json_decref(hello);
	facts->boot_ms = vb_now_ms() - before;
	return p;
}

static void native_stop(struct platform *p)
{
	place_leave(&p->place, LEAVE_MS);
	place_free(&p->place);
	free(p);
}

const struct platform_ops platform_native = {
	.name = "native",
	.summary = "the switch as a library in a process of this machine: no guest, no root",
	.probe = native_probe,
	.prepare = native_prepare,
	.start = native_start,
	.exec = place_op_exec,
	.collect = place_op_collect,
	.stop = native_stop,
	.excerpt = place_op_excerpt,
};
