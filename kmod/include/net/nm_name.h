/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Port names of nm_open: "netmap:DEV" or "valeID:PORT", a ring selector, "/flags", "@region". */
#ifndef _NET_NM_NAME_H_
#define _NET_NM_NAME_H_

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <net/netmap.h>

#define NM_ERRBUF_SIZE 512

#define NM_MAX_RING_NUMBER 4094
#define NM_MAX_MEM_ID	   0xffff
#define NM_NAME_SUFFIXES   "-*^{}/@"

static inline int nm_parse_fail(char *err, const char *why, const char *where)
{
	snprintf(err, NM_ERRBUF_SIZE, "%s at '%s'", why, where);
	errno = EINVAL;
	return -1;
}

/* A decimal number in [min, max]. Advances *s past it; -1 when there is none. */
static inline int nm_parse_number(const char **s, long min, long max)
{
	const char *p = *s;
	long value = 0;

	while (*p >= '0' && *p <= '9' && value <= max)
		value = value * 10 + (*p++ - '0');
	if (p == *s || value < min || value > max)
		return -1;
	*s = p;
	return (int)value;
}

static inline int nm_is_identifier(const char *s, size_t len)
{
	while (len && ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		       (*s >= '0' && *s <= '9') || *s == '_')) {
		s++;
		len--;
	}
	return len == 0;
}

/* Where the name that the kernel sees begins and ends; the rest is suffixes. */
static inline int nm_parse_device(const char **name, const char **end, char *err)
{
	const char *port;

	if (strncmp(*name, "netmap:", 7) == 0) {
		*name += 7;
		*end = *name + strcspn(*name, NM_NAME_SUFFIXES);
	} else {
		port = *name + strcspn(*name, ":");
		if (*port != ':')
			return nm_parse_fail(err, "no ':' in VALE port name", *name);
		if (!nm_is_identifier(*name, (size_t)(port - *name)))
			return nm_parse_fail(err, "invalid VALE switch name", *name);
		port++;
		*end = port + strcspn(port, NM_NAME_SUFFIXES);
		if (!nm_is_identifier(port, (size_t)(*end - port)))
			return nm_parse_fail(err, "invalid VALE port name", port);
	}
	if (*end - *name >= NM_NAME_BYTES)
		return nm_parse_fail(err, "port name longer than 15 characters", *name);
	return 0;
}

/* The ring selector, if *s is at one: the mode, and *ring where the selector carries a number. */
static inline int nm_parse_mode(const char **s, uint16_t *ring, char *err)
{
	static const char selectors[] = "^*-{}";
	static const int modes[] = {NR_REG_SW, NR_REG_NIC_SW, NR_REG_ONE_NIC, NR_REG_PIPE_MASTER,
				    NR_REG_PIPE_SLAVE};
	const char *found = **s ? strchr(selectors, **s) : NULL;
	int mode, number;

	if (!found)
		return NR_REG_ALL_NIC;
	(*s)++;
	mode = modes[found - selectors];
	if (mode == NR_REG_SW || mode == NR_REG_NIC_SW)
		return mode;
	number = nm_parse_number(s, 0, NM_MAX_RING_NUMBER);
	if (number < 0)
		return nm_parse_fail(err, "no ring or pipe number from 0 to 4094", *s);
	*ring = (uint16_t)number;
	return mode;
}

static inline int nm_parse_flags(const char **s, uint32_t *flags, char *err)
{
	static const char letters[] = "xztrRT";
	static const uint32_t bits[] = {NR_EXCLUSIVE,  NR_ZCOPY_MON,	 NR_MONITOR_TX,
					NR_MONITOR_RX, NR_RX_RINGS_ONLY, NR_TX_RINGS_ONLY};
	const char *start = *s, *found;

	for (; **s && **s != '@'; (*s)++) {
		found = strchr(letters, **s);
		if (!found)
			return nm_parse_fail(err, "unknown flag", *s);
		*flags |= bits[found - letters];
	}
	return *s == start ? nm_parse_fail(err, "no flag after '/'", start) : 0;
}

/* "/flags" and "@region", each at most once, in either order, up to the end of the string. */
static inline int nm_parse_suffixes(const char *s, uint32_t *flags, uint16_t *mem_id, char *err)
{
	int seen_flags = 0, id = 0;

	while (*s) {
		if (*s == '/' && !seen_flags) {
			seen_flags = 1;
			s++;
			if (nm_parse_flags(&s, flags, err))
				return -1;
		} else if (*s == '@' && !id) {
			s++;
			id = nm_parse_number(&s, 1, NM_MAX_MEM_ID);
			if (id < 0)
				return nm_parse_fail(err, "no memory region above 0", s);
			*mem_id = (uint16_t)id;
		} else {
			return nm_parse_fail(err, "unexpected character", s);
		}
	}
	return 0;
}

/*
 * Fills name, mode, flags, ring and region of req from a port name; its other flags stay.
 * 0, or -1 with errno EINVAL and the reason in err (NM_ERRBUF_SIZE bytes); errno 0 and no reason
 * when the prefix is neither "netmap:" nor "vale", so that other libraries may try the name.
 * req is untouched on failure.
 */
static inline int nm_parse_name(const char *name, struct nmreq *req, char *err)
{
	struct nmreq out = *req;
	const char *end;
	int mode;

	err[0] = '\0';
	errno = 0;
	if (strncmp(name, "netmap:", 7) != 0 && strncmp(name, "vale", 4) != 0)
		return -1;
	if (nm_parse_device(&name, &end, err))
		return -1;
	memset(out.nr_name, 0, sizeof(out.nr_name));
	memcpy(out.nr_name, name, (size_t)(end - name));
	mode = nm_parse_mode(&end, &out.nr_ringid, err);
	if (mode < 0)
		return -1;
	out.nr_flags = (out.nr_flags & ~(uint32_t)NR_REG_MASK) | (uint32_t)mode;
	if (nm_parse_suffixes(end, &out.nr_flags, &out.nr_arg2, err))
		return -1;
	*req = out;
	return 0;
}

#endif
