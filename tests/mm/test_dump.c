/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pt_dump_range(): include/tablewalk/ptdump.h, rules R44 to R51 of
 * docs/walker-rules.md.
 */
#include "mm_raw.h"

#include <errno.h>
#include <string.h>

#include <tablewalk/op.h>
#include <tablewalk/ptdump.h>

#define RUNS 64

struct record {
	struct pt_dump dump;
	struct pt_dump_run run[RUNS];
	unsigned count;
	unsigned stop_at;		/* run number, from 1; 0 never */
	int stop_value;
};

static int on_run(void *context, const struct pt_dump_run *run)
{
	struct record *r = context;

	assert_true(r->count < RUNS);
	assert_true(run->start <= run->last);
	if (r->count)
		assert_true(run->start > r->run[r->count - 1].last);
	r->run[r->count++] = *run;
	return r->count == r->stop_at ? r->stop_value : 0;
}

static struct record fresh(uint32_t flags)
{
	return (struct record){ .dump = { .flags = flags, .run = on_run } };
}

static int dump(struct mm *m, struct record *r, uint64_t va, uint64_t last)
{
	r->dump.context = r;
	r->count = 0;
	return pt_dump_range(&m->space, va, last, &r->dump);
}

/* Dumps n pages from va, which must succeed. */
static void dump_pages(struct mm *m, struct record *r, uint64_t va, uint64_t n)
{
	assert_int_equal(dump(m, r, va, va + n * mm_page(m) - 1), 0);
}

static void assert_run(const struct record *r, unsigned i, uint64_t start,
		       uint64_t last, enum pt_kind kind, unsigned depth,
		       uint32_t attrs)
{
	assert_true(i < r->count);
	assert_int_equal(r->run[i].start, start);
	assert_int_equal(r->run[i].last, last);
	assert_string_equal(pt_kind_name(r->run[i].kind), pt_kind_name(kind));
	assert_string_equal(pt_depth_name(r->run[i].depth),
			    pt_depth_name((int)depth));
	assert_int_equal(r->run[i].attrs, attrs);
}

/* Whether table entries of that depth can take the right away. */
static bool can_remove(const struct mm *m, unsigned depth, uint32_t right)
{
	const struct pt_table_layout *t = &m->f->level[depth].table;

	for (unsigned i = 0; i < t->hierarchy_count; i++)
		if (t->hierarchy[i].right == right)
			return true;
	return false;
}

static bool has_rights(const struct mm *m, uint32_t rights)
{
	return m->f->level[PT_PTE].leaf.rights.right[rights].representable;
}

/* R46: neighbours alike are one run, wherever they map to, across tables too. */
static void neighbours_alike_are_one_run(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned n = mm_entries(m, PT_PTE);
		uint64_t page = mm_page(m), va = m->base;
		uint32_t attrs = mm_rich_attrs(m);
		struct record r = fresh(0);

		mm_map(m, va, 2, 7 * page, attrs, PT_PTE, 0);
		mm_map(m, va + 2 * page, n, 3 * page, attrs, PT_PTE, 0);
		dump_pages(m, &r, va, n + 2);
		assert_int_equal(r.count, 1);
		assert_run(&r, 0, va, va + (n + 2) * page - 1, PT_LEAF, PT_PTE,
			   attrs);
		assert_int_equal(r.run[0].removed, 0);
		mm_close(state);
	}
}

/* R46: other rights and other flags end a run. */
static void other_attributes_are_another_run(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base + 3 * page;
		struct record r = fresh(0);

		mm_map(m, va, 2, 0, MM_RW, PT_PTE, 0);
		mm_map(m, va + 2 * page, 1, 2 * page, MM_RO, PT_PTE, 0);
		mm_map(m, va + 3 * page, 1, 3 * page, MM_RO | PT_ACCESSED,
		       PT_PTE, 0);
		mm_map(m, va + 4 * page, 1, 4 * page, MM_RW, PT_PTE, 0);
		dump_pages(m, &r, m->base, 9);
		assert_int_equal(r.count, 4);
		assert_run(&r, 0, va, va + 2 * page - 1, PT_LEAF, PT_PTE,
			   MM_RW);
		assert_run(&r, 1, va + 2 * page, va + 3 * page - 1, PT_LEAF,
			   PT_PTE, MM_RO);
		assert_run(&r, 2, va + 3 * page, va + 4 * page - 1, PT_LEAF,
			   PT_PTE, MM_RO | PT_ACCESSED);
		assert_run(&r, 3, va + 4 * page, va + 5 * page - 1, PT_LEAF,
			   PT_PTE, MM_RW);
		mm_close(state);
	}
}

