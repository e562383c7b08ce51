/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Inside the mips probe guests: what is different where the processor walks the
 * tables (htw.c, 32 bits) and where a handler does (refill.c, 64 bits).
 */
#ifndef ARCH_MIPS_GUEST_PROBE_H
#define ARCH_MIPS_GUEST_PROBE_H

#include <stdint.h>

struct guest_mailbox;

/* A control register of 32 bits, its number and select. */
#define MIPS_WRITE(number, select, value)                                      \
	__asm__ volatile("mtc0 %0, $" #number ", " #select "\n\tehb"           \
			 : : "r"((uint32_t)(unsigned long)(value)) : "memory")

/* Status in kernel mode, without exceptions pending. */
extern const uint32_t mips_status;

/* Once, before the first batch. */
void mips_prepare(const struct guest_mailbox *mailbox);

/* Before a batch, when the TLB is empty, and after it. */
void mips_use(const struct guest_mailbox *mailbox);
void mips_leave(void);

/* Where user mode sees that place of the page of stubs. */
const char *mips_user_view(const char *stub);

#endif
