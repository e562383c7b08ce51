/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See mm_change.h. */
#include "mm_change.h"

#include <errno.h>

struct mm_changer *mm_changer_new(struct mm *m, unsigned at,
				  void (*make)(struct mm_changer *c))
{
	static struct mm_changer c;

	c.script = *mm_script_new(m);
	c.m = m;
	c.at = at;
	c.times = 1;
	c.make = make;
	c.va = c.last = 0;
	return &c;
}

static int changed(struct pt_walk *walk, int ret, uint64_t start)
{
	struct mm_changer *c = walk->context;

	if (c->script.count < c->at || !c->times)
		return ret;
	c->times--;
	c->start = start;
	c->make(c);
	return ret;
}

static int entry_changed(const struct pt_visit *visit, struct pt_walk *walk,
			 int ret)
{
	struct mm_changer *c = walk->context;

	if (c->script.count >= c->at && c->times)
		c->real_depth = visit->real_depth;
	return changed(walk, ret, visit->start);
}

static int on_pgd(const struct pt_visit *visit, struct pt_walk *walk)
{
	return entry_changed(visit, walk, mm_on_pgd(visit, walk));
}

static int on_p4d(const struct pt_visit *visit, struct pt_walk *walk)
{
	return entry_changed(visit, walk, mm_on_p4d(visit, walk));
}

static int on_pud(const struct pt_visit *visit, struct pt_walk *walk)
{
	return entry_changed(visit, walk, mm_on_pud(visit, walk));
}

static int on_pmd(const struct pt_visit *visit, struct pt_walk *walk)
{
	return entry_changed(visit, walk, mm_on_pmd(visit, walk));
}

static int on_pte(const struct pt_visit *visit, struct pt_walk *walk)
{
	return entry_changed(visit, walk, mm_on_pte(visit, walk));
}

int mm_change_on_bad(const struct pt_visit *visit, struct pt_walk *walk)
{
	return entry_changed(visit, walk, mm_on_bad(visit, walk));
}

int mm_change_on_hugetlb(const struct pt_visit *visit, struct pt_walk *walk)
{
	return entry_changed(visit, walk, mm_on_hugetlb(visit, walk));
}

static int on_hole(uint64_t start, uint64_t last, int depth,
		   struct pt_walk *walk)
{
	struct mm_changer *c = walk->context;
	int ret = mm_on_hole(start, last, depth, walk);

	/* The reported depth is not the entry's where that is in the root. */
	if (c->script.count >= c->at && c->times)
		c->real_depth = mm_look(c->m, start).depth;
	return changed(walk, ret, start);
}

int mm_change_on_install(uint64_t start, uint64_t last,
			 struct pt_install *supplied, struct pt_walk *walk)
{
	return changed(walk, mm_on_install(start, last, supplied, walk), start);
}

const struct pt_walk_ops mm_change_all = {
	.pgd_entry = on_pgd,
	.p4d_entry = on_p4d,
	.pud_entry = on_pud,
	.pmd_entry = on_pmd,
	.pte_entry = on_pte,
	.pte_hole = on_hole,
};
const struct pt_walk_ops mm_change_low = {
	.pmd_entry = on_pmd,
	.pte_entry = on_pte,
	.pte_hole = on_hole,
};
const struct pt_walk_ops mm_change_page = {
	.pte_entry = on_pte,
	.pte_hole = on_hole,
};

int mm_change_walk(struct mm_changer *c, uint64_t va, uint64_t last,
		   const struct pt_walk_ops *ops)
{
	return pt_walk_inclusive(&c->m->space, va, last, ops, c);
}

uint64_t mm_unit(const struct mm *m, unsigned n)
{
	return m->base + n * pt_span(m->f, PT_PMD);
}

uint64_t mm_page_of(const struct mm *m, unsigned u, int n)
{
	return mm_unit(m, n < 0 ? u + 1 : u) + (uint64_t)n * mm_page(m);
}

void mm_map_full(struct mm *m)
{
	mm_map(m, m->base, mm_entries(m, PT_PTE), mm_pa(m), MM_RW, PT_PTE, 0);
}

void mm_clear_units(struct mm *m)
{
	assert_int_equal(pt_unmap(&m->space, m->base, mm_unit(m, 4) - 1), 0);
	assert_int_equal(pt_free_tables(&m->space, m->base, mm_unit(m, 4) - 1,
					0, UINT64_MAX),
			 0);
}

