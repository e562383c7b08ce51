/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * m68k probe guest: start-up, accesses in supervisor and user mode, and the way
 * back.
 *
 * Sources: M68040 User's Manual (M68040UM/AD), 3.1 (transparent translation, TC,
 * MMUSR), 8.4 (exception frames; format 7); M68000 Family Programmer's Reference
 * Manual, MOVES, PTEST, RTE.
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	TRAP_VALUE, 0
	.set	TRAP_VECTOR, 4
	.set	TRAP_PC, 8
	.set	TRAP_SSW, 12
	.set	TRAP_ADDRESS, 16

	.section .text.start, "ax"
	.globl	_start
_start:
	move.w	#0x2700, %sr
	lea	stack_top, %sp
	pea	M68K_MAILBOX_AT
	jsr	guest_main
1:	stop	#0x2700
	bra	1b

	.text
/*
 * void m68k_read(uint32_t va, uint32_t value, struct m68k_trap *trap)
 * void m68k_write(...same...)
 * Accesses by MOVES; the function code is in SFC and DFC.
 * void m68k_fetch_kernel(...same...), void m68k_fetch_user(...same...)
 * Run the stub at va.
 * All return when something trapped, or when it was done, and say which.
 */
	.macro	ENTER
	movem.l	%d2-%d7/%a2-%a6, -(%sp)
	move.l	48(%sp), %a0
	move.l	52(%sp), %d1
	move.l	56(%sp), -(%sp)
	move.l	%sp, saved_sp
	.endm

	.globl	m68k_read, m68k_write, m68k_fetch_kernel, m68k_fetch_user
m68k_read:
	ENTER
	moves.l	GUEST_TAG_AT(%a0), %d0
	trap	#0
m68k_write:
	ENTER
	moves.l	%d1, GUEST_STORE_AT(%a0)
	moves.l	GUEST_TAG_AT(%a0), %d0
	trap	#0
m68k_fetch_kernel:
	ENTER
	jmp	(%a0)
m68k_fetch_user:
	ENTER
	clr.w	-(%sp)			/* frame of format 0 */
	move.l	%a0, -(%sp)
	clr.w	-(%sp)			/* SR: user */
	rte

/* Every exception; any register may be lost. */
	.balign	4
	.globl	m68k_trapped
m68k_trapped:
	move.l	saved_sp, %a1
	move.l	(%a1)+, %a0
	move.l	%d0, TRAP_VALUE(%a0)
	clr.l	%d1
	move.w	6(%sp), %d1
	and.w	#0xfff, %d1
	lsr.w	#2, %d1
	move.l	%d1, TRAP_VECTOR(%a0)
	move.l	2(%sp), TRAP_PC(%a0)
	clr.l	TRAP_SSW(%a0)
	clr.l	TRAP_ADDRESS(%a0)
	cmp.l	#M68K_VECTOR_ACCESS, %d1
	bne	1f
	move.w	12(%sp), TRAP_SSW+2(%a0)
	move.l	20(%sp), TRAP_ADDRESS(%a0)
1:	move.l	%a1, %sp
	movem.l	(%sp)+, %d2-%d7/%a2-%a6
	rts

/* uint32_t m68k_ptest_read(uint32_t va), m68k_ptest_write(uint32_t va) */
	.globl	m68k_ptest_read, m68k_ptest_write
m68k_ptest_read:
	move.l	4(%sp), %a0
	ptestr	(%a0)
	movec	%mmusr, %d0
	rts
m68k_ptest_write:
	move.l	4(%sp), %a0
	ptestw	(%a0)
	movec	%mmusr, %d0
	rts

	.bss
	.balign	16
saved_sp:
	.skip	16
	.skip	16384
stack_top:
	.skip	16
