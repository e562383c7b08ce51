/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux's walker as a subject: one walk, its callbacks written down as a trace.
 *
 * The callbacks follow the script of struct op_walk, as those of the built-in
 * subject do.  What an entry is they read from the slot that the walker gives
 * them, with the descriptor; that is not what is judged here, but it does show
 * a slot that is not the right one.
 */
#include <errno.h>
#include <stdio.h>

#include "../../mm/pt_entry.h"
#include "match.h"

/* Notes the first thing that no trace can say. */
static void wrong(struct match *m, const char *what, uint64_t va)
{
	if (!m->wrong[0])
		snprintf(m->wrong, sizeof(m->wrong), "%s at 0x%llx", what,
			 (unsigned long long)va);
}

/* An endless walk ends when its trace is full. */
static int scripted_return(struct match *m)
{
	const struct op_walk *walk = &m->running->op.walk;

	m->calls++;
	if (m->seen.overflow)
		return -EOVERFLOW;
	if (!walk->stop_at || m->calls != walk->stop_at)
		return 0;
	m->counts.stopped++;
	return walk->stop_value;
}

static int scripted_action(struct match *m, int depth)
{
	const struct op_walk *walk = &m->running->op.walk;
	uint32_t call = m->calls_at[depth]++;

	if (walk->action == OP_SUBTREE || depth != walk->action_depth)
		return 0;
	if (call != walk->action_from &&
	    !(walk->action_always && call > walk->action_from))
		return 0;
	if (walk->action == OP_AGAIN) {
		m->counts.again++;
		return GLUE_AGAIN;
	}
	m->counts.continued++;
	return GLUE_CONTINUE;
}

void match_read(const struct match *m, const void *slot, unsigned depth,
		uint64_t va, struct trace_event *event)
{
	const struct pt_level *l = &m->format->level[depth];
	struct pt_entry e = { .raw = *(const uint64_t *)slot };
	enum pt_kind kind = pt_entry_kind(m->format, depth, e);

	event->kind = (uint8_t)kind;
	if (pt_kind_has_pa(kind))
		event->pa = pt_entry_pa(l, kind, e, 0) +
			    (va & (pt_span(m->format, depth) - 1));
	if (pt_has_attrs(kind))
		event->attrs = pt_attrs_read(l, kind, e);
	if (kind == PT_TABLE)
		event->attrs = pt_table_removed(l, e);
	/* The model has none where a bad entry was put. */
	if (kind == PT_BAD && slot == m->poked)
		event->kind = PT_NONE;
}

int glue_on_entry(void *context, int depth, const void *slot,
		     unsigned long start, unsigned long end, int *action)
{
	struct match *m = context;
	unsigned real = (unsigned)depth < m->format->top ? m->format->top
							  : (unsigned)depth;
	struct trace_event event = {
		.type = TRACE_VISIT, .depth = (int8_t)depth,
		.va = start, .last = end - 1, .count = 1,
	};

	m->counts.entries++;
	match_read(m, slot, real, start, &event);
	if (!trace_extend(&m->seen, TRACE_VISIT, depth, event.kind, 0,
			  event.attrs, event.pa, event.va, event.last))
		trace_emit(&m->seen, &event);
	*action = scripted_action(m, depth);
	return scripted_return(m);
}

int glue_on_hole(void *context, int depth, unsigned long start,
		    unsigned long end, int vma)
{
	struct match *m = context;
	const int covering = match_vma_at(m, start);

	m->counts.holes++;
	if (m->running->entry >= GLUE_NO_VMA_ENTRIES && vma != covering)
		wrong(m, "a hole with another VMA than that which covers it",
		      start);
	if (!trace_extend(&m->seen, TRACE_HOLE, depth, 0, 0, 0, 0, start,
			  end - 1))
		trace_start(&m->seen, TRACE_HOLE, depth, 0, 0, 0, 0, start,
			    end - 1);
	return scripted_return(m);
}

static void vma_event(struct match *m, enum trace_type type, uint64_t start,
		      uint64_t last)
{
	const struct trace_event event = {
		.type = (uint8_t)type, .va = start, .last = last, .count = 1,
	};

	m->counts.vma_calls++;
	trace_emit(&m->seen, &event);
}

int glue_on_test(void *context, unsigned long start, unsigned long end,
		    int vma)
{
	struct match *m = context;

	vma_event(m, TRACE_TEST, start, end - 1);
	return m->vma[vma].test;
}

