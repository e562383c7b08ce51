/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of asking whose a table is, and what is lost with its
 * bytes.
 *
 * Source: OP_OWNER, OP_POISON, pt_table_at() and pt_table_poisoned() in
 * include/tablewalk/table_owner.h; of the tables of a shared kernel part,
 * include/tablewalk/share.h.
 *
 * The model knows no physical address of a table, and needs none: live tables
 * do not overlap, so the one table that shares a byte with a table is itself.
 */
#include "expect.h"

#include <errno.h>

/* One root whose lower and upper half lie at the two ends of the address word. */
static bool is_signed(const struct mmu_arch *arch)
{
	return arch->sign_extended && !arch->two_roots;
}

int expect_table_at(const struct oracle *oracle, uint64_t va, unsigned depth,
		    uint64_t *offset)
{
	const unsigned space = oracle->current;

	if (depth < oracle->arch->top || depth > PT_PTE)
		return -EINVAL;
	if (!model_offset(oracle, space, va, offset))
		return -ERANGE;
	if (!flat_has_table(&oracle->space[space], depth, *offset))
		return -ENOENT;
	return 0;
}

/* The table at depth that covers offset: whose it is, and what it covers. */
static void emit_table(const struct oracle *oracle, enum trace_type type,
		       unsigned depth, uint64_t offset, struct trace *trace)
{
	const struct mmu_arch *arch = oracle->arch;
	const unsigned space = oracle->current;
	const uint64_t mask = pt_ones(oracle->geometry.table_shift[depth]);
	struct trace_event event = {
		.count = 1,
		.type = (uint8_t)type,
		.depth = (int8_t)depth,
		.order = (uint8_t)space,
	};

	/* The owner's, and found for it alone; but each root is its space's. */
	if (depth != arch->top)
		event.order = (uint8_t)share_owner_of(oracle, space, offset);
	if (depth == arch->top && is_signed(arch)) {
		event.last = pt_ones(arch->va_word_bits);
	} else {
		event.va = model_address(oracle, space, offset & ~mask);
		event.last = model_address(oracle, space, offset | mask);
	}
	trace_emit(trace, &event);
}

int expect_owner(const struct oracle *oracle, const struct op *op,
		 struct trace *trace)
{
	uint64_t offset;
	int ret = expect_table_at(oracle, op->va, op->depth, &offset);

	if (ret)
		return ret;
	emit_table(oracle, TRACE_OWNER, op->depth, offset, trace);
	return 1;
}

static void emit_lost(const struct oracle *oracle, uint64_t first,
		      uint64_t last, struct trace *trace)
{
	struct trace_event event = {
		.type = TRACE_LOST,
		.va = model_address(oracle, oracle->current, first),
		.last = model_address(oracle, oracle->current, last),
		.count = 1,
	};

	trace_emit(trace, &event);
}

/* The offsets that the poisoned entries of the table cover. */
static void lost_offsets(const struct oracle *oracle, const struct op *op,
			 uint64_t offset, uint64_t *first, uint64_t *last)
{
	const struct flat_geometry *g = &oracle->geometry;
	const uint64_t table = pt_ones(g->table_shift[op->depth]);
	const uint64_t entry = pt_ones(g->shift[op->depth]);

	if (op->nth == OP_POISON_TABLE) {
		*first = offset & ~table;
		*last = offset | table;
		return;
	}
	*first = offset & ~entry;
	*last = offset | entry;
	if (op->nth == OP_POISON_TWO && *last != (offset | table))
		*last += entry + 1;
}

int expect_poison(const struct oracle *oracle, const struct op *op,
		  struct trace *trace)
{
	const struct mmu_arch *arch = oracle->arch;
	uint64_t offset, first, last, half;
	int ret = expect_table_at(oracle, op->va, op->depth, &offset);

	if (ret)
		return ret;
	emit_table(oracle, TRACE_POISON, op->depth, offset, trace);
	lost_offsets(oracle, op, offset, &first, &last);
	/* Nothing is translated in the gap of a signed root, if it has one. */
	half = pt_ones(arch->va_bits - 1u);
	if (is_signed(arch) && arch->va_bits < arch->va_word_bits &&
	    first <= half && last > half) {
		emit_lost(oracle, first, half, trace);
		first = half + 1;
	}
	emit_lost(oracle, first, last, trace);
	return 1;
}
