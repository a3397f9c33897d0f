/* SPDX-License-Identifier: BSD-2-Clause */
/* The name under which machines whose figures may be compared are filed. */
#ifndef VB_MACHINE_CLASS_H
#define VB_MACHINE_CLASS_H

/*
 * "intel-xeon-6975p-c.2cpu" of "Intel(R) Xeon(R) 6975P-C" and 2: lower case, words joined by
 * hyphens, trade marks and the nominal clock left out; fit for a folder's name. The caller frees.
 */
char *machine_class(const char *cpu_model, int cpus);

#endif
