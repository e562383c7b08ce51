/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected traces of what looks at a state and puts it back: a wrong entry, a
 * shadow region, a copy of a whole tree.
 *
 * Source: OP_POKE in include/tablewalk/walk.h, include/tablewalk/shadow.h and
 * include/tablewalk/clone.h, the texts.
 *
 * While it lasts the model holds what is looked at as something that its readers
 * know: a bad entry as an extent, a stray pointer as an empty table that the walker
 * is told of, a shadow's pages as one extent whose addresses nobody asks for.
 */
#include <errno.h>

#include "cover.h"
#include "expect.h"
#include "walker.h"

/* PT_DUMP_HOLES of ptdump.h: holes are runs too. */
#define DUMP_HOLES 0x1u

/* A dump of the operation's range, without a marker. */
static int dump(const struct oracle *oracle, const struct op *op, uint8_t flags,
		struct trace *trace)
{
	const struct op asked = {
		.kind = OP_DUMP, .va = op->va, .last = op->last, .nth = flags,
	};

	return expect_dump(oracle, &asked, trace);
}

/*
 *			A wrong entry
 */

/* Whether software cannot mean anything by raw, whatever the regime. */
static bool is_bad_word(const struct oracle *oracle, unsigned depth,
			uint64_t raw)
{
	const struct mmu_arch *arch = oracle->arch;
	struct pt_regime reading = oracle->regime;
	struct mmu_entry entry;

	/* As in structure.c: what a control makes reserved was written. */
	reading.control = UINT32_MAX;
	arch->entry(&reading, depth, raw, &entry);
	if (entry.class == MMU_RESERVED)
		return true;
	/*
	 * Of the words that hardware does not look at software uses so few that
	 * among those tried there is one it does not.
	 */
	return entry.class == MMU_INVALID && !entry.empty;
}

/* Whether one of the words that are tried is bad. */
static bool has_bad_word(const struct oracle *oracle, unsigned depth)
{
	const unsigned bits = oracle->arch->level[depth].entry_bytes * 8u;
	const uint64_t ones = pt_ones(bits);

	if (!oracle->arch->walks || is_bad_word(oracle, depth, ones))
		return true;
	for (unsigned i = 0; i < bits; i++)
		if (is_bad_word(oracle, depth, UINT64_C(1) << i) ||
		    is_bad_word(oracle, depth, ones ^ UINT64_C(1) << i))
			return true;
	return false;
}

/* Whether there is a word to be written, and what refuses it. */
static int check_word(const struct oracle *oracle, const struct op *op,
		      uint64_t offset)
{
	const struct flat_space *other =
		&oracle->space[(oracle->current + 1u) % PT_SPACES];
	const unsigned below = op->depth + 1u;

	switch (op->nth) {
	case OP_POKE_BAD:
		return has_bad_word(oracle, op->depth) ? 0 : -EOPNOTSUPP;
	case OP_POKE_OTHER:
		if (oracle->share.active)
			return -EBUSY;
		return flat_has_table(other, below, offset) ? 0 : -ENOENT;
	case OP_POKE_DEPTH:
		return oracle->table_bytes[op->depth] <
				       oracle->table_bytes[below] ?
			       -EOPNOTSUPP : 0;
	default:
		return 0;
	}
}

static int check_poke(const struct oracle *oracle, const struct op *op,
		      uint64_t *offset)
{
	const struct flat_space *space = &oracle->space[oracle->current];
	int ret;

	if (op->nth == OP_POKE_NOTHING || op->nth >= OP_POKES ||
	    (op->nth != OP_POKE_BAD && op->depth == PT_PTE))
		return -EOPNOTSUPP;
	ret = expect_table_at(oracle, op->va, op->depth, offset);
	if (ret)
		return ret;
	if (flat_find(space, *offset) ||
	    (op->depth < PT_PTE &&
	     flat_has_table(space, op->depth + 1u, *offset)))
		return -EBUSY;
	return check_word(oracle, op, *offset);
}

