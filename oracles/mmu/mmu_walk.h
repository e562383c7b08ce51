/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the readings of this directory share: the registry's objects, loads
 * from simulated memory, filling in an outcome, and the skeleton of a radix
 * walk, mmu_radix_walk().  Nothing here knows a bit of any format.
 *
 * All of it is inline, and an architecture hands the skeleton a constant
 * struct mmu_rules: its hooks become part of the loop, which costs what a loop
 * written by hand would.
 */
#ifndef ORACLES_MMU_MMU_WALK_H
#define ORACLES_MMU_MMU_WALK_H

#include <tablewalk/types.h>

#include "../bytes.h"
#include "../defect.h"
#include "mmu.h"

/* All readings, mmu_<name>: one line each in formats.def. */
#define MMU_FORMAT(name) extern const struct mmu_arch mmu_##name;
#include "formats.def"
#undef MMU_FORMAT

/* Software kinds that every format has: above the page table, and in it. */
#define MMU_KINDS_HUGE ((1u << PT_PROTNONE) | (1u << PT_MIGRATION))
/* Where Linux also has pmd_mkinvalid() or pud_mkinvalid(). */
#define MMU_KINDS_SPLIT (MMU_KINDS_HUGE | (1u << PT_INVALID_HUGE))
#define MMU_KINDS_PAGE (MMU_KINDS_HUGE | (1u << PT_SWAP) | (1u << PT_MARKER))

/* The word of bytes at pa, NULL where there is no memory; the load is noted. */
static inline const uint8_t *mmu_word(const struct pt_memory *memory,
				      uint64_t pa, unsigned bytes)
{
	struct pt_loads *loads = memory->loads;

	if (loads && loads->count++ < PT_LOADS)
		loads->pa[loads->count - 1] = pa;
	return pt_memory_at(memory, pa, bytes);
}

/*
 * The entry of 8 or 4 bytes at index of table, at any depth; false where there
 * is no memory.
 */
static inline bool mmu_load_little64(const struct pt_memory *memory,
				     unsigned depth, uint64_t table,
				     uint64_t index, uint64_t *raw)
{
	const uint8_t *p = mmu_word(memory, table + index * 8, 8);

	(void)depth;
	if (!p)
		return false;
	*raw = bytes_get64(p, false);
	return true;
}

static inline bool mmu_load_big64(const struct pt_memory *memory,
				     unsigned depth, uint64_t table,
				     uint64_t index, uint64_t *raw)
{
	const uint8_t *p = mmu_word(memory, table + index * 8, 8);

	(void)depth;
	if (!p)
		return false;
	*raw = bytes_get64(p, true);
	return true;
}

static inline bool mmu_load_little32(const struct pt_memory *memory,
				     unsigned depth, uint64_t table,
				     uint64_t index, uint64_t *raw)
{
	const uint8_t *p = mmu_word(memory, table + index * 4, 4);

	(void)depth;
	if (!p)
		return false;
	*raw = bytes_get(p, 4, false);
	return true;
}

static inline bool mmu_load_big32(const struct pt_memory *memory,
				     unsigned depth, uint64_t table,
				     uint64_t index, uint64_t *raw)
{
	const uint8_t *p = mmu_word(memory, table + index * 4, 4);

	(void)depth;
	if (!p)
		return false;
	*raw = bytes_get(p, 4, true);
	return true;
}

/*
 * Where the index into a table of depth starts in an address, and the index,
 * on the many machines with 4-KB pages and 512 entries in each table.
 */
static inline unsigned mmu_shift_4k(unsigned depth)
{
	return 12 + 9 * (PT_PTE - depth);
}

static inline uint64_t mmu_index_4k(unsigned depth, uint64_t va)
{
	return va >> mmu_shift_4k(depth) & 511;
}

/* Whether va is the sign extension of its low bits. */
static inline bool mmu_sign_extended(uint64_t va, unsigned bits)
{
	uint64_t upper = va >> (bits - 1);

	return upper == 0 || upper == pt_ones(64 - bits + 1);
}

/* A set of accesses, one bit for each privilege and access. */
static inline unsigned mmu_may(enum pt_privilege privilege,
			       enum pt_access access)
{
	return 1u << ((unsigned)privilege * PT_ACCESSES + (unsigned)access);
}

