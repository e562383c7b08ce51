/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * LoongArch probe guest: start-up, the refill of the TLB, accesses at privilege
 * levels 0 and 3, and the way back.  The program is the boot ROM and lies in RAM,
 * too: it leaves the ROM with its first jump.
 *
 * Sources: LoongArch Reference Manual, volume 1, v1.10: 4.2.5 (LDDIR, LDPTE),
 * 5.2 (direct address translation, windows), 5.4.5 (tables), 6.2 (exceptions and
 * their entries), 7.4 (CRMD), 7.5 (DMW).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	DMW_CACHED_03, 0x19		# MAT, levels 0 and 3
	.set	CRMD_MAPPED, 0xb0		# PG, DATF and DATM cached

	.section .text.start, "ax"
	.globl	_start
_start:
	li.d	$t0, LOONG_WINDOW | DMW_CACHED_03
	csrwr	$t0, LOONG_DMW0
	la.abs	$t1, in_ram
	jirl	$zero, $t1, 0
in_ram:
	li.w	$t0, CRMD_MAPPED
	csrwr	$t0, LOONG_CRMD
	la.abs	$sp, stack_top
	li.d	$a0, LOONG_WINDOW | GUEST_MAILBOX_AT
	bl	guest_main
1:	b	1b

	.text
/*
 * Linux's handle_tlb_refill for three levels: nothing here but the processor's own
 * instructions looks at an entry.  Runs with addresses direct.
 */
	.balign	4096
	.globl	loong_refill
loong_refill:
	csrwr	$t0, LOONG_TLBRSAVE
	csrrd	$t0, LOONG_PGD
	lddir	$t0, $t0, 3
	lddir	$t0, $t0, 1
	ldpte	$t0, 0
	ldpte	$t0, 1
	tlbfill
	csrrd	$t0, LOONG_TLBRSAVE
	ertn

/* Every other exception: the end of an access; any register may be lost. */
	.balign	4096
	.globl	loong_trapped
loong_trapped:
	csrrd	$t1, LOONG_SAVE1
	st.d	$a0, $t1, 0
	csrrd	$t0, LOONG_ESTAT
	st.d	$t0, $t1, 8
	csrrd	$t0, LOONG_ERA
	st.d	$t0, $t1, 16
	csrrd	$t0, LOONG_BADV
	st.d	$t0, $t1, 24
	csrrd	$sp, LOONG_SAVE0
	ld.d	$ra, $sp, 0
	ld.d	$fp, $sp, 8
	ld.d	$s0, $sp, 16
	ld.d	$s1, $sp, 24
	ld.d	$s2, $sp, 32
	ld.d	$s3, $sp, 40
	ld.d	$s4, $sp, 48
	ld.d	$s5, $sp, 56
	ld.d	$s6, $sp, 64
	ld.d	$s7, $sp, 72
	ld.d	$s8, $sp, 80
	addi.d	$sp, $sp, 96
	jirl	$zero, $ra, 0

/*
 * void loong_run(uint64_t pc, uint64_t va, uint64_t value,
 *		  struct loong_trap *trap, uint64_t prmd)
 * Runs the code at pc, at the level of prmd, with va and value where the pieces
 * below want them.  Returns at the next exception, and says which it was.
 */
	.globl	loong_run
loong_run:
	addi.d	$sp, $sp, -96
	st.d	$ra, $sp, 0
	st.d	$fp, $sp, 8
	st.d	$s0, $sp, 16
	st.d	$s1, $sp, 24
	st.d	$s2, $sp, 32
	st.d	$s3, $sp, 40
	st.d	$s4, $sp, 48
	st.d	$s5, $sp, 56
	st.d	$s6, $sp, 64
	st.d	$s7, $sp, 72
	st.d	$s8, $sp, 80
	move	$t0, $sp
	csrwr	$t0, LOONG_SAVE0
	csrwr	$a3, LOONG_SAVE1
	csrwr	$a0, LOONG_ERA
	csrwr	$a4, LOONG_PRMD
	ertn

/* What loong_run() may run: a load; a store, then a load. */
	.globl	loong_read, loong_write, loong_written
loong_read:
	ld.d	$a0, $a1, GUEST_TAG_AT
	syscall	0
loong_write:
	st.d	$a2, $a1, GUEST_STORE_AT
loong_written:
	ld.d	$a0, $a1, GUEST_TAG_AT
	syscall	0

	.bss
	.balign	16
	.skip	16384
stack_top:
	.skip	16
