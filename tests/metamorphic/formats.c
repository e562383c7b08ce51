/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The same flat view on every format that can represent it.
 *
 * The format and another one with pages of the same size, drawn at random, get
 * the same sequence of maps, unmaps, protects and frees of pages.  What the
 * pages are counted from is the start of the address space or, where both have
 * a high half, its end; physical addresses fit both.
 *
 * Rights are what formats differ in, so each side asks for rights of its own
 * that are the same as far as both formats can say anything: a right that one
 * of them has always, or never, does not count.
 *
 *	returns		of each operation, equal
 *	translations	the list of (page, pa, rights that count) of all of the
 *			space, equal at the end
 *	dumps		the list of (page, effective rights that count), equal
 *
 * Source: include/tablewalk/table_ops.h ("Attributes"), ptdump.h.
 */
#include "relation.h"

#define OPS 24
/* Operations are near one of these places, and at most so long. */
#define PLACES 3
#define PAGES_MOST 1300

/* What both sides share: where pages are, how both say the same rights. */
struct common {
	const struct pt_format *format[2];
	uint64_t pages, pa_pages;	/* that both have */
	bool high;			/* pages are counted from the top */
	uint64_t place[PLACES];
	uint32_t rights_mask;
	uint32_t rights[PT_RIGHTS + 1][2];
	unsigned labels;
};

/* Rights that some pages of the format have and others have not. */
static uint32_t sayable(const struct pt_format *f)
{
	const struct pt_rights *rights = &f->level[PT_PTE].leaf.rights;
	uint32_t set = 0, clear = 0;

	for (uint32_t r = 0; r <= PT_RIGHTS; r++) {
		if (!rights->right[r].representable)
			continue;
		set |= r;
		clear |= ~r;
	}
	return set & clear & PT_RIGHTS;
}

/* The first rights of the format that are these as far as the mask goes. */
static bool say(const struct pt_format *f, uint32_t wanted, uint32_t mask,
		uint32_t *out)
{
	for (uint32_t r = 0; r <= PT_RIGHTS; r++) {
		*out = r;
		if (f->level[PT_PTE].leaf.rights.right[r].representable &&
		    (r & mask) == wanted)
			return true;
	}
	return false;
}

static uint64_t pages_of(const struct pt_format *f, bool *high)
{
	struct span span[2];
	unsigned spans = space_spans(f, 0, span);

	*high = spans == 2 || f->va_rule == PT_VA_ROOTS;
	return (span[0].last >> f->page_shift) + 1;
}

static void find_common(struct trial *t, const struct pt_format *other,
			struct common *c)
{
	bool high[2];
	uint64_t pages[2];
	unsigned pa_bits = t->format->pa_bits;

	*c = (struct common){ .format = { t->format, other } };
	for (unsigned i = 0; i < 2; i++)
		pages[i] = pages_of(c->format[i], &high[i]);
	c->pages = pages[0] < pages[1] ? pages[0] : pages[1];
	c->high = high[0] && high[1] && rng_one_in(&t->rng, 2);
	if (other->pa_bits < pa_bits)
		pa_bits = other->pa_bits;
	c->pa_pages = UINT64_C(1) << (pa_bits - other->page_shift);
	c->rights_mask = sayable(t->format) & sayable(other);
	for (uint32_t r = 0; r <= PT_RIGHTS; r++)
		if (!(r & ~c->rights_mask) &&
		    say(t->format, r, c->rights_mask, &c->rights[c->labels][0]) &&
		    say(other, r, c->rights_mask, &c->rights[c->labels][1]))
			c->labels++;
	for (unsigned i = 0; i < PLACES; i++)
		c->place[i] = rng_up_to(&t->rng, c->pages - 1);
	/* Where most tables end. */
	c->place[0] &= ~UINT64_C(0x7ff);
}

