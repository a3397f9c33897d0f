/* SPDX-License-Identifier: BSD-2-Clause */
#include "params.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static struct param *find(const struct params *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->items[i].name, name) == 0)
			return &p->items[i];
	return NULL;
}

void params_set(struct params *p, const char *name, const char *value)
{
	struct param *item = find(p, name);
	char *copy = alloc_string(value);

	if (item) {
		free(item->value);
		item->value = copy;
		return;
	}
	p->items = alloc_grow(p->items, p->n + 1, sizeof(*p->items));
	p->items[p->n++] = (struct param){alloc_string(name), copy};
}

const char *params_get(const struct params *p, const char *name)
{
	const struct param *item = find(p, name);

	return item ? item->value : NULL;
}

void params_copy(struct params *to, const struct params *from)
{
	size_t i;

	*to = (struct params){0};
	for (i = 0; i < from->n; i++)
		params_set(to, from->items[i].name, from->items[i].value);
}

void params_free(struct params *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->items[i].name);
		free(p->items[i].value);
	}
	free(p->items);
	*p = (struct params){0};
}

static json_t *value_json(const char *text)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (*text && !*end && !errno)
		return json_integer(number);
	return json_string(text);
}

json_t *params_json(const struct params *p)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < p->n; i++)
		json_object_set_new(object, p->items[i].name, value_json(p->items[i].value));
	return object;
}

char *params_label(const struct params *p, char *const *names, size_t n)
{
	char *label = alloc_string(""), *longer;
	size_t i;

	for (i = 0; i < n; i++) {
		longer = alloc_printf("%s%s%s=%s", label, *label ? " " : "", names[i],
				      params_get(p, names[i]));
		free(label);
		label = longer;
	}
	return label;
}

int params_match(const struct params *p, const char *condition)
{
	const char *rest = condition ? strchr(condition, '=') : NULL;
	const char *value;
	size_t bytes;
	char name[65];

	if (!rest)
		return condition == NULL;
	snprintf(name, sizeof(name), "%.*s", (int)(rest - condition), condition);
	value = params_get(p, name);
	while (value && rest) {
		bytes = strcspn(++rest, "|");
		if (strlen(value) == bytes && memcmp(value, rest, bytes) == 0)
			return 1;
		rest = strchr(rest, '|');
	}
	return 0;
}
