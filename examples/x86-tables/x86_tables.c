/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * See x86_tables.h.  Tables and numbers in comments are those of the Intel SDM,
 * vol. 3A, chapter 4.
 *
 * X86_TABLES_DEFECTS: this is an example for Tablewalk, so two mistakes are made
 * on purpose, bit 0 and bit 1; 0 is the library as it should be.
 */
#include "x86_tables.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#ifndef X86_TABLES_DEFECTS
#define X86_TABLES_DEFECTS 3
#endif

#define ENTRIES 512u
#define ROOT_LEVEL 4u
#define LEAF_LEVEL_MAX 3u
#define PAGE UINT64_C(0x1000)

/* Tables 4-15 to 4-20. */
#define PRESENT (UINT64_C(1) << 0)
#define WRITABLE (UINT64_C(1) << 1)
#define USER (UINT64_C(1) << 2)
#define ACCESSED (UINT64_C(1) << 5)
#define DIRTY (UINT64_C(1) << 6)
#define LARGE (UINT64_C(1) << 7)		/* PS: a leaf above level 1 */
#define GLOBAL (UINT64_C(1) << 8)
#define NO_EXECUTE (UINT64_C(1) << 63)
#define RIGHTS (WRITABLE | USER | NO_EXECUTE)
#define ADDRESS UINT64_C(0x000ffffffffff000)
/* 4.6.1: a right must be given at each level, so tables give all. */
#define TABLE (PRESENT | WRITABLE | USER)

/* What a leaf keeps when it is divided. */
#if X86_TABLES_DEFECTS & 1
#define KEPT UINT64_C(0xfff)
#else
#define KEPT (~ADDRESS)
#endif

static uint64_t span(unsigned level)
{
	return PAGE << 9 * (level - 1);
}

/* The offset bits of an address in a leaf of that level. */
static uint64_t offset_mask(unsigned level)
{
	return span(level) - 1;
}

static bool is_leaf(uint64_t entry, unsigned level)
{
	return (entry & PRESENT) && (level == 1 || (entry & LARGE));
}

static bool is_table(uint64_t entry, unsigned level)
{
	return (entry & PRESENT) && !is_leaf(entry, level);
}

static uint64_t bits_of(unsigned flags)
{
	return (flags & X86_READ ? PRESENT : 0) |
	       (flags & X86_WRITE ? WRITABLE : 0) |
	       (flags & X86_EXECUTE ? 0 : NO_EXECUTE) |
	       (flags & X86_USER ? USER : 0) |
	       (flags & X86_GLOBAL ? GLOBAL : 0) |
	       (flags & X86_ACCESSED ? ACCESSED : 0) |
	       (flags & X86_DIRTY ? DIRTY : 0);
}

static unsigned flags_of(uint64_t entry)
{
	return (entry & PRESENT ? X86_READ : 0) |
	       (entry & WRITABLE ? X86_WRITE : 0) |
	       (entry & NO_EXECUTE ? 0 : X86_EXECUTE) |
	       (entry & USER ? X86_USER : 0) |
	       (entry & GLOBAL ? X86_GLOBAL : 0) |
	       (entry & ACCESSED ? X86_ACCESSED : 0) |
	       (entry & DIRTY ? X86_DIRTY : 0);
}

static uint64_t leaf_entry(uint64_t pa, uint64_t bits, unsigned level)
{
	return pa | bits | (level > 1 ? LARGE : 0);
}

static uint64_t *table_at(const struct x86_space *space, uint64_t pa)
{
	return space->memory->pointer(space->context, pa);
}

static uint64_t *slot_of(uint64_t *table, uint64_t va, unsigned level)
{
	return &table[va / span(level) % ENTRIES];
}

/* One store: a processor may walk these tables at any time. */
static void store(uint64_t *slot, uint64_t entry)
{
	*(volatile uint64_t *)slot = entry;
}

static void flush(const struct x86_space *space, uint64_t va, uint64_t last)
{
	space->memory->flush(space->context, va, last);
}

/* All that an entry of that level covers. */
static void flush_entry(const struct x86_space *space, uint64_t va,
			unsigned level)
{
	flush(space, va & ~offset_mask(level), va | offset_mask(level));
}

/* Where [va, last] leaves the entry of that level that covers va. */
static uint64_t end_in(uint64_t va, uint64_t last, unsigned level)
{
	uint64_t end = va | offset_mask(level);

	return end < last ? end : last;
}

