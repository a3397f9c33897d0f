/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the processors of a User Mode Linux guest run. */
#ifndef UML_CPUS_H
#define UML_CPUS_H

#include <sys/types.h>

/*
 * Each processor of the guest is a thread of its process, in the order of their ids; the k-th gets
 * the k-th processor that we may use. A process of the guest's programs inherits its own from the
 * thread that made it. A system call goes back and forth between the two: where they are on one
 * processor that is a switch, on two it wakes one that sleeps, for some ten times as long, and the
 * host changes its mind about it.
 *
 * Returns how many threads were placed: cpus, or 0 where we may use fewer or the threads are not
 * the guest's processors alone.
 */
unsigned uml_place_cpus(pid_t pid, unsigned cpus);

#endif
