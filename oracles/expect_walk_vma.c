/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of walks over VMAs and of installing, and what OP_VMA
 * does.
 *
 * Source: include/tablewalk/walk.h, "Walks over VMAs" and "Operations on these
 * in a case"; rule numbers R1..R57 are those of docs/walker-rules.md.
 */
#include <errno.h>

#include "defect.h"
#include "walker.h"

/* One walk over VMAs; callbacks are those of OP_CB_TEST_WALK.. that are set. */
struct vma_walk {
	struct walker w;
	const struct vma_list *list;
	uint8_t callbacks;
};

static void vma_walk_init(struct vma_walk *v, struct oracle *oracle,
			  const struct op *op, struct trace *trace)
{
	walker_init(&v->w, oracle, op, trace);
	v->w.splits = true;
	v->list = &oracle->vma[oracle->current];
	v->callbacks = 0;
}

/*
 * Step 1 for [start, last]: less than 0 ends the walk, more than 0 skips the
 * VMA (R9, R10).
 */
static int test_vma(struct vma_walk *v, const struct vma *vma, uint64_t start,
		    uint64_t last)
{
	uint64_t base = start - (start & v->w.oracle->geometry.last);
	int ret;

	if (v->callbacks & OP_CB_TEST_WALK) {
		walker_emit_range(&v->w, TRACE_TEST, 0, start, last);
		return vma->kind.test;
	}
	if (vma->kind.type != OP_VMA_PFNMAP)
		return 0;
	v->w.base = base;
	ret = walker_holes(&v->w, start - base, last - base, 64,
			   PT_DEPTH_UNKNOWN);
	return ret < 0 ? ret : 1;
}

/* Step 4 where there is a table of the pages' depth: entry by entry. */
static int walk_huge_table(struct walker *w, unsigned depth, uint64_t first,
			   uint64_t last)
{
	uint64_t mask = pt_ones(w->space->geometry->shift[depth]);

	for (;;) {
		uint64_t end = (first | mask) < last ? first | mask : last;
		struct flat_cursor cursor = { 0 };
		struct flat_segment segment;
		int ret;

		flat_read(w->space, &cursor, depth, first, end, &segment);
		walker_emit(w, &segment, TRACE_HUGETLB, (int)depth, first, end,
			    1);
		ret = walker_count(w, 1);
		if (ret || end == last)
			return ret;
		first = end + 1;
	}
}

/* Step 4 of a hugetlb VMA with hugetlb_entry (R13), offsets first..last. */
static int walk_hugetlb(struct walker *w, unsigned depth, uint64_t first,
			uint64_t last)
{
	const struct flat_tables *t = &w->space->table[depth];
	uint64_t mask = pt_ones(w->space->geometry->table_shift[depth]);

	for (;;) {
		uint64_t end = last;
		int ret;

		if (flat_has_table(w->space, depth, first)) {
			if ((first | mask) < last)
				end = first | mask;
			ret = walk_huge_table(w, depth, first, end);
		} else {
			size_t i = flat_seek_table(w->space, depth, 0, first);

			if (i < t->count && t->start[i] <= last)
				end = t->start[i] - 1;
			ret = walker_holes(w, first, end,
					   w->space->geometry->shift[depth],
					   PT_DEPTH_UNKNOWN);
		}
		if (ret || end == last)
			return ret;
		first = end + 1;
	}
}

/* Steps 2 to 5 for [start, last] of vma. */
static int walk_vma(struct vma_walk *v, const struct vma *vma, uint64_t start,
		    uint64_t last)
{
	struct walker *w = &v->w;
	bool huge = vma->kind.type == OP_VMA_HUGETLB;
	int ret = 0;

	if (w->install && huge)
		return -EINVAL;
	if (v->callbacks & OP_CB_PRE_VMA) {
		walker_emit_range(w, TRACE_PRE, 0, start, last);
		if (vma->kind.pre)
			return vma->kind.pre;
	}
	w->base = start - (start & w->oracle->geometry.last);
	if (!huge)
		ret = walker_tables(w, start - w->base, last - w->base);
	else if (v->callbacks & OP_CB_HUGETLB)
		ret = walk_hugetlb(w, vma->huge_depth, start - w->base,
				   last - w->base);
	if (v->callbacks & OP_CB_POST_VMA)
		walker_emit_range(w, TRACE_POST, 0, start, last);
	return ret;
}