void mm_make_unmap(struct mm_changer *c)
{
	assert_int_equal(pt_unmap(&c->m->space, c->va, c->last), 0);
}

void mm_make_unmap_all(struct mm_changer *c)
{
	assert_int_equal(
		pt_unmap(&c->m->space, c->m->base, mm_unit(c->m, 4) - 1), 0);
}

void mm_make_free_all(struct mm_changer *c)
{
	unsigned live = c->m->arena.live_count;

	mm_clear_units(c->m);
	/* At once: the walk under way does not keep its table. */
	assert_true(c->m->arena.live_count < live ||
		    c->m->arena.live_count == 1);
}

void mm_make_page(struct mm_changer *c)
{
	mm_map(c->m, mm_page_of(c->m, 2, 0), 1, mm_pa(c->m), MM_RW, PT_PTE, 0);
}

static void make_block(struct mm_changer *c)
{
	struct mm *m = c->m;

	pt_map(&m->space, mm_unit(m, 2), mm_unit(m, 3) - 1, mm_pa(m), MM_RW,
	       mm_block_depth(m), 0);
}

void mm_make_split(struct mm_changer *c)
{
	pt_split(&c->m->space, mm_unit(c->m, 1), PT_PMD);
}

void mm_make_collapse(struct mm_changer *c)
{
	assert_int_equal(pt_collapse(&c->m->space, c->m->base, PT_PMD, 0), 0);
}

static void make_protect(struct mm_changer *c)
{
	assert_int_equal(pt_protect(&c->m->space, c->m->base,
				    mm_unit(c->m, 4) - 1, MM_RO),
			 0);
}

static void make_restrict(struct mm_changer *c)
{
	pt_restrict(&c->m->space, c->m->base, PT_PMD, PT_W);
}

static void make_swap(struct mm_changer *c)
{
	pt_setkind(&c->m->space, mm_page_of(c->m, 0, -1), PT_PTE, PT_SWAP,
		   mm_page(c->m));
}

static int supply(uint64_t start, uint64_t last, struct pt_install *supplied,
		  struct pt_walk *walk)
{
	(void)start;
	(void)last;
	*supplied = (struct pt_install){ mm_pa(walk->context), MM_RO };
	return 0;
}

static void make_install(struct mm_changer *c)
{
	static const struct pt_walk_ops ops = { .install_pte = supply };
	struct mm *m = c->m;
	const struct pt_vma vma = {
		.start = mm_page_of(m, 2, 0),
		.last = mm_page_of(m, 2, 1) - 1,
		.type = OP_VMA_PLAIN,
	};

	mm_set_vmas(m, &vma, 1);
	pt_walk_install(&m->space, vma.start, vma.last, &ops, m);
	mm_set_vmas(m, NULL, 0);
}

void mm_make_nothing(struct mm_changer *c)
{
	assert_int_equal(pt_unmap(&c->m->space, 1, 0), -EINVAL);
}

void (*const mm_changes[MM_CHANGES])(struct mm_changer *c) = {
	mm_make_unmap_all, mm_make_free_all, mm_make_page,  make_block,
	mm_make_split,     make_protect,     make_restrict, make_swap,
	make_install,      mm_make_nothing,
};

void mm_change_build(struct mm *m)
{
	const unsigned depth = mm_block_depth(m);

	mm_clear_units(m);
	mm_forget(m);
	mm_map(m, mm_page_of(m, 0, -3), 2, mm_pa(m), MM_RW, PT_PTE, 0);
	mm_map(m, mm_unit(m, 1), 1, mm_pa(m), MM_RW, depth, 0);
}

void mm_change_range(const struct mm *m, uint32_t flags, uint64_t *va,
		     uint64_t *last)
{
	const bool block = mm_block_depth(m) == PT_PMD;

	*va = mm_page_of(m, 0, -3);
	*last = block ? mm_page_of(m, 2, 1) - 1 : mm_page_of(m, 1, 2) - 1;
	if (flags & WALK_UNALIGNED) {
		*va += 8;
		*last -= 24;
	}
}

bool mm_same_call(const struct mm_call *a, const struct mm_call *b)
{
	return a->start == b->start && a->last == b->last && a->pa == b->pa &&
	       a->attrs == b->attrs && a->of == b->of && a->depth == b->depth &&
	       a->real_depth == b->real_depth && a->kind == b->kind &&
	       a->order == b->order;
}
