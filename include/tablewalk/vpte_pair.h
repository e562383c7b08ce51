/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two spaces side by side: a range of one and as long a range of another are
 * iterated together, item against item (vpte.h), in stretches that both have in
 * one piece.  The spaces may differ in leaf size at any place, and in format: a
 * group of pages on one side may face pages, a huge page or a hole on the other.
 * What a fork, a comparison of two trees, or a move to another page size needs.
 *
 * Source: Linux's copy_page_range() and move_page_tables() (mm/memory.c,
 * mm/mremap.c), which do this level by level and copy what is alike only.
 */
#ifndef TABLEWALK_VPTE_PAIR_H
#define TABLEWALK_VPTE_PAIR_H

#include <tablewalk/vpte.h>

/*
 * One stretch: va..last of from faces to_va..to_last of to.  from and to are the
 * items there, clipped to the stretch (start, last and pa are of it); whole says
 * for each whether its unit is wholly in the stretch.  slot is that of the unit's
 * first entry.
 */
struct pt_stretch {
	struct pt_item from, to;
};

/* A place in two ranges.  Private, but for stretch. */
struct pt_pair {
	struct pt_iterator from, to;
	uint64_t next, last;		/* in from */
	uint64_t to_next;
	bool ended;
	struct pt_stretch stretch;
};

/*
 * Starts before the first stretch of [va, last] of from and as much of to from
 * to_va on.  The page of from and that of to may differ; the range is in whole
 * pages of both.  -EINVAL also where the range in to would wrap; then, of from
 * first, the errors of pt_iterate().
 */
int pt_iterate_pair(struct pt_pair *pair, struct pt_space *from,
		    struct pt_space *to, uint64_t va, uint64_t last,
		    uint64_t to_va);

/*
 * Goes to the next stretch and returns true, or false after the last.  Between
 * two calls to may be changed by pt_pair_copy() of this pair, and otherwise from
 * the end of the stretch on only in what is behind; from not at all.
 */
bool pt_pair_next(struct pt_pair *pair);

/*
 * Makes what to has in the stretch, a none entry, what from has there.  A none
 * entry of from: nothing.  A leaf: with the largest leaves of to, groups included,
 * that fit into the stretch and are aligned there on both sides; attributes but
 * those in clear (PT_W for a fork, PT_ACCESSED, ...) stay.  A swap or migration
 * entry or a marker: with the entry of the same kind, if the stretch is one entry of
 * to's deepest level and all of from's.
 * -EINVAL before the first and after the last stretch.  -EEXIST: to's entry is
 * not none.  -EOPNOTSUPP: another kind, an entry that is not wholly in the stretch,
 * or what to cannot represent.  -EBUSY, -ERANGE, -ENOMEM: as pt_map().  -EEXIST comes
 * first, whatever from has there, then -EOPNOTSUPP; then those of pt_map(), by which
 * each leaf is mapped by itself.  A failure leaves what was mapped of this stretch so
 * far, an ascending prefix.
 */
int pt_pair_copy(struct pt_pair *pair, uint32_t clear);

/*
 * OP_PAIR: the pair of [va, last] of the current space and of as much of the other
 * one from pa on.  OP_PAIR_COMPARE: two TRACE_ITEMs for each stretch, from's and
 * to's.  OP_PAIR_COPY: pt_pair_copy() of each with attrs as what is cleared, and no
 * TRACE_ITEM; the first that fails ends it.  Where to is a sharer's space (share.h)
 * the copy into its kernel part is -EBUSY, as pt_map() would be, unless there is
 * nothing to copy; what an owner gets there a sharer has at once, also ahead in from.
 */

#endif
