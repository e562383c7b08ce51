/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64, stage 1 with stage 2 below, in the model: addresses of descriptors and of
 * pages are translated once more, and what both stages allow is allowed.
 *
 * Words and expectations: Arm ARM DDI 0487, D8.1, D8.3, D8.15.
 */
#include "mmu_fixture.h"

enum { PAGE = 4096, PAGES = 8 };

#define VA	UINT64_C(0x8040201abc)	/* index 1 everywhere */
#define LEAF	UINT64_C(0xabcde000)
#define ALL	(PT_R | PT_W | PT_X)

/* A page for users, all rights of EL0: AP 01, AF. */
static const uint64_t at[] = { 0x10008, 0x11008, 0x12008, 0x13008 };
static const uint64_t good[] = { 0x11003, 0x12003, 0x13003, LEAF | 0x443 };

static const struct mmu_path path = {
	.format = "arm64-4k-48", .pa_bits = 44, .va = VA,
	.count = 4, .at = at, .good = good,
};

struct both {
	struct mmu_fixture f;
	struct pt_below_page page[PAGES];
	struct pt_below below;
};

/* Stage 2 from that address on, all pages themselves with all rights. */
static void init(struct both *b, uint64_t first)
{
	mmu_path_init(&b->f, &path, PT_REGIME_ARM64_STAGE2);
	for (unsigned i = 0; i < PAGES; i++)
		b->page[i] = (struct pt_below_page){ first + i * PAGE, ALL };
	b->below = (struct pt_below){
		.first = first, .count = PAGES, .shift = 12, .page = b->page,
	};
	b->f.regime.below = &b->below;
}

static struct mmu_outcome outcome(const struct both *b)
{
	struct mmu_outcome out;

	b->f.arch->translate(b->f.arch, &b->f.memory, &b->f.regime, 0, VA, &out);
	return out;
}

static void nothing_changes_where_stage_2_changes_nothing(void **state)
{
	/* All rights, each page itself; or a map of other addresses. */
	const uint64_t first[] = { FIXTURE_PA, LEAF, LEAF + PAGE, 0,
				   LEAF - PAGES * PAGE };
	struct both b;

	(void)state;
	for (unsigned i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		init(&b, first[i]);
		mmu_assert_rights(&b.f, 0, VA, PT_PTE, "rwx rw-");
		assert_int_equal(outcome(&b).pa, LEAF + 0xabc);
	}
}

static void each_table_is_read_where_stage_2_has_it(void **state)
{
	/* Each table is another page than its address says, and only there. */
	struct both b;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		init(&b, FIXTURE_PA);
		mmu_fixture_put(&b.f, at[i], 0);
		mmu_fixture_put(&b.f, at[i] + 4 * PAGE, good[i]);
		b.page[i].to += 4 * PAGE;
		mmu_assert_rights(&b.f, 0, VA, PT_PTE, "rwx rw-");
		b.page[i].to -= 4 * PAGE;
		mmu_assert_fault(&b.f, 0, VA, PT_V_TRANSLATION,
				 (int)(PT_P4D + i));
	}
}

static void a_walk_needs_the_right_to_read(void **state)
{
	/* The entry that has the address decides; of the root there is none. */
	struct both b;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const int depth = i ? (int)(PT_P4D + i) - 1 : PT_DEPTH_UNKNOWN;

		init(&b, FIXTURE_PA);
		b.page[i].rights = PT_R;
		mmu_assert_rights(&b.f, 0, VA, PT_PTE, "rwx rw-");
		b.page[i].rights = PT_W | PT_X;
		mmu_assert_fault(&b.f, 0, VA, PT_V_WALK_BELOW_DENIED, depth);
		assert_int_equal(outcome(&b).below, at[i]);
		b.page[i].rights = 0;
		mmu_assert_fault(&b.f, 0, VA, PT_V_WALK_BELOW, depth);
		assert_int_equal(outcome(&b).below, at[i]);
	}
}

static void a_page_needs_the_rights_of_both_stages(void **state)
{
	/* Stage 1 first: what it denies is its fault, with whatever below. */
	struct both b;

	(void)state;
	for (uint32_t rights = 0; rights <= ALL; rights++) {
		const uint32_t needed[PT_ACCESSES] = { PT_R, PT_W, PT_X };
		struct mmu_outcome out;

		init(&b, LEAF);
		b.page[0] = (struct pt_below_page){ 0x5000, rights };
		out = outcome(&b);
		assert_true(out.leaf);
		assert_int_equal(out.below, LEAF + 0xabc);
		if (rights)
			assert_int_equal(out.pa, 0x5abc);
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			assert_int_equal(out.verdict[PT_AS_USER][a].word,
					 rights & needed[a] ? PT_V_OK :
					 rights ? PT_V_BELOW_DENIED : PT_V_BELOW);
		assert_int_equal(out.verdict[PT_AS_KERNEL][PT_EXEC].word,
				 PT_V_PERMISSION);
		assert_int_equal(out.verdict[PT_AS_USER][PT_READ].depth, PT_PTE);
		/* Without AF. */
		mmu_fixture_put(&b.f, at[3], good[3] & ~UINT64_C(0x400));
		mmu_assert_rights(&b.f, 0, VA, PT_PTE, "aaa aaa");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changes_where_stage_2_changes_nothing),
		cmocka_unit_test(each_table_is_read_where_stage_2_has_it),
		cmocka_unit_test(a_walk_needs_the_right_to_read),
		cmocka_unit_test(a_page_needs_the_rights_of_both_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
