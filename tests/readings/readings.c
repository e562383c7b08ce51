/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See readings.h. */
#include "readings.h"

#include <stdio.h>
#include <string.h>

struct compare {
	const struct pt_format *f;
	const struct mmu_arch *m;
	enum reading_effort effort;
	struct pt_regime regime;
	struct difference *out;
};

static bool differ(const struct compare *c, unsigned depth, const char *what,
		   uint64_t first, uint64_t second)
{
	snprintf(c->out->text, sizeof(c->out->text),
		 "%s %s: %s: descriptor 0x%llx, model MMU 0x%llx", c->f->name,
		 pt_depth_name((int)depth), what, (unsigned long long)first,
		 (unsigned long long)second);
	return false;
}

/* The same of one word, with what each calls it. */
static bool word_differs(const struct compare *c, unsigned depth, uint64_t raw,
			 const char *first, const char *second)
{
	snprintf(c->out->text, sizeof(c->out->text),
		 "%s %s: word 0x%llx: descriptor %s, model MMU %s", c->f->name,
		 pt_depth_name((int)depth), (unsigned long long)raw, first,
		 second);
	return false;
}

/* The same of what is in a word. */
static bool part_differs(const struct compare *c, unsigned depth, uint64_t raw,
			 const char *what, uint64_t first, uint64_t second)
{
	char text[80];

	snprintf(text, sizeof(text), "word 0x%llx, %s", (unsigned long long)raw,
		 what);
	return differ(c, depth, text, first, second);
}

static const char *class_name(const struct mmu_entry *read)
{
	static const char *const name[] = {
		[MMU_INVALID] = "invalid",
		[MMU_TABLE] = "table",
		[MMU_LEAF] = "leaf",
		[MMU_RESERVED] = "reserved",
	};

	if (read->class == MMU_INVALID && read->empty)
		return "empty";
	return read->class <= MMU_RESERVED ? name[read->class] : "?";
}

#define AGREE(c, depth, what, first, second)                                  \
	do {                                                                  \
		uint64_t first_ = (first), second_ = (second);                \
		if (first_ != second_)                                        \
			return differ(c, depth, what, first_, second_);       \
	} while (0)

#define PART_AGREES(c, depth, raw, what, first, second)                       \
	do {                                                                  \
		uint64_t first_ = (first), second_ = (second);                \
		if (first_ != second_)                                        \
			return part_differs(c, depth, raw, what, first_,      \
					    second_);                         \
	} while (0)

/*
 *			Geometry and capabilities
 */

static bool levels_agree(const struct compare *c)
{
	const struct pt_format *f = c->f;
	const struct mmu_arch *m = c->m;

	AGREE(c, f->top, "top", f->top, m->top);
	AGREE(c, f->top, "page_shift", f->page_shift, m->page_shift);
	AGREE(c, f->top, "va_bits", f->va_bits, m->va_bits);
	AGREE(c, f->top, "va_word_bits", f->va_word_bits, m->va_word_bits);
	AGREE(c, f->top, "big_endian", f->big_endian, m->big_endian);
	AGREE(c, f->top, "break_before_make", f->break_before_make,
	      m->break_before_make);
	AGREE(c, f->top, "two roots", f->va_rule == PT_VA_ROOTS, m->two_roots);
	AGREE(c, f->top, "sign extension", f->va_rule == PT_VA_SIGNED,
	      m->sign_extended);
	for (unsigned d = f->top; d < PT_DEPTHS; d++) {
		const struct pt_level *l = &f->level[d];
		const struct mmu_level *n = &m->level[d];

		AGREE(c, d, "va_shift", l->va_shift, n->va_shift);
		AGREE(c, d, "index_bits", l->index_bits, n->index_bits);
		AGREE(c, d, "entry_bytes", l->entry_bytes, n->entry_bytes);
		AGREE(c, d, "copies", l->copies, n->copies);
		AGREE(c, d, "half_offset", l->half_offset, n->half_offset);
		AGREE(c, d, "length of a table", pt_table_bytes(f, d),
		      mmu_table_bytes(n));
	}
	return true;
}

static uint32_t deniable(const struct pt_table_layout *t)
{
	uint32_t rights = 0;

	for (unsigned i = 0; i < t->hierarchy_count && i < PT_HIERARCHIES; i++)
		rights |= t->hierarchy[i].right;
	return rights;
}

