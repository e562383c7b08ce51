/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The toy formats and the helpers of toy.h.
 */
#include "toy.h"
#include "mmu/mmu_walk.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TOY_KINDS \
	(1u << PT_PROTNONE | 1u << PT_MIGRATION | 1u << PT_INVALID_HUGE)
#define TOY_PAGE_KINDS                                                  \
	(1u << PT_PROTNONE | 1u << PT_SWAP | 1u << PT_MIGRATION |       \
	 1u << PT_MARKER)

/* W needs R; no SOFT1; memory type WB or WC; no keys. */
static bool toy_representable(unsigned depth, uint32_t attrs)
{
	uint32_t known = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			 PT_SOFT0 | UINT32_C(1) << PT_MEMTYPE_SHIFT;

	(void)depth;
	return !(attrs & ~known) && (!(attrs & PT_W) || (attrs & PT_R));
}

uint64_t toy_leaf(uint64_t pa, uint32_t attrs, bool group)
{
	return 1 | (uint64_t)attrs << 4 | pa << 24 | (uint64_t)group << 60;
}

uint64_t toy_table(uint64_t pa, uint32_t denied)
{
	return 2 | (uint64_t)denied << 4 | pa << 24;
}

/* lg2 entries of a group of the toy that walks. */
static uint8_t toy_order(unsigned depth)
{
	return depth == PT_PTE ? 2 : 1;
}

static void toy_entry(const struct pt_regime *regime, unsigned depth,
		      uint64_t raw, struct mmu_entry *out)
{
	uint64_t pa = raw >> 24 & pt_ones(32);

	(void)regime;
	*out = (struct mmu_entry){ .class = MMU_INVALID, .empty = raw == 0 };
	if ((raw & 3) == 1) {
		*out = (struct mmu_entry){
			.class = MMU_LEAF,
			.pa = pa,
			.attrs = (uint32_t)(raw >> 4) & 0xfffff,
			.order = raw >> 60 & 1 ? toy_order(depth) : 0,
		};
	} else if ((raw & 3) == 2 && depth < PT_PTE) {
		*out = (struct mmu_entry){
			.class = MMU_TABLE,
			.pa = pa,
			.denied = (uint32_t)(raw >> 4) & PT_RIGHTS,
		};
	} else if (raw & 3) {
		out->class = MMU_RESERVED;
	}
}

/* No flags; a user page is everybody's.  Control 1: denying X is reserved. */
static enum pt_word toy_permits(const struct pt_regime *regime, uint32_t attrs,
				uint32_t denied, enum pt_access access,
				enum pt_privilege privilege)
{
	static const uint32_t need[PT_ACCESSES] = { PT_R, PT_W, PT_X };
	uint32_t rights = attrs & ~denied;

	if ((regime->control & 1) && (denied & PT_X))
		return PT_V_RESERVED;
	if (!(rights & need[access]))
		return PT_V_PERMISSION;
	if (privilege == PT_AS_USER && !(rights & PT_USER))
		return PT_V_PERMISSION;
	return PT_V_OK;
}

static void all_verdicts(struct mmu_outcome *out, unsigned word, int depth)
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			out->verdict[p][a] = (struct pt_verdict){
				.word = (uint8_t)word,
				.depth = (int8_t)depth,
			};
}

static void toy_outcome(const struct pt_regime *regime, uint64_t offset,
			const struct mmu_entry *e, struct mmu_outcome *out)
{
	out->leaf = true;
	out->pa = e->pa + offset;
	out->attrs = e->attrs;
	out->order = e->order;
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			out->verdict[p][a] = (struct pt_verdict){
				.word = (uint8_t)toy_permits(
					regime, e->attrs, out->denied,
					(enum pt_access)a,
					(enum pt_privilege)p),
				.depth = (int8_t)out->depth,
			};
}