int glue_on_pre(void *context, unsigned long start, unsigned long end,
		   int vma)
{
	struct match *m = context;

	vma_event(m, TRACE_PRE, start, end - 1);
	return m->vma[vma].pre;
}

/* The part of a VMA that the walk is about: Linux does not tell post_vma. */
static void vma_part(const struct match *m, const struct pt_vma *vma,
		     uint64_t *start, uint64_t *last)
{
	const struct op *op = &m->running->op;

	*start = vma->start;
	*last = vma->last;
	if (op->walk.entry == OP_ENTRY_MAPPING) {
		uint64_t pages = (vma->last - vma->start) >> 12;

		if (op->floor > vma->page_offset)
			*start += (op->floor - vma->page_offset) << 12;
		if (op->ceiling < vma->page_offset + pages)
			*last = vma->start +
				((op->ceiling - vma->page_offset) << 12) + 4095;
	} else if (op->walk.entry != OP_ENTRY_VMA) {
		if (op->va > *start)
			*start = op->va;
		if (op->last < *last)
			*last = op->last;
	}
}

void glue_on_post(void *context, int vma)
{
	struct match *m = context;
	uint64_t start, last;

	vma_part(m, &m->vma[vma], &start, &last);
	vma_event(m, TRACE_POST, start, last);
}

int glue_on_hugetlb(void *context, const void *slot, unsigned long mask,
		       unsigned long start, unsigned long end, int vma)
{
	struct match *m = context;
	const unsigned depth = m->vma[vma].huge_depth;
	struct trace_event event = {
		.type = TRACE_HUGETLB, .depth = (int8_t)depth,
		.va = start, .last = end - 1, .count = 1,
	};

	m->counts.hugetlbs++;
	if (~mask != pt_span(m->format, depth) - 1)
		wrong(m, "a hugetlb entry with the mask of another size", start);
	match_read(m, slot, depth, start, &event);
	trace_emit(&m->seen, &event);
	return scripted_return(m);
}

void glue_on_split(void *context, unsigned long addr, int depth)
{
	struct match *m = context;
	uint64_t *slot;

	m->counts.splits++;
	/* The range may begin within a page; the entry is the same. */
	if (pt_split(&m->subject.space[0], addr & ~4095ul, (unsigned)depth))
		wrong(m, "a split of what cannot be split", addr);
	slot = match_slot(m, addr, (unsigned)depth);
	/* As match_dress() does: the new table's entry, as Linux has it. */
	if (slot)
		*slot |= 0x60;
}

static int walk_return(struct match *m, const struct match_op *op)
{
	struct glue_ask ask = {
		.start = op->op.va, .end = op->op.last + 1,
		.callbacks = op->op.walk.callbacks,
		.entry = op->entry, .context = m,
	};

	if (op->op.kind == OP_WALK_VMA) {
		int vma = match_vma_at(m, op->op.va);

		ask.callbacks |= (unsigned)op->op.walk.vma_callbacks << 6;
		ask.entry = GLUE_NO_VMA_ENTRIES + op->op.walk.entry;
		ask.vma = vma < 0 ? 0 : (unsigned)vma;
		if (ask.entry == GLUE_MAPPING) {
			ask.start = op->op.floor;
			ask.end = op->op.ceiling + 1;
		}
	}
	m->counts.walks[ask.entry]++;
	return kernel_walk(&ask);
}

void match_walk(struct match *m, const struct match_op *op)
{
	const unsigned long bad = kernel_bad_entries();
	const unsigned long warned = kernel_warnings();
	struct trace_event end = { .type = TRACE_RETURN, .count = 1 };

	m->running = op;
	m->calls = 0;
	for (unsigned i = 0; i < PT_DEPTHS; i++)
		m->calls_at[i] = 0;
	m->seen.count = 0;
	m->seen.overflow = false;
	m->subject.arena->trace = &m->seen;
	end.ret = walk_return(m, op);
	m->subject.arena->trace = NULL;
	trace_emit(&m->seen, &end);
	m->counts.bad_cleared += kernel_bad_entries() - bad;
	if (end.ret == -EINVAL)
		m->counts.refused++;
	if (kernel_warnings() != warned)
		wrong(m, "a warning of the kernel's", op->op.va);
	/* Cleared when, and only when, the kernel said so. */
	if (kernel_bad_entries() - bad != (m->poked && !*m->poked))
		wrong(m, "a bad entry that was not there, or not cleared",
		      op->op.va);
}
