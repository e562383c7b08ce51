/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entries: how they are read, written, encoded and decoded.
 *
 * Everything here is static inline over a const struct pt_format, so that the
 * same source serves a descriptor chosen at run time and a constant one.  All
 * table memory is read and written by the four accessors pt_read_entry(),
 * pt_write_entry(), pt_cmpxchg_entry() and pt_exchange_entry(); nothing else in
 * mm/ touches it.
 *
 * Source: the descriptor's fields as include/tablewalk/format.h defines them.
 */
#ifndef MM_PT_ENTRY_H
#define MM_PT_ENTRY_H

#include <stdatomic.h>

#include <tablewalk/check.h>
#include <tablewalk/format.h>
#include <tablewalk/table_ops.h>

/*
 * A table made accessible: where it is for the machine and for this process.
 * Valid until the table is released.
 */
struct pt_table {
	const struct pt_env *env;
	uint8_t *host;
	uint64_t pa;
	/* Of a root whose kernel part another space shares: that space. */
	struct pt_space *sharer;
};

/*
 * Opens the table of that depth at pa.  A table outside memory can only come
 * from a broken pointer entry: there is no sensible way to go on.
 */
static inline struct pt_table pt_table_open(const struct pt_space *space,
					    unsigned depth, uint64_t pa)
{
	uint64_t bytes = pt_table_bytes(space->format, depth);
	struct pt_table table = {
		.env = space->env,
		.host = pt_memory_at(space->env->memory, pa, bytes),
		.pa = pa,
		.sharer = depth == space->format->top ? space->sharer : NULL,
	};

	pt_check(table.host);
	return table;
}

static inline unsigned pt_table_entries(const struct pt_format *f,
					unsigned depth)
{
	return 1u << f->level[depth].index_bits;
}

/* The index of the root's first entry that is of the kernel part (share.h). */
static inline unsigned pt_kernel_first(const struct pt_format *f)
{
	return pt_table_entries(f, f->top) / 2;
}

/*
 * What was stored to entry number index of the root of sharer's owner is stored
 * there too, where the entry is shared (share.c).
 */
void pt_share_store(struct pt_space *sharer, unsigned index, struct pt_entry e);

/* Entry number index of that root is broken now, and made again soon. */
void pt_share_break(struct pt_space *sharer, unsigned index);

/* Physical address of entry number index. */
static inline uint64_t pt_slot_pa(const struct pt_format *f, unsigned depth,
				  const struct pt_table *table, unsigned index)
{
	return table->pa + (uint64_t)index * pt_stride(&f->level[depth]);
}

/*
 * True where a deliberate defect has led out of memory: what lies there reads
 * as zero and keeps nothing.  Constant false in an ordinary build.
 */
static inline bool pt_table_nowhere(const struct pt_table *table)
{
	(void)table;
	return MUT(TABLE_PA_TRUNCATED, false, !table->host);
}

static inline bool pt_host_big_endian(void)
{
	const union {
		uint16_t number;
		uint8_t byte[2];
	} probe = { .number = 1 };

	return probe.byte[1] == 1;
}

static inline uint32_t pt_swap32(uint32_t n)
{
	return n >> 24 | (n >> 8 & 0xff00) | (n & 0xff00) << 8 | n << 24;
}

static inline uint64_t pt_swap64(uint64_t n)
{
	return (uint64_t)pt_swap32((uint32_t)n) << 32 |
	       pt_swap32((uint32_t)(n >> 32));
}

/* Between a number and its bytes in the format's order; its own inverse. */
static inline uint32_t pt_order32(const struct pt_format *f, uint32_t n)
{
	return f->big_endian == pt_host_big_endian() ? n : pt_swap32(n);
}

static inline uint64_t pt_order64(const struct pt_format *f, uint64_t n)
{
	return f->big_endian == pt_host_big_endian() ? n : pt_swap64(n);
}

/* A word of a table, bytes from its start. */
static inline _Atomic uint32_t *pt_word32(const struct pt_table *table,
					  size_t offset)
{
	void *word = table->host + offset;

	return word;
}

