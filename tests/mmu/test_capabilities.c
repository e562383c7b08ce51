/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Geometry and capabilities of all second readings: are they possible at all? */
#include "mmu_fixture.h"

#include <string.h>

static void every_format_is_found_by_its_name(void **state)
{
	/* Each once, with all hooks; a name that nobody has gives NULL. */
	const struct mmu_arch *const *all;
	unsigned count;

	(void)state;
	all = mmu_all(&count);
	assert_true(count >= 45);
	for (unsigned i = 0; i < count; i++) {
		assert_ptr_equal(mmu_find(all[i]->format), all[i]);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(all[i]->format, all[j]->format);
		assert_true(strlen(all[i]->source) > 0);
		assert_true(all[i]->walks);
		assert_non_null(all[i]->representable);
		assert_non_null(all[i]->entry);
		assert_non_null(all[i]->permits);
		assert_non_null(all[i]->translate);
	}
	assert_null(mmu_find("x86_64"));
}

static void levels_tile_the_address_range(void **state)
{
	/* What a table spans is what an entry above it spans. */
	const struct mmu_arch *const *all;
	unsigned count;

	(void)state;
	all = mmu_all(&count);
	for (unsigned i = 0; i < count; i++) {
		unsigned shift = all[i]->page_shift;

		for (int d = PT_PTE; d >= all[i]->top; d--) {
			const struct mmu_level *level = &all[i]->level[d];

			assert_int_equal(level->va_shift, shift);
			assert_true(level->index_bits > 0);
			assert_true(level->entry_bytes == 4 ||
				    level->entry_bytes == 8);
			assert_true(level->copies <= 1 ||
				    level->entry_bytes == 4);
			assert_true(!level->half_offset ||
				    (level->entry_bytes == 8 && !level->copies));
			assert_true(mmu_table_bytes(level) >=
				    (uint64_t)mmu_stride(level)
					    << level->index_bits);
			shift += level->index_bits;
		}
		assert_int_equal(shift, all[i]->va_bits);
		assert_true(shift <= all[i]->va_word_bits);
		for (unsigned d = 0; d < all[i]->top; d++)
			assert_int_equal(all[i]->level[d].index_bits, 0);
	}
}

/* Whether any rights at all have an encoding. */
static bool has_leaves(const struct mmu_arch *arch, unsigned depth)
{
	for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++)
		if (arch->representable(depth, rights))
			return true;
	return false;
}

static void capabilities_fit_together(void **state)
{
	/*
	 * Kinds are where leaves are, payload-only kinds in page tables,
	 * invalid-huge everywhere else.
	 */
	const uint32_t both = 1u << PT_PROTNONE | 1u << PT_MIGRATION;
	const uint32_t huge = both | 1u << PT_INVALID_HUGE;
	const uint32_t page = both | 1u << PT_SWAP | 1u << PT_MARKER;
	const struct mmu_arch *const *all;
	unsigned count;

	(void)state;
	all = mmu_all(&count);
	for (unsigned i = 0; i < count; i++)
		for (unsigned d = 0; d < PT_DEPTHS; d++) {
			const struct mmu_level *level = &all[i]->level[d];
			unsigned order = 0;

			assert_int_equal(level->leaf, has_leaves(all[i], d));
			assert_int_equal(level->kinds & ~(!level->leaf ? 0 :
							  d == PT_PTE ? page :
									huge),
					 0);
			assert_int_equal(level->deniable & ~PT_RIGHTS, 0);
			assert_true(d < PT_PTE || level->deniable == 0);
			for (unsigned g = 0; g < MMU_GROUPS; g++) {
				if (!level->group_order[g])
					continue;
				assert_true(level->leaf);
				assert_true(level->group_order[g] > order);
				assert_true(level->group_order[g] <=
					    level->index_bits);
				order = level->group_order[g];
			}
		}
}

