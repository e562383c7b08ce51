/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The VMAs of one address space, as the model has them.
 *
 * Source: include/tablewalk/walk.h, "Operations on these in a case".
 */
#ifndef ORACLES_VMA_H
#define ORACLES_VMA_H

#include <tablewalk/op.h>

/* Addresses, not offsets. */
struct vma {
	uint64_t start, last;
	uint64_t page_offset;		/* of start in the file, in base pages */
	struct op_vma_kind kind;	/* type is never OP_VMA_NONE */
	uint8_t huge_depth;		/* OP_VMA_HUGETLB: depth of its pages */
};

/* Ascending and disjoint. */
struct vma_list {
	struct vma *vma;
	size_t count, capacity;
};

void vma_destroy(struct vma_list *list);

/* Forgets all; the room stays. */
static inline void vma_reset(struct vma_list *list)
{
	list->count = 0;
}

/* The index of the first VMA that ends at or after va. */
size_t vma_seek(const struct vma_list *list, uint64_t va);

/* The VMA that covers va, or NULL. */
const struct vma *vma_at(const struct vma_list *list, uint64_t va);

/*
 * Takes new->start..new->last from those that have it, and unless the type is
 * OP_VMA_NONE adds *new there.  False where memory runs out.
 */
bool vma_put(struct vma_list *list, const struct vma *new, unsigned page_shift);

#endif
