/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations and violations as text for a person.
 */
#include "run.h"

#include <inttypes.h>
#include <stdarg.h>

/* Appends to a line that never overruns; what does not fit is cut. */
struct line {
	char *out;
	size_t bytes, used;
};

__attribute__((format(printf, 2, 3)))
static void line_add(struct line *line, const char *format, ...)
{
	va_list args;

	if (line->used >= line->bytes)
		return;
	va_start(args, format);
	int n = vsnprintf(line->out + line->used, line->bytes - line->used,
			  format, args);
	va_end(args);
	if (n > 0)
		line->used += (size_t)n;
}

void run_print_flags(char out[RUN_FLAGS_TEXT], uint32_t attrs)
{
	static const char letter[RUN_FLAGS_TEXT] = "rwxugad01";

	for (unsigned i = 0; letter[i]; i++)
		out[i] = attrs >> i & 1 ? letter[i] : '-';
	out[RUN_FLAGS_TEXT - 1] = '\0';
}

static void add_attrs(struct line *line, uint32_t attrs)
{
	char text[RUN_FLAGS_TEXT];

	run_print_flags(text, attrs);
	line_add(line, " attrs=%s", text);
	if (pt_attrs_memtype(attrs))
		line_add(line, " memtype=%u", pt_attrs_memtype(attrs));
	if (pt_attrs_key(attrs))
		line_add(line, " key=%u", pt_attrs_key(attrs));
}

static void add_removed(struct line *line, uint32_t rights)
{
	line_add(line, " removed=%s%s%s%s%s", rights & PT_R ? "r" : "",
		 rights & PT_W ? "w" : "", rights & PT_X ? "x" : "",
		 rights & PT_USER ? "u" : "", rights ? "" : "-");
}

static void add_range(struct line *line, const struct op *op)
{
	line_add(line, " va=0x%" PRIx64 " last=0x%" PRIx64, op->va, op->last);
}

static void add_walk(struct line *line, const struct op_walk *w)
{
	static const char *const action[] = { "subtree", "continue", "again" };
	const char *separator = "";

	line_add(line, " callbacks=");
	for (int d = 0; d < PT_DEPTHS; d++) {
		if (!(w->callbacks & OP_CB_ENTRY(d)))
			continue;
		line_add(line, "%s%s", separator, pt_depth_name(d));
		separator = ",";
	}
	if (w->callbacks & OP_CB_HOLE)
		line_add(line, "%shole", separator);
	if (!w->callbacks)
		line_add(line, "none");
	if (w->action != OP_SUBTREE && w->action <= OP_AGAIN)
		line_add(line, " %s at call %u%s of %s", action[w->action],
			 w->action_from, w->action_always ? " and later" : "",
			 pt_depth_name(w->action_depth));
	if (w->stop_at)
		line_add(line, " returns %d from callback %u", w->stop_value,
			 w->stop_at);
}

/* What is in a set of names, joined by commas; nothing where it is empty. */
static void add_set(struct line *line, const char *const *name, unsigned count,
		    unsigned set)
{
	const char *separator = "";

	for (unsigned i = 0; i < count; i++) {
		if (!(set >> i & 1))
			continue;
		line_add(line, "%s%s", separator, name[i]);
		separator = ",";
	}
}

static void add_walk_vma(struct line *line, const struct op *op)
{
	static const char *const entry[OP_ENTRIES] = {
		"range", "vma", "range_vma", "mapping", "refused",
	};
	static const char *const callback[] = {
		"test", "pre", "post", "hugetlb", "table",
	};

	line_add(line, " entry=%s", op->walk.entry < OP_ENTRIES ?
					    entry[op->walk.entry] : "?");
	if (op->walk.entry == OP_ENTRY_MAPPING)
		line_add(line, " pages=0x%" PRIx64 "..0x%" PRIx64, op->floor,
			 op->ceiling);
	else
		add_range(line, op);
	add_walk(line, &op->walk);
	if (!op->walk.vma_callbacks)
		return;
	line_add(line, " vma_callbacks=");
	add_set(line, callback, 5, op->walk.vma_callbacks);
}