/* Linux 6.12's words for a page that was R, W, USER, ACCESSED and DIRTY. */
static const struct {
	const char *format;
	uint64_t raw;
	uint8_t depth;
} invalid_huge[] = {
	/* P and G clear; the page's number is inverted, but not on i386. */
	{ "x86_64-4level", UINT64_C(0x800fffffffc000e6), PT_PMD },
	{ "x86_64-4level", UINT64_C(0x800fffff800000e6), PT_PUD },
	{ "x86_64-5level", UINT64_C(0x800fffffffc000e6), PT_PMD },
	{ "x86_64-5level", UINT64_C(0x800fffff800000e6), PT_PUD },
	{ "i386", UINT64_C(0x4000e6), PT_PMD },
	{ "i386-pae", UINT64_C(0x800fffffffc000e6), PT_PMD },
	/* V and G clear. */
	{ "riscv-sv39", UINT64_C(0x800d6), PT_PMD },
	{ "riscv-sv39-svnapot", UINT64_C(0x800d6), PT_PMD },
	{ "riscv-sv48", UINT64_C(0x800d6), PT_PMD },
	{ "riscv-sv48-svpbmt", UINT64_C(0x20000000000800d6), PT_PMD },
	{ "riscv-sv57", UINT64_C(0x800d6), PT_PMD },
	/* Bit 0 clear, nG set, AP[2] clear as the page is dirty. */
	{ "arm-lpae", UINT64_C(0x00e0000040200f4c), PT_PMD },
	/* A software bit, and V clear. */
	{ "ppc64-radix-4k", UINT64_C(0x6000000000200186), PT_PMD },
	{ "ppc64-radix-4k", UINT64_C(0x6000000040000186), PT_PUD },
	{ "ppc64-radix-64k", UINT64_C(0x6000000000200186), PT_PMD },
	{ "ppc64-radix-64k", UINT64_C(0x6000000040000186), PT_PUD },
	/* HUGE without PRESENT, V and D clear. */
	{ "mips64-4k", UINT64_C(0x80185e), PT_PMD },
	{ "mips64-4k-48", UINT64_C(0x80185e), PT_PMD },
	/* HW_SZ without PRESENT. */
	{ "arc-2level-8k", UINT64_C(0x20043d), PT_PMD },
	{ "arc-3level-8k", UINT64_C(0x20043d), PT_PMD },
	{ "arc-4level-8k", UINT64_C(0x20043d), PT_PMD },
};

static bool has_invalid_huge(const char *format, unsigned depth)
{
	for (size_t i = 0; i < sizeof(invalid_huge) / sizeof(*invalid_huge);
	     i++)
		if (!strcmp(invalid_huge[i].format, format) &&
		    invalid_huge[i].depth == depth)
			return true;
	return false;
}

static void invalid_huge_is_where_linux_has_it(void **state)
{
	/* The table above names all, and each word is invalid, not empty. */
	const struct mmu_arch *const *all;
	unsigned count;

	(void)state;
	all = mmu_all(&count);
	for (unsigned i = 0; i < count; i++)
		for (unsigned d = 0; d < PT_DEPTHS; d++)
			assert_int_equal(all[i]->level[d].kinds >>
						 PT_INVALID_HUGE & 1,
					 has_invalid_huge(all[i]->format, d));
	for (size_t i = 0; i < sizeof(invalid_huge) / sizeof(*invalid_huge);
	     i++) {
		const struct mmu_arch *arch = mmu_find(invalid_huge[i].format);
		struct pt_regime regime = { .pa_bits = 40 };
		struct mmu_entry entry;

		for (unsigned on = 0; on < 2; on++) {
			regime.control = on ? UINT32_MAX : 0;
			arch->entry(&regime, invalid_huge[i].depth,
				    invalid_huge[i].raw, &entry);
			assert_int_equal(entry.class, MMU_INVALID);
			assert_false(entry.empty);
		}
	}
}

/* How many of the sixteen combinations of rights a leaf can have. */
static unsigned rights_of(const char *format)
{
	const struct mmu_arch *arch = mmu_find(format);
	unsigned count = 0;

	for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++)
		count += arch->representable(PT_PTE, rights);
	return count;
}

static void representable_rights_are_the_manuals(void **state)
{
	/* Counts, and the combinations that tell the formats apart. */
	const struct mmu_arch *arm64 = mmu_find("arm64-4k-48");
	const struct mmu_arch *riscv = mmu_find("riscv-sv39");
	const struct mmu_arch *x86 = mmu_find("x86_64-4level");
	const struct mmu_arch *fake = mmu_find("fake");

	(void)state;
	assert_int_equal(rights_of("x86_64-4level"), 8);
	assert_int_equal(rights_of("x86_64-5level"), 8);
	assert_int_equal(rights_of("arm64-4k-48"), 8);
	assert_int_equal(rights_of("riscv-sv39"), 10);
	assert_int_equal(rights_of("riscv-sv48"), 10);
	assert_int_equal(rights_of("template"), 12);
	assert_int_equal(rights_of("fake"), 12);
	assert_int_equal(rights_of("fake-tiny"), 12);
	assert_false(arm64->representable(PT_PTE, PT_X | PT_USER));
	assert_false(arm64->representable(PT_PTE, PT_X));
	assert_false(arm64->representable(PT_PTE, PT_USER));
	assert_false(arm64->representable(PT_PTE, PT_W | PT_X | PT_USER));
	assert_true(riscv->representable(PT_PTE, PT_X));
	assert_false(riscv->representable(PT_PTE, PT_USER));
	assert_false(riscv->representable(PT_PTE, PT_W | PT_X));
	assert_false(x86->representable(PT_PTE, PT_X | PT_USER));
	assert_true(fake->representable(PT_PTE, 0));
	assert_false(fake->representable(PT_PTE, PT_W));
}

