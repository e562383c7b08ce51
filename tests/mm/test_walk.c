/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The walker: include/tablewalk/walk.h, rules of docs/walker-rules.md.
 */
#include "mm_fixture.h"

#include <errno.h>
#include <string.h>

#include <tablewalk/walk.h>

#define CALLS 8192
#define HOLE 5				/* what a call is of, besides depths */
#define BAD 6

struct call {
	uint64_t start, last, pa;
	uint32_t attrs;
	int of;				/* depth of the callback, HOLE or BAD */
	int depth;			/* as reported */
	unsigned real_depth, kind, order;
};

/* What the callbacks do, and what they saw. */
struct script {
	struct call call[CALLS];
	unsigned count;
	unsigned stop_at;		/* call number, from 1; 0 never */
	int stop_value;
	int act_depth;			/* callbacks of this one set action */
	enum pt_walk_action action;
	unsigned act_count;		/* how often at most */
	const struct pt_space *space;
};

static int step(struct script *script, const struct call *call)
{
	assert_true(script->count < CALLS);
	script->call[script->count++] = *call;
	return script->count == script->stop_at ? script->stop_value : 0;
}

static int on_entry(const struct pt_visit *visit, struct pt_walk *walk, int of)
{
	struct script *script = walk->context;
	const struct call call = {
		.start = visit->start, .last = visit->last, .pa = visit->pa,
		.attrs = visit->attrs, .of = of, .depth = visit->depth,
		.real_depth = visit->real_depth, .kind = visit->kind,
		.order = visit->order,
	};

	assert_ptr_equal(walk->space, script->space);
	assert_int_equal(walk->action, PT_WALK_SUBTREE);
	if (of == script->act_depth && script->act_count) {
		script->act_count--;
		walk->action = script->action;
	}
	return step(script, &call);
}

static int on_pgd(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_PGD);
}

static int on_p4d(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_P4D);
}

static int on_pud(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_PUD);
}

static int on_pmd(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_PMD);
}

static int on_pte(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_PTE);
}

static int on_bad(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, BAD);
}

static int on_hole(uint64_t start, uint64_t last, int depth,
		   struct pt_walk *walk)
{
	struct script *script = walk->context;
	const struct call call = { .start = start, .last = last, .of = HOLE,
				   .depth = depth };

	/* Not looked at: this must not make the walker come back. */
	walk->action = PT_WALK_AGAIN;
	return step(script, &call);
}

static const struct pt_walk_ops all_ops = {
	.pgd_entry = on_pgd, .p4d_entry = on_p4d, .pud_entry = on_pud,
	.pmd_entry = on_pmd, .pte_entry = on_pte, .pte_hole = on_hole,
};

static struct script *fresh_script(struct mm *m)
{
	static struct script script;

	memset(&script, 0, sizeof(script));
	script.act_depth = PT_DEPTH_UNKNOWN;
	script.space = &m->space;
	return &script;
}

static int walk_pages(struct mm *m, struct script *script, uint64_t va,
		      uint64_t pages, const struct pt_walk_ops *ops)
{
	return pt_walk_inclusive(&m->space, va, va + pages * mm_page(m) - 1,
				 ops, script);
}

/*
 * R15, R17, R29, R42: pre-order, without a VMA; the root's entry has a callback per folded depth;
 * every page is visited, empty ones too, clipped to the range.
 */
static void callbacks_come_in_pre_order(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base + page;
		uint32_t attrs = mm_rich_attrs(m);
		struct script *script = fresh_script(m);
		const struct call *call = script->call;

		mm_map(m, va, 1, mm_pa(m), attrs, PT_PTE, 0);
		assert_int_equal(walk_pages(m, script, va, 2, &all_ops), 0);
		assert_int_equal(script->count, PT_PTE + 2);
		for (int depth = PT_PGD; depth < PT_PTE; depth++, call++) {
			unsigned real = depth < m->f->top ? m->f->top :
							    (unsigned)depth;

			assert_int_equal(call->of, depth);
			assert_int_equal(call->depth, depth);
			assert_int_equal(call->real_depth, real);
			assert_int_equal(call->kind, PT_TABLE);
			assert_int_equal(call->pa, 0);
			assert_int_equal(call->start, va);
			assert_int_equal(call->last, va + 2 * page - 1);
		}
		assert_int_equal(call->kind, PT_LEAF);
		assert_int_equal(call->pa, mm_pa(m));
		assert_int_equal(call->attrs, attrs);
		assert_int_equal(call->start, va);
		assert_int_equal(call->last, va + page - 1);
		call++;
		assert_int_equal(call->kind, PT_NONE);
		assert_int_equal(call->of, PT_PTE);
		assert_int_equal(call->start, va + page);
		assert_int_equal(call->pa | call->attrs, 0);
		mm_close(state);
	}
}

