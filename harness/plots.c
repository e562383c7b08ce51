/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Plots: short sequences of records that make sense together.
 *
 * No expression draws two numbers: C does not say which would come first, and
 * a seed must give the same case from every compiler.
 */
#include "case_shape.h"
#include "maker.h"

/* Where a plot takes place. */
static unsigned stage(struct maker *m)
{
	static const uint8_t other[8] = {
		CASE_HOME0, CASE_HOME0, CASE_HOME1, CASE_HOME1,
		CASE_HOME2, CASE_HOME3, CASE_PREV1, CASE_FIRST,
	};
	uint32_t at = rng_below(m->rng, 16);

	return m->focused && at >= 4 ? m->focus : other[at & 7];
}

/* A map with exactly these; the attributes stay random. */
static struct case_record *add_map(struct maker *m, unsigned anchor,
				   unsigned height, unsigned count)
{
	struct case_record *r = maker_add_at(m, OP_MAP, anchor);

	r->aux = (struct case_aux){ .height = (uint8_t)height };
	set_length(r, count, CASE_UNIT);
	maker_note_map(m, r);
	return r;
}

/* Leaf heights: mostly 0 and 1. */
static unsigned draw_height(struct maker *m)
{
	static const uint8_t height[16] = {
		0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 3,
	};

	return height[rng_below(m->rng, 16)];
}

/* Fills a table, perhaps disturbs it, collapses it, perhaps splits it again. */
static void plot_collapse(struct maker *m)
{
	static const uint8_t disturb[8] = {
		OP_TOUCH,   OP_TOUCH,    OP_PROTECT,   OP_UNMAP,
		OP_SETKIND, OP_RESTRICT, OP_TRANSLATE, OP_MAP,
	};
	unsigned height = rng_one_in(m->rng, 4), place = stage(m);
	struct case_record *r = add_map(m, place, height, 1);

	set_length(r, 0, CASE_EDGE);
	m->large--;
	if (rng_one_in(m->rng, 3))
		maker_add_at(m, disturb[rng_below(m->rng, 8)], place);
	r = maker_add_at(m, OP_COLLAPSE, place);
	r->aux = (struct case_aux){ .height = (uint8_t)(height + 1) };
	if (rng_one_in(m->rng, 2)) {
		r = maker_add_at(m, OP_SPLIT, place);
		r->aux = (struct case_aux){ .height = (uint8_t)(height + 1) };
	}
}

/* Maps, unmaps, frees the tables, maps again with another size. */
static void plot_reuse(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1 + rng_below(m->rng, 3));
	r = maker_add_at(m, OP_UNMAP, CASE_PREV1);
	r->height = (uint8_t)height;
	set_length(r, 1 + rng_below(m->rng, 3), CASE_UNIT);
	r->aux = (struct case_aux){ 0 };
	if (!rng_one_in(m->rng, 4)) {
		r = maker_add_at(m, OP_FREE, CASE_PREV1);
		set_length(r, 1, rng_one_in(m->rng, 2) ? CASE_H1 : CASE_PAGE);
	}
	add_map(m, CASE_PREV2, draw_height(m), 1);
}

/* Refuses an allocation of what comes next. */
static void plot_refuse(struct maker *m)
{
	static const uint8_t victim[8] = {
		OP_MAP,   OP_MAP,     OP_MAP,     OP_SPLIT,
		OP_UNMAP, OP_PROTECT, OP_SETKIND, OP_MAP,
	};
	struct case_record *r = maker_add(m, OP_FAIL);

	r->aux.value = (uint8_t)(1 + rng_below(m->rng, 5));
	maker_add(m, victim[rng_below(m->rng, 8)]);
}

