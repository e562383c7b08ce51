/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks, translations and dumps by a foreign subject.
 *
 * What a visited entry says is read from the place that the walker names, with
 * the descriptor: that is not what is judged here, but it shows a place that is
 * not the right one.  What should have come is the model's trace of the same
 * operation, less what the subject's differences leave out; both sides are written
 * down anew then, so that runs are joined alike.
 */
#include "foreign_private.h"

#include <inttypes.h>
#include <string.h>

#include "../../mm/pt_entry.h"
#include "../../mm/pgtable.h"

/* Differences that make a walk's callbacks others than Linux's. */
#define WALK_DIFFERS (TABLEWALK_DIFFERS_WALK_LEAVES | \
		      TABLEWALK_DIFFERS_WALK_NO_HOLES | \
		      TABLEWALK_DIFFERS_NO_ENTRIES)

struct looker {
	struct tablewalk_visitor visitor;	/* first: it is what callbacks get */
	struct foreign_run *f;
	const struct op_walk *script;
	uint32_t calls, calls_at[PT_DEPTHS];
	bool promised;			/* PROCESS_NO_ANSWERS */
};

static int scripted_return(struct looker *l)
{
	l->calls++;
	/* An endless walk ends when its trace is full. */
	if (l->f->seen->overflow && !l->promised)
		return TABLEWALK_RANGE;
	return l->script->stop_at && l->calls == l->script->stop_at
		       ? l->script->stop_value : 0;
}

/* Whether all callbacks of the script return 0 and leave the action alone. */
static bool is_silent(const struct op_walk *w)
{
	return w->action == OP_SUBTREE && !w->stop_at;
}

static uint32_t scripted_action(struct looker *l, unsigned depth)
{
	const struct op_walk *w = l->script;
	uint32_t call = l->calls_at[depth]++;

	if (w->action == OP_SUBTREE || depth != w->action_depth ||
	    (call != w->action_from &&
	     !(w->action_always && call > w->action_from)))
		return TABLEWALK_SUBTREE;
	return w->action == OP_AGAIN ? TABLEWALK_AGAIN : TABLEWALK_CONTINUE;
}

/* What the entry at entry_pa says of va; it is of a table of that depth. */
static bool read_entry(const struct foreign_run *f, unsigned depth, uint64_t va,
		       uint64_t entry_pa, struct trace_event *event)
{
	const struct pt_level *l = &f->format->level[depth];
	const uint64_t bytes = l->half_offset ? l->half_offset + 4u
					      : pt_stride(l);
	const unsigned index = (unsigned)(va >> l->va_shift) &
			       ((1u << l->index_bits) - 1);
	const struct pt_table slot = {
		.env = f->host->space[0].env, .pa = entry_pa,
		.host = pt_memory_at(foreign_memory(f), entry_pa, bytes),
	};
	struct pt_entry e;
	enum pt_kind kind;

	if (!slot.host || entry_pa % l->entry_bytes ||
	    (foreign_is_elsewhere(f) &&
	     !foreign_elsewhere_has(f, entry_pa, bytes)))
		return false;
	e = pt_read_entry(f->format, depth, &slot, 0);
	kind = pt_entry_kind(f->format, depth, e);
	event->kind = (uint8_t)kind;
	if (pt_kind_has_pa(kind))
		event->pa = pt_entry_pa(l, kind, e, index) +
			    (va & (pt_span(f->format, depth) - 1));
	if (pt_has_attrs(kind))
		event->attrs = pt_attrs_read(l, kind, e);
	if (kind == PT_TABLE)
		event->attrs = pt_table_removed(l, e);
	if (kind == PT_LEAF)
		event->order = (uint8_t)pt_leaf_order(l, e);
	return true;
}

static int on_entry(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		    uint64_t last, uint64_t entry_pa)
{
	struct looker *l = (struct looker *)visitor;
	struct foreign_run *f = l->f;
	struct trace_event event = {
		.type = TRACE_VISIT, .depth = (int8_t)depth,
		.va = va, .last = last, .count = 1,
	};

	if (depth < 0 || depth >= PT_DEPTHS ||
	    !(visitor->callbacks >> depth & 1)) {
		foreign_wrong(f, "called entry of depth %d, which is not set",
			      depth);
		return TABLEWALK_INVALID;
	}
	if (foreign_differs(f, TABLEWALK_DIFFERS_NO_ENTRIES))
		foreign_used(f, TABLEWALK_DIFFERS_NO_ENTRIES);
	else if (!read_entry(f, (unsigned)depth < f->format->top
				? f->format->top : (unsigned)depth,
			     va, entry_pa, &event))
		foreign_wrong(f, "visited an entry at 0x%" PRIx64
			      ", where no table is", entry_pa);
	trace_emit(f->seen, &event);
	visitor->action = scripted_action(l, (unsigned)depth);
	return scripted_return(l);
}

