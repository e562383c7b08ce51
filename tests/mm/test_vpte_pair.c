/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two spaces side by side: include/tablewalk/vpte_pair.h.  Every format is
 * paired with itself and with every third of the others.
 *
 * What is right is asked of pt_translate(), address by address.
 */
#include "mm_raw.h"

#include <errno.h>

#include <tablewalk/check.h>
#include <tablewalk/vpte_pair.h>

/* Blocks up to this are mapped: in the other format they may become pages. */
#define BLOCK_MAX UINT64_C(0x400000)

struct two {
	void *state[2];
	struct mm *from, *to;
	uint64_t page, small;		/* of from, and of to: not larger */
	uint64_t bytes;			/* of the range, whole pages of both */
	uint32_t attrs;			/* with W; both have them, with W or not */
};

/* Readable and writable pages that both formats can have, without W too. */
static bool choose_attrs(struct two *t)
{
	static const uint32_t some[] = {
		MM_RW, MM_RW | PT_X, PT_R | PT_W, PT_R | PT_W | PT_X,
	};

	for (unsigned i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		const struct pt_level *a = &t->from->f->level[PT_PTE];
		const struct pt_level *b = &t->to->f->level[PT_PTE];
		uint32_t ro = some[i] & ~PT_W;

		t->attrs = some[i];
		if (pt_attrs_representable(a, some[i]) &&
		    pt_attrs_representable(b, some[i]) &&
		    pt_attrs_representable(a, ro) &&
		    pt_attrs_representable(b, ro))
			return true;
	}
	return false;
}

/*
 * False where the pair has no room for a test, or to's pages are larger: what is
 * in one of from's cannot be in one of them.
 */
static bool open_two(struct two *t, const struct pt_format *f,
		     const struct pt_format *g)
{
	uint64_t span;

	if (!mm_fits(f) || !mm_fits(g))
		return false;
	t->from = mm_open_format(&t->state[0], f, 0);
	t->to = mm_open_format(&t->state[1], g, 0);
	if (!t->from || !t->to)
		return false;
	t->page = mm_page(t->from);
	t->small = mm_page(t->to);
	if (t->small > t->page)
		return false;
	t->bytes = 24 * t->page;
	span = pt_span(f, mm_block_depth(t->from));
	if (mm_block_depth(t->from) != PT_PTE && span <= BLOCK_MAX &&
	    2 * span <= t->from->bytes && 2 * span <= t->to->bytes)
		t->bytes = 2 * span > t->bytes ? 2 * span : t->bytes;
	return t->bytes <= t->from->bytes && t->bytes <= t->to->bytes &&
	       choose_attrs(t);
}

static void close_two(struct two *t)
{
	for (unsigned i = 0; i < 2; i++)
		if (t->state[i])
			mm_discard(&t->state[i]);
}

/*
 * Pages with holes, one without W, a block or more pages behind them, and a
 * group where there is one.
 */
static void fill_from(struct two *t)
{
	struct mm *m = t->from;
	uint64_t page = mm_page(m), va = m->base;
	unsigned block = mm_block_depth(m);
	unsigned order = mm_order(m, PT_PTE);
	uint64_t unit, behind;

	mm_map(m, va, 3, 16 * page, t->attrs, PT_PTE, 0);
	mm_map(m, va + 5 * page, 1, 7 * page, t->attrs & ~PT_W, PT_PTE, 0);
	unit = page << order;
	behind = unit < 8 * page ? 8 * page : unit;
	if (order && behind + unit <= t->bytes / 2)
		mm_map(m, va + behind, 1u << order, unit, t->attrs, PT_PTE,
		       order);
	if (block != PT_PTE && 2 * pt_span(m->f, block) == t->bytes)
		mm_map(m, va + pt_span(m->f, block), 1, pt_span(m->f, block),
		       t->attrs, block, 0);
}

/* An empty table in the middle of to: its holes are small. */
static void fill_to(struct two *t)
{
	struct mm *m = t->to;
	uint64_t va = m->base + t->bytes / 2;

	mm_map(m, va, 1, 0, t->attrs, PT_PTE, 0);
	assert_int_equal(pt_unmap(&m->space, va, va + mm_page(m) - 1), 0);
}

static struct pt_lookup look(struct mm *m, uint64_t va)
{
	struct pt_lookup found;

