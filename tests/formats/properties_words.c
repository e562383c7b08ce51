/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Properties of the words that a descriptor makes and reads.
 */
#include "entry_codec.h"
#include "properties.h"

/* All addresses worth trying at an alignment. */
#define CORNERS 80
struct corners {
	unsigned count;
	uint64_t pa[CORNERS];
};

static void corner(struct corners *corners, uint64_t pa, unsigned align,
		   unsigned end)
{
	pa &= pt_ones(end) & ~pt_ones(align);
	for (unsigned i = 0; i < corners->count; i++)
		if (corners->pa[i] == pa)
			return;
	if (corners->count < CORNERS)
		corners->pa[corners->count++] = pa;
}

/* Multiples of 2^align below 2^end: none, all, every other, each bit alone. */
static struct corners address_corners(unsigned align, unsigned end)
{
	struct corners corners = { 0 };

	corner(&corners, 0, align, end);
	corner(&corners, UINT64_MAX, align, end);
	corner(&corners, UINT64_C(0x5555555555555555), align, end);
	corner(&corners, UINT64_C(0xaaaaaaaaaaaaaaaa), align, end);
	corner(&corners, UINT64_C(0x00000000ffffffff), align, end);
	for (unsigned bit = align; bit < end; bit++)
		corner(&corners, UINT64_C(1) << bit, align, end);
	return corners;
}

/* The first address bit that no entry of the format can hold. */
static unsigned address_end(const struct pt_format *f)
{
	uint64_t reach = codec_address_reach(&f->level[PT_PTE].leaf.pa);
	unsigned end = 0;

	while (end < 64 && reach >> end)
		end++;
	return end;
}

/*
 * Attribute words: the low four bits of number are the rights, the others are
 * the flags, the memory type and the key.  The quick selection has each of
 * them alone, none, and all.
 */
#define ATTR_WORDS 0x10000u
static uint32_t attrs_number(uint32_t number)
{
	return (number & 0x1ff) | (number >> 9 & 7) << PT_MEMTYPE_SHIFT |
	       number >> 12 << PT_KEY_SHIFT;
}

static bool attrs_chosen(const struct check *c, uint32_t number)
{
	uint32_t rest = number >> 4, last_type = PT_MEMTYPES - 1;

	return c->thorough || !(rest & (rest - 1)) || rest == last_type << 5 ||
	       rest == 0xf1f || rest == (0xf1f | last_type << 5);
}

static uint32_t next_attrs(const struct check *c, uint32_t number)
{
	do
		number++;
	while (number < ATTR_WORDS && !attrs_chosen(c, number));
	return number;
}

/* One leaf, as a single entry or in a group: written, classified, read. */
static bool leaf_reads_back(struct check *c, unsigned depth,
			    const struct pt_leaf_layout *layout,
			    const struct codec_leaf *leaf)
{
	uint64_t raw = codec_write_leaf(layout, leaf);
	struct codec_leaf seen;

	if (pt_entry_kind(c->format, depth, (struct pt_entry){ raw }) !=
	    PT_LEAF)
		return broken(c, "a leaf is not a leaf", depth, raw);
	if (!codec_read_leaf(layout, raw, &seen) || seen.pa != leaf->pa ||
	    seen.attrs != leaf->attrs)
		return broken(c, "a leaf reads as another", depth, raw);
	return true;
}

/* Every representable leaf of one layout, of units of 2^align bytes. */
static bool layout_reads_back(struct check *c, unsigned depth,
			      const struct pt_leaf_layout *l, unsigned align)
{
	struct corners at = address_corners(align, address_end(c->format));

	for (uint32_t n = 0; n < ATTR_WORDS; n = next_attrs(c, n)) {
		uint32_t attrs = attrs_number(n);

		if (!codec_says(l, attrs))
			continue;
		for (unsigned i = 0; i < at.count; i++) {
			struct codec_leaf leaf = { at.pa[i], attrs };

			if (!leaf_reads_back(c, depth, l, &leaf))
				return false;
			if (!c->thorough && n > 15)
				break;
		}
	}
	return true;
}

