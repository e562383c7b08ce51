/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Callbacks that change the tables under the walk that called them:
 * include/tablewalk/walk.h, "Changes during a walk".
 */
#include "mm_change.h"

#include <errno.h>

#include <tablewalk/ptdump.h>
#include <tablewalk/vpte.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * What came after the change is what a walk of [a, last] sees that begins now,
 * without the tables above the entry.
 */
static void assert_goes_on(struct mm_changer *c, uint64_t last, int ret)
{
	static struct mm_script seen;
	const unsigned at = c->at;
	const unsigned depth = c->real_depth;
	unsigned skipped = 0;

	seen = c->script;
	c->script.count = 0;
	c->times = 0;
	assert_int_equal(mm_change_walk(c, c->start, last, &mm_change_all),
			 ret);
	while (skipped < c->script.count &&
	       c->script.call[skipped].of < PT_DEPTHS &&
	       c->script.call[skipped].kind == PT_TABLE &&
	       c->script.call[skipped].real_depth < depth)
		skipped++;
	assert_int_equal(seen.count - at, c->script.count - skipped);
	for (unsigned i = at; i < seen.count; i++)
		assert_true(mm_same_call(&seen.call[i],
					 &c->script.call[i - at + skipped]));
}

/* Each change in each callback of a walk under these flags. */
static void try_changes(struct mm *m, uint32_t flags)
{
	static struct mm_script plain;
	struct mm_changer *c = mm_changer_new(m, 1, mm_make_nothing);
	uint64_t va, last;

	m->space.walk_flags = flags;
	mm_change_range(m, flags, &va, &last);
	mm_change_build(m);
	c->times = 0;
	assert_int_equal(mm_change_walk(c, va, last, &mm_change_all), 0);
	plain = c->script;
	for (unsigned k = 0; k < MM_CHANGES; k++) {
		for (unsigned at = 1; at <= plain.count; at++) {
			int ret;

			mm_change_build(m);
			c = mm_changer_new(m, at, mm_changes[k]);
			ret = mm_change_walk(c, va, last, &mm_change_all);
			assert_int_equal(ret, 0);
			assert_true(c->script.count > at);
			for (unsigned i = 0; i < at; i++)
				assert_true(mm_same_call(&c->script.call[i],
							 &plain.call[i]));
			assert_goes_on(c, last, ret);
		}
	}
}

/*
 * The walker reads anew from the root at the first address of the callback, and
 * goes on there, after any change in any callback, folded ones and holes too.
 */
static void walk_goes_on_as_one_that_begins_there(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		try_changes(m, 0);
		mm_close(state);
	}
}

/* The same under each flag, and under all of them. */
static void walk_goes_on_there_under_all_flags(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		for (uint32_t flag = 1; flag & WALK_FLAGS; flag <<= 1)
			try_changes(m, flag);
		try_changes(m, WALK_FLAGS);
		mm_close(state);
	}
}

/* Each call of an operation is a change, whatever it returned. */
static void operations_are_changes_whatever_they_return(void **state)
{
	static const struct pt_walk_ops ops = { .pte_entry = mm_on_pte };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_space *s = &m->space, other = m->space;
		uint64_t last = m->base + mm_page(m) - 1;

		assert_int_equal(s->changes, 0);
		assert_int_equal(pt_map(s, m->base, last, 0, MM_RW, PT_PTE, 0),
				 0);
		assert_int_equal(s->changes, 1);
		assert_int_equal(pt_map(s, m->base, last, 0, MM_RW, PT_PTE, 0),
				 -EEXIST);
		assert_int_equal(s->changes, 2);
		assert_int_equal(pt_unmap(s, 1, 0), -EINVAL);
		assert_int_equal(s->changes, 3);
		assert_int_equal(pt_protect(s, 1, 0, MM_RO), -EINVAL);
		assert_int_equal(s->changes, 4);
		assert_int_equal(pt_split(s, m->base, PT_DEPTHS), -EINVAL);
		assert_int_equal(s->changes, 5);
		assert_int_equal(pt_collapse(s, m->base, PT_DEPTHS, 0),
				 -EINVAL);
		assert_int_equal(s->changes, 6);
		assert_int_equal(pt_restrict(s, m->base, PT_DEPTHS, 0),
				 -EINVAL);
		assert_int_equal(s->changes, 7);
		assert_int_equal(pt_setkind(s, m->base, PT_DEPTHS, PT_SWAP, 0),
				 -EINVAL);
		assert_int_equal(s->changes, 8);
		assert_int_equal(pt_free_tables(s, 1, 0, 0, 0), -EINVAL);
		assert_int_equal(s->changes, 9);
		assert_int_equal(pt_walk_install(s, m->base, last, &ops, NULL),
				 -EINVAL);
		assert_int_equal(s->changes, 10);
		assert_int_equal(pt_copy(s, &other, 1, 0, 0, false), -EINVAL);
		assert_int_equal(s->changes, 11);
		assert_int_equal(other.changes, 1);
		mm_close(state);
	}
}

