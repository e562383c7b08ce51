/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every table operation means.  Subject and oracle are both written from
 * this text; a question is answered here first, then in both.
 *
 *			Words
 *
 * Ranges are inclusive: [va, last].  A *unit* is what one leaf covers: the span
 * of its depth, times 2^order for a group.  A range *touches* a unit when they
 * share a byte, and *splits* it when the unit is not wholly inside.
 *
 * "The entry covering va at depth d" is the entry found by descending from the
 * root through tables.  Where the descent ends above d, because an entry there
 * is not a table, there is *no entry at d*; the entry that ended it covers va.
 *
 *			Errors, in order of precedence
 *
 * -EINVAL	malformed: last < va (empty); va, or last + 1, not aligned to the
 *		base page, or for map to the unit asked for (span << order,
 *		whether or not the format supports it); for map, pa not aligned
 *		to the unit; for setkind, pa not aligned to the base page.
 *		translate accepts any va.  A depth above the root or below
 *		PT_PTE is malformed too.
 * -ERANGE	the range touches an address that no root of the space
 *		translates (the non-canonical gap; the other root's half), or
 *		for map, pa + length exceeds 2^pa_bits of the regime; for setkind
 *		to swap or migration, pa is not below 2^pa_bits.
 * -EOPNOTSUPP	not representable by the format: leaf size, order, attributes,
 *		kind at that depth, hierarchical right.
 * -EEXIST, -ENOENT, -EBUSY  the state of the tables forbids it.
 * -ENOMEM	the arena refused a table.
 *
 * All but -ENOMEM are decided over the whole range before anything is
 * allocated or stored; a failure changes nothing.  -ENOMEM changes nothing
 * either: an operation first allocates every table that it will need, then
 * stores.  When an allocation fails, those already made are given back, last
 * one first.
 *
 *			Order of allocation and release
 *
 * One call per missing table, in ascending address of what the table covers,
 * a table before those below it (pre-order).  Tables are released after they
 * were unlinked, in ascending address, a table after those below it
 * (post-order).  Where an operation both allocates and releases, all
 * allocation comes first.  A new table is empty or completely filled before it
 * is linked.  A new table's pointer entry takes no rights away.  Until it is
 * linked a table may hold anything; those stores are observed like all others.
 * Storing the value that is there already may be left out.
 *
 *			Attributes
 *
 * An attribute word is representable at a depth when each of its parts is: the
 * combination of R, W, X and USER, each flag that is set, the memory type, the
 * key.  What an operation does not name it preserves, across leaf sizes too: what
 * is representable at one depth with leaves is so at every other one, and
 * dividing and joining do not ask again.
 */
#ifndef TABLEWALK_TABLE_OPS_H
#define TABLEWALK_TABLE_OPS_H

#include <tablewalk/format.h>
#include <tablewalk/types.h>

/*
 * Invalidation of what a machine may have cached of [va, last].
 *
 * An entry *counts* when the hardware would use it (a leaf or a table entry that
 * is neither none nor of a software kind) and the table it is in was reachable
 * from the root when the operation began; one in a table that is no longer
 * reachable when it is changed does not.  When an entry that counts is changed in
 * any other way than by setting ACCESSED or DIRTY or by clearing ACCESSED:
 *
 * 1. all that it covers is invalidated after the change and before the operation
 *    returns, whatever it returns (FLUSH-COVER);
 * 2. if it was a table entry, with tables set, and before the table it pointed to
 *    is destructed and released (FLUSH-BEFORE-FREE);
 * 3. with depth that of the leaf that was changed, or PT_DEPTH_UNKNOWN
 *    (FLUSH-HINT): a hint never names a depth at which no changed leaf in the
 *    range was.
 *
 * Where nothing that counts was changed no flush is needed, and one that was
 * made all the same is no mistake.  A range is of one space, page aligned, and
 * inclusive.
 */
struct pt_flush {
	uint64_t va, last;
	int8_t depth;			/* of the leaves, or PT_DEPTH_UNKNOWN */
	bool tables;			/* table entries were changed too */
	uint8_t space;
};

/*
 * Break before make.  On a format with break_before_make an entry that counts is
 * never replaced by another one that the hardware would use (BBM) where the two
 *
 * - are a table and a leaf, or two different tables, or
 * - are leaves that differ in the address they lead to, in their memory type, or in
 *   being of a group.
 *
 * It is made an entry that the hardware does not use first, then all that it
 * covers is invalidated (with the rules above), and only then the new one is stored.
 * Of a group, all entries are broken before the invalidation, which is of all the
 * group, and the first is made after it; so it is where single entries become a
 * group.  Between break and make its addresses have no translation: that is the
 * one hole an operation may show that is not its result.  Changes of rights, ACCESSED
 * and DIRTY alone, and from or to an entry that the hardware does not use, need none
 * of it; a hole for such a change is a mistake.  Changes of GLOBAL are not modelled.
 *
 * What an entry was is what it was when it was last used, before the operation or
 * during it; one that is broken and becomes again what it was needs no invalidation.
 * Several invalidations may together cover what is to be covered.  An empty table
 * that is replaced may be released between break and make; of tables that a group
 * takes the place of each may be invalidated by itself, all before the group's first
 * entry.  Source: Arm ARM (DDI 0487), D8.16.1 "Using break-before-make when updating
 * translation table entries"; (DDI 0406C), B3.10.1.
 */

/* A table as constructors see it (table_owner.h). */
struct pt_table_page {
	uint64_t pa;
	uint32_t bytes;
	uint8_t depth;			/* enum pt_depth of its entries */
	uint8_t space;			/* number of the space that owns it */
};

/*
 * Where tables come from, and who watches.  The harness supplies it; it
 * outlives the space.
 */
struct pt_env {
	const struct pt_memory *memory;
	void *context;
	/*
	 * Gives bytes of zeroed memory, aligned to bytes, at *pa.
	 * Returns 0 or -ENOMEM.  bytes is a power of two.
	 */
	int (*alloc)(void *context, uint64_t bytes, uint64_t *pa);
	/* Takes back exactly what alloc gave. */
	void (*free)(void *context, uint64_t pa, uint64_t bytes);
	/*
	 * Sees every store to table memory, after it was made: the address,
	 * the entry as a number before and after.  May be NULL.
	 */
	void (*store)(void *context, uint64_t pa, unsigned bytes,
		      uint64_t before, uint64_t after);
	/*
	 * Sees every invalidation, when it would be made.  May be NULL.
	 */
	void (*flush)(void *context, const struct pt_flush *flush);
	/* table_owner.h.  Both may be NULL, and each alone. */
	int (*construct)(void *context, const struct pt_table_page *page);
	void (*destruct)(void *context, const struct pt_table_page *page);
};

struct pt_vma;			/* walk.h */

/* Room for the kernel part of the longest root that is broken before made. */
#define PT_BROKEN_WORDS 64

/*
 * One address space.  The caller allocates it; pt_space_init() fills it and
 * allocates the root, pt_space_destroy() gives all tables back.
 */
struct pt_space {
	const struct pt_format *format;
	const struct pt_env *env;
	uint64_t root;			/* physical address of the root table */
	unsigned number;		/* which space: 0 or 1, see PT_SPACES */
	uint8_t pa_bits;
	/*
	 * Bit d: depth d is folded at run time (walk.h, pt_hole_fn).  0 after
	 * pt_space_init(); the caller may set it.
	 */
	uint8_t runtime_folded;
	uint32_t walk_flags;		/* WALK_*; 0 after pt_space_init() */
	/* Ascending and disjoint, the caller's; 0 after pt_space_init(). */
	const struct pt_vma *vma;
	unsigned vmas;
	/* How many changes were begun: walk.h, "Changes during a walk". */
	uint64_t changes;
	/*
	 * share.h: whose kernel part this space has, and which space has that of
	 * this one; NULL after pt_space_init().  Only pt_share_kernel() and
	 * pt_space_destroy() set them.
	 */
	struct pt_space *kernel, *sharer;
	bool synced;			/* with kernel: PT_SHARE_SYNCED */
	/*
	 * Entries of the kernel part, counted from its first, that were broken
	 * in this operation although they were not none (see "Break before
	 * make"): what is made in their place is no addition.
	 */
	uint64_t broken[PT_BROKEN_WORDS];
};

/* 0 or -ENOMEM.  The root is emptied with the format's none value. */
int pt_space_init(struct pt_space *space, const struct pt_format *format,
		  const struct pt_env *env, unsigned number, uint8_t pa_bits);
void pt_space_destroy(struct pt_space *space);

/*
 * Maps [va, last] to [pa, ...] with leaves of exactly the given depth, as
 * groups of 2^order entries where order is not 0.
 *
 * An *empty* table in the way of a leaf is replaced by it and released: a
 * table is empty when each of its entries is none or points to an empty table.
 * Missing tables on the way down are allocated; empty ones that are in use as
 * the way down stay.
 * -EOPNOTSUPP: no leaves at depth; order is neither 0 nor that of the depth's
 * groups; attributes not representable at depth.
 * -EEXIST: any entry in range, at any depth, is neither none nor a table.
 */
int pt_map(struct pt_space *space, uint64_t va, uint64_t last, uint64_t pa,
	   uint32_t attrs, unsigned depth, unsigned order);

/*
 * Makes every leaf and every non-present entry in range none.  Tables stay.
 * Holes are fine, and a bad entry stays.
 *
 * What the range splits is first divided until it splits nothing.  A group is
 * unfolded, that is, its entries become single ones (order 0); then a block is
 * replaced by a table of leaves of the next depth (see pt_split), and so on
 * downward, dividing only the pieces that the range still splits.  An
 * invalid-huge entry divides into single leaves of the next depth with its
 * attributes: it is what a leaf is while it is being split.  Protnone
 * and migration entries divide as leaves do.  Each division of a block needs
 * one table; all are allocated before the first store.
 */
int pt_unmap(struct pt_space *space, uint64_t va, uint64_t last);

/*
 * Sets R, W, X and USER of every leaf, protnone and invalid-huge entry in range
 * to those of
 * attrs; everything else of the entry stays; a protnone or invalid-huge entry
 * that is not divided stays what it is.
 * Other entries and holes are passed over.  Divides what the range splits as
 * pt_unmap does, but only leaves, protnone and invalid-huge entries.
 * -EOPNOTSUPP: the rights, taken alone, are not representable at PT_PTE.
 */
int pt_protect(struct pt_space *space, uint64_t va, uint64_t last,
	       uint32_t attrs);

/*
 * Divides the one leaf covering va at depth.  A group is unfolded: all its
 * entries become single.  A single block becomes a table of leaves of the next
 * depth: consecutive pa, the same attributes, order 0; so does an invalid-huge
 * entry.  A protnone or
 * migration entry becomes a table of such entries with consecutive addresses
 * or payloads.
 * -EOPNOTSUPP: at depth there can be neither a group nor a block: the depth
 * has no leaves, or it is PT_PTE and has no groups.
 * -ENOENT: no leaf, protnone, invalid-huge or migration entry at depth covers
 * va; or depth is
 * PT_PTE and the entry is not in a group.
 */
int pt_split(struct pt_space *space, uint64_t va, unsigned depth);

/*
 * The reverse of pt_split.  order 0: the table that the entry covering va at
 * depth points to becomes one leaf and is released.  It must be full of leaves
 * of the next depth, single, grouped or a mixture, consecutive in pa, the first
 * aligned to the new leaf's span, equal in all attributes but ACCESSED and
 * DIRTY, which are OR-ed.
 * order not 0: the 2^order entries around va at depth become a group, under the
 * same conditions (leaves, not in a group yet, pa of the first aligned to the
 * unit); ACCESSED and DIRTY are OR-ed and set in all.
 * -EOPNOTSUPP: no leaves at depth; or order is neither 0 nor the depth's; or
 * order is 0 and depth is PT_PTE.
 * -ENOENT: order 0: no table entry at depth covers va; else the entry covering
 * va at depth is not a leaf.
 * -EBUSY: the conditions do not hold (also where va's leaf is in a group
 * already); or order 0 and the table's pointer entry takes rights away.
 */
int pt_collapse(struct pt_space *space, uint64_t va, unsigned depth,
		unsigned order);

/*
 * Makes the table entry covering va at depth take away exactly the rights
 * removed (a set of PT_R, PT_W, PT_X, PT_USER) from all below it; 0 gives all
 * back.
 * Nothing else of the entry changes.
 * -EOPNOTSUPP: one of them has no hierarchical bit at depth (a bit outside the
 * four never has), or depth is PT_PTE.  removed 0 is always representable.
 * -ENOENT: no table entry at depth covers va.
 */
int pt_restrict(struct pt_space *space, uint64_t va, unsigned depth,
		uint32_t removed);

/*
 * Makes the none or leaf entry covering va at depth an entry of that kind.
 *
 * PT_PROTNONE, PT_INVALID_HUGE: of a leaf keeps pa and attributes except GLOBAL,
 * which is cleared; of a none entry has pa and attributes 0, with rights PT_R.
 * PT_SWAP, PT_MIGRATION: the payload is pa, rounded down to the span of depth.
 * PT_MARKER: no payload.
 * A leaf in a group is unfolded first, and only the one entry changes.  Missing
 * tables down to depth are allocated.
 * -EOPNOTSUPP: kind is not one of these five, or not representable at depth
 * (invalid-huge never is at PT_PTE); or PT_R alone is not representable
 * (protnone, invalid-huge).
 * -EBUSY: the entry at depth is neither none nor a leaf, or there is no entry
 * at depth because one above it is not none and not a table.
 */
int pt_setkind(struct pt_space *space, uint64_t va, unsigned depth,
	       enum pt_kind kind, uint64_t pa);

/*
 * What hardware does to the leaf covering va when an access succeeds: sets
 * ACCESSED, and DIRTY if the access is a write and the leaf has PT_W.  In a
 * group all entries are updated.  Rights and table entries are not looked at.
 * Always returns 0 where a leaf covers va.
 * -EOPNOTSUPP: leaves at PT_PTE have no accessed flag, or no dirty flag and
 * access is a write.
 * -ENOENT: no leaf covers va.
 */
int pt_touch(struct pt_space *space, uint64_t va, enum pt_access access);

/*
 * Looks at every table but the root that shares an address with [va, last],
 * lower ones first, and releases it when it is empty by then (each entry none)
 * and lies wholly inside [floor, ceiling]; its pointer entry becomes none.
 * Tables that share no address with [va, last] are left alone, and so keep
 * those above them.  Only va and last are checked for errors; floor and ceiling
 * may be any addresses and are compared as unsigned numbers.
 */
int pt_free_tables(struct pt_space *space, uint64_t va, uint64_t last,
		   uint64_t floor, uint64_t ceiling);

/*
 * Copies what [va, last] of from maps to the same places of to, counted from
 * to_va: every leaf and every non-present entry, with its depth, order, kind,
 * address or payload, and attributes.  Bad entries are passed over.  Both spaces
 * are of one format; they may not be the same.
 *
 * What the range splits is divided in from first, as pt_unmap() does.  Empty
 * tables of to in the way of a larger entry are replaced and released, missing
 * ones allocated, as pt_map() does.
 * wrprotect: PT_W is taken away from every leaf, protnone and invalid-huge entry
 * of the range, in from and in the copy (a fork).  Entries whose rights without
 * W are, taken alone, not representable at PT_PTE keep them, on both sides.
 *
 * A hole needs and releases nothing in to, nor does a table of from with nothing
 * to copy.  What tables of from take away is not copied, what those of to take
 * away stays.
 *
 * -EINVAL also where to_va - va is no multiple of what an entry of the root
 * spans, or the largest group of them, and where both spaces are the same or of
 * different formats; -ERANGE also for the range in to, if it wraps too.
 * -EEXIST: an entry of to in the range, at any depth, is neither none nor a
 * table.
 * Order: first all tables that dividing needs, as pt_unmap() allocates them;
 * then those of to, ascending, a table before those below it; then stores; then
 * releases of to's replaced tables, ascending, a table after those below it.
 * -ENOMEM gives back all, last one first.
 */
int pt_copy(struct pt_space *from, struct pt_space *to, uint64_t va,
	    uint64_t last, uint64_t to_va, bool wrprotect);

/* What pt_translate() found: the entry that ended the descent. */
struct pt_lookup {
	/* LEAF, PROTNONE, INVALID_HUGE, SWAP, MIGRATION: of the byte at va. */
	uint64_t pa;
	uint32_t attrs;		/* LEAF, PROTNONE, INVALID_HUGE */
	uint32_t removed;	/* rights the table entries above take away */
	uint8_t kind;		/* enum pt_kind, never PT_TABLE */
	uint8_t depth;		/* enum pt_depth of that entry */
	uint8_t order;
};

/* Fills *result; 0 also for a hole.  -ERANGE. */
int pt_translate(struct pt_space *space, uint64_t va, struct pt_lookup *result);

/*
 * Operations that live in the harness:
 * switch	what follows works on the other space.  Returns 0.
 * fail n	the n-th allocation by an operation from here is refused, once;
 *		0 disarms.  It stays armed across operations and spaces, and is
 *		disarmed by the refusal.  Returns 0.
 * ctor-fail n	the same for constructors (table_owner.h), with a count of its own:
 *		of constructions only, not of refused allocations, nor of roots.
 * during n	walk.h.
 * walk		walk.h.
 */

#endif
