/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86-64 probe guest: start-up, ways into the tested address space and back.
 *
 * The program is linked at its physical address and position-independent.  It
 * waits in the home root, where every root slot maps the runtime, and moves to
 * the alias in the slot that the shadow root has free before it loads CR3.
 *
 * Sources: Intel SDM volume 3A, 4.1 (paging modes), 6.14 (exceptions in 64-bit
 * mode), 10.8.5 (IA-32e mode initialisation), 11.4.1 and 11.5.1 (local APIC);
 * volume 2, IRET, UD, WRPKRU.
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.section .text.start, "ax"
	.code32
	.globl	_start
_start:					/* flat 32-bit mode, paging off */
	/* Let the 8259 through the local APIC, which is not mapped later. */
	movl	$APIC_SVR_ENABLED, APIC_SVR
	movl	$APIC_EXTINT, APIC_LVT_LINT0
	mov	$GUEST_MAILBOX_AT, %ebx
	mov	$CR4_PAE, %eax
	cmpl	$57, GUEST_MAILBOX_VA_BITS(%ebx)
	jne	1f
	or	$CR4_LA57, %eax
1:	mov	%eax, %cr4
	mov	GUEST_MAILBOX_HOME(%ebx), %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	mov	$(EFER_LME | EFER_NXE), %eax
	xor	%edx, %edx
	wrmsr
	mov	$(CR0_PG | CR0_ET | CR0_PE), %eax
	mov	%eax, %cr0
	lgdt	start_gdtr
	ljmp	$SELECTOR_KERNEL_CODE, $long_mode

	.code64
long_mode:
	mov	$SELECTOR_KERNEL_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	lea	stack_top(%rip), %rsp
	mov	$GUEST_MAILBOX_AT, %edi
	call	guest_main
1:	hlt
	jmp	1b

	.text
/*
 * void x86_run_at(uint64_t runtime_va, uint64_t cr3, uint64_t home_cr3)
 * Calls run_batch(runtime_va) in the address space of cr3, at the alias.
 */
	.globl	x86_run_at
x86_run_at:
	push	%rbx
	push	%r12
	push	%rbp
	mov	%rsp, %rbx
	mov	%rdx, %r12
	add	%rdi, %rsp
	lea	1f(%rip), %rax
	add	%rdi, %rax
	jmp	*%rax
	/* CR4.PGE is off, so that this flushes global translations too. */
1:	mov	%rsi, %cr3
	call	run_batch
	mov	%r12, %cr3
	mov	%rbx, %rsp
	pop	%rbp
	pop	%r12
	pop	%rbx
	ret				/* to the address linked at */

/*
 * void x86_kernel(uint64_t va, uint64_t value, const void *code,
 *		   struct x86_trap *trap)
 * void x86_user(...same...)
 * Runs code in ring 0 or 3 until it traps, and says how.
 */
	.macro	SAVE
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rcx
	mov	%rsp, saved_sp(%rip)
	.endm

	.globl	x86_kernel
x86_kernel:
	SAVE
	jmp	*%rdx

	.globl	x86_user
x86_user:
	SAVE
	push	$SELECTOR_USER_DATA
	push	$0			/* the stubs use no stack */
	push	$2			/* RFLAGS: interrupts off, AC clear */
	push	$SELECTOR_USER_CODE
	push	%rdx
	iretq

/* The accesses themselves; the way back is an undefined instruction. */
	.globl	stub_read, stub_read_end, stub_write, stub_write_end
stub_read:
	mov	(%rdi), %rax
stub_read_end:
	ud2
stub_write:
	mov	%rsi, GUEST_STORE_AT(%rdi)
	mov	(%rdi), %rax
stub_write_end:
	ud2

#include "vectors.inc"

trapped:
	cld				/* stray code may set it */
	pop	%rbx			/* vector */
	pop	%rdx			/* error code */
	pop	%rsi			/* RIP */
	mov	saved_sp(%rip), %rsp
	pop	%rcx
	mov	%rax, 0(%rcx)
	mov	%rbx, 8(%rcx)
	mov	%rdx, 16(%rcx)
	mov	%rsi, 24(%rcx)
	mov	%cr2, %rax
	mov	%rax, 32(%rcx)
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.globl	x86_timer
x86_timer:
	iretq

/* void x86_flush(void): everything, as CR4.PGE is off. */
	.globl	x86_flush
x86_flush:
	mov	%cr3, %rax
	mov	%rax, %cr3
	ret

/* void x86_set_control(uint64_t cr0, uint64_t cr4, uint64_t efer) */
	.globl	x86_set_control
x86_set_control:
	mov	%edx, %eax
	xor	%edx, %edx
	mov	$MSR_EFER, %ecx
	wrmsr
	mov	%rdi, %cr0
	mov	%rsi, %cr4
	ret

/* void x86_set_pkru(uint32_t pkru) */
	.globl	x86_set_pkru
x86_set_pkru:
	mov	%edi, %eax
	xor	%ecx, %ecx
	xor	%edx, %edx
	wrpkru
	ret

/* void x86_load_tables(const void *gdtr, const void *idtr) */
	.globl	x86_load_tables
x86_load_tables:
	lgdt	(%rdi)
	lidt	(%rsi)
	mov	$SELECTOR_TSS, %eax
	ltr	%ax
	ret

/* void x86_out(uint16_t port, uint8_t value) */
	.globl	x86_out
x86_out:
	mov	%edi, %edx
	mov	%esi, %eax
	outb	%al, %dx
	ret

/* void x86_wait_for_interrupt(void) */
	.globl	x86_wait_for_interrupt
x86_wait_for_interrupt:
	sti
	hlt
	cli
	ret

	.data
	.balign	16
	.globl	x86_gdt
x86_gdt:
	.quad	0
	.quad	0x00af9b000000ffff	/* 0x08 kernel code, 64 bits */
	.quad	0x00cf93000000ffff	/* 0x10 kernel data */
	.quad	0x00affb000000ffff	/* 0x18 user code, 64 bits */
	.quad	0x00cff3000000ffff	/* 0x20 user data */
	.quad	0, 0			/* 0x28 TSS, by x86_aim() */
start_gdtr:
	.word	. - x86_gdt - 1
	.long	x86_gdt

	.bss
	.balign	16
saved_sp:
	.skip	16
	.skip	16384
stack_top:
	.skip	8192
	.globl	x86_trap_stack_top
x86_trap_stack_top:
	.skip	16
