/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Dumping a range as runs.
 *
 * A descent of its own, because a dump wants what a walk does not tell: the
 * rights taken away on the way, and entries by the stretch.  None entries are
 * passed over at once, and so are leaves that differ in their address only.  What
 * is below a link to a shadow is known without a descent.
 *
 * Source: include/tablewalk/ptdump.h; the rules are those of
 * docs/walker-rules.md.
 */
#include <tablewalk/ptdump.h>

#include "pgtable.h"

/*
 * What lies below an entry that points to a shadow's table of some depth: leaves
 * of one page that are all alike.  The rights are those that the shadow's own
 * tables take away.
 */
struct below_link {
	bool alike;
	uint32_t attrs, removed;
};

struct dumper {
	struct pt_space *space;
	const struct pt_format *f;
	struct pt_dump *dump;
	/* Of every depth the bits in which leaves that are alike agree. */
	uint64_t mask[PT_DEPTHS];
	unsigned marker;		/* the first one not passed yet */
	bool open;			/* there is a run */
	struct pt_dump_run run;
	/* By the depth of the shadow's table; none alike without a shadow. */
	struct below_link below[PT_DEPTHS];
};

/*
 * All bits but those of the address, and of these what a match rule looks at.
 * Where pieces of an address can disagree, every bit counts.
 */
static uint64_t alike_mask(const struct pt_level *l)
{
	uint64_t address = UINT64_MAX, rules = 0;

	for (unsigned g = 0; g <= l->group_count; g++) {
		const struct pt_leaf_layout *leaf =
			g ? &l->group[g - 1].leaf : &l->leaf;

		address &= leaf->pa.pieces ? 0 : pt_address_mask(&leaf->pa);
		for (unsigned i = 0; i < leaf->match.count; i++)
			rules |= leaf->match.list[i].mask;
	}
	for (unsigned i = 0; i < l->table.match.count; i++)
		rules |= l->table.match.list[i].mask;
	return ~address | rules;
}

/*
 * Base pages of the run.  Only a marker can begin it inside a page, and then
 * the run before it has counted that page.
 */
static uint64_t run_pages(const struct pt_format *f,
			  const struct pt_dump_run *run)
{
	unsigned shift = MUT(DUMP_WX_COUNTS_ENTRIES, f->page_shift,
			     f->level[run->depth].va_shift);
	bool from_start = !(run->start & pt_ones(f->page_shift));

	return (run->last >> shift) - (run->start >> shift) + from_start;
}

/* Reports the run there is, if any. */
static int flush(struct dumper *d)
{
	const uint32_t wx = PT_W | PT_X;

	if (!d->open)
		return 0;
	d->open = false;
	if (MUT(DUMP_WX_BY_LEAF, false, d->run.kind == PT_LEAF &&
		(d->run.attrs & wx) == wx && (d->run.removed & wx)))
		d->dump->wx_pages += run_pages(d->f, &d->run);
	if (d->run.kind == PT_LEAF && (pt_dump_effective(&d->run) & wx) ==
					      MUT(DUMP_WX_IS_ONE, wx, 1u))
		d->dump->wx_pages += run_pages(d->f, &d->run);
	if (d->run.kind == PT_NONE && !(d->dump->flags & PT_DUMP_HOLES))
		return 0;
	return d->dump->run(d->dump->context, &d->run);
}

/* Passes the markers up to va; whether va is one. */
static bool pass_markers(struct dumper *d, uint64_t va)
{
	const struct pt_dump *dump = d->dump;
	bool at_marker = false;

	while (d->marker < dump->markers && dump->marker[d->marker] <= va)
		at_marker = dump->marker[d->marker++] == va;
	return MUT(DUMP_IGNORES_MARKER, at_marker, false);
}

/* The last address before the next marker. */
static uint64_t marker_last(const struct dumper *d)
{
	const struct pt_dump *dump = d->dump;

	return d->marker < dump->markers ? dump->marker[d->marker] -
						   MUT(DUMP_MARKER_LATE, 1u,
						       0u) :
					   UINT64_MAX;
}

static bool runs_are_alike(const struct pt_dump_run *a,
			   const struct pt_dump_run *b)
{
	return MUT(DUMP_MERGES_ACROSS_DEPTH, a->depth == b->depth, true) &&
	       a->kind == b->kind &&
	       MUT(DUMP_MERGES_ACROSS_ATTRS, a->attrs == b->attrs, true) &&
	       MUT(DUMP_MERGES_ACROSS_REMOVED, a->removed == b->removed, true);
}

/* Continues the run with a piece, or begins new ones: R46. */
static int note(struct dumper *d, struct pt_dump_run piece)
{
	const uint64_t last = piece.last;

	for (;;) {
		bool border = pass_markers(d, piece.start);

		piece.last = pt_min(last, marker_last(d));
		if (d->open && !border && runs_are_alike(&d->run, &piece)) {
			d->run.last = piece.last;
		} else {
			int ret = flush(d);

			if (ret)
				return ret;
			d->run = piece;
			d->open = true;
		}
		if (piece.last == last)
			return 0;
		piece.start = piece.last + 1;
	}
}

