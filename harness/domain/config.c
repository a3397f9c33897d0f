/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <ctype.h>
#include <string.h>

static const char *const type_names[] = {[DOMAIN_PV] = "pv", [DOMAIN_PVH] = "pvh"};

int domain_name_check(const char *name, struct vb_err *err)
{
	size_t length = strlen(name), i;

	if (!length || length >= DOMAIN_NAME_BYTES)
		return vb_fail(err, VB_USAGE, "a domain's name has 1 to %d characters, not %zu",
			       DOMAIN_NAME_BYTES - 1, length);
	for (i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_", name[i]))
			return vb_fail(err, VB_USAGE,
				       "a domain's name is of letters, digits, '-' and '_', not "
				       "'%s'",
				       name);
	if (strcmp(name, "Domain-0") == 0)
		return vb_fail(err, VB_USAGE, "Domain-0 is this domain itself");
	return 0;
}

int domain_type_parse(const char *text, enum domain_type *type, struct vb_err *err)
{
	size_t i;

	for (i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (strcmp(text, type_names[i]) == 0) {
			*type = i;
			return 0;
		}
	return vb_fail(err, VB_USAGE, "no type of domain '%s'; there are pv and pvh", text);
}

/* xl knows no way to write a quote inside quotes. */
static int check_text(const char *key, const char *value, struct vb_err *err)
{
	const char *p;

	for (p = value; p && *p; p++)
		if (*p == '"' || *p == '\\' || iscntrl((unsigned char)*p))
			return vb_fail(err, VB_USAGE,
				       "the domain's %s has a quote, a backslash or a control "
				       "character in it",
				       key);
	return 0;
}

static int put_text(FILE *to, const char *key, const char *value, struct vb_err *err)
{
	if (!value || !value[0])
		return 0;
	if (check_text(key, value, err))
		return -1;
	fprintf(to, "%s = \"%s\"\n", key, value);
	return 0;
}

static void put_number(FILE *to, const char *key, unsigned value)
{
	if (value)
		fprintf(to, "%s = %u\n", key, value);
}

static int put_vifs(FILE *to, const struct domain_config *c, struct vb_err *err)
{
	unsigned i;

	fprintf(to, "vif = [");
	for (i = 0; i < c->n_vifs; i++) {
		if (check_text("vif", c->vifs[i], err))
			return -1;
		fprintf(to, "%s\"%s\"", i ? ", " : "", c->vifs[i]);
	}
	fprintf(to, "]\n");
	return 0;
}

/* Whatever ends it, it goes at once: its console is closed then, which is how its end is seen. */
static void put_ends(FILE *to)
{
	static const char *const ends[] = {"on_poweroff", "on_reboot", "on_crash", "on_watchdog"};
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		fprintf(to, "%s = \"destroy\"\n", ends[i]);
}

int domain_config_write(const struct domain_config *c, FILE *to, struct vb_err *err)
{
	const struct {
		const char *key, *value;
	} texts[] = {{"name", c->name},	      {"type", type_names[c->type]}, {"kernel", c->kernel},
		     {"ramdisk", c->ramdisk}, {"extra", c->extra},	     {"cpus", c->cpus},
		     {"tsc_mode", c->tsc}};
	size_t i;

	if (domain_name_check(c->name, err))
		return -1;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (put_text(to, texts[i].key, texts[i].value, err))
			return -1;
	put_number(to, "memory", c->memory_mib);
	put_number(to, "vcpus", c->vcpus);
	put_number(to, "cpu_weight", c->weight);
	put_number(to, "cap", c->cap);
	put_ends(to);
	if (put_vifs(to, c, err))
		return -1;
	return fflush(to) || ferror(to)
		       ? vb_fail(err, VB_NO_SPACE, "cannot write the domain's configuration")
		       : 0;
}
