/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The VMAs of one space, as OP_VMA makes and cuts them.
 *
 * Source: include/tablewalk/walk.h, "Operations on these in a case".
 */
#ifndef HARNESS_VMA_H
#define HARNESS_VMA_H

#include <tablewalk/op.h>
#include <tablewalk/walk.h>

/* The records of a case, each of which adds two at most: a cut and itself. */
#define VMA_LIST_MAX (2 * 64 + 1)

/* Ascending and disjoint, with neighbours never joined.  Empty when all 0. */
struct vma_list {
	unsigned count;
	struct pt_vma vma[VMA_LIST_MAX];
};

/*
 * Carries out an OP_VMA on the VMAs of a space; those of the space are the
 * list's afterwards.  0 or the error that walk.h names, and then nothing has
 * changed.
 */
int vma_list_apply(struct vma_list *list, struct pt_space *space,
		   const struct op *op);

/* The VMA of the space that covers va, or NULL. */
const struct pt_vma *vma_find(const struct pt_space *space, uint64_t va);

#endif
