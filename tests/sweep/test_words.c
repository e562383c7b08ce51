/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The words that a sweep gives to entries: none of them is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <tablewalk/format.h>

#include "../../mm/pt_entry.h"
#include "sweep_words.h"

enum {
	PAIRS = 64 * 63 / 2,
};

static struct sweep_words words;

static const struct pt_format *format(const char *name)
{
	const struct pt_format *f = pt_format_find(name);

	assert_non_null(f);
	return f;
}

static unsigned count(const char *name, unsigned depth,
		      enum sweep_family family, bool as_leaf, bool deep)
{
	sweep_words(&words, format(name), depth, 0, family, as_leaf, deep);
	return words.count;
}

/*
 * The families have as many words as rights and bits make: on x86 and arm64 any of
 * W, X and USER beside R in a leaf, any of the same taken away by a pointer.
 */
static void families_have_as_many_words_as_they_should(void **state)
{
	(void)state;
	assert_int_equal(count("x86_64-4level", PT_PTE, SWEEP_LATTICE, true,
			       false), 8);
	assert_int_equal(count("x86_64-4level", PT_PMD, SWEEP_LATTICE, false,
			       false), 8);
	assert_int_equal(count("x86_64-4level", PT_PTE, SWEEP_LEAF_BITS, true,
			       false), 8 * 65);
	assert_int_equal(count("x86_64-4level", PT_P4D, SWEEP_TABLE_BITS, false,
			       false), 8 * 65);
	assert_int_equal(count("x86_64-4level", PT_PUD, SWEEP_PLAIN, true,
			       false), 3 + 2 * 64);
	assert_int_equal(count("x86_64-4level", PT_PTE, SWEEP_EDGES, true,
			       false), 1);
	assert_int_equal(count("x86_64-4level", PT_PMD, SWEEP_EDGES, false,
			       false), 1);
	assert_int_equal(count("arm64-4k-48", PT_PTE, SWEEP_LATTICE, true,
			       false), 8);
	assert_int_equal(count("arm64-4k-48", PT_PMD, SWEEP_LATTICE, false,
			       false), 8);
	assert_int_equal(count("arm64-4k-48", PT_PMD, SWEEP_LEAF_BITS, true,
			       false), 8 * 65);
	assert_int_equal(count("arm64-4k-48", PT_PUD, SWEEP_TABLE_BITS, false,
			       false), 8 * 65);
	assert_int_equal(count("arm64-4k-48", PT_PTE, SWEEP_PLAIN, true, false),
			 3 + 2 * 64);
	assert_int_equal(count("riscv-sv32", PT_PTE, SWEEP_PLAIN, true, false),
			 3 + 2 * 32);
}

/* With --deep the first base has each pair of bits changed once, too. */
static void deep_adds_each_pair_once(void **state)
{
	static bool seen[64][64];
	unsigned pairs = 0;

	(void)state;
	assert_int_equal(count("x86_64-4level", PT_PTE, SWEEP_LEAF_BITS, true,
			       true), 8 * 65 + PAIRS);
	assert_int_equal(count("x86_64-4level", PT_PMD, SWEEP_TABLE_BITS, false,
			       true), 8 * 65 + PAIRS);
	assert_int_equal(count("arm64-4k-48", PT_PTE, SWEEP_LEAF_BITS, true,
			       true), 8 * 65 + PAIRS);
	for (unsigned i = 0; i < words.count; i++) {
		const struct sweep_word *w = &words.word[i];
		unsigned low = 0, high = 63;

		if (!w->flip || !(w->flip & (w->flip - 1)))
			continue;
		while (!(w->flip >> low & 1))
			low++;
		while (!(w->flip >> high & 1))
			high--;
		assert_int_equal(w->flip,
				 UINT64_C(1) << low | UINT64_C(1) << high);
		assert_int_equal(w->bit, low);
		assert_false(seen[low][high]);
		seen[low][high] = true;
		pairs++;
	}
	assert_int_equal(pairs, PAIRS);
}