static inline _Atomic uint64_t *pt_word64(const struct pt_table *table,
					  size_t offset)
{
	void *word = table->host + offset;

	return word;
}

static inline uint64_t pt_load32(const struct pt_format *f,
				 const struct pt_table *table, size_t offset)
{
	return pt_order32(f, atomic_load_explicit(pt_word32(table, offset),
						  memory_order_acquire));
}

/* Stores one word and tells the observer. */
static inline void pt_store32(const struct pt_format *f,
			      const struct pt_table *table, size_t offset,
			      uint32_t word)
{
	const struct pt_env *env = table->env;
	uint64_t before = env->store ? pt_load32(f, table, offset) : 0;

	atomic_store_explicit(pt_word32(table, offset), pt_order32(f, word),
			      memory_order_release);
	if (env->store)
		env->store(env->context, table->pa + offset, 4, before, word);
}

/* Whether an entry is more than one word, or one word that lies in copies. */
static inline bool pt_is_scattered(const struct pt_level *l)
{
	return l->half_offset || l->copies > 1;
}

/*
 * Reads one entry, in one access; one in halves in two, where a concurrent
 * writer could come between.
 */
static inline struct pt_entry pt_read_entry(const struct pt_format *f,
					    unsigned depth,
					    const struct pt_table *table,
					    unsigned index)
{
	const struct pt_level *l = &f->level[depth];
	size_t offset = (size_t)index * pt_stride(l);
	struct pt_entry e = { 0 };

	if (pt_table_nowhere(table))
		return e;
	if (l->half_offset)
		e.raw = pt_load32(f, table, offset) |
			pt_load32(f, table, offset + l->half_offset) << 32;
	else if (l->entry_bytes == 4)
		e.raw = pt_load32(f, table, offset);
	else
		e.raw = pt_order64(f,
			atomic_load_explicit(pt_word64(table, offset),
					     memory_order_acquire));
	return e;
}

/*
 * The first entry from index on, and before end, that is not stored as
 * none_value; end if there is none.  An entry that only matches a rule for none
 * may be returned, so the caller still asks; but most tables are mostly empty,
 * and this is the loop that goes over them.
 */
static inline unsigned pt_skip_none(const struct pt_format *f, unsigned depth,
				    const struct pt_table *table,
				    unsigned index, unsigned end)
{
	const struct pt_level *l = &f->level[depth];

	if (pt_table_nowhere(table))
		return index;
	if (pt_is_scattered(l)) {
		for (; index < end; index++)
			if (pt_read_entry(f, depth, table, index).raw !=
			    l->none_value)
				break;
	} else if (l->entry_bytes == 4) {
		const _Atomic uint32_t *slot = pt_word32(table, 4ul * index);
		uint32_t none = pt_order32(f, (uint32_t)l->none_value);

		for (; index < end; index++, slot++)
			if (atomic_load_explicit(slot, memory_order_relaxed) !=
			    none)
				break;
	} else {
		const _Atomic uint64_t *slot = pt_word64(table, 8ul * index);
		uint64_t none = pt_order64(f, l->none_value);

		for (; index < end; index++, slot++)
			if (atomic_load_explicit(slot, memory_order_relaxed) !=
			    none)
				break;
	}
	return index;
}

/* An entry in halves or in copies: the low half, or the first copy, first. */
static inline void pt_write_scattered(const struct pt_format *f,
				      const struct pt_level *l,
				      const struct pt_table *table,
				      size_t offset, struct pt_entry e)
{
	if (l->half_offset) {
		pt_store32(f, table, offset, (uint32_t)e.raw);
		if (MUT(HIGH_HALF_LOST, false, true))
			return;
		pt_store32(f, table, offset + l->half_offset,
			   (uint32_t)(e.raw >> 32));
		return;
	}
	for (unsigned i = MUT(FIRST_COPY_LOST, 0u, 1u);
	     i < MUT(LAST_COPY_STALE, l->copies, l->copies - 1u); i++)
		pt_store32(f, table, offset + 4ul * i, (uint32_t)e.raw);
}

