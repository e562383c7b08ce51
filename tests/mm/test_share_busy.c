/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a shared kernel part refuses: include/tablewalk/share.h.  A sentence in
 * quotes is the header's.
 */
#include "sharing.h"

#include <errno.h>

#include <tablewalk/vpte.h>
#include <tablewalk/walk.h>

#include "../../mm/pt_entry.h"

static const enum pt_share both[] = { PT_SHARE_POINTER, PT_SHARE_SYNCED };

/* Opens format i, shared, with two pages mapped at the start of the part. */
static struct sharing *open_mapped(void **state, unsigned i)
{
	struct sharing *s = sharing_open_shared(state, i, both[i % 2]);

	if (!s)
		return NULL;
	assert_int_equal(sharing_map(s, OWNER, sharing_first(s), PT_PTE, 2),
			 0);
	sharing_sync(s, sharing_first(s));
	sharing_check(s);
	sharing_forget(s);
	return s;
}

static uint64_t page(const struct sharing *s)
{
	return pt_span(s->f, PT_PTE);
}

/* "-EINVAL: they are the same space, or of different formats." */
static void same_space_or_other_format_is_invalid(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open(state, i)); i++) {
		struct pt_space *space = &s->space[SHARER];
		struct pt_space other = s->space[OWNER];
		const struct pt_format copy = *s->f;

		other.format = &copy;
		/* Before -EBUSY: both share already. */
		for (unsigned n = 0; n < 2; n++) {
			sharing_forget(s);
			assert_int_equal(pt_share_kernel(space, space,
							 both[n]), -EINVAL);
			assert_int_equal(pt_share_kernel(space, &other,
							 both[n]), -EINVAL);
			sharing_assert_idle(s);
			if (!n)
				assert_int_equal(sharing_share(s, both[0]), 0);
		}
		sharing_close(state);
	}
}

/* "-EOPNOTSUPP: the two spaces do not translate the same addresses." */
static void spaces_of_different_roots_share_nothing(void **state)
{
	struct sharing *s;
	unsigned formats = 0;

	for (unsigned i = 0; (s = sharing_open_apart(state, i)); i++) {
		const bool apart = s->f->va_rule == PT_VA_ROOTS;

		sharing_forget(s);
		if (apart) {
			formats++;
			/* Before -EEXIST. */
			assert_int_equal(sharing_map(s, SHARER,
						     sharing_first(s), PT_PTE,
						     1), 0);
			sharing_forget(s);
		}
		assert_int_equal(sharing_share(s, both[i % 2]),
				 apart ? -EOPNOTSUPP : 0);
		sharing_assert_idle(s);
		assert_true(!s->space[SHARER].kernel == apart);
		sharing_close(state);
	}
	assert_true(formats >= 10);
}

/* "-EBUSY: to or owner shares one already, or is shared from." */
static void a_space_shares_once(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		struct pt_space *sharer = &s->space[SHARER];
		struct pt_space *owner = &s->space[OWNER];
		struct pt_space third;

		assert_int_equal(pt_space_init(&third, s->f, &s->env,
					       sharer->number, s->f->pa_bits),
				 0);
		sharing_forget(s);
		/* Each also before -EEXIST: none of their parts is empty. */
		assert_int_equal(sharing_share(s, PT_SHARE_POINTER), -EBUSY);
		assert_int_equal(pt_share_kernel(owner, sharer,
						 PT_SHARE_POINTER), -EBUSY);
		assert_int_equal(pt_share_kernel(owner, &third,
						 PT_SHARE_POINTER), -EBUSY);
		assert_int_equal(pt_share_kernel(sharer, &third,
						 PT_SHARE_POINTER), -EBUSY);
		assert_int_equal(pt_share_kernel(&third, owner,
						 PT_SHARE_POINTER), -EBUSY);
		assert_int_equal(pt_share_kernel(&third, sharer,
						 PT_SHARE_POINTER), -EBUSY);
		sharing_assert_idle(s);
		pt_space_destroy(&third);
		sharing_check(s);
		sharing_close(state);
	}
}