static uint32_t kinds(const struct pt_level *l)
{
	return (uint32_t)(!!l->leaf.protnone.count) << PT_PROTNONE |
	       (uint32_t)(!!l->leaf.invalid.count) << PT_INVALID_HUGE |
	       (uint32_t)(!!l->swap.match.count) << PT_SWAP |
	       (uint32_t)(!!l->migration.match.count) << PT_MIGRATION |
	       (uint32_t)(!!l->marker.match.count) << PT_MARKER;
}

static bool capabilities_agree(const struct compare *c)
{
	/* A machine that cases are run on is one that the model knows. */
	for (unsigned i = 0; i < c->f->regime_count; i++)
		AGREE(c, c->f->top, "control bits without a model",
		      c->f->regime[i] & ~c->m->controls, 0);
	for (unsigned d = c->f->top; d < PT_DEPTHS; d++) {
		const struct pt_level *l = &c->f->level[d];
		const struct mmu_level *n = &c->m->level[d];

		AGREE(c, d, "leaves", !!l->leaf.match.count, n->leaf);
		for (unsigned i = 0; i < MMU_GROUPS; i++)
			AGREE(c, d, "order of groups",
			      i < l->group_count && i < PT_GROUPS ?
				      l->group[i].order : 0,
			      n->group_order[i]);
		AGREE(c, d, "rights that tables take away",
		      deniable(&l->table), n->deniable);
		AGREE(c, d, "software kinds", kinds(l), n->kinds);
	}
	return true;
}

/*
 *			Attributes
 */

/*
 * The next attribute word to try, 0 at the end.  Quick: every combination of
 * rights with each flag, type and key alone, and with ACCESSED and DIRTY.
 */
static uint32_t next_attrs(const struct compare *c, uint32_t attrs)
{
	static const uint32_t rest[] = {
		0, PT_ACCESSED, PT_DIRTY, PT_ACCESSED | PT_DIRTY, PT_GLOBAL,
		PT_GLOBAL | PT_ACCESSED | PT_DIRTY, PT_SOFT0, PT_SOFT1,
		PT_MEM_WC << PT_MEMTYPE_SHIFT, PT_MEM_UC << PT_MEMTYPE_SHIFT,
		PT_MEM_WT << PT_MEMTYPE_SHIFT,
		UINT32_C(1) << PT_KEY_SHIFT, UINT32_C(2) << PT_KEY_SHIFT,
		UINT32_C(4) << PT_KEY_SHIFT, UINT32_C(8) << PT_KEY_SHIFT,
		UINT32_C(15) << PT_KEY_SHIFT,
	};
	const uint32_t defined = PT_RIGHTS | PT_GLOBAL | PT_ACCESSED |
				 PT_DIRTY | PT_SOFT0 | PT_SOFT1 |
				 PT_MEMTYPE_MASK | PT_KEY_MASK;
	unsigned n = 0;

	if (c->effort == READINGS_THOROUGH)
		return ((attrs | ~defined) + 1) & defined;
	if ((attrs & PT_RIGHTS) != PT_RIGHTS)
		return attrs + 1;
	while (rest[n] != (attrs & ~PT_RIGHTS))
		n++;
	return n + 1 < sizeof(rest) / sizeof(rest[0]) ? rest[n + 1] : 0;
}

static uint32_t flags_of(const struct pt_leaf_layout *leaf)
{
	return (leaf->global.mask ? PT_GLOBAL : 0) |
	       (leaf->accessed.mask ? PT_ACCESSED : 0) |
	       (leaf->dirty.mask ? PT_DIRTY : 0) |
	       (leaf->soft0.mask ? PT_SOFT0 : 0) |
	       (leaf->soft1.mask ? PT_SOFT1 : 0);
}

bool readings_representable(const struct pt_leaf_layout *leaf, uint32_t attrs)
{
	unsigned type = pt_attrs_memtype(attrs);
	uint32_t known = PT_RIGHTS | flags_of(leaf) | PT_MEMTYPE_MASK |
			 PT_KEY_MASK;

	if (!leaf->match.count || (attrs & ~known) || type >= PT_MEMTYPES ||
	    !leaf->rights.right[attrs & PT_RIGHTS].representable)
		return false;
	if (leaf->memtype.mask ? !leaf->memtype.type[type].representable :
				 type != PT_MEM_WB)
		return false;
	return pt_attrs_key(attrs) <= pt_ones(leaf->key.width);
}