/* Stores an entry of one word of 64 bits and tells the observer. */
static inline void pt_store64(const struct pt_format *f,
			      const struct pt_table *table, size_t offset,
			      uint64_t word)
{
	const struct pt_env *env = table->env;
	uint64_t before = 0;

	if (env->store)
		before = pt_order64(f,
			atomic_load_explicit(pt_word64(table, offset),
					     memory_order_acquire));
	atomic_store_explicit(pt_word64(table, offset), pt_order64(f, word),
			      memory_order_release);
	if (MUT(STORE_UNTOLD, env->store != NULL, false))
		env->store(env->context, table->pa + offset, 8, before, word);
}

/*
 * Writes one entry, in one access per word, and tells the observer; then the
 * same entry of the root that shares it, if any does.
 */
static inline void pt_write_entry(const struct pt_format *f, unsigned depth,
				  const struct pt_table *table, unsigned index,
				  struct pt_entry e)
{
	const struct pt_level *l = &f->level[depth];
	size_t offset = (size_t)index * pt_stride(l);

	if (pt_table_nowhere(table))
		return;
	if (pt_is_scattered(l))
		pt_write_scattered(f, l, table, offset, e);
	else if (l->entry_bytes == 4)
		pt_store32(f, table, offset, (uint32_t)e.raw);
	else
		pt_store64(f, table, offset, e.raw);
	if (table->sharer)
		pt_share_store(table->sharer, index, e);
}

/* Replaces one entry of one word as pt_cmpxchg_entry() does. */
static inline bool pt_cmpxchg_word(const struct pt_format *f, unsigned depth,
				   const struct pt_table *table,
				   unsigned index, struct pt_entry old,
				   struct pt_entry e)
{
	const struct pt_level *l = &f->level[depth];
	size_t offset = (size_t)index * pt_stride(l);
	const struct pt_env *env = table->env;
	bool done;

	if (l->entry_bytes == 4) {
		uint32_t expected = pt_order32(f, (uint32_t)old.raw);

		done = atomic_compare_exchange_strong(
			pt_word32(table, offset), &expected,
			pt_order32(f, (uint32_t)e.raw));
	} else {
		uint64_t expected = pt_order64(f, old.raw);

		done = atomic_compare_exchange_strong(
			pt_word64(table, offset), &expected,
			pt_order64(f, e.raw));
	}
	if (done && env->store)
		env->store(env->context, table->pa + offset, l->entry_bytes,
			   old.raw, e.raw);
	return done;
}

/*
 * Stores e in one access, tells the observer, and returns what was there until
 * then, with all that hardware has set in it; a root that shares the entry gets e
 * too.  An entry of more than one word is read and written.
 */
static inline struct pt_entry pt_exchange_entry(const struct pt_format *f,
						unsigned depth,
						const struct pt_table *table,
						unsigned index,
						struct pt_entry e)
{
	const struct pt_level *l = &f->level[depth];
	size_t offset = (size_t)index * pt_stride(l);
	const struct pt_env *env = table->env;
	struct pt_entry old = { 0 };

	if (pt_table_nowhere(table))
		return old;
	if (pt_is_scattered(l)) {
		old = pt_read_entry(f, depth, table, index);
		pt_write_entry(f, depth, table, index, e);
		return old;
	}
	if (l->entry_bytes == 4)
		old.raw = pt_order32(f, atomic_exchange(
			pt_word32(table, offset),
			pt_order32(f, (uint32_t)e.raw)));
	else
		old.raw = pt_order64(f, atomic_exchange(
			pt_word64(table, offset), pt_order64(f, e.raw)));
	if (env->store)
		env->store(env->context, table->pa + offset, l->entry_bytes,
			   old.raw, e.raw);
	if (table->sharer)
		pt_share_store(table->sharer, index, e);
	return old;
}

/*
 * Replaces old by e in one access, unless the entry is no longer old; returns
 * whether it did.  The observer hears of it when it did, and a root that shares
 * the entry gets it too.  An entry of more than one word cannot be replaced at
 * once: it is compared and written, as Linux does under the lock of the table.
 */