/* One operation for both sides, each with rights of its own. */
static void draw_op(struct trial *t, const struct common *c, struct op op[2])
{
	static const uint8_t kinds[8] = { OP_MAP, OP_MAP, OP_MAP, OP_MAP,
					  OP_UNMAP, OP_UNMAP, OP_PROTECT,
					  OP_FREE };
	const unsigned kind = kinds[rng_below(&t->rng, 8)];
	const unsigned label = rng_below(&t->rng, c->labels);
	const uint64_t place = c->place[rng_below(&t->rng, PLACES)];
	uint64_t length = rng_one_in(&t->rng, 3) ?
				  1 + rng_below(&t->rng, PAGES_MOST) :
				  1 + rng_below(&t->rng, 8);
	uint64_t page = place + rng_below(&t->rng, 64) - 32, pa;

	if (rng_one_in(&t->rng, 4))
		page = (place | 0x3ff) + 1 - rng_below(&t->rng, 4);
	page %= c->pages;
	if (length > c->pages - page)
		length = c->pages - page;
	pa = rng_up_to(&t->rng, c->pa_pages - length);
	for (unsigned i = 0; i < 2; i++) {
		const struct pt_format *f = c->format[i];
		uint64_t va = page << f->page_shift;
		uint64_t bytes = length << f->page_shift;

		/* Mirrored: the last page is the one that counts as page. */
		if (c->high)
			va = pt_ones(f->va_word_bits) - va - (bytes - 1);
		op[i] = op_on(kind, va, va + bytes - 1);
		op[i].depth = kind == OP_MAP ? PT_PTE : 0;
		op[i].pa = kind == OP_MAP ? pa << f->page_shift : 0;
		op[i].ceiling = kind == OP_FREE ? UINT64_MAX : 0;
		op[i].attrs = kind == OP_MAP || kind == OP_PROTECT ?
				      c->rights[label][i] : 0;
	}
}

/* Moves a view to where its pages are counted from, and leaves leaves only. */
static void flatten(const struct common *c, unsigned side, struct view *view,
		    struct view *flat, bool effective)
{
	const struct pt_format *f = c->format[side];
	const uint64_t origin = c->high ? pt_ones(f->va_word_bits) -
					  (c->pages << f->page_shift) + 1 : 0;

	view_clear(flat);
	for (size_t i = 0; i < view->count; i++) {
		struct view_run run = view->run[i];

		if (run.kind != PT_LEAF)
			continue;
		run.va -= origin;
		run.last -= origin;
		if (effective)
			run.attrs &= ~run.removed;
		run.attrs &= c->rights_mask;
		run.removed = run.depth = 0;
		view_add(flat, &run);
	}
}

/* What a dump of the space tells, as runs without an address. */
static void dump_view(struct side *side, unsigned space, struct view *view)
{
	struct span span[2];
	unsigned spans = space_spans(side->format, space, span);

	view_clear(view);
	for (unsigned i = 0; i < spans; i++) {
		struct op op = op_on(OP_DUMP, span[i].va, span[i].last);

		side_apply_in(side, space, &op);
		for (uint32_t e = 0; e < side->trace.count; e++) {
			const struct trace_event *run = &side->trace.event[e];

			if (run->type != TRACE_RUN)
				continue;
			view_add(view, &(struct view_run){
				.va = run->va, .last = run->last, .pa = 0,
				.attrs = run->attrs, .removed = run->removed,
				.kind = run->kind,
			});
		}
	}
}

/* Joins neighbours of a dump whatever they lead to: kinds without address. */
static void forget_pa(struct view *view)
{
	size_t count = view->count;

	view->count = 0;
	for (size_t i = 0; i < count; i++) {
		struct view_run run = view->run[i];

		run.kind = PT_MARKER;
		run.pa = 0;
		view_add(view, &run);
	}
}

