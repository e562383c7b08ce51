/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Xtensa probe guest: what its program and the host's half (machine.c) share.
 *
 * The program runs in the kernel's static map of memory, way 5 of both TLBs: so the
 * tables under test do not map it, and addresses in ways 5 and 6 do not go through
 * them, in no ring.  Below lies all the rest of the address space.
 */
#ifndef ARCH_XTENSA_GUEST_LAYOUT_H
#define ARCH_XTENSA_GUEST_LAYOUT_H

#define XTENSA_STATIC		0xd0000000	/* of physical address 0 */
#define XTENSA_MAILBOX_AT	0xd0200000

/* trap.cause: EXCCAUSE. */
#define XTENSA_SYSCALL		1
#define XTENSA_FETCH_MISS	16
#define XTENSA_FETCH_PRIVILEGE	18
#define XTENSA_FETCH_PROHIBITED	20
#define XTENSA_DATA_MISS	24
#define XTENSA_DATA_PRIVILEGE	26
#define XTENSA_LOAD_PROHIBITED	28
#define XTENSA_STORE_PROHIBITED	29

#endif
