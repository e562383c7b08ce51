/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Entries: how they are read, written, encoded and decoded.
 *
 * Everything here is static inline over a const struct pt_format, so that the
 * same source serves a descriptor chosen at run time and a constant one.  All
 * table memory is read and written by the three accessors pt_read_entry(),
 * pt_write_entry() and pt_cmpxchg_entry(); nothing else in mm/ touches it.
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
	};

	pt_check(table.host);
	return table;
}

static inline unsigned pt_table_entries(const struct pt_format *f,
					unsigned depth)
{
	return 1u << f->level[depth].index_bits;
}

/* Physical address of entry number index. */
static inline uint64_t pt_slot_pa(const struct pt_format *f, unsigned depth,
				  const struct pt_table *table, unsigned index)
{
	return table->pa + (uint64_t)index * f->level[depth].entry_bytes;
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

static inline _Atomic uint32_t *pt_slot32(const struct pt_table *table,
					  unsigned index)
{
	void *slot = table->host + (size_t)index * 4;

	return slot;
}

static inline _Atomic uint64_t *pt_slot64(const struct pt_table *table,
					  unsigned index)
{
	void *slot = table->host + (size_t)index * 8;

	return slot;
}

/* Reads one entry, in one access. */
static inline struct pt_entry pt_read_entry(const struct pt_format *f,
					    unsigned depth,
					    const struct pt_table *table,
					    unsigned index)
{
	struct pt_entry e = { 0 };

	if (pt_table_nowhere(table))
		return e;
	if (f->level[depth].entry_bytes == 4)
		e.raw = pt_order32(f,
			atomic_load_explicit(pt_slot32(table, index),
					     memory_order_acquire));
	else
		e.raw = pt_order64(f,
			atomic_load_explicit(pt_slot64(table, index),
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
	if (l->entry_bytes == 4) {
		const _Atomic uint32_t *slot = pt_slot32(table, index);
		uint32_t none = pt_order32(f, (uint32_t)l->none_value);

		for (; index < end; index++, slot++)
			if (atomic_load_explicit(slot, memory_order_relaxed) !=
			    none)
				break;
	} else {
		const _Atomic uint64_t *slot = pt_slot64(table, index);
		uint64_t none = pt_order64(f, l->none_value);

		for (; index < end; index++, slot++)
			if (atomic_load_explicit(slot, memory_order_relaxed) !=
			    none)
				break;
	}
	return index;
}

/* Writes one entry, in one access, and tells the observer. */
static inline void pt_write_entry(const struct pt_format *f, unsigned depth,
				  const struct pt_table *table, unsigned index,
				  struct pt_entry e)
{
	const struct pt_env *env = table->env;
	unsigned bytes = f->level[depth].entry_bytes;
	uint64_t before = 0;

	if (pt_table_nowhere(table))
		return;
	if (env->store)
		before = pt_read_entry(f, depth, table, index).raw;
	if (bytes == 4)
		atomic_store_explicit(pt_slot32(table, index),
				      pt_order32(f, (uint32_t)e.raw),
				      memory_order_release);
	else
		atomic_store_explicit(pt_slot64(table, index),
				      pt_order64(f, e.raw),
				      memory_order_release);
	if (env->store)
		env->store(env->context, pt_slot_pa(f, depth, table, index),
			   bytes, before, e.raw);
}

/*
 * Replaces old by e in one access, unless the entry is no longer old; returns
 * whether it did.  The observer hears of it when it did.
 */
static inline bool pt_cmpxchg_entry(const struct pt_format *f, unsigned depth,
				    const struct pt_table *table,
				    unsigned index, struct pt_entry old,
				    struct pt_entry e)
{
	const struct pt_env *env = table->env;
	unsigned bytes = f->level[depth].entry_bytes;
	bool done;

	if (pt_table_nowhere(table))
		return true;
	if (bytes == 4) {
		uint32_t expected = pt_order32(f, (uint32_t)old.raw);

		done = atomic_compare_exchange_strong(
			pt_slot32(table, index), &expected,
			pt_order32(f, (uint32_t)e.raw));
	} else {
		uint64_t expected = pt_order64(f, old.raw);

		done = atomic_compare_exchange_strong(pt_slot64(table, index),
						      &expected,
						      pt_order64(f, e.raw));
	}
	if (done && env->store)
		env->store(env->context, pt_slot_pa(f, depth, table, index),
			   bytes, old.raw, e.raw);
	return done;
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

static inline bool pt_flag_read(const struct pt_flag *flag, uint64_t raw)
{
	return flag->mask && (raw & flag->mask) == flag->set;
}

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

/* The fields that a leaf and a protnone entry have in common. */
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

/* Attributes of a leaf or protnone entry. */
static inline uint32_t pt_attrs_read(const struct pt_level *l,
				     enum pt_kind kind, struct pt_entry e)
{
	const struct pt_leaf_layout *leaf = &l->leaf;
	uint32_t attrs = pt_rights_read(&leaf->rights, e.raw);
	uint32_t key = 0;

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

/* lg2 of the entries that form a unit with this leaf; 0 where it is single. */
static inline unsigned pt_leaf_order(const struct pt_level *l,
				     struct pt_entry e)
{
	const struct pt_leaf_layout *leaf = &l->leaf;

	if (!leaf->group_order || !pt_flag_read(&leaf->group, e.raw))
		return 0;
	return leaf->group_order;
}

/*
 * Whether two leaves of one level differ in nothing but the address, the group
 * mark, ACCESSED and DIRTY.  Each attribute has one encoding, so bits decide.
 */
static inline bool pt_leaf_alike(const struct pt_level *l, struct pt_entry a,
				 struct pt_entry b)
{
	const struct pt_leaf_layout *leaf = &l->leaf;
	uint64_t other = leaf->accessed.mask | leaf->dirty.mask |
			 leaf->group.mask;

	if (leaf->pa.width)
		other |= pt_ones(leaf->pa.width) << leaf->pa.lsb;
	return !((a.raw ^ b.raw) & ~other);
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
		mould->bits | pt_address_encode(mould->field, pa)
	};
}

/* A leaf.  The caller knows that the attributes are representable. */
static inline struct pt_mould pt_leaf_mould(const struct pt_level *l,
					    uint32_t attrs, bool grouped)
{
	const struct pt_leaf_layout *leaf = &l->leaf;

	return (struct pt_mould){
		.field = &leaf->pa,
		.bits = leaf->fixed | pt_attrs_bits(leaf, attrs) |
			pt_flag_bits(&leaf->global, attrs & PT_GLOBAL) |
			pt_flag_bits(&leaf->group, grouped),
	};
}

/*
 * A protnone entry.  GLOBAL and the group mark are not among its fields: their
 * places belong to protnone_fixed.
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

static inline struct pt_mould pt_soft_mould(const struct pt_soft_layout *soft)
{
	return (struct pt_mould){ .field = &soft->payload,
				  .bits = soft->fixed };
}

/* LEAF (single), PROTNONE, SWAP, MIGRATION or MARKER. */
static inline struct pt_mould pt_kind_mould(const struct pt_level *l,
					    enum pt_kind kind, uint32_t attrs)
{
	if (kind == PT_LEAF)
		return pt_leaf_mould(l, attrs, false);
	if (kind == PT_PROTNONE)
		return pt_protnone_mould(l, attrs);
	if (kind == PT_SWAP)
		return pt_soft_mould(&l->swap);
	if (kind == PT_MIGRATION)
		return pt_soft_mould(&l->migration);
	return pt_soft_mould(&l->marker);
}

/* The address or payload of an entry; 0 for kinds that have neither. */
static inline uint64_t pt_entry_pa(const struct pt_level *l, enum pt_kind kind,
				   struct pt_entry e)
{
	if (kind == PT_LEAF)
		return pt_address_decode(&l->leaf.pa, e.raw);
	if (kind == PT_PROTNONE)
		return pt_address_decode(&l->leaf.protnone_pa, e.raw);
	if (kind == PT_SWAP)
		return pt_address_decode(&l->swap.payload, e.raw);
	if (kind == PT_MIGRATION)
		return pt_address_decode(&l->migration.payload, e.raw);
	return 0;
}

static inline bool pt_kind_has_pa(enum pt_kind kind)
{
	return kind == PT_LEAF || kind == PT_PROTNONE || kind == PT_SWAP ||
	       kind == PT_MIGRATION;
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
		e.raw |= layout->hierarchy[i].allow;
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
