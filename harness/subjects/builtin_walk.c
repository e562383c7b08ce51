/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks of the built-in subject.
 *
 * The callbacks follow the script of struct op_walk and write down what they
 * were called with; they add nothing of their own, so that what is compared is
 * what the walker did.  What an operation that is held does inside a callback
 * (walk.h, OP_DURING) is written down by those who carry it out.  What a walk
 * that asks is told of a table is what the arena knows of it.
 */
#include "builtin_walk.h"

#include <errno.h>

#include <tablewalk/walk.h>

struct script {
	const struct op *op;
	const struct op_walk *walk;
	struct trace *trace;
	uint32_t calls;			/* all callbacks that stop_at counts */
	uint32_t calls_at[PT_DEPTHS];	/* entry callbacks per depth */
	uint32_t tests_at[PT_DEPTHS];	/* tests of tables per depth */
	struct subject *holder;		/* of what is held; NULL: nothing is */
	const struct arena *arena;	/* whom a walk that asks is answered by */
	struct pt_table_page answer;
	/* An install: what was supplied last, until update was called for it. */
	bool supplied;
	uint64_t supplied_va, supplied_pa;
};

static int script_return(struct script *s)
{
	s->calls++;
	if (s->holder && s->calls == s->holder->during)
		builtin_carry_out(s->holder, &s->holder->held, s->trace);
	return s->walk->stop_at && s->calls == s->walk->stop_at
		       ? s->walk->stop_value : 0;
}

/* Whether the script has something for that call of that depth. */
static bool script_means(const struct op_walk *w, int depth, uint32_t call)
{
	if (w->action == OP_SUBTREE || depth != w->action_depth)
		return false;
	return call == w->action_from ||
	       (w->action_always && call > w->action_from);
}

