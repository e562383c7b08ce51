/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mips probe guests: what their program and the host's half (machine.c) share.
 *
 * The program, the mailbox and the tables are seen through kseg0 and xkphys, which
 * are not mapped; so the tables under test map none of them.
 */
#ifndef ARCH_MIPS_GUEST_LAYOUT_H
#define ARCH_MIPS_GUEST_LAYOUT_H

#define MIPS_PROGRAM_AT		0x100000
#define MIPS_KSEG0		0x80000000

/* Where the tables lie that empty entries point to: pud, pmd, pte. */
#define MIPS_INVALID_PUD_AT	0x1000
#define MIPS_INVALID_PMD_AT	0x2000
#define MIPS_INVALID_PTE_AT	0x3000

/* mailbox.config of a 64-bit guest: what its root table is made of. */
#define MIPS_ROOT_OF_PUDS	0
#define MIPS_ROOT_OF_P4DS	1

/* trap.vector: offset of the vector, from EBase. */
#define MIPS_VECTOR_REFILL	0x000
#define MIPS_VECTOR_XREFILL	0x080
#define MIPS_VECTOR_CACHE	0x100
#define MIPS_VECTOR_GENERAL	0x180

/* Cause.ExcCode */
#define MIPS_CODE_MOD		1
#define MIPS_CODE_TLBL		2
#define MIPS_CODE_TLBS		3
#define MIPS_CODE_IBE		6
#define MIPS_CODE_DBE		7
#define MIPS_CODE_SYSCALL	8
#define MIPS_CODE_TLBRI		19
#define MIPS_CODE_TLBXI		20

#endif
