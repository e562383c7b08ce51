/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * m68k probe guest: what its program and the host's half (machine.c) share.
 *
 * The program sees the first 16 MiB of memory through transparent translation
 * registers, in supervisor mode only.  So the tables under test do not map it, and
 * supervisor accesses to those addresses do not go through them.
 */
#ifndef ARCH_M68K_GUEST_LAYOUT_H
#define ARCH_M68K_GUEST_LAYOUT_H

#define M68K_PROGRAM_AT		0x100000
#define M68K_WINDOW_BYTES	0x1000000
#define M68K_MAILBOX_AT		0x200000

/* trap.vector */
#define M68K_VECTOR_ACCESS	2
#define M68K_VECTOR_TRAP0	32
/* Of a translate probe: none was taken, the syndrome is MMUSR. */
#define M68K_MMUSR		0x100

/* What an access error says: MMUSR of PTEST above the SSW of its frame. */
#define M68K_SYNDROME(mmusr, ssw) ((mmusr) << 16 | (ssw))
#define M68K_MMUSR_R		0x001	/* resident */
#define M68K_MMUSR_W		0x004	/* write protected */
#define M68K_MMUSR_S		0x080	/* supervisor only */
#define M68K_MMUSR_PA		0xfffff000
#define M68K_SSW_RW		0x0100	/* a read */

#endif