/* R8, R18: a hole per empty entry, never merged; the root's counts as pgd. */
static void holes_are_reported_one_by_one(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint64_t span = pt_span(m->f, m->f->top);
		struct script *script = fresh_script(m);

		assert_int_equal(pt_walk_inclusive(&m->space,
						   m->base + span - page,
						   m->base + span + page - 1,
						   &all_ops, script), 0);
		assert_int_equal(script->count, 2);
		assert_int_equal(script->call[0].of, HOLE);
		assert_int_equal(script->call[0].depth, PT_PGD);
		assert_int_equal(script->call[0].start, m->base + span - page);
		assert_int_equal(script->call[0].last, m->base + span - 1);
		assert_int_equal(script->call[1].last,
				 m->base + span + page - 1);
		mm_close(state);
	}
}

/* R19: an empty entry is passed by where nobody asked for holes. */
static void hole_without_a_callback_is_nothing(void **state)
{
	static const struct pt_walk_ops entries_only = {
		.pgd_entry = on_pgd, .p4d_entry = on_p4d, .pud_entry = on_pud,
		.pmd_entry = on_pmd, .pte_entry = on_pte,
	};
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct script *script = fresh_script(m);

		assert_int_equal(pt_walk_inclusive(&m->space, m->base,
						   m->base + (m->bytes - 1),
						   &entries_only, script), 0);
		assert_int_equal(script->count, 0);
		mm_close(state);
	}
}

/* R18: a hole below the root has the depth of its own entry. */
static void hole_depth_is_that_of_the_entry(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct script *script = fresh_script(m);
		const struct pt_walk_ops ops = { .pte_entry = on_pte,
						 .pte_hole = on_hole };

		if (m->f->top < PT_PMD) {
			uint64_t span = pt_span(m->f, PT_PMD);

			mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
			assert_int_equal(walk_pages(m, script, va + span, 1,
						    &ops), 0);
			assert_int_equal(script->count, 1);
			assert_int_equal(script->call[0].depth, PT_PMD);
			assert_int_equal(script->call[0].last,
					 va + span + page - 1);
		}
		mm_close(state);
	}
}

/* R23: no table is read that no deeper callback asks for. */
static void tables_nobody_asks_for_are_not_read(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_walk_ops hole = { .pte_hole = on_hole };
		const struct pt_walk_ops pgd = { .pgd_entry = on_pgd,
						 .pte_hole = on_hole };
		const struct pt_walk_ops nothing = { 0 };
		uint64_t pages = mm_entries(m, PT_PTE);
		struct script *script = fresh_script(m);

		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(walk_pages(m, script, m->base, pages, &hole),
				 0);
		assert_int_equal(walk_pages(m, script, m->base, pages,
					    &nothing), 0);
		assert_int_equal(script->count, 0);
		assert_int_equal(walk_pages(m, script, m->base, pages, &pgd),
				 0);
		assert_int_equal(script->count, 1);
		mm_close(state);
	}
}

/* R16, R24: a block is visited, clipped, with the address of the clipped part. */
static void block_is_visited_once_with_its_offset(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base, pa = mm_pa(m);
		struct script *script = fresh_script(m);
		const struct pt_walk_ops ops = { .pmd_entry = on_pmd,
						 .pte_entry = on_pte };

		if (mm_has_leaf(m, PT_PMD)) {
			mm_map(m, va, 1, pa, MM_RW, PT_PMD, 0);
			assert_int_equal(walk_pages(m, script, va + 3 * page,
						    2, &ops), 0);
			assert_int_equal(script->count, 1);
			assert_int_equal(script->call[0].kind, PT_LEAF);
			assert_int_equal(script->call[0].pa, pa + 3 * page);
			assert_int_equal(script->call[0].start, va + 3 * page);
			assert_int_equal(script->call[0].last,
					 va + 5 * page - 1);
			assert_int_equal(script->call[0].attrs, MM_RW);
		}
		mm_close(state);
	}
}

