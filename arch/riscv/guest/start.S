/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * riscv64 probe guest: start-up in machine mode, ways into S and U mode and
 * back.  Machine mode does not translate, so the program itself does not
 * depend on the tables under test; only the two stubs are mapped.
 *
 * Sources: RISC-V privileged specification 20211203, 3.1.6 (mstatus), 3.1.7
 * (mtvec), 3.3.2 (mret), 3.7.1 (PMP), 4.1.11 (satp), 4.2.1 (sfence.vma).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

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
 * void riscv_probe(uint64_t va, uint64_t value, uint64_t code,
 *		    uint64_t mstatus, struct riscv_trap *trap)
 * Runs code in the mode of mstatus.MPP until it traps, and says how.
 */
	.globl	riscv_probe
riscv_probe:
	addi	sp, sp, -128
	sd	ra, 0(sp)
	sd	gp, 8(sp)
	sd	tp, 16(sp)
	sd	s0, 24(sp)
	sd	s1, 32(sp)
	sd	s2, 40(sp)
	sd	s3, 48(sp)
	sd	s4, 56(sp)
	sd	s5, 64(sp)
	sd	s6, 72(sp)
	sd	s7, 80(sp)
	sd	s8, 88(sp)
	sd	s9, 96(sp)
	sd	s10, 104(sp)
	sd	s11, 112(sp)
	sd	a4, 120(sp)
	la	t0, saved_sp
	sd	sp, 0(t0)
	csrw	mstatus, a3
	csrw	mepc, a2
	mret

	/* Any register may be lost here: code fetched by accident ran. */
	.balign	4
trapped:
	la	t0, saved_sp
	ld	sp, 0(t0)
	ld	a4, 120(sp)
	csrr	t1, mcause
	csrr	t2, mepc
	csrr	t3, mtval
	sd	a0, 0(a4)
	sd	t1, 8(a4)
	sd	t2, 16(a4)
	sd	t3, 24(a4)
	ld	ra, 0(sp)
	ld	gp, 8(sp)
	ld	tp, 16(sp)
	ld	s0, 24(sp)
	ld	s1, 32(sp)
	ld	s2, 40(sp)
	ld	s3, 48(sp)
	ld	s4, 56(sp)
	ld	s5, 64(sp)
	ld	s6, 72(sp)
	ld	s7, 80(sp)
	ld	s8, 88(sp)
	ld	s9, 96(sp)
	ld	s10, 104(sp)
	ld	s11, 112(sp)
	addi	sp, sp, 128
	ret

/* The accesses themselves; the way back is an environment call. */
	.globl	stub_read, stub_read_end, stub_write, stub_write_end
stub_read:
	ld	a0, 0(a0)
stub_read_end:
	ecall
stub_write:
	sd	a1, GUEST_STORE_AT(a0)
	ld	a0, 0(a0)
stub_write_end:
	ecall

/* void riscv_set_root(uint64_t satp) */
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
