/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ppc64 probe guest: what its program and the host's half (machine.c) share.
 *
 * The program runs in real mode; of user mode's, the two stubs are in quadrant 3,
 * which tables of the program's own map.
 */
#ifndef ARCH_POWERPC_GUEST_LAYOUT_H
#define ARCH_POWERPC_GUEST_LAYOUT_H

#define PPC_MAILBOX_AT		0x200000

/* trap.vector */
#define PPC_VECTOR_DATA		0x300
#define PPC_VECTOR_DATA_SEGMENT	0x380
#define PPC_VECTOR_FETCH	0x400
#define PPC_VECTOR_FETCH_SEGMENT 0x480
#define PPC_VECTOR_CALL		0xc00

#endif