/* Members of a group are visited one by one, with the group's order. */
static void group_members_carry_the_order(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned order = mm_order(m, PT_PTE);
		struct script *script = fresh_script(m);
		const struct pt_walk_ops ops = { .pte_entry = on_pte };

		if (order) {
			mm_map(m, m->base, 1u << order, 0, MM_RW, PT_PTE,
			       order);
			mm_map(m, m->base + (mm_page(m) << order), 1, 0, MM_RW,
			       PT_PTE, 0);
			walk_pages(m, script, m->base, (1u << order) + 1,
				   &ops);
			assert_int_equal(script->count, (1u << order) + 1);
			for (unsigned k = 0; k < 1u << order; k++) {
				assert_int_equal(script->call[k].order, order);
				assert_int_equal(script->call[k].pa,
						 k * mm_page(m));
			}
			assert_int_equal(script->call[1u << order].order, 0);
		}
		mm_close(state);
	}
}

/* Neighbours of every kind in one table are told apart. */
static void kinds_in_one_table_are_told_apart(void **state)
{
	static const enum pt_kind kinds[] = { PT_PROTNONE, PT_SWAP,
					      PT_MIGRATION, PT_MARKER };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct script *script = fresh_script(m);
		const struct pt_walk_ops ops = { .pte_entry = on_pte };

		mm_map(m, va, 6, 0, MM_RW, PT_PTE, 0);
		pt_protect(&m->space, va + page, va + 2 * page - 1, MM_RO);
		for (unsigned k = 0; k < 4; k++)
			pt_setkind(&m->space, va + (2 + k) * page, PT_PTE,
				   kinds[k], 9 * page);
		assert_int_equal(walk_pages(m, script, va, 7, &ops), 0);
		assert_int_equal(script->count, 7);
		for (unsigned k = 0; k < 7; k++) {
			struct pt_lookup found = mm_look(m, va + k * page);

			assert_int_equal(script->call[k].kind, found.kind);
			assert_int_equal(script->call[k].pa, found.pa);
			assert_int_equal(script->call[k].attrs, found.attrs);
		}
		mm_close(state);
	}
}

/* The attrs of a table are the rights its pointer entry takes away. */
static void table_visit_shows_the_removed_rights(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct script *script = fresh_script(m);
		const struct pt_walk_ops ops = { .pmd_entry = on_pmd };

		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		if (!pt_restrict(&m->space, m->base, PT_PMD, PT_W)) {
			walk_pages(m, script, m->base, 1, &ops);
			assert_int_equal(script->count, 1);
			assert_int_equal(script->call[0].attrs, PT_W);
		}
		mm_close(state);
	}
}

/* R22: CONTINUE at any depth skips the rest of the entry. */
static void continue_skips_aliases_and_subtree(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		for (int depth = PT_PGD; depth < PT_PTE; depth++) {
			struct script *script = fresh_script(m);

			script->act_depth = depth;
			script->action = PT_WALK_CONTINUE;
			script->act_count = 1;
			assert_int_equal(walk_pages(m, script, m->base, 1,
						    &all_ops), 0);
			assert_int_equal(script->count, depth + 1);
		}
		mm_close(state);
	}
}

/* R22: AGAIN starts over at the first alias of the same entry. */
static void again_evaluates_the_entry_from_its_top(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		mm_map(m, m->base, 2, 0, MM_RW, PT_PTE, 0);
		for (int depth = PT_PGD; depth < PT_DEPTHS; depth++) {
			struct script *script = fresh_script(m);
			unsigned first = depth <= m->f->top ?
						 PT_PGD : (unsigned)depth;
			unsigned repeated = (unsigned)depth - first + 1;

			script->act_depth = depth;
			script->action = PT_WALK_AGAIN;
			script->act_count = 1;
			assert_int_equal(walk_pages(m, script, m->base, 2,
						    &all_ops), 0);
			assert_int_equal(script->count, 6 + repeated);
			assert_int_equal(script->call[depth + 1].of, first);
		}
		mm_close(state);
	}
}

