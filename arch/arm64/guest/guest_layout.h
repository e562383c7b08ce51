/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 probe guest: what its program and the host's half (machine.c) share.
 *
 * The program runs at EL2, which does not translate.  What EL1 and EL0 execute
 * is one page, the runtime: EL1's vectors and the two stubs.  For stage 1 it is
 * mapped by tables of the program's own in the half of the address space that
 * is not under test; for stage 2, with stage 1 off, by one block of 1 GiB in a
 * slot of the root.
 */
#ifndef ARCH_ARM64_GUEST_LAYOUT_H
#define ARCH_ARM64_GUEST_LAYOUT_H

#define ARM64_RAM_AT		0x40000000
#define ARM64_PROGRAM_AT	0x100000	/* QEMU's device tree is at 0 */
#define ARM64_RUNTIME_UPPER	0xffffff8000000000
#define ARM64_RUNTIME_LOWER	0

/*
 * mailbox.config: TCR_EL1, the half that says how TTBR0 is used (T0SZ, TG0), with
 * IPS and DS; or for stage 2 all of VTCR_EL2, with this bit on top.
 */
#define ARM64_CONFIG_STAGE2	0x8000000000000000

/*
 * With PT_REGIME_ARM64_STAGE2, from the start of the runtime area: the root of the
 * map of stage 2; the table of the first 4 TiB, whose entry k maps the k-th 512 MiB
 * to themselves; and instead of those in which RAM begins the table of its pages.  The
 * guest's program writes the first two, the host the third, before the guest is
 * ready; they are read only by VTTBR_EL2: a test may take an entry away.
 */
#define ARM64_STAGE2_AT		0x80000
#define ARM64_STAGE2_BLOCKS	0x90000
#define ARM64_STAGE2_PAGES	0xa0000
#define ARM64_STAGE2_SHIFT	29
#define ARM64_STAGE2_PAGE_SHIFT	16

/* How much further on the shadow root is for stage 1 below which stage 2 is. */
#define ARM64_STAGE2_ROOT_MOVED	0x10000

/* trap.vector: where the exception was taken to; syndromes are ESR_ELx. */
#define ARM64_TO_EL1		1
#define ARM64_TO_EL2		2
/* Of a translate probe: none was taken, the syndrome is PAR_EL1. */
#define ARM64_PAR		3

/* PAR_EL1: F, FST, PTW and S of a failure; else the address. */
#define ARM64_PAR_F		1
#define ARM64_PAR_FST_SHIFT	1
#define ARM64_PAR_PTW		0x100
#define ARM64_PAR_S		0x200
#define ARM64_PAR_PA		0x000ffffffffff000

#endif
