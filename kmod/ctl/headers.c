/* SPDX-License-Identifier: BSD-2-Clause */
#include "headers.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define NO_LENGTH UINT32_MAX

static uint32_t length_of(struct ctl *c, const char *name)
{
	struct nmreq_port_hdr header = {0};

	return ctl_ask(c, NETMAP_REQ_PORT_HDR_GET, name, &header) < 0 ? NO_LENGTH
								      : header.nr_hdr_len;
}

static bool same_switch(const char *a, const char *b)
{
	size_t length = strcspn(a, ":");

	return strncmp(a, b, length + 1) == 0 && a[length] == ':';
}

static int compare(struct ctl *c, const char *name, uint32_t length, const char *other)
{
	uint32_t theirs = length_of(c, other);

	if (theirs == NO_LENGTH || theirs == length)
		return 0;
	fprintf(c->err,
		"vale-ctl: warning: %s: its frames begin with a header of %u bytes, those of %s "
		"with one of %u, so each is converted on its way; correct it with: open the port "
		"of the program with that length (pkt-gen -H %u)\n",
		name, length, other, theirs, length);
	return 1;
}

/* The name of the first port from *list on, which becomes its place; false at the end. */
static bool next_port(struct ctl *c, struct nmreq_vale_list *list, char *name, size_t bytes)
{
	struct nmreq_header header = {.nr_version = NETMAP_API,
				      .nr_reqtype = NETMAP_REQ_VALE_LIST,
				      .nr_body = (uintptr_t)list};
	unsigned bridge = list->nr_bridge_idx, port = list->nr_port_idx;

	if (c->dev->ioctl(c->handle, NIOCCTRL, &header) < 0)
		return false;
	header.nr_name[sizeof(header.nr_name) - 1] = '\0';
	snprintf(name, bytes, "%s", header.nr_name);
	return list->nr_bridge_idx > bridge ||
	       (list->nr_bridge_idx == bridge && list->nr_port_idx >= port);
}

int ctl_headers_check(struct ctl *c, const char *name)
{
	struct nmreq_vale_list list = {0};
	uint32_t length = length_of(c, name);
	char other[NETMAP_REQ_IFNAMSIZ];
	int differing = 0;

	if (length == NO_LENGTH)
		return 0;
	for (; next_port(c, &list, other, sizeof(other)); list.nr_port_idx++)
		if (same_switch(name, other) && strcmp(name, other) != 0)
			differing += compare(c, name, length, other);
	return differing;
}