static int on_hole(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		   uint64_t last)
{
	struct looker *l = (struct looker *)visitor;
	const struct trace_event event = {
		.type = TRACE_HOLE, .depth = (int8_t)depth,
		.va = va, .last = last, .count = 1,
	};

	if (!(visitor->callbacks & OP_CB_HOLE)) {
		foreign_wrong(l->f, "called hole, which is not set");
		return TABLEWALK_INVALID;
	}
	trace_emit(l->f->seen, &event);
	return scripted_return(l);
}

static int on_split(struct tablewalk_visitor *visitor, int depth, uint64_t va)
{
	struct looker *l = (struct looker *)visitor;
	struct foreign_run *f = l->f;

	if (foreign_maps(f) || depth < 0 || depth >= PT_DEPTHS)
		return TABLEWALK_UNSUPPORTED;
	return pt_split(&f->host->space[foreign_space(f)], va, (unsigned)depth);
}

/* Whether the walk would not report that event. */
static bool is_left_out(struct foreign_run *f, const struct trace_event *e)
{
	uint64_t by = 0;

	if (e->type == TRACE_HOLE || (e->type == TRACE_VISIT &&
				      e->kind == PT_NONE))
		by = TABLEWALK_DIFFERS_WALK_NO_HOLES;
	if (e->type == TRACE_VISIT && e->kind == PT_TABLE)
		by = TABLEWALK_DIFFERS_WALK_LEAVES;
	if (!foreign_differs(f, by))
		return false;
	foreign_used(f, by);
	return true;
}

/* One event of the model's, as the subject would report it. */
static void take_over(struct foreign_run *f, const struct trace_event *from,
		      struct trace *to)
{
	struct trace_event e = *from;

	if (is_left_out(f, &e))
		return;
	if (e.type == TRACE_VISIT &&
	    foreign_differs(f, TABLEWALK_DIFFERS_NO_ENTRIES)) {
		e.kind = PT_NONE;
		e.order = 0;
		e.pa = e.attrs = 0;
	}
	trace_emit(to, &e);
}

/* The walk that the subject can be asked for. */
static struct op reduced(struct foreign_run *f, const struct op *op)
{
	const uint32_t aliases = (1u << f->format->top) - 1;
	struct op walk = *op;

	/* Callbacks that nobody sets are nobody's to call. */
	if (foreign_differs(f, TABLEWALK_DIFFERS_WALK_NO_ALIASES) &&
	    walk.walk.callbacks & aliases) {
		foreign_used(f, TABLEWALK_DIFFERS_WALK_NO_ALIASES);
		walk.walk.callbacks = (uint8_t)(walk.walk.callbacks & ~aliases);
	}
	walk.walk.vma_callbacks = 0;
	if (!foreign_can(f, TABLEWALK_CAN_ACTIONS) ||
	    f->subject->differences & WALK_DIFFERS)
		walk.walk.action = OP_SUBTREE;
	if (!foreign_can(f, TABLEWALK_CAN_STOP) ||
	    f->subject->differences & WALK_DIFFERS) {
		walk.walk.stop_at = 0;
		walk.walk.stop_value = 0;
	}
	return walk;
}

static int walk(struct foreign_run *f, const struct op *op,
		struct trace *expected)
{
	const struct op asked = reduced(f, op);
	struct looker looker = {
		.visitor = {
			.context = f, .callbacks = asked.walk.callbacks,
			.entry = on_entry, .hole = on_hole, .split = on_split,
		},
		.f = f, .script = &asked.walk,
		.promised = f->process && is_silent(&asked.walk),
	};
	int ret;

	if (looker.promised)
		looker.visitor.callbacks |= PROCESS_NO_ANSWERS;
	ret = f->subject->walk(foreign_state(f), op->va, op->last,
				   &looker.visitor);

