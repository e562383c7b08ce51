/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables around a place, as few lines as tell the story.
 *
 * Drawn are the tables that lead to the focus, and those in which something
 * changed; of any other one only the entry that points to it.  Neighbours that are
 * alike are one line.  Where that is too long for a page less is opened, and of a
 * table with many different entries only those next to what matters are shown.
 */
#include "explain.h"

#include <inttypes.h>

/* Entries that are compared, at most, to find out what changed below. */
#define LOOKS 2000000

/* How generous a picture is. */
enum { GENEROUS, NO_NEIGHBOURS, EDGES, MARK_ONLY, SHORT, LEVELS };

struct builder {
	const struct scene *scene;
	const struct pt_format *format;
	struct picture *out;
	unsigned level, space;
	unsigned lines;			/* also those that did not fit */
	long looks;			/* entries that may still be compared */
};

/* What of one table is being drawn. */
struct drawing {
	unsigned depth;
	uint64_t table, base;
	bool compare, other_there;	/* with the same table of the other */
	uint64_t other;
	unsigned plain, telling;	/* lines so far */
	unsigned skipped, after;
	bool holding;
	struct picture_line held;
};

/*
 *			What is wrong
 */

/* What a sharer has not copied yet may be none, whatever its owner has. */
static bool is_pending(struct run *run, unsigned space,
		       const struct tree_entry *entry)
{
	const struct pt_space *s = run_space(run, space);

	return s->kernel && s->synced && entry->kind == PT_NONE;
}

bool picture_is_wrong(struct run *run, unsigned space, unsigned depth,
		      uint64_t offset, const struct tree_entry *e)
{
	const uint64_t va = tree_address(run_format(run), space, offset);
	struct oracle_view want;

	oracle_view(run_oracle(run), space, va, &want);
	if (!want.canonical || want.depth < depth ||
	    is_pending(run, space, e))
		return false;
	if (e->torn)
		return true;
	if (want.depth > depth)
		return e->kind != PT_TABLE ||
		       e->denied != oracle_denied_at(run_oracle(run), space, va,
						     depth);
	if (e->kind != want.kind)
		return true;
	if (e->kind == PT_NONE || e->kind == PT_MARKER)
		return false;
	return e->pa != want.pa || e->attrs != want.attrs ||
	       e->order != want.order;
}

/* "; missing: writable; too many: user" */
static void print_differences(FILE *out, uint32_t want, uint32_t seen)
{
	const uint32_t flags = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY |
			       PT_SOFT0 | PT_SOFT1;

	if (want & ~seen & flags) {
		fputs("; missing: ", out);
		explain_attrs(out, want & ~seen & flags);
	}
	if (seen & ~want & flags) {
		fputs("; too many: ", out);
		explain_attrs(out, seen & ~want & flags);
	}
}

static void print_attrs(FILE *out, uint32_t attrs)
{
	char flags[RUN_FLAGS_TEXT];

	run_print_flags(flags, attrs);
	fprintf(out, " %s", flags);
	if (pt_attrs_memtype(attrs))
		fprintf(out, " memtype %u", pt_attrs_memtype(attrs));
	if (pt_attrs_key(attrs))
		fprintf(out, " key %u", pt_attrs_key(attrs));
}

static void print_wanted_leaf(FILE *out, const struct oracle_view *want,
			      const struct tree_entry *e)
{
	const bool attrs = want->kind == PT_LEAF || want->kind == PT_PROTNONE ||
			   want->kind == PT_INVALID_HUGE;

	fputs(pt_kind_name(want->kind), out);
	if (want->kind == PT_NONE || want->kind == PT_MARKER)
		return;
	fprintf(out, " pa 0x%" PRIx64, want->pa);
	if (attrs)
		print_attrs(out, want->attrs);
	if (want->order)
		fprintf(out, " group of %u", 1u << want->order);
	if (attrs && e->kind == want->kind)
		print_differences(out, want->attrs, e->attrs);
}

void picture_wanted(FILE *out, struct run *run, unsigned space, unsigned depth,
		    uint64_t offset, const struct tree_entry *e)
{
	const uint64_t va = tree_address(run_format(run), space, offset);
	uint32_t denied;
	char flags[RUN_FLAGS_TEXT];
	struct oracle_view want;

	oracle_view(run_oracle(run), space, va, &want);
	if (e->torn)
		fputs("alike in all its copies: ", out);
	if (want.depth <= depth) {
		print_wanted_leaf(out, &want, e);
		return;
	}
	denied = oracle_denied_at(run_oracle(run), space, va, depth);
	run_print_flags(flags, denied);
	flags[4] = '\0';
	fprintf(out, "table that takes away %s", denied ? flags : "nothing");
}

