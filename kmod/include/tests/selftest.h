/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nm-selftest: what a program may rely on when it uses /dev/netmap through the public headers,
 * plain system calls and libnetmap. One table of named tests a file; descriptors and mappings end
 * with the test.
 */
#ifndef NM_SELFTEST_H
#define NM_SELFTEST_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include <net/netmap.h>
#include <net/netmap_user.h>

#define ST_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Whether the switch runs in this process: no faults, no descriptors for select, no other tasks. */
#ifdef SELFTEST_INPROC
enum { st_in_process = true };
#else
enum { st_in_process = false };
#endif

struct st_test {
	const char *name;
	void (*run)(void);
};

struct st_group {
	const struct st_test *tests;
	size_t count;
};

extern const struct st_group st_register_group, st_info_group, st_newif_group, st_legacy_group,
	st_misuse_group, st_option_group, st_traffic_group, st_ring_group, st_poll_group,
	st_life_group, st_pipe_group, st_null_group, st_monitor_group, st_offsets_group,
	st_csb_group, st_kloop_group, st_extmem_group, st_pages_group, st_device_group,
	st_vnet_group, st_libnetmap_group;

/* The verdict of the running test; the first failure stays. */
__attribute__((format(printf, 3, 4))) void st_failed(const char *file, int line, const char *fmt,
						     ...);
void st_skipped(const char *why);

/* What a kernel may do without; asked by a request that then answers EOPNOTSUPP. */
enum st_feature {
	ST_PIPES,
	ST_MONITORS,
	ST_NULL_PORTS,
	ST_OFFSETS,
	ST_CSB,
	ST_KLOOP,
	ST_EXTMEM,
	ST_DEVICES,
	ST_POLLING,
	ST_TWO_SWITCHES,
};

/*
 * Is it there? If not, the running test is skipped when the gap is a known one (the table in
 * selftest_features.c), and has failed otherwise.
 */
bool st_needs(enum st_feature feature);

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			st_failed(__FILE__, __LINE__, "%s", #cond);                                \
			return;                                                                    \
		}                                                                                  \
	} while (0)

#define CHECK_EQ(got, want)                                                                        \
	do {                                                                                       \
		long long _got = (long long)(got), _want = (long long)(want);                      \
		if (_got != _want) {                                                               \
			st_failed(__FILE__, __LINE__, "%s is %lld, not %lld", #got, _got, _want);  \
			return;                                                                    \
		}                                                                                  \
	} while (0)

#define NEEDS(feature)                                                                             \
	do {                                                                                       \
		if (!st_needs(feature))                                                            \
			return;                                                                    \
	} while (0)

#define SKIP_IN_PROCESS(why)                                                                       \
	do {                                                                                       \
		if (st_in_process) {                                                               \
			st_skipped(why);                                                           \
			return;                                                                    \
		}                                                                                  \
	} while (0)

/*
 * What programs may rely on, by number; the page docs/abi.md holds the same rows. A statement
 * holds when one of its tests passed and none failed.
 */
struct st_statement {
	const char *id;	   /* A: netmap's interface, V: the switch; then section and number */
	const char *kind;  /* C: programs depend on it, Q: netmap does otherwise by mistake, or - */
	const char *tests; /* names, a space between */
	const char *text;
};

struct st_statements {
	const struct st_statement *rows;
	size_t count;
};

extern const struct st_statements st_abi_statements, st_ring_statements, st_vale_statements,
	st_port_statements, st_option_statements;

/* One bound port. tx and rx are its first bound rings, or NULL. */
struct st_port {
	int fd;
	struct nmreq_register reg; /* in: the request, out: the answer */
	char *mem;
	struct netmap_if *nifp;
	struct netmap_ring *tx;
	struct netmap_ring *rx;
};

/* A new descriptor of the device; -1 with errno. */
int st_open(void);
void st_close(int fd);
void *st_map(int fd, size_t bytes); /* NULL with errno */
void st_unmap(void *base, size_t bytes);
/* After each test: what it left open. */
void st_end_all(void);
/* What a failed test may have left behind that outlives descriptors. */
void st_remove_persistent_ports(void);

/* One request; 0 or a positive errno. */
int st_ctrl(int fd, unsigned type, const char *name, void *body);
int st_ctrl_options(int fd, unsigned type, const char *name, void *body, void *options);

/* Opens a descriptor, registers with p->reg (mode 0: ALL_NIC), maps. 0 or a positive errno. */
int st_bind_as(struct st_port *p, const char *name);
/* The same with everything by default. */
int st_bind(struct st_port *p, const char *name);
void st_unbind(struct st_port *p);

/* VALE_LIST of one name: its port number, or a negative errno. */
int st_port_index(const char *name);

/* Puts one frame of bytes (at least 14) from src to dst into the next slot; does not sync. */
void st_put(struct st_port *p, uint8_t dst, uint8_t src, uint16_t bytes);
int st_send(struct st_port *p, uint8_t dst, uint8_t src, uint16_t bytes); /* and TXSYNC */
/* Packets that wait at the first rx ring after an RXSYNC; negative errno. */
int st_pending(struct st_port *p);
/* Releases everything that waits at the first rx ring. */
void st_drain(struct st_port *p);

enum { ST_BROADCAST = 0xff };

#endif