/* Field by field: a compound literal is a call to memset where ASan is on. */
static inline void mmu_start_entry(struct mmu_entry *out,
				   enum mmu_entry_class class)
{
	out->class = (uint8_t)class;
	out->pa = 0;
	out->denied = 0;
	out->attrs = 0;
	out->order = 0;
	out->replicated = false;
	out->empty = false;
}

/* Without a leaf; the verdicts are still to come. */
static inline void mmu_start_outcome(struct mmu_outcome *out)
{
	out->leaf = false;
	out->pa = 0;
	out->attrs = 0;
	out->denied = 0;
	out->depth = 0;
	out->order = 0;
	out->below = 0;
}

/* The same verdict for everybody. */
static inline void mmu_all_verdicts(struct mmu_outcome *out, enum pt_word word,
				    int depth)
{
	struct pt_verdict verdict = { (uint8_t)word, (int8_t)depth };

	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			out->verdict[p][a] = verdict;
}

/*
 * Verdicts at a leaf where the check of rights comes first: accesses that are
 * not in allowed (a set of mmu_may()) get PT_V_PERMISSION, the others
 * otherwise[access].
 */
static inline void mmu_leaf_verdicts(struct mmu_outcome *out, unsigned depth,
				     unsigned allowed,
				     const enum pt_word otherwise[PT_ACCESSES])
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			bool ok = allowed >> (p * PT_ACCESSES + a) & 1;

			out->verdict[p][a].word =
				(uint8_t)(ok ? otherwise[a] : PT_V_PERMISSION);
			out->verdict[p][a].depth = (int8_t)depth;
		}
}

/* What a permitted access comes to, by the leaf's flags and who sets them. */
static inline void mmu_flag_words(uint32_t attrs, bool hardware_sets,
				  enum pt_word word[PT_ACCESSES])
{
	bool accessed = hardware_sets || (attrs & PT_ACCESSED);
	bool dirty = hardware_sets || (attrs & PT_DIRTY);

	word[PT_READ] = accessed ? PT_V_OK : PT_V_ACCESS;
	word[PT_WRITE] = !accessed ? PT_V_ACCESS :
			 dirty	   ? PT_V_OK :
				     PT_V_DIRTY;
	word[PT_EXEC] = word[PT_READ];
}

/* Verdicts at a leaf where rights are all that is judged. */
static inline void mmu_rights_verdicts(struct mmu_outcome *out, unsigned depth,
				       unsigned allowed)
{
	static const enum pt_word ok[PT_ACCESSES] = {
		PT_V_OK, PT_V_OK, PT_V_OK,
	};

	mmu_leaf_verdicts(out, depth, allowed, ok);
}

/*
 * The accesses that a page's bits allow where a page is either the user's or
 * the kernel's: user code has user pages only; the kernel executes none of
 * those, and reads and writes them where kernel_data says so.
 */