/* One table's part of the range. */
struct part {
	const struct pt_table *table;
	uint64_t last;
	unsigned depth;
	uint32_t removed;		/* by the tables above */
};

static int note_entries(struct dumper *d, const struct part *part, uint64_t va,
			uint64_t last, enum pt_kind kind, uint32_t attrs)
{
	if (MUT(DUMP_UPPER_HOLE_LOST, false,
		kind == PT_NONE && part->depth < PT_PTE))
		return 0;
	if (MUT(DUMP_SOFT_MAPS, false, kind == PT_PROTNONE ||
		kind == PT_MIGRATION))
		kind = PT_LEAF;
	return note(d, (struct pt_dump_run){
		.start = va,
		.last = last,
		.attrs = attrs,
		.removed = part->removed,
		.depth = (uint8_t)(part->depth - MUT(DUMP_DEPTH_ONE_UP, 0u,
						     part->depth != 0)),
		.kind = (uint8_t)kind,
	});
}

/*
 * Notes the entries up to the next one that is not stored as none, all at
 * once, and moves there; *more is false where there is no other.
 */
static int note_holes(struct dumper *d, const struct part *part,
		      struct pt_step *step, bool *more)
{
	uint64_t va = step->va;

	*more = pt_step_skip_none(d->f, part->depth, part->table, part->last,
				  step);
	if (*more && step->va == va)
		return 0;
	return note_entries(d, part, va, *more ? step->va - 1 : part->last,
			    PT_NONE, 0);
}

/*
 * Moves the end of the step over the leaves that differ from e, the one that it
 * is at, in their address only.
 */
static void stretch(const struct dumper *d, const struct part *part,
		    struct pt_step *step, struct pt_entry e)
{
	const struct pt_level *l = &d->f->level[part->depth];
	const uint64_t mask = d->mask[part->depth];
	const uint64_t span = pt_span(d->f, part->depth);
	const unsigned end = pt_index(d->f, part->depth, part->last);
	unsigned index = step->index;

	while (index < end + MUT(DUMP_STRETCH_LONG, 0u, end + 1 <
				 pt_table_entries(d->f, part->depth))) {
		struct pt_entry next = pt_read_entry(d->f, part->depth,
						     part->table, index + 1);

		if (((next.raw ^ e.raw) & mask) || pt_is_none(l, next))
			break;
		index++;
	}
	if (index == step->index)
		return;
	step->end = pt_min(MUT(DUMP_STRETCH_LONG, part->last,
			       part->last | (span - 1)), (step->va & ~(span - 1)) +
					       (index - step->index) * span +
					       (span - 1));
	step->index = index;
}

/* The shadow. */

/* Whether an entry of a shadow's table leads to the same as the first one does. */
static bool is_like_first(const struct dumper *d, unsigned depth,
			  struct pt_entry e, struct pt_entry first)
{
	const struct pt_level *l = &d->f->level[depth];
	const enum pt_kind kind = pt_entry_kind(d->f, depth, e);

	if (depth == PT_PTE)
		return kind == PT_LEAF &&
		       !((e.raw ^ first.raw) & d->mask[PT_PTE]);
	/* What hardware sets in a table entry says nothing of what is below. */
	return kind == PT_TABLE &&
	       pt_table_pa(l, e) == pt_table_pa(l, first) &&
	       pt_table_removed(l, e) == pt_table_removed(l, first);
}

static bool entries_are_alike(struct dumper *d, unsigned depth,
			      const struct pt_table *table,
			      struct pt_entry first)
{
	const unsigned entries = pt_table_entries(d->f, depth);

	d->dump->tables++;
	for (unsigned i = 1; i < entries; i++)
		if (!is_like_first(d, depth,
				   pt_read_entry(d->f, depth, table, i),
				   first))
			return false;
	return true;
}

/* What lies below entries that point to the shadow's table of that depth. */
static struct below_link look_below(struct dumper *d, unsigned depth)
{
	const struct pt_shadow *shadow = d->dump->shadow;
	const struct pt_level *l = &d->f->level[depth];
	const struct pt_table table = pt_table_open(d->space, depth,
						    shadow->table[depth]);
	const struct pt_entry e = pt_read_entry(d->f, depth, &table, 0);
	const enum pt_kind kind = pt_entry_kind(d->f, depth, e);
	struct below_link below = { 0 };

	if (depth == PT_PTE) {
		below.alike = kind == PT_LEAF;
		below.attrs = below.alike ? pt_attrs_read(l, kind, e) : 0;
	} else if (kind == PT_TABLE &&
		   pt_table_pa(l, e) == shadow->table[depth + 1]) {
		below = d->below[depth + 1];
		below.removed |= pt_table_removed(l, e);
	}
	if (MUT(DUMP_SHADOW_TRUSTED, true, false) && below.alike)
		below.alike = entries_are_alike(d, depth, &table, e);
	return below;
}

