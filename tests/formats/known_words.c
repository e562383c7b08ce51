/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Words whose meaning is known from elsewhere than the descriptors: worked out
 * by hand from the page protections of Linux 6.12 (the pgprot constants of each
 * architecture) and from the bit tables of the manuals.
 */
#include <string.h>

#include "entry_codec.h"
#include "properties.h"

struct known_word {
	const char *format;
	uint8_t depth;		/* enum pt_depth */
	uint64_t raw;
	uint8_t kind;		/* enum pt_kind */
	uint64_t pa;
	uint32_t attrs;		/* for a table: what it removes */
};

#define RW_AD (PT_R | PT_W | PT_ACCESSED | PT_DIRTY)
#define UC_TYPE (PT_MEM_UC << PT_MEMTYPE_SHIFT)
#define WC_TYPE (PT_MEM_WC << PT_MEMTYPE_SHIFT)
#define WT_TYPE (PT_MEM_WT << PT_MEMTYPE_SHIFT)

static const struct known_word known_words[] = {
#include "known_words_list.inc"
};

#define KNOWN_WORDS (sizeof(known_words) / sizeof(known_words[0]))

static bool read_known(const struct pt_level *l, const struct known_word *w,
		       struct codec_leaf *leaf)
{
	const struct pt_group *group = pt_group_of(l, w->raw);

	switch (w->kind) {
	case PT_LEAF:
		return codec_read_leaf(group ? &group->leaf : &l->leaf, w->raw,
				       leaf);
	case PT_PROTNONE:
	case PT_INVALID_HUGE:
		return codec_read_protnone(&l->leaf, w->raw, leaf);
	case PT_TABLE:
		return codec_read_table(&l->table, w->raw, &leaf->pa,
					&leaf->attrs);
	case PT_SWAP:
		leaf->pa = pt_address_decode(&l->swap.payload, w->raw);
		return true;
	case PT_MIGRATION:
		leaf->pa = pt_address_decode(&l->migration.payload, w->raw);
		return true;
	default:
		return true;
	}
}

bool known_words_hold(struct check *c)
{
	const struct pt_format *f = c->format;
	unsigned known = 0;

	for (size_t i = 0; i < KNOWN_WORDS; i++) {
		const struct known_word *w = &known_words[i];
		struct codec_leaf leaf = { 0 };

		if (strcmp(w->format, f->name))
			continue;
		known++;
		if (pt_entry_kind(f, w->depth, (struct pt_entry){ w->raw }) !=
		    w->kind)
			return broken(c, "a known word is of another kind",
				      w->depth, w->raw);
		if (!read_known(&f->level[w->depth], w, &leaf) ||
		    leaf.pa != w->pa || leaf.attrs != w->attrs)
			return broken(c, "a known word reads as another",
				      w->depth, w->raw);
	}
	return known || broken(c, "no known words in tests/formats/words/",
			       PT_PTE, 0);
}
