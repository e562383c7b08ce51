/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Properties that are read off a descriptor without making a word: levels,
 * fields, rules, regimes.
 */
#include "entry_codec.h"
#include "properties.h"

#include <string.h>

static uint64_t entry_ones(const struct pt_level *level)
{
	return pt_ones(8u * level->entry_bytes);
}

static unsigned lg2(uint64_t value)
{
	unsigned bits = 0;

	while (value >>= 1)
		bits++;
	return bits;
}

/* Bits of leaf fields that protnone and invalid-huge share: no derived ones. */
static uint64_t shared_fields(const struct pt_leaf_layout *leaf)
{
	return leaf->rights.mask | leaf->accessed.mask | leaf->dirty.mask |
	       leaf->soft0.mask | leaf->soft1.mask | leaf->memtype.mask |
	       codec_number_bits(&leaf->key);
}

static uint64_t table_fields(const struct pt_table_layout *table)
{
	uint64_t bits = codec_address_bits(&table->pa);

	for (unsigned i = 0; i < table->hierarchy_count; i++)
		bits |= table->hierarchy[i].mask;
	return bits;
}

static struct listed_kind leaves_of(const struct pt_leaf_layout *leaf)
{
	return (struct listed_kind){
		PT_LEAF, &leaf->match, leaf->fixed,
		shared_fields(leaf) | leaf->global.mask |
			codec_derived_mask(leaf) |
			codec_address_bits(&leaf->pa),
		leaf,
	};
}

void list_kinds(const struct pt_format *format, unsigned depth,
		struct listed_kind list[LISTED_KINDS])
{
	const struct pt_level *l = &format->level[depth];
	const struct listed_kind all[LISTED_KINDS] = {
		{ PT_NONE, &l->none, 0, 0, NULL },
		{ PT_TABLE, &l->table.match, l->table.fixed,
		  table_fields(&l->table), NULL },
		leaves_of(&l->leaf),
		{ PT_PROTNONE, &l->leaf.protnone, l->leaf.protnone_fixed,
		  shared_fields(&l->leaf) |
			  codec_address_bits(&l->leaf.protnone_pa), NULL },
		{ PT_SWAP, &l->swap.match, l->swap.fixed,
		  codec_address_bits(&l->swap.payload), NULL },
		{ PT_MIGRATION, &l->migration.match, l->migration.fixed,
		  codec_address_bits(&l->migration.payload), NULL },
		{ PT_MARKER, &l->marker.match, l->marker.fixed,
		  codec_address_bits(&l->marker.payload), NULL },
		{ PT_INVALID_HUGE, &l->leaf.invalid, l->leaf.invalid_fixed,
		  shared_fields(&l->leaf) |
			  codec_address_bits(&l->leaf.protnone_pa), NULL },
		leaves_of(&l->group[0].leaf),
		leaves_of(&l->group[1].leaf),
	};

	memcpy(list, all, sizeof(all));
}

/* Every address of a root's range has one path of indexes, and no other has. */
static bool levels_tile_the_range(struct check *c)
{
	const struct pt_format *f = c->format;
	unsigned end = f->page_shift;

	if (f->top >= PT_PTE)
		return broken(c, "the root is a page table", f->top, 0);
	for (unsigned depth = PT_PTE + 1; depth-- > f->top;) {
		const struct pt_level *l = &f->level[depth];

		if (l->va_shift != end)
			return broken(c, "a gap or overlap of levels", depth,
				      l->va_shift);
		if (!l->index_bits ||
		    (l->entry_bytes != 4 && l->entry_bytes != 8))
			return broken(c, "no such table", depth, 0);
		/* Copies are of a word; halves lie one table part apart. */
		if ((l->copies && l->entry_bytes != 4) || l->copies == 1 ||
		    (l->half_offset &&
		     (l->copies || l->entry_bytes != 8 ||
		      l->half_offset != 4u << l->index_bits)))
			return broken(c, "no such entry", depth,
				      l->half_offset);
		end += l->index_bits;
	}
	if (end != f->va_bits)
		return broken(c, "levels do not end at va_bits", f->top, end);
	if (f->va_word_bits != 32 && f->va_word_bits != 64)
		return broken(c, "no such address word", f->top, 0);
	if (f->va_bits > f->va_word_bits ||
	    (f->va_rule == PT_VA_ROOTS && f->va_bits == f->va_word_bits))
		return broken(c, "range wider than the word", f->top, 0);
	for (unsigned depth = 0; depth < f->top; depth++)
		if (f->level[depth].index_bits || f->level[depth].none.count)
			return broken(c, "a level above the root", depth, 0);
	return true;
}

