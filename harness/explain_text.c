/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A story as text.  docs/explain.md says how to read it.
 */
#include "explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../oracles/mmu/mmu.h"

/* How many events are shown before and after the first that differs. */
#define EVENTS_BEFORE 6
#define EVENTS_AFTER 4

static void print_head(FILE *out, const struct story *s)
{
	const struct story_options *o = &s->options;
	char folding[FOLDING_TEXT];

	fprintf(out, "%s on %s", o->path, o->format->name);
	if (o->folded) {
		folding_text(o->folded, folding);
		fprintf(out, ", folded at run time: %s", folding);
	}
	if (o->mutants)
		fprintf(out, ", with the deliberate defect %s", o->mutants);
	if (o->subject != &subject_builtin)
		fprintf(out, ", subject %s", o->subject->name);
	if (o->check != RUN_CHECK_END)
		fprintf(out, ", checked after every %s",
			o->check == RUN_CHECK_STORE ? "store" : "operation");
	fputs("\n\n", out);
	story_summary(out, s);
	fputc('\n', out);
	if (s->end != STORY_CLEAN) {
		fputs("Signature: ", out);
		story_signature(out, s);
		fputc('\n', out);
	}
	if (s->end == STORY_VIOLATION && s->violation.at_end)
		fputs("It shows at the end of the case only; what follows is "
		      "about the last operation.\n", out);
	fputc('\n', out);
}

static void print_format(FILE *out, const struct pt_format *f)
{
	char bytes[EXPLAIN_BYTES];

	fputs("The format: tables from the root down\n", out);
	for (unsigned d = f->top; d < PT_DEPTHS; d++) {
		const struct pt_level *l = &f->level[d];

		fprintf(out, "  %s  %u entries of %u bytes, each for %s",
			pt_depth_name((int)d), 1u << l->index_bits,
			l->entry_bytes, explain_bytes(bytes, pt_span(f, d)));
		if (l->manual_name)
			fprintf(out, "; the manual's %s", l->manual_name);
		fputc('\n', out);
	}
	fputs("  letters: r readable, w writable, x executable, u user, "
	      "g global, a accessed, d dirty, 0 1 soft bits\n\n", out);
}

static void print_operations(FILE *out, const struct story *s)
{
	const unsigned end = s->end == STORY_CLEAN ?
		s->steps : s->violation.op_index + !s->violation.at_end;

	fputs("The operations, with their addresses on this format\n", out);
	for (unsigned i = 0; i < s->steps && i < end; i++) {
		const struct story_step *step = &s->step[i];

		if (step->op.kind == OP_NOP)
			continue;
		fprintf(out, "%s %2u %-9s ",
			(int)i == s->about && s->failed ? "->" :
			(int)i == s->about		? " =" : "  ",
			i, op_kind_name(step->op.kind));
		explain_op(out, s->options.format, &step->op);
		if (step->held)
			fputs("; held for the walk", out);
		if (step->done) {
			fputs(" => ", out);
			explain_return(out, step->ret);
		}
		fputc('\n', out);
	}
	if (s->end != STORY_CLEAN && end < s->steps)
		fprintf(out, "      (%u more that were not reached)\n",
			s->steps - end);
	fputc('\n', out);
}

/*
 *			Trees
 */

static void print_run(FILE *out, const struct story *s,
		      const struct picture_line *line, bool after)
{
	const struct pt_format *f = s->options.format;
	const int indent = 2 * (int)(line->depth - f->top);

	fprintf(out, "%c%c%c %*s", line->marked ? '>' : ' ',
		line->wrong ? '!' : ' ', line->changed ? '*' : ' ', indent, "");
	picture_index(out, line);
	fprintf(out, " 0x%0*" PRIx64 " ", f->va_word_bits / 4, line->va);
	picture_target(out, f, line);
	fputs("  ", out);
	picture_word(out, f, line);
	fputc('\n', out);
	if (!line->marked || !after)
		return;
	fprintf(out, "    %*s    expected: %s\n", indent, "",
		s->violation.finding.expected);
	fprintf(out, "    %*s    seen:     %s\n", indent, "",
		s->violation.finding.seen);
	if (!story_wants(s))
		return;
	fprintf(out, "    %*s    it has to be: ", indent, "");
	story_wanted(out, s);
	fputc('\n', out);
}

