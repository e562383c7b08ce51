/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * riscv probe guest, of 64 and 32 bits: waits for a batch, makes its accesses in S and U mode,
 * says what happened.  What should have happened is not known here.
 *
 * Sources: RISC-V privileged specification 20211203, 3.1.6 (mstatus), 3.1.15
 * (mcause), 3.2.1 (mtime); QEMU docs/system/riscv/virt.rst (CLINT addresses).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

struct riscv_trap {
	unsigned long value, cause, pc, address;
};

/* start.S */
extern const char stub_read[], stub_read_end[];
extern const char stub_write[], stub_write_end[];
void riscv_probe(unsigned long va, unsigned long value, unsigned long code,
		 unsigned long mstatus, struct riscv_trap *trap);
void riscv_set_root(unsigned long satp);
void riscv_wait_for_timer(void);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

#define MSTATUS_MPP_S	(1UL << 11)
#define MSTATUS_SUM	(1UL << 18)
#define MSTATUS_MXR	(1UL << 19)
#define CLINT_MTIMECMP	((volatile uint64_t *)0x2004000)
#define CLINT_MTIME	((volatile uint64_t *)0x200bff8)

enum { CAUSE_ECALL_U = 8, CAUSE_ECALL_S = 9 };
enum { ECALL_BYTES_INTO_STUB = 8 };	/* behind lui, addiw */
enum { DOZE_TICKS = 500 };		/* 50 microseconds, 10 MHz */

/* Sleeps for 50 microseconds << step. */
static void doze(unsigned step)
{
	*CLINT_MTIMECMP = *CLINT_MTIME + ((uint64_t)DOZE_TICKS << step);
	riscv_wait_for_timer();
}

static void run_probe(const struct guest_mailbox *mailbox,
		      const struct mailbox_probe *probe, uint64_t value,
		      struct mailbox_reply *reply)
{
	bool user = probe->privilege == PT_AS_USER;
	unsigned long alias = (unsigned long)mailbox->runtime_va -
			      RISCV_RAM_AT + (user ? RISCV_USER_ALIAS : 0);
	unsigned long mstatus = user ? 0 : MSTATUS_MPP_S;
	unsigned long page = (unsigned long)probe->page;
	struct riscv_trap trap;
	unsigned long code, end;

	mstatus |= mailbox->control & PT_REGIME_RISCV_SUM ? MSTATUS_SUM : 0;
	mstatus |= mailbox->control & PT_REGIME_RISCV_MXR ? MSTATUS_MXR : 0;
	if (probe->access == PT_READ) {
		code = (unsigned long)stub_read + alias;
		end = (unsigned long)stub_read_end + alias;
	} else if (probe->access == PT_WRITE) {
		code = (unsigned long)stub_write + alias;
		end = (unsigned long)stub_write_end + alias;
	} else {
		code = page + GUEST_STUB_AT;
		end = code + ECALL_BYTES_INTO_STUB;
	}
	riscv_probe(page, (unsigned long)value, code, mstatus, &trap);
	/* The fetched stub sign-extends its 32 bits. */
	reply->value = probe->access == PT_EXEC ? (uint32_t)trap.value :
						  trap.value;
	reply->address = trap.address;
	reply->syndrome = trap.cause;
	reply->vector = 0;
	reply->state = trap.pc == end &&
		       trap.cause == (user ? CAUSE_ECALL_U : CAUSE_ECALL_S) ?
			GUEST_REPLY_OK : GUEST_REPLY_TRAP;
}

static void run_batch(struct guest_mailbox *mailbox)
{
	riscv_set_root((unsigned long)mailbox->root);
	for (uint32_t i = 0; guest_next(mailbox, &i); i++) {
		if (mailbox->control & GUEST_FLUSH_EACH)
			riscv_set_root((unsigned long)mailbox->root);
		run_probe(mailbox, &mailbox->probe[i],
			  mailbox->store_value + i, &mailbox->reply[i]);
	}
}

void guest_main(struct guest_mailbox *mailbox)
{
	guest_serve(mailbox, run_batch, doze);
}