	assert_int_equal(pt_translate(&m->space, va, &found), 0);
	return found;
}

/* Whether to has at offset what from has, without the rights in clear. */
static bool alike(struct two *t, uint64_t offset, uint32_t clear)
{
	struct pt_lookup a = look(t->from, t->from->base + offset);
	struct pt_lookup b = look(t->to, t->to->base + offset);

	if (a.kind != b.kind)
		return false;
	return a.kind == PT_NONE ||
	       (a.pa == b.pa && (a.attrs & ~clear) == b.attrs);
}

/*
 * Copies all; whether stretches followed each other, none reached beyond an item
 * of either side, and all is alike at the end.
 */
static bool copies(struct two *t, uint32_t clear)
{
	struct mm *m = t->from;
	uint64_t at = 0;
	struct pt_pair pair;

	assert_int_equal(pt_iterate_pair(&pair, &m->space, &t->to->space,
					 m->base, m->base + t->bytes - 1,
					 t->to->base), 0);
	while (pt_pair_next(&pair)) {
		const struct pt_item *a = &pair.stretch.from;
		const struct pt_item *b = &pair.stretch.to;

		if (a->start != m->base + at || b->start != t->to->base + at ||
		    a->last - a->start != b->last - b->start ||
		    a->last > pair.from.item.last ||
		    b->last > pair.to.item.last)
			return false;
		at += a->last - a->start + 1;
		if (pt_pair_copy(&pair, clear))
			return false;
	}
	if (at != t->bytes)
		return false;
	for (uint64_t offset = 0; offset < t->bytes; offset += t->small)
		if (!alike(t, offset, clear))
			return false;
	return true;
}

static bool property(const struct pt_format *f, const struct pt_format *g,
		     bool *tried)
{
	struct two t = { { NULL, NULL }, NULL, NULL, 0, 0, 0, 0 };
	bool right = true;

	*tried = open_two(&t, f, g);
	if (*tried) {
		fill_from(&t);
		fill_to(&t);
		right = copies(&t, PT_W);
	}
	close_two(&t);
	return right;
}

/* What is copied is alike, whatever the leaf sizes of both sides. */
static void copies_lead_to_the_same_pages(void **state)
{
	unsigned pairs = 0;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++)
		for (unsigned k = i % 3; k < pt_format_count; k += 3) {
			bool tried;

			if (!property(pt_formats[i], pt_formats[k], &tried))
				fail_msg("from %s to %s", pt_formats[i]->name,
					 pt_formats[k]->name);
			pairs += tried;
		}
	print_message("%u pairs of formats\n", pairs);
	assert_true(pairs > pt_format_count * pt_format_count / 9);
}

/* Each defect of pairs is noticed by that. */
static void defects_of_pairs_are_noticed(void **state)
{
	(void)state;
	for (unsigned id = MUTANT_PAIR_FOLLOWS_FROM;
	     id <= MUTANT_PAIR_KEEPS_WRITABLE; id++) {
		unsigned noticed = 0;

		mutant_selected = (enum mutant_id)id;
		for (unsigned i = 0; i < pt_format_count; i++) {
			unsigned k = (i + 7) % pt_format_count;
			bool tried;

			noticed += !property(pt_formats[i], pt_formats[i],
					     &tried);
			noticed += !property(pt_formats[i], pt_formats[k],
					     &tried);
		}
		mutant_selected = MUTANT_OFF;
		if (!noticed)
			fail_msg("defect number %u is not noticed", id);
	}
}

/* A page of to in the way is not overwritten, and what is before it is copied. */
static void what_is_there_stays(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), last = m->base + 4 * page - 1;
		struct pt_space to;
		struct pt_pair pair;
		int ret = 0;

		assert_int_equal(pt_space_init(&to, m->f, &m->env,
					       m->space.number,
					       m->f->pa_bits), 0);
		mm_map(m, m->base, 4, 4 * page, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_map(&to, m->base + 2 * page,
					m->base + 3 * page - 1, page, MM_RO,
					PT_PTE, 0), 0);
		assert_int_equal(pt_iterate_pair(&pair, &m->space, &to,
						 m->base, last, m->base), 0);
		assert_int_equal(pt_pair_copy(&pair, 0), -EINVAL);
		while (!ret && pt_pair_next(&pair))
			ret = pt_pair_copy(&pair, 0);
		assert_int_equal(ret, -EEXIST);
		assert_int_equal(pair.stretch.to.start, m->base + 2 * page);
		for (unsigned k = 0; k < 4; k++) {
			static const uint64_t pages[] = { 4, 5, 1, 0 };
			struct pt_lookup found;

			assert_int_equal(pt_translate(&to, m->base + k * page,
						      &found), 0);
			assert_int_equal(found.kind,
					 k == 3 ? PT_NONE : PT_LEAF);
			assert_int_equal(found.pa, pages[k] * page);
		}
		pt_space_destroy(&to);
		mm_close(state);
	}
}

