/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mips probe guests, of 32 and 64 bits: wait for a batch, make its accesses in kernel
 * and user mode, say what happened.  What should have happened is not known here.
 *
 * Sources: MIPS Architecture for Programmers, volume III (MD00090, MD00091): Status,
 * EBase, PageGrain, Index, EntryHi; volume II: TLBINVF.
 */
#include "probe.h"

#include <stdbool.h>
#include <stddef.h>
#include <tablewalk/types.h>

#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* start.S knows the order of both. */
struct mips_access {
	unsigned long va, value, code, status;
};

struct mips_trap {
	unsigned long value, cause, pc, address, vector;
};

/* start.S */
extern const char mips_vectors[];
extern const char stub_read[], stub_read_end[];
extern const char stub_write[], stub_write_end[];
void mips_probe(const struct mips_access *access, struct mips_trap *trap);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

#define STATUS_EXL		0x02u
#define STATUS_USER		0x10u
#define PAGEGRAIN_RIE_XIE_IEC	0xc8000000u
#define PAGEGRAIN_ELPA		0x20000000u

enum { SYSCALL_BYTES_INTO_STUB = 8 };	/* behind lui, ori */

static unsigned long code_of(uint32_t access, bool user, const char **end)
{
	const char *const start = access == PT_WRITE ? stub_write : stub_read;

	*end = access == PT_WRITE ? stub_write_end : stub_read_end;
	if (user)
		*end = mips_user_view(*end);
	return (unsigned long)(user ? mips_user_view(start) : start);
}

static void run_probe(uint64_t address, uint32_t access, bool user,
		      uint64_t store, struct mailbox_reply *reply)
{
	const unsigned long page = (unsigned long)address;
	struct mips_access how = {
		.va = page, .value = (unsigned long)store,
		.status = mips_status | STATUS_EXL | (user ? STATUS_USER : 0),
	};
	struct mips_trap trap;
	const char *end;
	uint32_t code;
	bool done;

	if (access == PT_EXEC) {
		how.code = page + GUEST_STUB_AT;
		end = (const char *)(how.code + SYSCALL_BYTES_INTO_STUB);
	} else {
		how.code = code_of(access, user, &end);
	}
	mips_probe(&how, &trap);
	code = trap.cause >> 2 & 31;
	done = code == MIPS_CODE_SYSCALL && trap.pc == (unsigned long)end;
	/* The fetched stub sign-extends its 32 bits. */
	reply->value = mailbox_u64(access == PT_EXEC ? (uint32_t)trap.value :
						       trap.value);
	reply->address = mailbox_u64(trap.address);
	reply->syndrome = mailbox_u64(code);
	reply->vector = mailbox_u32((uint32_t)trap.vector);
	reply->state = mailbox_u32(done ? GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

/* TLBINVF, which assemblers know only with more of the instruction set. */
static void flush(void)
{
	MIPS_WRITE(0, 0, 0);		/* Index */
	__asm__ volatile(".word 0x42000004\n\tehb" : : : "memory");
}

static void run_batch(struct guest_mailbox *mailbox)
{
	flush();
	mips_use(mailbox);
	guest_each_probe(mailbox, run_probe);
	mips_leave();
}

void guest_main(struct guest_mailbox *mailbox)
{
	MIPS_WRITE(12, 0, mips_status);
	MIPS_WRITE(15, 1, mips_vectors);	/* EBase */
	MIPS_WRITE(5, 1, PAGEGRAIN_RIE_XIE_IEC | PAGEGRAIN_ELPA);
	mips_prepare(mailbox);
	guest_serve(mailbox, run_batch, NULL);
}
