/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entries as numbers, for tests that look below the operations or make what no
 * operation makes.
 */
#ifndef TESTS_MM_RAW_H
#define TESTS_MM_RAW_H

#include "../../mm/pgtable.h"
#include "mm_fixture.h"

/* The entry covering va at depth; there is one. */
static inline struct pt_slot mm_slot(const struct pt_space *space, uint64_t va,
				     unsigned depth)
{
	struct pt_slot slot = pt_descend(space, va, depth);

	assert_int_equal(slot.depth, depth);
	return slot;
}

static inline uint64_t mm_raw(const struct mm *m, uint64_t va, unsigned depth)
{
	return mm_slot(&m->space, va, depth).entry.raw;
}

/* A pattern of one byte that the format calls bad at depth; 0: there is none. */
static inline uint64_t mm_bad_word(const struct mm *m, unsigned depth)
{
	for (unsigned n = 1; n < 256; n++) {
		uint64_t raw = n * (m->f->level[depth].entry_bytes == 4 ?
					    UINT64_C(0x1010101) :
					    UINT64_C(0x101010101010101));

		if (pt_entry_kind(m->f, depth, (struct pt_entry){ raw }) ==
		    PT_BAD)
			return raw;
	}
	return 0;
}

static inline void mm_store(const struct pt_space *space, uint64_t va,
			    unsigned depth, uint64_t raw)
{
	struct pt_slot slot = mm_slot(space, va, depth);

	pt_slot_write(space, &slot, (struct pt_entry){ raw });
}

/* Whether the fixture's memory can hold many of the format's tables. */
static inline bool mm_fits(const struct pt_format *f)
{
	for (unsigned depth = f->top; depth < PT_DEPTHS; depth++)
		if (pt_table_bytes(f, depth) < MM_GRANULE ||
		    pt_table_bytes(f, depth) > MM_TABLE_LIMIT)
			return false;
	return true;
}

/*
 * Every format of the registry but those with tables longer than the fixture's
 * memory can hold many of, in its lower half: what mm_open() does not take, too.
 * NULL past the last.
 */
static inline struct mm *mm_open_any(void **state, unsigned i)
{
	unsigned wanted = i;

	for (unsigned n = 0; n < pt_format_count; n++)
		if (mm_fits(pt_formats[n]) && !wanted--)
			return mm_open_format(state, pt_formats[n], 0);
	return NULL;
}

/* Rights that leaves of the format can have: readable, and little else. */
static inline uint32_t mm_some_rights(const struct mm *m)
{
	const struct pt_rights *rights = &m->f->level[PT_PTE].leaf.rights;

	for (uint32_t r = PT_R; r <= PT_RIGHTS; r++)
		if (r & PT_R && rights->right[r].representable)
			return r;
	fail_msg("%s: nothing can be read", m->f->name);
	return 0;
}

/* The format of that name, in its lower half. */
static inline struct mm *mm_open_named(void **state, const char *name)
{
	const struct pt_format *f = pt_format_find(name);

	assert_non_null(f);
	return mm_open_format(state, f, 0);
}

#endif