static int on_run(void *context, const struct pt_dump_run *run)
{
	(void)context;
	(void)run;
	return 0;
}

/* Touches, lookups, dumps, iterations and walks are none. */
static void what_only_looks_is_no_change(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t last = m->base + mm_page(m) - 1;
		struct mm_script *script = mm_script_new(m);
		struct pt_space *s = &m->space;
		struct pt_dump dump = { .run = on_run };
		struct pt_iterator it;

		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_touch(s, m->base, PT_WRITE), 0);
		mm_look(m, m->base);
		assert_int_equal(pt_dump_range(s, m->base, last, &dump), 0);
		assert_int_equal(pt_iterate(&it, s, m->base, last), 0);
		while (pt_iterate_next(&it))
			assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0),
					 0);
		assert_int_equal(pt_walk_inclusive(s, m->base, last,
						   &mm_ops_all, script),
				 0);
		assert_int_equal(s->changes, 1);
		mm_close(state);
	}
}

/* What a walk divides itself is no change, nor is what it installs. */
static void own_splits_and_installs_are_no_changes(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = {
			.start = m->base,
			.last = mm_unit(m, 2) - 1,
			.type = OP_VMA_PLAIN,
		};
		struct mm_script *script = mm_script_new(m);
		struct pt_walk_ops ops = {
			.pmd_entry = mm_on_pmd,
			.pte_entry = mm_on_pte,
		};
		uint64_t before;

		mm_map(m, m->base, 1, mm_pa(m), MM_RW, mm_block_depth(m), 0);
		mm_set_vmas(m, &vma, 1);
		before = m->space.changes;
		assert_int_equal(pt_walk_vmas(&m->space, vma.start,
					      mm_page_of(m, 0, 2) - 1, &ops,
					      script),
				 0);
		assert_int_equal(m->space.changes, before);
		assert_int_equal(mm_calls_of(script, PT_PMD), 1);
		assert_int_equal(mm_calls_of(script, PT_PTE), 2);
		/* Not but for the call as such. */
		ops.install_pte = mm_on_install;
		assert_int_equal(pt_walk_install(&m->space, mm_unit(m, 1),
						 mm_page_of(m, 1, 2) - 1, &ops,
						 script),
				 0);
		assert_int_equal(m->space.changes, before + 1);
		assert_int_equal(mm_calls_of(script, MM_INSTALL), 2);
		mm_close(state);
	}
}

static void make_touch(struct mm_changer *c)
{
	pt_touch(&c->m->space, c->m->base, PT_WRITE);
	mm_look(c->m, c->m->base);
}

/* What is no change leaves the callback's action alone, and the walk. */
static void touch_inside_a_callback_is_no_change(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c = mm_changer_new(m, 1, make_touch);

		mm_map_full(m);
		c->script.act_of = PT_PMD;
		c->script.act_count = 1;
		c->script.action = PT_WALK_CONTINUE;
		assert_int_equal(mm_change_walk(c, m->base, mm_unit(m, 1) - 1,
						&mm_change_low),
				 0);
		assert_int_equal(c->script.count, 1);
		mm_close(state);
	}
}

