/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Xtensa probe guest: waits for a batch, makes its accesses in rings 0 and 1, says
 * what happened.  What should have happened is not known here.
 *
 * The processor reads a pte by itself, at the address that PTEVADDR and the address
 * missed make.  Where the TLB does not know the page of ptes either, the access
 * misses, and the program maps that page, as Linux 6.12 does in fast_second_level_miss
 * of arch/xtensa/kernel/entry.S: so the step from the page directory is software's,
 * and all of the page table the machine's.
 *
 * Sources: Xtensa Instruction Set Architecture Reference Manual, 4.6.5 (PTEVADDR,
 * RASID, ways of the TLBs, format of their entries).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* As start.S stores it. */
struct xtensa_trap {
	uint32_t value, cause, pc, address;
};

/* start.S */
typedef void xtensa_access(uint32_t va, uint32_t value,
			   struct xtensa_trap *trap);
xtensa_access xtensa_read_user, xtensa_read_kernel, xtensa_write_user,
	xtensa_write_kernel, xtensa_fetch_user, xtensa_fetch_kernel;
void xtensa_set_rings(uint32_t asids);
void xtensa_set_pte_base(uint32_t va);
uint32_t xtensa_pte_address(void);	/* for the last address that missed */
void xtensa_drop_data(uint32_t va_and_way);
void xtensa_drop_fetch(uint32_t va_and_way);
void xtensa_map_data(uint32_t pte, uint32_t va_and_way);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

enum { FILLED_WAYS = 4, ENTRIES_PER_WAY = 4, WAY_OF_TABLES = 7 };
enum { STUB_BYTES_BEFORE_SYSCALL = 15 };

#define PAGE_MASK	0xfffff000u
#define RINGS		0x04030201u	/* a number for each ring */
#define TABLE_RIGHTS	0x6u		/* ring 0, write, write-back */

/*
 * The 4 MiB of ptes are seen at one address or the other: where they are, no access
 * can go through the tables.
 */
#define PTES_AT		0x80000000u
#define PTES_ELSEWHERE	0x40000000u
#define PTES_BYTES	0x00400000u

static uint32_t pte_base, root;

/*
 * Everything that is not static.  A page of ptes is in way 7 only, of the three that
 * have one entry.
 */
static void flush(void)
{
	for (uint32_t way = 0; way < FILLED_WAYS; way++)
		for (uint32_t i = 0; i < ENTRIES_PER_WAY; i++) {
			xtensa_drop_data(i << 12 | way);
			xtensa_drop_fetch(i << 12 | way);
		}
	xtensa_drop_data(WAY_OF_TABLES);
}

/* Moves the ptes out of the way of an access to va. */
static void make_way(uint32_t va)
{
	const uint32_t base = va - PTES_AT < PTES_BYTES ? PTES_ELSEWHERE :
							  PTES_AT;

	if (base == pte_base)
		return;
	pte_base = base;
	xtensa_set_pte_base(base);
	flush();
}

/* Maps the page that holds the pte of va; false if there is none. */
static bool second_level_miss(uint32_t va)
{
	const uint32_t at = root + (va >> 22) * 4;
	const uint32_t pmd = *(const volatile uint32_t *)at;

	if (pmd == 0)
		return false;
	xtensa_map_data(((pmd - XTENSA_STATIC) & PAGE_MASK) | TABLE_RIGHTS,
			(xtensa_pte_address() & PAGE_MASK) | WAY_OF_TABLES);
	return true;
}

static void run_probe(uint64_t address, uint32_t access, bool user,
		      uint64_t store, struct mailbox_reply *reply)
{
	static xtensa_access *const how[PT_ACCESSES][2] = {
		[PT_READ] = { xtensa_read_kernel, xtensa_read_user },
		[PT_WRITE] = { xtensa_write_kernel, xtensa_write_user },
		[PT_EXEC] = { xtensa_fetch_kernel, xtensa_fetch_user },
	};
	const uint32_t page = (uint32_t)address;
	const bool fetch = access == PT_EXEC;
	const uint32_t at = fetch ? page + GUEST_STUB_AT : page;
	struct xtensa_trap trap;
	bool done;

	make_way(page);
	how[access][user](at, (uint32_t)store, &trap);
	if (trap.cause == (fetch ? XTENSA_FETCH_MISS : XTENSA_DATA_MISS) &&
	    second_level_miss(trap.address))
		how[access][user](at, (uint32_t)store, &trap);
	done = trap.cause == XTENSA_SYSCALL &&
	       (!fetch || trap.pc == at + STUB_BYTES_BEFORE_SYSCALL);
	reply->value = mailbox_u64(trap.value);
	reply->address = mailbox_u64(trap.address);
	reply->syndrome = 0;
	reply->vector = mailbox_u32(trap.cause);
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
	xtensa_set_rings(RINGS);
	guest_serve(mailbox, run_batch, NULL);
}
