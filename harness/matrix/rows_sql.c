/* SPDX-License-Identifier: BSD-2-Clause */
/* The file itself is the source, so that program and documentation cannot differ. */
__asm__(".section .rodata\n"
	".global rows_sql\n"
	".type rows_sql, @object\n"
	"rows_sql:\n"
	".incbin \"results/matrix.sql\"\n"
	".byte 0\n"
	".size rows_sql, . - rows_sql\n"
	".previous\n");
