/* SPDX-License-Identifier: BSD-2-Clause */
#include "choice.h"

#include <stdio.h>
#include <string.h>

enum scenario_platform choice_bit(const struct platform_ops *ops)
{
	size_t i;

	for (i = 0; i < SCENARIO_PLATFORMS - 1; i++)
		if (strcmp(scenario_platforms[i].name, ops->name) == 0)
			break;
	return scenario_platforms[i].bit;
}

static const struct platform_ops *find(const struct platform_ops *const *platforms,
				       enum scenario_platform bit)
{
	while (*platforms && choice_bit(*platforms) != bit)
		platforms++;
	return *platforms;
}

static void say(char *why, size_t bytes, const struct platform_ops *ops,
		const struct platform_facts *facts, const char *reason)
{
	snprintf(why, bytes, "platform %s: %s%s%s%s%s", ops->name, reason,
		 facts->accelerator[0] ? "; accelerator " : "", facts->accelerator,
		 facts->accelerator_reason[0] ? ": " : "", facts->accelerator_reason);
}

/* Best first: a real kernel's switch says more than the one in a process. */
static const enum scenario_platform preference[] = {ON_QEMU, ON_ICOUNT, ON_NATIVE};

#define PREFERENCES (sizeof(preference) / sizeof(preference[0]))

static const struct platform_ops *choose_auto(const struct platform_ops *const *platforms,
					      const struct scenario *sc,
					      const struct platform_config *cfg,
					      struct platform_facts *facts, char *why, size_t bytes,
					      struct vb_err *err)
{
	const struct platform_ops *ops;
	char text[600] = "";
	size_t used = 0, i;

	for (i = 0; i < PREFERENCES; i++) {
		ops = find(platforms, preference[i]);
		if (!ops || !(sc->platforms & preference[i]))
			continue;
		if (ops->probe(cfg, facts, err) == 0) {
			say(why, bytes, ops, facts,
			    used ? text : "the scenario suits and this machine can");
			return ops;
		}
		used += snprintf(text + used, sizeof(text) - used, "%s%s cannot run (%.200s)",
				 used ? "; " : "", ops->name, err->text);
	}
	return NULL;
}

const struct platform_ops *choice_of(const struct platform_ops *const *platforms,
				     const struct scenario *sc, const char *wanted,
				     const struct platform_config *cfg,
				     struct platform_facts *facts, char *why, size_t bytes,
				     struct vb_err *err)
{
	const struct platform_ops *ops = NULL;
	size_t i;

	if (strcmp(wanted, "auto") == 0)
		return choose_auto(platforms, sc, cfg, facts, why, bytes, err);
	for (i = 0; platforms[i]; i++)
		if (strcmp(platforms[i]->name, wanted) == 0)
			ops = platforms[i];
	if (!ops) {
		vb_fail(err, VB_USAGE, "platform %s: unknown; there are auto, %s", wanted,
			scenario_platforms_text(~0u));
		return NULL;
	}
	if (!(sc->platforms & choice_bit(ops))) {
		vb_fail(err, VB_USAGE, "platform %s: scenario %s does not suit it; it runs on: %s",
			wanted, sc->name, scenario_platforms_text(sc->platforms));
		return NULL;
	}
	if (ops->probe(cfg, facts, err))
		return NULL;
	say(why, bytes, ops, facts, "as asked for");
	return ops;
}
