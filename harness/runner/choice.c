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

#define QUICK_SCENARIO "smoke" /* nobody wants to wait for a kernel's compilation there */

static bool has_kvm(const struct scenario *sc, const struct platform_facts *facts)
{
	return strcmp(facts->accelerator, "kvm") == 0;
}

static bool is_soon_there(const struct scenario *sc, const struct platform_facts *facts)
{
	return !facts->cold || strcmp(sc->name, QUICK_SCENARIO) != 0;
}

static bool is_last_resort(const struct scenario *sc, const struct platform_facts *facts)
{
	return true;
}

/* Best first: the real module at native speed, then the real module, then a process. */
static const struct preference {
	enum scenario_platform platform;
	bool (*suits)(const struct scenario *sc, const struct platform_facts *facts);
	const char *otherwise;
} preferences[] = {
	{ON_QEMU, has_kvm, "has no KVM"},
	{ON_UML, is_soon_there, "has no kernel yet, and building it takes minutes"},
	{ON_QEMU, is_last_resort, ""},
	{ON_ICOUNT, is_last_resort, ""},
	{ON_NATIVE, is_last_resort, ""},
	{ON_XEN, is_last_resort, ""},
};

#define PREFERENCES (sizeof(preferences) / sizeof(preferences[0]))

/* "; qemu has no KVM" and the like, after what is in text. */
static void add_reason(char *text, size_t bytes, const char *name, const char *what,
		       const char *detail)
{
	size_t used = strlen(text);

	snprintf(text + used, bytes - used, "%s%s %s%s%.150s%s", used ? "; " : "", name, what,
		 detail[0] ? " (" : "", detail, detail[0] ? ")" : "");
}

static const struct platform_ops *choose_auto(const struct platform_ops *const *platforms,
					      const struct scenario *sc,
					      const struct platform_config *cfg,
					      struct platform_facts *facts, char *why, size_t bytes,
					      struct vb_err *err)
{
	const struct platform_ops *ops;
	char text[900] = "";
	unsigned failed = 0; /* mask */
	size_t i;

	for (i = 0; i < PREFERENCES; i++) {
		const struct preference *p = &preferences[i];

		ops = find(platforms, p->platform);
		if (!ops || !(sc->platforms & p->platform & ~failed))
			continue;
		if (ops->probe(cfg, facts, err)) {
			add_reason(text, sizeof(text), ops->name, "cannot run", err->text);
			failed |= p->platform;
			continue;
		}
		if (p->suits(sc, facts)) {
			say(why, bytes, ops, facts,
			    text[0] ? text : "the scenario suits and this machine can");
			return ops;
		}
		add_reason(text, sizeof(text), ops->name, p->otherwise, "");
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
