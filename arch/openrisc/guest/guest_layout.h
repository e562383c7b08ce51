/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * OpenRISC probe guest: what its program and the host's half (machine.c) share.
 *
 * The program runs at physical addresses: exceptions switch both MMUs off, and each
 * access switches on the one that it needs, with the l.rfe that leads to it.  So the
 * tables under test map nothing of the program, and every address goes through them.
 */
#ifndef ARCH_OPENRISC_GUEST_LAYOUT_H
#define ARCH_OPENRISC_GUEST_LAYOUT_H

#define OR1K_MAILBOX_AT		0x200000

/* trap.vector: where the exception went. */
#define OR1K_VECTOR_DATA	0x300	/* data page fault */
#define OR1K_VECTOR_FETCH	0x400	/* instruction page fault */
#define OR1K_VECTOR_DATA_MISS	0x900
#define OR1K_VECTOR_FETCH_MISS	0xa00
#define OR1K_VECTOR_SYSCALL	0xc00

/*
 * The syndrome of a miss: where the guest's handler found nothing.  The machine has
 * no such word.
 */
#define OR1K_NO_TABLE		1	/* the entry of the pgd is 0 */
#define OR1K_NO_PAGE		2	/* the pte is not present */

#endif
