/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * LoongArch probe guest, pages of 16 KiB: waits for a batch, makes its accesses at
 * privilege levels 0 and 3, says what happened.  What should have happened is not
 * known here.
 *
 * Sources: LoongArch Reference Manual, volume 1, v1.10: 4.2.4 (INVTLB), 5.4
 * (page tables and TLB), 7.4 (PRMD), 7.5 (PGDL, PWCL, PWCH, STLBPS, TLBRENTRY).
 */
#include <tablewalk/types.h>
#include "guest_find.h"
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* As start.S stores it. */
struct loong_trap {
	uint64_t value, estat, era, badv;
};

/* start.S */
extern const char loong_refill[], loong_trapped[];
extern const char loong_read[], loong_write[], loong_written[];
void loong_run(uint64_t pc, uint64_t va, uint64_t value,
	       struct loong_trap *trap, uint64_t prmd);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

/* CSRWR leaves the old value in its register. */
#define WRITE(csr, word)                                                       \
	do {                                                                   \
		uint64_t word_ = (word);                                       \
		__asm__ volatile("csrwr %0, %1" : "+r"(word_) : "i"(csr)       \
				 : "memory");                                  \
	} while (0)

/*
 * Three levels of 2048 entries of 8 bytes: a page table from bit 14, directory 1
 * from bit 25, directory 3 from bit 36.
 */
#define PWCL	(14u | 11u << 5 | 25u << 10 | 11u << 15)
#define PWCH	(36u | 11u << 6)

enum { PAGE_SHIFT = 14, LEVEL_KERNEL = 0, LEVEL_USER = 3 };

static void flush(void)
{
	__asm__ volatile("invtlb 0, $zero, $zero" : : : "memory");
}

static unsigned ecode(const struct loong_trap *trap)
{
	return trap->estat >> LOONG_ECODE_SHIFT & LOONG_ECODE_MASK;
}

/*
 * A fetch that the level forbids is the end of QEMU 7.2: it loads the instruction
 * for BADI, which is forbidden in its turn.  A load tells before; not one that an
 * entry of the TLB from before a change answers.
 */
static bool would_hang(uint64_t page)
{
	struct loong_trap trap;

	flush();
	loong_run((uint64_t)loong_read, page, 0, &trap, LEVEL_USER);
	flush();
	return ecode(&trap) == LOONG_ECODE_PPI;
}

static void use(const struct guest_mailbox *mailbox)
{
	WRITE(LOONG_PGDL, mailbox_u64(mailbox->root));
	flush();
}

/* The SYSCALL that should end it, behind one instruction. */
static uint64_t end_of(uint64_t pc, uint32_t access)
{
	return access == PT_WRITE ? (uint64_t)loong_written + 4 : pc + 4;
}

static void run_probe(uint64_t page, uint32_t access, bool user, uint64_t value,
		      struct mailbox_reply *reply)
{
	const uint64_t pc = access == PT_EXEC  ? page + GUEST_STUB_AT :
			    access == PT_WRITE ? (uint64_t)loong_write :
						 (uint64_t)loong_read;
	struct loong_trap trap;
	bool done;

	if (access == PT_EXEC && user && would_hang(page)) {
		reply->state = mailbox_u32(GUEST_REPLY_REFUSED);
		return;
	}
	loong_run(pc, page, value, &trap, user ? LEVEL_USER : LEVEL_KERNEL);
	done = ecode(&trap) == LOONG_ECODE_SYS &&
	       trap.era == end_of(pc, access);
	if (access == PT_WRITE && trap.era == (uint64_t)loong_written) {
		/* Written, but not to be read. */
		trap.value = guest_find_stored(LOONG_WINDOW, 0, value);
		done = true;
	}
	reply->value = mailbox_u64(trap.value);
	reply->address = mailbox_u64(trap.badv);
	reply->syndrome = mailbox_u64(trap.estat);
	reply->vector = 0;
	reply->state = mailbox_u32(done ? GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

static void run_batch(struct guest_mailbox *mailbox)
{
	use(mailbox);
	guest_each_probe(mailbox, run_probe);
}

void guest_main(struct guest_mailbox *mailbox)
{
	WRITE(LOONG_ECFG, 0);
	WRITE(LOONG_EENTRY, (uint64_t)loong_trapped);
	WRITE(LOONG_TLBRENTRY, (uint64_t)loong_refill - LOONG_WINDOW);
	WRITE(LOONG_ASID, 0);
	WRITE(LOONG_PGDH, 0);
	WRITE(LOONG_PWCL, PWCL);
	WRITE(LOONG_PWCH, PWCH);
	WRITE(LOONG_STLBPS, PAGE_SHIFT);
	guest_serve(mailbox, run_batch, NULL);
}
