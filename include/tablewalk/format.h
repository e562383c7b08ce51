/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A page-table format as constant data: the first reading of an architecture.
 *
 * A descriptor has no control flow.  The inline functions below interpret it;
 * they are the only code that knows how an entry is laid out.
 *
 * Sources are named in each descriptor (manual, section).  Property tests hold
 * every descriptor against itself, tests/ also against the second reading in
 * oracles/mmu/.
 */
#ifndef TABLEWALK_FORMAT_H
#define TABLEWALK_FORMAT_H

#include <tablewalk/types.h>

/* One entry, as a number in host byte order.  Never mixed with an address. */
struct pt_entry {
	uint64_t raw;
};

/* An entry belongs to a list when (raw & mask) == value for one of its rules. */
struct pt_match {
	uint64_t mask, value;
};

#define PT_MATCHES 8
struct pt_matches {
	uint8_t count;			/* 0: no entry is of this kind */
	struct pt_match list[PT_MATCHES];
};

/*
 * Where an entry keeps a physical address (or a payload): bits
 * [lsb, lsb + width) hold address bits [pa_shift, pa_shift + width), all
 * complemented where inverted is set.  Other address bits must be zero.
 *
 * An address in several pieces has the others in more[], of which pieces are
 * used.  Two pieces may hold the same address bits (arm: two hardware words in
 * one entry); an entry in which they differ is bad.  Only a field without
 * inverted has more than one piece.
 *
 * A table entry that holds a kernel virtual address has the base in fixed and
 * in its match rules, and the rest as a physical address here: the base is
 * aligned to more than all memory that tables can lie in (table_pa_bits).
 */
struct pt_address_piece {
	uint8_t lsb, width, pa_shift;
};

#define PT_PIECES 2
struct pt_address_field {
	uint8_t lsb, width, pa_shift;
	bool inverted;
	uint8_t pieces;
	struct pt_address_piece more[PT_PIECES];
};

/* A yes/no attribute: (raw & mask) is set or clear; mask 0: not representable. */
struct pt_flag {
	uint64_t mask, set, clear;
};

/*
 * Encoding of R, W, X and USER together.  right[] is indexed by the attribute
 * word's low four bits; an index whose representable is false has no encoding.
 * Encodings are distinct, so decoding is a search.
 */
struct pt_rights {
	uint64_t mask;
	struct {
		bool representable;
		uint64_t bits;
	} right[16];
};

/* Encoding of the memory type; mask 0 means that only PT_MEM_WB exists. */
struct pt_memtypes {
	uint64_t mask;
	struct {
		bool representable;
		uint64_t bits;
	} type[PT_MEMTYPES];
};

/* A small unsigned number; width 0: always 0. */
struct pt_number_field {
	uint8_t lsb, width;
};

/*
 * Bits that follow from attributes: set to on where (attributes & mask) ==
 * value, else to off; attributes is a leaf's attribute word (rights, flags).
 * They are written with every leaf and carry nothing of their own: an entry
 * that a match rule calls a leaf, but whose bits do not follow, is bad.
 */
struct pt_derived {
	uint64_t bits, on, off;		/* on and off within bits */
	uint32_t mask, value;
};
#define PT_DERIVED 8

/*
 * A leaf at one depth, and PT_PROTNONE where protnone.count is not 0.  fixed
 * are the bits of every leaf that the fields do not describe.  A protnone
 * entry has the same fields except that its fixed bits and its address field
 * are its own, and that GLOBAL is no field of it: its place may belong to
 * protnone_fixed, and it reads as clear.
 *
 * Bits that are neither in a rule's mask nor in a field are ignored (x86: A in
 * a table entry); changing one attribute of an entry leaves them.
 */
struct pt_leaf_layout {
	struct pt_matches match;
	uint64_t fixed;
	struct pt_address_field pa;
	struct pt_rights rights;
	struct pt_flag global, accessed, dirty, soft0, soft1;
	struct pt_memtypes memtype;
	struct pt_number_field key;
	/* Not written in a protnone entry, whose fixed bits say it all. */
	uint8_t derived_count;
	struct pt_derived derived[PT_DERIVED];