/* Ranges that wrap, or that a side refuses, are refused and iterate nothing. */
static void bad_ranges_are_refused(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct pt_pair pair;

		assert_int_equal(pt_iterate_pair(&pair, &m->space, &m->space,
						 va, va + 4 * page - 1,
						 UINT64_MAX - page + 1),
				 -EINVAL);
		assert_false(pt_pair_next(&pair));
		assert_int_equal(pt_pair_copy(&pair, 0), -EINVAL);
		assert_int_equal(pt_iterate_pair(&pair, &m->space, &m->space,
						 va + page, va + page - 1, va), -EINVAL);
		assert_int_equal(pt_iterate_pair(&pair, &m->space, &m->space,
						 va, va + page - 1, va + 1),
				 -EINVAL);
		assert_false(pt_pair_next(&pair));
		mm_close(state);
	}
}

/* A refused table leaves the prefix, and nothing but it. */
static void a_refused_table_leaves_the_prefix(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m);
		struct pt_space to;
		struct pt_pair pair;
		struct pt_lookup found;

		assert_int_equal(pt_space_init(&to, m->f, &m->env,
					       m->space.number,
					       m->f->pa_bits), 0);
		mm_map(m, m->base, 2, 4 * page, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_iterate_pair(&pair, &m->space, &to,
						 m->base,
						 m->base + 2 * page - 1,
						 m->base), 0);
		assert_true(pt_pair_next(&pair));
		m->arena.fail_in = 1;
		assert_int_equal(pt_pair_copy(&pair, 0), -ENOMEM);
		assert_int_equal(pt_translate(&to, m->base, &found), 0);
		assert_int_equal(found.kind, PT_NONE);
		/* Tried again, it succeeds. */
		assert_int_equal(pt_pair_copy(&pair, 0), 0);
		assert_true(pt_pair_next(&pair));
		assert_int_equal(pt_pair_copy(&pair, 0), 0);
		assert_false(pt_pair_next(&pair));
		pt_space_destroy(&to);
		mm_close(state);
	}
}

/* Software entries are copied page by page. */
static void swap_entries_and_markers_are_copied(void **state)
{
	static const enum pt_kind kinds[] = {
		PT_SWAP, PT_MIGRATION, PT_MARKER,
	};
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		for (unsigned k = 0; k < 3; k++) {
			uint64_t page = mm_page(m);
			struct pt_space to;
			struct pt_pair pair;
			struct pt_lookup a, b;

			if (pt_setkind(&m->space, m->base + k * page, PT_PTE,
				       kinds[k], 3 * page))
				continue;
			assert_int_equal(pt_space_init(&to, m->f, &m->env,
						       m->space.number,
						       m->f->pa_bits), 0);
			assert_int_equal(pt_iterate_pair(
				&pair, &m->space, &to, m->base + k * page,
				m->base + (k + 1) * page - 1,
				m->base + k * page), 0);
			assert_true(pt_pair_next(&pair));
			assert_int_equal(pt_pair_copy(&pair, 0), 0);
			assert_int_equal(pt_translate(&m->space,
						      m->base + k * page, &a),
					 0);
			assert_int_equal(pt_translate(&to, m->base + k * page,
						      &b), 0);
			assert_int_equal(a.kind, b.kind);
			assert_int_equal(a.pa, b.pa);
			pt_space_destroy(&to);
		}
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_lead_to_the_same_pages),
		cmocka_unit_test(defects_of_pairs_are_noticed),
		TEST(what_is_there_stays),
		TEST(bad_ranges_are_refused),
		TEST(a_refused_table_leaves_the_prefix),
		TEST(swap_entries_and_markers_are_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
