/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks over VMAs: what comes before and after the tables of each, and the
 * entry points.
 *
 * Source: include/tablewalk/walk.h, "Walks over VMAs"; the rules are those of
 * docs/walker-rules.md.
 */
#include "pagewalk.h"

/* A stretch of one VMA. */
struct part {
	const struct pt_vma *vma;
	uint64_t start, last;
};

static struct part whole_vma(const struct pt_vma *vma)
{
	return (struct part){ vma, vma->start, vma->last };
}

/* Calls hugetlb_entry, or pte_hole where no table has an entry for it (R13). */
static int visit_hugetlb(struct pt_walker *w, unsigned depth, uint64_t va,
			 uint64_t last)
{
	struct pt_slot slot;

	if (w->walk.ops->table_of && !pt_walker_owns_path(w, va, depth))
		return -EFAULT;
	slot = pt_descend(w->walk.space, va, depth);
	if (slot.depth != depth)
		return MUT(HUGETLB_HOLE_LOST,
			   pt_walker_hole(w, va, last, PT_DEPTH_UNKNOWN), 0);
	pt_walker_set_range(w, va, last);
	pt_walker_describe(w, depth, slot.entry, slot.kind, slot.index, va);
	w->visit.slot = pt_slot_pa(w->f, depth, &slot.table, slot.index);
	w->visit.depth = (int8_t)depth;
	w->visit.real_depth = (uint8_t)depth;
	w->walk.action = PT_WALK_SUBTREE;
	return w->walk.ops->hugetlb_entry(&w->visit, &w->walk);
}

static int walk_hugetlb(struct pt_walker *w, const struct part *part)
{
	const unsigned depth = part->vma->huge_depth;
	uint64_t va = part->start;

	if (!w->walk.ops->hugetlb_entry)
		return 0;
	for (;;) {
		uint64_t page_last = pt_entry_last(w->f, depth, va);
		uint64_t last = pt_min(page_last, part->last);
		int ret = visit_hugetlb(w, depth, va,
					MUT(HUGETLB_UNCLIPPED, last,
					    page_last));

		if (ret || last == part->last)
			return ret;
		va = last + 1;
	}
}

/*
 * Whether the VMA is walked (R9, R10): 0 if it is, more if it is passed over;
 * less ends the walk.
 */
static int test_vma(struct pt_walker *w, const struct part *part)
{
	int ret;

	w->walk.vma = part->vma;
	if (w->walk.ops->test_walk)
		return w->walk.ops->test_walk(part->start, part->last,
					      &w->walk);
	if (part->vma->type != OP_VMA_PFNMAP || MUT(PFNMAP_WALKED, false, true))
		return 0;
	ret = MUT(PFNMAP_HOLE_LOST, pt_walker_hole(w, part->start, part->last,
						   PT_DEPTH_UNKNOWN), 0);
	return ret < 0 ? ret : 1;
}

/* A part of a VMA that is not passed over: everything after the test. */
static int walk_part(struct pt_walker *w, const struct part *part)
{
	const struct pt_walk_ops *ops = w->walk.ops;
	const bool hugetlb = part->vma->type == OP_VMA_HUGETLB;
	int ret;

	w->walk.vma = part->vma;
	w->walk.vma_start = part->start;
	w->walk.vma_last = part->last;
	if (hugetlb && ops->install_pte)
		return -EINVAL;
	if (ops->pre_vma) {
		ret = ops->pre_vma(part->start, part->last, &w->walk);
		if (MUT(PRE_VMA_RETURN_LOST, ret, 0))
			return ret;
	}
	ret = hugetlb ? walk_hugetlb(w, part) :
			pt_walker_tables(w, part->start, part->last);
	/* R11: whatever came of it. */
	if (ops->post_vma && MUT(POST_VMA_ON_ERROR_SKIPPED, true, !ret))
		ops->post_vma(&w->walk);
	return ret;
}

/*
 * Test, with what of the VMA is asked for, and walk.  *skipped says whether the
 * test had it passed over.
 */
static int test_and_walk(struct pt_walker *w, const struct part *part,
			 const struct part *asked, bool *skipped)
{
	int ret = test_vma(w, asked);

	*skipped = ret > 0;
	if (ret > 0)
		return MUT(TEST_POSITIVE_LEAKS, 0, ret);
	return ret ? ret : walk_part(w, part);
}

/* What no VMA covers: one hole, whatever the tables hold (R7). */
static int walk_gap(struct pt_walker *w, uint64_t va, uint64_t last)
{
	w->walk.vma = NULL;
	return pt_walker_hole(w, va, last,
			      MUT(GAP_DEPTH_ZERO, PT_DEPTH_UNKNOWN, PT_PGD));
}

