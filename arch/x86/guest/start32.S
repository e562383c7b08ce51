/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * i386 probe guest, with and without PAE: start-up, ways into the tested address
 * space and back.
 *
 * The program is linked at its physical address, which is an offset in segments
 * whose base is where the runtime is mapped; the tested address space is seen
 * through flat ones.  In the home root every slot maps the runtime, so that the
 * program can move from one to another before it loads CR3, and waits where it was.
 *
 * Sources: Intel SDM volume 3A, 3.4.5 (segment descriptors), 4.1 (paging modes),
 * 6.12 (exceptions in protected mode), 7.2 (TSS), 11.4.1 and 11.5.1 (local APIC);
 * volume 2, IRET, RET, UD.
 */
#include "guest_mailbox.h"
#include "guest_layout.h"

	.section .text.start, "ax"
	.code32
	.globl	_start
_start:					/* flat, paging off */
	/* Let the 8259 through the local APIC, which is not mapped later. */
	movl	$APIC_SVR_ENABLED, APIC_SVR
	movl	$APIC_EXTINT, APIC_LVT_LINT0
	mov	$GUEST_MAILBOX_AT, %ebx
	mov	$CR4_PSE, %eax
	testl	$I386_CONFIG_PAE, GUEST_MAILBOX_CONFIG(%ebx)
	jz	1f
	mov	$CR4_PAE, %eax
1:	mov	%eax, %cr4
	mov	GUEST_MAILBOX_HOME(%ebx), %eax
	mov	%eax, %cr3
	mov	$(CR0_PG | CR0_ET | CR0_PE), %eax
	mov	%eax, %cr0
	mov	$stack_top, %esp
	push	$GUEST_MAILBOX_AT
	call	guest_main
1:	hlt
	jmp	1b

	.text
/* void i386_move(const void *gdtr, const void *idtr): takes up new bases. */
	.globl	i386_move
i386_move:
	mov	4(%esp), %eax
	mov	8(%esp), %edx
	lgdt	(%eax)
	lidt	(%edx)
	ljmp	$I386_KERNEL_CODE, $1f
1:	mov	$I386_KERNEL_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$I386_FLAT_DATA, %eax
	mov	%eax, %fs
	mov	$I386_TSS, %eax
	ltr	%ax
	ret

/* void i386_set_root(uint32_t cr3): CR4.PGE is off, so it flushes everything. */
	.globl	i386_set_root
i386_set_root:
	mov	4(%esp), %eax
	mov	%eax, %cr3
	ret

/*
 * void i386_kernel(uint32_t va, uint32_t value, uint32_t code,
 *		    uint32_t selector, struct i386_trap *trap)
 * void i386_user(...same...)
 * Runs selector:code in ring 0 or 3 until it traps, and says how.
 */
	.macro	ENTER
	push	%ebx
	push	%ebp
	push	%esi
	push	%edi
	mov	36(%esp), %eax
	push	%eax
	mov	%esp, saved_sp
	mov	24(%esp), %edi
	mov	28(%esp), %esi
	mov	32(%esp), %ecx
	mov	36(%esp), %edx
	.endm

	.globl	i386_kernel
i386_kernel:
	ENTER
	push	%edx
	push	%ecx
	lret

	.globl	i386_user
i386_user:
	ENTER
	push	$I386_FLAT_DATA
	push	$0			/* the stubs use no stack */
	push	$2			/* EFLAGS: interrupts off, AC clear */
	push	%edx
	push	%ecx
	iret

/* The accesses themselves; the way back is an undefined instruction. */
	.globl	stub_read, stub_read_end, stub_write, stub_write_end
stub_read:
	mov	%fs:GUEST_TAG_AT(%edi), %eax
stub_read_end:
	ud2
stub_write:
	mov	%esi, %fs:GUEST_STORE_AT(%edi)
	mov	%fs:GUEST_TAG_AT(%edi), %eax
stub_write_end:
	ud2

#include "vectors.inc"

trapped:
	cld				/* stray code may set it */
	mov	$I386_KERNEL_DATA, %ecx
	mov	%ecx, %ds
	mov	%ecx, %es
	mov	$I386_FLAT_DATA, %ecx
	mov	%ecx, %fs
	pop	%ebx			/* vector */
	pop	%edx			/* error code */
	pop	%esi			/* EIP */
	mov	saved_sp, %esp
	pop	%ecx
	mov	%eax, 0(%ecx)
	mov	%ebx, 4(%ecx)
	mov	%edx, 8(%ecx)
	mov	%esi, 12(%ecx)
	mov	%cr2, %eax
	mov	%eax, 16(%ecx)
	pop	%edi
	pop	%esi
	pop	%ebp
	pop	%ebx
	ret

	.globl	x86_timer
x86_timer:
	iret

/* void i386_set_control(uint32_t cr0, uint32_t cr4, uint32_t efer) */
	.globl	i386_set_control
i386_set_control:
	mov	12(%esp), %eax
	xor	%edx, %edx
	mov	$MSR_EFER, %ecx
	wrmsr
	mov	4(%esp), %eax
	mov	%eax, %cr0
	mov	8(%esp), %eax
	mov	%eax, %cr4
	ret

/* void x86_out(uint16_t port, uint8_t value) */
	.globl	x86_out
x86_out:
	mov	4(%esp), %edx
	mov	8(%esp), %eax
	outb	%al, %dx
	ret

/* void x86_wait_for_interrupt(void) */
	.globl	x86_wait_for_interrupt
x86_wait_for_interrupt:
	sti
	hlt
	cli
	ret

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
