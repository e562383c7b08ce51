/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Finding out what the story of a case is: see explain.h.
 *
 * The case is run by run_case() for its violation, and then twice step by step: one
 * machine stops in front of the operation that the story is about, one behind it.
 * What both look like then is all that is told of tables.
 */
#include "explain.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/*
 *			Steps
 */

static void resolve_steps(struct story *s)
{
	const struct case_place place = machine_place(s->options.format);
	struct case_resolver resolver;

	case_resolver_init(&resolver, s->c, &place);
	while (s->steps < CASE_RECORDS &&
	       case_resolve(&resolver, &s->step[s->steps].op)) {
		struct story_step *step = &s->step[s->steps];
		const struct op *last = s->steps ? &step[-1].op : NULL;

		step->held = last && last->kind == OP_DURING && last->nth &&
			     subject_can_hold(&step->op);
		s->steps++;
	}
}

static void keep_note(void *context, const struct run_note *note)
{
	struct story *s = context;

	s->notes++;
	if (s->notes_kept < STORY_NOTES)
		s->note[s->notes_kept++] = *note;
}

/* The checks that are made while both machines are stepped. */
static enum run_check stepping(const struct story *s)
{
	if (s->end == STORY_VIOLATION && s->options.check == RUN_CHECK_END)
		return RUN_CHECK_EVERY;
	return s->options.check;
}

/* Carries out the operations before end; notes those of the one told about. */
static void step_after(struct story *s, unsigned end)
{
	struct violation violation;

	run_start_checked(s->after, s->c, stepping(s));
	for (unsigned i = 0; i < end; i++) {
		const struct trace *seen = run_seen(s->after);
		bool good;

		s->step[i].space = (uint8_t)run_current(s->after);
		run_notes(s->after, (int)i == s->about ? keep_note : NULL, s);
		good = run_until(s->after, i + 1, &violation);
		if (seen->count &&
		    seen->event[seen->count - 1].type == TRACE_RETURN) {
			s->step[i].ret = seen->event[seen->count - 1].ret;
			s->step[i].done = true;
		}
		if (!good)
			break;
	}
	run_notes(s->after, NULL, NULL);
}

static void step_before(struct story *s)
{
	struct violation ignored;

	run_start_checked(s->before, s->c, stepping(s));
	run_until(s->before, (unsigned)s->about, &ignored);
}

/* The last operation that is one, or -1. */
static int last_step(const struct story *s)
{
	for (unsigned i = s->steps; i--;)
		if (s->step[i].op.kind != OP_NOP)
			return (int)i;
	return -1;
}

/*
 *			Focus
 */

static void add_focus(struct story *s, unsigned space, uint64_t va,
		      uint64_t last)
{
	if (s->focuses < FOCUSES)
		s->focus[s->focuses++] = (struct focus){
			.space = space, .va = va, .last = last,
		};
}

/* The ranges that an operation is about. */
static void add_op(struct story *s, const struct op *op, unsigned space)
{
	const struct pt_format *f = s->options.format;
	uint64_t unit;

	switch ((unsigned)op->kind) {
	case OP_NOP:
	case OP_SWITCH:
	case OP_FAIL:
	case OP_CTOR_FAIL:
	case OP_DURING:
		return;
	case OP_SHARE:
		for (unsigned i = 0; i < PT_SPACES; i++)
			add_focus(s, i, tree_address(f, i,
				(pt_ones(f->va_bits) >> 1) + 1), 0);
		return;
	case OP_SPLIT:
	case OP_COLLAPSE:
	case OP_RESTRICT:
	case OP_SETKIND:
		unit = f->level[op->depth].va_shift ?
			       (pt_span(f, op->depth) << op->order) - 1 : 0;
		add_focus(s, space, op->va & ~unit, op->va | unit);
		return;
	case OP_COPY:
	case OP_PAIR:
		add_focus(s, space ^ 1u, op->pa,
			  op->last < op->va ? 0 : op->pa + (op->last - op->va));
		break;
	default:
		break;
	}
	add_focus(s, space, op->va, op->last);
}

/* What the walk may have carried out inside a callback. */
static void add_held(struct story *s)
{
	for (int i = s->about; i-- > 0;)
		if (s->step[i].held) {
			add_op(s, &s->step[i].op, s->step[s->about].space);
			return;
		}
}

