/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mips probe guests, of 32 and 64 bits: start-up, vectors, accesses in kernel and user
 * mode, and the way back.  All of it runs in kseg0, whose addresses are 32 bits
 * sign-extended, so 32 bits of a symbol are enough in both.
 *
 * Sources: MIPS Architecture for Programmers, volume III (MD00090, MD00091),
 * "Exception Vector Locations", Status, Cause, EPC, BadVAddr; volume II, ERET.
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

#ifdef __mips64
#define STORE	sd
#define LOAD	ld
#define MFC0	dmfc0
#define MTC0	dmtc0
#define STATUS_KERNEL	0xe0		/* KX, SX, UX */
#define BYTES	8
#else
#define STORE	sw
#define LOAD	lw
#define MFC0	mfc0
#define MTC0	mtc0
#define STATUS_KERNEL	0
#define BYTES	4
#endif

	.set	noreorder
	.set	noat

	.macro	ADDRESS register, symbol
	lui	\register, %hi(\symbol)
	addiu	\register, \register, %lo(\symbol)
	.endm

	.section .text.start, "ax"
	.globl	_start
_start:
	ADDRESS	$sp, stack_top
	lui	$4, (MIPS_KSEG0 + GUEST_MAILBOX_AT) >> 16
	jal	guest_main
	nop
1:	b	1b
	nop

/* What EBase points to. */
	.balign	4096
	.globl	mips_vectors
mips_vectors:
	b	trapped
	li	$27, MIPS_VECTOR_REFILL
	.org	mips_vectors + MIPS_VECTOR_XREFILL
#ifdef __mips64
	lui	$26, %hi(mips_refill)
	ld	$26, %lo(mips_refill)($26)
	jr	$26
	nop
#else
	b	trapped
	li	$27, MIPS_VECTOR_XREFILL
#endif
	.org	mips_vectors + MIPS_VECTOR_CACHE
	b	trapped
	li	$27, MIPS_VECTOR_CACHE
	.org	mips_vectors + MIPS_VECTOR_GENERAL
	b	trapped
	li	$27, MIPS_VECTOR_GENERAL

/* Any register may be lost here: code fetched by accident ran. */
trapped:
	lui	$26, %hi(saved_sp)
	LOAD	$29, %lo(saved_sp)($26)
	LOAD	$8, 0 * BYTES($29)
	STORE	$2, 0 * BYTES($8)
	mfc0	$9, $13			/* Cause */
	MFC0	$10, $14		/* EPC */
	MFC0	$11, $8			/* BadVAddr */
	STORE	$9, 1 * BYTES($8)
	STORE	$10, 2 * BYTES($8)
	STORE	$11, 3 * BYTES($8)
	STORE	$27, 4 * BYTES($8)
	li	$9, STATUS_KERNEL
	mtc0	$9, $12			/* Status: EXL and user mode are left */
	ehb
	LOAD	$16, 1 * BYTES($29)
	LOAD	$17, 2 * BYTES($29)
	LOAD	$18, 3 * BYTES($29)
	LOAD	$19, 4 * BYTES($29)
	LOAD	$20, 5 * BYTES($29)
	LOAD	$21, 6 * BYTES($29)
	LOAD	$22, 7 * BYTES($29)
	LOAD	$23, 8 * BYTES($29)
	LOAD	$28, 9 * BYTES($29)
	LOAD	$30, 10 * BYTES($29)
	LOAD	$31, 11 * BYTES($29)
	jr	$31
	addiu	$29, $29, 12 * BYTES

/*
 * void mips_probe(const struct mips_access *access, struct mips_trap *trap)
 * Runs the access's code with its Status until something traps, and says what.
 */
	.text
	.globl	mips_probe
mips_probe:
	addiu	$29, $29, -12 * BYTES
	STORE	$5, 0 * BYTES($29)
	STORE	$16, 1 * BYTES($29)
	STORE	$17, 2 * BYTES($29)
	STORE	$18, 3 * BYTES($29)
	STORE	$19, 4 * BYTES($29)
	STORE	$20, 5 * BYTES($29)
	STORE	$21, 6 * BYTES($29)
	STORE	$22, 7 * BYTES($29)
	STORE	$23, 8 * BYTES($29)
	STORE	$28, 9 * BYTES($29)
	STORE	$30, 10 * BYTES($29)
	STORE	$31, 11 * BYTES($29)
	lui	$8, %hi(saved_sp)
	STORE	$29, %lo(saved_sp)($8)
	LOAD	$8, 3 * BYTES($4)
	LOAD	$9, 2 * BYTES($4)
	LOAD	$5, 1 * BYTES($4)
	LOAD	$4, 0 * BYTES($4)
	mtc0	$8, $12			/* Status, with EXL */
	ehb
	MTC0	$9, $14			/* EPC */
	ehb
	eret
	nop

/*
 * The accesses themselves, in a page of their own that user mode may see, too; the
 * way back is a system call.
 */
	.balign	4096
	.globl	stub_read, stub_read_end, stub_write, stub_write_end
stub_read:
	LOAD	$2, GUEST_TAG_AT($4)
stub_read_end:
	syscall
stub_write:
	STORE	$5, GUEST_STORE_AT($4)
	LOAD	$2, GUEST_TAG_AT($4)
stub_write_end:
	syscall
	.balign	4096

	.bss
	.balign	16
saved_sp:
	.skip	16
	.skip	16384
stack_top:
	.skip	64
