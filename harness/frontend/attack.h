/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest may try, and what is to come of it. */
#ifndef FRONTEND_ATTACK_H
#define FRONTEND_ATTACK_H

#include "shared.h"
#include "standard.h"

/* What every attack is given. */
struct trial {
	struct frontend *front;
	uint64_t end_ms;   /* until then go those that go on */
	const char *wrong; /* what came of it and should not have, or NULL */
};

struct attack {
	const char *name;
	const char *about;
	/* One of these: over a connection, or without one. */
	void (*standard)(struct standard *s, struct trial *t);
	void (*shared)(struct shared *s, struct trial *t);
	int (*alone)(struct trial *t, struct vb_err *err);
	const char *reason; /* for which it is closed; NULL: it goes on; ANY_REASON: either */
};

#define ANY_REASON ""

/* Tables that end with an attack without a name. */
extern const struct attack attacks_standard[], attacks_shared[], attacks_alone[];

/* Carries it out, from one Initialising to the next. 0, or -1: it could not be tried. */
int attack_run(const struct attack *a, struct trial *t, struct vb_err *err);

#endif