/* Every representable leaf at every corner address is written and read back. */
static bool leaves_read_back(struct check *c)
{
	const struct pt_format *f = c->format;

	for (unsigned depth = f->top; depth <= PT_PTE; depth++) {
		const struct pt_level *l = &f->level[depth];

		if (has_leaves(f, depth) &&
		    !layout_reads_back(c, depth, &l->leaf, l->va_shift))
			return false;
		for (unsigned i = 0; i < l->group_count; i++)
			if (!layout_reads_back(c, depth, &l->group[i].leaf,
					       l->group[i].leaf.pa.pa_shift))
				return false;
	}
	return true;
}

/* One entry that remembers a leaf: of kind PT_PROTNONE or PT_INVALID_HUGE. */
static bool one_memory_reads_back(struct check *c, unsigned depth,
				  enum pt_kind kind,
				  const struct codec_leaf *leaf)
{
	const struct pt_leaf_layout *l = &c->format->level[depth].leaf;
	struct pt_entry e = { kind == PT_PROTNONE ?
				      codec_write_protnone(l, leaf) :
				      codec_write_invalid(l, leaf) };
	struct codec_leaf seen;

	if (pt_entry_kind(c->format, depth, e) != kind)
		return broken(c, "protnone or invalid-huge is another kind",
			      depth, e.raw);
	if (!codec_read_protnone(l, e.raw, &seen) || seen.pa != leaf->pa ||
	    seen.attrs != leaf->attrs)
		return broken(c, "protnone or invalid-huge reads as another",
			      depth, e.raw);
	return true;
}

/* All of that kind at one depth; they keep everything but GLOBAL and group. */
static bool memories_read_back(struct check *c, unsigned depth,
			       enum pt_kind kind)
{
	const struct pt_level *level = &c->format->level[depth];
	const struct pt_leaf_layout *l = &level->leaf;
	struct corners at =
		address_corners(level->va_shift, address_end(c->format));

	if (!(kind == PT_PROTNONE ? l->protnone.count : l->invalid.count))
		return true;
	for (uint32_t n = 0; n < ATTR_WORDS; n = next_attrs(c, n)) {
		struct codec_leaf leaf = { .attrs = attrs_number(n) };

		if (!codec_says_protnone(l, leaf.attrs))
			continue;
		for (unsigned i = 0; i < at.count; i++) {
			leaf.pa = at.pa[i];
			if (!one_memory_reads_back(c, depth, kind, &leaf))
				return false;
			if (!c->thorough && n > 15)
				break;
		}
	}
	return true;
}

/* The same of protnone. */
static bool protnone_reads_back(struct check *c)
{
	for (unsigned depth = c->format->top; depth <= PT_PTE; depth++)
		if (!memories_read_back(c, depth, PT_PROTNONE))
			return false;
	return true;
}

/* The same of invalid-huge. */
static bool invalid_huge_reads_back(struct check *c)
{
	for (unsigned depth = c->format->top; depth <= PT_PTE; depth++)
		if (!memories_read_back(c, depth, PT_INVALID_HUGE))
			return false;
	return true;
}

static bool soft_reads_back(struct check *c, unsigned depth,
			    const struct pt_soft_layout *layout,
			    enum pt_kind kind)
{
	const struct pt_format *f = c->format;
	struct corners at =
		address_corners(f->level[depth].va_shift,
				layout->payload.width ? f->pa_bits : 0u);

	if (!layout->match.count)
		return true;
	for (unsigned i = 0; i < at.count; i++) {
		uint64_t raw = codec_write_soft(layout, at.pa[i]);

		if (pt_entry_kind(f, depth, (struct pt_entry){ raw }) != kind)
			return broken(c, "a software entry is of another kind",
				      depth, raw);
		if (pt_address_decode(&layout->payload, raw) != at.pa[i])
			return broken(c, "a payload reads as another", depth,
				      raw);
	}
	return true;
}

/* Swap and migration entries keep their payload; markers are markers. */
static bool payloads_read_back(struct check *c)
{
	for (unsigned depth = c->format->top; depth <= PT_PTE; depth++) {
		const struct pt_level *l = &c->format->level[depth];

		if (!soft_reads_back(c, depth, &l->swap, PT_SWAP) ||
		    !soft_reads_back(c, depth, &l->migration, PT_MIGRATION) ||
		    !soft_reads_back(c, depth, &l->marker, PT_MARKER))
			return false;
	}
	return true;
}

