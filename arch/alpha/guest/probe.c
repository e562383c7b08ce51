/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Alpha probe guest, three levels: waits for a batch, makes its accesses in kernel
 * and user mode, says what happened.  What should have happened is not known here.
 * All of it runs in PALmode, but for the pieces that make the accesses.
 *
 * Sources: Alpha Architecture Reference Manual, 4th edition, II-B chapters 2
 * (processor status) and 3 (KSEG).
 */
#include <tablewalk/types.h>
#include "guest_find.h"
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* As start.S stores it; from is behind the entry's first instruction. */
struct alpha_trap {
	uint64_t value, from, pc, address, fault, by;
};

/* start.S */
extern const char _start[], alpha_read[], alpha_write[], alpha_written[];
void alpha_run(uint64_t pc, uint64_t va, uint64_t value,
	       struct alpha_trap *trap, uint64_t ps);
void alpha_use(uint64_t root);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

/* Interrupt level 7, which is none; mode. */
enum { PS_KERNEL = 7, PS_USER = 8 | 7 };
enum { STUB_BYTES = 12 };		/* ldah, lda, call_pal */
enum { WRITE_BYTES = 8 };		/* from alpha_written on */

/* Where user mode has the start of RAM. */
static uint64_t user_window;

/* Where a piece of the program is, as the mode sees it. */
static uint64_t seen(const char *piece, bool user)
{
	const uint64_t at = (uint64_t)piece;

	return user ? at - ALPHA_KSEG + user_window : at;
}

static void run_probe(uint64_t page, uint32_t access, bool user, uint64_t value,
		      struct mailbox_reply *reply)
{
	const uint64_t written = seen(alpha_written, user);
	const uint64_t pc = access == PT_EXEC  ? page + GUEST_STUB_AT :
			    access == PT_WRITE ? seen(alpha_write, user) :
						 seen(alpha_read, user);
	const uint64_t end = access == PT_EXEC	? pc + STUB_BYTES :
			     access == PT_WRITE ? written + WRITE_BYTES :
						  pc + WRITE_BYTES;
	struct alpha_trap trap;
	uint32_t vector;
	bool done;

	alpha_run(pc, page, value, &trap, user ? PS_USER : PS_KERNEL);
	vector = (uint32_t)(trap.from - 4 - (uint64_t)_start);
	done = vector == ALPHA_VECTOR_BPT && trap.pc == end;
	if (access == PT_WRITE && vector == ALPHA_VECTOR_MMFAULT &&
	    trap.pc == written) {
		/* Written, but not to be read. */
		trap.value = guest_find_stored(ALPHA_KSEG, 0, value);
		done = true;
	}
	reply->value = mailbox_u64(trap.value);
	reply->address = mailbox_u64(trap.address);
	reply->syndrome = mailbox_u64(ALPHA_SYNDROME(trap.fault, trap.by));
	reply->vector = mailbox_u32(vector);
	reply->state = mailbox_u32(done ? GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

static void run_batch(struct guest_mailbox *mailbox)
{
	user_window = mailbox_u64(mailbox->runtime_va);
	alpha_use(mailbox_u64(mailbox->root));
	guest_each_probe(mailbox, run_probe);
}

void guest_main(struct guest_mailbox *mailbox)
{
	guest_serve(mailbox, run_batch, NULL);
}