	if (foreign_is_gone(f))
		return ret;
	foreign_return(f->seen, ret);
	if (!(f->subject->differences & WALK_DIFFERS)) {
		oracle_expect(f->oracle, &asked, expected);
		return ret;
	}
	f->scratch.count = 0;
	f->scratch.overflow = false;
	oracle_expect(f->oracle, &asked, &f->scratch);
	for (uint32_t i = 0; i < f->scratch.count; i++)
		take_over(f, &f->scratch.event[i], expected);
	expected->overflow |= f->scratch.overflow;
	return ret;
}

/*
 *			Translations and dumps
 */

/* Both sides say no more than the interface can. */
static void emit_lookup(const struct foreign_run *f, struct trace *trace,
			uint64_t va, const struct tablewalk_translation *found)
{
	const uint32_t known = f->subject->attrs | f->subject->attrs_always;
	const struct trace_event event = {
		.type = TRACE_LOOKUP, .va = va, .last = va, .count = 1,
		.kind = found->present ? PT_LEAF : PT_NONE,
		.depth = found->present ? (int8_t)found->depth : 0,
		.pa = found->present ? found->pa : 0,
		.attrs = found->present ? found->attrs & known : 0,
		.removed = found->present ? found->removed : 0,
	};

	trace_emit(trace, &event);
}

static int translate(struct foreign_run *f, const struct op *op,
		     struct trace *expected)
{
	struct tablewalk_translation found = { 0 };
	struct oracle_view view;
	int ret = f->subject->translate(foreign_state(f), op->va, &found);

	if (foreign_is_gone(f))
		return ret;
	if (!ret)
		emit_lookup(f, f->seen, op->va, &found);
	foreign_return(f->seen, ret);
	oracle_view(f->oracle, foreign_space(f), op->va, &view);
	if (view.canonical) {
		found = (struct tablewalk_translation){
			.present = view.kind == PT_LEAF, .depth = view.depth,
			.pa = view.pa, .attrs = view.attrs,
			.removed = view.denied,
		};
		emit_lookup(f, expected, op->va, &found);
	}
	foreign_return(expected, view.canonical ? TABLEWALK_OK
						: TABLEWALK_RANGE);
	return ret;
}

struct dumper {
	struct tablewalk_dump dump;	/* first */
	struct foreign_run *f;
};

/* Appends a run, or joins it to the last one: who dumps may cut them as it likes. */
static void emit_run(struct trace *trace, int depth, uint64_t va, uint64_t last,
		     uint32_t rights)
{
	struct trace_event *before = trace->count
		? &trace->event[trace->count - 1] : NULL;
	const struct trace_event event = {
		.type = TRACE_RUN, .depth = (int8_t)depth, .kind = PT_LEAF,
		.va = va, .last = last, .attrs = rights, .count = 1,
	};

	if (before && before->type == TRACE_RUN && before->last + 1 == va &&
	    before->depth == depth && before->attrs == rights)
		before->last = last;
	else
		trace_emit(trace, &event);
}

static int on_run(struct tablewalk_dump *dump, int depth, uint64_t va,
		  uint64_t last, uint32_t rights)
{
	struct foreign_run *f = ((struct dumper *)dump)->f;

	if (depth < 0 || depth >= PT_DEPTHS || last < va)
		foreign_wrong(f, "dumped 0x%" PRIx64 "-0x%" PRIx64
			      " of depth %d", va, last, depth);
	emit_run(f->seen, depth, va, last, rights & PT_RIGHTS);
	return f->seen->overflow ? TABLEWALK_RANGE : 0;
}

/* What a dump of the model would be. */
static void expect_runs(struct foreign_run *f, const struct op *op,
			struct trace *expected)
{
	for (uint64_t va = op->va;;) {
		struct oracle_view view;
		uint64_t end;

		oracle_view(f->oracle, foreign_space(f), va, &view);
		end = view.last < op->last ? view.last : op->last;
		if (view.kind == PT_LEAF)
			emit_run(expected, view.depth, va, end,
				 view.attrs & ~view.denied & PT_RIGHTS);
		if (end == op->last)
			return;
		va = end + 1;
	}
}

static int dump(struct foreign_run *f, const struct op *op,
		struct trace *expected)
{
	struct dumper dumper = { .dump = { .run = on_run }, .f = f };
	int error = foreign_check_range(f, op->va, op->last,
					UINT64_C(1) << f->format->page_shift);
	int ret = f->subject->dump(foreign_state(f), op->va, op->last,
				   &dumper.dump);

