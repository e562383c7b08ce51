/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether the properties notice a mistake: one bit of one mask or value, or
 * one shift or width by one, is changed in a copy of a descriptor, and some
 * property must fail.  Only the encodings of what is representable are changed;
 * the rest of the structure is unused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "properties.h"

enum slot_type { SLOT_WORD, SLOT_RIGHT, SLOT_NUMBER, SLOT_SWITCH };

/* One member of the copy that can be changed. */
struct slot {
	enum slot_type type;
	uint8_t depth;
	const char *member;
	void *at;
};

#define SLOTS_MAX 1600
struct slots {
	unsigned count, depth;
	struct slot slot[SLOTS_MAX];
};

static void add_slot(struct slots *s, enum slot_type type, const char *member,
		     void *at)
{
	assert_true(s->count < SLOTS_MAX);
	s->slot[s->count++] = (struct slot){
		.type = type,
		.depth = (uint8_t)s->depth,
		.member = member,
		.at = at,
	};
}

static void add_matches(struct slots *s, const char *member,
			struct pt_matches *m)
{
	if (m->count)
		add_slot(s, SLOT_NUMBER, member, &m->count);
	for (unsigned i = 0; i < m->count; i++) {
		add_slot(s, SLOT_WORD, member, &m->list[i].mask);
		add_slot(s, SLOT_WORD, member, &m->list[i].value);
	}
}

static void add_address(struct slots *s, const char *member,
			struct pt_address_field *field)
{
	if (!field->width)
		return;
	add_slot(s, SLOT_NUMBER, member, &field->lsb);
	add_slot(s, SLOT_NUMBER, member, &field->width);
	add_slot(s, SLOT_NUMBER, member, &field->pa_shift);
	add_slot(s, SLOT_SWITCH, member, &field->inverted);
}

static void add_flag(struct slots *s, const char *member, struct pt_flag *flag)
{
	if (!flag->mask)
		return;
	add_slot(s, SLOT_WORD, member, &flag->mask);
	add_slot(s, SLOT_WORD, member, &flag->set);
	add_slot(s, SLOT_WORD, member, &flag->clear);
}

static void add_attributes(struct slots *s, struct pt_leaf_layout *leaf)
{
	add_slot(s, SLOT_WORD, "rights.mask", &leaf->rights.mask);
	for (unsigned i = 0; i < 16; i++)
		if (leaf->rights.right[i].representable) {
			add_slot(s, SLOT_WORD, "rights.bits",
				 &leaf->rights.right[i].bits);
			add_slot(s, SLOT_SWITCH, "rights.representable",
				 &leaf->rights.right[i].representable);
		}
	if (leaf->memtype.mask)
		add_slot(s, SLOT_WORD, "memtype.mask", &leaf->memtype.mask);
	for (unsigned i = 0; i < PT_MEMTYPES; i++)
		if (leaf->memtype.type[i].representable) {
			add_slot(s, SLOT_WORD, "memtype.bits",
				 &leaf->memtype.type[i].bits);
			add_slot(s, SLOT_SWITCH, "memtype.representable",
				 &leaf->memtype.type[i].representable);
		}
	add_flag(s, "global", &leaf->global);
	add_flag(s, "accessed", &leaf->accessed);
	add_flag(s, "dirty", &leaf->dirty);
	add_flag(s, "soft0", &leaf->soft0);
	add_flag(s, "soft1", &leaf->soft1);
	add_flag(s, "group", &leaf->group);
	if (leaf->key.width) {
		add_slot(s, SLOT_NUMBER, "key.lsb", &leaf->key.lsb);
		add_slot(s, SLOT_NUMBER, "key.width", &leaf->key.width);
	}
}

static void add_leaf(struct slots *s, struct pt_leaf_layout *leaf)
{
	if (!leaf->match.count)
		return;
	add_matches(s, "leaf.match", &leaf->match);
	add_slot(s, SLOT_WORD, "leaf.fixed", &leaf->fixed);
	add_address(s, "leaf.pa", &leaf->pa);
	add_attributes(s, leaf);
	if (leaf->protnone.count) {
		add_matches(s, "leaf.protnone", &leaf->protnone);
		add_slot(s, SLOT_WORD, "leaf.protnone_fixed",
			 &leaf->protnone_fixed);
		add_address(s, "leaf.protnone_pa", &leaf->protnone_pa);
	}
}

static void add_table(struct slots *s, struct pt_table_layout *table)
{
	if (!table->match.count)
		return;
	add_matches(s, "table.match", &table->match);
	add_slot(s, SLOT_WORD, "table.fixed", &table->fixed);
	add_address(s, "table.pa", &table->pa);
	for (unsigned i = 0; i < table->hierarchy_count; i++) {
		struct pt_hierarchy *h = &table->hierarchy[i];

		add_slot(s, SLOT_RIGHT, "hierarchy.right", &h->right);
		add_slot(s, SLOT_WORD, "hierarchy.mask", &h->mask);
		add_slot(s, SLOT_WORD, "hierarchy.allow", &h->allow);
		add_slot(s, SLOT_WORD, "hierarchy.deny", &h->deny);
	}
}