/* Looks at the tables of the shadow, once for the whole dump. */
static void look_at_shadow(struct dumper *d)
{
	const struct pt_shadow *shadow = d->dump->shadow;

	if (!shadow || shadow->format != d->f || shadow->env != d->space->env)
		return;
	for (unsigned depth = PT_PTE; depth > d->f->top; depth--)
		d->below[depth] = look_below(d, depth);
}

/* Whether an entry that points to a table is a link to leaves that are alike. */
static bool is_short(const struct dumper *d, unsigned depth, uint64_t pa)
{
	return d->below[depth + 1].alike &&
	       pa == d->dump->shadow->table[depth + 1];
}

static int dump_table(struct dumper *d, const struct pt_table *table,
		      unsigned depth, uint64_t va, uint64_t last,
		      uint32_t removed);

/* The defects that leave out the rights taken away at one depth. */
static uint32_t spoil_removed(unsigned depth, uint32_t removed)
{
	if ((MUT(DUMP_REMOVED_NOT_PGD, false, true) && depth == PT_PGD) ||
	    (MUT(DUMP_REMOVED_NOT_P4D, false, true) && depth == PT_P4D) ||
	    (MUT(DUMP_REMOVED_NOT_PUD, false, true) && depth == PT_PUD) ||
	    (MUT(DUMP_REMOVED_NOT_PMD, false, true) && depth == PT_PMD))
		return 0;
	return removed;
}

/* What is below an entry of the part that points to a table. */
static int dump_below(struct dumper *d, const struct part *part,
		      const struct pt_step *step, struct pt_entry e)
{
	const struct pt_level *l = &d->f->level[part->depth];
	const uint32_t removed = MUT(DUMP_REMOVED_LAST, part->removed, 0u) |
				 MUT(DUMP_IGNORES_REMOVED,
				     spoil_removed(part->depth,
						   pt_table_removed(l, e)), 0u);
	struct pt_table next;
	struct part leaves = { .depth = PT_PTE };

	if (!is_short(d, part->depth, pt_table_pa(l, e))) {
		next = pt_table_follow(d->space, part->depth, e);
		return dump_table(d, &next, part->depth + 1, step->va,
				  step->end, removed);
	}
	leaves.depth = MUT(DUMP_SHADOW_DEPTH, PT_PTE, part->depth);
	leaves.removed = MUT(DUMP_SHADOW_STALE_RIGHTS, removed, part->removed) |
			 d->below[part->depth + 1].removed;
	return note_entries(d, &leaves, step->va, step->end, PT_LEAF,
			    d->below[part->depth + 1].attrs);
}

static int dump_table(struct dumper *d, const struct pt_table *table,
		      unsigned depth, uint64_t va, uint64_t last,
		      uint32_t removed)
{
	const struct pt_level *l = &d->f->level[depth];
	const struct part part = { table, last, depth, removed };
	struct pt_step step = pt_step_first(d->f, depth, va, last);
	int ret;

	d->dump->tables++;
	do {
		enum pt_kind kind;
		struct pt_entry e;
		uint32_t attrs = 0;
		bool more;

		ret = note_holes(d, &part, &step, &more);
		if (ret || !more)
			return ret;
		e = pt_read_entry(d->f, depth, table,
				  MUT(DUMP_ROOT_FIRST_ENTRY, step.index,
				      depth == d->f->top ? 0u : step.index));
		kind = pt_entry_kind(d->f, depth, e);
		if (kind == PT_TABLE) {
			ret = dump_below(d, &part, &step, e);
			if (MUT(DUMP_BREAKS_AT_TABLE, false, !ret))
				ret = flush(d);
			continue;
		}
		if (pt_has_attrs(kind))
			attrs = pt_attrs_read(l, kind, e);
		if (kind == PT_LEAF)
			stretch(d, &part, &step, e);
		ret = note_entries(d, &part, step.va, step.end, kind, attrs);
	} while (!ret && pt_step_next(d->f, depth, last, &step));
	return ret;
}

int pt_dump_range(struct pt_space *space, uint64_t va, uint64_t last,
		  struct pt_dump *dump)
{
	const struct pt_format *f = space->format;
	struct dumper d = { .space = space, .f = f, .dump = dump };
	struct pt_table root;
	int ret = pt_range_error(space, va, last);

	dump->wx_pages = 0;
	dump->tables = 0;
	if (ret)
		return ret;
	for (unsigned depth = f->top; depth < PT_DEPTHS; depth++)
		d.mask[depth] = alike_mask(&f->level[depth]);
	look_at_shadow(&d);
	root = pt_root_open(space);
	ret = dump_table(&d, &root, f->top, va, last, 0);
	if (MUT(DUMP_END_AT_TOP, false, true))
		d.run.last = pt_ones(f->va_word_bits);
	if (!ret && MUT(DUMP_LAST_RUN_LOST, true, false))
		ret = flush(&d);
	return ret;
}