static void print_picture(FILE *out, const struct story *s,
			  const struct picture *p, bool after)
{
	const struct pt_format *f = s->options.format;
	bool empty = true;

	for (unsigned i = 0; i < p->count; i++) {
		const struct picture_line *line = &p->line[i];

		switch (line->what) {
		case PICTURE_ROOT:
			fprintf(out, "    space %u: root, a %s table, at pa 0x%"
				PRIx64 "%s\n", line->space,
				pt_depth_name(line->depth), line->table,
				i + 1 == p->count ||
				p->line[i + 1].what == PICTURE_ROOT ?
					": nothing to show" : "");
			break;
		case PICTURE_LEFT_OUT:
			fprintf(out, "    %*s... %u more entries\n",
				2 * (int)(line->depth - f->top), "", line->last);
			break;
		default:
			print_run(out, s, line, after);
			break;
		}
		empty = false;
	}
	if (empty)
		fputs("    nothing that the operation is about\n", out);
}

static void print_pictures(FILE *out, const struct story *s)
{
	if (s->about < 0) {
		fputs("The tables at the end\n", out);
		print_picture(out, s, &s->drawn_after, true);
		fputc('\n', out);
		return;
	}
	fprintf(out, "The tables before operation %d\n", s->about);
	print_picture(out, s, &s->drawn_before, false);
	fprintf(out, "\nThe tables after operation %d\n", s->about);
	if (s->after)
		print_picture(out, s, &s->drawn_after, true);
	else
		fputs("    nothing to show: the process did not come so far\n",
		      out);
	for (unsigned i = 0; i < s->unreachables; i++)
		fprintf(out, "%c!  a table at pa 0x%" PRIx64
			" is allocated, and nothing leads to it\n",
			s->differs == DIFFERS_TABLE &&
			s->unreachable[i] == s->lost_table ? '>' : ' ',
			s->unreachable[i]);
	fputs("    * changed by the operation;  ! not what it has to be;  "
	      "> what the check names\n\n", out);
}

/*
 *			What differs
 */

static void print_event(FILE *out, char mark, const struct trace *trace,
			uint32_t index)
{
	char line[256];

	if (index >= trace->count) {
		fprintf(out, "  %c nothing more\n", mark);
		return;
	}
	oracle_print_event(line, sizeof(line), &trace->event[index]);
	fprintf(out, "  %c %s\n", mark, line);
}

static void print_events(FILE *out, const struct story *s)
{
	const struct trace *want = run_expected(s->after);
	const struct trace *seen = run_seen(s->after);
	const uint32_t first = s->event > EVENTS_BEFORE ?
				       s->event - EVENTS_BEFORE : 0;

	fputs("What the operation reported (= as expected, - expected, "
	      "+ seen instead)\n", out);
	if (first)
		fprintf(out, "    ... %" PRIu32 " as expected\n", first);
	for (uint32_t i = first; i < s->event; i++)
		print_event(out, '=', want, i);
	print_event(out, '-', want, s->event);
	print_event(out, '+', seen, s->event);
	for (uint32_t i = s->event + 1;
	     i < seen->count && i <= s->event + EVENTS_AFTER; i++)
		print_event(out, ' ', seen, i);
	if (s->event + EVENTS_AFTER + 1 < seen->count)
		fprintf(out, "    ... %" PRIu32 " more\n",
			seen->count - s->event - EVENTS_AFTER - 1);
	fputc('\n', out);
}

/* How many lines of what it did are shown before what matters, and in all. */
#define STORES_BEFORE 12
#define STORES_LINES 24

static void print_stores(FILE *out, const struct story *s)
{
	const unsigned named = s->store ? story_store(s, s->store) :
					  s->notes_kept;
	unsigned lines = 0, left_out = 0;

	fprintf(out, "What operation %d did, in this order\n", s->about);
	for (unsigned i = 0, last; i < s->notes_kept; i = last + 1) {
		last = story_joined(s, i);
		if (lines >= STORES_BEFORE && i < named && named < s->notes_kept) {
			left_out += last - i + 1;
			continue;
		}
		if (lines == STORES_LINES) {
			left_out = s->notes - i;
			break;
		}
		if (left_out)
			fprintf(out, "    ... %u more\n", left_out);
		left_out = 0;
		fputs(i == named ? "  > " : "    ", out);
		story_note_run(out, s, i, last);
		fputc('\n', out);
		lines++;
	}
	if (left_out || s->notes > s->notes_kept)
		fprintf(out, "    ... %u more\n",
			left_out ? left_out : s->notes - s->notes_kept);
	fputc('\n', out);
}

