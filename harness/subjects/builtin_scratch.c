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

/* Adds a number to a sum of what was reported. */
static void fold(uint64_t *sum, uint64_t number)
{
	*sum = (*sum ^ number) * UINT64_C(0x100000001b3);
	*sum ^= *sum >> 32;
}

static int fold_run(void *context, const struct pt_dump_run *run)
{
	fold(context, run->start);
	fold(context, run->last);
	fold(context, (uint64_t)run->attrs << 32 | run->removed);
	fold(context, run->depth * (uint64_t)PT_KINDS + run->kind);
	return 0;
}

/*
 * "it changes how much is read and nothing else" (ptdump.h): the operation's range
 * with the shortcut and without it.  What the shortcut makes of it goes to the
 * trace, where it has no business, if that is not the same.
 */
static void compare_dumps(struct pt_space *space, const struct op *op,
			  const struct pt_shadow *shadow, struct trace *trace)
{
	uint64_t sum[2] = { 0, 0 };

	for (unsigned i = 0; i < 2; i++) {
		struct pt_dump dump = {
			.flags = PT_DUMP_HOLES, .shadow = i ? shadow : NULL,
			.context = &sum[i], .run = fold_run,
		};

		if (pt_dump_range(space, op->va, op->last, &dump))
			return;
	}
	if (sum[0] != sum[1])
		builtin_dump_plain(space, op, PT_DUMP_HOLES, shadow, trace);
}

/* The entry that is a link and covers va; false where va has none. */
static bool find_link(const struct pt_space *space,
		      const struct pt_shadow *shadow, uint64_t va,
		      struct pt_slot *slot)
{
	for (unsigned d = space->format->top; d < PT_PTE; d++) {
		*slot = pt_descend(space, va, d);
		if (slot->kind != PT_TABLE)
			return false;
		if (pt_table_pa(&space->format->level[d], slot->entry) ==
		    shadow->table[d + 1])
			return true;
	}
	return false;
}

/*
 * Looks with and without the shortcut while a link takes a right away, and while
 * a page of the shadow's is missing: what no operation that follows can do, as the
 * shadow is gone by then.  Of the range only the first few tables: without the
 * shortcut every entry is read.
 */
static void look_at_changed(struct pt_space *space, const struct op *op,
			    const struct pt_shadow *shadow, struct trace *trace)
{
	const struct pt_format *f = space->format;
	const uint64_t span = pt_span(f, PT_PMD);
	struct op part = *op;
	struct pt_slot slot = {
		.table = pt_table_open(space, PT_PTE, shadow->table[PT_PTE]),
		.index = pt_table_entries(f, PT_PTE) - 1, .depth = PT_PTE,
	};

	if (op->last - op->va >= 4 * span)
		part.last = (op->va | (span - 1)) + 3 * span;
	slot.entry = pt_read_entry(f, PT_PTE, &slot.table, slot.index);
	write_raw(f, &slot, pt_none_entry(&f->level[PT_PTE]));
	compare_dumps(space, &part, shadow, trace);
	write_raw(f, &slot, slot.entry);
	if (find_link(space, shadow, part.last, &slot) ||
	    find_link(space, shadow, part.va, &slot)) {
		const struct pt_level *l = &f->level[slot.depth];

		write_raw(f, &slot,
			  pt_table_restrict(l, slot.entry,
					    l->table.hierarchy[0].right));
		compare_dumps(space, &part, shadow, trace);
		write_raw(f, &slot, slot.entry);
	}
}

/* What OP_SHADOW sees of what it filled. */
static int look_at_shadow(struct pt_space *space, const struct op *op,
			  const struct pt_shadow *shadow, struct trace *trace)
{
	int ret;

	if (op->nth == OP_SHADOW_SHORT) {
		ret = builtin_dump_plain(space, op, PT_DUMP_HOLES, shadow,
					 trace);
		look_at_changed(space, op, shadow, trace);
		return ret;
	}
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

static int fold_poison(void *context, const struct pt_poison *poison)
{
	fold(context, poison->owner.page.pa);
	for (unsigned i = 0; i < poison->ranges; i++) {
		fold(context, poison->lost[i].first);
		fold(context, poison->lost[i].last);
	}
	return 0;
}

/*
 * "An entry is lost with any of its bytes" (table_owner.h): with its last one, in
 * the high half or the last copy, as with its first one at pa.  What is lost with
 * the last one goes to the trace, where it has no business, if that is not the same.
 */
static void compare_bytes(struct pt_space *const *spaces,
			  const struct pt_level *l, uint64_t pa,
			  struct trace *trace)
{
	const uint64_t end = pa + l->half_offset + (pt_stride(l) - 1);
	uint64_t sum[2] = { 0, 0 };

	for (unsigned i = 0; i < 2; i++)
		pt_table_poisoned(spaces, PT_SPACES, i ? end : pa, 1,
				  fold_poison, &sum[i]);
	if (sum[0] != sum[1])
		pt_table_poisoned(spaces, PT_SPACES, end, 1, on_poison, trace);
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
	if (op->nth == OP_POISON_ENTRY)
		compare_bytes(spaces, &space->format->level[op->depth], pa,
			      trace);
	write_raw(space->format, &slot, slot.entry);
	return ret;
}
