/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tables that know their owner: include/tablewalk/table_owner.h.  A sentence in
 * quotes is the header's.
 */
#include "owned.h"

#include <errno.h>

#include <tablewalk/op.h>
#include <tablewalk/walk.h>

/* Tables that one page in an empty space needs. */
static unsigned path_tables(const struct owned *o)
{
	return PT_PTE - o->f->top;
}

/* Event number i was of that type, and returns its table. */
static uint64_t event_pa(const struct owned *o, unsigned i,
			 enum owned_type type)
{
	assert_true(i < o->events && i < OWNED_EVENTS);
	assert_int_equal(o->event[i].type, type);
	return o->event[i].pa;
}

/* The next events are one of each type for the same table. */
static void assert_pair(const struct owned *o, unsigned i,
			enum owned_type first, enum owned_type second)
{
	assert_int_equal(event_pa(o, i, first), event_pa(o, i + 1, second));
}

/*
 * "Every table, the root included, is constructed once: right after it was
 * allocated, before anything else is allocated and before an entry points to
 * it.  It is destructed once: right before it is released, after the last entry
 * that points to it is gone; a table that is given back because an operation
 * failed is destructed too.  Owner and depth are those of the space and level
 * that it is for, from its construction to its destruction."  Whatever is done
 * to the tables; and every query has the right answer all along.
 */
static void ledger_balances_after_any_operations(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		owned_exercise(o, 0x1234567 + i);
		owned_close(state);
	}
}

/* The random operations are not all refused: tables come, go and fail. */
static void exercise_refuses_and_constructs(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		owned_exercise(o, 99 + i);
		assert_true(o->refused >= 3);
		assert_true(o->made >= 8);
		owned_close(state);
	}
}

/*
 * "A constructor that fails (is not 0) is as a refused allocation for the
 * operation, which returns -ENOMEM: that table is released at once, without a
 * destructor; then the others as ever."
 */
static void refused_constructor_is_a_refused_allocation(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		for (unsigned nth = 1; nth <= path_tables(o); nth++) {
			unsigned at = 2 * (nth - 1);

			o->events = 0;
			o->ctor_fail_in = nth;
			assert_int_equal(owned_map(o, 1, 0, 1), -ENOMEM);
			for (unsigned k = 0; k < at; k += 2)
				assert_pair(o, k, OWNED_ALLOC,
					    OWNED_CONSTRUCT);
			assert_pair(o, at, OWNED_ALLOC, OWNED_REFUSE);
			assert_pair(o, at + 1, OWNED_REFUSE, OWNED_FREE);
			/* The last one first. */
			for (unsigned k = 0; k < nth - 1; k++) {
				unsigned back = at + 3 + 2 * k;

				assert_pair(o, back, OWNED_DESTRUCT,
					    OWNED_FREE);
				assert_int_equal(o->event[back].pa,
						 o->event[at - 2 - 2 * k].pa);
			}
			assert_int_equal(o->events, 4 * nth - 1);
			owned_check(o);
			assert_int_equal(o->tables, PT_SPACES);
		}
		assert_int_equal(owned_map(o, 1, 0, 1), 0);
		owned_close(state);
	}
}

/* "Every table, the root included": a space without a root is none. */
static void refused_root_is_released(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct pt_space other;

		o->ctor_fail_in = 1;
		assert_int_equal(pt_space_init(&other, o->f, &o->env, 1,
					       o->f->pa_bits), -ENOMEM);
		assert_pair(o, 0, OWNED_ALLOC, OWNED_REFUSE);
		assert_pair(o, 1, OWNED_REFUSE, OWNED_FREE);
		assert_int_equal(o->events, 3);
		owned_check(o);
		owned_close(state);
	}
}

static int supply(uint64_t start, uint64_t last, struct pt_install *supplied,
		  struct pt_walk *walk)
{
	const struct owned *o = walk->context;

	(void)start;
	(void)last;
	*supplied = (struct pt_install){ .attrs = owned_rights(o) };
	return 0;
}

/*
 * A refused constructor ends an install as a refused table does (R37): what was
 * installed before it stays, and so do the tables above it.
 */