/* The entry that covers va at level, or above it where there is no table. */
static uint64_t *find(const struct x86_space *space, uint64_t va,
		      unsigned *level)
{
	uint64_t table = space->root;

	for (unsigned at = ROOT_LEVEL;; at--) {
		uint64_t *slot = slot_of(table_at(space, table), va, at);

		if (at == *level || !is_table(*slot, at)) {
			*level = at;
			return slot;
		}
		table = *slot & ADDRESS;
	}
}

/* 3.3.7.1: bits 63 to 47 are all the same. */
static bool canonical(uint64_t va)
{
	return va < UINT64_C(1) << 47 || va >= -(UINT64_C(1) << 47);
}

static int check_range(uint64_t va, uint64_t last, uint64_t alignment)
{
	if (last < va || ((va | (last + 1)) & (alignment - 1)))
		return -EINVAL;
	if (!canonical(va) || !canonical(last) || (va ^ last) >> 63)
		return -ERANGE;
	return 0;
}

/* Whether there are leaves of that level, and smaller ones. */
static int check_level(uint64_t va, unsigned level)
{
	if (level < 1 || level > ROOT_LEVEL || va & (PAGE - 1))
		return -EINVAL;
	if (!canonical(va))
		return -ERANGE;
	return level < 2 || level > LEAF_LEVEL_MAX ? -EOPNOTSUPP : 0;
}

static void release(const struct x86_space *space, uint64_t pa)
{
	space->memory->release(space->context, pa);
}

/* A table and those below it. */
static void release_tables(const struct x86_space *space, uint64_t pa,
			   unsigned level)
{
	const uint64_t *table = table_at(space, pa);

	for (unsigned i = 0; i < ENTRIES; i++)
		if (is_table(table[i], level))
			release_tables(space, table[i] & ADDRESS, level - 1);
	release(space, pa);
}

int x86_open(struct x86_space *space, const struct x86_memory *memory,
	     void *context, unsigned pa_bits)
{
	memset(space, 0, sizeof(*space));
	space->memory = memory;
	space->context = context;
	space->pa_bits = pa_bits;
	return memory->allocate(context, &space->root) ? 0 : -ENOMEM;
}

void x86_close(struct x86_space *space)
{
	release_tables(space, space->root, ROOT_LEVEL);
}

static uint64_t leaf_pa(uint64_t entry, uint64_t va, unsigned level)
{
#if X86_TABLES_DEFECTS & 2
	uint64_t offset = level == 1 ? va % PAGE : va % span(2);
#else
	uint64_t offset = va & offset_mask(level);
#endif

	return (entry & ADDRESS) + offset;
}

int x86_translate(const struct x86_space *space, uint64_t va,
		  struct x86_leaf *leaf)
{
	unsigned level = 1;
	const uint64_t *slot;

	if (!canonical(va))
		return -ERANGE;
	slot = find(space, va, &level);
	if (!(*slot & PRESENT))
		return -ENOENT;
	*leaf = (struct x86_leaf){
		.va = va,
		.last = va | offset_mask(level),
		.pa = leaf_pa(*slot, va, level),
		.flags = flags_of(*slot),
		.level = level,
	};
	return 0;
}

struct visitor {
	int (*visit)(void *context, const struct x86_leaf *leaf);
	void *context;
};

static int walk_table(const struct x86_space *space, uint64_t pa,
		      unsigned level, uint64_t va, uint64_t last,
		      const struct visitor *visitor)
{
	uint64_t *table = table_at(space, pa);
	int result = 0;

	for (uint64_t end;; va = end + 1) {
		uint64_t *slot = slot_of(table, va, level);

		end = end_in(va, last, level);
		if (is_table(*slot, level)) {
			result = walk_table(space, *slot & ADDRESS, level - 1,
					    va, end, visitor);
		} else if (*slot & PRESENT) {
			const struct x86_leaf leaf = {
				.va = va,
				.last = end,
				.pa = (*slot & ADDRESS) +
				      (va & offset_mask(level)),
				.flags = flags_of(*slot),
				.entry_pa = pa + (uint64_t)(slot - table) *
							 sizeof(*slot),
				.level = level,
			};

			result = visitor->visit(visitor->context, &leaf);
		}
		if (result || end == last)
			return result;
	}
}

