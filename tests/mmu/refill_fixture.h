/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * For the tests of formats whose entries are not all 8 bytes long: the parts of
 * mmu_fixture.h that write entries, by the length of their depth.
 */
#ifndef TESTS_MMU_REFILL_FIXTURE_H
#define TESTS_MMU_REFILL_FIXTURE_H

#include "mmu_fixture.h"

/* Depth of the path's entry i. */
static inline unsigned refill_depth(const struct mmu_path *path, unsigned i)
{
	return PT_PTE - (path->count - 1 - i);
}

static inline void refill_put(struct mmu_fixture *f, unsigned depth,
			      uint64_t pa, uint64_t raw)
{
	unsigned bytes = f->arch->level[depth].entry_bytes;
	uint64_t at = pa - FIXTURE_PA;

	assert_true(at <= FIXTURE_BYTES - bytes);
	for (unsigned i = 0; i < bytes; i++) {
		unsigned shift = 8 * (f->arch->big_endian ? bytes - 1 - i : i);

		f->bytes[at + i] = (uint8_t)(raw >> shift);
	}
}

/* A new fixture with the entries of path. */
static inline void refill_init(struct mmu_fixture *f,
			       const struct mmu_path *path)
{
	mmu_fixture_init(f, path->format, path->pa_bits);
	for (unsigned i = 0; i < path->count; i++)
		refill_put(f, refill_depth(path, i), path->at[i],
			   path->good[i]);
}

/* A new fixture with raw in place of entry i. */
static inline void refill_with(struct mmu_fixture *f,
			       const struct mmu_path *path, unsigned i,
			       uint64_t raw)
{
	refill_init(f, path);
	refill_put(f, refill_depth(path, i), path->at[i], raw);
}

/* Entry i being raw, the walk ends there in word. */
static inline void refill_ends(const struct mmu_path *path, unsigned i,
			       uint64_t raw, enum pt_word word)
{
	struct mmu_fixture f;

	refill_with(&f, path, i, raw);
	mmu_assert_fault(&f, 0, path->va, word, (int)refill_depth(path, i));
}

/* The pte being raw, the six verdicts are those of mmu_assert_rights(). */
static inline void refill_rights(const struct mmu_path *path, uint64_t raw,
				 const char *expected)
{
	struct mmu_fixture f;

	refill_with(&f, path, path->count - 1, raw);
	mmu_assert_rights(&f, 0, path->va, PT_PTE, expected);
}

/* Entry i being raw, it is a leaf there that leads to pa. */
static inline void refill_leaf(const struct mmu_path *path, unsigned i,
			       uint64_t raw, uint64_t pa, uint32_t attrs)
{
	struct mmu_fixture f;

	refill_with(&f, path, i, raw);
	mmu_assert_leaf(&f, 0, path->va, refill_depth(path, i), pa, attrs);
}

static inline bool refill_empty(const char *format, unsigned depth,
				uint64_t raw)
{
	struct mmu_fixture f;
	struct mmu_entry entry;

	mmu_fixture_init(&f, format, 32);
	entry = mmu_fixture_entry(&f, depth, raw);
	assert_int_equal(entry.class, MMU_INVALID);
	return entry.empty;
}

/* One word of attributes: the leaf says them, permits() and the walk agree. */
static inline void refill_compare(const struct mmu_path *path, uint64_t raw,
				  uint32_t attrs, uint32_t denied)
{
	struct mmu_fixture f;
	struct mmu_outcome out;

	refill_with(&f, path, path->count - 1, raw);
	f.arch->translate(f.arch, &f.memory, &f.regime, 0, path->va, &out);
	assert_true(out.leaf);
	assert_int_equal(out.attrs, attrs);
	assert_int_equal(out.denied, denied);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			enum pt_word word = f.arch->permits(
				&f.regime, attrs, denied, (enum pt_access)a,
				(enum pt_privilege)p);

			if (word != out.verdict[p][a].word)
				fail_msg("attrs %x access %u privilege %u: "
					 "permits %s, walk %s",
					 (unsigned)attrs, a, p,
					 pt_word_name(word),
					 pt_word_name(out.verdict[p][a].word));
		}
}

/*
 * All words of attributes that a page can have, encoded by leaf; the other
 * entries are path's, which deny denied.  Returns how many there are.
 */
static inline unsigned refill_agrees(const struct mmu_path *path,
				     uint64_t (*leaf)(uint32_t attrs),
				     uint32_t denied)
{
	const uint32_t all = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY;
	const struct mmu_arch *arch = mmu_find(path->format);
	unsigned count = 0;

	for (uint32_t type = 0; type < 8; type++)
		for (uint32_t low = 0; low <= all; low++) {
			uint32_t attrs = low | type << PT_MEMTYPE_SHIFT;

			if (!arch->representable(PT_PTE, attrs))
				continue;
			refill_compare(path, leaf(attrs), attrs, denied);
			count++;
		}
	return count;
}

#endif