/* "-EEXIST: an entry of the kernel part of to's root is not none." */
static void an_occupied_part_is_not_given_up(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open(state, i)); i++) {
		const uint64_t va = sharing_va(s, sharing_entries(s) - 1);

		assert_int_equal(sharing_map(s, SHARER, va, PT_PTE, 1), 0);
		/* An empty table is an entry too. */
		assert_int_equal(pt_unmap(&s->space[SHARER], va,
					  sharing_last(s)), 0);
		sharing_forget(s);
		assert_int_equal(sharing_share(s, both[i % 2]), -EEXIST);
		sharing_assert_idle(s);
		assert_null(s->space[SHARER].kernel);
		assert_int_equal(pt_free_tables(&s->space[SHARER], va,
						sharing_last(s), 0,
						UINT64_MAX), 0);
		/* What is in the lower half is nobody's concern. */
		assert_int_equal(sharing_map(s, SHARER, 0, PT_PTE, 1), 0);
		assert_int_equal(sharing_share(s, both[i % 2]), 0);
		sharing_close(state);
	}
}

static int no_entry(const struct pt_visit *visit, struct pt_walk *walk)
{
	(void)visit;
	(void)walk;
	fail_msg("a callback was called");
	return 1;
}

static int no_install(uint64_t start, uint64_t last,
		      struct pt_install *supplied, struct pt_walk *walk)
{
	(void)start;
	(void)last;
	(void)supplied;
	(void)walk;
	fail_msg("a callback was called");
	return 1;
}

static int install(struct pt_space *space, uint64_t va, uint64_t last)
{
	const struct pt_walk_ops ops = {
		.pgd_entry = no_entry, .pte_entry = no_entry,
		.install_pte = no_install,
	};

	return pt_walk_install(space, va, last, &ops, NULL);
}

/*
 * "The kernel part is changed through its owner only": each operation that the
 * header lists is -EBUSY, and nothing else happens; "before any other error of
 * state": the range is mapped, and a table would be refused.
 */
static void each_change_through_the_sharer_is_busy(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		struct pt_space *sharer = &s->space[SHARER];
		const struct pt_leaf_layout *leaf = &s->f->level[PT_PTE].leaf;
		const uint64_t va = sharing_first(s), last = va + page(s) - 1;
		const unsigned top = s->f->top;
		int ret[12] = { 0 };
		unsigned n = 0;

		s->fail_in = 1;
		ret[n++] = pt_map(sharer, va, last, 0, sharing_rights(s),
				  PT_PTE, 0);
		ret[n++] = pt_map(sharer, sharing_last(s) - page(s) + 1,
				  sharing_last(s), 0, sharing_rights(s),
				  PT_PTE, 0);
		ret[n++] = pt_unmap(sharer, va, last);
		ret[n++] = pt_protect(sharer, va, last, sharing_rights(s));
		ret[n++] = pt_restrict(sharer, va, top, 0);
		ret[n++] = pt_free_tables(sharer, va, last, 0, UINT64_MAX);
		ret[n++] = install(sharer, va, last);
		if (leaf->accessed.mask)
			ret[n++] = pt_touch(sharer, va, PT_READ);
		if (s->f->level[PT_PTE].swap.match.count)
			ret[n++] = pt_setkind(sharer, va, PT_PTE, PT_SWAP, 0);
		for (unsigned k = 0; k < n; k++)
			assert_int_equal(ret[k], -EBUSY);
		assert_int_equal(s->fail_in, 1);
		sharing_assert_idle(s);
		s->fail_in = 0;
		sharing_close(state);
	}
}

/* The same of what needs blocks or groups. */
static void splitting_and_collapsing_are_busy(void **state)
{
	struct sharing *s;
	unsigned formats = 0;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		struct pt_space *sharer = &s->space[SHARER];
		const uint64_t va = sharing_first(s);

		for (unsigned depth = s->f->top; depth < PT_DEPTHS; depth++) {
			const struct pt_level *l = &s->f->level[depth];

			if (!l->leaf.match.count)
				continue;
			if (l->group_count)
				assert_int_equal(pt_collapse(sharer, va, depth,
						l->group[0].order), -EBUSY);
			if (l->group_count || depth < PT_PTE)
				assert_int_equal(pt_split(sharer, va, depth),
						 -EBUSY);
			if (depth < PT_PTE)
				assert_int_equal(pt_collapse(sharer, va, depth,
							     0), -EBUSY);
			formats += depth < PT_PTE;
		}
		sharing_assert_idle(s);
		sharing_close(state);
	}
	assert_true(formats >= 20);
}

