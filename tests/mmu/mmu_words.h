/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * For tests of formats whose entries are not 8 bytes everywhere, and that read
 * words rather than write attributes: sets of entries, and a sweep over all
 * words that differ in some bits.
 */
#ifndef TESTS_MMU_MMU_WORDS_H
#define TESTS_MMU_MMU_WORDS_H

#include "mmu_fixture.h"

#include <string.h>

/* Writes the entry of 4 or 8 bytes of a table at depth, big-endian. */
static inline void words_put(struct mmu_fixture *f, unsigned depth, uint64_t pa,
			     uint64_t raw)
{
	unsigned bytes = f->arch->level[depth].entry_bytes;
	uint64_t at = pa - FIXTURE_PA;

	assert_true(f->arch->big_endian);
	assert_true(at <= FIXTURE_BYTES - bytes);
	for (unsigned i = 0; i < bytes; i++)
		f->bytes[at + i] = (uint8_t)(raw >> 8 * (bytes - 1 - i));
}

/* A new fixture with the entries of path, the last of them at PT_PTE. */
static inline void words_init(struct mmu_fixture *f,
			      const struct mmu_path *path)
{
	unsigned depth = PT_PTE + 1 - path->count;

	mmu_fixture_init(f, path->format, path->pa_bits);
	for (unsigned i = 0; i < path->count; i++)
		words_put(f, depth + i, path->at[i], path->good[i]);
}

/* A new fixture with raw in the table at depth. */
static inline void words_init_with(struct mmu_fixture *f,
				   const struct mmu_path *path, unsigned depth,
				   uint64_t raw)
{
	words_init(f, path);
	words_put(f, depth, path->at[depth + path->count - PT_PTE - 1], raw);
}

/* ... where the walk then ends, in word. */
static inline void words_assert_fault(const struct mmu_path *path,
				      unsigned depth, uint64_t raw,
				      enum pt_word word)
{
	struct mmu_fixture f;

	words_init_with(&f, path, depth, raw);
	mmu_assert_fault(&f, 0, path->va, word, (int)depth);
}

/* ... that is a leaf with these rights: see mmu_assert_rights(). */
static inline void words_assert_rights(const struct mmu_path *path,
				       unsigned depth, uint64_t raw,
				       const char *expected)
{
	struct mmu_fixture f;

	words_init_with(&f, path, depth, raw);
	mmu_assert_rights(&f, 0, path->va, depth, expected);
}

/* ... that is a leaf of these: where path->va leads, and attributes. */
static inline void words_assert_leaf(const struct mmu_path *path,
				     unsigned depth, uint64_t raw, uint64_t pa,
				     uint32_t attrs)
{
	struct mmu_fixture f;

	words_init_with(&f, path, depth, raw);
	mmu_assert_leaf(&f, 0, path->va, depth, pa, attrs);
}

/* Attributes without key. */
#define WORDS_ATTRS 0x8000u

/* The walk at a leaf says what permits() says of its attributes. */
static inline void words_compare(const struct mmu_fixture *f, uint64_t va,
				 uint32_t attrs)
{
	const struct mmu_arch *arch = f->arch;
	struct mmu_outcome out;

	arch->translate(arch, &f->memory, &f->regime, 0, va, &out);
	assert_true(out.leaf);
	assert_int_equal(out.attrs, attrs);
	assert_int_equal(out.denied, 0);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			enum pt_word word = arch->permits(
				&f->regime, attrs, 0, (enum pt_access)a,
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
 * Of all words base ^ (a subset of mask) in the table at depth: those that are
 * leaves with representable attributes have the verdicts that permits() gives
 * these attributes; and every representable combination is one of the words.
 * Words whose bits lossy_mask are lossy are left out (0: none are).  Returns
 * how many combinations there are.
 */
static inline unsigned words_sweep(const struct mmu_path *path, unsigned depth,
				   uint64_t base, uint64_t mask,
				   uint64_t lossy_mask, uint64_t lossy)
{
	uint8_t seen[WORDS_ATTRS];
	struct mmu_fixture f;
	unsigned count = 0;

	memset(seen, 0, sizeof(seen));
	for (uint64_t set = mask, last = 0; !last; set = (set - 1) & mask) {
		uint64_t raw = base ^ set;
		struct mmu_entry entry;

		last = set == 0;
		words_init_with(&f, path, depth, raw);
		entry = mmu_fixture_entry(&f, depth, raw);
		if (entry.class != MMU_LEAF ||
		    !f.arch->representable(depth, entry.attrs) ||
		    (lossy_mask && (raw & lossy_mask) == lossy))
			continue;
		words_compare(&f, path->va, entry.attrs);
		seen[entry.attrs] = 1;
	}
	for (uint32_t attrs = 0; attrs < WORDS_ATTRS; attrs++) {
		assert_int_equal(f.arch->representable(depth, attrs),
				 seen[attrs]);
		count += seen[attrs];
	}
	return count;
}

#endif
