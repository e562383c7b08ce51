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

#define PT_MATCHES 4
struct pt_matches {
	uint8_t count;			/* 0: no entry is of this kind */
	struct pt_match list[PT_MATCHES];
};

/*
 * Where an entry keeps a physical address (or a payload): bits
 * [lsb, lsb + width) hold address bits [pa_shift, pa_shift + width), all
 * complemented where inverted is set.  Other address bits must be zero.
 */
struct pt_address_field {
	uint8_t lsb, width, pa_shift;
	bool inverted;
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
 * A leaf at one depth, and PT_PROTNONE where protnone.count is not 0.  fixed
 * are the bits of every leaf that the fields do not describe.  A protnone
 * entry has the same fields except that its fixed bits and its address field
 * are its own, and that GLOBAL and the group mark are no fields of it: their
 * places may belong to protnone_fixed, and both read as clear.
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
	/*
	 * Groups: 1 << group_order consecutive entries of one table, aligned
	 * as a whole in index and address, that carry group.set each.
	 * group_order 0: no groups at this depth.
	 */
	struct pt_flag group;
	uint8_t group_order;

	struct pt_matches protnone;
	uint64_t protnone_fixed;
	struct pt_address_field protnone_pa;
};

/* Rights a table entry can take away from everything below it. */
struct pt_hierarchy {
	uint32_t right;			/* exactly one of R, W, X, USER */
	uint64_t mask, allow, deny;
};
#define PT_HIERARCHIES 4

/* An entry that points to a table of the next depth. */
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
	uint8_t entry_bytes;		/* 4 or 8 */
	uint64_t none_value;		/* what is stored to empty an entry */
	struct pt_matches none;
	struct pt_table_layout table;
	struct pt_leaf_layout leaf;
	struct pt_soft_layout swap, migration, marker;
};

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
 * aligned to its own length; every representable (pa, attrs) of a leaf
 * encodes and decodes to itself.
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
	bool big_endian;
	uint8_t regime_count;		/* 1..4; regime[0] is the default */
	uint32_t regime[4];		/* control words, PT_REGIME_* */
	uint64_t ram_base;		/* first RAM address of the reference machine */
	struct pt_level level[PT_DEPTHS];	/* from top to PT_PTE are used */
};

/* The generated list of all formats, in the order of arch/CMakeLists.txt. */
extern const struct pt_format *const pt_formats[];
extern const unsigned pt_format_count;

/* The format of that name, or NULL. */
const struct pt_format *pt_format_find(const char *name);

/* Bytes that one entry of that depth spans; at most 2^63. */
static inline uint64_t pt_span(const struct pt_format *f, unsigned depth)
{
	return UINT64_C(1) << f->level[depth].va_shift;
}

/* Length, and alignment, of a table of that depth in bytes. */
static inline uint64_t pt_table_bytes(const struct pt_format *f, unsigned depth)
{
	return (uint64_t)f->level[depth].entry_bytes << f->level[depth].index_bits;
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

/* The kind of an entry of that depth; total. */
static inline enum pt_kind pt_entry_kind(const struct pt_format *f,
					 unsigned depth, struct pt_entry e)
{
	const struct pt_level *l = &f->level[depth];

	if (pt_matches(&l->none, e.raw))
		return PT_NONE;
	if (pt_matches(&l->table.match, e.raw))
		return PT_TABLE;
	if (pt_matches(&l->leaf.match, e.raw))
		return PT_LEAF;
	if (pt_matches(&l->leaf.protnone, e.raw))
		return PT_PROTNONE;
	if (pt_matches(&l->swap.match, e.raw))
		return PT_SWAP;
	if (pt_matches(&l->migration.match, e.raw))
		return PT_MIGRATION;
	if (pt_matches(&l->marker.match, e.raw))
		return PT_MARKER;
	return PT_BAD;
}

/* Puts an address into its field; the caller knows that it fits. */
static inline uint64_t pt_address_encode(const struct pt_address_field *field,
					 uint64_t pa)
{
	uint64_t ones = pt_ones(field->width);
	uint64_t bits = pa >> field->pa_shift & ones;

	if (field->inverted)
		bits ^= ones;
	return field->width ? bits << field->lsb : 0;
}

static inline uint64_t pt_address_decode(const struct pt_address_field *field,
					 uint64_t raw)
{
	uint64_t ones = pt_ones(field->width);
	uint64_t bits = raw >> field->lsb & ones;

	if (field->inverted)
		bits ^= ones;
	return bits << field->pa_shift;
}

#endif