static inline bool pt_cmpxchg_entry(const struct pt_format *f, unsigned depth,
				    const struct pt_table *table,
				    unsigned index, struct pt_entry old,
				    struct pt_entry e)
{
	const struct pt_level *l = &f->level[depth];

	if (pt_table_nowhere(table))
		return true;
	if (pt_is_scattered(l)) {
		if (pt_read_entry(f, depth, table, index).raw != old.raw)
			return false;
		pt_write_scattered(f, l, table,
				   (size_t)index * pt_stride(l), e);
	} else if (!pt_cmpxchg_word(f, depth, table, index, old, e)) {
		return false;
	}
	if (table->sharer && MUT(SHARE_EXCHANGE_MISSED, true, false))
		pt_share_store(table->sharer, index, e);
	return true;
}

static inline struct pt_entry pt_none_entry(const struct pt_level *l)
{
	return (struct pt_entry){ l->none_value };
}

static inline bool pt_is_none(const struct pt_level *l, struct pt_entry e)
{
	return pt_matches(&l->none, e.raw);
}

/* For an entry known not to be none. */
static inline bool pt_is_table(const struct pt_level *l, struct pt_entry e)
{
	return pt_matches(&l->table.match, e.raw);
}

/* Flags, rights, memory type, key. */

static inline uint64_t pt_flag_bits(const struct pt_flag *flag, bool set)
{
	return set ? flag->set : flag->clear;
}

static inline uint64_t pt_flag_write(const struct pt_flag *flag, uint64_t raw,
				     bool set)
{
	return (raw & ~flag->mask) | pt_flag_bits(flag, set);
}

static inline bool pt_rights_representable(const struct pt_level *l,
					   uint32_t attrs)
{
	return l->leaf.rights.right[attrs & PT_RIGHTS].representable;
}

static inline uint32_t pt_memtype_read(const struct pt_memtypes *types,
				       uint64_t raw)
{
	if (!types->mask)
		return PT_MEM_WB;
	for (uint32_t i = 0; i < PT_MEMTYPES; i++)
		if (types->type[i].representable &&
		    types->type[i].bits == (raw & types->mask))
			return i;
	return PT_MEM_WB;
}

static inline bool pt_memtype_representable(const struct pt_memtypes *types,
					    unsigned type)
{
	if (!types->mask)
		return type == PT_MEM_WB;
	return type < PT_MEMTYPES && types->type[type].representable;
}

/* Whether a leaf of that level can carry exactly these attributes. */
static inline bool pt_attrs_representable(const struct pt_level *l,
					  uint32_t attrs)
{
	const struct pt_leaf_layout *leaf = &l->leaf;
	uint32_t flags = 0;

	flags |= leaf->global.mask ? PT_GLOBAL : 0;
	flags |= leaf->accessed.mask ? PT_ACCESSED : 0;
	flags |= leaf->dirty.mask ? PT_DIRTY : 0;
	flags |= leaf->soft0.mask ? PT_SOFT0 : 0;
	flags |= leaf->soft1.mask ? PT_SOFT1 : 0;
	if (attrs & ~(PT_RIGHTS | flags | PT_MEMTYPE_MASK | PT_KEY_MASK))
		return false;
	return pt_rights_representable(l, attrs) &&
	       pt_memtype_representable(&leaf->memtype,
					pt_attrs_memtype(attrs)) &&
	       pt_attrs_key(attrs) <= pt_ones(leaf->key.width);
}

/* The fields that leaves, protnone and invalid-huge entries have in common. */
static inline uint64_t pt_attrs_bits(const struct pt_leaf_layout *leaf,
				     uint32_t attrs)
{
	unsigned type = pt_attrs_memtype(attrs) % PT_MEMTYPES;
	uint64_t key = pt_attrs_key(attrs) & pt_ones(leaf->key.width);
	uint64_t bits = leaf->rights.right[attrs & PT_RIGHTS].bits;

	bits |= pt_flag_bits(&leaf->accessed, attrs & PT_ACCESSED);
	bits |= pt_flag_bits(&leaf->dirty, attrs & PT_DIRTY);
	bits |= pt_flag_bits(&leaf->soft0, attrs & PT_SOFT0);
	bits |= pt_flag_bits(&leaf->soft1, attrs & PT_SOFT1);
	if (leaf->memtype.mask)
		bits |= leaf->memtype.type[type].bits;
	if (leaf->key.width)
		bits |= key << leaf->key.lsb;
	return bits;
}