/* A large leaf, then something that touches a part of it. */
static void plot_partial(struct maker *m)
{
	static const uint8_t part[8] = {
		OP_UNMAP, OP_UNMAP,   OP_PROTECT, OP_PROTECT,
		OP_SPLIT, OP_SETKIND, OP_TOUCH,   OP_TRANSLATE,
	};
	unsigned height = 1 + rng_one_in(m->rng, 4), place = stage(m), kind;
	struct case_record *r =
		add_map(m, place, height, 1 + rng_below(m->rng, 2));

	r->aux.group = rng_one_in(m->rng, 8);
	for (unsigned i = rng_below(m->rng, 3) + 1; i; i--) {
		kind = part[rng_below(m->rng, 8)];
		r = maker_add_at(m, kind, CASE_PREV1);
		r->height = (uint8_t)rng_below(m->rng, height + 1);
		r->coarse = (int8_t)((int)rng_below(m->rng, 4) - 1);
		if (kind == OP_SPLIT)
			r->aux = (struct case_aux){ .height = (uint8_t)height };
	}
}

/* Takes rights away above a mapping, then uses what is below. */
static void plot_restrict(struct maker *m)
{
	static const uint8_t use[8] = {
		OP_WALK, OP_TRANSLATE, OP_COLLAPSE, OP_MAP,
		OP_MAP,  OP_UNMAP,     OP_FREE,     OP_RESTRICT,
	};
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1 + rng_below(m->rng, 4));
	r = maker_add_at(m, OP_RESTRICT, place);
	if (r->aux.height <= height && height < CASE_HEIGHTS - 1)
		r->aux.height = (uint8_t)(height + 1);
	maker_add_at(m, use[rng_below(m->rng, 8)], place);
}

/* A group, then one of its entries alone; or entries that become a group. */
static void plot_group(struct maker *m)
{
	static const uint8_t part[8] = {
		OP_UNMAP, OP_PROTECT,  OP_TOUCH, OP_SETKIND,
		OP_SPLIT, OP_COLLAPSE, OP_WALK,  OP_TRANSLATE,
	};
	unsigned place = stage(m), height = rng_one_in(m->rng, 3);
	struct case_record *r = add_map(m, place, height, 1);

	if (rng_one_in(m->rng, 2)) {
		r->aux.group = 1;
		r->count = (uint8_t)(1 + rng_below(m->rng, 3));
		r = maker_add_at(m, part[rng_below(m->rng, 8)], place);
		r->height = (uint8_t)height;
		r->fine = (int8_t)rng_below(m->rng, 8);
		return;
	}
	r->count = 16;
	r = maker_add_at(m, OP_COLLAPSE, place);
	r->aux = (struct case_aux){ .height = (uint8_t)height, .group = 1 };
}

/* The same in the other space. */
static void plot_spaces(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1);
	r = maker_add(m, OP_SWITCH);
	r->aux.value = (uint8_t)rng_below(m->rng, PT_SPACES);
	add_map(m, place, height, 1);
}

/* A VMA or two around something mapped, and a walk over them. */
static void plot_vma(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m);
	unsigned around = height < CASE_HEIGHTS - 1 ? height + 1 : height;
	struct case_record *r;

	if (rng_one_in(m->rng, 2))
		add_map(m, place, height, 1 + rng_below(m->rng, 4));
	r = maker_add_at(m, OP_VMA, place);
	r->height = (uint8_t)(rng_one_in(m->rng, 2) ? around : height);
	r->coarse = (int8_t)(-(int)rng_below(m->rng, 2));
	set_length(r, 1 + rng_below(m->rng, 3), CASE_UNIT);
	if (rng_one_in(m->rng, 2)) {
		r = maker_add_at(m, OP_VMA, place);
		r->height = (uint8_t)height;
		r->coarse = (int8_t)((int)rng_below(m->rng, 8) - 2);
		set_length(r, 1 + rng_below(m->rng, 4), CASE_UNIT);
	}
	if (rng_one_in(m->rng, 3)) {
		r = maker_add_at(m, OP_INSTALL, place);
		r->fine = (int8_t)((int)rng_below(m->rng, 5) - 2);
		set_length(r, 1 + rng_below(m->rng, 8), CASE_PAGE);
		return;
	}
	r = maker_add_at(m, OP_WALK_VMA, place);
	r->height = (uint8_t)around;
	r->coarse = (int8_t)(-(int)rng_below(m->rng, 2));
	set_length(r, 1 + rng_below(m->rng, 3), CASE_UNIT);
}