static void install_keeps_its_prefix(void **state)
{
	static const struct pt_walk_ops ops = { .install_pte = supply };
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct mm *m = &o->m[0];
		uint64_t span = pt_span(o->f, PT_PMD), page = mm_page(m);
		const struct pt_vma vma = {
			.start = 0, .last = 2 * span - 1, .type = OP_VMA_PLAIN,
		};
		struct pt_lookup found;

		m->space.vma = &vma;
		m->space.vmas = 1;
		/* The path is there, but not the page table behind it. */
		assert_int_equal(owned_map(o, 0, 0, 1), 0);
		o->ctor_fail_in = 1;
		assert_int_equal(pt_walk_install(&m->space, span - page,
						 span + page - 1, &ops, o),
				 -ENOMEM);
		owned_check(o);
		assert_int_equal(pt_translate(&m->space, span - page, &found),
				 0);
		assert_int_equal(found.kind, PT_LEAF);
		assert_int_equal(pt_translate(&m->space, span, &found), 0);
		assert_int_equal(found.kind, PT_NONE);
		assert_int_equal(pt_walk_install(&m->space, span - page,
						 span + page - 1, &ops, o), 0);
		owned_check(o);
		assert_int_equal(pt_translate(&m->space, span, &found), 0);
		assert_int_equal(found.kind, PT_LEAF);
		m->space.vmas = 0;
		owned_close(state);
	}
}

/* "Both may be NULL, and each alone" (table_ops.h). */
static void spaces_do_without_constructors(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		for (unsigned k = 0; k < 3; k++) {
			struct pt_env plain = o->env;
			struct pt_space other;

			if (k != 1)
				plain.construct = NULL;
			if (k != 2)
				plain.destruct = NULL;
			o->events = 0;
			assert_int_equal(pt_space_init(&other, o->f, &plain, 0,
						       o->f->pa_bits), 0);
			pt_space_destroy(&other);
			/* Allocated, released, and what else was set. */
			assert_int_equal(o->events, k ? 3 : 2);
			/* The ledger does not like it. */
			assert_non_null(o->broken);
			o->broken = NULL;
		}
		owned_close(state);
	}
}

/* The owners that a search found. */
struct finds {
	struct pt_owner owner[8];
	unsigned count;
	int value;			/* what the callback returns */
};

static int on_owner(void *context, const struct pt_owner *owner)
{
	struct finds *finds = context;

	assert_true(finds->count < 8);
	finds->owner[finds->count++] = *owner;
	return finds->value;
}

/* Searches the first count spaces; fresh finds, with that value. */
static int search(struct owned *o, unsigned count, uint64_t pa, uint64_t bytes,
		  struct finds *finds, int value)
{
	struct pt_space *spaces[PT_SPACES] = { &o->m[0].space, &o->m[1].space };

	*finds = (struct finds){ .value = value };
	return pt_table_owners(spaces, count, pa, bytes, on_owner, finds);
}

/*
 * "calls found for each, in the order of spaces, of each space the root first
 * and then in the order of the addresses they cover, a table before those below
 * it."  Page tables at both ends of each space.
 */
static void search_finds_every_table_of_both_spaces(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		uint64_t pages = o->m[0].bytes >> o->f->page_shift;

		for (unsigned s = 0; s < PT_SPACES; s++) {
			assert_int_equal(owned_map(o, s, pages - 1, 1), 0);
			assert_int_equal(owned_map(o, s, 0, 1), 0);
		}
		owned_check(o);
		owned_check_queries(o);
		owned_close(state);
	}
}

/* "first, last: ... of a signed root: all of the address word". */
static void root_covers_what_it_translates(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		uint64_t word = pt_ones(o->f->va_word_bits);
		uint64_t root = pt_ones(o->f->va_bits);

		for (unsigned s = 0; s < PT_SPACES; s++) {
			uint64_t first = 0, last = root;
			struct pt_owner owner;

			if (o->f->va_rule == PT_VA_SIGNED)
				last = word;
			if (o->f->va_rule == PT_VA_ROOTS && s) {
				first = word - root;
				last = word;
			}
			assert_int_equal(pt_table_at(&o->m[s].space,
						     o->m[s].base, o->f->top,
						     &owner), 0);
			assert_int_equal(owner.first, first);
			assert_int_equal(owner.last, last);
			assert_int_equal(owner.page.pa, o->m[s].space.root);
			assert_int_equal(owner.page.space, s);
		}
		owned_close(state);
	}
}