static uint64_t flag_bits(const struct pt_flag *flag, bool set)
{
	return set ? flag->set : flag->clear;
}

uint64_t readings_leaf(const struct pt_leaf_layout *leaf, uint32_t attrs,
		       uint64_t pa)
{
	uint64_t raw = leaf->fixed | pt_address_encode(&leaf->pa, pa);

	raw |= leaf->rights.right[attrs & PT_RIGHTS].bits;
	raw |= flag_bits(&leaf->global, attrs & PT_GLOBAL);
	raw |= flag_bits(&leaf->accessed, attrs & PT_ACCESSED);
	raw |= flag_bits(&leaf->dirty, attrs & PT_DIRTY);
	raw |= flag_bits(&leaf->soft0, attrs & PT_SOFT0);
	raw |= flag_bits(&leaf->soft1, attrs & PT_SOFT1);
	if (leaf->memtype.mask)
		raw |= leaf->memtype.type[pt_attrs_memtype(attrs)].bits;
	if (leaf->key.width)
		raw |= (uint64_t)pt_attrs_key(attrs) << leaf->key.lsb;
	return raw | pt_derived_bits(leaf, attrs);
}

uint64_t readings_table(const struct pt_table_layout *t, uint64_t pa,
			uint32_t denied)
{
	uint64_t raw = t->fixed | pt_address_encode(&t->pa, pa);

	for (unsigned i = 0; i < t->hierarchy_count && i < PT_HIERARCHIES; i++)
		raw |= denied & t->hierarchy[i].right ? t->hierarchy[i].deny :
							t->hierarchy[i].allow;
	return raw;
}

/*
 *			Words
 */

/* Whether the flag's bits are one or the other value. */
static bool flag_says(const struct pt_flag *flag, uint64_t raw)
{
	return (raw & flag->mask) == flag->set ||
	       (raw & flag->mask) == flag->clear;
}

/* What the descriptor reads in a leaf; false where a field says nothing. */
static bool decode(const struct pt_leaf_layout *leaf, uint64_t raw,
		   uint32_t *attrs)
{
	unsigned type = 0;

	if (!flag_says(&leaf->global, raw) || !flag_says(&leaf->accessed, raw) ||
	    !flag_says(&leaf->dirty, raw) || !flag_says(&leaf->soft0, raw) ||
	    !flag_says(&leaf->soft1, raw))
		return false;
	*attrs = pt_flags_read(leaf, raw);
	if (leaf->rights.right[*attrs & PT_RIGHTS].bits !=
	    (raw & leaf->rights.mask))
		return false;
	*attrs |= pt_flag_read(&leaf->soft0, raw) ? PT_SOFT0 : 0;
	*attrs |= pt_flag_read(&leaf->soft1, raw) ? PT_SOFT1 : 0;
	while (leaf->memtype.mask && type < PT_MEMTYPES &&
	       !(leaf->memtype.type[type].representable &&
		 leaf->memtype.type[type].bits == (raw & leaf->memtype.mask)))
		type++;
	*attrs |= type << PT_MEMTYPE_SHIFT;
	if (leaf->key.width)
		*attrs |= (uint32_t)(raw >> leaf->key.lsb &
				     pt_ones(leaf->key.width))
			  << PT_KEY_SHIFT;
	return type < PT_MEMTYPES;
}

/*
 * Whether the descriptor says what this word says to hardware, only in another
 * word: it writes bits that hardware ignores, or the two spellings of one value,
 * in one way and calls every other way bad.
 */
static bool is_spelt_otherwise(const struct compare *c, unsigned depth,
			       const struct mmu_entry *read)
{
	const struct pt_level *l = &c->f->level[depth];
	const struct pt_leaf_layout *leaf = &l->leaf;
	struct mmu_entry again;
	uint64_t raw;

	if (read->class == MMU_TABLE && depth < PT_PTE) {
		raw = readings_table(&l->table, read->pa, read->denied);
	} else {
		for (unsigned i = 0; i < l->group_count; i++)
			if (l->group[i].order == read->order)
				leaf = &l->group[i].leaf;
		if (!readings_representable(leaf, read->attrs))
			return false;
		raw = readings_leaf(leaf, read->attrs, read->pa);
	}
	if (pt_entry_kind(c->f, depth, (struct pt_entry){ raw }) !=
	    (read->class == MMU_TABLE ? PT_TABLE : PT_LEAF))
		return false;
	c->m->entry(&c->regime, depth, raw, &again);
	return again.class == read->class && again.pa == read->pa &&
	       again.attrs == read->attrs && again.denied == read->denied &&
	       again.order == read->order;
}