/* Leaf table below, pointers above; leaves from the bottom up without a gap. */
static bool kinds_exist_where_they_may(struct check *c)
{
	const struct pt_format *f = c->format;

	if (!has_leaves(f, PT_PTE) || f->level[PT_PTE].table.match.count)
		return broken(c, "page table without leaves or with tables",
			      PT_PTE, 0);
	for (unsigned depth = f->top; depth <= PT_PTE; depth++) {
		const struct pt_level *l = &f->level[depth];
		bool leaves = has_leaves(f, depth), last = depth == PT_PTE;

		/* Bits that a rule ignores are clear in what is stored. */
		if (l->none.count != 1 ||
		    l->none.list[0].value != l->none_value)
			return broken(c, "the none value is not none", depth,
				      l->none_value);
		if (!last && !l->table.match.count)
			return broken(c, "no way down", depth, 0);
		if (!last && leaves && !has_leaves(f, depth + 1))
			return broken(c, "no leaves below leaves", depth, 0);
		if ((l->leaf.protnone.count || l->migration.match.count) &&
		    !leaves)
			return broken(c, "protnone or migration without leaves",
				      depth, 0);
		if (l->leaf.invalid.count && (last || !leaves))
			return broken(c, "invalid-huge is not of huge leaves",
				      depth, 0);
		if ((l->swap.match.count || l->marker.match.count) && !last)
			return broken(c, "swap or marker above the page table",
				      depth, 0);
		if (l->marker.payload.width)
			return broken(c, "a marker with a payload", depth, 0);
	}
	return true;
}

static bool piece_fits(const struct pt_level *l, unsigned lsb, unsigned width)
{
	return width && lsb + width <= 8u * l->entry_bytes;
}

/* Each address field starts at the alignment and ends where all others do. */
static bool address_field_fits(struct check *c, unsigned depth,
			       const struct pt_address_field *field,
			       unsigned start, unsigned end)
{
	const struct pt_level *l = &c->format->level[depth];

	if (field->pieces > PT_PIECES || (field->pieces && field->inverted))
		return broken(c, "no such pieces", depth, field->pieces);
	if (!piece_fits(l, field->lsb, field->width))
		return broken(c, "address field leaves the entry", depth,
			      field->lsb);
	for (unsigned i = 0; i < field->pieces; i++)
		if (!piece_fits(l, field->more[i].lsb, field->more[i].width))
			return broken(c, "a piece leaves the entry", depth,
				      field->more[i].lsb);
	for (unsigned i = field->pieces; i < PT_PIECES; i++)
		if (field->more[i].width)
			return broken(c, "a piece not counted", depth, i);
	if (codec_address_reach(field) != (pt_ones(end) & ~pt_ones(start)))
		return broken(c, "address field starts or ends wrongly", depth,
			      codec_address_reach(field));
	return true;
}

/* The first address bit above the field. */
static unsigned field_end(const struct pt_address_field *field)
{
	return lg2(codec_address_reach(field)) + 1;
}

/* Entries of a group hold their own address or that of the whole group. */
static bool group_address_fits(struct check *c, unsigned depth,
			       const struct pt_group *group, unsigned end)
{
	const struct pt_level *l = &c->format->level[depth];
	unsigned whole = (unsigned)l->va_shift + group->order;

	if (group->leaf.pa.inverted)
		return broken(c, "hardware complements no address", depth, 0);
	if (group->leaf.pa.pa_shift == l->va_shift)
		whole = l->va_shift;
	return address_field_fits(c, depth, &group->leaf.pa, whole, end);
}

/*
 * Where the address of a table of that depth may start: at its length, or
 * below it where the architecture's field does.
 */
static unsigned table_start(const struct pt_format *f, unsigned depth)
{
	const struct pt_address_field *pa = &f->level[depth - 1].table.pa;
	unsigned length = lg2(pt_table_bytes(f, depth));

	return pa->pa_shift < length ? pa->pa_shift : length;
}