/* A walk over VMAs that divides a block, inside a callback. */
static void make_walk(struct mm_changer *c)
{
	static const struct pt_walk_ops ops = { .pte_entry = mm_on_pte };
	struct mm *m = c->m;
	const struct pt_vma vma = mm_vma(m, 1, 1, OP_VMA_PLAIN);

	mm_set_vmas(m, &vma, 1);
	c->m->arena.event_count = 0;
	c->times = 0;
	c->script.count--;
	assert_int_equal(pt_walk_vmas(&m->space, vma.start, vma.last, &ops, c),
			 0);
	assert_int_equal(m->arena.event_count, mm_block_depth(m) == PT_PMD);
	mm_set_vmas(m, NULL, 0);
}

/* Other walks are none, though they divide. */
static void other_walks_are_no_changes(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c = mm_changer_new(m, 1, make_walk);

		mm_map(m, m->base, 1, mm_pa(m), MM_RW, mm_block_depth(m), 0);
		/* The page of the other walk takes the place of the first. */
		assert_int_equal(mm_change_walk(c, m->base,
						mm_page_of(m, 0, 1) - 1,
						mm_block_depth(m) == PT_PMD
							? &mm_change_low
							: &mm_change_page),
				 0);
		assert_int_equal(c->script.count, 1);
		assert_int_equal(c->script.call[0].of, PT_PTE);
		mm_close(state);
	}
}

/* When a change was made the action is not looked at. */
static void action_of_a_changing_callback_is_ignored(void **state)
{
	static const enum pt_walk_action actions[] = {
		PT_WALK_CONTINUE,
		PT_WALK_AGAIN,
	};
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		mm_map_full(m);
		for (unsigned k = 0; k < COUNT(actions); k++) {
			struct mm_changer *c =
				mm_changer_new(m, 1, mm_make_nothing);

			c->script.act_of = PT_PMD;
			c->script.act_count = 1;
			c->script.action = actions[k];
			assert_int_equal(mm_change_walk(c, m->base,
							mm_page_of(m, 0, 1) - 1,
							&mm_change_low),
					 0);
			assert_int_equal(c->script.count, 3);
			assert_int_equal(mm_calls_of(&c->script, PT_PMD), 2);
		}
		mm_close(state);
	}
}

/* What a callback returns ends the walk; what it changed stays. */
static void value_of_a_changing_callback_ends_the_walk(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		for (unsigned at = 1; at <= 2; at++) {
			struct mm_changer *c =
				mm_changer_new(m, at, mm_make_unmap_all);

			mm_clear_units(m);
			mm_map_full(m);
			c->script.stop_at = at;
			c->script.stop_value = 1;
			assert_int_equal(mm_change_walk(c, m->base,
							mm_unit(m, 1) - 1,
							&mm_change_low),
					 1);
			assert_int_equal(c->script.count, at);
			mm_assert_kind(m, m->base, PT_NONE, PT_PTE);
		}
		mm_close(state);
	}
}

/*
 * 1. The callbacks of the tables above have been; 3. what is behind is not
 * visited again, whatever became of it, and what is ahead is seen as it is.
 */
static void pages_ahead_are_seen_as_they_are_then(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c =
			mm_changer_new(m, PT_PMD + 1 + 3, mm_make_unmap);
		const struct mm_call *call = &c->script.call[PT_PMD + 1];
		uint64_t page = mm_page(m);

		mm_map_full(m);
		c->va = m->base + page;
		c->last = m->base + 4 * page - 1;
		assert_int_equal(mm_change_walk(c, m->base,
						m->base + 6 * page - 1,
						&mm_change_all),
				 0);
		assert_int_equal(c->script.count, PT_PMD + 1 + 7);
		for (unsigned k = 0; k < 3; k++)
			assert_int_equal(call[k].kind, PT_LEAF);
		/* The page of the callback, and on. */
		for (unsigned k = 3; k < 7; k++) {
			assert_int_equal(call[k].of, PT_PTE);
			assert_int_equal(call[k].start,
					 m->base + (k - 1) * page);
			assert_int_equal(call[k].kind,
					 k < 5 ? PT_NONE : PT_LEAF);
		}
		mm_close(state);
	}
}

