/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mips probe guest of 64 bits: a refill handler walks the tables (refill.S).
 *
 * User mode has no addresses but xuseg, all of which are the tables'.  So the page of
 * stubs has a TLB entry of its own, at the start of the root slot that the host leaves
 * to the runtime; the tables stay as they are.
 *
 * Sources: MIPS64 Privileged Resource Architecture, MD00091: Wired, EntryHi, EntryLo0,
 * EntryLo1, Index; "Compatibility and 64-bit Address Spaces" (xuseg, xkphys).
 */
#include "probe.h"

#include <stddef.h>
#include <tablewalk/types.h>

#include "guest_layout.h"
#include "guest_mailbox.h"

#define XKPHYS		UINT64_C(0x9800000000000000)
/* C 3, V, G: executed and read. */
#define ENTRYLO_STUBS	UINT64_C(0x1b)
#define ENTRYLO_NONE	UINT64_C(0x01)

#define WRITE64(number, value)                                                 \
	__asm__ volatile("dmtc0 %0, $" #number "\n\tehb"                       \
			 : : "r"((uint64_t)(value)) : "memory")

/* start.S, refill.S */
extern const char stub_read[];
void mips_refill_p4d(void);
void mips_refill_pud(void);

/* For the handler: the root table, in xkphys; what the vector jumps to. */
uint64_t mips_root;
void (*mips_refill)(void);

/* Where user mode sees the stubs. */
static uint64_t stubs_at;

/* KX, SX, UX: 64-bit addresses in all modes. */
const uint32_t mips_status = 0xe0;

static void fill_table(uint64_t pa, uint64_t value)
{
	uint64_t *const table = (uint64_t *)(XKPHYS | pa);

	for (unsigned i = 0; i < 512; i++)
		table[i] = value;
}

void mips_prepare(const struct guest_mailbox *mailbox)
{
	fill_table(MIPS_INVALID_PUD_AT, XKPHYS | MIPS_INVALID_PMD_AT);
	fill_table(MIPS_INVALID_PMD_AT, XKPHYS | MIPS_INVALID_PTE_AT);
	fill_table(MIPS_INVALID_PTE_AT, 0);
	mips_refill = mailbox_u64(mailbox->config) == MIPS_ROOT_OF_P4DS ?
			      mips_refill_p4d : mips_refill_pud;
	MIPS_WRITE(6, 0, 1);				/* Wired */
}

void mips_use(const struct guest_mailbox *mailbox)
{
	const uint64_t stubs = (uint64_t)stub_read & 0x1fffffff;

	mips_root = mailbox_u64(mailbox->root);
	stubs_at = mailbox_u64(mailbox->runtime_va);
	MIPS_WRITE(5, 0, 0);				/* PageMask */
	WRITE64(10, stubs_at);				/* EntryHi */
	WRITE64(2, stubs >> 12 << 6 | ENTRYLO_STUBS);	/* EntryLo0 */
	WRITE64(3, ENTRYLO_NONE);			/* EntryLo1 */
	MIPS_WRITE(0, 0, 0);				/* Index */
	__asm__ volatile("tlbwi\n\tehb" : : : "memory");
}

void mips_leave(void)
{
}

const char *mips_user_view(const char *stub)
{
	return (const char *)(stubs_at + ((uint64_t)stub & 0xfff));
}