/* "copy on either side" */
static void copying_on_either_side_is_busy(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		struct pt_space *sharer = &s->space[SHARER];
		struct pt_space *owner = &s->space[OWNER];
		const uint64_t va = sharing_first(s), last = va + page(s) - 1;

		assert_int_equal(pt_copy(sharer, owner, va, last, va, false),
				 -EBUSY);
		/* Before -EEXIST of the owner's part. */
		assert_int_equal(pt_copy(owner, sharer, va, last, va, false),
				 -EBUSY);
		assert_int_equal(pt_copy(owner, sharer, 0, page(s) - 1, va,
					 true), -EBUSY);
		assert_int_equal(pt_copy(sharer, owner, va, last, 0, true),
				 -EBUSY);
		/* After -EINVAL and -ERANGE. */
		assert_int_equal(pt_copy(owner, sharer, va, last - 1, va,
					 false), -EINVAL);
		assert_int_equal(pt_copy(sharer, owner, va, last,
					 va + page(s), false), -EINVAL);
		sharing_assert_idle(s);
		sharing_close(state);
	}
}

/* A copy from the owner's part to elsewhere, or there from elsewhere, is not. */
static void copying_through_the_owner_is_not_busy(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		struct pt_space *sharer = &s->space[SHARER];
		struct pt_space *owner = &s->space[OWNER];
		const uint64_t va = sharing_first(s);
		const uint64_t high = sharing_va(s, sharing_entries(s) - 1);
		const struct pt_level *l = &s->f->level[s->f->top];
		uint64_t group = pt_span(s->f, s->f->top)
				 << (l->group_count ? l->group[0].order : 0);

		assert_int_equal(pt_copy(owner, sharer, va, va + page(s) - 1,
					 0, false), 0);
		assert_int_equal(sharing_look(s, SHARER, 0).pa,
				 sharing_look(s, OWNER, va).pa);
		assert_true(sharing_look(s, SHARER, 0).kind == PT_LEAF);
		/* And back, to the last unit of the part if it is another. */
		if ((high & ~(group - 1)) != va) {
			const uint64_t to = high & ~(group - 1);

			assert_int_equal(pt_copy(sharer, owner, 0, page(s) - 1,
						 to, false), 0);
			sharing_check(s);
			sharing_sync(s, to);
			sharing_assert_alike(s, to);
		}
		sharing_close(state);
	}
}

/* "(that is after -EINVAL, -ERANGE and -EOPNOTSUPP [...])" */
static void malformed_changes_are_refused_as_ever(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		struct pt_space *sharer = &s->space[SHARER];
		const struct pt_leaf_layout *leaf = &s->f->level[PT_PTE].leaf;
		const uint64_t va = sharing_first(s), last = va + page(s) - 1;
		const uint32_t no_rights = PT_RIGHTS + 1;

		assert_int_equal(pt_unmap(sharer, va, last - 1), -EINVAL);
		assert_int_equal(pt_protect(sharer, last, va, 0), -EINVAL);
		assert_int_equal(pt_free_tables(sharer, va + 1, last, 0, 0),
				 -EINVAL);
		assert_int_equal(pt_split(sharer, va, PT_DEPTHS), -EINVAL);
		assert_int_equal(install(sharer, va, last - 1), -EINVAL);
		assert_int_equal(pt_setkind(sharer, va, PT_PTE, PT_SWAP, 1),
				 -EINVAL);
		assert_int_equal(pt_map(sharer, va, last, 0,
					sharing_rights(s) |
						PT_MEMTYPE_MASK, PT_PTE, 0),
				 -EOPNOTSUPP);
		assert_int_equal(pt_setkind(sharer, va, PT_PTE, PT_LEAF, 0),
				 -EOPNOTSUPP);
		assert_int_equal(pt_restrict(sharer, va, PT_PTE, 0),
				 -EOPNOTSUPP);
		assert_int_equal(pt_restrict(sharer, va, s->f->top, no_rights),
				 -EOPNOTSUPP);
		if (!leaf->accessed.mask)
			assert_int_equal(pt_touch(sharer, va, PT_READ),
					 -EOPNOTSUPP);
		if (s->f->va_rule == PT_VA_SIGNED &&
		    s->f->va_bits < s->f->va_word_bits) {
			assert_int_equal(pt_unmap(sharer, va - page(s), last),
					 -ERANGE);
			assert_int_equal(install(sharer, 0, last), -ERANGE);
		}
		sharing_assert_idle(s);
		sharing_close(state);
	}
}