/*
 * Leaves are aligned to their span, tables to their length, and all can be
 * anywhere in the architecture's physical range, which the machine's is not
 * wider than.  Swap payloads may go further.
 */
static bool addresses_are_representable(struct check *c)
{
	const struct pt_format *f = c->format;
	const struct pt_leaf_layout *page = &f->level[PT_PTE].leaf;
	unsigned end = field_end(&page->pa);
	unsigned tables = f->table_pa_bits ? f->table_pa_bits : f->pa_bits;

	if (tables > f->pa_bits)
		return broken(c, "tables beyond memory", PT_PTE, tables);
	if (end < f->pa_bits || end > 64 || f->ram_base >> f->pa_bits ||
	    f->ram_base & pt_ones(f->page_shift))
		return broken(c, "the machine has more than the entries say",
			      PT_PTE, end);
	for (unsigned depth = f->top; depth <= PT_PTE; depth++) {
		const struct pt_level *l = &f->level[depth];
		const struct pt_address_field *swap = &l->swap.payload;
		const struct pt_address_field *moved = &l->migration.payload;

		if (has_leaves(f, depth) &&
		    !address_field_fits(c, depth, &l->leaf.pa, l->va_shift,
					end))
			return false;
		if ((l->leaf.protnone.count || l->leaf.invalid.count) &&
		    !address_field_fits(c, depth, &l->leaf.protnone_pa,
					l->va_shift, end))
			return false;
		if (l->migration.match.count &&
		    (field_end(moved) < f->pa_bits ||
		     !address_field_fits(c, depth, moved, l->va_shift,
					 field_end(moved))))
			return broken(c, "a migration payload", depth, 0);
		if (l->swap.match.count &&
		    (field_end(swap) < f->pa_bits ||
		     !address_field_fits(c, depth, swap, l->va_shift,
					 field_end(swap))))
			return broken(c, "a swap payload", depth, 0);
		for (unsigned i = 0; i < l->group_count && i < PT_GROUPS; i++)
			if (!group_address_fits(c, depth, &l->group[i], end))
				return false;
		if (l->table.pa.inverted || l->leaf.pa.inverted)
			return broken(c, "hardware complements no address",
				      depth, 0);
		if (l->table.match.count &&
		    (field_end(&l->table.pa) < tables ||
		     !address_field_fits(c, depth, &l->table.pa,
					 table_start(f, depth + 1),
					 field_end(&l->table.pa))))
			return broken(c, "a table's address", depth, 0);
	}
	return true;
}

/* Adds the bits of a field to those seen; false if one was there already. */
static bool claim(uint64_t *seen, uint64_t bits)
{
	bool fresh = !(*seen & bits);

	*seen |= bits;
	return fresh;
}

/* The fields of a leaf and its fixed bits do not overlap. */
static bool layout_is_disjoint(const struct pt_leaf_layout *leaf,
			       uint64_t *seen)
{
	bool fresh;

	*seen = leaf->fixed;
	fresh = claim(seen, leaf->rights.mask) &&
		claim(seen, leaf->accessed.mask) &&
		claim(seen, leaf->dirty.mask) &&
		claim(seen, leaf->soft0.mask) &&
		claim(seen, leaf->soft1.mask) &&
		claim(seen, leaf->memtype.mask) &&
		claim(seen, codec_number_bits(&leaf->key)) &&
		claim(seen, leaf->global.mask) &&
		claim(seen, codec_address_bits(&leaf->pa));
	for (unsigned i = 0; i < leaf->derived_count && i < PT_DERIVED; i++)
		fresh = fresh && claim(seen, leaf->derived[i].bits);
	return fresh;
}