/* The layout that a leaf has: that of its group, or that of a single one. */
static inline const struct pt_leaf_layout *
pt_layout_of(const struct pt_level *l, struct pt_entry e)
{
	const struct pt_group *group = pt_group_of(l, e.raw);

	return group ? &group->leaf : &l->leaf;
}

/* Attributes of a leaf, protnone or invalid-huge entry of that layout. */
static inline uint32_t pt_layout_attrs(const struct pt_leaf_layout *leaf,
				       enum pt_kind kind, struct pt_entry e)
{
	uint32_t attrs, key = 0;

	e.raw = MUT(ATTRS_TRUNCATED, e.raw, (uint32_t)e.raw);
	attrs = pt_rights_read(&leaf->rights, e.raw);

	if (kind == PT_LEAF && pt_flag_read(&leaf->global, e.raw))
		attrs |= PT_GLOBAL;
	attrs |= pt_flag_read(&leaf->accessed, e.raw) ? PT_ACCESSED : 0;
	attrs |= pt_flag_read(&leaf->dirty, e.raw) ? PT_DIRTY : 0;
	attrs |= pt_flag_read(&leaf->soft0, e.raw) ? PT_SOFT0 : 0;
	attrs |= pt_flag_read(&leaf->soft1, e.raw) ? PT_SOFT1 : 0;
	attrs |= pt_memtype_read(&leaf->memtype, e.raw) << PT_MEMTYPE_SHIFT;
	if (leaf->key.width)
		key = (uint32_t)(e.raw >> leaf->key.lsb &
				 pt_ones(leaf->key.width));
	return attrs | key << PT_KEY_SHIFT;
}

/* Attributes of an entry that has them: see pt_has_attrs(). */
static inline uint32_t pt_attrs_read(const struct pt_level *l,
				     enum pt_kind kind, struct pt_entry e)
{
	return pt_layout_attrs(kind == PT_LEAF ? pt_layout_of(l, e) : &l->leaf,
			       kind, e);
}

/* lg2 of the entries that form a unit with this leaf; 0 where it is single. */
static inline unsigned pt_leaf_order(const struct pt_level *l,
				     struct pt_entry e)
{
	const struct pt_group *group = pt_group_of(l, e.raw);

	return group ? group->order : 0;
}

/* The group layout of that order, or NULL. */
static inline const struct pt_group *pt_group_find(const struct pt_level *l,
						   unsigned order)
{
	for (unsigned i = 0; i < l->group_count; i++)
		if (l->group[i].order == order)
			return &l->group[i];
	return NULL;
}

/* Whether leaves of that level can be units of 1 << order entries. */
static inline bool pt_order_exists(const struct pt_level *l, unsigned order)
{
	return !order || pt_group_find(l, order);
}

/* A leaf whose derived bits follow from its attributes. */
static inline struct pt_entry pt_derive(const struct pt_leaf_layout *leaf,
					struct pt_entry e)
{
	uint64_t mask = 0;

	if (!leaf->derived_count)
		return e;
	for (unsigned i = 0; i < leaf->derived_count; i++)
		mask |= leaf->derived[i].bits;
	e.raw &= ~mask;
	e.raw |= pt_derived_bits(leaf, pt_flags_read(leaf, e.raw));
	return e;
}

/* The same entry with other rights, which it can have: see pt_has_attrs(). */
static inline struct pt_entry pt_with_rights(const struct pt_level *l,
					     enum pt_kind kind,
					     struct pt_entry e, uint32_t rights)
{
	const struct pt_leaf_layout *leaf =
		kind == PT_LEAF ? pt_layout_of(l, e) : &l->leaf;

	e.raw &= ~leaf->rights.mask;
	e.raw |= leaf->rights.right[rights & PT_RIGHTS].bits;
	return kind == PT_LEAF ? pt_derive(leaf, e) : e;
}

