/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86 probe guests: what their programs and the host's half (machine.c) share.
 *
 * x86-64: the runtime takes 6 MiB of a root slot: the first 4 MiB of RAM for ring 0,
 * then the first 2 MiB (the program) once more for ring 3, read-only.  So it does
 * with PAE; without, a slot has 4 MiB, and ring 3 sees the program, which begins at
 * 1 MiB, at its start.
 *
 * Register layouts: Intel SDM volume 3A, 2.2.1, 2.5.
 */
#ifndef ARCH_X86_GUEST_LAYOUT_H
#define ARCH_X86_GUEST_LAYOUT_H

#define X86_PROGRAM_AT		0x100000
#define X86_USER_ALIAS		0x400000
#define X86_VECTOR_BYTES	16

/*
 * i386.  mailbox.config: what is added to the base of the runtime for its user
 * alias, and a bit for PAE.
 */
#define I386_CONFIG_PAE		0x00000001
#define I386_ALIAS_2LEVEL	0xfff00000	/* the program, 1 MiB lower */
#define I386_ALIAS_PAE		X86_USER_ALIAS

/* Kernel segments have the runtime's base, user code that of its alias. */
#define I386_KERNEL_CODE	0x08
#define I386_KERNEL_DATA	0x10
#define I386_FLAT_CODE		0x18
#define I386_USER_CODE		0x23
#define I386_FLAT_DATA		0x2b		/* for both rings */
#define I386_FLAT_USER_CODE	0x33
#define I386_TSS		0x38

#define SELECTOR_KERNEL_CODE	0x08
#define SELECTOR_KERNEL_DATA	0x10
#define SELECTOR_USER_CODE	0x1b
#define SELECTOR_USER_DATA	0x23
#define SELECTOR_TSS		0x28

#define CR0_PE		0x00000001
#define CR0_ET		0x00000010
#define CR0_WP		0x00010000
#define CR0_PG		0x80000000
#define CR4_PSE		0x00000010
#define CR4_PAE		0x00000020
#define CR4_LA57	0x00001000
#define CR4_SMEP	0x00100000
#define CR4_SMAP	0x00200000
#define CR4_PKE		0x00400000
#define APIC_SVR	0xfee000f0
#define APIC_SVR_ENABLED 0x1ff
#define APIC_LVT_LINT0	0xfee00350
#define APIC_EXTINT	0x700
#define MSR_EFER	0xc0000080
#define EFER_LME	0x00000100
#define EFER_NXE	0x00000800

#endif
