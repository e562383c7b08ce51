/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How the x86 probe guests wait: the timer that ends a doze.
 *
 * Sources: Intel 8259A and 8254 data sheets.
 */
#ifndef ARCH_X86_GUEST_TIMER_H
#define ARCH_X86_GUEST_TIMER_H

#include <stdint.h>

/* start.S, start32.S */
void x86_out(uint16_t port, uint8_t value);
void x86_wait_for_interrupt(void);

enum { X86_VECTOR_TIMER = 32 };

/* The 8259 sends interrupt 0 only, and acknowledges itself. */
static inline void x86_prepare_timer(void)
{
	x86_out(0x20, 0x11);
	x86_out(0x21, X86_VECTOR_TIMER);
	x86_out(0x21, 0x04);
	x86_out(0x21, 0x03);
	x86_out(0x21, 0xfe);
	x86_out(0xa1, 0xff);
}

/* Sleeps for 50 microseconds << step. */
static inline void x86_doze(unsigned step)
{
	enum { TICKS = 60 };		/* 50 microseconds, 1.19 MHz */
	unsigned ticks = (unsigned)TICKS << step;

	x86_out(0x43, 0x30);		/* counter 0, one shot */
	x86_out(0x40, (uint8_t)ticks);
	x86_out(0x40, (uint8_t)(ticks >> 8));
	x86_wait_for_interrupt();
}

#endif
