/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sparc32 probe guest: what its program and the host's half (machine.c) share.
 *
 * The first 16 MiB of RAM are mapped at address 0, for the supervisor: so the
 * runtime can have the first slot of the root only.
 */
#ifndef ARCH_SPARC_GUEST_LAYOUT_H
#define ARCH_SPARC_GUEST_LAYOUT_H

#define SPARC_MAILBOX_AT	0x200000

/* trap.vector: trap types. */
#define SPARC_TRAP_FETCH	0x01
#define SPARC_TRAP_DATA		0x09
#define SPARC_TRAP_DONE		0x80	/* ta 0 */
/* Of a translate probe: no trap; the syndrome is the level of the last entry. */
#define SPARC_PROBE		0x100

#endif
