/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The last 256 bytes of the reset ROM: from the reset vector to 32-bit
 * protected mode, then to the program at 1 MiB.
 *
 * Source: Intel SDM volume 3A, 10.1.4 (first instruction at 0xfffffff0, CS
 * base 0xffff0000) and 10.9 (switching to protected mode).
 */
	.set	ROM_IP, 0xff00		/* offset of this text in CS at reset */

	.section .text.start, "ax"
	.code16
entry:
	cli
	cld
	lgdtl	%cs:(gdtr - entry + ROM_IP)
	mov	%cr0, %eax
	or	$1, %al
	mov	%eax, %cr0
	ljmpl	$0x08, $flat

	.code32
flat:
	mov	$0x10, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	$0x100000, %eax
	jmp	*%eax

	/*
	 * Accessed bits are preset: the descriptors are in ROM, and setting
	 * them on first use would be a write.
	 */
	.balign	8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* 0x08 code, flat, 32 bits */
	.quad	0x00cf93000000ffff	/* 0x10 data, flat */
gdtr:
	.word	. - gdt - 1
	.long	gdt

	.org	0xf0
	.code16
	.byte	0xe9			/* jmp entry */
	.word	entry - (. + 2)
	.org	0x100
