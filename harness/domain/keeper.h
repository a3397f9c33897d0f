/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One process for each guest: it holds the guest's console, passes requests of programs in dom0 on
 * to the agent there and its answers back, and knows whether the guest can still be believed.
 */
#ifndef VB_DOMAIN_KEEPER_H
#define VB_DOMAIN_KEEPER_H

#include <stdbool.h>

#include "err.h"

#define KEEPER_FOLDER	       "/run/valebench/domains"
#define KEEPER_FOLDER_VARIABLE "VB_DOMAINS" /* another one, in the environment */
#define KEEPER_PATH_BYTES      108	    /* of a socket's address */

struct keeper_spec {
	const char *name;
	int console;	     /* the terminal's descriptor */
	int listener;	     /* where programs connect */
	int ready;	     /* written to once: "ready", or why not; then closed */
	bool bare;	     /* nothing there speaks the agent's protocol */
	const char *awaited; /* of a bare one: ready when its console says this; NULL: at once */
	unsigned boot_ms;    /* not ready after so long: given up */
	unsigned silence_ms;
	int owner; /* polls readable when the domain is to be destroyed; -1: nobody decides */
};

/* The folder of all domains, and "FOLDER/NAME/FILE". */
const char *keeper_folder(void);
void keeper_path(const char *name, const char *file, char path[KEEPER_PATH_BYTES]);

/* A stream socket bound to the domain's address. -1 with err. */
int keeper_listen(const char *name, struct vb_err *err);

/* A connection to the keeper of that domain. -1 with err: there is none. */
int keeper_connect(const char *name, struct vb_err *err);

/* Serves until the domain has ended and somebody has asked for that (an agent's "poweroff"). */
void keeper_run(const struct keeper_spec *spec);

/*
 * What the keeper says besides events of the guest's agent: {"ev":"fault","text":"..."}: nothing
 * that the guest says is to be believed any more; {"ev":"leaving"}: its end is no fault from now
 * on.
 */
#define KEEPER_FAULT   "fault"
#define KEEPER_LEAVING "leaving"

#endif
