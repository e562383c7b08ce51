/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a store landed that cannot be read back: for programs of machines whose
 * pages can be written and not read.
 */
#ifndef HARNESS_GUEST_FIND_H
#define HARNESS_GUEST_FIND_H

#include "guest_mailbox.h"

/* The RAM that cases use. */
#define GUEST_FIND_END		(UINT64_C(64) << 20)
#define GUEST_FIND_STEP		UINT64_C(4096)

/*
 * The tag of the data page in whose word for stores value is, or 0.  window is where
 * the program sees RAM, ram_pa what its first byte is called; value is one that no
 * other store has.
 */
static inline uint64_t guest_find_stored(uint64_t window, uint64_t ram_pa,
					 uint64_t value)
{
	const uint64_t end = window + GUEST_FIND_END - GUEST_TAIL_BYTES;

	for (uint64_t page = window + GUEST_DATA_AT; page < end;
	     page += GUEST_FIND_STEP)
		if (*(const volatile uint64_t *)(page + GUEST_STORE_AT) ==
		    value)
			return page - window + ram_pa;
	return 0;
}

#endif