/* R46: a hole ends a run even where holes are not reported. */
static void hole_ends_a_run_and_is_reported_if_asked(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct record r = fresh(0);

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		mm_map(m, va + 3 * page, 1, 0, MM_RW, PT_PTE, 0);
		dump_pages(m, &r, va, 4);
		assert_int_equal(r.count, 2);
		assert_run(&r, 0, va, va + page - 1, PT_LEAF, PT_PTE, MM_RW);
		assert_run(&r, 1, va + 3 * page, va + 4 * page - 1, PT_LEAF,
			   PT_PTE, MM_RW);
		r = fresh(PT_DUMP_HOLES);
		dump_pages(m, &r, va, 4);
		assert_int_equal(r.count, 3);
		assert_run(&r, 1, va + page, va + 3 * page - 1, PT_NONE,
			   PT_PTE, 0);
		mm_close(state);
	}
}

/* R50: the depth of a run is that of its entries; other depths are other runs. */
static void holes_of_other_depths_are_other_runs(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t table = pt_span(m->f, PT_PMD);
		struct record r = fresh(PT_DUMP_HOLES);

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		/* Folded at run time or not, and whatever a walk is like. */
		m->space.runtime_folded = (uint8_t)(1u << m->f->top);
		m->space.walk_flags = WALK_FLAGS;
		assert_int_equal(dump(m, &r, va, va + 2 * table - 1), 0);
		assert_int_equal(r.count, 3);
		assert_run(&r, 0, va, va + page - 1, PT_LEAF, PT_PTE, MM_RW);
		assert_run(&r, 1, va + page, va + table - 1, PT_NONE, PT_PTE,
			   0);
		assert_run(&r, 2, va + table, va + 2 * table - 1, PT_NONE,
			   PT_PMD, 0);
		/* All of the space: the deepest hole first, the root's last. */
		assert_int_equal(dump(m, &r, va, va + (m->bytes - 1)), 0);
		assert_int_equal(r.count, 2 + PT_PTE - m->f->top);
		assert_int_equal(r.run[r.count - 1].depth, m->f->top);
		assert_int_equal(r.run[r.count - 1].last,
				 va + (m->bytes - 1));
		mm_close(state);
	}
}

/* R46: a block and pages beside it are two runs, though they are alike else. */
static void leaves_of_other_depths_are_other_runs(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t block = pt_span(m->f, PT_PMD), page = mm_page(m);
		uint64_t va = m->base;
		struct record r = fresh(0);

		if (mm_has_leaf(m, PT_PMD) && 3 * block <= m->bytes) {
			mm_map(m, va, 2, 0, MM_RW, PT_PMD, 0);
			mm_map(m, va + 2 * block, 1, 2 * block, MM_RW, PT_PTE,
			       0);
			assert_int_equal(dump(m, &r, va, va + 3 * block - 1),
					 0);
			assert_int_equal(r.count, 2);
			assert_run(&r, 0, va, va + 2 * block - 1, PT_LEAF,
				   PT_PMD, MM_RW);
			assert_run(&r, 1, va + 2 * block,
				   va + 2 * block + page - 1, PT_LEAF, PT_PTE,
				   MM_RW);
		}
		mm_close(state);
	}
}

/* Group orders are not compared: a group and single leaves are one run. */
static void groups_and_single_leaves_are_one_run(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		unsigned depth = mm_group_depth(m);
		unsigned n = depth < PT_DEPTHS ? 1u << mm_order(m, depth) : 0;
		struct record r = fresh(0);

		if (n && 2 * n <= mm_entries(m, depth)) {
			uint64_t span = pt_span(m->f, depth);

			mm_map(m, m->base, n, 0, MM_RW, depth,
			       mm_order(m, depth));
			mm_map(m, m->base + n * span, 1, n * span, MM_RW,
			       depth, 0);
			assert_int_equal(dump(m, &r, m->base,
					      m->base + 2 * n * span - 1), 0);
			assert_int_equal(r.count, 1);
			assert_run(&r, 0, m->base,
				   m->base + (n + 1) * span - 1, PT_LEAF,
				   depth, MM_RW);
		}
		mm_close(state);
	}
}

