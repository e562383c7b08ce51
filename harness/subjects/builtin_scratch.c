/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in subject's shadows, copies of whole trees, pokes, and questions what
 * poisoned bytes cost, as operations of a case.
 *
 * This is the only place outside mm/ where table memory is written: past the
 * observer, and back again before anybody else looks.
 *
 * Sources: the sentences on OP_SHADOW in include/tablewalk/shadow.h, on OP_CLONE
 * in clone.h, on OP_POKE in walk.h, on OP_POISON in table_owner.h, on struct op in
 * op.h, and trace.h.
 */
#include "builtin_scratch.h"

#include <errno.h>

#include <tablewalk/clone.h>
#include <tablewalk/ptdump.h>
#include <tablewalk/shadow.h>

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

/* A pointer to the table that the slot is in, if it is long enough to be one. */
static int find_loop(const struct pt_format *f, const struct pt_slot *slot,
		     struct pt_entry *word)
{
	if (slot->depth == PT_PTE || pt_table_bytes(f, slot->depth) <
					     pt_table_bytes(f, slot->depth + 1))
		return -EOPNOTSUPP;
	*word = pt_table_entry(&f->level[slot->depth], slot->table.pa);
	return 0;
}

/* The word of the operation for a slot that is none. */
static int find_word(struct subject *s, const struct op *op,
		     const struct pt_slot *slot, struct pt_entry *word)
{
	const struct pt_format *f = s->space[0].format;
	uint64_t pa = 0;
	int ret = 0;

	if (op->nth == OP_POKE_BAD)
		return find_bad(f, slot->depth, word);
	if (op->nth == OP_POKE_DEPTH)
		return find_loop(f, slot, word);
	if (op->nth == OP_POKE_OTHER)
		ret = find_other(s, op, &pa);
	else
		pa = arena_unused(s->arena,
				  pt_table_bytes(f, slot->depth + 1));
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
	ret = builtin_table_at(subject, op, &owner);
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

static int on_poison(void *context, const struct pt_poison *poison)
{
	const struct pt_owner *owner = &poison->owner;
	const struct trace_event table = {
		.type = TRACE_POISON, .va = owner->first, .last = owner->last,
		.depth = (int8_t)owner->page.depth,
		.order = owner->page.space, .count = 1,
	};

	trace_emit(context, &table);
	for (unsigned i = 0; i < poison->ranges; i++) {
		const struct trace_event lost = {
			.type = TRACE_LOST, .va = poison->lost[i].first,
			.last = poison->lost[i].last, .count = 1,
		};

		trace_emit(context, &lost);
	}
	return 0;
}

/* The bytes of a table that the operation is about. */
static void poisoned_bytes(const struct pt_format *f, const struct op *op,
			   const struct pt_table_page *page, uint64_t *pa,
			   uint64_t *bytes)
{
	const unsigned stride = pt_stride(&f->level[op->depth]);
	const unsigned index = pt_index(f, op->depth, op->va);

	*pa = page->pa;
	*bytes = page->bytes;
	if (op->nth == OP_POISON_TABLE)
		return;
	*pa += (uint64_t)index * stride;
	*bytes = 1;
	if (op->nth == OP_POISON_TWO &&
	    index + 1 < pt_table_entries(f, op->depth))
		*bytes += stride;
}

/*
 * The table, as the operation says, and what is in it is lost: no content of the
 * bytes may show.  So while the search is on, the entry that was asked for leads
 * back into its own table, where whoever reads it all the same meets that twice.
 */
int builtin_poison(struct subject *subject, const struct op *op,
		   struct trace *trace)
{
	struct pt_space *space = &subject->space[subject->current];
	struct pt_space *spaces[PT_SPACES];
	struct pt_owner owner;
	struct pt_slot slot;
	struct pt_entry word;
	uint64_t pa, bytes;
	int ret;

	for (unsigned i = 0; i < PT_SPACES; i++)
		spaces[i] = &subject->space[i];
	ret = builtin_table_at(subject, op, &owner);
	if (ret)
		return ret;
	slot = pt_descend(space, op->va, op->depth);
	poisoned_bytes(space->format, op, &owner.page, &pa, &bytes);
	if (find_loop(space->format, &slot, &word))
		word = slot.entry;
	write_raw(space->format, &slot, word);
	ret = pt_table_poisoned(spaces, PT_SPACES, pa, bytes, on_poison,
				trace);
	write_raw(space->format, &slot, slot.entry);
	return ret;
}
