/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See vma.h. */
#include "vma.h"

#include <errno.h>

#include <tablewalk/check.h>

/* Whether every address of the range is one that the space's root translates. */
static bool range_translated(const struct pt_space *space, uint64_t va,
			     uint64_t last)
{
	const struct pt_format *f = space->format;
	uint64_t word = pt_ones(f->va_word_bits);
	uint64_t root = pt_ones(f->va_bits);
	uint64_t low = f->va_rule == PT_VA_SIGNED ? root >> 1 : root;
	bool has_low = f->va_rule != PT_VA_ROOTS || space->number == 0;
	bool has_high = f->va_rule == PT_VA_SIGNED ||
			(f->va_rule == PT_VA_ROOTS && space->number == 1);

	if (last > word)
		return false;
	/* Where both halves touch there is nothing between them. */
	if (f->va_rule == PT_VA_SIGNED && root == word)
		return true;
	return (has_low && last <= low) || (has_high && va >= word - low);
}

static int apply_error(const struct pt_space *space, const struct op *op)
{
	const struct pt_format *f = space->format;
	uint64_t ends = op->va | (op->last + 1);

	if (op->last < op->va || (ends & pt_ones(f->page_shift)))
		return -EINVAL;
	if (!range_translated(space, op->va, op->last))
		return -ERANGE;
	if (op->vma.type != OP_VMA_HUGETLB)
		return 0;
	if (op->depth >= PT_PTE || op->depth < f->top ||
	    !f->level[op->depth].leaf.match.count)
		return -EOPNOTSUPP;
	return ends & (pt_span(f, op->depth) - 1) ? -EINVAL : 0;
}

/* The list as it will be, while it is made. */
static void append(struct vma_list *list, const struct pt_vma *vma)
{
	/* More would take more operations than a case has. */
	pt_check(list->count < VMA_LIST_MAX);
	list->vma[list->count++] = *vma;
}

/* Appends what a VMA keeps before, or behind, the range va..last. */
static void append_before(struct vma_list *list, const struct pt_vma *vma,
			  uint64_t va)
{
	struct pt_vma rest = *vma;

	if (vma->start >= va)
		return;
	if (rest.last >= va)
		rest.last = va - 1;
	append(list, &rest);
}

static void append_behind(struct vma_list *list, const struct pt_vma *vma,
			  uint64_t last, unsigned page_shift)
{
	struct pt_vma rest = *vma;

	if (vma->last <= last)
		return;
	if (rest.start <= last) {
		rest.page_offset += (last + 1 - rest.start) >> page_shift;
		rest.start = last + 1;
	}
	append(list, &rest);
}

int vma_list_apply(struct vma_list *list, struct pt_space *space,
		   const struct op *op)
{
	const struct pt_vma fresh = {
		.start = op->va, .last = op->last, .type = op->vma.type,
		.file = op->vma.file, .test = op->vma.test,
		.pre = op->vma.pre,
		.huge_depth = op->vma.type == OP_VMA_HUGETLB ? op->depth : 0,
	};
	struct vma_list cut;
	int ret = apply_error(space, op);

	if (ret)
		return ret;
	cut.count = 0;
	for (unsigned i = 0; i < list->count; i++)
		append_before(&cut, &list->vma[i], op->va);
	if (op->vma.type != OP_VMA_NONE)
		append(&cut, &fresh);
	for (unsigned i = 0; i < list->count; i++)
		append_behind(&cut, &list->vma[i], op->last,
			      space->format->page_shift);
	for (unsigned i = 0; i < cut.count; i++)
		list->vma[i] = cut.vma[i];
	list->count = cut.count;
	space->vma = list->vma;
	space->vmas = list->count;
	return 0;
}

const struct pt_vma *vma_find(const struct pt_space *space, uint64_t va)
{
	for (unsigned i = 0; i < space->vmas; i++)
		if (va >= space->vma[i].start && va <= space->vma[i].last)
			return &space->vma[i];
	return NULL;
}