/* Of a verdict, what it means. */
static void print_verdict(FILE *out, const struct story *s, const char *text)
{
	char *words = NULL;
	size_t bytes;
	FILE *into;

	if (s->violation.finding.check != CHECK_MMU_VERDICT)
		return;
	into = open_memstream(&words, &bytes);
	if (into && explain_verdict(into, text) && !fflush(into))
		fprintf(out, "            that is, %s\n", words);
	if (into)
		fclose(into);
	free(words);
}

static void print_difference(FILE *out, const struct story *s)
{
	const struct finding *f = &s->violation.finding;

	if (s->end != STORY_VIOLATION)
		return;
	fputs("Expected and seen\n", out);
	if (s->differs == DIFFERS_TABLE)
		fprintf(out, "  the table at pa 0x%" PRIx64 "\n", s->lost_table);
	if (s->place.there) {
		fputs("  ", out);
		story_place(out, s);
		if (!s->place.wrong)
			fputs(" (as it has to be now)", out);
		fputc('\n', out);
	}
	if (s->store)
		fprintf(out, "  in the moment after store %u\n", s->store);
	fprintf(out, "  expected  %s\n", f->expected);
	print_verdict(out, s, f->expected);
	fprintf(out, "  seen      %s\n", f->seen);
	print_verdict(out, s, f->seen);
	if (f->check == CHECK_STORE_STATE)
		fputs("  (what user code's read, write and fetch come to, then the "
		      "kernel's)\n", out);
	fputc('\n', out);
	if (s->failed && s->differs == DIFFERS_EVENT)
		print_events(out, s);
}

/*
 *			Rules
 */

/* Breaks text into lines of at most 76 columns behind an indent. */
static void print_wrapped(FILE *out, const char *text)
{
	size_t column = 0;

	fputs("    ", out);
	while (*text) {
		const size_t word = strcspn(text, " ");

		if (column && column + 1 + word > 76) {
			fputs("\n    ", out);
			column = 0;
		} else if (column) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)word, text);
		column += word;
		text += word + strspn(text + word, " ");
	}
	fputc('\n', out);
}

static void print_rules(FILE *out, const struct story *s)
{
	const struct pt_format *f = s->options.format;
	const struct explain_rule *rule =
		explain_rule(s->violation.finding.check,
			     s->violation.finding.divergence);
	const struct mmu_arch *mmu = mmu_find(f->name);

	fputs("Where it is written\n", out);
	if (s->end == STORY_VIOLATION && rule) {
		fprintf(out, "  docs/checks.md, %s\n", rule->row);
		print_wrapped(out, rule->text);
		fprintf(out, "  include/tablewalk/%s\n", rule->header);
		print_wrapped(out, rule->clause);
	}
	if (s->about >= 0) {
		const struct op *op = &s->step[s->about].op;
		const struct explain_clause *c = explain_clause(op->kind);

		fprintf(out, "  include/tablewalk/%s, what %s has to do\n",
			c->header, op_kind_name(op->kind));
		print_wrapped(out, c->clause);
	}
	fprintf(out, "  arch/%s/README.md, \"%s\": how entries are encoded\n",
		f->architecture, explain_section(f));
	print_wrapped(out, f->manual);
	if (mmu && mmu->source && strcmp(mmu->source, f->manual) != 0) {
		fputs("  the second reading, oracles/mmu/, which judges:\n", out);
		print_wrapped(out, mmu->source);
	}
	fputc('\n', out);
}

void story_text(FILE *out, const struct story *s)
{
	print_head(out, s);
	print_operations(out, s);
	print_difference(out, s);
	print_pictures(out, s);
	if (story_tells_stores(s))
		print_stores(out, s);
	print_rules(out, s);
	print_format(out, s->options.format);
	fputs("The same again: ", out);
	story_replay(out, s);
	fputc('\n', out);
}