/*
 * Whether an entry leads where nothing of this format can be: past all memory,
 * or to a table that is not aligned to its length.
 */
static bool leads_nowhere(const struct compare *c, unsigned depth,
			  const struct mmu_entry *read)
{
	if (read->pa & ~pt_ones(c->regime.pa_bits))
		return true;
	return read->class == MMU_TABLE &&
	       read->pa & (mmu_table_bytes(&c->m->level[depth + 1]) - 1);
}

/* What the descriptor calls bad, the model need only not call usable as ours. */
static bool bad_agrees(const struct compare *c, unsigned depth,
		       uint64_t raw, const struct mmu_entry *read)
{
	if (read->class == MMU_LEAF &&
	    !c->m->representable(depth, read->attrs))
		return true;
	if (read->class == MMU_RESERVED ||
	    (read->class == MMU_INVALID && !read->empty))
		return true;
	if (read->class != MMU_INVALID && leads_nowhere(c, depth, read))
		return true;
	if (read->class != MMU_INVALID && is_spelt_otherwise(c, depth, read))
		return true;
	return word_differs(c, depth, raw, "bad", class_name(read));
}

static bool leaf_agrees(const struct compare *c, unsigned depth, uint64_t raw,
			const struct mmu_entry *read)
{
	const struct pt_level *l = &c->f->level[depth];
	const struct pt_group *group = pt_group_of(l, raw);
	const struct pt_leaf_layout *leaf = group ? &group->leaf : &l->leaf;
	bool shared = group && leaf->pa.pa_shift > l->va_shift;
	uint32_t attrs = 0;

	if (read->class != MMU_LEAF)
		return word_differs(c, depth, raw, "leaf", class_name(read));
	if (!decode(leaf, raw, &attrs))
		return word_differs(c, depth, raw,
				    "leaf with bits that are no value", "leaf");
	PART_AGREES(c, depth, raw, "attributes", attrs, read->attrs);
	PART_AGREES(c, depth, raw, "address", pt_address_decode(&leaf->pa, raw),
		    read->pa);
	PART_AGREES(c, depth, raw, "order", group ? group->order : 0,
		    read->order);
	PART_AGREES(c, depth, raw, "shared address", shared,
		    read->order && read->replicated);
	return true;
}

static bool table_agrees(const struct compare *c, unsigned depth, uint64_t raw,
			 const struct mmu_entry *read)
{
	const struct pt_table_layout *t = &c->f->level[depth].table;
	uint32_t removed = 0;

	for (unsigned i = 0; i < t->hierarchy_count && i < PT_HIERARCHIES;
	     i++) {
		const struct pt_hierarchy *h = &t->hierarchy[i];

		if ((raw & h->mask) == h->deny)
			removed |= h->right;
		else if ((raw & h->mask) != h->allow)
			return word_differs(c, depth, raw,
					    "table with bits that are no value",
					    class_name(read));
	}
	if (read->class != MMU_TABLE)
		return word_differs(c, depth, raw, "table", class_name(read));
	PART_AGREES(c, depth, raw, "next table", pt_address_decode(&t->pa, raw),
		    read->pa);
	PART_AGREES(c, depth, raw, "rights taken away", removed, read->denied);
	return true;
}

/* Both read this word; what they make of it must be the same. */
static bool word_agrees(const struct compare *c, unsigned depth, uint64_t raw)
{
	const struct pt_level *l = &c->f->level[depth];
	struct pt_entry e = { raw & pt_ones(8u * l->entry_bytes) };
	enum pt_kind kind = pt_entry_kind(c->f, depth, e);
	struct mmu_entry read;

	c->m->entry(&c->regime, depth, e.raw, &read);
	switch ((int)kind) {
	case PT_LEAF:
		return leaf_agrees(c, depth, e.raw, &read);
	case PT_TABLE:
		return table_agrees(c, depth, e.raw, &read);
	case PT_BAD:
		return bad_agrees(c, depth, e.raw, &read);
	default:
		if (read.class != MMU_INVALID ||
		    read.empty != (kind == PT_NONE))
			return word_differs(c, depth, e.raw, pt_kind_name(kind),
					    class_name(&read));
		return true;
	}
}