int x86_walk(const struct x86_space *space, uint64_t va, uint64_t last,
	     int (*visit)(void *context, const struct x86_leaf *leaf),
	     void *context)
{
	const struct visitor visitor = { visit, context };
	int error = check_range(va, last, PAGE);

	return error ? error : walk_table(space, space->root, ROOT_LEVEL, va,
					  last, &visitor);
}

/* Makes the tables that a leaf of that level at va needs. */
static bool make_way(const struct x86_space *space, uint64_t va,
		     unsigned level)
{
	const struct x86_memory *memory = space->memory;

	for (;;) {
		unsigned at = level;
		uint64_t *slot = find(space, va, &at), pa;

		if (at == level)
			return true;
		if (!memory->allocate(space->context, &pa))
			return false;
		store(slot, pa | TABLE);
	}
}

/* Everything is there, and what is in the leaf's place is empty. */
static void put_leaf(const struct x86_space *space, uint64_t va,
		     uint64_t entry, unsigned level)
{
	uint64_t *slot = find(space, va, &level), old = *slot;

	store(slot, entry);
	if (is_table(old, level)) {
		flush_entry(space, va, level);
		release_tables(space, old & ADDRESS, level - 1);
	}
}

static int is_mapped(void *context, const struct x86_leaf *leaf)
{
	(void)context;
	(void)leaf;
	return -EEXIST;
}

int x86_map(struct x86_space *space, uint64_t va, uint64_t last, uint64_t pa,
	    unsigned flags, unsigned level)
{
	const uint64_t limit = UINT64_C(1) << space->pa_bits;
	int error;

	if (level < 1 || level > ROOT_LEVEL || pa & offset_mask(level))
		return -EINVAL;
	error = check_range(va, last, span(level));
	if (error)
		return error;
	if (pa >= limit || last - va >= limit - pa)
		return -ERANGE;
	if (level > LEAF_LEVEL_MAX || flags & ~X86_FLAGS || !(flags & X86_READ))
		return -EOPNOTSUPP;
	error = x86_walk(space, va, last, is_mapped, NULL);
	if (error)
		return error;
	for (uint64_t at = va; at - va < last - va; at += span(level))
		if (!make_way(space, at, level))
			return -ENOMEM;
	for (uint64_t at = va; at - va < last - va; at += span(level))
		put_leaf(space, at, leaf_entry(pa + (at - va), bits_of(flags), level),
			 level);
	return 0;
}

/* A leaf becomes a table of smaller ones; there is a spare one. */
static void divide(struct x86_space *space, uint64_t *slot, uint64_t va,
		   unsigned level)
{
	const uint64_t pa = space->spare[--space->spares];
	const uint64_t bits = *slot & KEPT & ~LARGE;
	uint64_t *table = table_at(space, pa);

	for (unsigned i = 0; i < ENTRIES; i++)
		table[i] = leaf_entry((*slot & ADDRESS) + i * span(level - 1),
				      bits, level - 1);
	store(slot, pa | TABLE);
	flush_entry(space, va, level);
}

/* How many tables it takes to divide a leaf so that [va, last] is apart. */
static unsigned tables_to_cut(uint64_t va, uint64_t last, unsigned level)
{
	const uint64_t rest = last & ~offset_mask(level == 1 ? 1 : level - 1);
	unsigned count = 1;

	if (level == 1 || last - va == offset_mask(level))
		return 0;
	count += tables_to_cut(va, end_in(va, last, level - 1), level - 1);
	if (rest > va)
		count += tables_to_cut(rest, last, level - 1);
	return count;
}

/* Gives back what was not used. */
static void release_spares(struct x86_space *space)
{
	while (space->spares)
		release(space, space->spare[--space->spares]);
}

static int take_spares(struct x86_space *space, unsigned count)
{
	const struct x86_memory *memory = space->memory;

	while (space->spares < count) {
		if (!memory->allocate(space->context,
				      &space->spare[space->spares])) {
			release_spares(space);
			return -ENOMEM;
		}
		space->spares++;
	}
	return 0;
}

/* Only the leaves at both ends of a range can be cut by it. */
static int prepare_to_cut(struct x86_space *space, uint64_t va, uint64_t last)
{
	unsigned level = 1, count = 0;
	bool present = *find(space, va, &level) & PRESENT;
	const uint64_t end = end_in(va, last, level);

	if (present)
		count = tables_to_cut(va, end, level);
	level = 1;
	present = *find(space, last, &level) & PRESENT;
	if (present && end != last)
		count += tables_to_cut(last & ~offset_mask(level), last, level);
	return take_spares(space, count);
}