/* The table that a walk wants behind the pointer, and what it finds. */
static struct trace_event stray_of(const struct oracle *oracle,
				   const struct op *op, uint64_t offset)
{
	const unsigned space = oracle->current;
	const uint8_t owner = (uint8_t)share_owner_of(oracle, space, offset);
	struct trace_event event = {
		.type = TRACE_STRAY,
		.depth = (int8_t)(op->depth + 1),
		.order = owner,
		.count = 1,
	};

	if (op->nth == OP_POKE_OTHER) {
		event.removed = 1;
		event.kind = (uint8_t)(op->depth + 1);
		event.ret = (int32_t)((space + 1u) % PT_SPACES);
	} else if (op->nth == OP_POKE_DEPTH) {
		/* Each root is its space's. */
		event.removed = 1;
		event.kind = op->depth;
		event.ret = op->depth == oracle->geometry.top ? (int)space :
								owner;
	}
	return event;
}

/* The walk with all callbacks, none of which asks for anything. */
static int look_around(struct oracle *oracle, const struct op *op,
		       const struct trace_event *stray, uint64_t stray_at,
		       struct trace *trace)
{
	struct op asked = *op;
	uint64_t first, last;
	struct walker w;
	int ret;

	asked.walk = (struct op_walk){
		.callbacks = OP_CB_HOLE | (OP_CB_HOLE - 1u),
	};
	walker_init(&w, oracle, &asked, trace);
	w.stray = stray;
	w.stray_at = stray_at;
	ret = walker_check_range(&w, op->va, op->last, &first, &last);
	return ret ? ret : walker_tables(&w, first, last);
}

static int poke_bad(struct oracle *oracle, const struct op *op,
		    const struct flat_extent *bad, struct trace *trace)
{
	struct flat_space *space = &oracle->space[oracle->current];
	int ret, lookup;

	flat_add(space, bad);
	ret = look_around(oracle, op, NULL, 0, trace);
	if (!ret) {
		ret = dump(oracle, op, DUMP_HOLES, trace);
		lookup = expect_translate(oracle, op, trace);
		if (!ret)
			ret = lookup;
	}
	/* Where the walk has cleared it there is nothing left. */
	flat_remove(space, bad->first, bad->last);
	return ret;
}

int expect_poke(struct oracle *oracle, const struct op *op, struct trace *trace)
{
	struct flat_space *space = &oracle->space[oracle->current];
	struct flat_extent bad = { .kind = PT_BAD, .depth = op->depth };
	struct trace_event stray;
	uint64_t offset, mask;
	int ret = check_poke(oracle, op, &offset);

	if (ret)
		return ret;
	if (!flat_reserve(space, 1))
		return EXPECT_NO_HOST_MEMORY;
	mask = pt_ones(oracle->geometry.shift[op->depth]);
	bad.first = offset & ~mask;
	bad.last = offset | mask;
	if (op->nth == OP_POKE_BAD)
		return poke_bad(oracle, op, &bad, trace);
	stray = stray_of(oracle, op, offset);
	flat_fill_tables(space, op->depth + 1u, bad.first, bad.first);
	ret = look_around(oracle, op, &stray, bad.first, trace);
	flat_drop_tables(space, op->depth + 1u, bad.first, bad.last);
	return ret;
}

/*
 *			A shadow region
 */

/* Makes the shadow's tables, upper ones first. */
static int make_shadow(struct step *s)
{
	const struct oracle *o = s->oracle;
	const unsigned top = o->geometry.top;

	if (s->op->pa & pt_ones(o->arch->page_shift))
		return -EINVAL;
	if (s->op->pa > pt_ones(o->regime.pa_bits))
		return -ERANGE;
	if (top >= PT_PTE || !o->arch->representable(PT_PTE, s->op->attrs))
		return -EOPNOTSUPP;
	for (unsigned d = top + 1; d < PT_DEPTHS; d++) {
		if (step_allocate_bare(s, d))
			continue;
		step_give_back(s);
		return -ENOMEM;
	}
	return 0;
}

