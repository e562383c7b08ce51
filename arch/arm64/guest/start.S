/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 probe guest: start-up at EL2, ways to EL1 and EL0 and back.
 *
 * Sources: Arm ARM DDI 0487J.a, D1.3 (exceptions, vector offsets), C5.2
 * (SPSR_EL2, ELR_EL2), D19.2 (system registers), C5.4 (AT), C5.5 (TLBI).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.section .text.start, "ax"
	.globl	_start
_start:
	adrp	x0, stack_top
	add	x0, x0, :lo12:stack_top
	mov	sp, x0
	adrp	x0, vectors_el2
	add	x0, x0, :lo12:vectors_el2
	msr	vbar_el2, x0
	mov	x0, #0x300000			/* no traps of FP */
	msr	cpacr_el1, x0
	mov	x0, #(ARM64_RAM_AT + GUEST_MAILBOX_AT)
	bl	guest_main
1:	wfe
	b	1b

	.text
/*
 * void arm64_probe(uint64_t va, uint64_t value, uint64_t code, uint64_t spsr,
 *		    struct arm64_trap *trap)
 * Runs code at the level of spsr until it traps, and says how.
 */
	.macro	ENTER trap
	stp	x29, x30, [sp, #-112]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	\trap, [sp, #96]
	.endm

	.globl	arm64_probe
arm64_probe:
	ENTER	x4
	msr	elr_el2, x2
	msr	spsr_el2, x3
	mov	x2, x1
	mov	x1, x0
	mov	x0, #0
	eret

	/* Any register may be lost here, but EL2's stack pointer is its own. */
back:
	ldr	x4, [sp, #96]
	mrs	x1, esr_el2
	stp	x0, x1, [x4]
	mrs	x2, far_el2
	mrs	x3, esr_el1
	stp	x2, x3, [x4, #16]
	mrs	x2, far_el1
	mrs	x3, elr_el1
	stp	x2, x3, [x4, #32]
	mrs	x2, hpfar_el2
	str	x2, [x4, #48]
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #112
	ret

/*
 * void arm64_translate(uint64_t va, unsigned which, struct arm64_trap *trap)
 * The instruction of that number; what it leaves in PAR_EL1 is the trap's value,
 * and its esr_el2 is 0.  An external abort on the walk is an exception of EL2's own.
 */
	.globl	arm64_translate
	.arch	armv8.2-a
arm64_translate:
	ENTER	x2
	adr	x3, 1f
	add	x3, x3, x1, lsl #3
	br	x3
1:	at	s1e1r, x0
	b	2f
	at	s1e1w, x0
	b	2f
	at	s1e0r, x0
	b	2f
	at	s1e0w, x0
	b	2f
	at	s12e1r, x0
	b	2f
	at	s12e1w, x0
	b	2f
	at	s12e0r, x0
	b	2f
	at	s12e0w, x0
	b	2f
	at	s1e1rp, x0
	b	2f
	at	s1e1wp, x0
2:	isb
	mrs	x0, par_el1
	ldr	x2, [sp, #96]
	stp	x0, xzr, [x2]
	add	sp, sp, #112			/* the others are as they were */
	ret

/* void arm64_flush(void): everything of EL1&0, both stages. */
	.globl	arm64_flush
arm64_flush:
	dsb	sy
	tlbi	alle1
	dsb	sy
	isb
	ret

/* Every exception from below is the end of a probe. */
	.balign	2048
vectors_el2:
	.rept	16
	b	back
	.balign	128
	.endr

/*
 * The runtime, one page of 4 KiB: EL1's vectors, which hand everything on to
 * EL2, and the accesses themselves, whose way back is a supervisor call.
 */
	.balign	4096
	.globl	runtime, stub_read, stub_read_end, stub_write, stub_write_end
runtime:
	.rept	16
	hvc	#1
	.balign	128
	.endr
stub_read:
	ldr	x0, [x1, #GUEST_TAG_AT]
stub_read_end:
	svc	#0
stub_write:
	str	x2, [x1, #GUEST_STORE_AT]
	ldr	x0, [x1, #GUEST_TAG_AT]
stub_write_end:
	svc	#0
	.balign	4096

	.bss
	.balign	16
	.skip	16384
stack_top:
	.skip	16
