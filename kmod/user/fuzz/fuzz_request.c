/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz_request.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <net/vale_stats.h>

#define ARENA_BYTES 65536
#define BODY_AT	    256 /* where things lie in the arena */
#define OPTIONS_AT  1024
#define OPTION_STEP 256
#define CSB_AT	    8192
#define MEMORY_AT   16384
#define SLOTS_LIMIT 64 /* regions of the largest ports would take all the time */
#define RINGS_LIMIT 5
#define BUFS_LIMIT  32

static unsigned char arena[ARENA_BYTES] __attribute__((aligned(4096)));

static const uint64_t nowhere[] = {0, 1, 16, 0x7fffffffffffULL, 0xffff800000000000ULL, ~0ULL};

#define PICK(table, i) ((table)[(i) % (sizeof(table) / sizeof((table)[0]))])

static const char *const names[] = {
	"vale0:a",   "vale0:b",	  "vale1:a", "vale0:per",  "per",	  "p{1",    "p}1",
	"vale0:a{x", "vale0:a}x", "per{2",   "",	   "vale0",	  "x",	    "vale:a^",
	"{",	     "vale0:a-0", "eth0",    "vale0:eth0", "vale0:eth0^", "eth0{1",
};

void *fuzz_arena(void)
{
	return arena;
}

static void limit32(uint32_t *value, uint32_t max)
{
	if (*value > max)
		*value %= max + 1;
}

static void limit16(uint16_t *value, uint16_t max)
{
	if (*value > max)
		*value %= max + 1;
}

/* Sizes that cost nothing but time are brought down; all else stays as wrong as it is. */
static void tame_register(struct nmreq_register *reg)
{
	limit32(&reg->nr_tx_slots, SLOTS_LIMIT);
	limit32(&reg->nr_rx_slots, SLOTS_LIMIT);
	limit16(&reg->nr_tx_rings, RINGS_LIMIT);
	limit16(&reg->nr_rx_rings, RINGS_LIMIT);
	limit16(&reg->nr_host_tx_rings, RINGS_LIMIT);
	limit16(&reg->nr_host_rx_rings, RINGS_LIMIT);
	limit32(&reg->nr_extra_bufs, BUFS_LIMIT);
}

static void tame_newif(struct nmreq_vale_newif *newif)
{
	limit32(&newif->nr_tx_slots, SLOTS_LIMIT);
	limit32(&newif->nr_rx_slots, SLOTS_LIMIT);
	limit16(&newif->nr_tx_rings, RINGS_LIMIT);
	limit16(&newif->nr_rx_rings, RINGS_LIMIT);
}

/* A loop that nobody wakes sleeps this long each round. */
static void tame_body(uint16_t type, void *body)
{
	if (type == NETMAP_REQ_VALE_NEWIF)
		tame_newif(body);
	else if (type == NETMAP_REQ_SYNC_KLOOP_START)
		limit32(&((struct nmreq_sync_kloop_start *)body)->sleep_us, 1);
	else if (type == NETMAP_REQ_REGISTER || type == NETMAP_REQ_VALE_ATTACH)
		tame_register(body);
}

static void fill(unsigned char *to, size_t bytes, const uint8_t *r)
{
	uint64_t state;

	memcpy(&state, r + 8, sizeof(state));
	while (bytes--) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		*to++ = state >> 56;
	}
}

static void fill_register(struct nmreq_register *reg, const uint8_t *r)
{
	*reg = (struct nmreq_register){
		.nr_mode = r[4] % 2 ? NR_REG_ALL_NIC : r[4] / 2 % 10U,
		.nr_flags = (uint64_t)r[5] << 8 | (uint64_t)(r[8] % 4) << 16,
		.nr_ringid = r[9] % 4 ? r[9] / 4 % 4 : r[9],
		.nr_tx_slots = r[10],
		.nr_rx_slots = r[11],
		.nr_tx_rings = r[12] % 4,
		.nr_rx_rings = r[13] % 4,
		.nr_extra_bufs = r[14],
		.nr_mem_id = r[15] % 8,
	};
}

static void fill_option(struct nmreq_option *o, const uint8_t *r)
{
	union {
		struct nmreq_option *head;
		struct nmreq_opt_extmem *extmem;
		struct nmreq_opt_csb *csb;
		struct nmreq_opt_sync_kloop_mode *mode;
		struct nmreq_opt_sync_kloop_eventfds *eventfds;
		struct nmreq_opt_offsets *offsets;
	} u = {.head = o};
	int i;

	switch (o->nro_reqtype) {
	case NETMAP_REQ_OPT_EXTMEM:
		memset(&u.extmem->nro_info, 0, sizeof(u.extmem->nro_info));
		u.extmem->nro_usrptr =
			r[8] % 4 ? (uintptr_t)arena + MEMORY_AT : PICK(nowhere, r[9]);
		u.extmem->nro_info.nr_memsize = r[10] % 4 ? ARENA_BYTES - MEMORY_AT : r[11] << 12;
		u.extmem->nro_info.nr_buf_pool_objtotal = r[12];
		break;
	case NETMAP_REQ_OPT_CSB:
		u.csb->csb_atok = r[8] % 4 ? (uintptr_t)arena + CSB_AT : PICK(nowhere, r[9]);
		u.csb->csb_ktoa =
			r[8] % 8 ? (uintptr_t)arena + 2 * CSB_AT - r[10] % 2 : PICK(nowhere, r[11]);
		break;
	case NETMAP_REQ_OPT_SYNC_KLOOP_MODE:
		u.mode->mode = r[8] % 5;
		break;
	case NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS:
		o->nro_size = sizeof(*o) + r[8] % 8 * sizeof(struct nm_kloop_eventfd);
		for (i = 0; i < 8; i++)
			u.eventfds->eventfds[i] = (struct nm_kloop_eventfd){-1, -(r[9] % 2) - 1};
		break;
	case NETMAP_REQ_OPT_OFFSETS:
		u.offsets->nro_max_offset = r[8] % 8 ? r[8] : ~0ULL;
		u.offsets->nro_initial_offset = r[9] % 128;
		u.offsets->nro_offset_bits = r[10] % 66;
		u.offsets->nro_min_gap = r[11] % 4 ? 0 : r[11];
	}
}

