/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random operations on the first tables of a space, for tests that look at
 * many of them in a row.
 */
#ifndef TESTS_MM_OPS_H
#define TESTS_MM_OPS_H

#include "mm_fixture.h"

enum mm_op_kind {
	MM_OP_MAP,
	MM_OP_UNMAP,
	MM_OP_PROTECT,
	MM_OP_SPLIT,
	MM_OP_COLLAPSE,
	MM_OP_RESTRICT,
	MM_OP_SETKIND,
	MM_OP_TOUCH,
	MM_OP_FREE,
	MM_OPS,
};

struct mm_op {
	enum mm_op_kind op;
	uint64_t va, last, pa;
	uint32_t attrs;
	unsigned depth, order, fail_in;
	enum pt_kind kind;
	enum pt_access access;
};

/* How many pages from m->base on the operations are about. */
unsigned mm_op_pages(const struct mm *m);

/* The next operation; *seed is any number but 0 and moves on. */
struct mm_op mm_op_draw(const struct mm *m, uint64_t *seed);

int mm_op_apply(struct mm *m, const struct mm_op *op);

#endif