/* R45: what is not present is a run of its kind; payloads are not compared. */
static void entries_that_are_not_present_are_runs(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct pt_space *s = &m->space;
		struct record r = fresh(0);

		if (!m->f->level[PT_PTE].leaf.protnone.count) {
			mm_close(state);
			continue;
		}
		mm_map(m, va, 1, 0, MM_RO | PT_DIRTY, PT_PTE, 0);
		assert_int_equal(pt_setkind(s, va, PT_PTE, PT_PROTNONE, 0), 0);
		assert_int_equal(pt_setkind(s, va + page, PT_PTE, PT_SWAP,
					    5 * page), 0);
		assert_int_equal(pt_setkind(s, va + 2 * page, PT_PTE, PT_SWAP,
					    2 * page), 0);
		dump_pages(m, &r, va, 4);
		assert_int_equal(r.count, 2);
		assert_run(&r, 0, va, va + page - 1, PT_PROTNONE, PT_PTE,
			   MM_RO | PT_DIRTY);
		assert_run(&r, 1, va + page, va + 3 * page - 1, PT_SWAP,
			   PT_PTE, 0);
		mm_close(state);
	}
}

/* R20, R46: a bad entry is a run of kind bad, and nothing is ever stored. */
static void bad_entry_is_a_run_and_kept(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		uint64_t bad = mm_bad_word(m, PT_PTE);
		struct record r = fresh(0);

		mm_map(m, va, 3, 0, MM_RW, PT_PTE, 0);
		if (bad) {
			mm_store(&m->space, va + page, PT_PTE, bad);
			mm_save(m);
			dump_pages(m, &r, va, 3);
			assert_int_equal(r.count, 3);
			assert_run(&r, 1, va + page, va + 2 * page - 1, PT_BAD,
				   PT_PTE, 0);
			assert_run(&r, 2, va + 2 * page, va + 3 * page - 1,
				   PT_LEAF, PT_PTE, MM_RW);
			mm_assert_saved(m);
		}
		mm_close(state);
	}
}

/* R48, R49: what tables above take away is a run's own, and accumulates. */
static void rights_taken_away_above_are_effective(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t table = pt_span(m->f, PT_PMD), page = mm_page(m);
		uint64_t va = m->base + table - page;
		struct record r = fresh(0);

		if (!can_remove(m, PT_PMD, PT_W)) {
			mm_close(state);
			continue;
		}
		/* The last page of one table and the first one of the next. */
		mm_map(m, va, 2, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(pt_restrict(&m->space, va, PT_PMD, PT_W), 0);
		dump_pages(m, &r, va, 2);
		assert_int_equal(r.count, 2);
		assert_run(&r, 0, va, va + page - 1, PT_LEAF, PT_PTE, MM_RW);
		assert_int_equal(r.run[0].removed, PT_W);
		assert_int_equal(pt_dump_effective(&r.run[0]), MM_RO);
		assert_run(&r, 1, va + page, va + 2 * page - 1, PT_LEAF,
			   PT_PTE, MM_RW);
		assert_int_equal(r.run[1].removed, 0);
		assert_int_equal(pt_dump_effective(&r.run[1]), MM_RW);
		/* The table above both takes another right away. */
		if (m->f->top < PT_PMD && can_remove(m, PT_PUD, PT_USER)) {
			assert_int_equal(pt_restrict(&m->space, va, PT_PUD,
						     PT_USER), 0);
			dump_pages(m, &r, va, 2);
			assert_int_equal(r.run[0].removed, PT_W | PT_USER);
			assert_int_equal(pt_dump_effective(&r.run[0]), PT_R);
			assert_int_equal(r.run[1].removed, PT_USER);
		}
		mm_close(state);
	}
}

/* R45: holes and bad entries below a restriction tell it; nothing is left. */
static void holes_tell_what_is_taken_away_above(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct record r = fresh(PT_DUMP_HOLES);

		if (can_remove(m, PT_PMD, PT_W)) {
			mm_map(m, m->base, 1, 0, MM_RW, PT_PTE, 0);
			assert_int_equal(pt_restrict(&m->space, m->base,
						     PT_PMD, PT_W), 0);
			dump_pages(m, &r, m->base, 2);
			assert_int_equal(r.count, 2);
			assert_int_equal(r.run[1].kind, PT_NONE);
			assert_int_equal(r.run[1].removed, PT_W);
			assert_int_equal(pt_dump_effective(&r.run[1]), 0);
		}
		mm_close(state);
	}
}

/* R47: the range clips the first and the last run, in the middle of a block. */
static void range_clips_first_and_last_run(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		unsigned depth = mm_block_depth(m);
		uint64_t span = pt_span(m->f, depth);
		struct record r = fresh(0);

		mm_map(m, va, 2, 0, MM_RW, depth, 0);
		assert_int_equal(dump(m, &r, va + (span - page),
				      va + span + page - 1), 0);
		assert_int_equal(r.count, 1);
		assert_run(&r, 0, va + (span - page), va + span + page - 1,
			   PT_LEAF, depth, MM_RW);
		mm_close(state);
	}
}

