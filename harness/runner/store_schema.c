/* SPDX-License-Identifier: BSD-2-Clause */
#include "store_schema.h"

/* The file itself is the source, so that program and documentation cannot differ. */
__asm__(".section .rodata\n"
	".global store_schema_sql\n"
	".type store_schema_sql, @object\n"
	"store_schema_sql:\n"
	".incbin \"results/schema.sql\"\n"
	".byte 0\n"
	".size store_schema_sql, . - store_schema_sql\n"
	".previous\n");
