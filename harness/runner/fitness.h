/* SPDX-License-Identifier: BSD-2-Clause */
/* Is this machine fit to measure? Checks, each held against a bound, and the verdict on all. */
#ifndef VB_FITNESS_H
#define VB_FITNESS_H

#include <stdbool.h>
#include <stddef.h>

#define FITNESS_CHECKS_MAX 12

enum fitness_ok { FITNESS_BAD, FITNESS_GOOD, FITNESS_UNKNOWN };

struct fitness_check {
	const char *name, *unit; /* literals */
	double value, bound;	 /* NAN: could not be taken; NAN: only told */
	enum fitness_ok ok;
	char text[240]; /* in plain words */
};

struct fitness {
	struct fitness_check checks[FITNESS_CHECKS_MAX];
	size_t n;
};

/* Adds a check that is good up to its bound. NAN as value: it cannot tell; as bound: it is only
 * told. More than FITNESS_CHECKS_MAX are left out. */
__attribute__((format(printf, 6, 7))) void fitness_add(struct fitness *f, const char *name,
						       const char *unit, double value, double bound,
						       const char *fmt, ...);

/* "unfit" when a check is bad, "fit" when some are good and none is bad, else "unknown". */
const char *fitness_verdict(const struct fitness *f);

/*
 * Checks of the host, about a second: load (others' share of the processors while this program
 * sleeps), copy and copy_spread (frames of 60 bytes that one processor copies a second, and how far
 * the quartiles of short windows of that are apart), steal (processor time that went to other
 * guests meanwhile), core (share of yardsticks during which others had the core), clock (cost of
 * reading it). own_yardstick: what is measured finds out by itself when it is disturbed, so what
 * others do is only told.
 */
void fitness_host(struct fitness *f, bool own_yardstick);

#endif
