/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of asking whose a table is.
 *
 * Source: OP_OWNER and pt_table_at() in include/tablewalk/table_owner.h; of the
 * tables of a shared kernel part, include/tablewalk/share.h.
 *
 * The model knows no physical address of a table, and needs none: live tables
 * do not overlap, so the one table that shares a byte with a table is itself.
 */
#include "expect.h"

#include <errno.h>

/*
 * The root of a signed space: its lower and its upper half lie at the two ends
 * of the address word.
 */
static bool covers_all(const struct mmu_arch *arch, unsigned depth)
{
	return depth == arch->top && arch->sign_extended && !arch->two_roots;
}

int expect_owner(const struct oracle *oracle, const struct op *op,
		 struct trace *trace)
{
	const struct mmu_arch *arch = oracle->arch;
	const unsigned space = oracle->current;
	struct trace_event event = {
		.count = 1,
		.type = TRACE_OWNER,
		.depth = (int8_t)op->depth,
		.order = (uint8_t)space,
	};
	uint64_t offset, mask;

	if (op->depth < arch->top || op->depth > PT_PTE)
		return -EINVAL;
	if (!model_offset(oracle, space, op->va, &offset))
		return -ERANGE;
	if (!flat_has_table(&oracle->space[space], op->depth, offset))
		return -ENOENT;
	/* The owner's, and found for it alone; but each root is its space's. */
	if (op->depth != arch->top)
		event.order = (uint8_t)share_owner_of(oracle, space, offset);
	if (covers_all(arch, op->depth)) {
		event.last = pt_ones(arch->va_word_bits);
	} else {
		mask = pt_ones(oracle->geometry.table_shift[op->depth]);
		event.va = model_address(oracle, space, offset & ~mask);
		event.last = model_address(oracle, space, offset | mask);
	}
	trace_emit(trace, &event);
	return 1;
}