static void add_vma(struct line *line, const struct op *op)
{
	static const char *const type[OP_VMAS] = {
		"none", "plain", "pfnmap", "hugetlb",
	};

	add_range(line, op);
	line_add(line, " type=%s", op->vma.type < OP_VMAS ? type[op->vma.type] :
							    "?");
	if (op->vma.type == OP_VMA_HUGETLB)
		line_add(line, " page=%s", pt_depth_name(op->depth));
	if (op->vma.file)
		line_add(line, " file");
	if (op->vma.test)
		line_add(line, " test=%d", op->vma.test);
	if (op->vma.pre)
		line_add(line, " pre=%d", op->vma.pre);
}

static void add_pair(struct line *line, const struct op *op)
{
	static const char *const how[OP_PAIRS] = { "compare", "copy" };
	const char *separator = "";

	add_range(line, op);
	line_add(line, " with=0x%" PRIx64 " how=%s", op->pa,
		 op->nth < OP_PAIRS ? how[op->nth] : "?");
	if (!op->attrs)
		return;
	line_add(line, " cleared=");
	if (op->attrs & PT_W) {
		line_add(line, "w");
		separator = ",";
	}
	if (op->attrs & PT_ACCESSED) {
		line_add(line, "%saccessed", separator);
		separator = ",";
	}
	if (op->attrs & PT_DIRTY)
		line_add(line, "%sdirty", separator);
}

/* The kinds that came with version 3 of the case format. */
static void add_newest_details(struct line *line, const struct op *op)
{
	static const char *const look[OP_SHADOWS] = { "short", "long" };
	static const char *const which[OP_POISONS] = { "table", "entry", "two" };
	static const char *const word[OP_POKES] = {
		"nothing", "bad", "other", "depth", "unknown",
	};

	switch ((unsigned)op->kind) {
	case OP_POKE:
		/* Of version 2 it has no fields. */
		if (op->nth == OP_POKE_NOTHING)
			break;
		add_range(line, op);
		line_add(line, " at=%s word=%s", pt_depth_name(op->depth),
			 op->nth < OP_POKES ? word[op->nth] : "?");
		break;
	case OP_SHADOW:
		add_range(line, op);
		line_add(line, " page=0x%" PRIx64, op->pa);
		add_attrs(line, op->attrs);
		line_add(line, " look=%s",
			 op->nth < OP_SHADOWS ? look[op->nth] : "?");
		break;
	case OP_IDENTITY:
		add_range(line, op);
		add_attrs(line, op->attrs);
		break;
	case OP_CLONE:
		add_range(line, op);
		line_add(line, "%s", op->nth ? " holes" : "");
		break;
	case OP_PAIR:
		add_pair(line, op);
		break;
	case OP_POISON:
		line_add(line, " va=0x%" PRIx64 " at=%s which=%s", op->va,
			 pt_depth_name(op->depth),
			 op->nth < OP_POISONS ? which[op->nth] : "?");
		break;
	default:
		break;
	}
}

/* The kinds that came with version 2 of the case format. */
static void add_later_details(struct line *line, const struct op *op)
{
	static const char *const items[OP_ITERATES] = {
		"all", "present", "age", "move",
	};

	switch ((unsigned)op->kind) {
	case OP_INSTALL:
		add_range(line, op);
		line_add(line, " pa=0x%" PRIx64, op->pa);
		add_attrs(line, op->attrs);
		add_walk(line, &op->walk);
		break;
	case OP_DUMP:
		add_range(line, op);
		line_add(line, "%s", op->nth ? " holes" : "");
		if (op->floor)
			line_add(line, " marker=0x%" PRIx64, op->floor);
		break;
	case OP_ITERATE:
		add_range(line, op);
		line_add(line, " items=%s",
			 op->nth < OP_ITERATES ? items[op->nth] : "?");
		break;
	case OP_COPY:
		add_range(line, op);
		line_add(line, " to=0x%" PRIx64 "%s", op->pa,
			 op->nth ? " wrprotect" : "");
		break;
	case OP_VMA:
		add_vma(line, op);
		break;
	case OP_WALK_VMA:
		add_walk_vma(line, op);
		break;
	case OP_CTOR_FAIL:
	case OP_DURING:
		line_add(line, " nth=%u", op->nth);
		break;
	case OP_SHARE:
		line_add(line, "%s", op->nth ? " synced" : "");
		break;
	case OP_SYNC:
		line_add(line, " va=0x%" PRIx64, op->va);
		break;
	case OP_OWNER:
		line_add(line, " va=0x%" PRIx64 " at=%s", op->va,
			 pt_depth_name(op->depth));
		break;
	default:
		add_newest_details(line, op);
		break;
	}
}