	foreign_return(f->seen, ret);
	if (!error)
		expect_runs(f, op, expected);
	foreign_return(expected, error);
	return ret;
}

/* Asked for what it says it cannot do: it has to say so, and nothing else. */
static int refuses(struct foreign_run *f, int ret)
{
	if (ret == TABLEWALK_UNSUPPORTED)
		f->counts.refused++;
	else
		foreign_wrong(f, "returned %d for what it says it cannot do",
			      ret);
	f->seen->count = 0;
	return ret;
}

/* Has it refuse what it says it cannot do. */
static void ask_in_vain(struct foreign_run *f, const struct op *op)
{
	const struct tablewalk_subject *s = f->subject;
	struct looker looker = {
		.visitor = { .callbacks = op->walk.callbacks,
			     .entry = on_entry, .hole = on_hole,
			     .split = on_split },
		.f = f, .script = &op->walk,
	};
	struct dumper dumper = { .dump = { .run = on_run }, .f = f };
	struct tablewalk_translation found = { 0 };

	if (op->kind == OP_WALK && s->walk)
		refuses(f, s->walk(foreign_state(f), op->va, op->last,
				   &looker.visitor));
	else if (op->kind == OP_TRANSLATE && s->translate)
		refuses(f, s->translate(foreign_state(f), op->va, &found));
	else if (op->kind == OP_DUMP && s->dump)
		refuses(f, s->dump(foreign_state(f), op->va, op->last,
				   &dumper.dump));
}

/* The same question to the built-in subject's readers. */
static int by_builtin(struct foreign_run *f, const struct op *op,
		      struct trace *expected)
{
	int ret = subject_builtin.turn(f->host, op, f->seen);

	f->counts.beside++;
	foreign_return(f->seen, ret);
	oracle_expect(f->oracle, op, expected);
	return ret;
}

/* Whether the arguments are such that the subject is not to be asked. */
static bool is_trusted(struct foreign_run *f, const struct op *op)
{
	const uint64_t last = op->kind == OP_TRANSLATE ? op->va : op->last;

	if (!foreign_differs(f, TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS) ||
	    !foreign_check_range(f, op->kind == OP_TRANSLATE
			? op->va & ~pt_ones(f->format->page_shift) : op->va,
			op->kind == OP_TRANSLATE
			? last | pt_ones(f->format->page_shift) : last,
			UINT64_C(1) << f->format->page_shift))
		return false;
	foreign_used(f, TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS);
	return true;
}

/* Which error of the arguments it is may be left open. */
static void allow_other_error(struct foreign_run *f, struct trace *expected,
			      int ret)
{
	struct trace_event *end = &expected->event[expected->count - 1];

	if (ret >= 0 || end->ret == ret ||
	    (end->ret != TABLEWALK_INVALID && end->ret != TABLEWALK_RANGE) ||
	    !foreign_differs(f, TABLEWALK_DIFFERS_ERROR_VALUES))
		return;
	foreign_used(f, TABLEWALK_DIFFERS_ERROR_VALUES);
	end->ret = ret;
}

int foreign_look(struct foreign_run *f, const struct op *op,
		 struct trace *expected, bool *left_out)
{
	const uint64_t can = op->kind == OP_WALK ? TABLEWALK_CAN_WALK :
			     op->kind == OP_DUMP ? TABLEWALK_CAN_DUMP :
						   TABLEWALK_CAN_TRANSLATE;
	int ret;

	*left_out = false;
	if (!foreign_can(f, can) || is_trusted(f, op)) {
		if (!foreign_can(f, can))
			ask_in_vain(f, op);
		*left_out = foreign_maps(f) &&
			    foreign_differs(f, TABLEWALK_DIFFERS_OTHER_WORDS);
		if (!*left_out)
			return by_builtin(f, op, expected);
		foreign_used(f, TABLEWALK_DIFFERS_OTHER_WORDS);
		return 0;
	}
	f->counts.asked++;
	ret = op->kind == OP_WALK ? walk(f, op, expected) :
	      op->kind == OP_DUMP ? dump(f, op, expected) :
				    translate(f, op, expected);
	if (!foreign_is_gone(f))
		allow_other_error(f, expected, ret);
	return ret;
}
