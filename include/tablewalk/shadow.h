/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Shadow regions: large ranges filled with one shared table.
 *
 * Source: Linux 6.12 mm/kasan/init.c, kasan_populate_early_shadow(): one page
 * table full of entries for one page, one table of each depth above it full of
 * entries for the next one down; a range of terabytes costs a few tables.
 *
 * A *shadow* is that chain of tables, one of each depth below the root.  Every
 * entry of the last one is a leaf of one page, with the same attributes; every
 * entry of another points to the one below it and takes no rights away.  An entry
 * of a space that points to one of them is a *link*.
 *
 *			Who owns what
 *
 * The tables of a shadow are the shadow's, whatever points to them.  They come
 * from the environment and go back there when the shadow is destroyed; they are
 * neither constructed nor destructed, as they are no table of any space.  Tables
 * that pt_shadow_fill() needs at the edges of a range are tables of the space like
 * all others.
 *
 * Only pt_shadow_clear() takes links away.  Operations that only read (walks,
 * dumps, translation, owner queries, copying from without wrprotect and in whole
 * links) see the shadow's tables as tables, and take as long as if each link had its
 * own; a dump can be told (ptdump.h).  Operations that store may not be given a
 * range that touches a link, nor may a space with a link be destroyed or handed to
 * pt_clone_tables(): what they store would show at every link, and what they release
 * is not the space's.  Whoever cannot know asks pt_shadow_touches() first and refuses
 * with -EBUSY.  The exception is pt_restrict() of an entry in a table of the space, a
 * link among them.  A CPU that sets ACCESSED or DIRTY through one link sets it at all.
 */
#ifndef TABLEWALK_SHADOW_H
#define TABLEWALK_SHADOW_H

#include <tablewalk/table_ops.h>

/* The caller allocates it; it is read only for all but these functions. */
struct pt_shadow {
	const struct pt_format *format;
	const struct pt_env *env;
	uint64_t page;			/* physical address of the page */
	uint32_t attrs;			/* of its leaves */
	uint64_t table[PT_DEPTHS];	/* from the depth below the root on */
	uint64_t links;			/* entries that point to its tables */
};

/*
 * Makes a shadow of page for spaces of that format and environment.  Allocates
 * one table of each depth below the root, upper ones first, then fills them,
 * lower ones first.  Every format whose root is above PT_PTE can have one: a
 * pointer entry says nothing of the address that it is used for.
 * -EINVAL: page is not aligned to the base page.
 * -ERANGE: page is not below 2^pa_bits.
 * -EOPNOTSUPP: attrs are not representable at PT_PTE, or the root is there.
 * -ENOMEM: what was allocated is given back, last one first.
 */
int pt_shadow_init(struct pt_shadow *shadow, const struct pt_space *space,
		   uint64_t page, uint32_t attrs);

/* Gives the tables back, lower ones first.  There may be no link any more. */
void pt_shadow_destroy(struct pt_shadow *shadow);

/*
 * Fills [va, last]: each entry that is none and that the range covers whole
 * becomes a link, at PT_PTE a leaf of the page, as high up as that is so.  Where
 * it covers a part, or there is a table, what is below that is filled: missing
 * tables are allocated, in ascending address, a table before those below it.
 * -EINVAL: as for pt_unmap(); the shadow is of another format or environment.
 * -ERANGE.
 * -EBUSY: the space shares a kernel part, or its own is shared (share.h).
 * -EEXIST: an entry in range, at any depth, is neither none nor a table.
 * -ENOMEM: nothing was changed.
 */
int pt_shadow_fill(struct pt_space *space, struct pt_shadow *shadow,
		   uint64_t va, uint64_t last);

/*
 * Makes none every link in range, and every leaf at PT_PTE that maps the page and
 * is not below a link.  All else stays, tables too.  What was none before
 * pt_shadow_fill() of the same range is none after this; empty tables are left to
 * pt_free_tables().  Invalidates as table_ops.h says, before it returns.
 * -EINVAL, -ERANGE: as above.  -EBUSY: as above; or the range splits a link.
 */
int pt_shadow_clear(struct pt_space *space, struct pt_shadow *shadow,
		    uint64_t va, uint64_t last);

/*
 * OP_SHADOW: a shadow of the page at pa with attrs is made, [va, last] filled,
 * looked at, cleared, and the shadow destroyed.  What is refused on the way is
 * returned, after the shadow, if there is one, was destroyed.  Looking is
 *
 * OP_SHADOW_SHORT	a dump (ptdump.h) of the range with holes, no marker, and
 *			the shortcut: its TRACE_RUNs and TRACE_WX;
 * OP_SHADOW_LONG	the same without the shortcut; then pt_walk_inclusive() of
 *			the range with pte_entry alone, and the flags of the case:
 *			its TRACE_VISITs, one for each page, as they have one
 *			address in common.
 *
 * All that stays are the tables that filling needed at the edges, empty.  The shadow's
 * tables are counted by fail, not by ctor-fail.
 */

/*
 * Whether a link covers an address of [va, last].  False for a range that no root
 * of the space translates.
 */
bool pt_shadow_touches(const struct pt_space *space,
		       const struct pt_shadow *shadow, uint64_t va,
		       uint64_t last);

#endif
