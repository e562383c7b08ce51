/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The callback walker.  Rule numbers R1..R57 are those of docs/walker-rules.md;
 * what follows is the profile "current".
 */
#ifndef TABLEWALK_WALK_H
#define TABLEWALK_WALK_H

#include <tablewalk/table_ops.h>

/* What a callback asks for besides its return value; reset before each call. */
enum pt_walk_action {
	PT_WALK_SUBTREE,	/* descend if the entry is a table */
	PT_WALK_CONTINUE,	/* do not descend; next entry */
	PT_WALK_AGAIN,		/* evaluate the same entry again from its top */
};

/* How often one entry may be evaluated again before -EAGAIN. */
#define PT_WALK_AGAIN_LIMIT 8

struct pt_walk;

/* One entry, as a callback sees it. */
struct pt_visit {
	uint64_t start, last;	/* the entry's range, clipped to the walk's */
	uint64_t pa;		/* as TRACE_VISIT says */
	uint64_t slot;		/* physical address of the entry itself */
	struct pt_entry entry;	/* as read */
	uint32_t attrs;		/* as TRACE_VISIT says */
	int8_t depth;		/* of the callback: an alias where folded */
	uint8_t real_depth;	/* of the entry */
	uint8_t kind, order;
};

/*
 * An entry callback.  Called in ascending order of address, an entry before
 * those below it (R15).
 *
 * Above PT_PTE it is called for every entry that is not none.  The root's
 * entries stand for the folded depths above them too: their callbacks from
 * pgd_entry down to that of the root's own depth are called one after the
 * other for the same entry with the same range, each once (R17, current).  At
 * PT_PTE it is called for every entry, none ones included (R29); a format
 * whose root is a PT_PTE table does not exist.
 *
 * Returns 0 to go on; any other value ends the walk, which returns it (R31),
 * whatever action the same call set.
 * May set walk->action, honoured at all depths (R22, current).  CONTINUE ends
 * the evaluation of this entry: its remaining aliases are not called and
 * nothing below is visited.  AGAIN reads the entry again and starts at the
 * first alias, or the hole; after PT_WALK_AGAIN_LIMIT such re-evaluations of
 * one entry the next AGAIN ends the walk with -EAGAIN.  The count belongs to
 * the entry and starts anew at the next one.  At PT_PTE CONTINUE and SUBTREE
 * mean the same.
 */
typedef int pt_entry_fn(const struct pt_visit *visit, struct pt_walk *walk);

/*
 * Called for an empty entry above PT_PTE, once per entry and never merged
 * (R8, R18): start..last is the entry's range clipped to the walk's, depth the
 * entry's depth, except for the root's (R18): where all depths above it are
 * folded at compile time, as is the rule, it counts as PT_PGD.  A depth d of
 * pt_space.runtime_folded is one that Linux's types have and fold at run time,
 * without correcting the depth: for a hole in the root, start at the root's own
 * depth and go up one as long as the depth that is left is not in the set and is
 * not PT_PGD.
 * Returns as an entry callback does; walk->action is not looked at.
 */
typedef int pt_hole_fn(uint64_t start, uint64_t last, int depth,
		       struct pt_walk *walk);

/*
 * Any member may be NULL.  Tables below an entry are read only if a callback
 * of a deeper depth is set; pte_hole does not count, and holes of tables that
 * are not read are not reported (R23).  So with pte_hole alone, or no callback at all,
 * the root's entries are still read.
 *
 * A leaf or non-present entry gets its callbacks and is not descended (R24).
 * A bad entry is never written: bad is called for it at its own depth instead
 * of the entry callbacks, and where bad is NULL the walk ends with -EFAULT
 * (R20, current).  Actions of bad are honoured as those of an entry callback;
 * it does not count as a deeper callback.
 *
 * The entry as it was read before its callbacks is the one that is followed: a
 * callback that changes the tables itself is not supported yet.
 */
struct pt_walk_ops {
	pt_entry_fn *pgd_entry, *p4d_entry, *pud_entry, *pmd_entry, *pte_entry;
	pt_hole_fn *pte_hole;
	pt_entry_fn *bad;
};

struct pt_walk {
	const struct pt_walk_ops *ops;
	struct pt_space *space;
	void *context;			/* the caller's */
	enum pt_walk_action action;
};

/*
 * Walks [va, last].  -EINVAL: last < va, or va or last + 1 not aligned to the
 * base page (R1, R28).  -ERANGE: the range touches an address that no root of
 * the space translates (R57).  Both before any callback.  Else 0, -EAGAIN,
 * -EFAULT, or what a callback returned.
 */
int pt_walk_inclusive(struct pt_space *space, uint64_t va, uint64_t last,
		      const struct pt_walk_ops *ops, void *context);

/*
 * The Linux-shaped entry: walks [start, end).  end wraps at the format's
 * va_word_bits, so end 0 means the top of the address word (as 2^va_word_bits
 * does where it can be written); a larger end is -ERANGE.  start >= end
 * otherwise is -EINVAL; so is start 0 with end 0.
 */
int pt_walk_range(struct pt_space *space, uint64_t start, uint64_t end,
		  const struct pt_walk_ops *ops, void *context);

#endif