/*
 *			What is drawn
 */

static bool inside(uint64_t at, uint64_t first, uint64_t last)
{
	return at >= first && at <= last;
}

/* The focus in offsets; false where it is not of this space. */
static bool focus_offsets(const struct builder *b, const struct focus *f,
			  uint64_t *first, uint64_t *last)
{
	if (f->space != b->space ||
	    !tree_offset(b->format, f->space, f->va, first))
		return false;
	if (f->last < f->va || !tree_offset(b->format, f->space, f->last, last) ||
	    *last < *first)
		*last = *first;
	return true;
}

/* Whether a range of offsets is of the focus itself. */
static bool touches(const struct builder *b, uint64_t first, uint64_t last)
{
	for (unsigned i = 0; i < b->scene->focuses; i++) {
		uint64_t lo, hi;

		if (focus_offsets(b, &b->scene->focus[i], &lo, &hi) &&
		    lo <= last && hi >= first)
			return true;
	}
	return false;
}

/* Whether a range of offsets leads to the focus, as generously as that is. */
static bool leads(const struct builder *b, uint64_t first, uint64_t last)
{
	const struct place *place = &b->scene->place;

	if (place->there && place->space == b->space &&
	    inside(place->offset, first, last))
		return true;
	for (unsigned i = 0; i < b->scene->focuses; i++) {
		uint64_t lo, hi;

		if (!focus_offsets(b, &b->scene->focus[i], &lo, &hi))
			continue;
		if (b->level >= MARK_ONLY) {
			if (!place->there && inside(lo, first, last))
				return true;
			break;
		}
		if (b->level >= EDGES) {
			if (inside(lo, first, last) || inside(hi, first, last))
				return true;
			continue;
		}
		if (b->level == GENEROUS) {
			lo -= lo != 0;
			hi += hi != UINT64_MAX;
		}
		if (lo <= last && hi >= first)
			return true;
	}
	return false;
}

/* Whether anything differs in or below two tables of that depth. */
static bool differs(struct builder *b, unsigned depth, uint64_t pa,
		    uint64_t other)
{
	const struct tree *tree = b->scene->tree;
	uint64_t before = UINT64_MAX;

	if (!tree_is_live(tree, depth, pa))
		return false;
	for (unsigned i = 0; i < tree_entries(tree, depth); i++) {
		struct tree_entry e, o;

		if (--b->looks < 0)
			return false;
		tree_read(tree, depth, pa, i, &e);
		tree_read(b->scene->other, depth, other, i, &o);
		if (e.raw != o.raw || e.torn != o.torn)
			return true;
		/* A table full of pointers to one table is read once. */
		if (e.kind == PT_TABLE && e.pa != before && depth < PT_PTE) {
			if (differs(b, depth + 1, e.pa, o.pa))
				return true;
			before = e.pa;
		}
	}
	return false;
}

/*
 *			Lines
 */

static void add_line(struct builder *b, const struct picture_line *line)
{
	b->lines++;
	if (b->out->count < PICTURE_LINES)
		b->out->line[b->out->count++] = *line;
}

/* How many ordinary lines a table may have. */
static unsigned plain_lines(const struct builder *b)
{
	static const unsigned most[LEVELS] = { 16, 12, 8, 6, 2 };

	return most[b->level];
}

static bool is_telling(const struct builder *b, struct drawing *d,
		       const struct picture_line *line)
{
	if (line->marked || line->opened)
		return true;
	if (!line->changed && !line->wrong && !line->below)
		return false;
	/* Of many that all changed, the first will do. */
	return d->telling++ < 2 * plain_lines(b);
}

/* Says that entries were left out, and takes what is held up to there. */
static void add_skipped(struct builder *b, struct drawing *d, bool held)
{
	if (d->holding && !held) {
		d->skipped += d->held.last - d->held.first + 1;
		d->holding = false;
	}
	if (d->skipped)
		add_line(b, &(struct picture_line){
			.what = PICTURE_LEFT_OUT, .space = (uint8_t)b->space,
			.depth = (uint8_t)d->depth, .last = d->skipped });
	d->skipped = 0;
	if (d->holding)
		add_line(b, &d->held);
	d->holding = false;
}

static void draw_table(struct builder *b, struct drawing *d);