static bool table_reads_back(struct check *c, unsigned depth, uint64_t pa,
			     uint32_t removed)
{
	const struct pt_table_layout *t = &c->format->level[depth].table;
	struct pt_entry e = { codec_write_table(t, pa, removed) };
	uint32_t seen_removed;
	uint64_t seen_pa;

	if (pt_entry_kind(c->format, depth, e) != PT_TABLE)
		return broken(c, "a table is not a table", depth, e.raw);
	if (!codec_read_table(t, e.raw, &seen_pa, &seen_removed) ||
	    seen_pa != pa || seen_removed != removed)
		return broken(c, "a table reads as another", depth, e.raw);
	return true;
}

/* Whether a pointer there would be the none value: no table lies there. */
static bool lies_at_none(const struct pt_format *f, unsigned depth, uint64_t pa)
{
	const struct pt_level *l = &f->level[depth];

	return pt_matches(&l->none, codec_write_table(&l->table, pa, 0));
}

/*
 * A pointer to a table at any address aligned to the table's length, with any
 * set of rights taken away, is a table entry and says just that.
 */
static bool tables_read_back(struct check *c)
{
	const struct pt_format *f = c->format;

	for (unsigned depth = f->top; depth < PT_PTE; depth++) {
		const struct pt_table_layout *t = &f->level[depth].table;
		uint64_t length = pt_table_bytes(f, depth + 1);
		unsigned end = f->table_pa_bits ? f->table_pa_bits : f->pa_bits;
		struct corners at = { 0 };
		uint32_t can = 0;

		for (unsigned i = 0; i < t->hierarchy_count; i++)
			can |= t->hierarchy[i].right;
		corner(&at, 0, 0, end);
		corner(&at, ~(length - 1), 0, end);
		for (uint64_t pa = length; pa && !(pa >> end); pa <<= 1)
			corner(&at, pa, 0, end);
		for (uint32_t removed = 0; removed <= PT_RIGHTS; removed++)
			for (unsigned i = 0; !(removed & ~can) && i < at.count;
			     i++)
				if (!lies_at_none(f, depth, at.pa[i]) &&
				    !table_reads_back(c, depth, at.pa[i],
						      removed))
					return false;
	}
	return true;
}

/* Whether what is written twice, or follows, agrees in a word of that kind. */
static bool agrees(const struct pt_level *l, const struct listed_kind *kind,
		   uint64_t raw)
{
	const struct pt_leaf_layout *layout = kind->layout;
	uint64_t pa;

	if (kind->kind == PT_TABLE) {
		pa = pt_address_decode(&l->table.pa, raw);
		return pt_address_encode(&l->table.pa, pa) ==
		       (raw & codec_address_bits(&l->table.pa));
	}
	if (!layout)
		return true;
	pa = pt_address_decode(&layout->pa, raw);
	return pt_address_encode(&layout->pa, pa) ==
		       (raw & codec_address_bits(&layout->pa)) &&
	       codec_derived(layout, raw) == (raw & codec_derived_mask(layout));
}

static unsigned kinds_of(const struct pt_level *l,
			 const struct listed_kind list[LISTED_KINDS],
			 uint64_t raw, enum pt_kind *kind)
{
	unsigned count = 0;

	*kind = PT_BAD;
	for (unsigned k = 0; k < LISTED_KINDS; k++)
		if (pt_matches(list[k].matches, raw)) {
			if (agrees(l, &list[k], raw))
				*kind = list[k].kind;
			count++;
		}
	return count;
}