/* A chain of r[6] % 4 options; the rest of r[6] says where its end leads. */
static uint64_t fill_options(const uint8_t *r)
{
	unsigned n = r[6] % 4, i;

	for (i = 0; i < n; i++) {
		struct nmreq_option *o = (void *)(arena + OPTIONS_AT + i * OPTION_STEP);

		memset(o, 0, OPTION_STEP);
		o->nro_reqtype = (r[7] + i * 3U) % (NETMAP_REQ_OPT_MAX + 2);
		fill_option(o, r);
		o->nro_next = i + 1 < n ? (uintptr_t)o + OPTION_STEP : 0;
		if (i + 1 == n && r[6] >> 5 == 1)
			o->nro_next = (uintptr_t)arena + OPTIONS_AT;
		if (i + 1 == n && r[6] >> 5 == 2)
			o->nro_next = PICK(nowhere, r[15]);
		if (r[6] >> 5 == 3)
			o->nro_size = PICK(nowhere, r[14]);
	}
	return n ? (uintptr_t)arena + OPTIONS_AT : 0;
}

static bool has_body(uint16_t type)
{
	return type != NETMAP_REQ_VALE_DELIF && type != NETMAP_REQ_SYNC_KLOOP_STOP &&
	       type != NETMAP_REQ_CSB_ENABLE;
}

struct nmreq_header *fuzz_request(const uint8_t *r)
{
	struct nmreq_header *hdr = (void *)arena;
	unsigned char *body = arena + BODY_AT;

	memset(hdr, 0, sizeof(*hdr));
	hdr->nr_version = NETMAP_API;
	hdr->nr_reqtype = r[2] % 2 ? NETMAP_REQ_REGISTER : r[2] / 2 % 17;
	strcpy(hdr->nr_name, PICK(names, r[3]));
	fill(body, BODY_AT, r);
	if (hdr->nr_reqtype == NETMAP_REQ_REGISTER || hdr->nr_reqtype == NETMAP_REQ_VALE_ATTACH)
		fill_register((void *)body, r);
	if (hdr->nr_reqtype == NETMAP_REQ_VALE_POLLING_ENABLE && r[4] % 8)
		*(struct nmreq_vale_polling *)body = (struct nmreq_vale_polling){
			.nr_mode = 1 + r[5] % 2U, .nr_num_polling_cpus = 1};
	if (r[4] % 16)
		memset(body + sizeof(struct nmreq_register), 0, 8);
	tame_body(hdr->nr_reqtype, body);
	hdr->nr_body = has_body(hdr->nr_reqtype) ? (uintptr_t)body : 0;
	hdr->nr_options = fill_options(r);
	return hdr;
}

void *fuzz_raw(const uint8_t *r, unsigned long *cmd)
{
	static const unsigned long commands[] = {NIOCCTRL,	NIOCREGIF,  NIOCGINFO,	NIOCCONFIG,
						 NIOCVALESTATS, NIOCTXSYNC, NIOCRXSYNC, 0};
	struct nmreq_header *hdr = (void *)arena;
	struct nmreq *legacy = (void *)arena;

	*cmd = PICK(commands, r[2]);
	if (r[2] >> 6 == 3) {
		*cmd = (unsigned long)r[4] << 8 | r[5];
		return (void *)(uintptr_t)PICK(nowhere, r[3]);
	}
	fill(arena, OPTIONS_AT, r);
	strcpy((char *)arena + (*cmd == NIOCCTRL ? offsetof(struct nmreq_header, nr_name) : 0),
	       PICK(names, r[3]));
	if (*cmd == NIOCCTRL) {
		hdr->nr_version = NETMAP_API;
		hdr->nr_reserved = r[4] % 8 ? 0 : r[4];
		hdr->nr_reqtype %= 17;
		hdr->nr_body = r[5] % 4 ? (uintptr_t)arena + BODY_AT : PICK(nowhere, r[5] / 4);
		hdr->nr_options = r[6] % 4 ? 0 : PICK(nowhere, r[6] / 4);
		tame_body(hdr->nr_reqtype, arena + BODY_AT);
	} else {
		legacy->nr_version = NETMAP_API + r[4] % 2;
		legacy->nr_cmd %= 16;
		limit32(&legacy->nr_tx_slots, SLOTS_LIMIT);
		limit32(&legacy->nr_rx_slots, SLOTS_LIMIT);
		limit16(&legacy->nr_tx_rings, RINGS_LIMIT);
		limit16(&legacy->nr_rx_rings, RINGS_LIMIT);
		limit32(&legacy->nr_arg3, BUFS_LIMIT);
		legacy->nr_arg2 %= 8;
	}
	return arena;
}
