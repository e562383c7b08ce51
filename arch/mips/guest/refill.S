/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mips probe guests of 64 bits: the refill handlers.  A processor without a table
 * walker has these instead, so what is the emulator's own is the refill exception,
 * the fields of BadVAddr, the check of the entry and the page that it maps.
 * Nothing is looked at on the way but the mark of a huge page: whatever lies at the
 * end of the walk goes into the TLB, and the processor says what it is worth.
 *
 * Sources: Linux 6.12, asm/pgtable-64.h and pgtable-bits.h (where the fields are,
 * EntryLo in bits 63..6 and the two of software's below, _PAGE_HUGE); MIPS64
 * Privileged Resource Architecture, MD00091: EntryLo0 and EntryLo1, PageMask,
 * volume II: TLBWR, DROTR.
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	noreorder
	.set	noat

	.set	HUGE, 0x10
	.set	ENTRYLO_G_SHIFT, 8	/* rotates XI and RI to the top, G to 0 */
	.set	MASK_OF_1M, 0x1fe000	/* PageMask: each half of a pair is 1 MiB */
	.set	ENTRYLO_OF_1M, 1 << 14	/* EntryLo of the second half: 1 MiB on */

/* From the table in $27 to what its entry for BadVAddr holds. */
	.macro	STEP shift, mask
	dmfc0	$26, $8			/* BadVAddr */
	dsrl	$26, $26, \shift - 3
	andi	$26, $26, \mask << 3
	daddu	$27, $27, $26
	ld	$27, 0($27)
	.endm

	.text
	.globl	mips_refill_p4d, mips_refill_pud
mips_refill_p4d:
	lui	$27, %hi(mips_root)
	ld	$27, %lo(mips_root)($27)
	STEP	39, 511
	STEP	30, 511
	b	pmd
	nop

mips_refill_pud:
	lui	$27, %hi(mips_root)
	ld	$27, %lo(mips_root)($27)
	STEP	30, 1023
pmd:
	STEP	21, 511
	andi	$26, $27, HUGE
	bnez	$26, huge
	nop
	dmfc0	$26, $8
	dsrl	$26, $26, 12 - 3
	andi	$26, $26, 510 << 3	/* the even one of the pair */
	daddu	$27, $27, $26
	ld	$26, 0($27)
	ld	$27, 8($27)
	drotr	$26, $26, ENTRYLO_G_SHIFT
	drotr	$27, $27, ENTRYLO_G_SHIFT
	dmtc0	$26, $2			/* EntryLo0 */
	dmtc0	$27, $3			/* EntryLo1 */
	mtc0	$0, $5			/* PageMask: 4 KiB */
write:
	ehb
	tlbwr
	ehb
	eret
	nop

/* A huge page is a pair, each half of it 1 MiB. */
huge:
	drotr	$27, $27, ENTRYLO_G_SHIFT
	dmtc0	$27, $2
	daddiu	$27, $27, ENTRYLO_OF_1M
	dmtc0	$27, $3
	lui	$27, MASK_OF_1M >> 16
	ori	$27, $27, MASK_OF_1M & 0xffff
	b	write
	mtc0	$27, $5
