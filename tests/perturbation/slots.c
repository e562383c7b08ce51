/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See slots.h. */
#include "slots.h"

#include <tablewalk/check.h>

/* What the slots to come belong to. */
struct lister {
	struct slots *slots;
	unsigned depth;
	uint8_t bits;
	bool hardware;
	const struct pt_matches *within; /* of the masks to come */
	const struct pt_leaf_layout *leaf;
	const struct pt_table_layout *table;
};

static void add(struct lister *s, enum slot_type type, const char *member,
		void *at)
{
	pt_check(s->slots->count < SLOTS_MAX);
	s->slots->slot[s->slots->count++] = (struct slot){
		.type = (uint8_t)type,
		.depth = (uint8_t)s->depth,
		.bits = s->bits,
		.hardware = s->hardware,
		.member = member,
		.at = at,
		.leaf = s->leaf,
		.table = s->table,
	};
}

/* A number that counts elements of an array. */
static void add_count(struct lister *s, const char *member, uint8_t *at,
		      unsigned limit)
{
	if (!*at)
		return;
	add(s, SLOT_NUMBER, member, at);
	s->slots->slot[s->slots->count - 1].limit = (uint8_t)limit;
}

static void add_matches(struct lister *s, const char *member,
			struct pt_matches *m)
{
	unsigned first = s->slots->count;

	add_count(s, member, &m->count, PT_MATCHES);
	for (unsigned i = 0; i < m->count; i++) {
		add(s, SLOT_WORD, member, &m->list[i].mask);
		add(s, SLOT_WORD, member, &m->list[i].value);
	}
	for (unsigned i = first; i < s->slots->count; i++)
		s->slots->slot[i].rules = m;
}

static void add_address(struct lister *s, const char *member,
			struct pt_address_field *field)
{
	if (!field->width)
		return;
	add(s, SLOT_NUMBER, member, &field->lsb);
	add(s, SLOT_NUMBER, member, &field->width);
	add(s, SLOT_NUMBER, member, &field->pa_shift);
	add(s, SLOT_SWITCH, member, &field->inverted);
	for (unsigned i = 0; i < field->pieces; i++) {
		add(s, SLOT_NUMBER, member, &field->more[i].lsb);
		add(s, SLOT_NUMBER, member, &field->more[i].width);
		add(s, SLOT_NUMBER, member, &field->more[i].pa_shift);
	}
}

/* The mask of a field. */
static void add_mask(struct lister *s, const char *member, uint64_t *at)
{
	add(s, SLOT_WORD, member, at);
	s->slots->slot[s->slots->count - 1].within = s->within;
}

static void add_flag(struct lister *s, const char *member, struct pt_flag *flag)
{
	if (!flag->mask)
		return;
	add_mask(s, member, &flag->mask);
	add(s, SLOT_WORD, member, &flag->set);
	add(s, SLOT_WORD, member, &flag->clear);
}

static void add_attributes(struct lister *s, struct pt_leaf_layout *leaf)
{
	const bool hardware = s->hardware;

	add_mask(s, "rights.mask", &leaf->rights.mask);
	for (unsigned i = 0; i < 16; i++)
		if (leaf->rights.right[i].representable) {
			add(s, SLOT_WORD, "rights.bits",
			    &leaf->rights.right[i].bits);
			add(s, SLOT_SWITCH, "rights.representable",
			    &leaf->rights.right[i].representable);
		}
	if (leaf->memtype.mask)
		add_mask(s, "memtype.mask", &leaf->memtype.mask);
	for (unsigned i = 0; i < PT_MEMTYPES; i++)
		if (leaf->memtype.type[i].representable) {
			add(s, SLOT_WORD, "memtype.bits",
			    &leaf->memtype.type[i].bits);
			add(s, SLOT_SWITCH, "memtype.representable",
			    &leaf->memtype.type[i].representable);
		}
	add_flag(s, "global", &leaf->global);
	add_flag(s, "accessed", &leaf->accessed);
	add_flag(s, "dirty", &leaf->dirty);
	s->hardware = false;
	add_flag(s, "soft0", &leaf->soft0);
	add_flag(s, "soft1", &leaf->soft1);
	s->hardware = hardware;
	if (leaf->key.width) {
		add(s, SLOT_NUMBER, "key.lsb", &leaf->key.lsb);
		add(s, SLOT_NUMBER, "key.width", &leaf->key.width);
	}
}