/*
 * 2. Where the walk ends at an entry above, that is evaluated, clipped to what
 * begins with the callback's range, and not from its own start.
 */
static void collapse_under_a_page_ends_at_the_block(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c =
			mm_changer_new(m, 1 + 4, mm_make_collapse);
		uint64_t page = mm_page(m);
		const struct mm_call *call;

		if (mm_has_leaf(m, PT_PMD)) {
			mm_map_full(m);
			assert_int_equal(mm_change_walk(c, m->base,
							m->base + 6 * page - 1,
							&mm_change_low),
					 0);
			assert_int_equal(c->script.count, 1 + 4 + 1);
			call = mm_assert_call(&c->script, 5, PT_PMD,
					      m->base + 3 * page,
					      m->base + 6 * page - 1);
			assert_int_equal(call->kind, PT_LEAF);
			assert_int_equal(call->pa, mm_pa(m) + 3 * page);
		}
		mm_close(state);
	}
}

/* A block that its own callback divided is a table when it is evaluated. */
static void split_inside_a_callback_is_descended(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c = mm_changer_new(m, 1, mm_make_split);

		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, mm_unit(m, 1), 1, mm_pa(m), MM_RW, PT_PMD, 0);
			assert_int_equal(mm_change_walk(c, mm_page_of(m, 1, 1),
							mm_page_of(m, 1, 3) - 1,
							&mm_change_low),
					 0);
			assert_int_equal(c->script.count, 4);
			assert_int_equal(c->script.call[0].kind, PT_LEAF);
			assert_int_equal(c->script.call[1].of, PT_PMD);
			assert_int_equal(c->script.call[1].kind, PT_TABLE);
			mm_assert_call(&c->script, 2, PT_PTE,
				       mm_page_of(m, 1, 1),
				       mm_page_of(m, 1, 2) - 1);
		}
		mm_close(state);
	}
}

/* What is mapped inside a hole's callback is walked. */
static void page_mapped_inside_a_hole_is_visited(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c = mm_changer_new(m, 1, mm_make_page);

		assert_int_equal(mm_change_walk(c, mm_page_of(m, 2, 0),
						mm_page_of(m, 2, 2) - 1,
						&mm_change_low),
				 0);
		assert_int_equal(c->script.count, 4);
		assert_int_equal(c->script.call[0].of, MM_HOLE);
		assert_int_equal(c->script.call[1].of, PT_PMD);
		mm_assert_call(&c->script, 2, PT_PTE, mm_page_of(m, 2, 0),
			       mm_page_of(m, 2, 1) - 1);
		assert_int_equal(c->script.call[2].kind, PT_LEAF);
		assert_int_equal(c->script.call[3].kind, PT_NONE);
		mm_close(state);
	}
}

/* A table that is released inside a callback of its own entries is a hole. */
static void table_freed_while_it_is_walked_is_a_hole(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c = mm_changer_new(m, 3, mm_make_free_all);
		uint64_t page = mm_page(m), last = mm_unit(m, 1) - 1;

		mm_map_full(m);
		assert_int_equal(
			mm_change_walk(c, m->base, last, &mm_change_page), 0);
		assert_int_equal(m->arena.live_count, 1);
		assert_int_equal(c->script.count, 4);
		mm_assert_call(&c->script, 3, MM_HOLE, m->base + 2 * page,
			       last);
		mm_close(state);
	}
}

