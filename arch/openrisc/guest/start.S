/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * OpenRISC probe guest: start-up, accesses in supervisor and user mode, and the way
 * back.
 *
 * Sources: OpenRISC 1000 Architecture Manual 1.3, 6.2 and 6.3 (vectors, what an
 * exception saves and switches off), 4.3 (EPCR0, EEAR0, ESR0), 16.2 (calling
 * convention: r2, r9, r10 and the even ones from r14 on are kept, r11 is the value).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	SPR_EPCR, 32
	.set	SPR_EEAR, 48
	.set	SPR_ESR, 64
	.set	TRAP_VALUE, 0
	.set	TRAP_VECTOR, 4
	.set	TRAP_PC, 8
	.set	TRAP_ADDRESS, 12
	.set	FRAME, 64

	.macro	FRAME_EACH op
	\op	r5, 0
	\op	r2, 4
	\op	r9, 8
	\op	r10, 12
	\op	r14, 16
	\op	r16, 20
	\op	r18, 24
	\op	r20, 28
	\op	r22, 32
	\op	r24, 36
	\op	r26, 40
	\op	r28, 44
	\op	r30, 48
	.endm
	.macro	PUT register, at
	l.sw	\at(r1), \register
	.endm
	.macro	GET register, at
	l.lwz	\register, \at(r1)
	.endm
	.macro	ADDRESS register, symbol
	l.movhi	\register, hi(\symbol)
	l.ori	\register, \register, lo(\symbol)
	.endm
	.macro	VECTOR at
	.org	\at
	l.j	trapped
	l.ori	r4, r0, \at
	.endm

	.section .text.start, "ax"
	.org	0x100			/* reset */
	.globl	_start
_start:
	l.movhi	r0, 0
	ADDRESS	r1, stack_top
	ADDRESS	r3, OR1K_MAILBOX_AT
	ADDRESS	r5, guest_main
	l.jalr	r5
	l.nop
1:	l.j	1b
	l.nop
	VECTOR	0x200
	VECTOR	0x300
	VECTOR	0x400
	VECTOR	0x500
	VECTOR	0x600
	VECTOR	0x700
	VECTOR	0x800
	VECTOR	0x900
	VECTOR	0xa00
	VECTOR	0xb00
	VECTOR	0xc00
	VECTOR	0xd00
	VECTOR	0xe00

/*
 * Any exception ends an access, whatever it is: the MMUs are off, the mode is the
 * supervisor's.  r4 is the vector; all registers but r11 may have been lost.
 */
trapped:
	l.movhi	r0, 0
	ADDRESS	r3, saved_sp
	l.lwz	r1, 0(r3)
	FRAME_EACH GET
	l.sw	TRAP_VALUE(r5), r11
	l.sw	TRAP_VECTOR(r5), r4
	l.mfspr	r3, r0, SPR_EPCR
	l.sw	TRAP_PC(r5), r3
	l.mfspr	r3, r0, SPR_EEAR
	l.sw	TRAP_ADDRESS(r5), r3
	l.jr	r9
	l.addi	r1, r1, FRAME

	.text
/*
 * void or1k_read(uint32_t va, uint32_t value, struct or1k_trap *trap, uint32_t sr)
 * and so on: make an access in the mode of sr, or run the stub at va, and say how it
 * ended.
 */
	.macro	ENTER
	l.addi	r1, r1, -FRAME
	FRAME_EACH PUT
	ADDRESS	r7, saved_sp
	l.sw	0(r7), r1
	l.mtspr	r0, r6, SPR_ESR
	.endm
	.macro	ENTER_AT label
	ENTER
	ADDRESS	r7, \label
	l.mtspr	r0, r7, SPR_EPCR
	l.rfe
	.endm

	.globl	or1k_read, or1k_write, or1k_fetch
or1k_read:
	ENTER_AT do_read
or1k_write:
	ENTER_AT do_write
or1k_fetch:
	ENTER
	l.mtspr	r0, r3, SPR_EPCR
	l.rfe

do_write:
	l.sw	GUEST_STORE_AT(r3), r4
	l.sys	0
	l.nop
do_read:
	l.lwz	r11, GUEST_TAG_AT(r3)
	l.sys	0
	l.nop

	/* Stores to a page of code are slow: a page of its own. */
	.bss
	.balign	8192
saved_sp:
	.skip	16
	.skip	16384
stack_top:
	.skip	16
