/* SPDX-License-Identifier: BSD-2-Clause */
/* Seam 5: what the runner may ask of a place to run. One implementation a file; none knows what a
 * scenario is. */
#ifndef VB_PLATFORM_H
#define VB_PLATFORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "err.h"

enum platform_accel { ACCEL_AUTO, ACCEL_NONE, ACCEL_KVM, ACCEL_TCG };

#define PLATFORM_WIRES_MAX 4
#define PLATFORM_NICS_MAX  8

/* Network cards of one kind, two at the ends of each wire, or one and the other end outside. */
struct platform_cards {
	const char *driver; /* Linux's name of the driver that is to drive them */
	unsigned wires;	    /* 1..PLATFORM_WIRES_MAX */
	bool outside;	    /* programs of vb-wire are at the far ends */
};

struct platform_config {
	const char *source_dir; /* the tree that makes the guest; NULL: the current folder */
	const char *build_dir;	/* "build" */
	const char *cache_dir;	/* of platform_cache_dir() */
	const char *log_dir;	/* raw logs of this run: console.log, agent.jsonl, qemu.log */
	const char *kernel;	/* wanted kernel (release, major.minor or suite), NULL default */
	const struct platform_cards *cards; /* that programs will want */
	unsigned n_cards;
	const char *const *nics; /* PCI addresses of this machine's, for the platform host */
	unsigned n_nics;
	bool takes_nics; /* somebody said that it may take them */
	enum platform_accel accel;
	unsigned cpus;
	unsigned memory_mib;
	unsigned boot_timeout_ms;
	unsigned silence_timeout_ms; /* no line from the agent for so long: it is dead */
};

/* Where downloads are: what VB_CACHE_DIR says, as for the scripts that fetch them, else "cache". */
static inline const char *platform_cache_dir(void)
{
	const char *given = getenv("VB_CACHE_DIR");

	return given && given[0] ? given : "cache";
}

/* What was found out and will be stored with every result. */
struct platform_facts {
	char accelerator[16];	      /* none, kvm, tcg */
	char accelerator_reason[256]; /* in words, said aloud */
	char kernel[96];	      /* guest kernel release, empty on native */
	char qemu[96];		      /* version, empty on native */
	uint64_t boot_ms;
	bool cold; /* of a probe: prepare would take minutes, because nothing is there yet */
};

enum platform_event_kind {
	PLATFORM_EVENT_AGENT, /* json: one line of the agent protocol, owned by the receiver */
	PLATFORM_EVENT_NONE,  /* the wait's limit was reached */
	PLATFORM_EVENT_DEAD,  /* guest or agent is gone or silent: text says how, with a log excerpt
			       */
};

struct platform_event {
	enum platform_event_kind kind;
	json_t *json;
	char text[4096];
};

struct platform; /* one started place */

struct platform_ops {
	const char *name;
	const char *summary;  /* one line for doctor */
	bool same_everywhere; /* its figures do not depend on the machine that it runs on */
	/* Can this machine run it? 0, or -1 with the reason and what to install. Quick: no boot,
	 * but for the accelerator's probe. */
	int (*probe)(const struct platform_config *cfg, struct platform_facts *facts,
		     struct vb_err *err);
	/* Everything that start needs and that takes long: kernel, module, initramfs. Idempotent.
	 */
	int (*prepare)(const struct platform_config *cfg, struct vb_err *err);
	/* Boots and waits for the agent's hello. */
	struct platform *(*start)(const struct platform_config *cfg, struct platform_facts *facts,
				  struct vb_err *err);
	/* Sends one message of the agent protocol. */
	int (*exec)(struct platform *p, json_t *message, struct vb_err *err);
	/* The next event, waiting at most timeout_ms. Returns 0, or -1 on a defect of the platform
	 * itself. */
	int (*collect)(struct platform *p, struct platform_event *event, unsigned timeout_ms,
		       struct vb_err *err);
	/* Ends it, politely first; always succeeds and frees p. The last lines of the console stay
	 * in log_dir. */
	void (*stop)(struct platform *p);
	/* The last lines of the kernel log or console, for the excerpt of a failed trial. */
	void (*excerpt)(struct platform *p, char *buf, size_t bytes);
};

extern const struct platform_ops platform_host;
extern const struct platform_ops platform_native;
extern const struct platform_ops platform_qemu;
extern const struct platform_ops platform_icount;
extern const struct platform_ops platform_uml;
extern const struct platform_ops platform_xen;
extern const struct platform_ops platform_xen_host;

#endif
