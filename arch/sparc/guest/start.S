/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sparc32 probe guest: start-up, accesses in supervisor and user mode, and the way
 * back.  The program is linked at 0, is the boot ROM and lies in RAM, too: it
 * leaves boot mode and goes on in RAM.
 *
 * Sources: SPARC Architecture Manual version 8, 4.2 (PSR, WIM, TBR), 7 (traps),
 * appendix H.6 (MMU control register), I.2 (ASIs 3, 4, 8 to 11).
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.set	PSR_SUPERVISOR, 0xfe0		! PIL 15, S, PS, ET
	.set	PSR_PS, 0x40
	.set	PSR_S, 0x80
	.set	ASI_USER_DATA, 0xa
	.set	ASI_KERNEL_DATA, 0xb
	.set	ASI_PROBE, 3
	.set	ASI_CONTROL, 4
	.set	SAVED, 96			! above a window's save area

	.section .text.start, "ax"
	.globl	_start
_start:
	ba	boot				! also the trap table: entry 0
	nop
	nop
	nop
	.rept	255
	ba	trapped
	rd	%psr, %l0
	nop
	nop
	.endr

boot:
	wr	%g0, 0, %wim
	sta	%g0, [%g0] ASI_CONTROL		! not boot mode, no translation
	nop
	nop
	nop
	wr	%g0, 0, %tbr
	set	PSR_SUPERVISOR, %g1
	wr	%g1, %psr
	nop
	nop
	nop
	set	stack_top - 128, %sp
	set	SPARC_MAILBOX_AT, %o0
	call	guest_main
	nop
1:	ba	1b
	nop

/*
 * Any trap: in the next window, whose %i0 is the %o0 of what trapped.  It is the
 * end of a probe, whatever it is.
 */
trapped:
	set	saved_sp, %l4
	ld	[%l4], %l5
	ld	[%l5 + SAVED], %l6
	rd	%tbr, %l7
	srl	%l7, 4, %l7
	and	%l7, 0xff, %l7
	st	%i0, [%l6 + 0]
	st	%l7, [%l6 + 4]
	st	%l1, [%l6 + 8]
	or	%l0, PSR_PS, %l0		! return to supervisor mode
	wr	%l0, %psr
	nop
	nop
	nop
	set	resume, %l1
	jmp	%l1
	rett	%l1 + 4

resume:
	nop
	set	saved_sp, %g1
	ld	[%g1], %sp
	ldd	[%sp + SAVED + 8], %l0
	ldd	[%sp + SAVED + 16], %l2
	ldd	[%sp + SAVED + 24], %l4
	ldd	[%sp + SAVED + 32], %l6
	ldd	[%sp + SAVED + 40], %i0
	ldd	[%sp + SAVED + 48], %i2
	ldd	[%sp + SAVED + 56], %i4
	ldd	[%sp + SAVED + 64], %i6
	ld	[%sp + SAVED + 72], %o7
	jmp	%o7 + 8
	add	%sp, 192, %sp

/*
 * void sparc_read_user(uint32_t va, uint32_t value, struct sparc_trap *trap)
 * and so on: make one access, or run the stub at va, and say how it ended.
 */
	.macro	ENTER
	add	%sp, -192, %sp
	st	%o2, [%sp + SAVED]
	std	%l0, [%sp + SAVED + 8]
	std	%l2, [%sp + SAVED + 16]
	std	%l4, [%sp + SAVED + 24]
	std	%l6, [%sp + SAVED + 32]
	std	%i0, [%sp + SAVED + 40]
	std	%i2, [%sp + SAVED + 48]
	std	%i4, [%sp + SAVED + 56]
	std	%i6, [%sp + SAVED + 64]
	st	%o7, [%sp + SAVED + 72]
	set	saved_sp, %g1
	st	%sp, [%g1]
	mov	%o0, %g2
	add	%o0, GUEST_STORE_AT, %g3
	.endm

	.globl	sparc_read_user, sparc_read_kernel
	.globl	sparc_write_user, sparc_write_kernel
	.globl	sparc_fetch_user, sparc_fetch_kernel
sparc_read_user:
	ENTER
	lda	[%g2] ASI_USER_DATA, %o0
	ta	0
	nop
sparc_read_kernel:
	ENTER
	lda	[%g2] ASI_KERNEL_DATA, %o0
	ta	0
	nop
sparc_write_user:
	ENTER
	sta	%o1, [%g3] ASI_USER_DATA
	lda	[%g2] ASI_USER_DATA, %o0
	ta	0
	nop
sparc_write_kernel:
	ENTER
	sta	%o1, [%g3] ASI_KERNEL_DATA
	lda	[%g2] ASI_KERNEL_DATA, %o0
	ta	0
	nop
sparc_fetch_kernel:
	ENTER
	jmp	%g2
	nop
sparc_fetch_user:
	ENTER
	rd	%psr, %g1			! as if a trap from user mode
	andn	%g1, PSR_PS | 0x20, %g1		! returned: ET and PS clear
	wr	%g1, %psr
	nop
	nop
	nop
	save					! rett takes a window back
	jmp	%g2
	rett	%g2 + 4

/* uint32_t sparc_mmu_read(uint32_t at), void sparc_mmu_write(at, value) */
	.globl	sparc_mmu_read, sparc_mmu_write, sparc_flush
sparc_mmu_read:
	jmp	%o7 + 8
	lda	[%o0] ASI_CONTROL, %o0
sparc_mmu_write:
	sta	%o1, [%o0] ASI_CONTROL
	nop
	nop
	jmp	%o7 + 8
	nop
/* uint32_t sparc_probe(uint32_t at): address and type */
	.globl	sparc_probe
sparc_probe:
	jmp	%o7 + 8
	lda	[%o0] ASI_PROBE, %o0
/* void sparc_flush(void): of type 4, everything. */
sparc_flush:
	set	0x400, %o0
	sta	%g0, [%o0] ASI_PROBE
	jmp	%o7 + 8
	nop

	.bss
	.balign	16
saved_sp:
	.skip	16
	.skip	16384
stack_top:
	.skip	16
