/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random operations against an array of pages, which knows nothing of tables:
 * what each page maps to must follow from what the operations say they do.
 */
#include "mm_ops.h"

#include <stdlib.h>
#include <string.h>

#include <tablewalk/walk.h>

#define OPERATIONS 600

struct page {
	uint64_t pa;
	uint32_t attrs;
	enum pt_kind kind;
};

static void expect_range(struct page *page, unsigned n, const struct mm_op *op,
			 uint64_t page_bytes)
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t pa = op->pa + i * page_bytes;

		if (op->op == MM_OP_MAP)
			page[i] = (struct page){ pa, op->attrs, PT_LEAF };
		else if (op->op == MM_OP_UNMAP)
			page[i] = (struct page){ 0, 0, PT_NONE };
		else if (page[i].kind == PT_LEAF ||
			 page[i].kind == PT_PROTNONE ||
			 page[i].kind == PT_INVALID_HUGE)
			page[i].attrs = (page[i].attrs & ~PT_RIGHTS) |
					(op->attrs & PT_RIGHTS);
	}
}

/* The pages of one unit get each other's, or the access's, A and D. */
static void expect_hardware(struct page *page, unsigned n,
			    const struct mm_op *op)
{
	uint32_t set = 0;

	if (op->op == MM_OP_TOUCH) {
		set = PT_ACCESSED;
		if (op->access == PT_WRITE && (page->attrs & PT_W))
			set |= PT_DIRTY;
	} else {
		for (unsigned i = 0; i < n; i++)
			set |= page[i].attrs & (PT_ACCESSED | PT_DIRTY);
	}
	for (unsigned i = 0; i < n; i++)
		page[i].attrs |= set;
}

static void expect_kind(struct page *page, unsigned n, const struct mm_op *op,
			uint64_t page_bytes)
{
	uint64_t payload = op->pa & ~(n * page_bytes - 1);

	for (unsigned i = 0; i < n; i++) {
		bool leaf = page[i].kind == PT_LEAF;

		page[i].kind = op->kind;
		if (op->kind == PT_PROTNONE || op->kind == PT_INVALID_HUGE) {
			if (!leaf)
				page[i].pa = i * page_bytes;
			page[i].attrs = leaf ? page[i].attrs & ~PT_GLOBAL :
					       PT_R;
			continue;
		}
		page[i].attrs = 0;
		page[i].pa = op->kind == PT_MARKER ? 0 :
						     payload + i * page_bytes;
	}
}

/*
 * The invalid-huge entry that covers va, if there is one, becomes leaves, unless
 * a range operation covers it as a whole.
 */
static void expect_divided(struct mm *m, struct page *page,
			   const struct mm_op *op, uint64_t va)
{
	struct pt_lookup found = mm_look(m, va);
	uint64_t span = pt_span(m->f, found.depth);
	unsigned n = (unsigned)(span / mm_page(m));

	va &= ~(span - 1);
	if (found.kind != PT_INVALID_HUGE ||
	    (op->op != MM_OP_SPLIT && op->va <= va &&
	     op->last >= va + span - 1))
		return;
	page += (va - m->base) / mm_page(m);
	for (unsigned i = 0; i < n; i++)
		page[i].kind = PT_LEAF;
}

/* What a successful operation makes of the pages; before it was applied. */
static void expect(struct mm *m, struct page *page, const struct mm_op *op)
{
	uint64_t bytes = mm_page(m), offset = op->va - m->base;
	unsigned unit_shift = m->f->level[op->depth].va_shift + op->order;
	struct pt_lookup found = mm_look(m, op->va);
	unsigned first, n;

	if (op->op == MM_OP_TOUCH)
		unit_shift = m->f->level[found.depth].va_shift + found.order;
	if (op->op == MM_OP_SETKIND)
		unit_shift = m->f->level[op->depth].va_shift;
	first = (unsigned)((offset & ~pt_ones(unit_shift)) / bytes);
	/* A hole above the pages is larger than all of them. */
	n = mm_op_pages(m) - first;
	if (n > pt_ones(unit_shift) / bytes)
		n = (unsigned)(pt_ones(unit_shift) / bytes) + 1;
	switch (op->op) {
	case MM_OP_MAP:
	case MM_OP_UNMAP:
	case MM_OP_PROTECT:
		if (op->last < op->va)
			break;
		/* Map has nothing in its way, so nothing to divide. */
		expect_divided(m, page, op, op->va);
		expect_divided(m, page, op, op->last);
		expect_range(page + offset / bytes,
			     (unsigned)((op->last - op->va + 1) / bytes), op,
			     bytes);
		break;
	case MM_OP_COLLAPSE:
	case MM_OP_TOUCH:
		expect_hardware(page + first, n, op);
		break;
	case MM_OP_SETKIND:
		expect_kind(page + first, n, op, bytes);
		break;
	case MM_OP_SPLIT:
		expect_divided(m, page, op, op->va);
		break;
	case MM_OP_RESTRICT:
	case MM_OP_FREE:
	case MM_OPS:
		break;
	}
}

static void assert_pages(struct mm *m, const struct page *page)
{
	for (unsigned i = 0; i < mm_op_pages(m); i++) {
		struct pt_lookup found = mm_look(m, m->base + i * mm_page(m));

		assert_string_equal(pt_kind_name(found.kind),
				    pt_kind_name(page[i].kind));
		assert_int_equal(found.pa, page[i].pa);
		assert_int_equal(found.attrs, page[i].attrs);
	}
}

static int agrees_with_lookup(const struct pt_visit *visit,
			      struct pt_walk *walk)
{
	struct pt_lookup found;

	if (visit->kind == PT_TABLE)
		return 0;
	assert_int_equal(pt_translate(walk->space, visit->start, &found), 0);
	assert_int_equal(visit->kind, found.kind);
	assert_int_equal(visit->real_depth, found.depth);
	assert_int_equal(visit->order, found.order);
	assert_int_equal(visit->pa, found.pa);
	assert_int_equal(visit->attrs, found.attrs);
	return 0;
}

/*
 * Pages follow the operations; a failure changes nothing; all stores are
 * observed; the walker sees what translate sees.
 */
static void pages_follow_the_operations(void **state)
{
	static const struct pt_walk_ops ops = {
		.pud_entry = agrees_with_lookup,
		.pmd_entry = agrees_with_lookup,
		.pte_entry = agrees_with_lookup,
	};
	struct mm *m;

	for (unsigned i = 0; (m = mm_open(state, i)); i++) {
		size_t bytes = mm_op_pages(m) * sizeof(struct page);
		struct page *page = calloc(1, bytes);
		struct page *after = calloc(1, bytes);
		uint64_t seed = 0x1234567 + i;

		assert_true(page && after);
		for (unsigned n = 0; n < OPERATIONS; n++) {
			struct mm_op op = mm_op_draw(m, &seed);
			uint64_t span = pt_span(m->f, op.depth) << op.order;

			/* Only what stays among the pages. */
			if (span > mm_op_pages(m) * mm_page(m))
				continue;
			memcpy(after, page, bytes);
			mm_forget(m);
			expect(m, after, &op);
			if (!mm_op_apply(m, &op))
				memcpy(page, after, bytes);
			assert_pages(m, page);
			mm_assert_observed(m);
		}
		assert_int_equal(pt_walk_inclusive(&m->space, m->base,
				m->base + mm_op_pages(m) * mm_page(m) - 1,
						   &ops, NULL), 0);
		free(page);
		free(after);
		mm_close(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pages_follow_the_operations,
					  mm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