static bool same_lists(struct trial *t, const struct view *a,
		       const struct view *b, const char *what)
{
	for (size_t i = 0; i < a->count || i < b->count; i++) {
		const struct view_run *x = i < a->count ? &a->run[i] : NULL;
		const struct view_run *y = i < b->count ? &b->run[i] : NULL;
		char one[240], other[240];

		if (x && y && x->va == y->va && x->last == y->last &&
		    x->pa == y->pa && x->attrs == y->attrs)
			continue;
		view_print_run(one, sizeof(one), x);
		view_print_run(other, sizeof(other), y);
		trial_broken(t, "%s with %s, in %s:\n  one:   %s\n  other: %s",
			     t->format->name, t->b->format->name, what, one,
			     other);
		return false;
	}
	return true;
}

static enum verdict compare(struct trial *t, const struct common *c)
{
	struct side *side[2] = { t->a, t->b };
	struct view flat[2] = { { 0 }, { 0 } };
	struct view *view[2] = { t->view_a, t->view_b };
	bool equal = true, met;

	for (unsigned i = 0; i < 2; i++) {
		equal &= side_view(side[i], VIEW_TRANSLATE, view[i]);
		flatten(c, i, &view[i][side[i]->subject.current], &flat[i],
			false);
	}
	if (!equal)
		trial_broken(t, "translate refuses an address");
	met = flat[0].count;
	equal = equal && same_lists(t, &flat[0], &flat[1], "translations");
	for (unsigned i = 0; equal && i < 2; i++) {
		dump_view(side[i], side[i]->subject.current, view[i]);
		flatten(c, i, view[i], &flat[i], true);
		forget_pa(&flat[i]);
	}
	equal = equal && same_lists(t, &flat[0], &flat[1], "dumps");
	view_close(&flat[0]);
	view_close(&flat[1]);
	return !equal ? BROKEN : met ? HELD : NOT_MET;
}

static enum verdict play(struct trial *t, const struct common *c)
{
	struct side *side[2] = { t->a, t->b };

	for (unsigned i = 0; i < 2; i++) {
		side_begin(side[i], &t->c.header, 0);
		side[i]->subject.current =
			c->high && c->format[i]->va_rule == PT_VA_ROOTS;
	}
	for (unsigned n = 0; n < OPS; n++) {
		struct op op[2];
		int one, other;

		draw_op(t, c, op);
		one = side_apply(t->a, &op[0]);
		other = side_apply(t->b, &op[1]);
		if (one != other)
			return trial_broken(t, "%s with %s: %s 0x%llx-0x%llx "
					    "returned %d and %d",
					    c->format[0]->name,
					    c->format[1]->name,
					    op_kind_name(op[0].kind),
					    (unsigned long long)op[0].va,
					    (unsigned long long)op[0].last,
					    one, other);
	}
	return compare(t, c);
}

/* Another format with pages of that size, or NULL. */
static const struct pt_format *draw_format(struct trial *t)
{
	const struct pt_format *other = NULL;
	unsigned count = 0;

	for (unsigned i = 0; i < pt_format_count; i++)
		if (pt_formats[i]->page_shift == t->format->page_shift &&
		    pt_formats[i] != t->format && rng_one_in(&t->rng, ++count))
			other = pt_formats[i];
	return other;
}

static enum verdict run(struct trial *t)
{
	const struct pt_format *other = draw_format(t);
	struct side *b = t->b, side;
	struct common common;
	enum verdict verdict;

	/* Of the case only its header is used: where tables lie. */
	trial_draw(t, KINDS_BUILD, 1);
	if (!other)
		return NOT_MET;
	find_common(t, other, &common);
	if (common.labels < 2 || !side_open(&side, other))
		return NOT_MET;
	t->b = &side;
	verdict = play(t, &common);
	t->b = b;
	side_close(&side);
	return verdict;
}

const struct relation relation_formats = {
	.name = "formats",
	.states = "the same flat view on every format that can represent it",
	.run = run,
	.trials = 16,
	.met_percent = 80,
	.met_formats = 52,
};
