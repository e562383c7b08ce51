/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Translate, walk and iterate agree at every address.
 *
 * All of both spaces is read three times after a random case: by a translate at
 * the start of each entry, by a walk with every callback, and by an iterator. 
 * Kind, address or payload, attributes, depth and order are the same at every
 * address, of translate and walk also the rights that tables above take away. 
 * Then the same for a part of it, cut anywhere at page borders: each reader
 * clips, and tells of the rest what it told before.
 *
 * Source: include/tablewalk/walk.h, vpte.h, table_ops.h (pt_translate()),
 * trace.h.
 */
#include "relation.h"

#define RECORDS 24
#define KINDS_READ                                                             \
	(KINDS_BUILD | KIND(OP_SHARE) | KIND(OP_SYNC) | KIND(OP_DURING) |      \
	 KIND(OP_WALK))

static bool same(struct trial *t, enum view_reader reader, unsigned flags)
{
	const struct view_match match = { flags, UINT32_MAX };
	char text[700];

	if (!side_view(t->a, reader, t->view_b)) {
		trial_broken(t, "%s refuses a range",
			     view_reader_name[reader]);
		return false;
	}
	for (unsigned s = 0; s < PT_SPACES; s++) {
		if (view_compare(&t->view_a[s], &t->view_b[s], &match, text,
				 sizeof(text)))
			continue;
		trial_broken(t, "translate and %s of space %u differ %s",
			     view_reader_name[reader], s, text);
		return false;
	}
	return true;
}

/* Reads [va, last] of a space with a walk or an iterator. */
static bool same_part(struct trial *t, unsigned space, uint64_t va,
		      uint64_t last, bool walk)
{
	struct op op = walk ? op_walk_all(t->format, va, last) :
			      op_on(OP_ITERATE, va, last);
	const struct view_match match = { VIEW_LEVELS | VIEW_HOLES,
					  UINT32_MAX };
	struct view part = { 0 };
	char text[700];
	bool equal;

	side_apply_in(t->a, space, &op);
	for (uint32_t i = 0; i + 1 < t->a->trace.count; i++) {
		const struct trace_event *e = &t->a->trace.event[i];
		const int top = t->format->top;

		if (e->type == TRACE_VISIT && e->kind == PT_TABLE)
			continue;
		view_add(&part, &(struct view_run){
			.va = e->va, .last = e->last, .pa = e->pa,
			.attrs = e->attrs, .kind = e->kind, .order = e->order,
			.depth = (uint8_t)(e->depth < top ? top : e->depth),
		});
	}
	equal = part.count && part.run[0].va == va &&
		part.run[part.count - 1].last == last;
	snprintf(text, sizeof(text), "does not tile the range");
	if (equal)
		equal = view_compare_part(&t->view_a[space], &part, va, last,
					  va, &match, text, sizeof(text));
	view_close(&part);
	if (!equal)
		trial_broken(t, "%s of 0x%llx-0x%llx: %s",
			     walk ? "walk" : "iterate", (unsigned long long)va,
			     (unsigned long long)last, text);
	return equal;
}

/* A part of a run's surroundings, cut at pages. */
static bool draw_part(struct trial *t, unsigned space, uint64_t *va,
		      uint64_t *last)
{
	const struct view *view = &t->view_a[space];
	size_t first = rng_below(&t->rng, (uint32_t)view->count);
	size_t end = first + rng_below(&t->rng, 6);
	const uint64_t ones = pt_ones(t->format->page_shift);

	if (end >= view->count)
		end = view->count - 1;
	*va = view->run[first].va;
	*last = view->run[end].last;
	for (size_t i = first; i < end; i++)
		if (view->run[i].last + 1 != view->run[i + 1].va)
			return false;
	*va += rng_up_to(&t->rng, view->run[first].last - *va) & ~ones;
	*last -= rng_up_to(&t->rng, *last - view->run[end].va) & ~ones;
	return *va < *last;
}

static enum verdict run(struct trial *t)
{
	trial_draw(t, KINDS_READ, RECORDS);
	trial_replay(t, t->a);
	if (!side_view(t->a, VIEW_TRANSLATE, t->view_a))
		return trial_broken(t, "translate refuses an address");
	if (t->view_a[0].count + t->view_a[1].count < 8)
		return NOT_MET;
	if (!same(t, VIEW_WALK, VIEW_ALL) ||
	    !same(t, VIEW_ITERATE, VIEW_LEVELS | VIEW_HOLES))
		return BROKEN;
	for (unsigned i = 0; i < 8; i++) {
		uint64_t va, last;

		if (draw_part(t, i & 1, &va, &last) &&
		    !same_part(t, i & 1, va, last, i & 2))
			return BROKEN;
	}
	return HELD;
}

const struct relation relation_readers = {
	.name = "readers",
	.states = "translate, walk and iterate agree at every address",
	.run = run,
	.trials = 16,
	.met_percent = 80,
	.met_formats = 52,
};