/* The word and everything that differs from it in one bit. */
static bool neighbours_agree(const struct compare *c, unsigned depth,
			     uint64_t raw)
{
	unsigned bits = 8u * c->f->level[depth].entry_bytes;

	for (unsigned bit = 0; bit < bits && bit < 64; bit++)
		if (!word_agrees(c, depth, raw ^ UINT64_C(1) << bit))
			return false;
	return word_agrees(c, depth, raw);
}

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/*
 *			Leaves, tables, software entries
 */

/* A leaf that the descriptor writes is that leaf to the model. */
static bool written_leaf_agrees(const struct compare *c, unsigned depth,
				const struct pt_leaf_layout *leaf,
				unsigned order, uint32_t attrs, uint64_t pa)
{
	uint64_t raw = readings_leaf(leaf, attrs, pa);
	struct mmu_entry read;

	c->m->entry(&c->regime, depth, raw, &read);
	if (pt_entry_kind(c->f, depth, (struct pt_entry){ raw }) != PT_LEAF)
		return word_differs(c, depth, raw,
				    "writes it as a leaf and reads another kind",
				    class_name(&read));
	if (read.class != MMU_LEAF)
		return word_differs(c, depth, raw, "leaf", class_name(&read));
	PART_AGREES(c, depth, raw, "written attributes", attrs, read.attrs);
	PART_AGREES(c, depth, raw, "written address", pa, read.pa);
	PART_AGREES(c, depth, raw, "written order", order, read.order);
	return word_agrees(c, depth, raw);
}

static bool encoding_differs(const struct compare *c, unsigned depth,
			     uint32_t attrs, bool can)
{
	snprintf(c->out->text, sizeof(c->out->text),
		 "%s %s: attributes 0x%lx have an encoding to the %s only",
		 c->f->name, pt_depth_name((int)depth), (unsigned long)attrs,
		 can ? "descriptor" : "model MMU");
	return false;
}

static bool layout_agrees(const struct compare *c, unsigned depth,
			  const struct pt_leaf_layout *leaf, unsigned order)
{
	const struct pt_level *l = &c->f->level[depth];
	unsigned align = leaf->pa.pa_shift > l->va_shift ?
				 leaf->pa.pa_shift : l->va_shift;
	const uint64_t reach = pt_ones(c->f->pa_bits) & ~pt_ones(align);
	uint32_t attrs = 0;

	do {
		bool can = readings_representable(leaf, attrs);

		if (can != c->m->representable(depth, attrs))
			return encoding_differs(c, depth, attrs, can);
		if (can && (!written_leaf_agrees(c, depth, leaf, order, attrs,
						 0) ||
			    !written_leaf_agrees(c, depth, leaf, order, attrs,
						 reach)))
			return false;
		attrs = next_attrs(c, attrs);
	} while (attrs);
	for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++)
		if (readings_representable(leaf, rights) &&
		    !neighbours_agree(c, depth,
				      readings_leaf(leaf, rights,
					     reach & 0x5555555555555000)))
			return false;
	return true;
}

static bool leaves_agree(const struct compare *c, unsigned depth)
{
	const struct pt_level *l = &c->f->level[depth];

	if (!l->leaf.match.count)
		return true;
	if (!layout_agrees(c, depth, &l->leaf, 0))
		return false;
	for (unsigned i = 0; i < l->group_count && i < PT_GROUPS; i++)
		if (!layout_agrees(c, depth, &l->group[i].leaf,
				   l->group[i].order))
			return false;
	return true;
}