static inline unsigned mmu_page_allowed(bool r, bool w, bool x, bool user_page,
					bool kernel_data)
{
	bool data = !user_page || kernel_data;
	unsigned allowed = 0;

	allowed |= user_page && r ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= user_page && w ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= user_page && x ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= data && r ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= data && w ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= !user_page && x ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

/*
 * Parts of permits(), for one access.  They say again what mmu_page_allowed()
 * and mmu_flag_words() say for a walk, and call neither: tests hold permits()
 * against translate(), which would mean nothing if both were one function.
 */

/* Whether the page's owner stands in the way of no right that it has. */
static inline bool mmu_page_open(bool user_page, bool kernel_data,
				 enum pt_access access,
				 enum pt_privilege privilege)
{
	if (privilege == PT_AS_USER)
		return user_page;
	return !user_page || (access != PT_EXEC && kernel_data);
}

/* What a permitted access comes to: accessed is looked at before dirty. */
static inline enum pt_word mmu_flag_word(uint32_t attrs, bool hardware_sets,
					 enum pt_access access)
{
	if (hardware_sets)
		return PT_V_OK;
	if (!(attrs & PT_ACCESSED))
		return PT_V_ACCESS;
	if (access == PT_WRITE && !(attrs & PT_DIRTY))
		return PT_V_DIRTY;
	return PT_V_OK;
}

/* Moves *address by the second translation; the rights that it leaves, or 0. */
static inline uint32_t mmu_below(const struct pt_below *below,
				 uint64_t *address)
{
	const uint64_t number = (*address - below->first) >> below->shift;
	const struct pt_below_page *page;

	if (*address < below->first || number >= below->count)
		return PT_R | PT_W | PT_X;
	page = &below->page[number];
	if (page->rights)
		*address = page->to + (*address & pt_ones(below->shift));
	return page->rights;
}

/* Where a radix walk stands: at an entry just loaded. */
struct mmu_walk {
	const struct pt_memory *memory;
	const struct pt_regime *regime;
	uint64_t table;		/* physical address of the table */
	uint64_t index;		/* of the entry in it */
	unsigned depth;		/* of the table */
	uint64_t raw;		/* the entry */
	/* Of the table entries passed so far: */
	uint64_t above;		/* OR of the entries as they are */
	uint32_t denied;	/* OR of mmu_entry.denied */
};

/*
 * Which addresses of 2^pa_bits or more end a walk with PT_V_ADDRSIZE.  Each
 * value includes those before it.
 */
enum mmu_address_check {
	MMU_CHECK_NONE,		/* the entry hook calls them reserved */
	MMU_CHECK_TABLE,	/* of a table; the leaf hook judges a leaf's */
	MMU_CHECK_TABLE_LEAF,
	MMU_CHECK_ROOT_TABLE_LEAF,	/* the root's too, before any load */
};

/*
 * What one manual says of a radix walk.  Geometry and the range of addresses
 * are mmu_arch's.
 */
struct mmu_rules {
	uint64_t root;		/* address bits of a root register */
	enum pt_word reserved;	/* verdict at an entry of class RESERVED */
	enum mmu_address_check check;
	bool below;		/* regime.below translates what this walk comes to */
	/*
	 * The index of va in a table of depth, as arch->level says too.  A
	 * formula, where there is one, costs less than looking there.
	 */
	uint64_t (*index)(unsigned depth, uint64_t va);
	/*
	 * Loads the entry at index of table: its size and byte order.  False
	 * where there is no memory; the walk then ends with PT_V_WALKBUS.
	 */
	bool (*load)(const struct pt_memory *memory, unsigned depth,
		     uint64_t table, uint64_t index, uint64_t *raw);
	/* mmu_arch's: called once for each entry that was loaded. */
	void (*entry)(const struct pt_regime *regime, unsigned depth,
		      uint64_t raw, struct mmu_entry *out);
	/*
	 * May change the class of an entry by what lies around it.  Called
	 * after entry, before anything is judged.  NULL: entries stand alone.
	 */
	void (*around)(const struct mmu_walk *walk, struct mmu_entry *entry);
	/*
	 * Judges a leaf that the checks above let pass: sets all verdicts.
	 * The rest of out is already filled in; denied may be set again by an
	 * architecture that combines its table entries in another way.
	 */
	void (*leaf)(const struct mmu_walk *walk, const struct mmu_entry *entry,
		     struct mmu_outcome *out);
};

/* Whether the root of space translates va: see two_roots, sign_extended. */
static inline bool mmu_in_space(const struct mmu_arch *arch, unsigned space,
				uint64_t va)
{
	unsigned above = arch->va_word_bits - arch->va_bits;

	if (arch->sign_extended)
		return mmu_sign_extended(va, arch->va_bits);
	if (arch->va_bits == 64)
		return true;
	return va >> arch->va_bits ==
	       (arch->two_roots && space ? pt_ones(above) : 0);
}

/* The verdict that ends a walk at this entry; PT_V_OK: follow it. */
static inline enum pt_word mmu_stop(const struct mmu_rules *rules,
				    const struct pt_regime *regime,
				    const struct mmu_entry *entry)
{
	enum mmu_address_check needed = entry->class == MMU_LEAF ?
						MMU_CHECK_TABLE_LEAF :
						MMU_CHECK_TABLE;

	if (entry->class == MMU_INVALID)
		return PT_V_TRANSLATION;
	if (entry->class == MMU_RESERVED)
		return ODEF(MMU_RESERVED_BITS, rules->reserved,
			    PT_V_TRANSLATION);
	if (rules->check >= needed && entry->pa & ~pt_ones(regime->pa_bits))
		return PT_V_ADDRSIZE;
	return PT_V_OK;
}

/*
 * Descriptors are read where the second translation has them; *table is moved so that
 * the one at byte offset of it is there.  False with verdicts where they cannot be.
 */
static inline bool mmu_table_below(const struct pt_below *below,
				   uint64_t *table, uint64_t offset, int from,
				   struct mmu_outcome *out)
{
	uint64_t at = *table + offset;
	uint32_t rights;

	out->below = at;
	rights = mmu_below(below, &at);
	if (rights & PT_R) {
		*table = at - offset;
		return true;
	}
	mmu_all_verdicts(out, rights ? PT_V_WALK_BELOW_DENIED : PT_V_WALK_BELOW,
			 from);
	return false;
}

/* The leaf's page goes through the second translation where the first allows it. */
static inline void mmu_leaf_below(const struct pt_below *below,
				  struct mmu_outcome *out)
{
	static const uint32_t needed[PT_ACCESSES] = { PT_R, PT_W, PT_X };
	uint32_t rights;

	out->below = out->pa;
	rights = mmu_below(below, &out->pa);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			if (out->verdict[p][a].word == PT_V_OK &&
			    !(rights & needed[a]))
				out->verdict[p][a].word =
					rights ? PT_V_BELOW_DENIED : PT_V_BELOW;
}

static inline void mmu_at_leaf(const struct mmu_rules *rules,
			       const struct mmu_arch *arch,
			       const struct mmu_walk *walk, uint64_t va,
			       const struct mmu_entry *entry,
			       struct mmu_outcome *out)
{
	unsigned offset_bits = arch->level[walk->depth].va_shift +
			       (entry->replicated ? entry->order : 0u);

	out->leaf = true;
	out->pa = entry->pa |
		  (va & pt_ones(ODEF(MMU_OFFSET_LOST, offset_bits, 0u)));
	out->attrs = entry->attrs;
	out->denied = walk->denied;
	out->depth = (uint8_t)walk->depth;
	out->order = entry->order;
	rules->leaf(walk, entry, out);
	if (rules->below && walk->regime->below)
		mmu_leaf_below(walk->regime->below, out);
}

/*
 * Walks down from a table of arch->top: load, read, stop or judge or go on.
 * A failed load is told with the depth of the entry that pointed there.
 */
static inline void mmu_radix_down(const struct mmu_rules *rules,
				  const struct mmu_arch *arch,
				  struct mmu_walk *walk, uint64_t va,
				  struct mmu_outcome *out)
{
	int from = PT_DEPTH_UNKNOWN;

	for (walk->depth = arch->top; walk->depth <= PT_PTE; walk->depth++) {
		uint64_t table = walk->table;
		struct mmu_entry entry;
		enum pt_word stop;

		walk->index = rules->index(walk->depth, va);
		if (rules->below && walk->regime->below &&
		    !mmu_table_below(walk->regime->below, &table, walk->index *
				     mmu_stride(&arch->level[walk->depth]),
				     from, out))
			return;
		if (!rules->load(walk->memory, walk->depth, table, walk->index,
				 &walk->raw)) {
			mmu_all_verdicts(out, PT_V_WALKBUS, from);
			return;
		}
		rules->entry(walk->regime, walk->depth, walk->raw, &entry);
		if (rules->around)
			rules->around(walk, &entry);
		stop = mmu_stop(rules, walk->regime, &entry);
		if (stop != PT_V_OK) {
			mmu_all_verdicts(out, stop, (int)walk->depth);
			return;
		}
		if (entry.class == MMU_LEAF) {
			mmu_at_leaf(rules, arch, walk, va, &entry, out);
			return;
		}
		walk->above |= walk->raw;
		walk->denied |= ODEF(MMU_UPPER_RIGHTS, entry.denied, 0);
		walk->table = entry.pa;
		from = (int)walk->depth;
	}
}

/*
 * translate() of an architecture whose tables are a radix tree, PT_PTE never
 * of class TABLE.  rules must be a constant object of the caller's file.
 */
static inline void mmu_radix_walk(const struct mmu_rules *rules,
				  const struct mmu_arch *arch,
				  const struct pt_memory *memory,
				  const struct pt_regime *regime,
				  unsigned space, uint64_t va,
				  struct mmu_outcome *out)
{
	struct mmu_walk walk = {
		.memory = memory,
		.regime = regime,
		.table = regime->root[space] & rules->root,
	};

	mmu_start_outcome(out);
	if (!mmu_in_space(arch, space, va)) {
		mmu_all_verdicts(out, PT_V_CANONICAL, PT_DEPTH_UNKNOWN);
		return;
	}
	if (rules->check == MMU_CHECK_ROOT_TABLE_LEAF &&
	    walk.table & ~pt_ones(regime->pa_bits)) {
		mmu_all_verdicts(out, PT_V_ADDRSIZE, PT_DEPTH_UNKNOWN);
		return;
	}
	mmu_radix_down(rules, arch, &walk, va, out);
}

#endif