/* Attributes that leaves of that layout can have. */
static uint32_t possible(const struct pt_leaf_layout *leaf)
{
	uint32_t some = 0;

	for (uint32_t i = 0; i <= PT_RIGHTS; i++)
		if (leaf->rights.right[i].representable)
			some |= i;
	return some | (leaf->global.mask ? PT_GLOBAL : 0) |
	       (leaf->accessed.mask ? PT_ACCESSED : 0) |
	       (leaf->dirty.mask ? PT_DIRTY : 0);
}

static void add_derived(struct lister *s, struct pt_leaf_layout *leaf)
{
	add_count(s, "derived_count", &leaf->derived_count, PT_DERIVED);
	for (unsigned i = 0; i < leaf->derived_count; i++) {
		struct pt_derived *d = &leaf->derived[i];

		add_mask(s, "derived.bits", &d->bits);
		add(s, SLOT_WORD, "derived.on", &d->on);
		add(s, SLOT_WORD, "derived.off", &d->off);
		add(s, SLOT_RIGHT, "derived.mask", &d->mask);
		s->slots->slot[s->slots->count - 1].possible = possible(leaf);
		add(s, SLOT_RIGHT, "derived.value", &d->value);
	}
}

static void add_leaf(struct lister *s, struct pt_leaf_layout *leaf)
{
	if (!leaf->match.count)
		return;
	s->leaf = leaf;
	add_matches(s, "leaf.match", &leaf->match);
	add(s, SLOT_WORD, "leaf.fixed", &leaf->fixed);
	s->leaf = NULL;
	add_address(s, "leaf.pa", &leaf->pa);
	s->within = &leaf->match;
	add_attributes(s, leaf);
	add_derived(s, leaf);
	s->hardware = false;
	if (leaf->protnone.count) {
		add_matches(s, "leaf.protnone", &leaf->protnone);
		add(s, SLOT_WORD, "leaf.protnone_fixed",
		    &leaf->protnone_fixed);
	}
	if (leaf->invalid.count) {
		add_matches(s, "leaf.invalid", &leaf->invalid);
		add(s, SLOT_WORD, "leaf.invalid_fixed", &leaf->invalid_fixed);
	}
	add_address(s, "leaf.protnone_pa", &leaf->protnone_pa);
	s->hardware = true;
}

static void add_table(struct lister *s, struct pt_table_layout *table)
{
	if (!table->match.count)
		return;
	s->table = table;
	add_matches(s, "table.match", &table->match);
	add(s, SLOT_WORD, "table.fixed", &table->fixed);
	s->table = NULL;
	add_address(s, "table.pa", &table->pa);
	s->within = &table->match;
	add_count(s, "hierarchy_count", &table->hierarchy_count,
		  PT_HIERARCHIES);
	for (unsigned i = 0; i < table->hierarchy_count; i++) {
		struct pt_hierarchy *h = &table->hierarchy[i];

		add(s, SLOT_RIGHT, "hierarchy.right", &h->right);
		add_mask(s, "hierarchy.mask", &h->mask);
		add(s, SLOT_WORD, "hierarchy.allow", &h->allow);
		add(s, SLOT_WORD, "hierarchy.deny", &h->deny);
	}
}

static void add_soft(struct lister *s, const char *member,
		     struct pt_soft_layout *soft)
{
	if (!soft->match.count)
		return;
	add_matches(s, member, &soft->match);
	add(s, SLOT_WORD, member, &soft->fixed);
	add_address(s, member, &soft->payload);
}

static void add_level(struct lister *s, struct pt_level *l)
{
	s->bits = (uint8_t)(8u * l->entry_bytes);
	s->hardware = true;
	add(s, SLOT_NUMBER, "va_shift", &l->va_shift);
	add(s, SLOT_NUMBER, "index_bits", &l->index_bits);
	add(s, SLOT_NUMBER, "entry_bytes", &l->entry_bytes);
	if (l->copies)
		add(s, SLOT_NUMBER, "copies", &l->copies);
	if (l->half_offset)
		add(s, SLOT_HALF, "half_offset", &l->half_offset);
	add_table(s, &l->table);
	add_leaf(s, &l->leaf);
	add_count(s, "group_count", &l->group_count, PT_GROUPS);
	for (unsigned i = 0; i < l->group_count; i++) {
		add(s, SLOT_NUMBER, "group.order", &l->group[i].order);
		add_leaf(s, &l->group[i].leaf);
	}
	s->hardware = false;
	add(s, SLOT_WORD, "none_value", &l->none_value);
	add_matches(s, "none", &l->none);
	add_soft(s, "swap", &l->swap);
	add_soft(s, "migration", &l->migration);
	add_soft(s, "marker", &l->marker);
	for (unsigned kind = 0; kind < PT_BAD; kind++)
		if (l->linux_says[kind])
			add(s, SLOT_SAYS, "linux_says", &l->linux_says[kind]);
}