/* Each word of the family in hand: its base as it is, and each bit once. */
static void expect_flips(const struct pt_format *f, unsigned depth,
			 enum sweep_role role, unsigned bases)
{
	const unsigned width = 8u * f->level[depth].entry_bytes;
	unsigned base = 0;

	for (unsigned i = 0; i < words.count; base++) {
		const uint64_t bits = words.word[i].bits;
		uint64_t flipped = 0;

		assert_int_equal(words.word[i].flip, 0);
		assert_int_equal(words.word[i].bit, -1);
		for (i++; i < words.count && words.word[i].flip; i++) {
			const struct sweep_word *w = &words.word[i];

			assert_int_equal(w->role, role);
			assert_int_equal(w->bits, bits);
			assert_int_equal(w->flip, UINT64_C(1) << w->bit);
			assert_false(flipped & w->flip);
			flipped |= w->flip;
		}
		assert_int_equal(flipped, pt_ones(width));
	}
	assert_int_equal(base, bases);
}

/* In every format each bit of an entry is changed once in each base. */
static void every_bit_is_changed_once_in_each_base(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];

		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			unsigned bases;

			bases = count(f->name, d, SWEEP_LATTICE, false, false);
			if (d < PT_PTE) {
				count(f->name, d, SWEEP_TABLE_BITS, false,
				      false);
				expect_flips(f, d, SWEEP_AS_TABLE, bases);
			}
			if (!f->level[d].leaf.match.count)
				continue;
			bases = count(f->name, d, SWEEP_LATTICE, true, false);
			assert_true(bases > 0);
			count(f->name, d, SWEEP_LEAF_BITS, true, false);
			expect_flips(f, d, SWEEP_AS_LEAF, bases);
		}
	}
}

/* Plain words are complete: no bit, all bits, none, one bit, all but one. */
static void plain_words_are_what_they_are(void **state)
{
	const struct pt_format *f = format("arm64-4k-48");
	uint64_t one = 0, all_but_one = 0;

	(void)state;
	count("arm64-4k-48", PT_PMD, SWEEP_PLAIN, false, false);
	for (unsigned i = 0; i < words.count; i++) {
		const struct sweep_word *w = &words.word[i];
		const uint64_t raw = sweep_word_raw(f, PT_PMD, 0, w,
						    UINT64_C(0x40200000));

		assert_int_equal(w->role, SWEEP_AS_RAW);
		assert_int_equal(raw, w->bits ^ w->flip);
		if (i == 0)
			assert_int_equal(raw, 0);
		else if (i == 1)
			assert_int_equal(raw, UINT64_MAX);
		else if (i == 2)
			assert_int_equal(raw, f->level[PT_PMD].none_value);
		else if (w->bits)
			all_but_one |= ~raw;
		else
			one |= raw;
	}
	assert_int_equal(one, UINT64_MAX);
	assert_int_equal(all_but_one, UINT64_MAX);
}

/* A leaf's word has its address, but for the bit that is changed in it. */
static void a_word_holds_its_address(void **state)
{
	const struct pt_format *f = format("x86_64-4level");
	const struct pt_address_field *leaf = &f->level[PT_PTE].leaf.pa;
	const struct pt_address_field *table = &f->level[PT_PMD].table.pa;
	const uint64_t pa = UINT64_C(0x123456000);

	(void)state;
	count("x86_64-4level", PT_PTE, SWEEP_LEAF_BITS, true, false);
	for (unsigned i = 0; i < words.count; i++) {
		const struct sweep_word *w = &words.word[i];
		const uint64_t raw = sweep_word_raw(f, PT_PTE, 0, w, pa);

		assert_int_equal(pt_address_decode(leaf, raw ^ w->flip), pa);
	}
	count("x86_64-4level", PT_PMD, SWEEP_TABLE_BITS, false, false);
	for (unsigned i = 0; i < words.count; i++) {
		const struct sweep_word *w = &words.word[i];
		const uint64_t raw = sweep_word_raw(f, PT_PMD, 0, w, pa);

		assert_int_equal(pt_address_decode(table, raw ^ w->flip), pa);
	}
}