/* Every re-evaluation counts: what changes each time ends with -EAGAIN. */
static void endless_changes_end_with_eagain(void **state)
{
	static const uint32_t flags[] = { 0, WALK_AGAIN_ALIAS };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		mm_map_full(m);
		for (unsigned k = 0; k < 2; k++) {
			/* In the pmd's callback, a page's, and a hole's. */
			struct mm_changer *c =
				mm_changer_new(m, 1, mm_make_nothing);
			uint64_t page = mm_page(m);

			m->space.walk_flags = flags[k];
			c->times = UINT32_MAX;
			assert_int_equal(mm_change_walk(c, m->base,
							m->base + page - 1,
							&mm_change_low),
					 -EAGAIN);
			assert_int_equal(c->script.count,
					 PT_WALK_AGAIN_LIMIT + 1);
			c = mm_changer_new(m, 3, mm_make_nothing);
			c->times = UINT32_MAX;
			assert_int_equal(mm_change_walk(c, m->base,
							m->base + 2 * page - 1,
							&mm_change_low),
					 -EAGAIN);
			assert_int_equal(c->script.count,
					 2 + PT_WALK_AGAIN_LIMIT + 1);
			c = mm_changer_new(m, 1, mm_make_nothing);
			c->times = UINT32_MAX;
			assert_int_equal(mm_change_walk(c, mm_unit(m, 2),
							mm_page_of(m, 2, 1) - 1,
							&mm_change_low),
					 -EAGAIN);
			assert_int_equal(mm_calls_of(&c->script, MM_HOLE),
					 PT_WALK_AGAIN_LIMIT + 1);
		}
		mm_close(state);
	}
}

/* A change is one AGAIN among others of the entry. */
static void changes_and_again_count_together(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		static const unsigned of[] = { PT_PMD, PT_PTE };

		mm_map_full(m);
		for (unsigned k = 0; k < 2; k++) {
			struct mm_changer *c =
				mm_changer_new(m, 3 + k, mm_make_nothing);

			c->times = 2;
			c->script.act_of = of[k];
			c->script.act_count = UINT32_MAX;
			c->script.action = PT_WALK_AGAIN;
			assert_int_equal(mm_change_walk(c, m->base,
							mm_page_of(m, 0, 1) - 1,
							&mm_change_low),
					 -EAGAIN);
			assert_int_equal(mm_calls_of(&c->script, of[k]),
					 PT_WALK_AGAIN_LIMIT + 1);
		}
		mm_close(state);
	}
}

/* The count starts anew at the next entry: one change at each is fine. */
static void count_of_changes_starts_anew_at_the_next_entry(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c = mm_changer_new(m, 1, mm_make_nothing);
		uint64_t page = mm_page(m);

		mm_map_full(m);
		/* Eight at the first page, eight at the second. */
		c->times = 2 * PT_WALK_AGAIN_LIMIT;
		assert_int_equal(mm_change_walk(c, m->base, m->base + page - 1,
						&mm_change_page),
				 -EAGAIN);
		c = mm_changer_new(m, 1, mm_make_nothing);
		c->times = PT_WALK_AGAIN_LIMIT;
		assert_int_equal(mm_change_walk(c, m->base,
						m->base + 2 * page - 1,
						&mm_change_page),
				 0);
		assert_int_equal(c->script.count, PT_WALK_AGAIN_LIMIT + 2);
		mm_close(state);
	}
}

static void make_back_and_forth(struct mm_changer *c)
{
	struct pt_space *s = &c->m->space;

	/* A table now: a block next; a block now: a table next. */
	if (pt_collapse(s, c->m->base, PT_PMD, 0))
		assert_int_equal(pt_split(s, c->m->base, PT_PMD), 0);
}

/* Entries of several depths at one address share the limit of changes. */
static void changes_at_one_address_are_limited(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c =
			mm_changer_new(m, 2, make_back_and_forth);

		if (mm_has_leaf(m, PT_PMD)) {
			mm_map_full(m);
			c->times = UINT32_MAX;
			assert_int_equal(mm_change_walk(c, m->base,
							mm_page_of(m, 0, 1) - 1,
							&mm_change_low),
					 -EAGAIN);
			assert_int_equal(c->script.count,
					 1 + PT_WALK_AGAIN_LIMIT + 1);
			assert_true(mm_calls_of(&c->script, PT_PTE) > 0);
			assert_true(mm_calls_of(&c->script, PT_PMD) > 1);
		}
		mm_close(state);
	}
}