static int check_fill(struct step *s)
{
	int ret = model_check_range(s->oracle, s->op->va, s->op->last,
				    &s->first, &s->last);

	if (ret)
		return ret;
	/* Either side: whoever shares changes it as one space. */
	if (s->oracle->share.active)
		return -EBUSY;
	return flat_occupied(s->space, s->first, s->last) ? -EEXIST : 0;
}

/* OP_SHADOW_LONG: each page of the range is visited as the same page. */
static void visit_pages(const struct step *s)
{
	const uint64_t page = pt_ones(s->oracle->arch->page_shift);
	struct trace_event event = {
		.type = TRACE_VISIT,
		.pa = s->op->pa,
		.attrs = s->op->attrs,
		.count = 1,
		.depth = PT_PTE,
		.kind = PT_LEAF,
	};

	for (event.va = s->op->va;; event.va += page + 1) {
		event.last = event.va + page;
		trace_emit(s->trace, &event);
		if (event.last == s->op->last || s->trace->overflow)
			return;
	}
}

/* What is seen of the range while it is filled. */
static int look_at_shadow(struct step *s)
{
	const struct flat_extent pages = {
		.first = s->first, .last = s->last, .attrs = s->op->attrs,
		.kind = PT_LEAF, .depth = PT_PTE,
	};
	int ret;

	flat_add(s->space, &pages);
	ret = dump(s->oracle, s->op, DUMP_HOLES, s->trace);
	flat_remove(s->space, s->first, s->last);
	if (!ret && s->op->nth == OP_SHADOW_LONG)
		visit_pages(s);
	return ret;
}

int expect_shadow(struct oracle *oracle, const struct op *op,
		  struct trace *trace)
{
	struct step s = {
		.oracle = oracle,
		.op = op,
		.space = &oracle->space[oracle->current],
		.trace = trace,
	};
	/* A link ends the descent anywhere, as a leaf of the last depth does. */
	struct cover cover = { .step = &s, .ends = (1u << PT_DEPTHS) - 1u };
	int ret = make_shadow(&s);

	if (ret)
		return ret;
	ret = check_fill(&s);
	if (!ret)
		ret = cover_make_tables(&cover);
	/* With the tables at the edges the shadow's were given back. */
	if (ret == -ENOMEM || ret == EXPECT_NO_HOST_MEMORY)
		return ret;
	if (!ret)
		ret = look_at_shadow(&s);
	for (unsigned d = PT_PTE; d > oracle->geometry.top; d--)
		step_emit(&s, TRACE_FREE, d, 1);
	return ret;
}

/*
 *			A copy of a whole tree
 */

/*
 * The events of all tables from depth down in [first, last]: allocated, a table
 * before those below it, or released, a table after them.  Recurses at most 4
 * deep.
 */
static bool clone_tables(struct step *s, bool allocate, unsigned depth,
			 uint64_t first, uint64_t last)
{
	const struct flat_tables *t;
	uint64_t mask;
	size_t i, end;

	if (depth == PT_DEPTHS)
		return true;
	t = &s->space->table[depth];
	mask = pt_ones(s->space->geometry->table_shift[depth]);
	flat_table_range(s->space, depth, first, last, &i, &end);
	for (; i < end; i++) {
		if (allocate && !step_allocate(s, depth, 1))
			return false;
		if (!clone_tables(s, allocate, depth + 1, t->start[i],
				  t->start[i] | mask))
			return false;
		if (!allocate)
			step_emit(s, TRACE_FREE, depth, 1);
	}
	return true;
}

int expect_clone(struct oracle *oracle, const struct op *op,
		 struct trace *trace)
{
	const unsigned top = oracle->geometry.top;
	struct step s = {
		.oracle = oracle,
		.op = op,
		.space = &oracle->space[oracle->current],
		.trace = trace,
	};
	int ret;

	if (!step_allocate(&s, top, 1) ||
	    !clone_tables(&s, true, top + 1, 0, oracle->geometry.last))
		return -ENOMEM;
	ret = dump(oracle, op, op->nth, trace);
	clone_tables(&s, false, top + 1, 0, oracle->geometry.last);
	step_emit(&s, TRACE_FREE, top, 1);
	return ret;
}
