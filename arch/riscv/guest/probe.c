/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * riscv64 probe guest: waits for a batch, makes its accesses in S and U mode,
 * says what happened.  What should have happened is not known here.
 *
 * Sources: RISC-V privileged specification 20211203, 3.1.6 (mstatus), 3.1.15
 * (mcause), 3.2.1 (mtime); QEMU docs/system/riscv/virt.rst (CLINT addresses).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"

struct riscv_trap {
	uint64_t value, cause, pc, address;
};

/* start.S */
extern const char stub_read[], stub_read_end[];
extern const char stub_write[], stub_write_end[];
void riscv_probe(uint64_t va, uint64_t value, uint64_t code,
		 uint64_t mstatus, struct riscv_trap *trap);
void riscv_set_root(uint64_t satp);
void riscv_wait_for_timer(void);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

#define MSTATUS_MPP_S	(UINT64_C(1) << 11)
#define MSTATUS_SUM	(UINT64_C(1) << 18)
#define MSTATUS_MXR	(UINT64_C(1) << 19)
#define CLINT_MTIMECMP	((volatile uint64_t *)0x2004000)
#define CLINT_MTIME	((volatile uint64_t *)0x200bff8)

enum { CAUSE_ECALL_U = 8, CAUSE_ECALL_S = 9 };
enum { ECALL_BYTES_INTO_STUB = 8 };	/* behind lui, addiw */
enum { POLLS_BEFORE_DOZE = 100000 };
enum { DOZE_TICKS = 500, DOZES_PER_STEP = 16, STEPS = 4 };	/* 10 MHz */

/*
 * Leaves the processor to others: 50 microseconds at first, up to 800 when
 * there has been nothing to do for long.
 */
static void doze(unsigned dozes)
{
	unsigned step = dozes / DOZES_PER_STEP;

	step = step < STEPS ? step : STEPS;
	*CLINT_MTIMECMP = *CLINT_MTIME + ((uint64_t)DOZE_TICKS << step);
	riscv_wait_for_timer();
}

static void run_probe(const struct guest_mailbox *mailbox,
		      const struct mailbox_probe *probe, uint64_t value,
		      struct mailbox_reply *reply)
{
	bool user = probe->privilege == PT_AS_USER;
	uint64_t alias = mailbox->runtime_va - RISCV_RAM_AT +
			 (user ? RISCV_USER_ALIAS : 0);
	uint64_t mstatus = user ? 0 : MSTATUS_MPP_S;
	struct riscv_trap trap;
	uint64_t code, end;

	mstatus |= mailbox->control & PT_REGIME_RISCV_SUM ? MSTATUS_SUM : 0;
	mstatus |= mailbox->control & PT_REGIME_RISCV_MXR ? MSTATUS_MXR : 0;
	if (probe->access == PT_READ) {
		code = (uint64_t)stub_read + alias;
		end = (uint64_t)stub_read_end + alias;
	} else if (probe->access == PT_WRITE) {
		code = (uint64_t)stub_write + alias;
		end = (uint64_t)stub_write_end + alias;
	} else {
		code = probe->page + GUEST_STUB_AT;
		end = code + ECALL_BYTES_INTO_STUB;
	}
	riscv_probe(probe->page, value, code, mstatus, &trap);
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
	riscv_set_root(mailbox->root);
	for (uint32_t i = 0; i < mailbox->probe_count; i++)
		run_probe(mailbox, &mailbox->probe[i],
			  mailbox->store_value + i, &mailbox->reply[i]);
}

void guest_main(struct guest_mailbox *mailbox)
{
	uint32_t seq = 0, next;
	unsigned polls = 0;

	atomic_store_explicit(&mailbox->ready, GUEST_READY,
			      memory_order_release);
	for (;;) {
		next = atomic_load_explicit(&mailbox->request_seq,
					    memory_order_acquire);
		if (next == seq) {
			if (++polls > POLLS_BEFORE_DOZE)
				doze(polls - POLLS_BEFORE_DOZE);
			continue;
		}
		seq = next;
		polls = 0;
		run_batch(mailbox);
		atomic_store_explicit(&mailbox->reply_seq, seq,
				      memory_order_release);
	}
}