/* With WALK_AGAIN_ALIAS too the first alias comes first. */
static void first_alias_comes_first_under_again_alias(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const unsigned aliases = m->f->top + 1u;
		struct mm_changer *c =
			mm_changer_new(m, aliases, mm_make_nothing);

		m->space.walk_flags = WALK_AGAIN_ALIAS;
		mm_map_full(m);
		assert_int_equal(mm_change_walk(c, m->base,
						mm_page_of(m, 0, 1) - 1,
						&mm_change_all),
				 0);
		assert_int_equal(c->script.count, aliases + PT_DEPTHS);
		assert_int_equal(c->script.call[aliases].of, PT_PGD);
		mm_close(state);
	}
}

/* bad stands for the entry callbacks here too. */
static void change_inside_bad_is_one(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct mm_changer *c = mm_changer_new(m, 1, mm_make_nothing);
		struct pt_walk_ops ops = mm_change_all;
		uint8_t saved[8];

		ops.bad = mm_change_on_bad;
		if (!m->base && mm_plant_bad(m, saved)) {
			assert_int_equal(
				mm_change_walk(c, 0, mm_page(m) - 1, &ops), 0);
			assert_int_equal(c->script.count, 2);
			assert_int_equal(mm_calls_of(&c->script, MM_BAD), 2);
			mm_unplant(m, saved);
		}
		mm_close(state);
	}
}

/*
 * Over VMAs the walk goes on to the end of the VMA, and then to the next one;
 * what became a block again is divided again.
 */
static void walk_over_vmas_goes_on_in_the_vma(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma[2] = {
			mm_vma(m, 1, 4, OP_VMA_PLAIN),
			mm_vma(m, 6, 1, OP_VMA_PLAIN),
		};
		struct pt_walk_ops ops = mm_change_low;
		/* pre, pmd, two pages. */
		struct mm_changer *c = mm_changer_new(m, 4, mm_make_collapse);
		const struct mm_script *s = &c->script;
		uint64_t page = mm_page(m);

		ops.pre_vma = mm_on_pre;
		ops.post_vma = mm_on_post;
		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, m->base, 1, mm_pa(m), MM_RW, PT_PMD, 0);
			mm_set_vmas(m, vma, 2);
			assert_int_equal(pt_walk_vmas(&m->space, vma[0].start,
						      vma[1].last, &ops, c),
					 0);
			assert_int_equal(s->count, 4 + 4 + 1 + 1 + 4);
			assert_int_equal(mm_assert_call(s, 4, PT_PMD,
							m->base + 2 * page,
							vma[0].last)
						 ->kind,
					 PT_LEAF);
			mm_assert_call(s, 5, PT_PTE, m->base + 2 * page,
				       m->base + 3 * page - 1);
			mm_assert_call(s, 8, MM_POST, vma[0].start,
				       vma[0].last);
			mm_assert_call(s, 9, MM_HOLE, m->base + 5 * page,
				       vma[1].start - 1);
			assert_int_equal(mm_calls_of(s, MM_PRE), 2);
			assert_int_equal(mm_calls_of(s, MM_POST), 2);
			mm_assert_call(s, 12, PT_PTE, vma[1].start,
				       vma[1].last);
		}
		mm_close(state);
	}
}