/* "A page may hold several (formats whose tables are smaller than a page)." */
static void page_of_several_tables_has_several_owners(void **state)
{
	unsigned several = 0;
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		uint64_t page = mm_page(o->m), bytes;
		struct finds finds;
		int n;

		assert_int_equal(owned_map(o, 0, 0, 1), 0);
		assert_int_equal(owned_map(o, 1, 0, 1), 0);
		bytes = pt_table_bytes(o->f, PT_PTE);
		/* The arena gives what is next, so those of one path join. */
		n = search(o, PT_SPACES, OWNED_PA, page, &finds, 0);
		assert_int_equal(n, finds.count);
		assert_true(n > 0);
		for (unsigned k = 0; k < finds.count; k++)
			assert_true(finds.owner[k].page.pa < OWNED_PA + page);
		several += bytes < page && n > 2;
		owned_check_queries(o);
		owned_close(state);
	}
	assert_true(several > 0);
}

/* "Whose tables share a byte with [pa, pa + bytes)": one is enough. */
static void one_byte_is_enough(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct pt_table_page page;
		struct pt_owner owner;
		struct finds finds;

		assert_int_equal(owned_map(o, 0, 0, 1), 0);
		assert_int_equal(pt_table_at(&o->m[0].space, 0, PT_PTE,
					     &owner), 0);
		page = owner.page;
		assert_int_equal(search(o, 2, page.pa + page.bytes - 1, 1,
					&finds, 0), 1);
		assert_int_equal(finds.owner[0].page.pa, page.pa);
		assert_int_equal(search(o, 2, page.pa, 1, &finds, 0), 1);
		assert_int_equal(finds.owner[0].page.pa, page.pa);
		/* No byte at all is shared with nothing. */
		assert_int_equal(search(o, 2, page.pa, 0, &finds, 0), 0);
		assert_int_equal(search(o, 2, page.pa + 8, 0, &finds, 0), 0);
		/* Behind the last one in memory is nothing. */
		owned_reach(o);
		for (unsigned k = 0; k < o->reaches; k++)
			if (o->reached[k].page.pa > page.pa)
				page = o->reached[k].page;
		assert_int_equal(search(o, 2, page.pa + page.bytes,
					OWNED_BYTES, &finds, 0), 0);
		assert_int_equal(search(o, 2, 0, OWNED_PA, &finds, 0), 0);
		/* Nor does the end of memory wrap to its beginning. */
		assert_int_equal(search(o, 2, UINT64_MAX - 15, 16, &finds, 0),
				 0);
		assert_int_equal(search(o, 0, 0, UINT64_MAX, &finds, 0), 0);
		owned_close(state);
	}
}

/* "Only tables that are linked are found." */
static void released_tables_are_not_found(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		uint64_t page = mm_page(o->m);
		struct pt_space *space = &o->m[0].space;
		struct pt_owner owner;
		struct finds finds;

		assert_int_equal(owned_map(o, 0, 0, 1), 0);
		assert_int_equal(pt_table_at(space, 0, PT_PTE, &owner), 0);
		/* Empty, it still is a table. */
		assert_int_equal(pt_unmap(space, 0, page - 1), 0);
		assert_int_equal(search(o, 2, owner.page.pa, owner.page.bytes,
					&finds, 0), 1);
		assert_int_equal(pt_free_tables(space, 0, page - 1, 0,
						UINT64_MAX), 0);
		assert_int_equal(search(o, 2, owner.page.pa, owner.page.bytes,
					&finds, 0), 0);
		assert_int_equal(pt_table_at(space, 0, PT_PTE, &owner),
				 -ENOENT);
		owned_close(state);
	}
}