	struct pt_matches protnone;
	uint64_t protnone_fixed;
	struct pt_address_field protnone_pa;
	/*
	 * PT_INVALID_HUGE, where invalid.count is not 0 (above PT_PTE only): as a
	 * protnone entry, its address in protnone_pa too, with fixed bits of its
	 * own.
	 */
	struct pt_matches invalid;
	uint64_t invalid_fixed;
};

/*
 * A group: 1 << order consecutive entries of one table, aligned as a whole in
 * index and address.  Its entries have a layout of their own, without protnone;
 * they can have the same attributes as a single leaf of the depth.  Where
 * pa.pa_shift of the layout is va_shift + order, each entry holds the address
 * of the whole group, else each its own.
 */
struct pt_group {
	uint8_t order;
	struct pt_leaf_layout leaf;
};
#define PT_GROUPS 2

/* Rights a table entry can take away from everything below it. */
struct pt_hierarchy {
	uint32_t right;			/* exactly one of R, W, X, USER */
	uint64_t mask, allow, deny;
};
#define PT_HIERARCHIES 4

/*
 * An entry that points to a table of the next depth.  Where a pointer is a bare
 * address its rule may accept the none value too: none is asked first, and no
 * table lies at that address.
 */
struct pt_table_layout {
	struct pt_matches match;
	uint64_t fixed;
	struct pt_address_field pa;	/* of the next table */
	uint8_t hierarchy_count;
	struct pt_hierarchy hierarchy[PT_HIERARCHIES];
};

/* Software entries: swap, migration, marker. */
struct pt_soft_layout {
	struct pt_matches match;	/* count 0: kind not representable */
	uint64_t fixed;
	struct pt_address_field payload; /* width 0: no payload */
};

/* One depth.  index_bits 0: folded (no tables of this depth exist). */
struct pt_level {
	const char *manual_name;	/* what the manual calls such a table */
	uint8_t va_shift;		/* lg2 bytes of one entry's span */
	uint8_t index_bits;		/* lg2 entries of a table */
	uint8_t entry_bytes;		/* 4 or 8: of the number */
	uint8_t copies;			/* in memory, one after the other; 0: 1 */
	/*
	 * Not 0: the number lies in two halves, the low one at
	 * index * entry_bytes / 2, the high one so many bytes after it.
	 */
	uint16_t half_offset;
	/*
	 * lg2 length of a table that is longer than its entries (a page for
	 * each, because pointers hold page numbers only); 0: as long as they.
	 */
	uint8_t table_shift;
	uint64_t none_value;		/* what is stored to empty an entry */
	struct pt_matches none;
	struct pt_table_layout table;
	struct pt_leaf_layout leaf;
	uint8_t group_count;		/* 0: no groups; orders ascend */
	struct pt_group group[PT_GROUPS];
	struct pt_soft_layout swap, migration, marker;
	/*
	 * PT_SAYS_* bits: what Linux's p?d_none(), p?d_present(), p?d_leaf()
	 * and p?d_bad() (for PT_PTE pte_none() and pte_present()) return for an
	 * entry of each kind as this descriptor writes it; 0 for a kind that
	 * the depth does not have, and for PT_BAD.  Of two that differ by
	 * configuration, the one with huge pages.
	 */
	uint8_t linux_says[PT_KINDS];
};

#define PT_SAYS_NONE	UINT8_C(1)
#define PT_SAYS_PRESENT	UINT8_C(2)
#define PT_SAYS_LEAF	UINT8_C(4)
#define PT_SAYS_BAD	UINT8_C(8)

/* How the virtual address range is cut out of the word of va_word_bits. */
enum pt_va_rule {
	PT_VA_SIGNED,	/* one root; upper bits all equal bit va_bits - 1 */
	PT_VA_ROOTS,	/* two roots of va_bits each; upper bits all 0 or all 1 */
	PT_VA_ZERO,	/* one root; upper bits zero */
};

/*
 * Limits every descriptor keeps (property-tested): va_shift of PT_PTE is
 * page_shift; va_shift of each depth is va_shift + index_bits of the next;
 * leaves exist at PT_PTE and at an unbroken run of depths above it; a table is
 * aligned to its own length; every representable (pa, attrs) of a leaf, single
 * or in a group, encodes and decodes to itself.
 */
