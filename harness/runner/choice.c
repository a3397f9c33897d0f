/* SPDX-License-Identifier: BSD-2-Clause */
#include "choice.h"

#include <stdio.h>
#include <string.h>

enum scenario_platform choice_bit(const struct platform_ops *ops)
{
	return strcmp(ops->name, "qemu") == 0 ? ON_QEMU : ON_NATIVE;
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

static const struct platform_ops *choose_auto(const struct platform_ops *const *platforms,
					      const struct scenario *sc,
					      const struct platform_config *cfg,
					      struct platform_facts *facts, char *why, size_t bytes,
					      struct vb_err *err)
{
	const struct platform_ops *qemu = find(platforms, ON_QEMU);
	const struct platform_ops *native = find(platforms, ON_NATIVE);
	struct vb_err reason;
	char text[600];

	if (sc->platforms & ON_QEMU) {
		if (qemu->probe(cfg, facts, &reason) == 0) {
			say(why, bytes, qemu, facts, "the scenario suits and this machine can");
			return qemu;
		}
		if (!(sc->platforms & ON_NATIVE)) {
			*err = reason;
			return NULL;
		}
		snprintf(text, sizeof(text), "qemu cannot run (%s)", reason.text);
	} else {
		snprintf(text, sizeof(text), "the scenario runs on native only");
	}
	if (native->probe(cfg, facts, err))
		return NULL;
	say(why, bytes, native, facts, text);
	return native;
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
		vb_fail(err, VB_USAGE, "platform %s: unknown; there are auto, native, qemu",
			wanted);
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