/* Every bit of an entry belongs to at most one field or is fixed. */
static bool fields_do_not_overlap(struct check *c)
{
	const struct pt_format *f = c->format;

	for (unsigned depth = f->top; depth <= PT_PTE; depth++) {
		const struct pt_level *l = &f->level[depth];
		const struct pt_leaf_layout *leaf = &l->leaf;
		uint64_t attrs = 0, seen;
		bool fresh = claim(&attrs, leaf->rights.mask) &&
			     claim(&attrs, leaf->accessed.mask) &&
			     claim(&attrs, leaf->dirty.mask) &&
			     claim(&attrs, leaf->soft0.mask) &&
			     claim(&attrs, leaf->soft1.mask) &&
			     claim(&attrs, leaf->memtype.mask) &&
			     claim(&attrs, codec_number_bits(&leaf->key));

		seen = 0;
		fresh = fresh && layout_is_disjoint(leaf, &seen);
		for (unsigned i = 0; i < l->group_count && i < PT_GROUPS; i++)
			fresh = fresh &&
				layout_is_disjoint(&l->group[i].leaf, &seen);
		/* GLOBAL is not kept in these: its bit may be fixed. */
		seen = attrs;
		fresh = fresh && claim(&seen, leaf->protnone_fixed) &&
			claim(&seen, codec_address_bits(&leaf->protnone_pa));
		seen = attrs;
		fresh = fresh && claim(&seen, leaf->invalid_fixed) &&
			claim(&seen, codec_address_bits(&leaf->protnone_pa));
		seen = l->table.fixed;
		fresh = fresh && claim(&seen, codec_address_bits(&l->table.pa));
		for (unsigned i = 0; i < l->table.hierarchy_count; i++)
			fresh = fresh &&
				claim(&seen, l->table.hierarchy[i].mask);
		if (!fresh)
			return broken(c, "fields overlap", depth, seen);
	}
	return true;
}

/* Fixed bits and payload of software entries are apart as well. */
static bool payloads_do_not_overlap(struct check *c)
{
	for (unsigned depth = c->format->top; depth <= PT_PTE; depth++) {
		const struct pt_level *l = &c->format->level[depth];
		const struct pt_soft_layout *const soft[] = {
			&l->swap,
			&l->migration,
			&l->marker,
		};

		for (unsigned i = 0; i < 3; i++)
			if (soft[i]->fixed &
			    codec_address_bits(&soft[i]->payload))
				return broken(c, "payload over fixed bits",
					      depth, soft[i]->fixed);
	}
	return true;
}

static bool flag_is_sound(const struct pt_flag *flag)
{
	if (!flag->mask)
		return !flag->set && !flag->clear;
	return (flag->set ^ flag->clear) == flag->mask &&
	       !((flag->set | flag->clear) & ~flag->mask);
}

/*
 * Two encodings of one field never agree, none reaches outside its mask, and
 * every bit of the mask tells something.
 */
static bool rights_are_sound(const struct pt_rights *rights)
{
	uint64_t told = 0;
	unsigned first = 16;

	for (unsigned i = 0; i < 16; i++) {
		if (!rights->right[i].representable)
			continue;
		if (rights->right[i].bits & ~rights->mask)
			return false;
		if (first == 16)
			first = i;
		told |= rights->right[i].bits ^ rights->right[first].bits;
		for (unsigned j = 0; j < i; j++)
			if (rights->right[j].representable &&
			    rights->right[i].bits == rights->right[j].bits)
				return false;
	}
	return first < 16 && told == rights->mask;
}

static bool memtypes_are_sound(const struct pt_memtypes *types)
{
	uint64_t told = 0;

	for (unsigned i = 0; i < PT_MEMTYPES; i++) {
		if (!types->type[i].representable)
			continue;
		if (!types->mask || types->type[i].bits & ~types->mask)
			return false;
		told |= types->type[i].bits ^ types->type[PT_MEM_WB].bits;
		for (unsigned j = 0; j < i; j++)
			if (types->type[j].representable &&
			    types->type[i].bits == types->type[j].bits)
				return false;
	}
	return told == types->mask &&
	       (!types->mask || types->type[PT_MEM_WB].representable);
}

static bool hierarchy_is_sound(const struct pt_table_layout *table)
{
	uint32_t rights = 0;

	if (table->hierarchy_count > PT_HIERARCHIES)
		return false;
	for (unsigned i = 0; i < table->hierarchy_count; i++) {
		const struct pt_hierarchy *h = &table->hierarchy[i];

		if (!h->right || h->right & (h->right - 1) ||
		    h->right & ~PT_RIGHTS || rights & h->right)
			return false;
		if (!h->mask || (h->allow | h->deny) & ~h->mask ||
		    (h->allow ^ h->deny) != h->mask)
			return false;
		rights |= h->right;
	}
	return true;
}