static void add_details(struct line *line, const struct op *op)
{
	static const char *const access[] = { "read", "write", "exec" };

	switch ((unsigned)op->kind) {
	case OP_MAP:
		add_range(line, op);
		line_add(line, " pa=0x%" PRIx64, op->pa);
		add_attrs(line, op->attrs);
		line_add(line, " size=%s order=%u", pt_depth_name(op->depth),
			 op->order);
		break;
	case OP_UNMAP:
		add_range(line, op);
		break;
	case OP_PROTECT:
		add_range(line, op);
		add_attrs(line, op->attrs & PT_RIGHTS);
		break;
	case OP_SPLIT:
	case OP_COLLAPSE:
		line_add(line, " va=0x%" PRIx64 " at=%s order=%u", op->va,
			 pt_depth_name(op->depth), op->order);
		break;
	case OP_RESTRICT:
		line_add(line, " va=0x%" PRIx64 " at=%s", op->va,
			 pt_depth_name(op->depth));
		add_removed(line, op->attrs);
		break;
	case OP_SETKIND:
		line_add(line, " va=0x%" PRIx64 " at=%s kind=%s pa=0x%" PRIx64,
			 op->va, pt_depth_name(op->depth),
			 pt_kind_name(op->target), op->pa);
		break;
	case OP_TOUCH:
		line_add(line, " va=0x%" PRIx64 " access=%s", op->va,
			 op->access < PT_ACCESSES ? access[op->access] : "?");
		break;
	case OP_FREE:
		add_range(line, op);
		line_add(line, " floor=0x%" PRIx64 " ceiling=0x%" PRIx64,
			 op->floor, op->ceiling);
		break;
	case OP_TRANSLATE:
		line_add(line, " va=0x%" PRIx64, op->va);
		break;
	case OP_SWITCH:
		line_add(line, " space=%u", op->space);
		break;
	case OP_WALK:
		add_range(line, op);
		add_walk(line, &op->walk);
		break;
	case OP_FAIL:
		line_add(line, " nth=%u", op->nth);
		break;
	default:
		add_later_details(line, op);
		break;
	}
}

int run_print_op(char *out, size_t bytes, const struct op *op)
{
	struct line line = { .out = out, .bytes = bytes };

	if (bytes)
		out[0] = '\0';
	line_add(&line, "%s", op_kind_name(op->kind));
	add_details(&line, op);
	return (int)line.used;
}

void violation_name(const struct violation *violation,
		    char out[VIOLATION_NAME])
{
	const struct finding *f = &violation->finding;

	snprintf(out, VIOLATION_NAME, "%s/%s/%s/%s", check_name(f->check),
		 f->divergence, pt_depth_name(f->depth),
		 violation->at_end ? "end" : op_kind_name(violation->op.kind));
}

void run_print_violation(FILE *out, const struct run *run,
			 const struct tw_case *c,
			 const struct violation *violation)
{
	const struct pt_format *format = run_format(run);
	const struct finding *f = &violation->finding;
	const struct case_place place = machine_place(format);
	struct case_resolver resolver;
	struct op op;
	char line[256];

	fprintf(out, "VIOLATION %s/%s/%s on %s\n", check_name(f->check),
		f->divergence, pt_depth_name(f->depth), format->name);
	case_resolver_init(&resolver, c, &place);
	for (unsigned i = 0; case_resolve(&resolver, &op); i++) {
		if (i > violation->op_index)
			break;
		if (op.kind == OP_NOP)
			continue;
		run_print_op(line, sizeof(line), &op);
		fprintf(out, "%s%3u %s\n",
			i == violation->op_index && !violation->at_end ? "->"
								       : "  ",
			i, line);
	}
	if (violation->at_end)
		fprintf(out, "->  at the end of the case\n");
	if (f->va || f->space)
		fprintf(out, "   at va 0x%" PRIx64 " of space %u\n", f->va,
			f->space);
	fprintf(out, "   expected  %s\n   seen      %s\n", f->expected, f->seen);
}
