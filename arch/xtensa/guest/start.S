/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Xtensa probe guest: start-up, accesses in rings 0 and 1, and the way back.
 *
 * The program is linked at 0xd0000000, which is where the core DC232B has its
 * vectors, and does without register windows.
 *
 * Sources: Xtensa Instruction Set Architecture Reference Manual, 4.4.1 (exceptions,
 * PS, DEPC), 4.6.5 (rings), 5.3 (special registers), chapter 6 (L32E, S32E and the
 * TLB instructions; their encodings); the CALL0 calling convention: a12 to a15 are
 * kept, a2 is the value.
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	VECTORS_KERNEL, 0x300
	.set	VECTORS_USER, 0x340
	.set	VECTORS_DOUBLE, 0x3c0
	.set	PS_KERNEL, 0x0f			/* no interrupts, ring 0 */
	.set	PS_EXCM, 0x10
	.set	PS_UM, 0x20
	.set	PS_RING1, 0x40
	.set	SR_RASID, 90
	.set	SR_PTEVADDR, 83
	.set	TRAP_VALUE, 0
	.set	TRAP_CAUSE, 4
	.set	TRAP_PC, 8
	.set	TRAP_ADDRESS, 12
	.set	FRAME, 32

	/* What the assembler does not know, on registers 0 to 15. */
	.macro	WORD24 word
	.byte	(\word) & 255, (\word) >> 8 & 255, (\word) >> 16 & 255
	.endm
	.macro	SR_READ t, sr
	WORD24	"0x030000 | \sr << 8 | \t << 4"
	.endm
	.macro	SR_WRITE t, sr
	WORD24	"0x130000 | \sr << 8 | \t << 4"
	.endm
	/* Ring of PS at s + offset, which is -64 to -4. */
	.macro	OP_L32E t, s, offset
	WORD24	"0x090000 | (((\offset) + 64) >> 2) << 12 | \s << 8 | \t << 4"
	.endm
	.macro	OP_S32E t, s, offset
	WORD24	"0x490000 | (((\offset) + 64) >> 2) << 12 | \s << 8 | \t << 4"
	.endm
	.macro	OP_IITLB s
	WORD24	"0x504000 | \s << 8"
	.endm
	.macro	OP_IDTLB s
	WORD24	"0x50c000 | \s << 8"
	.endm
	.macro	OP_WDTLB t, s
	WORD24	"0x50e000 | \s << 8 | \t << 4"
	.endm

	.section .text.start, "ax"
	.globl	_start
_start:
	j	boot
	.org	VECTORS_KERNEL
	j	trapped
	.org	VECTORS_USER
	j	trapped
	.org	VECTORS_DOUBLE
	j	trapped
	.org	0x400
	.literal_position

boot:
	movi	a0, PS_KERNEL
	wsr	a0, ps
	rsync
	movi	a1, stack_top
	movi	a2, XTENSA_MAILBOX_AT
	movi	a0, guest_main
	callx0	a0
1:	j	1b

/*
 * Any exception ends an access, whatever it is.  PS.EXCM is set, so that the ring is
 * 0; all registers but a2 may have been lost.
 */
	.balign	4
trapped:
	movi	a0, saved_sp
	l32i	a1, a0, 0
	l32i	a3, a1, 0
	s32i	a2, a3, TRAP_VALUE
	rsr	a4, exccause
	s32i	a4, a3, TRAP_CAUSE
	rsr	a4, epc1
	s32i	a4, a3, TRAP_PC
	rsr	a4, excvaddr
	s32i	a4, a3, TRAP_ADDRESS
	movi	a4, PS_KERNEL
	wsr	a4, ps
	rsync
	l32i	a0, a1, 4
	l32i	a12, a1, 8
	l32i	a13, a1, 12
	l32i	a14, a1, 16
	l32i	a15, a1, 20
	addi	a1, a1, FRAME
	ret

	.text
	.literal_position
/*
 * void xtensa_read_user(uint32_t va, uint32_t value, struct xtensa_trap *trap)
 * and so on: make an access, or run the stub at va, and say how it ended.  a5 is va,
 * a6 value.
 */
	.macro	ENTER
	addi	a1, a1, -FRAME
	s32i	a4, a1, 0
	s32i	a0, a1, 4
	s32i	a12, a1, 8
	s32i	a13, a1, 12
	s32i	a14, a1, 16
	s32i	a15, a1, 20
	movi	a7, saved_sp
	s32i	a1, a7, 0
	mov	a5, a2
	mov	a6, a3
	.endm
	/* L32E and S32E are for handlers: with EXCM they go by PS.RING. */
	.macro	ENTER_HANDLER
	ENTER
	movi	a7, PS_KERNEL | PS_EXCM | PS_RING1
	wsr	a7, ps
	rsync
	addi	a5, a5, 64
	.endm
	.macro	GO ps
	movi	a7, \ps
	wsr	a7, ps
	rsync
	wsr	a5, epc1
	rfe
	.endm

	.globl	xtensa_read_user, xtensa_read_kernel
	.globl	xtensa_write_user, xtensa_write_kernel
	.globl	xtensa_fetch_user, xtensa_fetch_kernel
	.balign	4
xtensa_read_user:
	ENTER_HANDLER
	OP_L32E	2, 5, GUEST_TAG_AT-64
	syscall
	.balign	4
xtensa_write_user:
	ENTER_HANDLER
	OP_S32E	6, 5, GUEST_STORE_AT-64
	OP_L32E	2, 5, GUEST_TAG_AT-64
	syscall
	.balign	4
xtensa_read_kernel:
	ENTER
	l32i	a2, a5, GUEST_TAG_AT
	syscall
	.balign	4
xtensa_write_kernel:
	ENTER
	s32i	a6, a5, GUEST_STORE_AT
	l32i	a2, a5, GUEST_TAG_AT
	syscall
	.balign	4
xtensa_fetch_user:
	ENTER
	GO	"PS_KERNEL | PS_EXCM | PS_UM | PS_RING1"
	.balign	4
xtensa_fetch_kernel:
	ENTER
	GO	"PS_KERNEL | PS_EXCM"

/* void xtensa_set_rings(asids), void xtensa_set_pte_base(va) */
	.globl	xtensa_set_rings, xtensa_set_pte_base, xtensa_pte_address
	.balign	4
xtensa_set_rings:
	SR_WRITE	2, SR_RASID
	dsync
	ret
	.balign	4
xtensa_set_pte_base:
	SR_WRITE	2, SR_PTEVADDR
	dsync
	ret
/* uint32_t xtensa_pte_address(void) */
	.balign	4
xtensa_pte_address:
	SR_READ	2, SR_PTEVADDR
	ret

/* void xtensa_drop_data(va_and_way), ..._fetch(...); xtensa_map_data(pte, ...) */
	.globl	xtensa_drop_data, xtensa_drop_fetch, xtensa_map_data
	.balign	4
xtensa_drop_data:
	OP_IDTLB	2
	dsync
	ret
	.balign	4
xtensa_drop_fetch:
	OP_IITLB	2
	isync
	ret
	.balign	4
xtensa_map_data:
	OP_WDTLB	2, 3
	dsync
	ret

	/* Stores to a page of code are slow: a page of its own. */
	.bss
	.balign	4096
saved_sp:
	.skip	16
	.skip	16384
stack_top:
	.skip	16