/* Whether the words in hand have a leaf with exactly these attributes. */
static bool has_leaf(const struct pt_format *f, unsigned depth, uint32_t attrs)
{
	const struct pt_level *l = &f->level[depth];
	const uint64_t bits = pt_layout_mould(&l->leaf, attrs).bits;

	for (unsigned i = 0; i < words.count; i++)
		if (words.word[i].bits == bits && !words.word[i].flip &&
		    words.word[i].role == SWEEP_AS_LEAF)
			return true;
	return false;
}

/* The family of attributes has every leaf that the format can say. */
static void attributes_are_all_there(void **state)
{
	static const char *const name[] = {
		"x86_64-4level", "arm64-4k-48", "riscv-sv48-svpbmt",
		"sparc32-srmmu",
	};
	const uint32_t bits[] = { PT_R, PT_W, PT_X, PT_USER, PT_GLOBAL,
				  PT_ACCESSED, PT_DIRTY, PT_SOFT0, PT_SOFT1 };
	enum { BITS = sizeof(bits) / sizeof(bits[0]) };

	(void)state;
	for (size_t n = 0; n < sizeof(name) / sizeof(name[0]); n++) {
		const struct pt_format *f = format(name[n]);
		unsigned leaves = 0;

		count(name[n], PT_PTE, SWEEP_ATTRS, true, false);
		assert_true(words.count < SWEEP_WORDS_MAX);
		for (uint32_t set = 0; set < PT_MEMTYPES << BITS; set++) {
			uint32_t attrs = (set >> BITS) << PT_MEMTYPE_SHIFT;

			for (unsigned b = 0; b < BITS; b++)
				attrs |= set >> b & 1 ? bits[b] : 0;
			if (!pt_attrs_representable(&f->level[PT_PTE], attrs))
				continue;
			leaves++;
			if (!has_leaf(f, PT_PTE, attrs))
				fail_msg("%s: no leaf with %#x", name[n],
					 attrs);
		}
		/* Besides, each other key with each set of rights. */
		for (uint32_t key = 1; key < 16; key++)
			for (uint32_t r = 0; r <= PT_RIGHTS; r++) {
				const uint32_t attrs = r | PT_ACCESSED |
					PT_DIRTY | key << PT_KEY_SHIFT;

				if (!pt_attrs_representable(&f->level[PT_PTE],
							    attrs))
					continue;
				leaves++;
				if (!has_leaf(f, PT_PTE, attrs))
					fail_msg("%s: no leaf with %#x",
						 name[n], attrs);
			}
		assert_int_equal(words.count, leaves);
	}
}

/* No family of any format has more words than there is room for. */
static void the_room_suffices(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++)
		for (unsigned d = pt_formats[i]->top; d < PT_DEPTHS; d++)
			for (unsigned fam = 0; fam < SWEEP_FAMILIES; fam++) {
				const bool leaf = pt_formats[i]->level[d]
							  .leaf.match.count;

				if (count(pt_formats[i]->name, d,
					  (enum sweep_family)fam, leaf, true) ==
				    SWEEP_WORDS_MAX)
					fail_msg("%s: family %u is full",
						 pt_formats[i]->name, fam);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families_have_as_many_words_as_they_should),
		cmocka_unit_test(deep_adds_each_pair_once),
		cmocka_unit_test(every_bit_is_changed_once_in_each_base),
		cmocka_unit_test(plain_words_are_what_they_are),
		cmocka_unit_test(a_word_holds_its_address),
		cmocka_unit_test(attributes_are_all_there),
		cmocka_unit_test(the_room_suffices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