/* R47: the last run ends at the range's last, at the top of the space too. */
static void last_run_ends_with_the_range(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t end = m->base + (m->bytes - 1), page = mm_page(m);
		struct record r = fresh(0);

		mm_map(m, end - (page - 1), 1, 0, MM_RW, PT_PTE, 0);
		assert_int_equal(dump(m, &r, m->base, end), 0);
		assert_int_equal(r.count, 1);
		assert_run(&r, 0, end - (page - 1), end, PT_LEAF, PT_PTE,
			   MM_RW);
		mm_close(state);
	}
}

/* R46: a run ends at a marker, also where that is inside an entry. */
static void marker_is_a_border(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		unsigned depth = mm_block_depth(m);
		uint64_t last = va + 2 * pt_span(m->f, depth) - 1;
		/* Before, at the start, inside, at the last byte, beyond. */
		const uint64_t marker[] = { 0, va, va + page, last,
					    last + page };
		struct record r = fresh(PT_DUMP_HOLES);

		mm_map(m, va, 2, 0, MM_RW, depth, 0);
		r.dump.marker = marker;
		r.dump.markers = 5;
		assert_int_equal(dump(m, &r, va, last), 0);
		assert_int_equal(r.count, 3);
		assert_run(&r, 0, va, va + page - 1, PT_LEAF, depth, MM_RW);
		assert_run(&r, 1, va + page, last - 1, PT_LEAF, depth, MM_RW);
		assert_run(&r, 2, last, last, PT_LEAF, depth, MM_RW);
		mm_close(state);
	}
}

/* A marker cuts a hole, which is many entries at once. */
static void marker_cuts_a_hole(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		const uint64_t marker = va + 2 * page;
		struct record r = fresh(PT_DUMP_HOLES);

		r.dump.marker = &marker;
		r.dump.markers = 1;
		dump_pages(m, &r, va, 5);
		assert_int_equal(r.count, 2);
		assert_run(&r, 0, va, marker - 1, PT_NONE, m->f->top, 0);
		assert_run(&r, 1, marker, va + 5 * page - 1, PT_NONE,
			   m->f->top, 0);
		mm_close(state);
	}
}

/* R51: pages of leaves with W and X are counted, of blocks each base page. */
static void writable_executable_pages_are_counted(void **state)
{
	const uint32_t rwx = PT_R | PT_W | PT_X | PT_USER;
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		unsigned depth = mm_block_depth(m);
		uint64_t span = pt_span(m->f, depth);
		struct record r = fresh(0);

		if (!has_rights(m, rwx)) {
			mm_close(state);
			continue;
		}
		mm_map(m, va, 1, 0, rwx, depth, 0);
		mm_map(m, va + span, 1, 0, MM_RW, PT_PTE, 0);
		mm_map(m, va + span + page, 2, 0, rwx, PT_PTE, 0);
		assert_int_equal(dump(m, &r, va, va + 2 * span + 2 * page - 1),
				 0);
		assert_int_equal(r.dump.wx_pages, span / page + 2);
		/* In part: of the block all but its first page. */
		if (depth < PT_PTE) {
			assert_int_equal(dump(m, &r, va + page,
					      va + span - 1), 0);
			assert_int_equal(r.dump.wx_pages, span / page - 1);
		}
		/* What is not present is neither. */
		assert_int_equal(pt_setkind(&m->space, va + span + page,
					    PT_PTE, PT_PROTNONE, 0), 0);
		dump_pages(m, &r, va + span, 3);
		assert_int_equal(r.dump.wx_pages, 1);
		mm_close(state);
	}
}

/* R48, R51: a page that a table above makes read-only is not counted. */
static void effective_rights_are_what_is_counted(void **state)
{
	const uint32_t rwx = PT_R | PT_W | PT_X | PT_USER;
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		struct record r = fresh(0);

		if (has_rights(m, rwx) && can_remove(m, PT_PMD, PT_W)) {
			mm_map(m, m->base, 1, 0, rwx, PT_PTE, 0);
			dump_pages(m, &r, m->base, 1);
			assert_int_equal(r.dump.wx_pages, 1);
			assert_int_equal(pt_restrict(&m->space, m->base,
						     PT_PMD, PT_W), 0);
			dump_pages(m, &r, m->base, 1);
			assert_int_equal(r.dump.wx_pages, 0);
		}
		mm_close(state);
	}
}

