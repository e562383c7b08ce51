/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * riscv probe guest, of 64 and 32 bits: start-up in machine mode, ways into S and U mode and
 * back.  Machine mode does not translate, so the program itself does not
 * depend on the tables under test; only the two stubs are mapped.
 *
 * Sources: RISC-V privileged specification 20211203, 3.1.6 (mstatus), 3.1.7
 * (mtvec), 3.3.2 (mret), 3.7.1 (PMP), 4.1.11 (satp), 4.2.1 (sfence.vma).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

#if __riscv_xlen == 64
#define STORE	sd
#define LOAD	ld
#else
#define STORE	sw
#define LOAD	lw
#endif
#define BYTES	(__riscv_xlen / 8)

	.set	PMP_NAPOT_RWX, 0x1f

	.section .text.start, "ax"
	.globl	_start
_start:
	la	sp, stack_top
	la	t0, trapped
	csrw	mtvec, t0
	csrw	medeleg, zero		/* every trap comes here */
	csrw	mideleg, zero
	csrw	mie, zero
	li	t0, -1
	csrw	pmpaddr0, t0
	li	t0, PMP_NAPOT_RWX
	csrw	pmpcfg0, t0
	li	a0, RISCV_RAM_AT + GUEST_MAILBOX_AT
	call	guest_main
1:	wfi
	j	1b

	.text
/*
 * void riscv_probe(unsigned long va, unsigned long value,
 *		    unsigned long code, unsigned long mstatus,
 *		    struct riscv_trap *trap)
 * Runs code in the mode of mstatus.MPP until it traps, and says how.
 */
	.globl	riscv_probe
riscv_probe:
	addi	sp, sp, -128
	STORE	ra, 0 * BYTES(sp)
	STORE	gp, 1 * BYTES(sp)
	STORE	tp, 2 * BYTES(sp)
	STORE	s0, 3 * BYTES(sp)
	STORE	s1, 4 * BYTES(sp)
	STORE	s2, 5 * BYTES(sp)
	STORE	s3, 6 * BYTES(sp)
	STORE	s4, 7 * BYTES(sp)
	STORE	s5, 8 * BYTES(sp)
	STORE	s6, 9 * BYTES(sp)
	STORE	s7, 10 * BYTES(sp)
	STORE	s8, 11 * BYTES(sp)
	STORE	s9, 12 * BYTES(sp)
	STORE	s10, 13 * BYTES(sp)
	STORE	s11, 14 * BYTES(sp)
	STORE	a4, 15 * BYTES(sp)
	la	t0, saved_sp
	STORE	sp, 0 * BYTES(t0)
	csrw	mstatus, a3
	csrw	mepc, a2
	mret

	/* Any register may be lost here: code fetched by accident ran. */
	.balign	4
trapped:
	la	t0, saved_sp
	LOAD	sp, 0 * BYTES(t0)
	LOAD	a4, 15 * BYTES(sp)
	csrr	t1, mcause
	csrr	t2, mepc
	csrr	t3, mtval
	STORE	a0, 0 * BYTES(a4)
	STORE	t1, 1 * BYTES(a4)
	STORE	t2, 2 * BYTES(a4)
	STORE	t3, 3 * BYTES(a4)
	LOAD	ra, 0 * BYTES(sp)
	LOAD	gp, 1 * BYTES(sp)
	LOAD	tp, 2 * BYTES(sp)
	LOAD	s0, 3 * BYTES(sp)
	LOAD	s1, 4 * BYTES(sp)
	LOAD	s2, 5 * BYTES(sp)
	LOAD	s3, 6 * BYTES(sp)
	LOAD	s4, 7 * BYTES(sp)
	LOAD	s5, 8 * BYTES(sp)
	LOAD	s6, 9 * BYTES(sp)
	LOAD	s7, 10 * BYTES(sp)
	LOAD	s8, 11 * BYTES(sp)
	LOAD	s9, 12 * BYTES(sp)
	LOAD	s10, 13 * BYTES(sp)
	LOAD	s11, 14 * BYTES(sp)
	addi	sp, sp, 128
	ret

/* The accesses themselves; the way back is an environment call. */
	.globl	stub_read, stub_read_end, stub_write, stub_write_end
stub_read:
	LOAD	a0, GUEST_TAG_AT(a0)
stub_read_end:
	ecall
stub_write:
	STORE	a1, GUEST_STORE_AT(a0)
	LOAD	a0, GUEST_TAG_AT(a0)
stub_write_end:
	ecall

/* void riscv_set_root(unsigned long satp) */
	.globl	riscv_set_root
riscv_set_root:
	csrw	satp, a0
	sfence.vma
	ret

/* void riscv_wait_for_timer(void): the interrupt wakes, but is not taken. */
	.globl	riscv_wait_for_timer
riscv_wait_for_timer:
	li	t0, 0x80		/* MTIE */
	csrw	mie, t0
	wfi
	csrw	mie, zero
	ret

	.bss
	.balign	16
saved_sp:
	.skip	16
	.skip	16384
stack_top:
	.skip	16