/* The same leaf with ACCESSED, and DIRTY where dirty is set. */
static inline struct pt_entry pt_touched(const struct pt_level *l,
					 struct pt_entry e, bool dirty)
{
	const struct pt_leaf_layout *leaf = pt_layout_of(l, e);

	if (MUT(TOUCH_WRITE_NOT_ACCESSED, true, !dirty))
		e.raw = pt_flag_write(&leaf->accessed, e.raw, true);
	if (dirty)
		e.raw = pt_flag_write(&leaf->dirty, e.raw, true);
	return pt_derive(leaf, e);
}

/*
 * Everything of an entry but its address.  An operation makes one, and fills
 * in addresses entry by entry.
 */
struct pt_mould {
	const struct pt_address_field *field;	/* of a pa or payload */
	uint64_t bits;
};

static inline struct pt_entry pt_mould_fill(const struct pt_mould *mould,
					    uint64_t pa)
{
	return (struct pt_entry){
		mould->bits | pt_address_encode(mould->field,
			MUT(LEAF_PA_TRUNCATED, pa, (uint32_t)pa))
	};
}

/* A leaf of that layout.  The attributes are representable. */
static inline struct pt_mould pt_layout_mould(const struct pt_leaf_layout *leaf,
					      uint32_t attrs)
{
	return (struct pt_mould){
		.field = &leaf->pa,
		.bits = leaf->fixed | pt_attrs_bits(leaf, attrs) |
			pt_flag_bits(&leaf->global, attrs & PT_GLOBAL) |
			pt_derived_bits(leaf, attrs),
	};
}

/* A leaf in a unit of 1 << order entries, an order that exists. */
static inline struct pt_mould pt_leaf_mould(const struct pt_level *l,
					    uint32_t attrs, unsigned order)
{
	const struct pt_group *group = order ? pt_group_find(l, order) : NULL;

	return pt_layout_mould(group ? &group->leaf : &l->leaf, attrs);
}

/*
 * A protnone entry.  GLOBAL is not among its fields: its place belongs to
 * protnone_fixed.
 */
static inline struct pt_mould pt_protnone_mould(const struct pt_level *l,
						uint32_t attrs)
{
	return (struct pt_mould){
		.field = &l->leaf.protnone_pa,
		.bits = l->leaf.protnone_fixed |
			pt_attrs_bits(&l->leaf, attrs),
	};
}

/* An invalid-huge entry: as a protnone one, but for its fixed bits. */
static inline struct pt_mould pt_invalid_mould(const struct pt_level *l,
					       uint32_t attrs)
{
	return (struct pt_mould){
		.field = &l->leaf.protnone_pa,
		.bits = l->leaf.invalid_fixed | pt_attrs_bits(&l->leaf, attrs),
	};
}

static inline struct pt_mould pt_soft_mould(const struct pt_soft_layout *soft)
{
	return (struct pt_mould){ .field = &soft->payload,
				  .bits = soft->fixed };
}

/* LEAF (single), PROTNONE, INVALID_HUGE, SWAP, MIGRATION or MARKER. */
static inline struct pt_mould pt_kind_mould(const struct pt_level *l,
					    enum pt_kind kind, uint32_t attrs)
{
	if (kind == PT_LEAF)
		return pt_leaf_mould(l, attrs, 0);
	if (kind == PT_PROTNONE)
		return pt_protnone_mould(l, attrs);
	if (kind == PT_INVALID_HUGE)
		return pt_invalid_mould(l, attrs);
	if (kind == PT_SWAP)
		return pt_soft_mould(&l->swap);
	if (kind == PT_MIGRATION)
		return pt_soft_mould(&l->migration);
	return pt_soft_mould(&l->marker);
}

/*
 * The address of a leaf's first byte, where the entry is number index of its
 * table: in some groups each entry holds the address of the whole group.
 */