/* Something mapped here, copied to the other space; then again, or changed. */
static void plot_copy(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1 + rng_below(m->rng, 3));
	r = maker_add_at(m, OP_COPY, place);
	r->height = (uint8_t)height;
	r->fine = (int8_t)(rng_one_in(m->rng, 4) ? 1 : 0);
	set_length(r, 1 + rng_below(m->rng, 3), CASE_UNIT);
	if (rng_one_in(m->rng, 2)) {
		r = maker_add_at(m, OP_DUMP, place);
		r->height = (uint8_t)height;
		set_length(r, 1 + rng_below(m->rng, 4), CASE_UNIT);
	} else {
		maker_add(m, OP_SWITCH);
		maker_add_at(m, OP_ITERATE, place);
	}
}

/* A walk of what was mapped just now, and a change from inside of it. */
static void plot_during(struct maker *m)
{
	static const uint8_t held[8] = {
		OP_UNMAP, OP_UNMAP, OP_SPLIT,	OP_COLLAPSE,
		OP_FREE,  OP_MAP,   OP_PROTECT, OP_INSTALL,
	};
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1 + rng_below(m->rng, 4));
	if (rng_one_in(m->rng, 3))
		maker_add_at(m, OP_SPLIT, place);
	maker_add(m, OP_DURING);
	r = maker_add_at(m, held[rng_below(m->rng, 8)], place);
	r->coarse = (int8_t)rng_below(m->rng, 3);
	r->height = (uint8_t)height;
	if (case_shape(r->kind) & SHAPE_LENGTH)
		set_length(r, 1 + rng_below(m->rng, 4), CASE_UNIT);
	r = maker_add_at(m, OP_WALK, place);
	r->height = (uint8_t)height;
	r->coarse = (int8_t)(-(int)rng_below(m->rng, 2));
	set_length(r, 1 + rng_below(m->rng, 6), CASE_UNIT);
}

/* The other space's kernel part in this one; then a look at it, or a change. */
static void plot_share(struct maker *m)
{
	unsigned place = rng_one_in(m->rng, 2) ? CASE_HOME3 : CASE_TOP;
	unsigned height = draw_height(m);

	add_map(m, place, height, 1 + rng_below(m->rng, 3));
	maker_add(m, OP_SWITCH);
	maker_add(m, OP_SHARE);
	if (rng_one_in(m->rng, 2)) {
		struct case_record *r;

		maker_add(m, OP_SWITCH);
		height = draw_height(m);
		add_map(m, place, height, 1 + rng_below(m->rng, 3));
		r = maker_add_at(m, OP_UNMAP, place);
		if (rng_one_in(m->rng, 2)) {
			/* All of it, so that entries of the root go. */
			set_length(r, 0, CASE_SPACE);
			r->anchor = CASE_ZERO;
			r = maker_add_at(m, OP_FREE, CASE_ZERO);
			set_length(r, 0, CASE_SPACE);
		}
		maker_add(m, OP_SWITCH);
	}
	maker_add_at(m, OP_SYNC, place);
	maker_add_at(m, rng_one_in(m->rng, 2) ? OP_OWNER : OP_TRANSLATE, place);
}

/*
 * Entries of one table in a row; behind them, or where they were, an entry is none
 * and something is poked into it.
 */
static void plot_poke(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m);
	unsigned count = 1 + rng_below(m->rng, 4);
	struct case_record *r;

	add_map(m, place, height, count);
	if (!rng_one_in(m->rng, 3)) {
		maker_add_none(m, CASE_PREV1, height);
		r = maker_add_at(m, OP_POKE, CASE_PREV1);
	} else {
		r = maker_add_at(m, OP_POKE, CASE_PREV1_END);
	}
	r->height = (uint8_t)height;
	r->aux.height = (uint8_t)height;
	if (height == 0)
		r->aux.value = OP_POKE_BAD;
	set_length(r, 1 + rng_below(m->rng, 4), CASE_UNIT);
}