static void toy_translate(const struct mmu_arch *arch,
			  const struct pt_memory *memory,
			  const struct pt_regime *regime, unsigned space,
			  uint64_t va, struct mmu_outcome *out)
{
	uint64_t table = regime->root[space];

	memset(out, 0, sizeof(*out));
	for (unsigned d = arch->top; d < PT_DEPTHS; d++) {
		const struct mmu_level *level = &arch->level[d];
		uint64_t index = va >> level->va_shift &
				 pt_ones(level->index_bits);
		const uint8_t *p = mmu_word(memory, table + index * 8, 8);
		struct mmu_entry e;
		uint64_t raw;

		if (!p) {
			all_verdicts(out, PT_V_WALKBUS, (int)d - 1);
			return;
		}
		memcpy(&raw, p, sizeof(raw));
		toy_entry(regime, d, raw, &e);
		out->depth = (uint8_t)d;
		if (e.class == MMU_LEAF) {
			toy_outcome(regime, va & pt_ones(level->va_shift), &e,
				    out);
			return;
		}
		if (e.class == MMU_INVALID || e.class == MMU_RESERVED ||
		    ((regime->control & 1) && (e.denied & PT_X))) {
			all_verdicts(out,
				     e.class == MMU_INVALID ? PT_V_TRANSLATION :
							      PT_V_RESERVED,
				     (int)d);
			return;
		}
		out->denied |= e.denied;
		table = e.pa;
	}
}

const struct mmu_arch toy_arch = {
	.format = "toy",
	.source = "tests/oracles/toy.h",
	.top = PT_PUD,
	.page_shift = 4,
	.va_bits = 11,
	.va_word_bits = 32,
	.sign_extended = true,
	.walks = true,
	.level = {
		[PT_PUD] = { .va_shift = 9, .index_bits = 2, .entry_bytes = 8,
			     .leaf = true, .deniable = PT_W | PT_X,
			     .kinds = TOY_KINDS },
		[PT_PMD] = { .va_shift = 7, .index_bits = 2, .entry_bytes = 8,
			     .leaf = true, .group_order = { 1 },
			     .deniable = PT_RIGHTS, .kinds = TOY_KINDS },
		[PT_PTE] = { .va_shift = 4, .index_bits = 3, .entry_bytes = 8,
			     .leaf = true, .group_order = { 2 },
			     .kinds = TOY_PAGE_KINDS },
	},
	.representable = toy_representable,
	.entry = toy_entry,
	.permits = toy_permits,
	.translate = toy_translate,
};

const struct mmu_arch toy5_arch = {
	.format = "toy5",
	.source = "tests/oracles/toy.h",
	.top = PT_PGD,
	.page_shift = 4,
	.va_bits = 12,
	.va_word_bits = 32,
	.two_roots = true,
	.level = {
		[PT_PGD] = { .va_shift = 11, .index_bits = 1, .entry_bytes = 8,
			     .deniable = PT_W },
		[PT_P4D] = { .va_shift = 9, .index_bits = 2, .entry_bytes = 8,
			     .leaf = true, .deniable = PT_W,
			     .kinds = TOY_KINDS },
		[PT_PUD] = { .va_shift = 8, .index_bits = 1, .entry_bytes = 8,
			     .leaf = true, .group_order = { 1 }, .deniable = PT_W,
			     .kinds = TOY_KINDS },
		[PT_PMD] = { .va_shift = 6, .index_bits = 2, .entry_bytes = 8,
			     .leaf = true, .deniable = PT_W,
			     .kinds = TOY_KINDS },
		[PT_PTE] = { .va_shift = 4, .index_bits = 2, .entry_bytes = 8,
			     .leaf = true, .group_order = { 1 },
			     .kinds = TOY_PAGE_KINDS },
	},
	.representable = toy_representable,
};

/*
 *			Running operations
 */

void toy_open(struct toy *toy, const struct mmu_arch *arch)
{
	memset(toy, 0, sizeof(*toy));
	toy->arch = arch;
	toy->regime.pa_bits = 16;
	toy->oracle = oracle_create(arch);
	assert_non_null(toy->oracle);
	toy->trace.event = toy->event;
	toy->trace.capacity = TOY_EVENTS;
	oracle_reset(toy->oracle, &toy->regime);
}

void toy_close(struct toy *toy)
{
	oracle_destroy(toy->oracle);
	toy->oracle = NULL;
}

int toy_run(struct toy *toy, const struct op *op)
{
	const struct trace_event *last;

	toy->trace.count = 0;
	toy->trace.overflow = false;
	oracle_expect(toy->oracle, op, &toy->trace);
	assert_false(toy->trace.overflow);
	assert_true(toy->trace.count > 0);
	last = &toy->event[toy->trace.count - 1];
	assert_int_equal(last->type, TRACE_RETURN);
	return last->ret;
}

int toy_map(struct toy *toy, uint64_t va, uint64_t last, uint64_t pa,
	    uint32_t attrs, unsigned depth, unsigned order)
{
	return toy_run(toy, &(struct op){ .kind = OP_MAP,
					  .va = va,
					  .last = last,
					  .pa = pa,
					  .attrs = attrs,
					  .depth = (uint8_t)depth,
					  .order = (uint8_t)order });
}