static void find_focus(struct story *s)
{
	const int about = s->about >= 0 ? s->about : last_step(s);
	const struct finding *f = &s->violation.finding;

	if (about < 0)
		return;
	add_op(s, &s->step[about].op, s->step[about].space);
	if (s->step[about].op.kind == OP_WALK)
		add_held(s);
	if (s->end == STORY_VIOLATION && s->failed &&
	    (f->va || f->depth != PT_DEPTH_UNKNOWN))
		add_focus(s, f->space, f->va, f->va);
}

/*
 *			Pictures
 */

static void draw(struct story *s)
{
	struct scene scene = {
		.focus = s->focus, .focuses = s->focuses,
		.everything = s->about < 0, .place = s->place,
	};

	if (s->before) {
		scene.tree = &s->tree_before;
		scene.other = s->after ? &s->tree_after : NULL;
		picture_draw(&s->drawn_before, &scene);
	}
	if (s->after) {
		scene.tree = &s->tree_after;
		scene.other = s->before ? &s->tree_before : NULL;
		scene.run = s->after;
		picture_draw(&s->drawn_after, &scene);
	}
}

/* What was found to be wrong, though the model cannot say so. */
static void carry_mark(struct story *s)
{
	for (unsigned i = 0; i < s->drawn_after.count; i++) {
		struct picture_line *line = &s->drawn_after.line[i];

		line->wrong = line->wrong || (line->marked && s->place.wrong);
	}
}

static bool open_machines(struct story *s, char *error, size_t error_bytes)
{
	if (s->about >= 0) {
		s->before = story_run(&s->options, error, error_bytes);
		if (!s->before)
			return false;
		step_before(s);
		tree_open(&s->tree_before, s->before);
	}
	if ((s->end == STORY_DIED || s->end == STORY_HUNG) && s->failed)
		return true;
	if (!s->after)
		s->after = story_run(&s->options, error, error_bytes);
	if (!s->after)
		return false;
	step_after(s, s->about >= 0 ? (unsigned)s->about + 1 : s->steps);
	tree_open(&s->tree_after, s->after);
	return true;
}

/* Which operation the story is about; false with a sentence. */
static bool choose(struct story *s, char *error, size_t error_bytes)
{
	const int at = s->options.at;
	const bool bad = s->end != STORY_CLEAN;
	const int end = !bad			 ? (int)s->steps - 1 :
			s->end == STORY_VIOLATION && s->violation.at_end ?
						   last_step(s) :
						   (int)s->violation.op_index;

	s->about = at >= 0 ? at : bad ? end : -1;
	s->failed = bad && s->about == end;
	if (at <= end)
		return true;
	if (bad)
		snprintf(error, error_bytes,
			 "--at %d: the case ends at operation %d", at, end);
	else
		snprintf(error, error_bytes,
			 "--at %d: the case has %u operations, counted from 0",
			 at, s->steps);
	return false;
}

/* Runs it here, where it is known that it comes to an end. */
static bool find_violation(struct story *s, char *error, size_t error_bytes)
{
	s->after = story_run(&s->options, error, error_bytes);
	if (!s->after)
		return false;
	if (!run_case(s->after, s->c, s->options.check, NULL, &s->violation))
		s->end = STORY_VIOLATION;
	return true;
}

static bool tell(struct story *s, bool *usage, char *error, size_t error_bytes)
{
	unsigned op = 0;
	bool cannot;

	resolve_steps(s);
	if (story_probe(&s->options, s->c, &s->end, &s->signal, &op, &cannot)) {
		s->end = STORY_CLEAN;
		if (!find_violation(s, error, error_bytes))
			return false;
	} else if (cannot) {
		snprintf(error, error_bytes, "no process to try the case in");
		return false;
	} else {
		s->violation.op_index = op;
		s->violation.op = s->step[op].op;
	}
	*usage = !choose(s, error, error_bytes);
	if (*usage || !open_machines(s, error, error_bytes))
		return false;
	find_focus(s);
	if (s->after && s->end == STORY_VIOLATION && s->failed)
		story_mark(s);
	if (s->after)
		story_find_unreachable(s);
	draw(s);
	carry_mark(s);
	return true;
}