/* Draws the table that the line leads to. */
static void draw_below(struct builder *b, const struct drawing *d,
		       const struct picture_line *line)
{
	struct drawing below = {
		.depth = d->depth + 1, .table = line->entry.pa,
		.base = d->base + line->first * pt_span(b->format, d->depth),
		.compare = d->compare,
	};

	if (d->compare && d->other_there) {
		struct tree_entry o;

		tree_read(b->scene->other, d->depth, d->other, line->first, &o);
		below.other_there = o.kind == PT_TABLE &&
			tree_is_live(b->scene->other, below.depth, o.pa);
		below.other = o.pa;
	}
	/* One step deeper each time: at most PT_DEPTHS of these at once. */
	draw_table(b, &below);
}

/* A hole says nothing, unless it is what the operation is about. */
static bool is_silent(const struct builder *b, const struct drawing *d,
		      const struct picture_line *line)
{
	const uint64_t span = pt_span(b->format, d->depth);

	return line->entry.kind == PT_NONE && !line->changed && !line->wrong &&
	       !line->marked &&
	       (b->scene->everything || b->level >= EDGES ||
		!touches(b, d->base + line->first * span,
			 d->base + line->last * span + (span - 1)));
}

static void take_line(struct builder *b, struct drawing *d,
		      const struct picture_line *line)
{
	if (is_silent(b, d, line))
		return;
	if (is_telling(b, d, line)) {
		add_skipped(b, d, true);
		add_line(b, line);
		d->after = 1;
		if (line->opened)
			draw_below(b, d, line);
		return;
	}
	if (d->after || d->plain < plain_lines(b)) {
		d->after -= d->after > 0;
		d->plain++;
		add_line(b, line);
		return;
	}
	if (d->holding)
		d->skipped += d->held.last - d->held.first + 1;
	d->held = *line;
	d->holding = true;
}

/* Whether the entry of the other picture at the same place is another one. */
static bool has_changed(const struct builder *b, const struct drawing *d,
			unsigned index, const struct tree_entry *e,
			struct tree_entry *o)
{
	*o = (struct tree_entry){ .kind = PT_NONE };
	if (!d->compare)
		return false;
	if (!d->other_there)
		return e->kind != PT_NONE;
	tree_read(b->scene->other, d->depth, d->other, index, o);
	return o->raw != e->raw || o->torn != e->torn;
}

/* Whether the table that an entry points to is to be drawn. */
static void open_below(struct builder *b, const struct drawing *d,
		       const struct tree_entry *o, struct picture_line *line)
{
	const uint64_t first = d->base + line->first * pt_span(b->format, d->depth);
	const uint64_t last = first + (pt_span(b->format, d->depth) - 1);

	if (d->depth == PT_PTE ||
	    !tree_is_live(b->scene->tree, d->depth + 1, line->entry.pa)) {
		line->dead = true;
		return;
	}
	if (d->compare && o->kind == PT_TABLE &&
	    tree_is_live(b->scene->other, d->depth + 1, o->pa))
		line->below = differs(b, d->depth + 1, line->entry.pa, o->pa);
	line->opened = leads(b, first, last) ||
		       (b->scene->everything && b->level < EDGES) ||
		       (line->below && b->level < EDGES);
}

/* Entry number index as a line of its own. */
static void read_line(struct builder *b, const struct drawing *d,
		      unsigned index, struct picture_line *line)
{
	const struct place *place = &b->scene->place;
	const uint64_t offset = d->base + index * pt_span(b->format, d->depth);
	struct tree_entry o;

	*line = (struct picture_line){
		.what = PICTURE_RUN, .space = (uint8_t)b->space,
		.depth = (uint8_t)d->depth, .first = index, .last = index,
		.va = tree_address(b->format, b->space, offset),
		.table = d->table,
	};
	tree_read(b->scene->tree, d->depth, d->table, index, &line->entry);
	line->last_raw = line->entry.raw;
	line->steady = true;
	line->changed = has_changed(b, d, index, &line->entry, &o);
	line->marked = place->there && place->space == b->space &&
		       place->depth == d->depth && place->offset == offset;
	if (b->scene->run)
		line->wrong = picture_is_wrong(b->scene->run, b->space, d->depth,
					       offset, &line->entry);
	if (line->entry.kind == PT_TABLE)
		open_below(b, d, &o, line);
}

/* Joins next to run where they are alike. */
static bool join(const struct builder *b, struct picture_line *run,
		 const struct picture_line *next)
{
	const uint64_t length = (next->first - run->first) *
				pt_span(b->format, run->depth);

	if (run->changed != next->changed || run->wrong != next->wrong ||
	    run->marked || next->marked || run->below != next->below)
		return false;
	if (run->entry.kind == PT_TABLE) {
		if (next->entry.kind != PT_TABLE || run->opened || next->opened ||
		    run->dead != next->dead ||
		    run->entry.denied != next->entry.denied)
			return false;
		run->steady = run->steady && run->entry.pa == next->entry.pa;
	} else if (!tree_continues(&run->entry, &next->entry, length)) {
		return false;
	}
	run->last = next->last;
	run->last_raw = next->last_raw;
	return true;
}