/* Sets the action that the script has for this call of an entry callback. */
static void script_act(struct script *s, int depth, struct pt_walk *walk)
{
	if (script_means(s->walk, depth, s->calls_at[depth]++))
		walk->action = s->walk->action == OP_AGAIN ? PT_WALK_AGAIN
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

/* Never joined to another one. */
static int on_hugetlb(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct script *s = walk->context;

	trace_start(s->trace, TRACE_HUGETLB, visit->depth, visit->kind,
		    visit->order, visit->attrs, visit->pa, visit->start,
		    visit->last);
	return script_return(s);
}

/* update was called where it should not be, or was not: no walk says so itself. */
static void wrong_update(struct script *s, uint64_t va)
{
	trace_start(s->trace, TRACE_INSTALL, PT_DEPTH_UNKNOWN, 0, 0, 0, 0, va,
		    va);
}

/*
 * "called for each entry that was installed, once, right after it was stored, with
 * the entry as it is; for nothing else" (walk.h)
 */
static void on_update(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct script *s = walk->context;
	const uint64_t page = pt_span(walk->space->format, PT_PTE);
	struct pt_lookup found;

	if (!s->supplied || visit->start != s->supplied_va ||
	    visit->kind != PT_LEAF ||
	    pt_translate(walk->space, visit->start, &found) ||
	    found.kind != PT_LEAF || found.depth != PT_PTE ||
	    found.pa - (visit->start & (page - 1)) != s->supplied_pa)
		wrong_update(s, visit->start);
	s->supplied = false;
}

static int on_install(uint64_t start, uint64_t last,
		      struct pt_install *supplied, struct pt_walk *walk)
{
	struct script *s = walk->context;
	int ret;

	if (s->supplied)
		wrong_update(s, s->supplied_va);
	supplied->pa = s->op->pa + (start - s->op->va);
	supplied->attrs = s->op->attrs;
	if (!trace_extend(s->trace, TRACE_INSTALL, PT_PTE, PT_LEAF, 0,
			  supplied->attrs, supplied->pa, start, last))
		trace_start(s->trace, TRACE_INSTALL, PT_PTE, PT_LEAF, 0,
			    supplied->attrs, supplied->pa, start, last);
	ret = script_return(s);
	s->supplied = !ret;
	s->supplied_va = start;
	s->supplied_pa = supplied->pa;
	return ret;
}

static int on_test_table(uint64_t start, uint64_t last, int depth,
			 struct pt_walk *walk)
{
	struct script *s = walk->context;

	trace_start(s->trace, TRACE_TABLE, depth, 0, 0, 0, 0, start, last);
	if (!script_means(s->walk, depth, s->tests_at[depth]++))
		return 0;
	return s->walk->action == OP_AGAIN ? -4 : 1;
}

static int on_test_p4d(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	return on_test_table(start, last, PT_P4D, walk);
}

static int on_test_pud(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	return on_test_table(start, last, PT_PUD, walk);
}

static int on_test_pmd(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	return on_test_table(start, last, PT_PMD, walk);
}

static int on_test_walk(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	struct script *s = walk->context;

	trace_start(s->trace, TRACE_TEST, 0, 0, 0, 0, 0, start, last);
	return walk->vma->test;
}

static int on_pre_vma(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	struct script *s = walk->context;

	trace_start(s->trace, TRACE_PRE, 0, 0, 0, 0, 0, start, last);
	return walk->vma->pre;
}

static void on_post_vma(struct pt_walk *walk)
{
	struct script *s = walk->context;

	trace_start(s->trace, TRACE_POST, 0, 0, 0, 0, 0, walk->vma_start,
		    walk->vma_last);
}

static const struct pt_table_page *on_table_of(uint64_t pa,
					       struct pt_walk *walk)
{
	struct script *s = walk->context;

	return arena_table_page(s->arena, pa, &s->answer) ? &s->answer : NULL;
}

static void on_stray(const struct pt_table_page *wanted,
		     const struct pt_table_page *found, struct pt_walk *walk)
{
	struct script *s = walk->context;
	const struct trace_event event = {
		.type = TRACE_STRAY, .depth = (int8_t)wanted->depth,
		.order = wanted->space, .removed = found != NULL,
		.kind = found ? found->depth : 0,
		.ret = found ? found->space : 0, .count = 1,
	};

	trace_emit(s->trace, &event);
}

/* The callbacks that every kind of walk can have. */
static struct pt_walk_ops script_ops(const struct op_walk *walk)
{
	const uint8_t set = walk->callbacks;

	return (struct pt_walk_ops){
		.pgd_entry = set & OP_CB_ENTRY(PT_PGD) ? on_entry : NULL,
		.p4d_entry = set & OP_CB_ENTRY(PT_P4D) ? on_entry : NULL,
		.pud_entry = set & OP_CB_ENTRY(PT_PUD) ? on_entry : NULL,
		.pmd_entry = set & OP_CB_ENTRY(PT_PMD) ? on_entry : NULL,
		.pte_entry = set & OP_CB_ENTRY(PT_PTE) ? on_entry : NULL,
		.pte_hole = set & OP_CB_HOLE ? on_hole : NULL,
	};
}

static void add_vma_ops(struct pt_walk_ops *ops, const struct op_walk *walk)
{
	const uint8_t set = walk->vma_callbacks;

	ops->test_walk = set & OP_CB_TEST_WALK ? on_test_walk : NULL;
	ops->pre_vma = set & OP_CB_PRE_VMA ? on_pre_vma : NULL;
	ops->post_vma = set & OP_CB_POST_VMA ? on_post_vma : NULL;
	ops->hugetlb_entry = set & OP_CB_HUGETLB ? on_hugetlb : NULL;
	if (set & OP_CB_TEST_TABLE) {
		ops->test_p4d = on_test_p4d;
		ops->test_pud = on_test_pud;
		ops->test_pmd = on_test_pmd;
	}
}

int builtin_walk(struct subject *subject, const struct op *op,
		 struct trace *trace)
{
	struct script script = {
		.op = op, .walk = &op->walk, .trace = trace,
		.holder = subject->holds ? subject : NULL,
	};
	const struct pt_walk_ops ops = script_ops(&op->walk);
	struct pt_space *space = &subject->space[subject->current];

	/* A walk to the very top has an exclusive end, too: it wraps to 0. */
	if (op->va && op->va <= op->last &&
	    op->last == pt_ones(space->format->va_word_bits))
		return pt_walk_range(space, op->va, 0, &ops, &script);
	return pt_walk_inclusive(space, op->va, op->last, &ops, &script);
}

int builtin_walk_pages(struct pt_space *space, const struct op *op,
		       struct trace *trace)
{
	const struct op_walk pages = { .callbacks = OP_CB_ENTRY(PT_PTE) };
	struct script script = { .op = op, .walk = &pages, .trace = trace };
	const struct pt_walk_ops ops = script_ops(&pages);

	return pt_walk_inclusive(space, op->va, op->last, &ops, &script);
}

int builtin_walk_asking(struct subject *subject, const struct op *op,
			struct trace *trace)
{
	const struct op_walk all = {
		.callbacks = OP_CB_HOLE | OP_CB_ENTRY(PT_PGD) |
			     OP_CB_ENTRY(PT_P4D) | OP_CB_ENTRY(PT_PUD) |
			     OP_CB_ENTRY(PT_PMD) | OP_CB_ENTRY(PT_PTE),
	};
	struct script script = {
		.op = op, .walk = &all, .trace = trace,
		.arena = subject->arena,
	};
	struct pt_walk_ops ops = script_ops(&all);

	ops.bad = on_entry;
	ops.table_of = on_table_of;
	ops.stray = on_stray;
	return pt_walk_inclusive(&subject->space[subject->current], op->va,
				 op->last, &ops, &script);
}

int builtin_walk_vma(struct pt_space *space, const struct op *op,
		     struct trace *trace)
{
	struct script script = { .op = op, .walk = &op->walk, .trace = trace };
	struct pt_walk_ops ops = script_ops(&op->walk);
	const struct pt_vma *vma = vma_find(space, op->va);

	add_vma_ops(&ops, &op->walk);
	switch ((unsigned)op->walk.entry) {
	case OP_ENTRY_RANGE:
		return pt_walk_vmas(space, op->va, op->last, &ops, &script);
	case OP_ENTRY_VMA:
		return vma ? pt_walk_vma(space, vma, &ops, &script) : -ENOENT;
	case OP_ENTRY_RANGE_VMA:
		return vma ? pt_walk_range_vma(space, vma, op->va, op->last,
					       &ops, &script) : -ENOENT;
	case OP_ENTRY_MAPPING:
		return pt_walk_mapping(space, op->floor, op->ceiling, &ops,
				       &script);
	case OP_ENTRY_REFUSED:
		ops.install_pte = on_install;
		return pt_walk_vmas(space, op->va, op->last, &ops, &script);
	default:
		return -EINVAL;
	}
}

int builtin_install(struct pt_space *space, const struct op *op,
		    struct trace *trace)
{
	struct script script = { .op = op, .walk = &op->walk, .trace = trace };
	struct pt_walk_ops ops = script_ops(&op->walk);
	int ret;

	ops.install_pte = on_install;
	ops.update = on_update;
	ret = pt_walk_install(space, op->va, op->last, &ops, &script);
	if (!ret && script.supplied)
		wrong_update(&script, script.supplied_va);
	return ret;
}