/* Derived bits are inside themselves and follow from something. */
static bool derived_is_sound(const struct pt_leaf_layout *leaf)
{
	const uint32_t causes = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED | PT_DIRTY;

	if (leaf->derived_count > PT_DERIVED)
		return false;
	for (unsigned i = 0; i < PT_DERIVED; i++) {
		const struct pt_derived *d = &leaf->derived[i];

		if (i >= leaf->derived_count) {
			if (d->bits)
				return false;
			continue;
		}
		if ((d->on | d->off) & ~d->bits || (d->on ^ d->off) != d->bits ||
		    !d->bits || !d->mask || d->mask & ~causes ||
		    d->value & ~d->mask)
			return false;
	}
	return true;
}

/* Whether both layouts can say exactly the same attributes. */
static bool says_the_same(const struct pt_leaf_layout *a,
			  const struct pt_leaf_layout *b)
{
	bool same = a->key.width == b->key.width &&
		    !a->global.mask == !b->global.mask &&
		    !a->accessed.mask == !b->accessed.mask &&
		    !a->dirty.mask == !b->dirty.mask &&
		    !a->soft0.mask == !b->soft0.mask &&
		    !a->soft1.mask == !b->soft1.mask;

	for (unsigned i = 0; i < 16; i++)
		same = same && a->rights.right[i].representable ==
				       b->rights.right[i].representable;
	for (unsigned i = 0; i < PT_MEMTYPES; i++)
		same = same && a->memtype.type[i].representable ==
				       b->memtype.type[i].representable;
	return same;
}

/* Each value of each field has bits of its own, inside the field. */
static bool layout_is_sound(struct check *c, unsigned depth,
			    const struct pt_leaf_layout *leaf)
{
	const struct pt_leaf_layout *page = &c->format->level[PT_PTE].leaf;

	if (!rights_are_sound(&leaf->rights) ||
	    !memtypes_are_sound(&leaf->memtype))
		return broken(c, "encodings of rights or memory types", depth,
			      leaf->rights.mask);
	if (!flag_is_sound(&leaf->global) || !flag_is_sound(&leaf->dirty) ||
	    !flag_is_sound(&leaf->accessed) || !flag_is_sound(&leaf->soft0) ||
	    !flag_is_sound(&leaf->soft1))
		return broken(c, "a flag", depth, 0);
	if (!derived_is_sound(leaf))
		return broken(c, "derived bits", depth, leaf->derived_count);
	if (leaf->key.width > 4)
		return broken(c, "the key", depth, leaf->key.width);
	if (!says_the_same(leaf, page))
		return broken(c, "attributes differ between layouts", depth, 0);
	return true;
}

static bool encodings_are_distinct(struct check *c)
{
	const struct pt_format *f = c->format;

	for (unsigned depth = f->top; depth <= PT_PTE; depth++) {
		const struct pt_level *l = &f->level[depth];
		unsigned order = 0;

		if (!hierarchy_is_sound(&l->table))
			return broken(c, "hierarchical rights", depth, 0);
		if (l->group_count > PT_GROUPS ||
		    (l->group_count && !has_leaves(f, depth)))
			return broken(c, "groups", depth, l->group_count);
		if (!has_leaves(f, depth))
			continue;
		if (!layout_is_sound(c, depth, &l->leaf))
			return false;
		for (unsigned i = 0; i < PT_GROUPS; i++) {
			const struct pt_group *g = &l->group[i];

			if (i >= l->group_count) {
				if (g->order || g->leaf.match.count)
					return broken(c, "a group not counted",
						      depth, i);
				continue;
			}
			if (g->order <= order || g->order > l->index_bits ||
			    !g->leaf.match.count || g->leaf.protnone.count ||
			    g->leaf.invalid.count)
				return broken(c, "the group", depth, g->order);
			if (!layout_is_sound(c, depth, &g->leaf))
				return false;
			order = g->order;
		}
	}
	return true;
}