struct pt_format {
	const char *name;
	const char *architecture;	/* directory under arch/ */
	const char *manual;		/* title, edition, sections */
	enum pt_va_rule va_rule;
	uint8_t top;			/* enum pt_depth of the root table */
	uint8_t page_shift;
	uint8_t va_bits;		/* bits that one root translates */
	uint8_t va_word_bits;		/* width of an address: 32 or 64 */
	uint8_t pa_bits;		/* of the reference machine */
	uint8_t table_pa_bits;		/* tables lie below 2^this; 0: pa_bits */
	/*
	 * Bit d, 1 <= d <= top, set: Linux's PTRS_PER_ of depth d is not 1
	 * although this format has no level of its own for it (it is folded at
	 * run time); a hole in the root is not corrected past d (walk.h).
	 */
	uint8_t runtime_folded;
	bool big_endian;
	bool break_before_make;		/* table_ops.h */
	uint8_t regime_count;		/* 1..4; regime[0] is the default */
	uint32_t regime[4];		/* control words, PT_REGIME_* */
	uint64_t ram_base;		/* first RAM address of the reference machine */
	struct pt_level level[PT_DEPTHS];	/* from top to PT_PTE are used */
};

/* The generated list of all formats, in the order of arch/CMakeLists.txt. */
extern const struct pt_format *const pt_formats[];
extern const unsigned pt_format_count;

/* For each of them, whether arch/<a>/facts/ has what the kernel's headers say. */
extern const bool pt_format_header_facts[];

/* The format of that name, or NULL. */
const struct pt_format *pt_format_find(const char *name);

/* Bytes that one entry of that depth spans; at most 2^63. */
static inline uint64_t pt_span(const struct pt_format *f, unsigned depth)
{
	return UINT64_C(1) << f->level[depth].va_shift;
}

/* Bytes from one entry of a table to the next. */
static inline unsigned pt_stride(const struct pt_level *l)
{
	if (l->half_offset)
		return l->entry_bytes / 2u;
	return l->copies ? (unsigned)l->entry_bytes * l->copies : l->entry_bytes;
}

/* Length, and alignment, of a table of that depth in bytes. */
static inline uint64_t pt_table_bytes(const struct pt_format *f, unsigned depth)
{
	const struct pt_level *l = &f->level[depth];

	if (l->table_shift)
		return UINT64_C(1) << l->table_shift;
	return (uint64_t)l->entry_bytes * (l->copies ? l->copies : 1u)
	       << l->index_bits;
}

static inline unsigned pt_index(const struct pt_format *f, unsigned depth,
				uint64_t va)
{
	return (unsigned)(va >> f->level[depth].va_shift &
			  pt_ones(f->level[depth].index_bits));
}

static inline bool pt_matches(const struct pt_matches *m, uint64_t raw)
{
	for (unsigned i = 0; i < m->count; i++)
		if ((raw & m->list[i].mask) == m->list[i].value)
			return true;
	return false;
}

/* Puts an address into its field; the caller knows that it fits. */
static inline uint64_t pt_address_encode(const struct pt_address_field *field,
					 uint64_t pa)
{
	uint64_t ones = pt_ones(field->width);
	uint64_t bits = pa >> field->pa_shift & ones;

	if (field->inverted)
		bits ^= ones;
	bits = field->width ? bits << field->lsb : 0;
	for (unsigned i = 0; i < field->pieces; i++) {
		const struct pt_address_piece *p = &field->more[i];

		bits |= (pa >> p->pa_shift & pt_ones(p->width)) << p->lsb;
	}
	return bits;
}

static inline uint64_t pt_address_decode(const struct pt_address_field *field,
					 uint64_t raw)
{
	uint64_t ones = pt_ones(field->width);
	uint64_t bits = raw >> field->lsb & ones;

	if (field->inverted)
		bits ^= ones;
	bits <<= field->pa_shift;
	for (unsigned i = 0; i < field->pieces; i++) {
		const struct pt_address_piece *p = &field->more[i];

		bits |= (raw >> p->lsb & pt_ones(p->width)) << p->pa_shift;
	}
	return bits;
}

/* All bits of an entry that the field takes. */
static inline uint64_t pt_address_mask(const struct pt_address_field *field)
{
	uint64_t mask = field->width ? pt_ones(field->width) << field->lsb : 0;

	for (unsigned i = 0; i < field->pieces; i++)
		mask |= pt_ones(field->more[i].width) << field->more[i].lsb;
	return mask;
}

