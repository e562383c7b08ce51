/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * OpenRISC probe guest: waits for a batch, makes its accesses in supervisor and user
 * mode, says what happened.  What should have happened is not known here.
 *
 * The machine has no walker.  The misses are handled as Linux 6.12 does,
 * arch/openrisc/kernel/head.S, dtlb_miss_handler and itlb_miss_handler: what comes
 * out of this guest is the machine's check of the TLB entry, and how it takes an
 * address apart, but the step from table to table is the program's.
 *
 * Sources: OpenRISC 1000 Architecture Manual 1.3, 4.3 (SPRs), 8.4 (xTLBWyMR,
 * DTLBWyTR, ITLBWyTR).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* As start.S stores it. */
struct or1k_trap {
	uint32_t value, vector, pc, address;
};

/* start.S; sr: the supervision register for the access. */
typedef void or1k_access(uint32_t va, uint32_t value, struct or1k_trap *trap,
			 uint32_t sr);
or1k_access or1k_read, or1k_write, or1k_fetch;

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

/* Special-purpose registers: group << 11 | number. */
enum { SPR_SR = 17 };
enum { SPR_DTLBMR = 0xa00, SPR_DTLBTR = 0xa80 };
enum { SPR_ITLBMR = 0x1200, SPR_ITLBTR = 0x1280 };
enum { TLB_ENTRIES = 128 };	/* of each TLB of the OR1200, in one way */
enum { STUB_BYTES = 12 };	/* l.movhi, l.ori, l.sys */

#define SR_SM		0x01u
#define SR_DME		0x20u
#define SR_IME		0x40u

#define PAGE_SHIFT	13
#define PAGE_MASK	0xffffe000u
#define TLB_VALID	1u
#define PTE_PRESENT	1u
#define PTE_ANY_RIGHT	0x7c0u		/* EXEC, SWE, SRE, UWE, URE */
#define DTLB_TAKES	0x3fau		/* SWE, SRE, UWE, URE, D, A, WOM, CI */
#define DTLB_READ	0x140u		/* SRE, URE */
#define ITLB_TAKES	0x03au		/* D, A, WOM, CI */
#define ITLB_FETCH	0x0c0u		/* UXE, SXE */

static uint32_t root;

static uint32_t read_spr(uint32_t number)
{
	uint32_t value;

	__asm__ volatile("l.mfspr %0, %1, 0" : "=r"(value) : "r"(number));
	return value;
}

static void write_spr(uint32_t number, uint32_t value)
{
	__asm__ volatile("l.mtspr %0, %1, 0"
			 : : "r"(number), "r"(value) : "memory");
}

static void flush(void)
{
	for (uint32_t i = 0; i < TLB_ENTRIES; i++) {
		write_spr(SPR_DTLBMR + i, 0);
		write_spr(SPR_ITLBMR + i, 0);
	}
}

static uint32_t entry_of(uint32_t va)
{
	return va >> PAGE_SHIFT & (TLB_ENTRIES - 1);
}

static uint32_t load(uint32_t pa)
{
	return *(const volatile uint32_t *)pa;
}

/* Fills a TLB entry for va; 0, or which table has nothing. */
static uint32_t refill(uint32_t va, bool fetch)
{
	const uint32_t entry = entry_of(va);
	const uint32_t pmd = load(root + (va >> 24) * 4);
	uint32_t pte, keep;

	if (pmd == 0)
		return OR1K_NO_TABLE;
	pte = load((pmd & PAGE_MASK) + (va >> PAGE_SHIFT & 0x7ff) * 4);
	if (!(pte & PTE_PRESENT))
		return OR1K_NO_PAGE;
	keep = pte & (PAGE_MASK | (fetch ? ITLB_TAKES : DTLB_TAKES));
	if (fetch && pte & PTE_ANY_RIGHT)
		keep |= ITLB_FETCH;
	write_spr((fetch ? SPR_ITLBTR : SPR_DTLBTR) + entry, keep);
	write_spr((fetch ? SPR_ITLBMR : SPR_DTLBMR) + entry,
		  (va & PAGE_MASK) | TLB_VALID);
	return 0;
}

/* Where the access ended, after the handler of a miss had its turn. */
static uint32_t make(or1k_access *how, uint32_t at, uint32_t value,
		     struct or1k_trap *trap, uint32_t sr)
{
	const bool fetch = how == or1k_fetch;
	uint32_t nothing;

	how(at, value, trap, sr);
	if (trap->vector != (fetch ? OR1K_VECTOR_FETCH_MISS :
				     OR1K_VECTOR_DATA_MISS))
		return 0;
	nothing = refill(trap->address, fetch);
	if (!nothing)
		how(at, value, trap, sr);
	return nothing;
}

/*
 * Reads the tag of a page that was written.  It may be one that cannot be read, so
 * the TLB entry gets that right for a moment.  The entry is written with its match
 * register last, which drops what was made of the old one.
 */
static void read_back(uint32_t page, struct or1k_trap *trap, uint32_t sr)
{
	const uint32_t entry = entry_of(page);
	const uint32_t match = read_spr(SPR_DTLBMR + entry);
	const uint32_t translate = read_spr(SPR_DTLBTR + entry);

	write_spr(SPR_DTLBTR + entry, translate | DTLB_READ);
	write_spr(SPR_DTLBMR + entry, match);
	or1k_read(page, 0, trap, sr);
	write_spr(SPR_DTLBTR + entry, translate);
	write_spr(SPR_DTLBMR + entry, match);
}

static void run_probe(uint64_t address, uint32_t access, bool user,
		      uint64_t store, struct mailbox_reply *reply)
{
	static or1k_access *const how[PT_ACCESSES] = {
		[PT_READ] = or1k_read, [PT_WRITE] = or1k_write,
		[PT_EXEC] = or1k_fetch,
	};
	const uint32_t page = (uint32_t)address;
	const bool fetch = access == PT_EXEC;
	const uint32_t at = fetch ? page + GUEST_STUB_AT : page;
	const uint32_t sr = (read_spr(SPR_SR) & ~(user ? SR_SM : 0)) |
			    (fetch ? SR_IME : SR_DME);
	struct or1k_trap trap;
	uint32_t nothing;
	bool done;

	nothing = make(how[access], at, (uint32_t)store, &trap, sr);
	done = trap.vector == OR1K_VECTOR_SYSCALL &&
	       (!fetch || trap.pc == at + STUB_BYTES);
	if (done && access == PT_WRITE)
		read_back(page, &trap, sr);
	reply->value = mailbox_u64(trap.value);
	reply->address = mailbox_u64(trap.address);
	reply->syndrome = mailbox_u64(nothing);
	reply->vector = mailbox_u32(trap.vector);
	reply->state = mailbox_u32(done ? GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

static void run_batch(struct guest_mailbox *mailbox)
{
	root = (uint32_t)mailbox_u64(mailbox->root);
	flush();
	guest_each_probe(mailbox, run_probe);
}

void guest_main(struct guest_mailbox *mailbox)
{
	guest_serve(mailbox, run_batch, NULL);
}