static bool word_has_one_kind(struct check *c, unsigned depth,
			      const struct listed_kind list[LISTED_KINDS],
			      uint64_t raw)
{
	enum pt_kind kind;

	unsigned kinds = kinds_of(&c->format->level[depth], list, raw, &kind);

	/* None is asked first where a pointer is a bare address. */
	if (pt_matches(list[0].matches, raw) && kinds == 2 &&
	    pt_matches(list[1].matches, raw))
		kind = PT_NONE;
	else if (kinds > 1)
		return broken(c, "a word of two kinds", depth, raw);
	if (pt_entry_kind(c->format, depth, (struct pt_entry){ raw }) != kind)
		return broken(c, "a word of another kind", depth, raw);
	if (kind == PT_TABLE && depth == PT_PTE)
		return broken(c, "a table below the page table", PT_PTE, raw);
	return true;
}

/* A word that the rule accepts, random where the rule says nothing. */
static uint64_t word_of(const struct pt_match *rule, unsigned bits,
			uint64_t *state)
{
	return rule->value | (next_random(state) & ~rule->mask & pt_ones(bits));
}

static bool
neighbours_have_one_kind(struct check *c, unsigned depth,
			 const struct listed_kind list[LISTED_KINDS],
			 uint64_t raw)
{
	unsigned bits = 8u * c->format->level[depth].entry_bytes;

	for (unsigned bit = 0; bit < bits; bit++)
		if (!word_has_one_kind(c, depth, list,
				       raw ^ UINT64_C(1) << bit))
			return false;
	return word_has_one_kind(c, depth, list, raw);
}

/* Random words, words that rules make, and all their single-bit neighbours. */
static bool words_have_one_kind(struct check *c)
{
	const struct pt_format *f = c->format;
	unsigned rounds = c->thorough ? 200 : 2;
	uint64_t state = 1;

	for (unsigned depth = f->top; depth <= PT_PTE; depth++) {
		struct listed_kind list[LISTED_KINDS];
		unsigned bits = 8u * f->level[depth].entry_bytes;

		list_kinds(f, depth, list);
		for (unsigned i = 0; i < rounds * 100; i++)
			if (!word_has_one_kind(c, depth, list,
					       next_random(&state) &
						       pt_ones(bits)))
				return false;
		for (unsigned k = 0; k < LISTED_KINDS; k++) {
			const struct pt_matches *m = list[k].matches;

			for (unsigned i = 0; i < m->count * rounds; i++)
				if (!neighbours_have_one_kind(
					    c, depth, list,
					    word_of(&m->list[i / rounds], bits,
						    &state)))
					return false;
		}
	}
	return true;
}

/* Reads raw as what its kind is and writes it again; false if it cannot. */
static bool rewrite(const struct pt_level *l, const struct listed_kind *listed,
		    uint64_t raw, uint64_t *again)
{
	enum pt_kind kind = listed->kind;
	struct codec_leaf leaf;
	uint64_t pa;
	uint32_t removed;

	switch ((int)kind) {
	case PT_LEAF:
		if (!codec_read_leaf(listed->layout, raw, &leaf))
			return false;
		*again = codec_write_leaf(listed->layout, &leaf);
		return true;
	case PT_PROTNONE:
		if (!codec_read_protnone(&l->leaf, raw, &leaf))
			return false;
		*again = codec_write_protnone(&l->leaf, &leaf);
		return true;
	case PT_INVALID_HUGE:
		if (!codec_read_protnone(&l->leaf, raw, &leaf))
			return false;
		*again = codec_write_invalid(&l->leaf, &leaf);
		return true;
	case PT_TABLE:
		if (!codec_read_table(&l->table, raw, &pa, &removed))
			return false;
		*again = codec_write_table(&l->table, pa, removed);
		return true;
	case PT_SWAP:
		pa = pt_address_decode(&l->swap.payload, raw);
		*again = codec_write_soft(&l->swap, pa);
		return true;
	case PT_MIGRATION:
		pa = pt_address_decode(&l->migration.payload, raw);
		*again = codec_write_soft(&l->migration, pa);
		return true;
	case PT_MARKER:
		*again = l->marker.fixed;
		return true;
	default:
		*again = l->none_value;
		return true;
	}
}