static void draw_table(struct builder *b, struct drawing *d)
{
	struct picture_line run, next;

	read_line(b, d, 0, &run);
	for (unsigned i = 1; i < tree_entries(b->scene->tree, d->depth); i++) {
		read_line(b, d, i, &next);
		if (join(b, &run, &next))
			continue;
		take_line(b, d, &run);
		run = next;
	}
	take_line(b, d, &run);
	add_skipped(b, d, false);
}

/* Whether a space has to do with the story. */
static bool is_drawn(struct builder *b)
{
	const struct scene *s = b->scene;
	const unsigned top = b->format->top;

	if (s->everything ||
	    (s->place.there && s->place.space == b->space))
		return true;
	for (unsigned i = 0; i < s->focuses; i++)
		if (s->focus[i].space == b->space)
			return true;
	return s->other && differs(b, top, s->tree->root[b->space],
				   s->other->root[b->space]);
}

static void draw_space(struct builder *b)
{
	const struct scene *s = b->scene;
	struct drawing d = {
		.depth = b->format->top, .table = s->tree->root[b->space],
		.compare = s->other != NULL, .other_there = s->other != NULL,
		.other = s->other ? s->other->root[b->space] : 0,
	};

	add_line(b, &(struct picture_line){
		.what = PICTURE_ROOT, .space = (uint8_t)b->space,
		.depth = b->format->top, .table = d.table });
	draw_table(b, &d);
}

void picture_draw(struct picture *picture, const struct scene *scene)
{
	for (unsigned level = 0; level < LEVELS; level++) {
		struct builder b = {
			.scene = scene, .format = scene->tree->format,
			.out = picture, .level = level, .looks = LOOKS,
		};

		picture->count = 0;
		for (b.space = 0; b.space < PT_SPACES; b.space++)
			if (is_drawn(&b))
				draw_space(&b);
		if (b.lines <= PICTURE_GOAL)
			return;
	}
}

/*
 *			Words
 */

void picture_index(FILE *out, const struct picture_line *line)
{
	if (line->first == line->last)
		fprintf(out, "[%u]", line->first);
	else
		fprintf(out, "[%u..%u]", line->first, line->last);
}

static void print_leaf(FILE *out, const struct pt_format *f,
		       const struct picture_line *line)
{
	const struct tree_entry *e = &line->entry;

	fprintf(out, " pa 0x%" PRIx64, e->pa);
	if (line->first != line->last)
		fprintf(out, " +0x%" PRIx64 " each", pt_span(f, line->depth));
	if (e->kind == PT_SWAP || e->kind == PT_MIGRATION)
		return;
	print_attrs(out, e->attrs);
	if (e->order)
		fprintf(out, " group of %u", 1u << e->order);
}

static void print_table(FILE *out, const struct picture_line *line)
{
	const struct tree_entry *e = &line->entry;
	char flags[RUN_FLAGS_TEXT];

	if (line->first != line->last)
		fputs(line->steady ? "s, all to" : "s, the first to", out);
	else
		fputs(" ->", out);
	fprintf(out, " %s table at pa 0x%" PRIx64,
		pt_depth_name(line->depth + 1), e->pa);
	if (e->denied) {
		run_print_flags(flags, e->denied);
		fprintf(out, " takes away %.4s", flags);
	}
	if (line->dead)
		fputs(" (no live table)", out);
	else if (line->below && !line->opened)
		fputs(" (changed below)", out);
}

void picture_target(FILE *out, const struct pt_format *f,
		    const struct picture_line *line)
{
	const struct tree_entry *e = &line->entry;

	if (line->first != line->last)
		fprintf(out, "%u x ", line->last - line->first + 1);
	fputs(pt_kind_name(e->kind), out);
	if (e->kind == PT_TABLE)
		print_table(out, line);
	else if (e->kind != PT_NONE && e->kind != PT_MARKER &&
		 e->kind != PT_BAD)
		print_leaf(out, f, line);
	if (e->torn)
		fputs(" (its copies differ)", out);
}

void picture_word(FILE *out, const struct pt_format *f,
		  const struct picture_line *line)
{
	const int digits = 2 * f->level[line->depth].entry_bytes;

	fprintf(out, "0x%0*" PRIx64, digits, line->entry.raw);
	if (line->first != line->last && line->last_raw != line->entry.raw)
		fprintf(out, " .. 0x%0*" PRIx64, digits, line->last_raw);
}