static bool lists_are_sound(struct check *c)
{
	for (unsigned depth = c->format->top; depth <= PT_PTE; depth++) {
		struct listed_kind list[LISTED_KINDS];
		uint64_t ones = entry_ones(&c->format->level[depth]);

		list_kinds(c->format, depth, list);
		for (unsigned k = 0; k < LISTED_KINDS; k++) {
			const struct pt_matches *m = list[k].matches;
			uint64_t fixed = list[k].fixed;

			if (m->count > PT_MATCHES)
				return broken(c, "too many rules", depth, k);
			if ((fixed | list[k].fields) & ~ones)
				return broken(c, "bits outside the entry",
					      depth, fixed);
			for (unsigned i = 0; i < m->count; i++) {
				const struct pt_match *r = &m->list[i];

				if (r->value & ~r->mask || r->mask & ~ones)
					return broken(c, "rule matches nothing",
						      depth, r->value);
				if (fixed & ~r->value)
					return broken(c,
						      "fixed bits not in rule",
						      depth, fixed);
			}
		}
	}
	return true;
}

/* A rule of m and one of n that some word matches both; NULL: there is none. */
static const struct pt_match *common_rule(const struct pt_matches *m,
					  const struct pt_matches *n)
{
	for (unsigned i = 0; i < m->count; i++)
		for (unsigned j = 0; j < n->count; j++) {
			const struct pt_match *p = &m->list[i];
			const struct pt_match *q = &n->list[j];

			if (!((p->value ^ q->value) & p->mask & q->mask))
				return p;
		}
	return NULL;
}

/* No word matches the rules of two kinds: each pair of rules contradicts. */
static bool rules_of_two_kinds_contradict(struct check *c)
{
	for (unsigned depth = c->format->top; depth <= PT_PTE; depth++) {
		struct listed_kind list[LISTED_KINDS];

		list_kinds(c->format, depth, list);
		for (unsigned a = 0; a < LISTED_KINDS; a++)
			for (unsigned b = 0; b < a; b++) {
				const struct pt_match *rule = common_rule(
					list[a].matches, list[b].matches);

				/* A bare address: no table lies at none. */
				if (list[b].kind == PT_NONE &&
				    list[a].kind == PT_TABLE &&
				    pt_matches(list[a].matches,
					       list[b].matches->list[0].value))
					continue;
				if (rule)
					return broken(c, "a word of two kinds",
						      depth, rule->value);
			}
	}
	return true;
}

/* Rules and fields of a kind say other bits than those not ignored. */
static bool bits_differ(struct check *c, unsigned depth,
			const struct listed_kind *listed, uint64_t silent,
			uint64_t ignored)
{
	char what[80];

	snprintf(what, sizeof(what), "a %s entry: bits %s",
		 pt_kind_name(listed->kind),
		 silent & ~ignored ? "that no rule and no field speaks of" :
				     "that are called ignored are not");
	return broken(c, what, depth,
		      silent & ~ignored ? silent & ~ignored : ignored & ~silent);
}

/* Each bit is in a rule, in a field, or known to be ignored. */
static bool every_bit_is_accounted_for(struct check *c)
{
	const struct pt_format *f = c->format;

	for (unsigned depth = f->top; depth <= PT_PTE; depth++) {
		struct listed_kind list[LISTED_KINDS];
		uint64_t ones = entry_ones(&f->level[depth]);

		list_kinds(f, depth, list);
		for (unsigned k = 0; k < LISTED_KINDS; k++) {
			const struct pt_matches *m = list[k].matches;
			uint64_t ignored = ignored_by(
				f, depth, list[k].kind,
				list[k].layout && k != PT_LEAF);

			for (unsigned i = 0; i < m->count; i++) {
				uint64_t said =
					list[k].fields | m->list[i].mask;

				if ((said ^ ones) != ignored)
					return bits_differ(c, depth, &list[k],
							   said ^ ones,
							   ignored);
			}
		}
	}
	return true;
}

/*
 * Bits of fields that a rule may look at all the same, because not every
 * pattern is a value: rights, memory types, what table entries take away.
 */
static uint64_t choosy_fields(const struct pt_level *l,
			      const struct pt_leaf_layout *layout,
			      enum pt_kind kind)
{
	uint64_t bits = 0;

	if (layout)
		return layout->rights.mask | layout->memtype.mask |
		       codec_derived_mask(layout);
	if (kind == PT_PROTNONE || kind == PT_INVALID_HUGE)
		return l->leaf.rights.mask | l->leaf.memtype.mask;
	if (kind == PT_TABLE)
		for (unsigned i = 0; i < l->table.hierarchy_count; i++)
			bits |= l->table.hierarchy[i].mask;
	return bits;
}

