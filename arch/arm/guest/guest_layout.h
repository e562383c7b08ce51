/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm probe guest: what its program and the host's half (machine.c) share.
 *
 * The program runs in Hyp mode, which does not translate.  What PL1 and PL0
 * execute is one page, the runtime: the vectors of PL1 and the two stubs.  A slot
 * of the root maps it: with short descriptors a section, the program's MiB; with
 * long ones a block, all of RAM's GiB.
 */
#ifndef ARCH_ARM_GUEST_LAYOUT_H
#define ARCH_ARM_GUEST_LAYOUT_H

#define ARM_RAM_AT		0x40000000
#define ARM_PROGRAM_AT		0x100000	/* QEMU's device tree is at 0 */

/* mailbox.config: long descriptors. */
#define ARM_CONFIG_LPAE		1

/* trap.vector: an exception of PL1, by its number. */
#define ARM_VECTOR_SVC		2
#define ARM_VECTOR_FETCH	3
#define ARM_VECTOR_DATA		4
/* Of a translate probe: no exception, or one of Hyp mode; then HSR is told. */
#define ARM_PAR			0x100
#define ARM_TO_HYP		0x101

/* PAR of 64 bits: F and FS of a failure, LPAE (this format); else the address. */
#define ARM_PAR_F		1
#define ARM_PAR_FS_SHIFT	1
#define ARM_PAR_LPAE		0x800
#define ARM_PAR_PA		0xfffffff000

#endif