/* R26: eight re-evaluations of one entry are allowed; the count is the entry's. */
static void again_is_bounded_per_entry(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const struct pt_walk_ops ops = { .pte_entry = on_pte };
		const struct pt_walk_ops pmd = { .pmd_entry = on_pmd };
		struct script *script = fresh_script(m);

		mm_map(m, m->base, 2, 0, MM_RW, PT_PTE, 0);
		script->act_depth = PT_PTE;
		script->action = PT_WALK_AGAIN;
		script->act_count = PT_WALK_AGAIN_LIMIT;
		assert_int_equal(walk_pages(m, script, m->base, 2, &ops), 0);
		assert_int_equal(script->count, 2 + PT_WALK_AGAIN_LIMIT);
		script->count = 0;
		script->act_count = PT_WALK_AGAIN_LIMIT + 1;
		assert_int_equal(walk_pages(m, script, m->base, 2, &ops),
				 -EAGAIN);
		assert_int_equal(script->count, 1 + PT_WALK_AGAIN_LIMIT);
		script->count = 0;
		script->act_depth = PT_PMD;
		script->act_count = PT_WALK_AGAIN_LIMIT + 1;
		assert_int_equal(walk_pages(m, script, m->base, 2, &pmd),
				 -EAGAIN);
		assert_int_equal(script->count, 1 + PT_WALK_AGAIN_LIMIT);
		mm_close(state);
	}
}

/* R31: the first value that is not 0 ends the walk and is returned. */
static void first_return_value_ends_the_walk(void **state)
{
	static const int values[] = { -7, 1, 5, -EAGAIN };
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t table = mm_entries(m, PT_PTE);
		/* All callbacks of an entry, two pages, a hole after. */
		unsigned all = PT_PTE + 3;

		mm_map(m, m->base + (table - 2) * mm_page(m), 2, 0, MM_RW,
		       PT_PTE, 0);
		for (unsigned n = 1; n <= all; n++) {
			struct script *script = fresh_script(m);

			script->stop_at = n;
			script->stop_value = values[n % 4];
			assert_int_equal(walk_pages(m, script, m->base +
					(table - 2) * mm_page(m), 3, &all_ops),
					 values[n % 4]);
			assert_int_equal(script->count, n);
		}
		mm_close(state);
	}
}

/* R20: a bad entry is never written: bad is called for it, or -EFAULT. */
static void bad_entry_is_reported_and_kept(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct pt_walk_ops ops = { .pgd_entry = on_pgd,
					   .pte_hole = on_hole };
		struct script *script = fresh_script(m);
		const struct pt_level *l = &m->f->level[m->f->top];
		struct pt_entry bad = { 0 };
		uint8_t *root = pt_memory_at(&m->arena.memory, m->space.root,
					     l->entry_bytes);

		/* A pattern of one byte that the format calls bad. */
		for (unsigned n = 1; n < 256; n++) {
			memset(root, (int)n, l->entry_bytes);
			bad.raw = l->entry_bytes == 4 ?
					  n * UINT64_C(0x1010101) :
					  n * UINT64_C(0x101010101010101);
			if (pt_entry_kind(m->f, m->f->top, bad) == PT_BAD)
				break;
			bad.raw = 0;
		}
		if (bad.raw && !m->base) {
			mm_save(m);
			assert_int_equal(walk_pages(m, script, m->base, 1,
						    &ops), -EFAULT);
			ops.bad = on_bad;
			assert_int_equal(walk_pages(m, script, m->base, 1,
						    &ops), 0);
			assert_int_equal(script->count, 1);
			assert_int_equal(script->call[0].of, BAD);
			assert_int_equal(script->call[0].depth, m->f->top);
			assert_int_equal(script->call[0].kind, PT_BAD);
			script->act_depth = BAD;
			script->action = PT_WALK_AGAIN;
			script->act_count = 100;
			assert_int_equal(walk_pages(m, script, m->base, 1,
						    &ops), -EAGAIN);
			mm_assert_saved(m);
		}
		memcpy(root, m->arena.shadow[0] +
		       (m->space.root - m->arena.memory.window[0].pa),
		       l->entry_bytes);
		mm_close(state);
	}
}

