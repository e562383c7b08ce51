/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in subject: mm/ behind struct subject.
 * Its walks are in builtin_walk.c; what is made and put back within one operation
 * in builtin_scratch.c; dumps, iterators, copies and questions for tables in
 * builtin_tables.c.
 */
#include <errno.h>

#include <tablewalk/share.h>

#include "builtin_scratch.h"
#include "builtin_tables.h"
#include "builtin_walk.h"

/* The kinds of table_ops.h. */
static int apply_change(struct pt_space *space, const struct op *op)
{
	switch ((unsigned)op->kind) {
	case OP_MAP:
		return pt_map(space, op->va, op->last, op->pa, op->attrs,
			      op->depth, op->order);
	case OP_UNMAP:
		return pt_unmap(space, op->va, op->last);
	case OP_PROTECT:
		return pt_protect(space, op->va, op->last, op->attrs);
	case OP_SPLIT:
		return pt_split(space, op->va, op->depth);
	case OP_COLLAPSE:
		return pt_collapse(space, op->va, op->depth, op->order);
	case OP_RESTRICT:
		return pt_restrict(space, op->va, op->depth, op->attrs);
	case OP_SETKIND:
		return pt_setkind(space, op->va, op->depth,
				  (enum pt_kind)op->target, op->pa);
	case OP_TOUCH:
		return pt_touch(space, op->va, (enum pt_access)op->access);
	case OP_FREE:
		return pt_free_tables(space, op->va, op->last, op->floor,
				      op->ceiling);
	default:
		return -EOPNOTSUPP;
	}
}

/* The kinds that look at what there is. */
static int apply_look(struct subject *s, struct pt_space *space,
		      const struct op *op, struct trace *trace)
{
	switch ((unsigned)op->kind) {
	case OP_TRANSLATE:
		return builtin_translate(space, op, trace);
	case OP_WALK:
		return builtin_walk(s, op, trace);
	case OP_WALK_VMA:
		return builtin_walk_vma(space, op, trace);
	case OP_DUMP:
		return builtin_dump(space, op, trace);
	case OP_ITERATE:
		return builtin_iterate(space, op, trace);
	case OP_OWNER:
		return builtin_owner(s, op, trace);
	case OP_POISON:
		return builtin_poison(s, op, trace);
	case OP_POKE:
		return builtin_poke(s, op, trace);
	case OP_SHADOW:
		return builtin_shadow(s, op, trace);
	case OP_CLONE:
		return builtin_clone(space, op, trace);
	case OP_PAIR:
		return builtin_pair(s, op, trace);
	default:
		return apply_change(space, op);
	}
}

static int apply(struct subject *s, const struct op *op, struct trace *trace)
{
	struct pt_space *space = &s->space[s->current];

	switch ((unsigned)op->kind) {
	case OP_NOP:
		return 0;
	case OP_SWITCH:
		s->current = op->space;
		return 0;
	case OP_FAIL:
		s->arena->fail_in = op->nth;
		return 0;
	case OP_CTOR_FAIL:
		s->arena->ctor_fail_in = op->nth;
		return 0;
	case OP_VMA:
		return vma_list_apply(&s->vmas[s->current], space, op);
	case OP_INSTALL:
		return builtin_install(space, op, trace);
	case OP_COPY:
		return builtin_copy(s, op);
	case OP_IDENTITY:
		return builtin_identity(space, op);
	case OP_SHARE:
		return pt_share_kernel(space, &s->space[1 - s->current],
				       op->nth == 1 ? PT_SHARE_SYNCED :
						      PT_SHARE_POINTER);
	case OP_SYNC:
		return pt_sync_kernel(space, op->va);
	default:
		return apply_look(s, space, op, trace);
	}
}

bool subject_can_hold(const struct op *op)
{
	switch ((unsigned)op->kind) {
	case OP_MAP:
	case OP_UNMAP:
	case OP_PROTECT:
	case OP_SPLIT:
	case OP_COLLAPSE:
	case OP_RESTRICT:
	case OP_SETKIND:
	case OP_FREE:
	case OP_INSTALL:
		return true;
	default:
		return false;
	}
}

bool subject_would_hold(const struct subject *s, const struct op *op)
{
	return s->during && !s->holds && subject_can_hold(op);
}

const struct op *subject_would_carry(const struct subject *s,
				     const struct op *op)
{
	return s->holds && op->kind == OP_WALK ? &s->held : NULL;
}

void builtin_carry_out(struct subject *s, const struct op *op,
		       struct trace *trace)
{
	const struct trace_event event = {
		.type = TRACE_INNER, .ret = apply(s, op, trace), .count = 1,
	};

	trace_emit(trace, &event);
}

static void hold(struct subject *s, unsigned during)
{
	s->during = (uint8_t)during;
	s->holds = false;
}

/* An operation at its turn: it may be held, or be what ends the holding. */
static int take_turn(struct subject *s, const struct op *op,
		     struct trace *trace)
{
	int ret;

	if (op->kind == OP_DURING) {
		hold(s, op->nth);
		return 0;
	}
	if (subject_would_hold(s, op)) {
		s->held = *op;
		s->holds = true;
		return 0;
	}
	ret = apply(s, op, trace);
	/* Nothing came to be held, or the walk had it: it is forgotten. */
	if (!s->holds || op->kind == OP_WALK)
		hold(s, 0);
	return ret;
}

const struct subject_kind subject_builtin = {
	.name = "builtin",
	.what = "mm/, driven by the descriptors of arch/",
	.turn = take_turn,
};

static void begin(struct subject *subject, struct arena *arena)
{
	subject->kind = &subject_builtin;
	subject->turns = 0;
	subject->due = 0;
	subject->current = 0;
	subject->arena = arena;
	hold(subject, 0);
	/* What is behind the count is never looked at. */
	for (unsigned i = 0; i < PT_SPACES; i++)
		subject->vmas[i].count = 0;
}

void subject_view(struct subject *subject, const struct pt_format *format,
		  struct arena *arena)
{
	begin(subject, arena);
	for (unsigned i = 0; i < PT_SPACES; i++)
		subject->space[i] = (struct pt_space){
			.format = format, .env = &arena->env, .number = i,
			.pa_bits = format->pa_bits,
		};
}

bool subject_open(struct subject *subject, const struct pt_format *format,
		  struct arena *arena)
{
	begin(subject, arena);
	for (unsigned i = 0; i < PT_SPACES; i++) {
		if (pt_space_init(&subject->space[i], format, &arena->env, i,
				  format->pa_bits))
			return false;
	}
	return true;
}

void subject_walk_flags(struct subject *subject, uint32_t flags)
{
	for (unsigned i = 0; i < PT_SPACES; i++)
		subject->space[i].walk_flags = flags;
}

int subject_apply(struct subject *subject, const struct op *op,
		  struct trace *trace)
{
	subject->arena->trace = trace;

	int ret = subject->kind->turn(subject, op, trace);
	const struct trace_event event = {
		.type = TRACE_RETURN, .ret = ret, .count = 1,
	};

	trace_emit(trace, &event);
	subject->arena->trace = NULL;
	return ret;
}