/*
 * A table here that the other space has not, although it has those above it; then a
 * pointer to it is poked there.
 */
static void plot_poke_other(struct maker *m)
{
	static const uint8_t home[4] = {
		CASE_HOME0, CASE_HOME0, CASE_HOME1, CASE_HOME2,
	};
	unsigned place = home[rng_below(m->rng, 4)];
	unsigned height = 1 + rng_one_in(m->rng, 4);
	unsigned space = rng_below(m->rng, PT_SPACES);
	int at = (int)rng_below(m->rng, 8);
	struct case_record *r = maker_add(m, OP_SWITCH);

	r->aux.value = (uint8_t)space;
	r = add_map(m, place, 0, 1 + rng_below(m->rng, 3));
	r->height = (uint8_t)height;
	r->coarse = (int8_t)at;
	r = maker_add(m, OP_SWITCH);
	r->aux.value = (uint8_t)!space;
	/* In the table above, in the next entry. */
	r = add_map(m, place, height - 1, 1);
	r->height = (uint8_t)height;
	r->coarse = (int8_t)(at + 1);
	r = maker_add_at(m, OP_POKE, place);
	r->aux.height = (uint8_t)height;
	r->aux.value = OP_POKE_OTHER;
	r->height = (uint8_t)height;
	r->coarse = (int8_t)at;
	set_length(r, 1 + rng_below(m->rng, 2), CASE_UNIT);
}

/* A shadow in a hole beside mappings, now and then in a whole half. */
static void plot_shadow(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m);
	struct case_record *r;

	add_map(m, place, height, 1 + rng_below(m->rng, 3));
	r = maker_add_at(m, OP_SHADOW, CASE_PREV1_END);
	r->height = (uint8_t)height;
	set_length(r, 1 + rng_below(m->rng, 5), CASE_UNIT);
	if (rng_one_in(m->rng, 3)) {
		r->height = (uint8_t)(height + 1);
		set_length(r, 0, CASE_EDGE);
	} else if (rng_one_in(m->rng, 3)) {
		r->anchor = CASE_PREV1;
		r->coarse = (int8_t)-(int)r->count;
	} else if (rng_one_in(m->rng, 4)) {
		r->anchor = place == CASE_HOME3 ? CASE_ZERO : CASE_HOME3;
		set_length(r, 0, CASE_SPACE);
	}
}

/* An identity map beside something, or over tables that are empty now. */
static void plot_identity(struct maker *m)
{
	static const uint8_t low[4] = {
		CASE_HOME0, CASE_HOME1, CASE_HOME2, CASE_ZERO,
	};
	unsigned place = low[rng_below(m->rng, 4)];
	unsigned height = rng_below(m->rng, 3);
	struct case_record *r;

	r = add_map(m, m->home_is_memory ? place : CASE_ZERO,
		    rng_one_in(m->rng, 2) ? 0 : height, 1);
	r->height = (uint8_t)height;
	r->coarse = (int8_t)rng_below(m->rng, 8);
	if (rng_one_in(m->rng, 2)) {
		r = maker_add_at(m, OP_UNMAP, CASE_PREV1);
		r->height = (uint8_t)height;
		r->aux = (struct case_aux){ 0 };
		set_length(r, 1, CASE_UNIT);
		r = maker_add_at(m, OP_IDENTITY, CASE_PREV1);
	} else {
		r = maker_add_at(m, OP_IDENTITY, CASE_PREV1_END);
	}
	r->height = (uint8_t)height;
	r->fine = (int8_t)rng_one_in(m->rng, 3);
	set_length(r, 1 + rng_below(m->rng, 3), CASE_UNIT);
	if (rng_one_in(m->rng, 3))
		set_length(r, 0, CASE_EDGE);
}