/* "when its range [...] touches the kernel part": one page of it is enough. */
static void ranges_that_reach_into_the_part_are_busy(void **state)
{
	struct sharing *s;
	unsigned formats = 0;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		struct pt_space *sharer = &s->space[SHARER];
		const uint64_t first = sharing_first(s);
		const uint64_t va = first - page(s);
		const bool reaches =
			s->f->va_rule != PT_VA_SIGNED ||
			s->f->va_bits == s->f->va_word_bits;

		if (reaches) {
			formats++;
			assert_int_equal(pt_unmap(sharer, va,
						  first + page(s) - 1),
					 -EBUSY);
			assert_int_equal(pt_map(sharer, va,
						first + page(s) - 1, 0,
						sharing_rights(s), PT_PTE, 0),
					 -EBUSY);
			assert_int_equal(install(sharer, va,
						 first + page(s) - 1), -EBUSY);
		}
		sharing_assert_idle(s);
		/* Up to its border nothing is. */
		assert_int_equal(pt_unmap(sharer, sharing_va(s,
					sharing_kernel(s) - 1),
					sharing_va(s, sharing_kernel(s) - 1) +
					page(s) - 1), 0);
		sharing_close(state);
	}
	assert_true(formats >= 10);
}

/* Below the part the sharer is a space like any other. */
static void lower_half_of_the_sharer_is_its_own(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		struct pt_space *sharer = &s->space[SHARER];
		const uint64_t va = sharing_va(s, sharing_kernel(s) - 1);
		const uint64_t last = va + 2 * page(s) - 1;

		assert_int_equal(sharing_map(s, SHARER, va, PT_PTE, 2), 0);
		assert_int_equal(pt_protect(sharer, va, last,
					    sharing_rights(s)), 0);
		assert_int_equal(pt_unmap(sharer, va, last), 0);
		assert_int_equal(pt_free_tables(sharer, va, last, 0,
						UINT64_MAX), 0);
		assert_int_equal(s->releases, PT_PTE - s->f->top);
		assert_int_equal(s->mirrored, 0);
		sharing_check(s);
		sharing_close(state);
	}
}

/* The depth of blocks right above PT_PTE, or PT_DEPTHS. */
static unsigned block_depth(const struct sharing *s)
{
	unsigned depth = PT_PMD;

	if (depth < s->f->top || !sharing_has_leaf(s, depth))
		return PT_DEPTHS;
	return depth;
}

struct seen {
	unsigned entries, pages;
};

static int on_block(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct seen *seen = walk->context;

	(void)visit;
	seen->entries++;
	return 0;
}

static int on_page(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct seen *seen = walk->context;

	(void)visit;
	seen->pages++;
	return 0;
}

static int walk_vma(struct pt_space *space, uint64_t va, uint64_t last,
		    bool pages, struct seen *seen)
{
	const struct pt_walk_ops ops = {
		.pmd_entry = on_block, .pte_entry = pages ? on_page : NULL,
	};
	const struct pt_vma vma = { .start = va, .last = last,
				    .type = OP_VMA_PLAIN };
	int ret;

	*seen = (struct seen){ 0 };
	space->vma = &vma;
	space->vmas = 1;
	ret = pt_walk_vmas(space, va, last, &ops, seen);
	space->vma = NULL;
	space->vmas = 0;
	return ret;
}

/* "A walk over VMAs that is to split there ends with -EBUSY instead" */
static void walks_that_split_end_with_busy(void **state)
{
	struct sharing *s;
	unsigned formats = 0;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		const unsigned depth = block_depth(s);
		const uint64_t span = depth < PT_DEPTHS ?
					      pt_span(s->f, depth) : 0;
		const uint64_t va = sharing_last(s) - span + 1;
		struct seen seen;

		if (depth == PT_DEPTHS ||
		    sharing_look(s, OWNER, va).kind != PT_NONE ||
		    sharing_map(s, OWNER, va, depth, 1)) {
			sharing_close(state);
			continue;
		}
		formats++;
		sharing_sync(s, va);
		sharing_forget(s);
		/* The block itself may be looked at. */
		assert_int_equal(walk_vma(&s->space[SHARER], va,
					  sharing_last(s), false, &seen), 0);
		assert_int_equal(seen.entries, 1);
		assert_int_equal(walk_vma(&s->space[SHARER], va,
					  sharing_last(s), true, &seen),
				 -EBUSY);
		assert_int_equal(seen.entries, 1);
		assert_int_equal(seen.pages, 0);
		sharing_assert_idle(s);
		assert_int_equal(walk_vma(&s->space[OWNER], va,
					  sharing_last(s), true, &seen), 0);
		assert_true(seen.pages > 1);
		assert_int_equal(sharing_look(s, OWNER, va).depth, PT_PTE);
		sharing_check(s);
		/* Divided by its owner it is read through both. */
		sharing_sync(s, va);
		assert_int_equal(walk_vma(&s->space[SHARER], va,
					  sharing_last(s), true, &seen), 0);
		sharing_close(state);
	}
	assert_true(formats >= 15);
}

