/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Alpha probe guest: in the place of PALcode; accesses in kernel and user mode, and
 * the way back.  In PALmode registers 8 to 14 and 25 are others than outside.
 *
 * Sources: Alpha Architecture Reference Manual, 4th edition, I-6 (PALcode), II-B
 * chapter 3 (faults); the PALmode that QEMU has, which is no real processor's:
 * target/alpha/translate.c (HW_MFPR, HW_MTPR, HW_RET), helper.c (entry points).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	noat
	.set	noreorder

	HW_MFPR = 0x19 << 26
	HW_MTPR = 0x1d << 26
	HW_RET = 0x1e << 26
	PR_PS = 0
	PR_TRAP_ARG0 = 3
	PR_TRAP_ARG1 = 4
	PR_TRAP_ARG2 = 5
	PR_EXC_ADDR = 6

	.macro	MFPR number, to
	.long	HW_MFPR | \to << 21 | 31 << 16 | \number
	.endm

	.section .text.start, "ax"
	.globl	_start
_start:
	br	$31, boot			/* also the base of the entries */
	.rept	31
	.balign	128
	br	$24, trapped
	.endr
	.balign	4096
	.rept	128				/* CALL_PAL */
	br	$24, trapped
	.balign	64
	.endr

boot:
	br	$27, 1f
1:	ldgp	$29, 0($27)
	lda	$30, stack_top
	ldah	$16, GUEST_MAILBOX_AT >> 16($31)
	lda	$1, -1($31)
	sll	$1, 42, $1			/* KSEG */
	bis	$16, $1, $16
	lda	$27, guest_main
	jsr	$26, ($27)
2:	br	$31, 2b

	.text
/* Every exception and CALL_PAL: any register may be lost. */
trapped:
	stq	$0, 0($25)
	stq	$24, 8($25)
	MFPR	PR_EXC_ADDR, 1
	stq	$1, 16($25)
	MFPR	PR_TRAP_ARG0, 1
	stq	$1, 24($25)
	MFPR	PR_TRAP_ARG1, 1
	stq	$1, 32($25)
	MFPR	PR_TRAP_ARG2, 1
	stq	$1, 40($25)
	bis	$8, $8, $30
	ldq	$26, 0($30)
	ldq	$29, 8($30)
	ldq	$15, 16($30)
	lda	$30, 32($30)
	ret	$31, ($26), 1

/*
 * void alpha_run(uint64_t pc, uint64_t va, uint64_t value,
 *		  struct alpha_trap *trap, uint64_t ps)
 * Runs the code at pc, in the mode of ps, with va and value where the pieces below
 * want them.  Returns at the next exception, and says which it was.
 */
	.globl	alpha_run
	.ent	alpha_run
alpha_run:
	.prologue 0
	lda	$30, -32($30)
	stq	$26, 0($30)
	stq	$29, 8($30)
	stq	$15, 16($30)
	bis	$30, $30, $8
	bis	$19, $19, $25
	.long	HW_MTPR | 20 << 21 | 20 << 16 | PR_PS
	.long	HW_RET | 31 << 21 | 16 << 16
	.end	alpha_run

/* What alpha_run() may run: a load; a store, then a load. */
	.balign	16
	.globl	alpha_read, alpha_write, alpha_written
alpha_read:
	ldq	$0, GUEST_TAG_AT($17)
	call_pal 0x80
alpha_write:
	stq	$18, GUEST_STORE_AT($17)
alpha_written:
	ldq	$0, GUEST_TAG_AT($17)
	call_pal 0x80

/* void alpha_use(uint64_t root): PTBR, and all translations are forgotten. */
	.globl	alpha_use
	.ent	alpha_use
alpha_use:
	.prologue 0
	.long	HW_MTPR | 16 << 21 | 16 << 16 | 8
	.long	HW_MTPR | 31 << 21 | 31 << 16 | 255
	ret	$31, ($26), 1
	.end	alpha_use

	.bss
	.balign	16
	.skip	16384
stack_top:
	.skip	16