/* Something mapped here, groups too, and holes or other sizes there. */
static void plot_pair(struct maker *m)
{
	unsigned place = stage(m), height = draw_height(m), other;
	struct case_record *r;

	if (rng_one_in(m->rng, 3)) {
		other = draw_height(m);
		add_map(m, place, other, 1 + rng_below(m->rng, 2));
		maker_add(m, OP_SWITCH);
	}
	r = add_map(m, place, height, 1 + rng_below(m->rng, 4));
	r->aux.group = rng_one_in(m->rng, 2);
	if (rng_one_in(m->rng, 3))
		maker_add_at(m, OP_SETKIND, place);
	r = maker_add_at(m, OP_PAIR, place);
	r->height = (uint8_t)height;
	r->fine = (int8_t)rng_one_in(m->rng, 4);
	set_length(r, 1 + rng_below(m->rng, 6), CASE_UNIT);
	if (rng_one_in(m->rng, 4))
		set_length(r, 0, CASE_EDGE);
	if (rng_one_in(m->rng, 2)) {
		maker_add(m, OP_SWITCH);
		r = maker_add_at(m, OP_DUMP, place);
		r->height = (uint8_t)height;
		set_length(r, 1 + rng_below(m->rng, 6), CASE_UNIT);
	}
}

/* Mappings, perhaps under an entry that takes rights away, looked at as tables. */
static void plot_tree(struct maker *m)
{
	static const uint8_t look[4] = {
		OP_CLONE, OP_POISON, OP_POISON, OP_SHADOW,
	};
	unsigned place = stage(m), height = draw_height(m), kind;
	unsigned above = height < CASE_HEIGHTS - 1 ? height + 1 : height;
	struct case_record *r;

	add_map(m, place, height, 1 + rng_below(m->rng, 4));
	if (rng_one_in(m->rng, 2)) {
		r = maker_add_at(m, OP_RESTRICT, place);
		if (r->aux.height) {
			r->aux.height = (uint8_t)above;
			r->aux.value &= (uint8_t)~PT_R;
		}
	}
	kind = look[rng_below(m->rng, 4)];
	r = maker_add_at(m, kind, place);
	r->height = (uint8_t)above;
	if (kind == OP_POISON) {
		r->height = (uint8_t)height;
		r->coarse = (int8_t)rng_below(m->rng, 4);
		r->aux.skew = CASE_SKEW_NONE;
		r->aux.height = (uint8_t)(rng_one_in(m->rng, 3) ? above
								: height);
		return;
	}
	if (kind == OP_SHADOW) {
		r->height = (uint8_t)height;
		r->coarse = (int8_t)(4 + rng_below(m->rng, 3));
	}
	set_length(r, 1 + rng_below(m->rng, 2), CASE_UNIT);
}

/* What came with version 3. */
static void add_newest_plot(struct maker *m)
{
	switch (rng_below(m->rng, 8)) {
	case 0:
	case 1:
		plot_poke(m);
		break;
	case 2:
		plot_poke_other(m);
		break;
	case 3:
		plot_shadow(m);
		break;
	case 4:
		plot_identity(m);
		break;
	case 5:
	case 6:
		plot_pair(m);
		break;
	default:
		plot_tree(m);
		break;
	}
}

void maker_add_plot(struct maker *m)
{
	if (m->out->header.version >= 3 && rng_one_in(m->rng, 3)) {
		add_newest_plot(m);
		return;
	}
	if (m->out->header.version >= 2 && rng_one_in(m->rng, 2)) {
		if (rng_one_in(m->rng, 4))
			plot_copy(m);
		else if (rng_one_in(m->rng, 3))
			plot_during(m);
		else if (rng_one_in(m->rng, 8))
			plot_share(m);
		else
			plot_vma(m);
		return;
	}
	switch (rng_below(m->rng, 16)) {
	case 0:
	case 1:
	case 2:
		if (m->large)
			plot_collapse(m);
		else
			plot_partial(m);
		break;
	case 3:
	case 4:
	case 5:
		plot_reuse(m);
		break;
	case 6:
	case 7:
		plot_refuse(m);
		break;
	case 8:
	case 9:
	case 10:
		plot_partial(m);
		break;
	case 11:
	case 12:
		plot_restrict(m);
		break;
	case 13:
	case 14:
		plot_group(m);
		break;
	default:
		plot_spaces(m);
		break;
	}
}
