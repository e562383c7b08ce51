/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * m68k probe guest, 68040: waits for a batch, makes its accesses in supervisor and
 * user mode, says what happened.  What should have happened is not known here.
 *
 * Sources: M68040 User's Manual (M68040UM/AD), 3.1.1 to 3.1.4 (URP, SRP, TC,
 * ITTn, DTTn, MMUSR), 3.6 (PFLUSH, PTEST); table 1-3 of the M68000 Family
 * Programmer's Reference Manual (function codes).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* As start.S stores it. */
struct m68k_trap {
	uint32_t value, vector, pc, ssw, address;
};

/* start.S */
extern const char m68k_trapped[];
void m68k_read(uint32_t va, uint32_t value, struct m68k_trap *trap);
void m68k_write(uint32_t va, uint32_t value, struct m68k_trap *trap);
void m68k_fetch_kernel(uint32_t va, uint32_t value, struct m68k_trap *trap);
void m68k_fetch_user(uint32_t va, uint32_t value, struct m68k_trap *trap);
uint32_t m68k_ptest_read(uint32_t va), m68k_ptest_write(uint32_t va);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

/* A control register. */
#define WRITE(register, value)                                                 \
	__asm__ volatile("movec %0, %%" register : : "d"((uint32_t)(value))    \
			 : "memory")

/* The first 16 MiB, supervisor, enabled. */
#define WINDOW		0x0000a000u
#define TC_ENABLE	0x8000u			/* pages of 4 KiB */

enum { VECTORS = 64 };
enum { USER_DATA = 1, USER_PROGRAM = 2, KERNEL_DATA = 5, KERNEL_PROGRAM = 6 };
enum { TRAP_BYTES_INTO_STUB = 8 };	/* behind move.l #, %d0 and trap #0 */

static uint32_t vectors[VECTORS];
static bool flush_each;			/* in this batch */

static void flush(void)
{
	__asm__ volatile("pflusha" : : : "memory");
}

static void use(const struct guest_mailbox *mailbox)
{
	const uint32_t root = (uint32_t)mailbox_u64(mailbox->root);

	WRITE("urp", root);
	WRITE("srp", root);
	WRITE("tc", TC_ENABLE);
	flush();
	flush_each = mailbox_u32(mailbox->control) & GUEST_FLUSH_EACH;
}

/* Asks PTEST, which walks anew and tells where it came to and which rights there are. */
static void translate(uint32_t page, bool write, uint32_t function,
		      struct mailbox_reply *reply)
{
	uint32_t mmusr;

	WRITE("dfc", function);
	mmusr = write ? m68k_ptest_write(page) : m68k_ptest_read(page);
	reply->value = mailbox_u64(mmusr & M68K_MMUSR_PA);
	reply->address = mailbox_u64(page);
	reply->syndrome = mailbox_u64(mmusr);
	reply->vector = mailbox_u32(M68K_MMUSR);
	reply->state = mailbox_u32(GUEST_REPLY_TRAP);
}

static void run_probe(uint64_t address, uint32_t how, bool user,
		      uint64_t store, struct mailbox_reply *reply)
{
	const uint32_t access = how & ~GUEST_MAILBOX_TRANSLATE;
	const uint32_t page = (uint32_t)address, value = (uint32_t)store;
	const uint32_t data = user ? USER_DATA : KERNEL_DATA;
	const uint32_t program = user ? USER_PROGRAM : KERNEL_PROGRAM;
	const bool fetch = access == PT_EXEC;
	const uint32_t stub = page + GUEST_STUB_AT;
	struct m68k_trap trap;
	uint32_t mmusr = 0;
	bool done;

	if (flush_each)
		flush();
	if (how & GUEST_MAILBOX_TRANSLATE) {
		translate(page, access == PT_WRITE, fetch ? program : data,
			  reply);
		return;
	}
	WRITE("sfc", data);
	WRITE("dfc", data);
	if (fetch && user)
		m68k_fetch_user(stub, value, &trap);
	else if (fetch)
		m68k_fetch_kernel(stub, value, &trap);
	else if (access == PT_WRITE)
		m68k_write(page, value, &trap);
	else
		m68k_read(page, value, &trap);
	done = trap.vector == M68K_VECTOR_TRAP0 &&
	       (!fetch || trap.pc == stub + TRAP_BYTES_INTO_STUB);
	if (trap.vector == M68K_VECTOR_ACCESS) {
		WRITE("dfc", fetch ? program : data);
		mmusr = m68k_ptest_read(page);
	}
	reply->value = mailbox_u64(trap.value);
	reply->address = mailbox_u64(trap.address);
	reply->syndrome = mailbox_u64(M68K_SYNDROME(mmusr & 0xfff, trap.ssw));
	reply->vector = mailbox_u32(trap.vector);
	reply->state = mailbox_u32(done ? GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

static void run_batch(struct guest_mailbox *mailbox)
{
	use(mailbox);
	guest_each_probe(mailbox, run_probe);
}

void guest_main(struct guest_mailbox *mailbox)
{
	for (unsigned i = 0; i < VECTORS; i++)
		vectors[i] = (uint32_t)m68k_trapped;
	WRITE("vbr", (uint32_t)vectors);
	WRITE("itt0", WINDOW);
	WRITE("itt1", 0);
	WRITE("dtt0", WINDOW);
	WRITE("dtt1", 0);
	guest_serve(mailbox, run_batch, NULL);
}