/* "and iterations that age": an item of the part is neither changed nor set. */
static void ageing_through_the_sharer_is_busy(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		const bool ages = s->f->level[PT_PTE].leaf.accessed.mask;
		const uint64_t last = sharing_first(s) + 2 * page(s) - 1;
		struct pt_iterator it;

		assert_int_equal(pt_iterate(&it, &s->space[SHARER],
					    sharing_first(s), last), 0);
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0), -EINVAL);
		assert_true(pt_iterate_next(&it));
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0),
				 ages ? -EBUSY : -EOPNOTSUPP);
		assert_int_equal(pt_item_change(&it, PT_R, 0), -EINVAL);
		assert_int_equal(pt_item_set(&it, 1, sharing_rights(s), 0),
				 -EINVAL);
		assert_int_equal(pt_item_set(&it, 0, sharing_rights(s), 0),
				 -EBUSY);
		/* It goes on. */
		assert_true(pt_iterate_next(&it));
		assert_false(pt_iterate_next(&it));
		sharing_assert_idle(s);
		sharing_close(state);
	}
}

/*
 * Clearing a bad entry (WALK_CLEARS_BAD) is a change too: a walk that is to do
 * so there through the sharer ends with -EBUSY.
 */
static void clearing_bad_entries_through_the_sharer_is_busy(void **state)
{
	struct sharing *s;
	unsigned formats = 0;

	for (unsigned i = 0; (s = open_mapped(state, i)); i++) {
		const struct pt_walk_ops ops = { .pte_entry = on_page };
		const unsigned top = s->f->top, kernel = sharing_kernel(s);
		struct pt_table root = pt_table_open(&s->space[OWNER], top,
						     s->space[OWNER].root);
		struct pt_entry bad = { UINT64_C(0x1111111111111111) };
		struct seen seen = { 0 };

		while (bad.raw && pt_entry_kind(s->f, top, bad) != PT_BAD)
			bad.raw += UINT64_C(0x1111111111111111);
		if (top > PT_P4D || !bad.raw ||
		    s->f->level[top].entry_bytes != 8) {
			sharing_close(state);
			continue;
		}
		formats++;
		pt_write_entry(s->f, top, &root, kernel, bad);
		sharing_check(s);
		for (unsigned n = 0; n < SHARING_SPACES; n++)
			s->space[n].walk_flags = WALK_CLEARS_BAD;
		sharing_forget(s);
		assert_int_equal(pt_walk_inclusive(&s->space[SHARER],
						   sharing_first(s),
						   sharing_first(s) + page(s) -
						   1, &ops, &seen), -EBUSY);
		sharing_assert_idle(s);
		assert_int_equal(pt_walk_inclusive(&s->space[OWNER],
						   sharing_first(s),
						   sharing_first(s) + page(s) -
						   1, &ops, &seen), 0);
		assert_int_equal(s->mirrored, 1);
		sharing_assert_hidden(s, sharing_first(s));
		/* The tables that it pointed to are nobody's now. */
		sharing_drop(state);
	}
	assert_true(formats >= 4);
}

#define TEST(name) cmocka_unit_test_teardown(name, sharing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(same_space_or_other_format_is_invalid),
		TEST(spaces_of_different_roots_share_nothing),
		TEST(a_space_shares_once),
		TEST(an_occupied_part_is_not_given_up),
		TEST(each_change_through_the_sharer_is_busy),
		TEST(splitting_and_collapsing_are_busy),
		TEST(copying_on_either_side_is_busy),
		TEST(copying_through_the_owner_is_not_busy),
		TEST(malformed_changes_are_refused_as_ever),
		TEST(ranges_that_reach_into_the_part_are_busy),
		TEST(lower_half_of_the_sharer_is_its_own),
		TEST(walks_that_split_end_with_busy),
		TEST(ageing_through_the_sharer_is_busy),
		TEST(clearing_bad_entries_through_the_sharer_is_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