/* pt_walk_vmas() and pt_walk_install(), after their checks of the callbacks. */
static int walk_range(struct vma_walk *v, uint64_t va, uint64_t last)
{
	uint64_t first_offset, last_offset;
	size_t i = vma_seek(v->list, va);
	int ret = walker_check_range(&v->w, va, last, &first_offset,
				     &last_offset);
	uint64_t base = v->w.base;

	if (!ret && v->w.install)
		ret = share_refuses(v->w.oracle, v->w.oracle->current,
				    first_offset, last_offset);
	for (; !ret; i++) {
		const struct vma *vma = i < v->list->count ?
						&v->list->vma[i] : NULL;
		uint64_t end = last;

		if (!vma || vma->start > va) {
			/* R7: one hole per gap. */
			if (vma && vma->start <= last)
				end = vma->start - 1;
			v->w.base = base;
			ret = walker_holes(&v->w, va - base, end - base, 64,
					   PT_DEPTH_UNKNOWN);
			if (ret || end == last)
				break;
			va = end + 1;
		}
		end = vma->last < last ? vma->last : last;
		ret = test_vma(v, vma, va, end);
		if (!ret)
			ret = walk_vma(v, vma, va, end);
		else if (ret > 0)
			ret = 0;
		if (ret || end == last)
			break;
		va = end + 1;
	}
	return ret;
}

/* pt_walk_vma() of the VMA that covers the address (R12). */
static int walk_one(struct vma_walk *v)
{
	const struct vma *vma = vma_at(v->list, v->w.op->va);
	int ret = 0;

	if (!vma)
		return -ENOENT;
	if (v->w.flags & WALK_VMA_TESTED)
		ret = test_vma(v, vma, vma->start, vma->last);
	if (ret)
		return ret < 0 ? ret : 0;
	return walk_vma(v, vma, vma->start, vma->last);
}

/* pt_walk_range_vma() of that VMA (R4, R12). */
static int walk_part(struct vma_walk *v)
{
	const struct op *op = v->w.op;
	const struct vma *vma = vma_at(v->list, op->va);
	uint64_t first_offset, last_offset;
	int ret;

	if (!vma)
		return -ENOENT;
	ret = walker_check_range(&v->w, op->va, op->last, &first_offset,
				 &last_offset);
	if (ret)
		return ret;
	if (op->last > vma->last)
		return -EINVAL;
	return walk_vma(v, vma, op->va, op->last);
}

/* pt_walk_mapping() of the file's pages first..last (R14). */
static int walk_mapping(struct vma_walk *v, uint64_t first, uint64_t last)
{
	unsigned shift = v->w.oracle->arch->page_shift;

	if (last < first)
		return -EINVAL;
	for (size_t i = 0; i < v->list->count; i++) {
		const struct vma *vma = &v->list->vma[i];
		uint64_t low = vma->page_offset;
		uint64_t high = low + ((vma->last - vma->start) >> shift);
		uint64_t start = vma->start, end = vma->last;
		int ret;

		if (!vma->kind.file || high < first || low > last)
			continue;
		if (low < first)
			start += (first - low) << shift;
		if (high > last)
			end -= (high - last) << shift;
		ret = test_vma(v, vma, vma->start, vma->last);
		if (ret > 0 && (v->w.flags & WALK_TEST_ENDS_MAPPING))
			return 0;
		if (!ret)
			ret = walk_vma(v, vma, start, end);
		else if (ret > 0)
			ret = 0;
		if (ret)
			return ret;
	}
	return 0;
}

int expect_walk_vma(struct oracle *oracle, const struct op *op,
		    struct trace *trace)
{
	struct vma_walk v;

	vma_walk_init(&v, oracle, op, trace);
	v.callbacks = op->walk.vma_callbacks;
	v.w.table_tests = (v.w.flags & WALK_TABLE_TESTS) &&
			  (v.callbacks & OP_CB_TEST_TABLE);
	switch (op->walk.entry) {
	case OP_ENTRY_RANGE:
		return walk_range(&v, op->va, op->last);
	case OP_ENTRY_VMA:
		return walk_one(&v);
	case OP_ENTRY_RANGE_VMA:
		return walk_part(&v);
	case OP_ENTRY_MAPPING:
		return walk_mapping(&v, op->floor, op->ceiling);
	default:
		/* R3: install_pte is refused before anything else. */
		return -EINVAL;
	}
}

int expect_install(struct oracle *oracle, const struct op *op,
		   struct trace *trace)
{
	struct vma_walk v;

	vma_walk_init(&v, oracle, op, trace);
	if (v.w.flags & WALK_NO_INSTALL)
		return -EINVAL;
	v.w.install = true;
	return walk_range(&v, op->va, op->last);
}

int expect_vma(struct oracle *oracle, const struct op *op)
{
	const struct mmu_level *level = &oracle->arch->level[op->depth];
	struct vma new = {
		.start = op->va,
		.last = op->last,
		.kind = op->vma,
		.huge_depth = op->depth,
	};
	uint64_t first, last;
	int ret = model_check_range(oracle, op->va, op->last, &first, &last);

	if (ret)
		return ret;
	if (op->vma.type == OP_VMA_HUGETLB) {
		uint64_t mask = pt_ones(level->va_shift);

		if (!level->leaf || op->depth == PT_PTE)
			return -EOPNOTSUPP;
		if ((op->va & mask) || ((op->last + 1) & mask))
			return -EINVAL;
	}
	if (ODEF(VMA_FORGOTTEN, false, true))
		return 0;
	if (!vma_put(&oracle->vma[oracle->current], &new,
		     oracle->arch->page_shift))
		return EXPECT_NO_HOST_MEMORY;
	return 0;
}