static inline uint64_t pt_leaf_pa(const struct pt_level *l, struct pt_entry e,
				  unsigned index)
{
	const struct pt_group *group = pt_group_of(l, e.raw);
	uint64_t pa;

	if (!group)
		return pt_address_decode(&l->leaf.pa, e.raw);
	pa = pt_address_decode(&group->leaf.pa, e.raw);
	if (group->leaf.pa.pa_shift > l->va_shift)
		pa += (index & pt_ones(group->order)) << l->va_shift;
	return pa;
}

/* The address or payload of entry number index; 0 for kinds with neither. */
static inline uint64_t pt_entry_pa(const struct pt_level *l, enum pt_kind kind,
				   struct pt_entry e, unsigned index)
{
	if (kind == PT_LEAF)
		return pt_leaf_pa(l, e, index);
	if (kind == PT_PROTNONE || kind == PT_INVALID_HUGE)
		return pt_address_decode(&l->leaf.protnone_pa, e.raw);
	if (kind == PT_SWAP)
		return pt_address_decode(&l->swap.payload, e.raw);
	if (kind == PT_MIGRATION)
		return pt_address_decode(&l->migration.payload, e.raw);
	return 0;
}

static inline bool pt_kind_has_pa(enum pt_kind kind)
{
	return kind == PT_LEAF || kind == PT_PROTNONE ||
	       kind == PT_INVALID_HUGE || kind == PT_SWAP ||
	       kind == PT_MIGRATION;
}

/* Leaves, and what remembers all of a leaf but GLOBAL. */
static inline bool pt_has_attrs(enum pt_kind kind)
{
	return kind == PT_LEAF || kind == PT_PROTNONE ||
	       kind == PT_INVALID_HUGE;
}

/* Tables. */

/* A pointer entry that takes no rights away. */
static inline struct pt_entry pt_table_entry(const struct pt_level *l,
					     uint64_t pa)
{
	const struct pt_table_layout *layout = &l->table;
	struct pt_entry e = {
		layout->fixed | pt_address_encode(&layout->pa, pa)
	};

	for (unsigned i = 0; i < layout->hierarchy_count; i++)
		e.raw |= MUT(TABLE_BORN_RESTRICTED, layout->hierarchy[i].allow,
			     layout->hierarchy[i].deny);
	return e;
}

static inline uint64_t pt_table_pa(const struct pt_level *l, struct pt_entry e)
{
	return pt_address_decode(&l->table.pa, e.raw);
}

/* The rights that a pointer entry takes away from everything below it. */
static inline uint32_t pt_table_removed(const struct pt_level *l,
					struct pt_entry e)
{
	const struct pt_table_layout *layout = &l->table;
	uint32_t removed = 0;

	for (unsigned i = 0; i < layout->hierarchy_count; i++) {
		const struct pt_hierarchy *h = &layout->hierarchy[i];

		if ((e.raw & h->mask) == h->deny)
			removed |= h->right;
	}
	return removed;
}

/* The same pointer entry, taking away exactly removed. */
static inline struct pt_entry pt_table_restrict(const struct pt_level *l,
						struct pt_entry e,
						uint32_t removed)
{
	const struct pt_table_layout *layout = &l->table;

	for (unsigned i = 0; i < layout->hierarchy_count; i++) {
		const struct pt_hierarchy *h = &layout->hierarchy[i];

		if (MUT(RESTRICT_FIRST_RIGHT, false, i))
			break;
		e.raw &= ~h->mask;
		e.raw |= removed & h->right ? h->deny : h->allow;
	}
	return e;
}

/* Opens the table that an entry of that depth points to. */
static inline struct pt_table pt_table_follow(const struct pt_space *space,
					      unsigned depth,
					      struct pt_entry e)
{
	const struct pt_level *l = &space->format->level[depth];
	uint64_t pa = pt_table_pa(l, e);

	/*
	 * The defect: a pa cut to 32 bits leads to memory that holds no table.
	 * Reading what a released table left there could stop the process, so
	 * there is nothing at all in its place, nor below that.
	 */
	if (MUT(TABLE_PA_TRUNCATED, false,
		pa != (uint32_t)pa || !pt_is_table(l, e)))
		return (struct pt_table){ .env = space->env, .pa = pa };
	return pt_table_open(space, depth + 1, pa);
}

#endif
