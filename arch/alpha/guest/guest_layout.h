/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Alpha probe guest: what its program and the host's half (machine.c) share.
 *
 * The program takes the place of PALcode and sees memory through KSEG, where tables
 * have no say; accesses to KSEG do not go through them.  Code that runs in user mode
 * is the program's, too, mapped where the runtime is: RAM from its start, as far as
 * a program can reach.
 */
#ifndef ARCH_ALPHA_GUEST_LAYOUT_H
#define ARCH_ALPHA_GUEST_LAYOUT_H

#define ALPHA_KSEG		0xfffffc0000000000
#define ALPHA_KSEG_BYTES	0x20000000000
#define ALPHA_PROGRAM_AT	0x10000		/* guest.cmake links it there */
#define ALPHA_PROGRAM_END	(ALPHA_PROGRAM_AT + GUEST_PROGRAM_BYTES)

/* trap.vector: offsets from the PALcode's base. */
#define ALPHA_VECTOR_MMFAULT	0x280
#define ALPHA_VECTOR_BPT	0x2000		/* CALL_PAL 0x80 */

/* What a memory management fault says, as the OSF/1 entMM's a1 and a2. */
#define ALPHA_TNV		0		/* translation not valid */
#define ALPHA_ACV		1		/* access violation */
#define ALPHA_FOR		2		/* fault on read */
#define ALPHA_FOE		3		/* fault on execute */
#define ALPHA_FOW		4		/* fault on write */
#define ALPHA_BY_LOAD		0
#define ALPHA_BY_STORE		1
#define ALPHA_BY_FETCH		0xff
#define ALPHA_SYNDROME(fault, by) ((fault) | ((by) & 0xff) << 8)

#endif