struct story *story_tell(const struct story_options *options,
			 const struct tw_case *c, bool *usage, char *error,
			 size_t error_bytes)
{
	struct story *s = calloc(1, sizeof(*s));

	*usage = false;
	if (!s) {
		snprintf(error, error_bytes, "out of memory");
		return NULL;
	}
	s->options = *options;
	/* What an operation stored is known while stores are watched. */
	if (s->options.at >= 0 && s->options.check == RUN_CHECK_END)
		s->options.check = RUN_CHECK_EVERY;
	s->c = c;
	if (tell(s, usage, error, error_bytes))
		return s;
	story_free(s);
	return NULL;
}

void story_free(struct story *s)
{
	if (!s)
		return;
	run_destroy(s->before);
	run_destroy(s->after);
	free(s);
}

/*
 *			Sentences
 */

void story_summary(FILE *out, const struct story *s)
{
	const struct finding *f = &s->violation.finding;
	const struct explain_rule *rule;
	const char *meaning;

	switch (s->end) {
	case STORY_CLEAN:
		fputs("Nothing is wrong: every check passed.", out);
		return;
	case STORY_DIED:
		fprintf(out, "The process died in operation %u (%s): ",
			s->violation.op_index,
			op_kind_name(s->violation.op.kind));
		if (s->signal)
			fprintf(out, "signal %d, %s.", s->signal,
				strsignal(s->signal));
		else
			fputs("it ended itself, see standard error.", out);
		return;
	case STORY_HUNG:
		fprintf(out, "Operation %u (%s) did not come to an end within "
			"%g seconds.", s->violation.op_index,
			op_kind_name(s->violation.op.kind), s->options.seconds);
		return;
	case STORY_VIOLATION:
		break;
	}
	rule = explain_rule(f->check, f->divergence);
	meaning = explain_divergence(f->divergence);
	fputs(rule ? rule->plain : "Something is wrong.", out);
	if (meaning)
		fprintf(out, " (%s: %s)", f->divergence, meaning);
}

static const char *signal_word(int number)
{
	switch (number) {
	case SIGSEGV:
		return "SIGSEGV";
	case SIGABRT:
		return "SIGABRT";
	case SIGBUS:
		return "SIGBUS";
	case SIGFPE:
		return "SIGFPE";
	case SIGILL:
		return "SIGILL";
	case SIGKILL:
		return "SIGKILL";
	case 0:
		return "exit";
	default:
		return "signal";
	}
}

void story_signature(FILE *out, const struct story *s)
{
	char name[VIOLATION_NAME];
	const char *family = s->options.format->architecture;
	const char *op = op_kind_name(s->violation.op.kind);

	switch (s->end) {
	case STORY_CLEAN:
		break;
	case STORY_VIOLATION:
		violation_name(&s->violation, name);
		fprintf(out, "%s/%s", name, family);
		break;
	case STORY_DIED:
		fprintf(out, "crash/%s/-/%s/%s", signal_word(s->signal), op,
			family);
		break;
	case STORY_HUNG:
		fprintf(out, "hang/-/-/%s/%s", op, family);
		break;
	}
}

void story_replay(FILE *out, const struct story *s)
{
	const struct story_options *o = &s->options;
	char folding[FOLDING_TEXT];

	fputs("tablewalk run", out);
	if (o->subject != &subject_builtin)
		fprintf(out, " --subject %s", o->subject->name);
	if (o->opinion)
		fprintf(out, " --opinion %s", o->opinion->name);
	if (o->mutants)
		fprintf(out, " --mutant %s", o->mutants);
	fprintf(out, " --format %s", o->format->name);
	if (o->folded) {
		folding_text(o->folded, folding);
		fprintf(out, " --folding %s", folding);
	}
	fprintf(out, "%s %s", violation_option(o->check), o->path);
}

void story_place(FILE *out, const struct story *s)
{
	const struct place *p = &s->place;

	fprintf(out, "entry [%u] of the %s table at pa 0x%" PRIx64
		", which covers 0x%" PRIx64 " of space %u", p->index,
		pt_depth_name((int)p->depth),
		p->entry.slot - p->index * (uint64_t)pt_stride(
			&s->options.format->level[p->depth]), p->va, p->space);
}

bool story_wants(const struct story *s)
{
	const struct place *p = &s->place;

	return s->after && p->there &&
	       picture_is_wrong(s->after, p->space, p->depth, p->offset,
				&p->entry);
}

void story_wanted(FILE *out, const struct story *s)
{
	const struct place *p = &s->place;

	if (story_wants(s))
		picture_wanted(out, s->after, p->space, p->depth, p->offset,
			       &p->entry);
}