void slots_list(struct slots *slots, struct pt_format *f)
{
	struct lister s = { slots, PT_DEPTHS, 64, true, NULL, NULL, NULL };

	slots->count = 0;
	add(&s, SLOT_NUMBER, "top", &f->top);
	add(&s, SLOT_NUMBER, "page_shift", &f->page_shift);
	add(&s, SLOT_NUMBER, "va_bits", &f->va_bits);
	add(&s, SLOT_NUMBER, "va_word_bits", &f->va_word_bits);
	add(&s, SLOT_SWITCH, "big_endian", &f->big_endian);
	add(&s, SLOT_SWITCH, "break_before_make", &f->break_before_make);
	for (s.depth = f->top; s.depth <= PT_PTE; s.depth++)
		add_level(&s, &f->level[s.depth]);
}

unsigned slot_changes(const struct slot *slot)
{
	switch ((enum slot_type)slot->type) {
	case SLOT_WORD:
		return slot->bits;
	case SLOT_RIGHT:
		return 20;
	case SLOT_NUMBER:
	case SLOT_HALF:
		return 2;
	case SLOT_SAYS:
		return 4;
	case SLOT_SWITCH:
		return 1;
	}
	return 0;
}

bool slot_allows(const struct slot *slot, unsigned n)
{
	uint64_t bit = UINT64_C(1) << (n & 63);

	/* That an attribute which no leaf has is clear asks for nothing. */
	if (slot->type == SLOT_RIGHT && slot->possible)
		return slot->possible & bit ||
		       *(const uint32_t *)slot->at & bit;
	/* One less than 0 is no number that is wrong by one. */
	if (slot->type == SLOT_NUMBER && n)
		return *(const uint8_t *)slot->at > 0;
	if (slot->type == SLOT_NUMBER)
		return !slot->limit ||
		       *(const uint8_t *)slot->at < slot->limit;
	if (slot->type != SLOT_WORD || !slot->within ||
	    *(const uint64_t *)slot->at & bit)
		return true;
	for (unsigned i = 0; i < slot->within->count; i++)
		if (!(slot->within->list[i].mask & bit) ||
		    slot->within->list[i].value & bit)
			return true;
	return false;
}

/*
 * Whether the list accepts every word with these values in these bits.  A rule
 * that accepts some of them divides them by its first other bit; each division
 * settles one bit, so this ends.
 */
static bool accepts_all(const struct pt_matches *m, uint64_t mask,
			uint64_t value)
{
	for (unsigned i = 0; i < m->count; i++) {
		const struct pt_match *r = &m->list[i];
		uint64_t open = r->mask & ~mask, bit = open & (~open + 1);

		if (r->value & ~r->mask ||
		    (r->value ^ value) & r->mask & mask)
			continue;
		return !open || (accepts_all(m, mask | bit, value) &&
				 accepts_all(m, mask | bit, value | bit));
	}
	return false;
}

static bool accepts_as_much(const struct pt_matches *m,
			    const struct pt_matches *as)
{
	for (unsigned i = 0; i < as->count; i++)
		if (!(as->list[i].value & ~as->list[i].mask) &&
		    !accepts_all(m, as->list[i].mask, as->list[i].value))
			return false;
	return true;
}

bool matches_equal(const struct pt_matches *a, const struct pt_matches *b)
{
	return accepts_as_much(a, b) && accepts_as_much(b, a);
}

void slot_change(const struct slot *slot, unsigned n, bool back)
{
	const int one = (n == 0) == back ? -1 : 1;

	switch ((enum slot_type)slot->type) {
	case SLOT_WORD:
		*(uint64_t *)slot->at ^= UINT64_C(1) << n;
		break;
	case SLOT_RIGHT:
		*(uint32_t *)slot->at ^= UINT32_C(1) << n;
		break;
	case SLOT_NUMBER:
		*(uint8_t *)slot->at = (uint8_t)(*(uint8_t *)slot->at + one);
		break;
	case SLOT_HALF:
		*(uint16_t *)slot->at = (uint16_t)(*(uint16_t *)slot->at + one);
		break;
	case SLOT_SAYS:
		*(uint8_t *)slot->at ^= (uint8_t)(1u << n);
		break;
	case SLOT_SWITCH:
		*(bool *)slot->at ^= true;
		break;
	}
}
