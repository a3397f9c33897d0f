/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "options.h"

struct staged {
	uint64_t user; /* where the task has it */
	struct nmreq_option opt;
	uint8_t payload[];
};

#define STAGE_MAX   4144 /* bound on body and staged options that programs rely on */
#define STAGE_COST  sizeof(struct staged)
#define ALIGN_SLACK 16
#define WORD	    sizeof(uint64_t)

static const size_t payload_bytes[NETMAP_REQ_OPT_MAX] = {
	[NETMAP_REQ_OPT_EXTMEM] = sizeof(struct nmreq_opt_extmem) - sizeof(struct nmreq_option),
	[NETMAP_REQ_OPT_CSB] = sizeof(struct nmreq_opt_csb) - sizeof(struct nmreq_option),
	[NETMAP_REQ_OPT_SYNC_KLOOP_MODE] =
		sizeof(struct nmreq_opt_sync_kloop_mode) - sizeof(struct nmreq_option),
	[NETMAP_REQ_OPT_OFFSETS] = sizeof(struct nmreq_opt_offsets) - sizeof(struct nmreq_option),
};

static void __user *user_ptr(uint64_t address)
{
	return (void __user *)(unsigned long)address;
}

static size_t payload_of(const struct nmreq_option *opt)
{
	if (opt->nro_reqtype == 0 || opt->nro_reqtype >= NETMAP_REQ_OPT_MAX)
		return 0;
	if (opt->nro_reqtype == NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS)
		return opt->nro_size > sizeof(*opt) ? opt->nro_size - sizeof(*opt) : 0;
	return payload_bytes[opt->nro_reqtype];
}

static size_t staged_bytes(const struct staged *s)
{
	return (STAGE_COST + payload_of(&s->opt) + WORD - 1) / WORD * WORD;
}

static struct staged *staged_at(const struct nm_options *o, size_t at)
{
	return (struct staged *)(o->stage + at);
}

int nm_options_init(struct nm_options *o, uint64_t body, size_t body_bytes)
{
	memset(o, 0, sizeof(*o));
	o->stage = os_alloc(STAGE_MAX + ALIGN_SLACK);
	if (!o->stage)
		return -ENOMEM;
	o->used = body_bytes;
	o->first = body_bytes;
	o->accounted = body_bytes;
	o->user_bytes = body_bytes;
	return os_copy_from_user(o->stage, user_ptr(body), body_bytes);
}

void nm_options_free(struct nm_options *o)
{
	os_free(o->stage);
}

static struct staged *find_type(const struct nm_options *o, uint32_t type, size_t before)
{
	size_t at;

	for (at = o->first; at < before; at += staged_bytes(staged_at(o, at)))
		if (staged_at(o, at)->opt.nro_reqtype == type)
			return staged_at(o, at);
	return NULL;
}

/*
 * The header is staged at o->used but not yet accounted; the option is not trusted with more than
 * it may take.
 */
static int stage_payload(struct nm_options *o, struct staged *s)
{
	struct nmreq_option *opt = &s->opt;
	size_t payload;

	if (opt->nro_size > NETMAP_REQ_MAXSIZE)
		return -EMSGSIZE;
	payload = payload_of(opt);
	if (o->user_bytes + payload > NETMAP_REQ_MAXSIZE)
		return -EMSGSIZE;
	if (o->accounted + payload > STAGE_MAX)
		return -EMSGSIZE;
	if (os_copy_from_user(s->payload, user_ptr(s->user + sizeof(*opt)), payload))
		return -EFAULT;
	o->user_bytes += payload;
	o->accounted += payload;
	return 0;
}

static int stage_option(struct nm_options *o, uint64_t user, uint64_t *next)
{
	struct staged *s = staged_at(o, o->used), *twin;
	size_t at = o->used;
	int rc;

	if (o->accounted + STAGE_COST > STAGE_MAX) {
		o->no_write_back = true;
		return -EMSGSIZE;
	}
	if (os_copy_from_user(&s->opt, user_ptr(user), sizeof(s->opt)))
		return -EFAULT;
	s->user = user;
	s->opt.nro_status = EOPNOTSUPP;
	*next = s->opt.nro_next;
	o->accounted += STAGE_COST;
	o->user_bytes += sizeof(s->opt);
	o->used += STAGE_COST;
	if (s->opt.nro_reqtype == 0) {
		s->opt.nro_status = EINVAL;
		return -EINVAL;
	}
	if (s->opt.nro_reqtype >= NETMAP_REQ_OPT_MAX)
		return 0;
	twin = find_type(o, s->opt.nro_reqtype, at);
	if (twin) {
		twin->opt.nro_status = EINVAL;
		s->opt.nro_status = EINVAL;
		return -EINVAL;
	}
	rc = stage_payload(o, s);
	if (!rc)
		o->used = at + staged_bytes(s);
	return rc;
}

int nm_options_copy_in(struct nm_options *o, uint64_t list)
{
	int rc = 0;

	while (list && !rc)
		rc = stage_option(o, list, &list);
	return rc;
}

struct nmreq_option *nm_option(const struct nm_options *o, uint32_t type)
{
	struct staged *s = find_type(o, type, o->used);

	return s ? &s->opt : NULL;
}

bool nm_options_leftover(const struct nm_options *o)
{
	size_t at;

	for (at = o->first; at < o->used; at += staged_bytes(staged_at(o, at)))
		if (staged_at(o, at)->opt.nro_status == EOPNOTSUPP)
			return true;
	return false;
}

int nm_options_copy_out(const struct nm_options *o, bool success)
{
	int rc = 0;
	size_t at;

	for (at = o->first; at < o->used && !o->no_write_back;) {
		const struct staged *s = staged_at(o, at);

		if (os_copy_to_user(user_ptr(s->user), &s->opt, sizeof(s->opt)))
			rc = -EFAULT;
		else if (success && !s->opt.nro_status &&
			 os_copy_to_user(user_ptr(s->user + sizeof(s->opt)), s->payload,
					 payload_of(&s->opt)))
			rc = -EFAULT;
		at += staged_bytes(s);
	}
	return rc;
}
