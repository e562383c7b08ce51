/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * s390x probe guest: start-up, accesses in either state, and the way back.
 *
 * Sources: z/Architecture Principles of Operation (SA22-7832), chapter 4,
 * "Program-Status Word"; chapter 6, "Program Interruption", "Supervisor-Call
 * Interruption"; the ELF ABI s390x supplement (save area, registers).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	TRAP_VALUE, 0
	.set	TRAP_VECTOR, 8
	.set	TRAP_PC, 16
	.set	TRAP_TEID, 24
	.set	SAVED, 40			# of %r5 to %r15, in the caller's area
	.set	PSW_ADDRESS, 8

	.section .text.start, "ax"
	.globl	_start
_start:
	larl	%r15, stack_top
	llilf	%r2, S390_MAILBOX_AT
	brasl	%r14, guest_main
1:	j	1b

	.text
/*
 * void s390_run(const struct s390_psw *psw, uint64_t page, uint64_t value,
 *		 struct s390_trap *trap)
 * Goes on at psw, which is that of s390_read, s390_write, s390_translate or of a
 * stub.  Returns when something interrupts, which is how a probe that was made ends,
 * too.
 */
	.globl	s390_run, s390_read, s390_write, s390_translate
s390_run:
	stmg	%r5, %r15, SAVED(%r15)
	larl	%r1, saved_sp
	stg	%r15, 0(%r1)
	lpswe	0(%r2)
s390_read:
	lg	%r2, GUEST_TAG_AT(%r3)
	svc	0
s390_write:
	stg	%r4, GUEST_STORE_AT(%r3)
	lg	%r2, GUEST_TAG_AT(%r3)
	svc	0

s390_translate:
	lrag	%r2, 0(%r3)
	svc	0

/* Interruptions: without DAT, in supervisor state.  %r2 is what was read. */
	.globl	s390_called, s390_interrupted
s390_called:
	lghi	%r0, S390_VECTOR_SVC
	lg	%r3, S390_SVC_OLD_PSW_AT + PSW_ADDRESS
	j	1f
s390_interrupted:
	llgh	%r0, S390_PROGRAM_CODE_AT
	lg	%r3, S390_PROGRAM_OLD_PSW_AT + PSW_ADDRESS
1:	larl	%r1, saved_sp
	lg	%r15, 0(%r1)
	lmg	%r5, %r15, SAVED(%r15)
	stg	%r2, TRAP_VALUE(%r5)
	stg	%r0, TRAP_VECTOR(%r5)
	stg	%r3, TRAP_PC(%r5)
	lg	%r1, S390_TEID_AT
	stg	%r1, TRAP_TEID(%r5)
	br	%r14

	.bss
	.balign	16
saved_sp:
	.skip	16
	.skip	16384
stack_top:
	.skip	160
