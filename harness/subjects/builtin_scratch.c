/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in subject's shadows, copies of whole trees, and pokes, as operations
 * of a case.
 *
 * A poke is the only place outside mm/ where table memory is written: past the
 * observer, and back again before anybody else looks.
 *
 * Sources: the sentences on OP_SHADOW in include/tablewalk/shadow.h, on OP_CLONE
 * in clone.h, on OP_POKE in walk.h, on struct op in op.h, and trace.h.
 */
#include "builtin_scratch.h"

#include <errno.h>

#include <tablewalk/clone.h>
#include <tablewalk/ptdump.h>
#include <tablewalk/shadow.h>
#include <tablewalk/table_owner.h>

#include "../../mm/pgtable.h"
#include "builtin_tables.h"
#include "builtin_walk.h"

/* What OP_SHADOW sees of what it filled. */
static int look_at_shadow(struct pt_space *space, const struct op *op,
			  const struct pt_shadow *shadow, struct trace *trace)
{
	int ret;

	if (op->nth == OP_SHADOW_SHORT)
		return builtin_dump_plain(space, op, PT_DUMP_HOLES, shadow,
					  trace);
	ret = builtin_dump_plain(space, op, PT_DUMP_HOLES, NULL, trace);
	return ret ? ret : builtin_walk_pages(space, op, trace);
}

int builtin_shadow(struct subject *subject, const struct op *op,
		   struct trace *trace)
{
	struct pt_space *space = &subject->space[subject->current];
	struct pt_shadow shadow;
	int ret;

	/* Its tables are no table of a space: nobody constructs them. */
	subject->arena->unowned = true;
	ret = pt_shadow_init(&shadow, space, op->pa, op->attrs);
	subject->arena->unowned = false;
	if (ret)
		return ret;
	ret = pt_shadow_fill(space, &shadow, op->va, op->last);
	if (!ret) {
		int cleared;

		ret = look_at_shadow(space, op, &shadow, trace);
		cleared = pt_shadow_clear(space, &shadow, op->va, op->last);
		ret = ret ? ret : cleared;
	}
	pt_shadow_destroy(&shadow);
	return ret;
}

int builtin_clone(struct pt_space *space, const struct op *op,
		  struct trace *trace)
{
	struct pt_space copy;
	int ret = pt_clone_tables(&copy, space, NULL);

	if (ret)
		return ret;
	ret = builtin_dump_plain(&copy, op, op->nth, NULL, trace);
	pt_space_destroy(&copy);
	return ret;
}

/*
 * Writes a word, and all copies of it, as mm/pt_entry.h would lay it out, but in
 * no order that anybody could see, and tells nobody.
 */
static void write_raw(const struct pt_format *f, const struct pt_slot *slot,
		      struct pt_entry e)
{
	const struct pt_level *l = &f->level[slot->depth];
	uint8_t *host = slot->table.host + slot->index * (size_t)pt_stride(l);
	const uint32_t low = pt_order32(f, (uint32_t)e.raw);
	const uint32_t high = pt_order32(f, (uint32_t)(e.raw >> 32));
	const uint64_t both = pt_order64(f, e.raw);

	if (l->half_offset) {
		memcpy(host, &low, sizeof(low));
		memcpy(host + l->half_offset, &high, sizeof(high));
	} else if (l->entry_bytes == 8) {
		memcpy(host, &both, sizeof(both));
	} else {
		for (unsigned i = 0; i < (l->copies ? l->copies : 1u); i++)
			memcpy(host + 4ul * i, &low, sizeof(low));
	}
}

/* The word of OP_POKE_BAD: -EOPNOTSUPP where there is none. */
static int find_bad(const struct pt_format *f, unsigned depth,
		    struct pt_entry *word)
{
	const unsigned bits = f->level[depth].entry_bytes * 8u;
	const uint64_t ones = pt_ones(bits);

	word->raw = ones;
	if (pt_entry_kind(f, depth, *word) == PT_BAD)
		return 0;
	for (unsigned i = 0; i < 2 * bits; i++) {
		uint64_t bit = UINT64_C(1) << i % bits;

		word->raw = i < bits ? bit : ones & ~bit;
		if (pt_entry_kind(f, depth, *word) == PT_BAD)
			return 0;
	}
	return -EOPNOTSUPP;
}

/* Where the other space's table of the depth below that of the slot is. */
static int find_other(struct subject *s, const struct op *op, uint64_t *pa)
{
	struct pt_space *space = &s->space[s->current];
	struct pt_space *other = &s->space[1 - s->current];
	const struct pt_format *f = space->format;
	uint64_t va = op->va;
	struct pt_owner owner;

	if (space->kernel || space->sharer)
		return -EBUSY;
	/* The same place of the other half. */
	if (f->va_rule == PT_VA_ROOTS)
		va ^= pt_ones(f->va_word_bits) & ~pt_ones(f->va_bits);
	if (pt_table_at(other, va, op->depth + 1u, &owner))
		return -ENOENT;
	*pa = owner.page.pa;
	return 0;
}

/* The word of the operation for a slot that is none. */
static int find_word(struct subject *s, const struct op *op,
		     const struct pt_slot *slot, struct pt_entry *word)
{
	const struct pt_format *f = s->space[0].format;
	uint64_t next, pa = slot->table.pa;
	int ret = 0;

	if (op->nth == OP_POKE_BAD)
		return find_bad(f, slot->depth, word);
	next = pt_table_bytes(f, slot->depth + 1);
	if (op->nth == OP_POKE_OTHER)
		ret = find_other(s, op, &pa);
	else if (op->nth == OP_POKE_UNKNOWN)
		pa = arena_unused(s->arena, next);
	else if (pt_table_bytes(f, slot->depth) < next)
		ret = -EOPNOTSUPP;
	if (!ret)
		*word = pt_table_entry(&f->level[slot->depth], pa);
	return ret;
}

/* What is seen while the word is there. */
static int look_at_poked(struct subject *s, const struct op *op,
			 struct trace *trace)
{
	struct pt_space *space = &s->space[s->current];
	int dumped, found, ret = builtin_walk_asking(s, op, trace);

	if (ret || op->nth != OP_POKE_BAD)
		return ret;
	dumped = builtin_dump_plain(space, op, PT_DUMP_HOLES, NULL, trace);
	found = builtin_translate(space, op, trace);
	return dumped ? dumped : found;
}

int builtin_poke(struct subject *subject, const struct op *op,
		 struct trace *trace)
{
	struct pt_space *space = &subject->space[subject->current];
	struct pt_owner owner;
	struct pt_entry word;
	struct pt_slot slot;
	int ret;

	if (op->nth == OP_POKE_NOTHING || op->nth >= OP_POKES ||
	    (op->depth == PT_PTE && op->nth != OP_POKE_BAD))
		return -EOPNOTSUPP;
	ret = pt_table_at(space, op->va, op->depth, &owner);
	if (ret)
		return ret;
	slot = pt_descend(space, op->va, op->depth);
	if (slot.kind != PT_NONE)
		return -EBUSY;
	ret = find_word(subject, op, &slot, &word);
	if (ret)
		return ret;
	write_raw(space->format, &slot, word);
	ret = look_at_poked(subject, op, trace);
	write_raw(space->format, &slot, slot.entry);
	return ret;
}