static bool written_table_agrees(const struct compare *c, unsigned depth,
				 uint64_t pa, uint32_t denied)
{
	uint64_t raw = readings_table(&c->f->level[depth].table, pa, denied);
	struct mmu_entry read;

	/* No table lies where the pointers of empty entries lead to. */
	if (raw == c->f->level[depth].none_value)
		return neighbours_agree(c, depth, raw);
	c->m->entry(&c->regime, depth, raw, &read);
	if (pt_entry_kind(c->f, depth, (struct pt_entry){ raw }) != PT_TABLE)
		return word_differs(c, depth, raw,
				    "writes it as a table and reads another kind",
				    class_name(&read));
	if (read.class != MMU_TABLE)
		return word_differs(c, depth, raw, "table", class_name(&read));
	PART_AGREES(c, depth, raw, "written address", pa, read.pa);
	PART_AGREES(c, depth, raw, "rights written as taken away", denied,
		    read.denied);
	return neighbours_agree(c, depth, raw);
}

static bool tables_agree(const struct compare *c, unsigned depth)
{
	const struct pt_format *f = c->f;
	const uint32_t can = deniable(&f->level[depth].table);
	unsigned bits = f->table_pa_bits ? f->table_pa_bits : f->pa_bits;
	uint64_t bytes = pt_table_bytes(f, depth + 1);

	for (uint32_t denied = 0; denied <= PT_RIGHTS; denied++)
		if (!(denied & ~can) &&
		    (!written_table_agrees(c, depth, bytes, denied) ||
		     !written_table_agrees(c, depth,
					   pt_ones(bits) & ~(bytes - 1),
					   denied)))
			return false;
	return true;
}

/* What a protnone and an invalid-huge entry hold of a leaf at address 0. */
static uint64_t remembered_bits(const struct pt_leaf_layout *leaf,
				uint32_t rights)
{
	return pt_address_encode(&leaf->protnone_pa, 0) |
	       leaf->rights.right[rights].bits;
}

static bool software_agrees(const struct compare *c, unsigned depth)
{
	const struct pt_level *l = &c->f->level[depth];
	const struct pt_soft_layout *const soft[] = {
		&l->swap, &l->migration, &l->marker,
	};
	uint32_t rights = 0;

	if (!neighbours_agree(c, depth, l->none_value))
		return false;
	for (unsigned i = 0; i < 3; i++) {
		uint64_t raw = soft[i]->fixed |
			       pt_address_encode(&soft[i]->payload, 0);

		if (soft[i]->match.count && !neighbours_agree(c, depth, raw))
			return false;
	}
	while (rights < PT_RIGHTS && !l->leaf.rights.right[rights].representable)
		rights++;
	return (!l->leaf.protnone.count ||
		neighbours_agree(c, depth,
				 l->leaf.protnone_fixed |
				 remembered_bits(&l->leaf, rights))) &&
	       (!l->leaf.invalid.count ||
		neighbours_agree(c, depth,
				 l->leaf.invalid_fixed |
				 remembered_bits(&l->leaf, rights)));
}

static bool random_words_agree(const struct compare *c, unsigned depth)
{
	unsigned count = c->effort == READINGS_THOROUGH ? 100000 : 16;
	uint64_t state = depth;

	for (unsigned i = 0; i < count; i++) {
		uint64_t raw = next_random(&state);

		/* Sparse words are more often something. */
		if (i & 1)
			raw &= next_random(&state) & next_random(&state);
		if (!word_agrees(c, depth, raw))
			return false;
	}
	return true;
}

/* Address bits that the format's pages can have, at least 52. */
static uint8_t entry_pa_bits(const struct pt_format *f)
{
	const struct pt_address_field *pa = &f->level[PT_PTE].leaf.pa;
	unsigned end = 52;

	if ((unsigned)pa->pa_shift + pa->width > end)
		end = (unsigned)pa->pa_shift + pa->width;
	return (uint8_t)(end < 64 ? end : 64);
}

bool readings_agree(const struct pt_format *f, const struct mmu_arch *m,
		    enum reading_effort effort, struct difference *out)
{
	struct compare c = {
		.f = f,
		.m = m,
		.effort = effort,
		/* As many address bits as any machine's entries hold. */
		.regime = {
			.control = f->regime[0],
			.pa_bits = entry_pa_bits(f),
		},
		.out = out,
	};

	if (!levels_agree(&c) || !capabilities_agree(&c))
		return false;
	for (unsigned d = f->top; d < PT_DEPTHS; d++) {
		if (!software_agrees(&c, d) || !leaves_agree(&c, d) ||
		    !random_words_agree(&c, d))
			return false;
		if (d < PT_PTE && !tables_agree(&c, d))
			return false;
	}
	return true;
}