int toy_range(struct toy *toy, enum op_kind kind, uint64_t va, uint64_t last)
{
	return toy_run(toy, &(struct op){ .kind = (uint8_t)kind,
					  .va = va,
					  .last = last,
					  .attrs = PT_R });
}

int toy_at(struct toy *toy, enum op_kind kind, uint64_t va, unsigned depth,
	   uint32_t attrs)
{
	return toy_run(toy, &(struct op){ .kind = (uint8_t)kind,
					  .va = va,
					  .depth = (uint8_t)depth,
					  .attrs = attrs });
}

int toy_free(struct toy *toy, uint64_t va, uint64_t last, uint64_t floor,
	     uint64_t ceiling)
{
	return toy_run(toy, &(struct op){ .kind = OP_FREE,
					  .va = va,
					  .last = last,
					  .floor = floor,
					  .ceiling = ceiling });
}

int toy_setkind(struct toy *toy, uint64_t va, unsigned depth, enum pt_kind kind,
		uint64_t pa)
{
	return toy_run(toy, &(struct op){ .kind = OP_SETKIND,
					  .va = va,
					  .depth = (uint8_t)depth,
					  .target = (uint8_t)kind,
					  .pa = pa });
}

int toy_collapse(struct toy *toy, uint64_t va, unsigned depth, unsigned order)
{
	return toy_run(toy, &(struct op){ .kind = OP_COLLAPSE,
					  .va = va,
					  .depth = (uint8_t)depth,
					  .order = (uint8_t)order });
}

int toy_fail(struct toy *toy, unsigned nth)
{
	return toy_run(toy,
		       &(struct op){ .kind = OP_FAIL, .nth = (uint8_t)nth });
}

int toy_walk(struct toy *toy, uint64_t va, uint64_t last,
	     const struct op_walk *walk)
{
	return toy_run(toy, &(struct op){ .kind = OP_WALK,
					  .va = va,
					  .last = last,
					  .walk = *walk });
}

int toy_vma(struct toy *toy, uint64_t va, uint64_t last, enum op_vma type)
{
	return toy_run(toy, &(struct op){ .kind = OP_VMA,
					  .va = va,
					  .last = last,
					  .depth = PT_PMD,
					  .vma.type = (uint8_t)type });
}

int toy_walk_vma(struct toy *toy, uint64_t va, uint64_t last,
		 const struct op_walk *walk)
{
	return toy_run(toy, &(struct op){ .kind = OP_WALK_VMA,
					  .va = va,
					  .last = last,
					  .walk = *walk });
}

void toy_expect(const struct toy *toy, const char *const *lines,
		unsigned count)
{
	for (unsigned i = 0; i < toy->trace.count || i < count; i++) {
		char text[200] = "(no more events)";

		if (i < toy->trace.count)
			oracle_print_event(text, sizeof(text), &toy->event[i]);
		assert_string_equal(text, i < count ? lines[i] : "(no more)");
	}
}

static void print_fields(char *out, size_t bytes, const struct trace_event *e)
{
	snprintf(out, bytes,
		 "%s 0x%" PRIx64 "-0x%" PRIx64 " %s %s x%" PRIu32
		 " order %u pa 0x%" PRIx64 " attrs 0x%" PRIx32
		 " removed 0x%" PRIx32 " ret %" PRId32,
		 trace_type_name(e->type), e->va, e->last,
		 pt_depth_name(e->depth), pt_kind_name(e->kind), e->count,
		 e->order, e->pa, e->attrs, e->removed, e->ret);
}

void toy_expect_events(const struct toy *toy, const struct trace_event *want,
		       unsigned count)
{
	char seen[200], wanted[200];

	for (unsigned i = 0; i < count && i < toy->trace.count; i++) {
		print_fields(seen, sizeof(seen), &toy->event[i]);
		print_fields(wanted, sizeof(wanted), &want[i]);
		assert_string_equal(seen, wanted);
	}
	assert_int_equal(toy->trace.count, count + 1);
}

void toy_expect_at(struct toy *toy, uint64_t va, const char *line)
{
	char text[200];

	assert_int_equal(toy_at(toy, OP_TRANSLATE, va, 0, 0), 0);
	assert_int_equal(toy->trace.count, 2);
	oracle_print_event(text, sizeof(text), &toy->event[0]);
	assert_string_equal(text, line);
}