/* R1, R28, R57: refused before any callback, malformed first. */
static void bad_ranges_are_refused_before_any_callback(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base + page;
		uint64_t word = pt_ones(m->f->va_word_bits);
		struct script *script = fresh_script(m);
		struct pt_space *s = &m->space;

		assert_int_equal(pt_walk_inclusive(s, va, va - 1, &all_ops,
						   script), -EINVAL);
		assert_int_equal(pt_walk_inclusive(s, va + 1, va + page - 1,
						   &all_ops, script), -EINVAL);
		assert_int_equal(pt_walk_inclusive(s, va, va + page, &all_ops,
						   script), -EINVAL);
		assert_int_equal(pt_walk_range(s, va, va, &all_ops, script),
				 -EINVAL);
		assert_int_equal(pt_walk_range(s, va + page, va, &all_ops,
					       script), -EINVAL);
		assert_int_equal(pt_walk_range(s, 0, 0, &all_ops, script),
				 -EINVAL);
		if (m->f->va_bits < m->f->va_word_bits) {
			assert_int_equal(pt_walk_inclusive(s, 0, word,
							   &all_ops, script),
					 -ERANGE);
			assert_int_equal(pt_walk_inclusive(s, 1, word,
							   &all_ops, script),
					 -EINVAL);
		}
		assert_int_equal(script->count, 0);
		mm_close(state);
	}
}

/* R28: the last page of the word is visited once; end 0 means the top. */
static void last_page_of_the_word_is_visited_once(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint64_t word = pt_ones(m->f->va_word_bits);
		uint64_t va = word - (page - 1);
		const struct pt_walk_ops ops = { .pte_entry = on_pte };
		struct script *script = fresh_script(m);

		if (m->base + (m->bytes - 1) != word) {
			mm_close(state);
			continue;
		}
		mm_map(m, va - page, 2, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_walk_range(&m->space, va - page, 0, &ops,
					       script), 0);
		assert_int_equal(script->count, 2);
		assert_int_equal(script->call[1].start, va);
		assert_int_equal(script->call[1].last, word);
		script->count = 0;
		assert_int_equal(pt_walk_inclusive(&m->space, va, word, &ops,
						   script), 0);
		assert_int_equal(script->count, 1);
		mm_close(state);
	}
}

/*
 * R27: a walk over all of the range comes back, with every mapping in order and
 * each once.
 */
static void whole_range_is_walked_in_order(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint64_t end = m->base + (m->bytes - 1);
		struct script *script = fresh_script(m);
		uint64_t next = m->base;

		mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
		mm_map(m, m->base + m->bytes / 2, 1, page, MM_RW, PT_PTE, 0);
		mm_map(m, end - (page - 1), 1, 2 * page, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_walk_inclusive(&m->space, m->base, end,
						   &all_ops, script), 0);
		/* Holes, pages and blocks tile the range exactly. */
		for (unsigned k = 0; k < script->count; k++) {
			const struct call *call = &script->call[k];

			if (call->kind == PT_TABLE)
				continue;
			assert_int_equal(call->start, next);
			next = call->last + 1;
		}
		assert_int_equal(next, end + 1);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(callbacks_come_in_pre_order),
		TEST(holes_are_reported_one_by_one),
		TEST(hole_without_a_callback_is_nothing),
		TEST(hole_depth_is_that_of_the_entry),
		TEST(tables_nobody_asks_for_are_not_read),
		TEST(block_is_visited_once_with_its_offset),
		TEST(group_members_carry_the_order),
		TEST(kinds_in_one_table_are_told_apart),
		TEST(table_visit_shows_the_removed_rights),
		TEST(continue_skips_aliases_and_subtree),
		TEST(again_evaluates_the_entry_from_its_top),
		TEST(again_is_bounded_per_entry),
		TEST(first_return_value_ends_the_walk),
		TEST(bad_entry_is_reported_and_kept),
		TEST(bad_ranges_are_refused_before_any_callback),
		TEST(last_page_of_the_word_is_visited_once),
		TEST(whole_range_is_walked_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
