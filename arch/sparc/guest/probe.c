/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sparc32 probe guest: waits for a batch, makes its accesses in supervisor and user
 * mode, says what happened.  What should have happened is not known here.
 *
 * Sources: SPARC Architecture Manual version 8, appendix H: H.3 (context table),
 * H.5 (fault status), H.6 (registers).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* As start.S stores it. */
struct sparc_trap {
	uint32_t value, type, pc;
};

/* start.S */
typedef void sparc_access(uint32_t va, uint32_t value, struct sparc_trap *trap);
sparc_access sparc_read_user, sparc_read_kernel, sparc_write_user,
	sparc_write_kernel, sparc_fetch_user, sparc_fetch_kernel;
uint32_t sparc_mmu_read(uint32_t at);
void sparc_mmu_write(uint32_t at, uint32_t value);
uint32_t sparc_probe(uint32_t at);
void sparc_flush(void);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

enum { MMU_CONTROL = 0, MMU_CONTEXT_TABLE = 0x100, MMU_CONTEXT = 0x200 };
enum { MMU_FAULT_STATUS = 0x300, MMU_FAULT_ADDRESS = 0x400 };
enum { TRAP_BYTES_INTO_STUB = 8 };	/* behind sethi, or */

enum { ET = 3, ET_TABLE = 1, ET_LEAF = 2 };	/* of an entry */

static bool flush_each;			/* in this batch */

/* One context. */
static _Alignas(1024) volatile uint32_t contexts[256];

static void use(const struct guest_mailbox *mailbox)
{
	contexts[0] = (uint32_t)mailbox_u64(mailbox->root) >> 4 | 1;
	sparc_mmu_write(MMU_CONTEXT_TABLE, (uint32_t)contexts >> 4);
	sparc_mmu_write(MMU_CONTEXT, 0);
	sparc_flush();
	sparc_mmu_read(MMU_FAULT_STATUS);	/* reading clears it */
	sparc_mmu_write(MMU_CONTROL, 1);
	flush_each = mailbox_u32(mailbox->control) & GUEST_FLUSH_EACH;
}

/*
 * Asks the MMU for the entry of each level from the root: probes of types 2 to 0
 * (region, segment, page).  An entry that cannot be had reads as 0.
 */
static void translate(uint32_t page, struct mailbox_reply *reply)
{
	static const uint8_t shift[] = { 12, 18, 24 };
	uint32_t entry = 0, type = 3, inside;
	uint64_t pa;

	do {
		type--;
		entry = sparc_probe(page | type << 8);
	} while ((entry & ET) == ET_TABLE && type);
	inside = page & ((UINT32_C(1) << shift[type]) - 1);
	pa = (uint64_t)(entry & ~UINT32_C(0xff)) << 4;
	reply->value = mailbox_u64(pa | inside);
	reply->address = mailbox_u64(page);
	reply->syndrome = mailbox_u64(3 - type);
	reply->vector = mailbox_u32(SPARC_PROBE);
	reply->state = mailbox_u32((entry & ET) == ET_LEAF ? GUEST_REPLY_OK :
							    GUEST_REPLY_TRAP);
}

static void run_probe(uint64_t address, uint32_t access, bool user,
		      uint64_t store, struct mailbox_reply *reply)
{
	const uint32_t page = (uint32_t)address, value = (uint32_t)store;
	static sparc_access *const how[PT_ACCESSES][2] = {
		[PT_READ] = { sparc_read_kernel, sparc_read_user },
		[PT_WRITE] = { sparc_write_kernel, sparc_write_user },
		[PT_EXEC] = { sparc_fetch_kernel, sparc_fetch_user },
	};
	const bool fetch = access == PT_EXEC;
	const uint32_t at = fetch ? page + GUEST_STUB_AT : page;
	struct sparc_trap trap;
	bool done;

	if (flush_each)
		sparc_flush();
	if (access & GUEST_MAILBOX_TRANSLATE) {
		translate(page, reply);
		return;
	}
	how[access][user](at, value, &trap);
	done = trap.type == SPARC_TRAP_DONE &&
	       (!fetch || trap.pc == at + TRAP_BYTES_INTO_STUB);
	reply->value = mailbox_u64(trap.value);
	reply->vector = mailbox_u32(trap.type);
	reply->syndrome = 0;
	reply->address = 0;
	if (!done) {
		reply->address = mailbox_u64(
			sparc_mmu_read(MMU_FAULT_ADDRESS));
		reply->syndrome = mailbox_u64(sparc_mmu_read(MMU_FAULT_STATUS));
	}
	reply->state = mailbox_u32(done ? GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

static void run_batch(struct guest_mailbox *mailbox)
{
	use(mailbox);
	guest_each_probe(mailbox, run_probe);
	sparc_mmu_write(MMU_CONTROL, 0);
}

void guest_main(struct guest_mailbox *mailbox)
{
	guest_serve(mailbox, run_batch, NULL);
}
