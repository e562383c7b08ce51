/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Words to meaning and back, for the tests of the descriptors only.
 *
 * Written from include/tablewalk/format.h and from nothing else, so that a
 * mistake in the subject's own accessors does not hide one in a descriptor.
 */
#ifndef TABLEWALK_TESTS_ENTRY_CODEC_H
#define TABLEWALK_TESTS_ENTRY_CODEC_H

#include <tablewalk/format.h>

/* What the fields of a leaf, protnone or invalid-huge entry say. */
struct codec_leaf {
	uint64_t pa;
	uint32_t attrs;
};

/*
 * Whether every part of attrs can be said; protnone and invalid-huge, for which
 * the second is, cannot say GLOBAL.  A layout is that of single leaves or that of
 * a group.
 */
bool codec_says(const struct pt_leaf_layout *layout, uint32_t attrs);
bool codec_says_protnone(const struct pt_leaf_layout *layout, uint32_t attrs);

/* The word; what it should say must be representable. */
uint64_t codec_write_leaf(const struct pt_leaf_layout *layout,
			  const struct codec_leaf *leaf);
uint64_t codec_write_protnone(const struct pt_leaf_layout *layout,
			      const struct codec_leaf *leaf);
uint64_t codec_write_invalid(const struct pt_leaf_layout *layout,
			     const struct codec_leaf *leaf);
uint64_t codec_write_table(const struct pt_table_layout *layout, uint64_t pa,
			   uint32_t removed);
uint64_t codec_write_soft(const struct pt_soft_layout *layout, uint64_t pa);

/* The derived bits that a leaf with the fields of raw has to have. */
uint64_t codec_derived(const struct pt_leaf_layout *layout, uint64_t raw);

/* The first combination of rights that a layout can say. */
uint32_t codec_some_rights(const struct pt_leaf_layout *layout);

/*
 * False where a field holds bits that no value is encoded as, or a derived bit
 * does not follow, or two pieces of an address differ.  An invalid-huge entry is
 * read as a protnone one: the fixed bits are not looked at.
 */
bool codec_read_leaf(const struct pt_leaf_layout *layout, uint64_t raw,
		     struct codec_leaf *leaf);
bool codec_read_protnone(const struct pt_leaf_layout *layout, uint64_t raw,
			 struct codec_leaf *leaf);
bool codec_read_table(const struct pt_table_layout *layout, uint64_t raw,
		      uint64_t *pa, uint32_t *removed);

/* The bits of a field. */
static inline uint64_t codec_address_bits(const struct pt_address_field *field)
{
	uint64_t bits = field->width ? pt_ones(field->width) << field->lsb : 0;

	for (unsigned i = 0; i < field->pieces && i < PT_PIECES; i++)
		bits |= pt_ones(field->more[i].width) << field->more[i].lsb;
	return bits;
}

/* The address bits that a field holds. */
static inline uint64_t codec_address_reach(const struct pt_address_field *field)
{
	uint64_t bits = pt_ones(field->width) << field->pa_shift;

	for (unsigned i = 0; i < field->pieces && i < PT_PIECES; i++)
		bits |= pt_ones(field->more[i].width)
			<< field->more[i].pa_shift;
	return bits;
}

/* Bits of a leaf that follow from others. */
static inline uint64_t codec_derived_mask(const struct pt_leaf_layout *layout)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < layout->derived_count && i < PT_DERIVED; i++)
		bits |= layout->derived[i].bits;
	return bits;
}

static inline uint64_t codec_number_bits(const struct pt_number_field *field)
{
	return field->width ? pt_ones(field->width) << field->lsb : 0;
}

#endif