/* The memory types and keys that format has, as sets of their numbers. */
static void assert_types_and_keys(const char *format, unsigned types,
				  unsigned keys)
{
	const struct mmu_arch *arch = mmu_find(format);

	for (uint32_t n = 0; n < 8; n++)
		assert_int_equal(arch->representable(
					 PT_PTE, PT_R | n << PT_MEMTYPE_SHIFT),
				 types >> n & 1);
	for (uint32_t n = 0; n < 16; n++)
		assert_int_equal(arch->representable(PT_PTE,
						     PT_R | n << PT_KEY_SHIFT),
				 keys >> n & 1);
}

static void representable_types_and_keys_are_the_manuals(void **state)
{
	/* WB 1, WC 2, UC 4, WT 8. */
	(void)state;
	assert_types_and_keys("x86_64-4level", 0xf, 0xffff);
	assert_types_and_keys("x86_64-5level", 0xf, 0xffff);
	assert_types_and_keys("arm64-4k-48", 0x7, 0x1);
	assert_types_and_keys("riscv-sv39", 0x1, 0x1);
	assert_types_and_keys("riscv-sv48", 0x1, 0x1);
	assert_types_and_keys("template", 0xf, 0x1);
	assert_types_and_keys("fake", 0xf, 0xffff);
	assert_types_and_keys("fake-tiny", 0xf, 0xffff);
}

static void no_format_has_bits_without_a_name(void **state)
{
	/* Nor leaves past the page table. */
	const uint32_t named = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			       PT_SOFT0 | PT_SOFT1 | PT_MEMTYPE_MASK |
			       PT_KEY_MASK;
	const struct mmu_arch *const *all;
	unsigned count;

	(void)state;
	all = mmu_all(&count);
	for (unsigned i = 0; i < count; i++) {
		for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++)
			for (unsigned bit = 0; bit < 32; bit++)
				if (!(UINT32_C(1) << bit & named))
					assert_false(all[i]->representable(
						PT_PTE,
						rights | UINT32_C(1) << bit));
		assert_false(has_leaves(all[i], PT_DEPTHS));
	}
}

static void entries_are_read_in_the_formats_byte_order(void **state)
{
	/* Eight and four bytes, little and big endian, and past the end. */
	uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct pt_memory memory = { .window = { { 0x1000, 8, bytes } } };
	const struct mmu_arch *little = mmu_find("fake");
	const struct mmu_arch *big = mmu_find("fake-tiny");
	uint64_t raw;

	(void)state;
	assert_true(mmu_read(little, &memory, 0x1000, 8, &raw));
	assert_int_equal(raw, UINT64_C(0x0807060504030201));
	assert_true(mmu_read(big, &memory, 0x1000, 8, &raw));
	assert_int_equal(raw, UINT64_C(0x0102030405060708));
	assert_true(mmu_read(little, &memory, 0x1004, 4, &raw));
	assert_int_equal(raw, UINT64_C(0x08070605));
	assert_true(mmu_read(big, &memory, 0x1004, 4, &raw));
	assert_int_equal(raw, UINT64_C(0x05060708));
	assert_false(mmu_read(little, &memory, 0x1004, 8, &raw));
	assert_false(mmu_read(little, &memory, 0xff8, 8, &raw));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_found_by_its_name),
		cmocka_unit_test(levels_tile_the_address_range),
		cmocka_unit_test(capabilities_fit_together),
		cmocka_unit_test(invalid_huge_is_where_linux_has_it),
		cmocka_unit_test(representable_rights_are_the_manuals),
		cmocka_unit_test(representable_types_and_keys_are_the_manuals),
		cmocka_unit_test(no_format_has_bits_without_a_name),
		cmocka_unit_test(entries_are_read_in_the_formats_byte_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
