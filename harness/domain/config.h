/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest of Xen is made of, and how `xl` is told. */
#ifndef VB_DOMAIN_CONFIG_H
#define VB_DOMAIN_CONFIG_H

#include <stdbool.h>
#include <stdio.h>

#include "err.h"

#define DOMAIN_VIFS_MAX	    8
#define DOMAIN_NAME_BYTES   32
#define DOMAIN_EXTRAS_BYTES 1024

enum domain_type { DOMAIN_PV, DOMAIN_PVH };

struct domain_config {
	const char *name;
	enum domain_type type;
	const char *kernel;
	const char *ramdisk; /* NULL: none */
	const char *cpus;    /* physical processors, as xl writes them; NULL: any */
	const char *tsc;     /* whose clock it reads, as xl's tsc_mode; NULL: Xen decides */
	unsigned memory_mib;
	unsigned vcpus;
	unsigned weight; /* of the scheduler; 0: its default */
	unsigned cap;	 /* percent of a processor; 0: none */
	bool bare;	 /* no Linux with our agent: whatever its console says is only a log */
	const char *vifs[DOMAIN_VIFS_MAX]; /* as xl writes them: "bridge=br0,mac=..." */
	unsigned n_vifs;
	char extra[DOMAIN_EXTRAS_BYTES]; /* the kernel's command line */
};

/* Letters, digits, '-' and '_', as a name becomes a folder's as well. 0, or -1 with err. */
int domain_name_check(const char *name, struct vb_err *err);

/* "pv" or "pvh". 0, or -1 with err. */
int domain_type_parse(const char *text, enum domain_type *type, struct vb_err *err);

/* Writes it as xl's configuration file. 0, or -1 with err. */
int domain_config_write(const struct domain_config *c, FILE *to, struct vb_err *err);

#endif
