/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in subject: mm/ behind struct subject.
 *
 * The walk's callbacks follow the script of struct op_walk and write down what
 * they were called with; they add nothing of their own, so that what is
 * compared is what the walker did.
 */
#include "../subject.h"

#include <errno.h>

#include <tablewalk/walk.h>

struct script {
	const struct op_walk *walk;
	struct trace *trace;
	uint32_t calls;			/* all callbacks so far */
	uint32_t calls_at[PT_DEPTHS];	/* entry callbacks per depth */
};

static int script_return(struct script *s)
{
	s->calls++;
	return s->walk->stop_at && s->calls == s->walk->stop_at
		       ? s->walk->stop_value : 0;
}

/* Sets the action that the script has for this call of an entry callback. */
static void script_act(struct script *s, int depth, struct pt_walk *walk)
{
	const struct op_walk *w = s->walk;
	uint32_t call = s->calls_at[depth]++;

	if (w->action == OP_SUBTREE || depth != w->action_depth)
		return;
	if (call == w->action_from ||
	    (w->action_always && call > w->action_from))
		walk->action = w->action == OP_AGAIN ? PT_WALK_AGAIN
						     : PT_WALK_CONTINUE;
}

static int on_entry(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct script *s = walk->context;

	if (!trace_extend(s->trace, TRACE_VISIT, visit->depth, visit->kind,
			  visit->order, visit->attrs, visit->pa, visit->start,
			  visit->last))
		trace_start(s->trace, TRACE_VISIT, visit->depth, visit->kind,
			    visit->order, visit->attrs, visit->pa, visit->start,
			    visit->last);
	if (visit->depth >= 0 && visit->depth < PT_DEPTHS)
		script_act(s, visit->depth, walk);
	return script_return(s);
}

static int on_hole(uint64_t start, uint64_t last, int depth,
		   struct pt_walk *walk)
{
	struct script *s = walk->context;

	if (!trace_extend(s->trace, TRACE_HOLE, depth, 0, 0, 0, 0, start, last))
		trace_start(s->trace, TRACE_HOLE, depth, 0, 0, 0, 0, start, last);
	return script_return(s);
}

static int apply_walk(struct pt_space *space, const struct op *op,
		      struct trace *trace)
{
	struct script script = { .walk = &op->walk, .trace = trace };
	const uint8_t set = op->walk.callbacks;
	const struct pt_walk_ops ops = {
		.pgd_entry = set & OP_CB_ENTRY(PT_PGD) ? on_entry : NULL,
		.p4d_entry = set & OP_CB_ENTRY(PT_P4D) ? on_entry : NULL,
		.pud_entry = set & OP_CB_ENTRY(PT_PUD) ? on_entry : NULL,
		.pmd_entry = set & OP_CB_ENTRY(PT_PMD) ? on_entry : NULL,
		.pte_entry = set & OP_CB_ENTRY(PT_PTE) ? on_entry : NULL,
		.pte_hole = set & OP_CB_HOLE ? on_hole : NULL,
	};

	return pt_walk_inclusive(space, op->va, op->last, &ops, &script);
}

static int apply_translate(struct pt_space *space, const struct op *op,
			   struct trace *trace)
{
	struct pt_lookup found = { 0 };
	int ret = pt_translate(space, op->va, &found);

	if (ret == 0) {
		const struct trace_event event = {
			.type = TRACE_LOOKUP, .va = op->va, .last = op->va,
			.pa = found.pa, .attrs = found.attrs,
			.removed = found.removed, .kind = found.kind,
			.depth = (int8_t)found.depth, .order = found.order,
			.count = 1,
		};

		trace_emit(trace, &event);
	}
	return ret;
}

static int apply(struct subject *s, const struct op *op, struct trace *trace)
{
	struct pt_space *space = &s->space[s->current];

	/* A switch on the number: kinds without an effect share one answer. */
	switch ((unsigned)op->kind) {
	case OP_NOP:
		return 0;
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
	case OP_TRANSLATE:
		return apply_translate(space, op, trace);
	case OP_SWITCH:
		s->current = op->space;
		return 0;
	case OP_WALK:
		return apply_walk(space, op, trace);
	case OP_FAIL:
		s->arena->fail_in = op->nth;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

bool subject_open(struct subject *subject, const struct pt_format *format,
		  struct arena *arena)
{
	*subject = (struct subject){ .arena = arena };
	for (unsigned i = 0; i < PT_SPACES; i++)
		if (pt_space_init(&subject->space[i], format, &arena->env, i,
				  format->pa_bits))
			return false;
	return true;
}

int subject_apply(struct subject *subject, const struct op *op,
		  struct trace *trace)
{
	subject->arena->trace = trace;

	int ret = apply(subject, op, trace);
	const struct trace_event event = {
		.type = TRACE_RETURN, .ret = ret, .count = 1,
	};

	trace_emit(trace, &event);
	subject->arena->trace = NULL;
	return ret;
}