/* Whether pieces that hold the same address bits agree. */
static inline bool pt_address_agrees(const struct pt_address_field *field,
				     uint64_t raw)
{
	return !field->pieces ||
	       pt_address_encode(field, pt_address_decode(field, raw)) ==
		       (raw & pt_address_mask(field));
}

static inline bool pt_flag_read(const struct pt_flag *flag, uint64_t raw)
{
	return flag->mask && (raw & flag->mask) == flag->set;
}

/*
 * The rights that are encoded in raw.  Bits that encode none of the
 * representable ones read as no right at all.
 */
static inline uint32_t pt_rights_read(const struct pt_rights *rights,
				      uint64_t raw)
{
	uint64_t bits = raw & rights->mask;

	for (uint32_t i = 0; i <= PT_RIGHTS; i++)
		if (rights->right[i].representable &&
		    rights->right[i].bits == bits)
			return i;
	return 0;
}

/* The attributes that derived bits can follow from: rights and flags. */
static inline uint32_t pt_flags_read(const struct pt_leaf_layout *leaf,
				     uint64_t raw)
{
	return pt_rights_read(&leaf->rights, raw) |
	       (pt_flag_read(&leaf->global, raw) ? PT_GLOBAL : 0) |
	       (pt_flag_read(&leaf->accessed, raw) ? PT_ACCESSED : 0) |
	       (pt_flag_read(&leaf->dirty, raw) ? PT_DIRTY : 0);
}

/* The derived bits of a leaf with these attributes. */
static inline uint64_t pt_derived_bits(const struct pt_leaf_layout *leaf,
				       uint32_t attrs)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < leaf->derived_count; i++) {
		const struct pt_derived *d = &leaf->derived[i];

		bits |= (attrs & d->mask) == d->value ? d->on : d->off;
	}
	return bits;
}

static inline bool pt_derived_agrees(const struct pt_leaf_layout *leaf,
				     uint64_t raw)
{
	uint64_t mask = 0;

	if (!leaf->derived_count)
		return true;
	for (unsigned i = 0; i < leaf->derived_count; i++)
		mask |= leaf->derived[i].bits;
	return (raw & mask) == pt_derived_bits(leaf, pt_flags_read(leaf, raw));
}

static inline bool pt_leaf_matches(const struct pt_leaf_layout *leaf,
				   uint64_t raw)
{
	return pt_matches(&leaf->match, raw) &&
	       pt_address_agrees(&leaf->pa, raw) &&
	       pt_derived_agrees(leaf, raw);
}

/*
 * The group that a leaf of that level is part of, or NULL for a single one.
 * raw must be a leaf; the layouts exclude each other.
 */
static inline const struct pt_group *pt_group_of(const struct pt_level *l,
						 uint64_t raw)
{
	for (unsigned i = 0; i < l->group_count; i++)
		if (pt_matches(&l->group[i].leaf.match, raw))
			return &l->group[i];
	return NULL;
}

/* Whether an entry is a leaf, single or of a group. */
static inline bool pt_is_leaf(const struct pt_level *l, uint64_t raw)
{
	if (pt_leaf_matches(&l->leaf, raw))
		return true;
	for (unsigned i = 0; i < l->group_count; i++)
		if (pt_leaf_matches(&l->group[i].leaf, raw))
			return true;
	return false;
}

/* The kind of an entry of that depth; total. */
static inline enum pt_kind pt_entry_kind(const struct pt_format *f,
					 unsigned depth, struct pt_entry e)
{
	const struct pt_level *l = &f->level[depth];

	if (pt_matches(&l->none, e.raw))
		return PT_NONE;
	if (pt_matches(&l->table.match, e.raw))
		return pt_address_agrees(&l->table.pa, e.raw) ? PT_TABLE :
								PT_BAD;
	if (pt_is_leaf(l, e.raw))
		return PT_LEAF;
	if (pt_matches(&l->leaf.protnone, e.raw))
		return PT_PROTNONE;
	if (pt_matches(&l->leaf.invalid, e.raw))
		return PT_INVALID_HUGE;
	if (pt_matches(&l->swap.match, e.raw))
		return PT_SWAP;
	if (pt_matches(&l->migration.match, e.raw))
		return PT_MIGRATION;
	if (pt_matches(&l->marker.match, e.raw))
		return PT_MARKER;
	return PT_BAD;
}

#endif