/* What no table was read for is not evaluated again: there is no entry. */
static void change_in_a_gap_or_hugetlb_page_goes_on_behind(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned pages = mm_entries(m, PT_PTE);
		struct pt_vma vma = mm_vma(m, pages, 2 * pages, OP_VMA_HUGETLB);
		struct mm_changer *c = mm_changer_new(m, 1, mm_make_unmap_all);
		struct pt_walk_ops ops = mm_change_all;

		vma.huge_depth = PT_PMD;
		ops.hugetlb_entry = mm_change_on_hugetlb;
		c->times = UINT32_MAX;
		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, mm_unit(m, 1), 2, mm_pa(m), MM_RW, PT_PMD, 0);
			mm_set_vmas(m, &vma, 1);
			assert_int_equal(pt_walk_vmas(&m->space, m->base,
						      mm_unit(m, 4) - 1, &ops,
						      c),
					 0);
			assert_int_equal(c->script.count, 4);
			mm_assert_hole(&c->script, 0, m->base, vma.start - 1,
				       PT_DEPTH_UNKNOWN);
			/* Emptied by then. */
			assert_int_equal(c->script.call[1].of, MM_HUGETLB);
			assert_int_equal(c->script.call[1].kind, PT_NONE);
			mm_assert_hole(&c->script, 3, mm_unit(m, 3),
				       mm_unit(m, 4) - 1, PT_DEPTH_UNKNOWN);
		}
		mm_close(state);
	}
}

/* What was supplied along with a change is not stored: it is asked for anew. */
static void install_is_asked_again_after_a_change(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_vma vma = mm_vma(m, 0, 3, OP_VMA_PLAIN);
		struct mm_changer *c = mm_changer_new(m, 2, mm_make_free_all);
		struct pt_walk_ops ops = { .install_pte =
						   mm_change_on_install };
		uint64_t page = mm_page(m), pa = mm_pa(m);

		mm_set_vmas(m, &vma, 1);
		assert_int_equal(pt_walk_install(&m->space, vma.start, vma.last,
						 &ops, c),
				 0);
		assert_int_equal(c->script.count, 4);
		/* The first was installed, and then was released. */
		mm_assert_kind(m, m->base, PT_NONE, PT_PTE);
		mm_assert_leaf(m, m->base + page, PT_PTE, 0, pa + 2 * page,
			       MM_RW);
		mm_assert_leaf(m, m->base + 2 * page, PT_PTE, 0, pa + 3 * page,
			       MM_RW);
		/* Over again, each time: it ends, and stores nothing. */
		mm_clear_units(m);
		c = mm_changer_new(m, 1, mm_make_free_all);
		c->times = UINT32_MAX;
		assert_int_equal(pt_walk_install(&m->space, vma.start, vma.last,
						 &ops, c),
				 -EAGAIN);
		assert_int_equal(c->script.count, PT_WALK_AGAIN_LIMIT + 1);
		mm_assert_kind(m, m->base, PT_NONE, m->f->top);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(operations_are_changes_whatever_they_return),
		TEST(what_only_looks_is_no_change),
		TEST(own_splits_and_installs_are_no_changes),
		TEST(touch_inside_a_callback_is_no_change),
		TEST(other_walks_are_no_changes),
		TEST(walk_goes_on_as_one_that_begins_there),
		TEST(walk_goes_on_there_under_all_flags),
		TEST(action_of_a_changing_callback_is_ignored),
		TEST(value_of_a_changing_callback_ends_the_walk),
		TEST(pages_ahead_are_seen_as_they_are_then),
		TEST(collapse_under_a_page_ends_at_the_block),
		TEST(split_inside_a_callback_is_descended),
		TEST(page_mapped_inside_a_hole_is_visited),
		TEST(table_freed_while_it_is_walked_is_a_hole),
		TEST(endless_changes_end_with_eagain),
		TEST(changes_and_again_count_together),
		TEST(count_of_changes_starts_anew_at_the_next_entry),
		TEST(changes_at_one_address_are_limited),
		TEST(first_alias_comes_first_under_again_alias),
		TEST(change_inside_bad_is_one),
		TEST(walk_over_vmas_goes_on_in_the_vma),
		TEST(change_in_a_gap_or_hugetlb_page_goes_on_behind),
		TEST(install_is_asked_again_after_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