/* All other fields are free: any pattern in them is accepted. */
static bool rules_leave_fields_free(struct check *c)
{
	for (unsigned depth = c->format->top; depth <= PT_PTE; depth++) {
		const struct pt_level *l = &c->format->level[depth];
		struct listed_kind list[LISTED_KINDS];

		list_kinds(c->format, depth, list);
		for (unsigned k = 0; k < LISTED_KINDS; k++) {
			uint64_t free = list[k].fields &
					~choosy_fields(l, list[k].layout,
						       list[k].kind);

			for (unsigned i = 0; i < list[k].matches->count; i++)
				if (list[k].matches->list[i].mask & free)
					return broken(c,
						      "a rule inside a field",
						      depth, list[k].kind);
		}
	}
	return true;
}

struct control_bits {
	const char *architecture;
	uint32_t known, always;
};

/*
 * x86 without NXE has no X to take away, and cases have no PKE; riscv is described
 * with Svadu only.
 */
static const struct control_bits control_bits[] = {
	{ "x86",
	  PT_REGIME_X86_WP | PT_REGIME_X86_NXE | PT_REGIME_X86_SMEP |
		  PT_REGIME_X86_SMAP,
	  PT_REGIME_X86_NXE },
	{ "arm", PT_REGIME_ARM_MANAGER, 0 },
	{ "arm64", PT_REGIME_ARM64_HA | PT_REGIME_ARM64_PAN, 0 },
	{ "riscv",
	  PT_REGIME_RISCV_SUM | PT_REGIME_RISCV_MXR | PT_REGIME_RISCV_ADUE,
	  PT_REGIME_RISCV_ADUE },
	{ "template", PT_REGIME_FAKE_HWAD, 0 },
	{ "fake", PT_REGIME_FAKE_HWAD | PT_REGIME_FAKE_GUARD, 0 },
};

/*
 * One to four different control words, of bits that the architecture has; most
 * have none.
 */
static bool regimes_are_sane(struct check *c)
{
	const struct pt_format *f = c->format;
	static const struct control_bits none = { NULL, 0, 0 };
	const struct control_bits *bits = &none;

	for (size_t i = 0; i < sizeof(control_bits) / sizeof(*control_bits);
	     i++)
		if (!strcmp(control_bits[i].architecture, f->architecture))
			bits = &control_bits[i];
	if (!f->regime_count || f->regime_count > 4)
		return broken(c, "no regime", PT_DEPTHS, 0);
	for (unsigned i = 0; i < f->regime_count; i++) {
		if (f->regime[i] & ~bits->known ||
		    (f->regime[i] & bits->always) != bits->always)
			return broken(c, "no such regime", PT_DEPTHS,
				      f->regime[i]);
		for (unsigned j = 0; j < i; j++)
			if (f->regime[i] == f->regime[j])
				return broken(c, "a regime twice", PT_DEPTHS,
					      j);
	}
	for (unsigned i = f->regime_count; i < 4; i++)
		if (f->regime[i])
			return broken(c, "a regime not counted", PT_DEPTHS, i);
	return true;
}

const struct property layout_properties[] = {
	{ "levels_tile_the_range", levels_tile_the_range },
	{ "kinds_exist_where_they_may", kinds_exist_where_they_may },
	{ "addresses_are_representable", addresses_are_representable },
	{ "fields_do_not_overlap", fields_do_not_overlap },
	{ "payloads_do_not_overlap", payloads_do_not_overlap },
	{ "encodings_are_distinct", encodings_are_distinct },
	{ "lists_are_sound", lists_are_sound },
	{ "rules_of_two_kinds_contradict", rules_of_two_kinds_contradict },
	{ "every_bit_is_accounted_for", every_bit_is_accounted_for },
	{ "rules_leave_fields_free", rules_leave_fields_free },
	{ "regimes_are_sane", regimes_are_sane },
	{ "predicates_are_consistent", predicates_are_consistent },
	{ "leaves_are_where_linux_sees_them",
	  leaves_are_where_linux_sees_them },
};
const unsigned layout_property_count =
	sizeof(layout_properties) / sizeof(layout_properties[0]);
