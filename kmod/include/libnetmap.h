/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Open netmap ports by name, map their memory once, find their rings. A descriptor goes through
 * three steps: parse a name, register the port, map the memory. nmport_open() takes all three;
 * taken one by one, the header and the request can be changed between them. Every step has its
 * undo, and every failure undoes what it began. Manual: libnetmap(3).
 */
#ifndef _LIBNETMAP_H_
#define _LIBNETMAP_H_

#include <stddef.h>
#include <stdint.h>

#include <net/netmap.h>
#include <net/netmap_user.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nmctx;
struct nmem_d;
struct nmport_cleanup_d;

/* One open port. Made by nmport_prepare(), nmport_new() or nmport_clone() only. */
struct nmport_d {
	struct nmreq_header hdr;
	struct nmreq_register reg;
	struct nmem_d *mem; /* of the mapping, once mmap_done */
	struct nmctx *ctx;
	int register_done;
	int mmap_done;
	struct nmreq_opt_extmem *extmem; /* the caller's memory is used; else NULL */
	int fd;				 /* of the netmap device; -1 until registered */
	struct netmap_if *nifp;
	/* The first run of bound rings; first is one above last where there are none. */
	uint16_t first_tx_ring;
	uint16_t last_tx_ring;
	uint16_t first_rx_ring;
	uint16_t last_rx_ring;
	uint16_t cur_tx_ring; /* where nmport_inject() goes on */
	uint16_t cur_rx_ring; /* for the application */
	struct nmport_cleanup_d *clist;
};

/* --- Whole ports. Pointers: NULL and errno on failure; numbers: -1 and errno. --- */

/* "netmap:DEV..." or "valeX:PORT...", with suffixes and @options: libnetmap(3). */
struct nmport_d *nmport_open(const char *portspec);
void nmport_close(struct nmport_d *d); /* NULL does nothing */

struct nmport_d *nmport_new(void); /* empty, for nmport_parse() */
void nmport_delete(struct nmport_d *d);

struct nmport_d *nmport_prepare(const char *portspec); /* new and parse */
void nmport_undo_prepare(struct nmport_d *d);
int nmport_open_desc(struct nmport_d *d); /* register and mmap */
void nmport_undo_open_desc(struct nmport_d *d);

/* A descriptor for the same port and region, without options, not open. */
struct nmport_d *nmport_clone(struct nmport_d *d);

/*
 * Puts one packet of size bytes into the transmit rings, in pieces where buffers are smaller.
 * Returns size, or 0 when no ring has room for all of it; no system call is made.
 */
int nmport_inject(struct nmport_d *d, const void *buf, size_t size);

/* --- The steps --- */

int nmport_parse(struct nmport_d *d, const char *portspec);
void nmport_undo_parse(struct nmport_d *d);
int nmport_register(struct nmport_d *d);
void nmport_undo_register(struct nmport_d *d);
int nmport_mmap(struct nmport_d *d); /* ports of one region in one context share the mapping */
void nmport_undo_mmap(struct nmport_d *d);

/* --- Options of the registration; before it, EINVAL after --- */

/* The port's region is made of the caller's memory of size bytes. Once. */
int nmport_extmem(struct nmport_d *d, void *base, size_t size);
int nmport_extmem_from_file(struct nmport_d *d, const char *path);
/* Sizes of the three pools, to be chosen before and read after the registration; or NULL. */
struct nmreq_pools_info *nmport_extmem_getinfo(struct nmport_d *d);

/* Packets begin at byte offsets of their buffers, kept in the low bits of slot.ptr (0: all). */
int nmport_offset(struct nmport_d *d, uint64_t initial, uint64_t maxoff, uint64_t bits,
		  uint64_t mingap);

/* Whether names may hold this @option. EOPNOTSUPP: there is no such option. */
int nmport_enable_option(const char *name);
int nmport_disable_option(const char *name);

/* --- Requests: pieces of what is above --- */

void nmreq_header_init(struct nmreq_header *h, uint16_t reqtype, void *body);

/*
 * Both move *text past what they read and set the version, the name or the mode, ring, flags and
 * region. On failure text and structure stay as they were.
 */
