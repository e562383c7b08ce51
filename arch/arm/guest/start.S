/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm probe guest: start-up in Hyp mode, ways to PL1 and PL0 and back.
 *
 * Sources: Arm ARM DDI 0406C, B1.8 (exceptions, vectors), B4.1 (system control
 * registers), B9.3 (ERET, HVC, MRS and MSR of banked registers).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.syntax	unified
	.arch	armv7-a
	.arch_extension virt

	.section .text.start, "ax"
	.globl	_start
_start:
	ldr	sp, =stack_top
	ldr	r0, =vectors_hyp
	mcr	p15, 4, r0, c12, c0, 0		@ HVBAR
	ldr	r0, =(ARM_RAM_AT + GUEST_MAILBOX_AT)
	bl	guest_main
1:	wfi
	b	1b
	.ltorg

	.text
/*
 * void arm_probe(uint32_t va, uint32_t value, uint32_t code, uint32_t spsr,
 *		  struct arm_trap *trap)
 * Runs code in the mode of spsr until it traps, and says how.
 */
	.globl	arm_probe
arm_probe:
	push	{r4-r11, lr}
	ldr	r4, [sp, #36]
	push	{r4, r5}
	msr	ELR_hyp, r2
	msr	SPSR_cxsf, r3
	mov	r2, r1
	mov	r1, r0
	mov	r0, #0
	eret

	/* Any register may be lost here, but Hyp's stack pointer is its own. */
back:
	pop	{r4, r5}
	str	r0, [r4, #0]
	mrc	p15, 4, r0, c5, c2, 0		@ HSR
	str	r0, [r4, #4]
	mrc	p15, 0, r0, c5, c0, 0		@ DFSR
	str	r0, [r4, #8]
	mrc	p15, 0, r0, c6, c0, 0		@ DFAR
	str	r0, [r4, #12]
	mrc	p15, 0, r0, c5, c0, 1		@ IFSR
	str	r0, [r4, #16]
	mrc	p15, 0, r0, c6, c0, 2		@ IFAR
	str	r0, [r4, #20]
	mrs	r0, LR_svc
	str	r0, [r4, #24]
	pop	{r4-r11, pc}

/*
 * void arm_translate(uint32_t va, unsigned which, struct arm_trap *trap)
 * The instruction of that number; PAR is the trap's value and dfsr (upper half),
 * its hsr is 0.  An external abort on the walk is an exception of Hyp mode.
 */
	.globl	arm_translate
arm_translate:
	push	{r4-r11, lr}
	mov	r4, r2
	push	{r4, r5}
	add	pc, pc, r1, lsl #3
	nop
	mcr	p15, 0, r0, c7, c8, 0		@ ATS1CPR
	b	1f
	mcr	p15, 0, r0, c7, c8, 1		@ ATS1CPW
	b	1f
	mcr	p15, 0, r0, c7, c8, 2		@ ATS1CUR
	b	1f
	mcr	p15, 0, r0, c7, c8, 3		@ ATS1CUW
1:	isb
	mrrc	p15, 0, r0, r1, c7		@ PAR
	mov	r2, #0
	str	r0, [r4, #0]
	str	r2, [r4, #4]
	str	r1, [r4, #8]
	pop	{r4, r5}
	pop	{r4-r11, pc}

/* void arm_flush(void): everything that is not Hyp mode's. */
	.globl	arm_flush
arm_flush:
	dsb
	mov	r0, #0
	mcr	p15, 4, r0, c8, c7, 4		@ TLBIALLNSNH
	dsb
	isb
	bx	lr

/* void arm_set_ttbr0(uint32_t low, uint32_t high): of 64 bits. */
	.globl	arm_set_ttbr0
arm_set_ttbr0:
	mcrr	p15, 0, r0, r1, c2
	bx	lr

/* Every exception from below is the end of a probe. */
	.balign	32
vectors_hyp:
	.rept	8
	b	back
	.endr

/*
 * The runtime: PL1's vectors, which hand on to Hyp mode and say which they are,
 * and the accesses themselves, whose way back is a supervisor call.
 */
	.balign	4096
	.globl	runtime, stub_read, stub_read_end, stub_write, stub_write_end
runtime:
	.set	number, 0
	.rept	8
	hvc	#number
	.set	number, number + 1
	.endr
stub_read:
	ldr	r0, [r1, #GUEST_TAG_AT]
stub_read_end:
	svc	#0
stub_write:
	str	r2, [r1, #GUEST_STORE_AT]
	ldr	r0, [r1, #GUEST_TAG_AT]
stub_write_end:
	svc	#0
	.balign	4096

	.bss
	.balign	16
	.skip	16384
stack_top:
	.skip	16
