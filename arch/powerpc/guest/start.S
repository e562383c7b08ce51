/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ppc64 probe guest: start-up, accesses in supervisor and user mode, and the way
 * back.  The program lies at 0, interrupt vectors included.
 *
 * Sources: Power ISA version 3.0 B, Book III, 4.2 (MSR), 6.5 (interrupts and
 * their vectors), 5.9.3.3 (tlbie).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	SPR_DSISR, 18
	.set	SPR_DAR, 19
	.set	SPR_SRR0, 26
	.set	SPR_SRR1, 27
	.set	FRAME, 256

	.machine power9
	.section .text.start, "ax"
	.globl	_start
	nop
	.org	0x10				/* where powernv begins */
_start:
	lis	2, .TOC.@ha
	addi	2, 2, .TOC.@l
	lis	1, stack_top@ha
	addi	1, 1, stack_top@l
	lis	3, PPC_MAILBOX_AT@ha
	bl	guest_main
1:	b	1b

	/* Every interrupt is the end of a probe. */
	.macro	VECTOR at
	.org	\at
	li	30, \at
	b	trapped
	.endm
	VECTOR	0x100
	VECTOR	0x200
	VECTOR	0x300
	VECTOR	0x380
	VECTOR	0x400
	VECTOR	0x480
	VECTOR	0x500
	VECTOR	0x600
	VECTOR	0x700
	VECTOR	0x800
	VECTOR	0x900
	VECTOR	0x980
	VECTOR	0xc00
	VECTOR	0xd00
	VECTOR	0xe00
	VECTOR	0xe20
	VECTOR	0xe40
	VECTOR	0xf80

	/* Low enough to be addressed by its offset from 0. */
	.org	0x1000
saved_sp:
	.quad	0

trapped:
	ld	1, 0x1000(0)
	ld	4, 32(1)
	std	3, 0(4)
	std	30, 8(4)
	mfspr	5, SPR_SRR0
	std	5, 16(4)
	mfspr	5, SPR_SRR1
	std	5, 24(4)
	mfspr	5, SPR_DAR
	std	5, 32(4)
	mfspr	5, SPR_DSISR
	std	5, 40(4)
	.set	r, 14
	.rept	18
	ld	r, 48 + 8 * (r - 14)(1)
	.set	r, r + 1
	.endr
	ld	2, 200(1)
	ld	5, 208(1)
	mtcr	5
	ld	5, 216(1)
	mtlr	5
	addi	1, 1, FRAME
	blr

/*
 * void ppc_probe(uint64_t va, uint64_t value, uint64_t code, uint64_t msr,
 *		  struct ppc_trap *trap)
 * Runs code with that MSR until it traps, and says how.
 */
	.globl	ppc_probe
ppc_probe:
	addi	1, 1, -FRAME
	std	7, 32(1)
	.set	r, 14
	.rept	18
	std	r, 48 + 8 * (r - 14)(1)
	.set	r, r + 1
	.endr
	std	2, 200(1)
	mfcr	8
	std	8, 208(1)
	mflr	8
	std	8, 216(1)
	std	1, 0x1000(0)
	mtspr	SPR_SRR0, 5
	mtspr	SPR_SRR1, 6
	mr	5, 4
	mr	4, 3
	li	3, 0
	rfid

/* The accesses themselves; the way back is a system call. */
	.globl	stub_read, stub_read_end, stub_write, stub_write_end
stub_read:
	ld	3, GUEST_TAG_AT(4)
stub_read_end:
	sc
stub_write:
	std	5, GUEST_STORE_AT(4)
	ld	3, GUEST_TAG_AT(4)
stub_write_end:
	sc

/* void ppc_flush(void): everything of every process and partition. */
	.globl	ppc_flush
ppc_flush:
	li	4, 0xc00
	li	0, 0
	ptesync
	tlbie	4, 0, 2, 1, 1
	eieio
	tlbsync
	ptesync
	blr

	.bss
	.balign	16
	.skip	32768
stack_top:
	.skip	512