int nmreq_header_decode(const char **text, struct nmreq_header *h, struct nmctx *ctx);
int nmreq_register_decode(const char **text, struct nmreq_register *r, struct nmctx *ctx);

/* Asks the device for the region of the port named at *name. 1..65535, or -1. */
int32_t nmreq_get_mem_id(const char **name, struct nmctx *ctx);

void nmreq_push_option(struct nmreq_header *h, struct nmreq_option *o);
void nmreq_remove_option(struct nmreq_header *h, struct nmreq_option *o);
struct nmreq_option *nmreq_find_option(struct nmreq_header *h, uint32_t type);
void nmreq_free_options(struct nmreq_header *h); /* with free(): options of malloc() only */
const char *nmreq_option_name(uint32_t type);	 /* "extmem"; "unknown" */

/* --- Readers of the @options of a name --- */

#define NMREQ_OPT_MAXKEYS 16

struct nmreq_parse_ctx {
	struct nmctx *ctx;
	void *token;
	const char *keys[NMREQ_OPT_MAXKEYS]; /* by id; NULL where the key was not given */
};

/* 0, or -1 and errno after nmctx_ferror(). */
typedef int (*nmreq_opt_parser_cb)(struct nmreq_parse_ctx *);

struct nmreq_opt_key {
	const char *key;
	int id; /* into nmreq_parse_ctx.keys */
	unsigned int flags;
};

#define NMREQ_OPTK_ALLOWEMPTY 1 /* "key" alone will do */
#define NMREQ_OPTK_MUSTSET    2
#define NMREQ_OPTK_DEFAULT    4 /* "@option=value" means this key */

struct nmreq_opt_parser {
	const char *prefix; /* what follows the @ */
	nmreq_opt_parser_cb parse;
	int default_key; /* id, or -1 */
	int nr_keys;
	unsigned int flags;
	struct nmreq_opt_parser *next;
	struct nmreq_opt_key keys[NMREQ_OPT_MAXKEYS] __attribute__((aligned(16)));
};

#define NMREQ_OPTF_DISABLED   1
#define NMREQ_OPTF_ALLOWEMPTY 2 /* "@option" alone will do */

/* "@option@option..." up to the end of text. 0, or -1 and errno. */
int nmreq_options_decode(const char *text, struct nmreq_opt_parser *parsers, void *token,
			 struct nmctx *ctx);

/* --- Contexts: messages, memory, mappings --- */

typedef void (*nmctx_error_cb)(struct nmctx *, const char *);
typedef void *(*nmctx_malloc_cb)(struct nmctx *, size_t);
typedef void (*nmctx_free_cb)(struct nmctx *, void *);
typedef void (*nmctx_lock_cb)(struct nmctx *, int); /* 1: take it, 0: give it back */

struct nmctx {
	int verbose; /* 0: no messages */
	nmctx_error_cb error;
	nmctx_malloc_cb malloc;
	nmctx_free_cb free;
	nmctx_lock_cb lock; /* NULL: one thread only */
	struct nmem_d *mem_descs;
};

/* One mapping of a region, shared by its ports. */
struct nmem_d {
	uint16_t mem_id;
	int refcount;
	void *mem;
	size_t size; /* bytes */
	int is_extmem;
	struct nmem_d *next;
	struct nmem_d *prev;
};

struct nmctx *nmctx_get(void);			    /* the default one */
struct nmctx *nmctx_set_default(struct nmctx *ctx); /* returns the one before */
void nmctx_ferror(struct nmctx *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void *nmctx_malloc(struct nmctx *ctx, size_t size); /* zeroed only if the callback does so */
void nmctx_free(struct nmctx *ctx, void *p);
void nmctx_lock(struct nmctx *ctx);
void nmctx_unlock(struct nmctx *ctx);

void nmctx_set_threadsafe(void); /* a mutex for the default context */

#ifndef LIBNETMAP_NOTHREADSAFE
static inline void __attribute__((constructor)) libnetmap_init(void)
{
	nmctx_set_threadsafe();
}
#endif

#ifdef __cplusplus
}
#endif

#endif