/* R51: a page that a marker cuts is two runs and counts once. */
static void page_cut_by_a_marker_counts_once(void **state)
{
	const uint32_t rwx = PT_R | PT_W | PT_X | PT_USER;
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		const uint64_t marker[] = { m->base + 1, m->base + 3,
					    m->base + mm_page(m) };
		struct record r = fresh(0);

		r.dump.marker = marker;
		r.dump.markers = 3;
		if (has_rights(m, rwx)) {
			mm_map(m, m->base, 2, 0, rwx, PT_PTE, 0);
			dump_pages(m, &r, m->base, 2);
			assert_int_equal(r.count, 4);
			assert_int_equal(r.dump.wx_pages, 2);
		}
		mm_close(state);
	}
}

/* What the callback returns, of either sign, ends the dump with that value. */
static void value_of_the_callback_ends_the_dump(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base;
		struct record r = fresh(0);

		mm_map(m, va, 1, 0, MM_RW, PT_PTE, 0);
		mm_map(m, va + page, 1, 0, MM_RO, PT_PTE, 0);
		mm_map(m, va + 2 * page, 1, 0, MM_RW, PT_PTE, 0);
		for (unsigned n = 1; n <= 3; n++) {
			r.stop_at = n;
			r.stop_value = n % 2 ? 5 : -5;
			assert_int_equal(dump(m, &r, va, va + 3 * page - 1),
					 r.stop_value);
			assert_int_equal(r.count, n);
		}
		mm_close(state);
	}
}

/* R44: a bad range is said, before any run, malformed first. */
static void bad_ranges_are_refused_before_any_run(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		uint64_t page = mm_page(m), va = m->base + page;
		uint64_t word = pt_ones(m->f->va_word_bits);
		struct record r = fresh(PT_DUMP_HOLES);

		/* Nor is a range looked at as walks may look at it. */
		m->space.walk_flags = WALK_UNALIGNED;
		r.dump.wx_pages = 7;
		assert_int_equal(dump(m, &r, va, va - 1), -EINVAL);
		assert_int_equal(r.dump.wx_pages, 0);
		assert_int_equal(dump(m, &r, va + 1, va + page - 1), -EINVAL);
		assert_int_equal(dump(m, &r, va, va + page), -EINVAL);
		if (m->f->va_bits < m->f->va_word_bits) {
			assert_int_equal(dump(m, &r, 0, word), -ERANGE);
			assert_int_equal(dump(m, &r, 1, word), -EINVAL);
		}
		assert_int_equal(r.count, 0);
		mm_close(state);
	}
}

/* Entries in halves and in copies, and other byte orders, are read as such. */
static void every_format_is_dumped(void **state)
{
	struct mm *m;

	for (unsigned i = 0; (m = mm_open_any(state, i)); i++) {
		uint64_t page = mm_page(m);
		uint32_t attrs = mm_some_rights(m);
		struct record r = fresh(PT_DUMP_HOLES);

		mm_map(m, m->base + page, 3, page, attrs, PT_PTE, 0);
		dump_pages(m, &r, m->base, 5);
		assert_int_equal(r.count, 3);
		assert_run(&r, 0, m->base, m->base + page - 1, PT_NONE, PT_PTE,
			   0);
		assert_run(&r, 1, m->base + page, m->base + 4 * page - 1,
			   PT_LEAF, PT_PTE, attrs);
		mm_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, mm_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(neighbours_alike_are_one_run),
		TEST(other_attributes_are_another_run),
		TEST(hole_ends_a_run_and_is_reported_if_asked),
		TEST(holes_of_other_depths_are_other_runs),
		TEST(leaves_of_other_depths_are_other_runs),
		TEST(groups_and_single_leaves_are_one_run),
		TEST(entries_that_are_not_present_are_runs),
		TEST(bad_entry_is_a_run_and_kept),
		TEST(rights_taken_away_above_are_effective),
		TEST(holes_tell_what_is_taken_away_above),
		TEST(range_clips_first_and_last_run),
		TEST(last_run_ends_with_the_range),
		TEST(marker_is_a_border),
		TEST(marker_cuts_a_hole),
		TEST(writable_executable_pages_are_counted),
		TEST(effective_rights_are_what_is_counted),
		TEST(page_cut_by_a_marker_counts_once),
		TEST(value_of_the_callback_ends_the_dump),
		TEST(bad_ranges_are_refused_before_any_run),
		TEST(every_format_is_dumped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