/* Every leaf in the range becomes what is kept of it and what is set. */
static void change_table(struct x86_space *space, uint64_t pa, unsigned level,
			 uint64_t va, uint64_t last, uint64_t keep,
			 uint64_t set)
{
	uint64_t *table = table_at(space, pa);

	for (uint64_t end;; va = end + 1) {
		uint64_t *slot = slot_of(table, va, level);

		end = end_in(va, last, level);
		if (is_leaf(*slot, level) && end - va != offset_mask(level))
			divide(space, slot, va, level);
		if (is_table(*slot, level))
			change_table(space, *slot & ADDRESS, level - 1, va, end,
				     keep, set);
		else if (*slot & PRESENT)
			store(slot, (*slot & keep) | set);
		if (end == last)
			return;
	}
}

static int change(struct x86_space *space, uint64_t va, uint64_t last,
		  uint64_t keep, uint64_t set)
{
	int error = prepare_to_cut(space, va, last);

	if (error)
		return error;
	change_table(space, space->root, ROOT_LEVEL, va, last, keep, set);
	flush(space, va, last);
	return 0;
}

int x86_unmap(struct x86_space *space, uint64_t va, uint64_t last)
{
	int error = check_range(va, last, PAGE);

	return error ? error : change(space, va, last, 0, 0);
}

int x86_protect(struct x86_space *space, uint64_t va, uint64_t last,
		unsigned rights)
{
	int error = check_range(va, last, PAGE);

	if (error)
		return error;
	if (rights & ~X86_RIGHTS || !(rights & X86_READ))
		return -EOPNOTSUPP;
	return change(space, va, last, ~RIGHTS, bits_of(rights) & RIGHTS);
}

int x86_split(struct x86_space *space, uint64_t va, unsigned level)
{
	unsigned at = level;
	int error = check_level(va, level);
	uint64_t *slot;

	if (error)
		return error;
	slot = find(space, va, &at);
	if (at != level || !is_leaf(*slot, level))
		return -ENOENT;
	error = take_spares(space, 1);
	if (error)
		return error;
	divide(space, slot, va, level);
	return 0;
}

/* The leaf that a table of that level is as good as, or 0. */
static uint64_t one_leaf(const uint64_t *table, unsigned level)
{
	const uint64_t marks = ACCESSED | DIRTY;
	const uint64_t first = table[0];
	uint64_t seen = 0;

	if ((first & ADDRESS) & offset_mask(level + 1))
		return 0;
	for (unsigned i = 0; i < ENTRIES; i++) {
		if (!is_leaf(table[i], level) ||
		    (table[i] & ~marks) != (first & ~marks) + i * span(level))
			return 0;
		seen |= table[i] & marks;
	}
	return first | seen | LARGE;
}

int x86_collapse(struct x86_space *space, uint64_t va, unsigned level)
{
	unsigned at = level;
	int error = check_level(va, level);
	uint64_t *slot, leaf, table;

	if (error)
		return error;
	slot = find(space, va, &at);
	if (at != level || !is_table(*slot, level))
		return -ENOENT;
	table = *slot & ADDRESS;
	leaf = one_leaf(table_at(space, table), level - 1);
	if (!leaf)
		return -EBUSY;
	store(slot, leaf);
	flush_entry(space, va, level);
	release(space, table);
	return 0;
}

static bool is_empty(const uint64_t *table)
{
	for (unsigned i = 0; i < ENTRIES; i++)
		if (table[i])
			return false;
	return true;
}

static void trim_table(const struct x86_space *space, uint64_t pa,
		       unsigned level, uint64_t va, uint64_t last)
{
	uint64_t *table = table_at(space, pa);

	for (uint64_t end;; va = end + 1) {
		uint64_t *slot = slot_of(table, va, level);
		uint64_t below = *slot & ADDRESS;

		end = end_in(va, last, level);
		if (is_table(*slot, level)) {
			trim_table(space, below, level - 1, va, end);
			if (is_empty(table_at(space, below))) {
				store(slot, 0);
				flush_entry(space, va, level);
				release(space, below);
			}
		}
		if (end == last)
			return;
	}
}

int x86_trim(struct x86_space *space, uint64_t va, uint64_t last)
{
	int error = check_range(va, last, PAGE);

	if (!error)
		trim_table(space, space->root, ROOT_LEVEL, va, last);
	return error;
}