static void add_soft(struct slots *s, const char *member,
		     struct pt_soft_layout *soft)
{
	if (!soft->match.count)
		return;
	add_matches(s, member, &soft->match);
	add_slot(s, SLOT_WORD, member, &soft->fixed);
	add_address(s, member, &soft->payload);
}

static void add_format(struct slots *s, struct pt_format *f)
{
	add_slot(s, SLOT_NUMBER, "top", &f->top);
	add_slot(s, SLOT_NUMBER, "page_shift", &f->page_shift);
	add_slot(s, SLOT_NUMBER, "va_bits", &f->va_bits);
	add_slot(s, SLOT_NUMBER, "va_word_bits", &f->va_word_bits);
	for (s->depth = f->top; s->depth <= PT_PTE; s->depth++) {
		struct pt_level *l = &f->level[s->depth];

		add_slot(s, SLOT_NUMBER, "va_shift", &l->va_shift);
		add_slot(s, SLOT_NUMBER, "index_bits", &l->index_bits);
		add_slot(s, SLOT_NUMBER, "entry_bytes", &l->entry_bytes);
		add_slot(s, SLOT_WORD, "none_value", &l->none_value);
		add_matches(s, "none", &l->none);
		add_table(s, &l->table);
		add_leaf(s, &l->leaf);
		add_soft(s, "swap", &l->swap);
		add_soft(s, "migration", &l->migration);
		add_soft(s, "marker", &l->marker);
	}
}

static unsigned variants(const struct slot *slot)
{
	switch (slot->type) {
	case SLOT_WORD:
		return 64;
	case SLOT_RIGHT:
		return 32;
	case SLOT_NUMBER:
		return 2;
	case SLOT_SWITCH:
		return 1;
	}
	return 0;
}

/* Applies a change; the same again takes it back, except for numbers. */
static void change(const struct slot *slot, unsigned variant, bool back)
{
	switch (slot->type) {
	case SLOT_WORD:
		*(uint64_t *)slot->at ^= UINT64_C(1) << variant;
		break;
	case SLOT_RIGHT:
		*(uint32_t *)slot->at ^= UINT32_C(1) << variant;
		break;
	case SLOT_NUMBER: {
		uint8_t *number = slot->at;

		*number =
			(uint8_t)(*number + ((variant == 0) == back ? 255 : 1));
		break;
	}
	case SLOT_SWITCH:
		*(bool *)slot->at ^= true;
		break;
	}
}

static bool is_noticed(const struct pt_format *changed)
{
	struct check check = { changed, false, "" };

	for (unsigned i = 0; i < layout_property_count; i++)
		if (!layout_properties[i].holds(&check))
			return true;
	for (unsigned i = 0; i < word_property_count; i++)
		if (!word_properties[i].holds(&check))
			return true;
	return false;
}

/* Changes of one format: how many there were and how many were noticed. */
static void perturb_format(const struct pt_format *format, unsigned *made,
			   unsigned *noticed)
{
	struct pt_format *copy = malloc(sizeof(*copy));
	struct slots *slots = calloc(1, sizeof(*slots));

	assert_non_null(copy);
	assert_non_null(slots);
	memcpy(copy, format, sizeof(*copy));
	add_format(slots, copy);
	*made = *noticed = 0;
	for (unsigned i = 0; i < slots->count; i++) {
		const struct slot *slot = &slots->slot[i];

		for (unsigned v = 0; v < variants(slot); v++) {
			change(slot, v, false);
			++*made;
			if (is_noticed(copy))
				++*noticed;
			else
				print_message("%s: %s at %s, change %u: not "
					      "noticed\n",
					      format->name, slot->member,
					      pt_depth_name(slot->depth), v);
			change(slot, v, true);
		}
	}
	assert_memory_equal(copy, format, sizeof(*copy));
	free(slots);
	free(copy);
}

/* The unchanged descriptor passes the quick form of the properties. */
static void unchanged_descriptors_pass(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++)
		assert_false(is_noticed(pt_formats[i]));
}

/* At least 99 of 100 single mistakes in a descriptor break a property. */
static void properties_notice_single_mistakes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		unsigned made, noticed;

		perturb_format(pt_formats[i], &made, &noticed);
		print_message("%s: %u of %u changes noticed\n",
			      pt_formats[i]->name, noticed, made);
		assert_true(noticed * UINT64_C(100) >= made * UINT64_C(99));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unchanged_descriptors_pass),
		cmocka_unit_test(properties_notice_single_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