/* "Returns how many, or the first value of found that is not 0." */
static void a_value_ends_the_search(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct finds finds;

		assert_int_equal(search(o, 2, OWNED_PA, OWNED_BYTES, &finds, 0),
				 2);
		assert_int_equal(finds.owner[0].page.space, 0);
		assert_int_equal(finds.owner[1].page.space, 1);
		/* Only the spaces that were named are searched. */
		assert_int_equal(search(o, 1, OWNED_PA, OWNED_BYTES, &finds, 0),
				 1);
		assert_int_equal(finds.owner[0].page.space, 0);
		assert_int_equal(search(o, 2, OWNED_PA, OWNED_BYTES, &finds,
					-7), -7);
		assert_int_equal(finds.count, 1);
		assert_int_equal(search(o, 2, OWNED_PA, OWNED_BYTES, &finds, 9),
				 9);
		assert_int_equal(finds.count, 1);
		owned_close(state);
	}
}

/*
 * "-EINVAL: a depth above the root or below PT_PTE; -ERANGE; -ENOENT: there is
 * no such table."  In this order.
 */
static void absent_tables_are_told_apart(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct pt_space *space = &o->m[0].space;
		const unsigned top = o->f->top;
		uint64_t beyond = pt_ones(o->f->va_bits - 1) + 1;
		struct pt_owner owner;

		if (o->f->va_rule != PT_VA_SIGNED)
			beyond = pt_ones(o->f->va_bits) + 1;
		if (o->f->va_bits == o->f->va_word_bits)
			beyond = 0;
		if (beyond) {
			assert_int_equal(pt_table_at(space, beyond, PT_DEPTHS,
						     &owner), -EINVAL);
			assert_int_equal(pt_table_at(space, beyond, PT_PTE,
						     &owner), -ERANGE);
			assert_int_equal(pt_table_at(space, beyond, top,
						     &owner), -ERANGE);
		}
		if (top)
			assert_int_equal(pt_table_at(space, 0, top - 1,
						     &owner), -EINVAL);
		assert_int_equal(pt_table_at(space, 0, PT_DEPTHS, &owner),
				 -EINVAL);
		for (unsigned depth = top + 1; depth < PT_DEPTHS; depth++)
			assert_int_equal(pt_table_at(space, 5, depth, &owner),
					 -ENOENT);
		assert_int_equal(owned_map(o, 0, 0, 1), 0);
		for (unsigned depth = top; depth < PT_DEPTHS; depth++)
			assert_int_equal(pt_table_at(space, 5, depth, &owner),
					 0);
		owned_close(state);
	}
}

/* Below a block there is no table: the block is not one. */
static void blocks_hold_no_entries(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct pt_space *space = &o->m[0].space;
		uint64_t span = pt_span(o->f, PT_PMD);
		struct pt_owner owner;

		if (!pt_map(space, 0, span - 1, 0, owned_rights(o), PT_PMD,
			    0)) {
			assert_int_equal(pt_table_at(space, 0, PT_PMD, &owner),
					 0);
			assert_int_equal(pt_table_at(space, 0, PT_PTE, &owner),
					 -ENOENT);
			/* Divided, it has a table like any other. */
			assert_int_equal(pt_split(space, 0, PT_PMD), 0);
			assert_int_equal(pt_table_at(space, 0, PT_PTE, &owner),
					 0);
			assert_int_equal(owner.last, span - 1);
		}
		owned_check(o);
		owned_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, owned_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ledger_balances_after_any_operations),
		TEST(exercise_refuses_and_constructs),
		TEST(refused_constructor_is_a_refused_allocation),
		TEST(refused_root_is_released),
		TEST(install_keeps_its_prefix),
		TEST(spaces_do_without_constructors),
		TEST(search_finds_every_table_of_both_spaces),
		TEST(root_covers_what_it_translates),
		TEST(page_of_several_tables_has_several_owners),
		TEST(one_byte_is_enough),
		TEST(released_tables_are_not_found),
		TEST(a_value_ends_the_search),
		TEST(absent_tables_are_told_apart),
		TEST(blocks_hold_no_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