/* The word with pieces that agree and derived bits that follow. */
static uint64_t in_line(const struct pt_level *l,
			const struct listed_kind *kind, uint64_t raw)
{
	const struct pt_leaf_layout *layout = kind->layout;
	const struct pt_address_field *pa = layout ? &layout->pa : &l->table.pa;

	if (!layout && kind->kind != PT_TABLE)
		return raw;
	raw = (raw & ~codec_address_bits(pa)) |
	      pt_address_encode(pa, pt_address_decode(pa, raw));
	if (!layout)
		return raw;
	raw &= ~codec_derived_mask(layout);
	return raw | codec_derived(layout, raw);
}

/* rule belongs to kind: see accepted_words_mean_something(). */
static bool rule_means_something(struct check *c, unsigned depth,
				 const struct listed_kind *kind,
				 const struct pt_match *rule, uint64_t *state)
{
	const struct pt_level *l = &c->format->level[depth];
	uint64_t seen = rule->mask | kind->fields, again;

	for (unsigned n = 0; n < (c->thorough ? 20000u : 100u); n++) {
		uint64_t raw = word_of(rule, 8u * l->entry_bytes, state);

		raw = in_line(l, kind, raw);
		/* What derived bits were made may leave the rule. */
		if (!pt_matches(kind->matches, raw))
			continue;
		if (!rewrite(l, kind, raw, &again))
			return broken(c, "an accepted word means nothing",
				      depth, raw);
		if ((raw ^ again) & seen)
			return broken(c, "an accepted word is rewritten", depth,
				      raw);
	}
	return true;
}

/*
 * A word that a rule accepts means something, and that meaning written down is
 * the word again, apart from bits that neither rule nor field looks at.
 */
static bool accepted_words_mean_something(struct check *c)
{
	const struct pt_format *f = c->format;
	uint64_t state = 2;

	for (unsigned depth = f->top; depth <= PT_PTE; depth++) {
		struct listed_kind list[LISTED_KINDS];

		list_kinds(f, depth, list);
		for (unsigned k = 0; k < LISTED_KINDS; k++) {
			const struct pt_matches *m = list[k].matches;

			for (unsigned i = 0; i < m->count; i++)
				if (!rule_means_something(c, depth, &list[k],
							  &m->list[i], &state))
					return false;
		}
	}
	return true;
}

/*
 * An address bit below the span of a block makes it bad, where the format has
 * a place for that bit and no other field uses the place.
 */
static bool misaligned_blocks_are_bad(struct check *c)
{
	const struct pt_format *f = c->format;

	for (unsigned depth = f->top; depth < PT_PTE; depth++) {
		const struct pt_leaf_layout *l = &f->level[depth].leaf;
		unsigned low = f->level[depth].va_shift - f->page_shift;
		struct codec_leaf leaf = { .attrs = codec_some_rights(l) };
		uint64_t ignored = ignored_by(f, depth, PT_LEAF, false);
		struct listed_kind list[LISTED_KINDS];
		uint64_t raw;

		if (!has_leaves(f, depth))
			continue;
		raw = codec_write_leaf(l, &leaf);
		list_kinds(f, depth, list);
		for (unsigned i = 1; i <= low && i <= l->pa.lsb; i++) {
			uint64_t bit = UINT64_C(1) << (l->pa.lsb - i);

			if (bit & (list[2].fields | list[2].fixed | ignored))
				continue;
			/* It tells a single leaf from one of a group. */
			if (pt_group_of(&f->level[depth], raw | bit))
				continue;
			if (pt_entry_kind(f, depth,
					  (struct pt_entry){ raw | bit }) !=
			    PT_BAD)
				return broken(c,
					      "a misaligned block is not bad",
					      depth, raw | bit);
		}
	}
	return true;
}

const struct property word_properties[] = {
	{ "known_words_hold", known_words_hold },
	{ "tables_read_back", tables_read_back },
	{ "payloads_read_back", payloads_read_back },
	{ "misaligned_blocks_are_bad", misaligned_blocks_are_bad },
	{ "words_have_one_kind", words_have_one_kind },
	{ "accepted_words_mean_something", accepted_words_mean_something },
	{ "leaves_read_back", leaves_read_back },
	{ "protnone_reads_back", protnone_reads_back },
	{ "invalid_huge_reads_back", invalid_huge_reads_back },
};
const unsigned word_property_count =
	sizeof(word_properties) / sizeof(word_properties[0]);