static int walk_vmas(struct pt_walker *w, uint64_t va, uint64_t last)
{
	const struct pt_space *space = w->walk.space;
	int ret = pt_walker_range_error(w, va, last);

	if (!ret && w->walk.ops->install_pte)
		ret = pt_kernel_error(space, last);
	for (unsigned i = 0; !ret && i < space->vmas; i++) {
		const struct pt_vma *vma = &space->vma[i];
		struct part part = { vma, va, MUT(VMA_UNCLIPPED,
						  pt_min(vma->last, last),
						  vma->last) };
		bool skipped;

		if (vma->last < va)
			continue;
		if (vma->start > last)
			break;
		if (va < vma->start) {
			ret = walk_gap(w, va, vma->start - 1);
			part.start = vma->start;
		}
		if (!ret)
			ret = test_and_walk(w, &part, &part, &skipped);
		/* The end of all addresses has nothing after it. */
		if (ret || part.last == last ||
		    MUT(VMA_UNCLIPPED, false, part.last > last))
			return ret;
		va = part.last + 1;
	}
	return ret ? ret : walk_gap(w, va, last);
}

int pt_walk_vmas(struct pt_space *space, uint64_t va, uint64_t last,
		 const struct pt_walk_ops *ops, void *context)
{
	struct pt_walker w;

	if (ops->install_pte)
		return -EINVAL;
	pt_walker_open(&w, space, ops, context);
	return walk_vmas(&w, va, last);
}

int pt_walk_install(struct pt_space *space, uint64_t va, uint64_t last,
		    const struct pt_walk_ops *ops, void *context)
{
	struct pt_walker w;

	pt_changing(space);
	pt_walker_open(&w, space, ops, context);
	if (!ops->install_pte || (w.flags & WALK_NO_INSTALL))
		return -EINVAL;
	return walk_vmas(&w, va, last);
}

int pt_walk_vma(struct pt_space *space, const struct pt_vma *vma,
		const struct pt_walk_ops *ops, void *context)
{
	const struct part part = whole_vma(vma);
	struct pt_walker w;
	bool skipped;

	if (ops->install_pte)
		return -EINVAL;
	pt_walker_open(&w, space, ops, context);
	if (w.flags & WALK_VMA_TESTED)
		return test_and_walk(&w, &part, &part, &skipped);
	return walk_part(&w, &part);
}

int pt_walk_range_vma(struct pt_space *space, const struct pt_vma *vma,
		      uint64_t va, uint64_t last,
		      const struct pt_walk_ops *ops, void *context)
{
	const struct part part = { vma, va, last };
	struct pt_walker w;
	int ret;

	if (ops->install_pte)
		return -EINVAL;
	pt_walker_open(&w, space, ops, context);
	ret = pt_walker_range_error(&w, va, last);
	if (ret)
		return ret;
	if (va < vma->start || last > vma->last)
		return -EINVAL;
	return walk_part(&w, &part);
}

/* The part of a VMA that has the pages first..last of the file, if any. */
static bool part_of_file(const struct pt_format *f, const struct pt_vma *vma,
			 uint64_t first, uint64_t last, struct part *part)
{
	uint64_t page_last = (vma->last - vma->start) >> f->page_shift;
	uint64_t from = 0;

	if (!vma->file || last < vma->page_offset)
		return false;
	if (first > vma->page_offset)
		from = first - vma->page_offset;
	if (from > page_last)
		return false;
	page_last = pt_min(page_last, last - vma->page_offset +
					      MUT(MAPPING_ONE_MORE, 0u, 1u));
	*part = (struct part){
		.vma = vma,
		.start = vma->start + (from << f->page_shift),
		.last = vma->start + (page_last << f->page_shift) +
			pt_ones(f->page_shift),
	};
	return true;
}

int pt_walk_mapping(struct pt_space *space, uint64_t first, uint64_t last,
		    const struct pt_walk_ops *ops, void *context)
{
	struct pt_walker w;

	if (ops->install_pte || last < first)
		return -EINVAL;
	pt_walker_open(&w, space, ops, context);
	for (unsigned i = 0; i < space->vmas; i++) {
		const struct part all = whole_vma(&space->vma[i]);
		struct part part;
		bool skipped;
		int ret;

		if (!part_of_file(w.f, all.vma, first, last, &part))
			continue;
		ret = test_and_walk(&w, &part, &all, &skipped);
		if (ret || (skipped && (w.flags & WALK_TEST_ENDS_MAPPING)))
			return ret;
	}
	return 0;
}
