/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the readings of machines with a software-filled TLB share: pointers that
 * are kernel virtual addresses, and rights where the kernel may do whatever the
 * bits of a page allow and user code only needs the page to be its own.
 */
#ifndef ORACLES_MMU_REFILL_H
#define ORACLES_MMU_REFILL_H

#include "mmu.h"
#include "mmu_walk.h"

/*
 * A memory type that types.h has no word for.  Never representable, so it can
 * only be seen where somebody wrote it by mistake.
 */
#define REFILL_MEM_OTHER 7u

/*
 * A table entry that is an address in the kernel's linear map: base plus a
 * physical address of that many bits, the low align_bits 0 (what Linux's
 * *_bad() asks for).
 */
static inline void refill_pointer(uint64_t raw, uint64_t base, unsigned bits,
				  unsigned align_bits, struct mmu_entry *out)
{
	uint64_t pa = raw - base;

	if (raw < base || (pa & ~pt_ones(bits)) || (raw & pt_ones(align_bits))) {
		out->class = MMU_RESERVED;
		return;
	}
	out->class = MMU_TABLE;
	out->pa = pa;
}

/* For a walk: the accesses that bits r, w, x of a page allow. */
static inline unsigned refill_allowed(bool r, bool w, bool x, bool user_page)
{
	unsigned kernel = (r ? mmu_may(PT_AS_KERNEL, PT_READ) : 0) |
			  (w ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0) |
			  (x ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0);
	unsigned user = (r ? mmu_may(PT_AS_USER, PT_READ) : 0) |
			(w ? mmu_may(PT_AS_USER, PT_WRITE) : 0) |
			(x ? mmu_may(PT_AS_USER, PT_EXEC) : 0);

	return user_page ? kernel | user : kernel;
}

/* For permits(): whether these rights suffice; says the same on its own. */
static inline bool refill_suffices(uint32_t rights, enum pt_access access,
				   enum pt_privilege privilege)
{
	static const uint32_t right[PT_ACCESSES] = { PT_R, PT_W, PT_X };
	uint32_t needed = right[access];

	if (privilege == PT_AS_USER)
		needed |= PT_USER;
	return (rights & needed) == needed;
}

#endif
