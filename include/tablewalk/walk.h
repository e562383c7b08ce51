/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The callback walker.  Rule numbers R1..R57 are those of docs/walker-rules.md;
 * what follows is the profile "current", and for each flag of
 * pt_space.walk_flags (op.h, WALK_*) what is different where it is set.
 */
#ifndef TABLEWALK_WALK_H
#define TABLEWALK_WALK_H

#include <tablewalk/op.h>
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

/*
 * A stretch of an address space that a process has mapped: page aligned, inside
 * one canonical range.  Those of a space are an array of the caller's, ascending
 * and disjoint (pt_space.vma).
 */
struct pt_vma {
	uint64_t start, last;
	uint64_t page_offset;	/* of start in the file, in base pages */
	uint8_t type;		/* enum op_vma, not OP_VMA_NONE */
	uint8_t file;		/* 1: of the file that pt_walk_mapping() means */
	uint8_t huge_depth;	/* OP_VMA_HUGETLB: enum pt_depth of its pages */
	int8_t test, pre;	/* for the caller's callbacks; not looked at */
};

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
 *
 * WALK_NO_ACTIONS: whatever is asked for is SUBTREE.  WALK_ACTIONS_MIDDLE: so it
 * is for callbacks of PT_PGD, PT_P4D and PT_PTE (the callback's depth, that is
 * the alias's).  WALK_AGAIN_ALIAS: AGAIN starts at the alias that asked for it;
 * each alias of an entry has a count of its own.
 *
 * WALK_FOLDED_EMPTY: an alias above the root's own depth is a level of its own
 * that is never empty.  Its callback is called whatever the entry is (of a none
 * or bad entry with that kind and nothing else), and what comes after it (the
 * next alias, the hole, bad, -EFAULT) comes only if a callback of a deeper depth
 * than the alias's is set, install_pte included.  It is such a level whether its
 * callback is set or not: with pte_hole alone the root then reports nothing.
 *
 * WALK_NO_UPPER_LEAF: an entry of the real depth PT_PGD or PT_P4D that is
 * neither none, table nor bad ends the walk with -EOPNOTSUPP when its own depth's
 * turn comes (after the test of a table there), whether that callback is set or
 * not, and before it.
 * WALK_CLEARS_BAD: a bad entry of the real depth PT_PGD or PT_P4D is made none
 * at that point, and is a none entry like any other.  What Linux's p?d_bad() also
 * counts (table entries that take rights away, those of x86 without D) is not
 * bad here.
 *
 * Linux has no limit of re-evaluations; under all flags this one holds.  Under
 * WALK_ACTIONS_MIDDLE Linux honours an AGAIN of pte_entry that no later call of
 * the same table takes back by evaluating the PT_PMD entry again: it does not
 * count here (docs/referee.md).
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
 * The depth is PT_DEPTH_UNKNOWN for what no table was read for (below), and
 * with WALK_NO_DEPTH always.
 */
typedef int pt_hole_fn(uint64_t start, uint64_t last, int depth,
		       struct pt_walk *walk);

/*
 *			Walks over VMAs
 *
 * What is outside every VMA is a hole of PT_DEPTH_UNKNOWN, one per gap, clipped
 * to the walk, with walk->vma NULL; no table is read for it (R7).  The tables
 * below a VMA are walked in its part of the range only, and ranges are clipped
 * to it (R8).  For each VMA, in ascending order, with walk->vma set:
 *
 * 1. If test_walk is set it is called with the VMA's part of the range: less
 *    than 0 ends the walk with that value, more than 0 skips the VMA without
 *    another word (R9).  Where it is not set, an OP_VMA_PFNMAP VMA is a hole of
 *    PT_DEPTH_UNKNOWN and is skipped; if pte_hole then returns less than 0 the
 *    walk ends with it, more than 0 counts as 0 (R10).
 * 2. With install_pte an OP_VMA_HUGETLB VMA ends the walk with -EINVAL.
 * 3. pre_vma, if set; what is not 0 ends the walk with it (R11).
 * 4. OP_VMA_HUGETLB: without hugetlb_entry nothing.  Else its range in steps of
 *    pages of huge_depth, the first from where the range starts, the last
 *    clipped (R13): if there is a table of that depth for the page,
 *    hugetlb_entry with the entry that covers it, whatever that is; its action
 *    is not looked at.  If there is none, pte_hole with PT_DEPTH_UNKNOWN.
 *    Other VMAs: the tables, as without VMAs but for what follows.
 * 5. post_vma, if set, also when 4 ended the walk (R11).
 *
 * Splitting (R25).  With a VMA, an entry above PT_PTE that is a leaf or
 * protnone, migration or invalid-huge, whose callbacks left SUBTREE, is split
 * (pt_split(), a group by a call of its own before that) if an entry callback of a deeper depth is
 * set; install_pte alone is no reason (R36).  What the split returns but 0 ends
 * the walk.  Then the walk goes on in the new table; the entry's callbacks are
 * not called for it again.
 *
 * Entry points.  pt_walk_vma() and pt_walk_range_vma() leave out step 1 (R12);
 * WALK_VMA_TESTED: pt_walk_vma() does not.  pt_walk_mapping() does all, calls
 * test_walk, and reports the hole of a PFNMAP VMA, with the whole VMA, and
 * reports no gaps.  WALK_TEST_ENDS_MAPPING:
 * there a test_walk of more than 0, and a PFNMAP VMA, end the walk with 0.
 * Linux takes a mapping's VMAs in order of their page offset, not of address.
 *
 *			Installing
 *
 * install_pte set (R33 to R39): a none entry above PT_PTE is no hole; a table is
 * allocated and linked there first, then it is as any other table entry, its
 * callbacks included.  With WALK_FOLDED_EMPTY the aliases above come before that,
 * and see it none.  At PT_PTE a none entry goes to install_pte instead of
 * pte_entry.  If that returns 0 the walker stores what it supplied, else the
 * walk ends with its value and nothing is stored.  What the format cannot have
 * ends the walk before the store: -EINVAL pa not page aligned, -ERANGE not below
 * 2^pa_bits, -EOPNOTSUPP attributes.  Every other entry goes to pte_entry, or is
 * passed over where that is NULL; a bad one goes to bad, or is -EFAULT.  A
 * refused table ends the walk with -ENOMEM.  Tables and entries made before the
 * end of the walk stay, whatever ended it (R37).  It counts as a callback of
 * PT_PTE for what is descended (R23).
 *
 * What is made on the way to a page is made before its callback is asked: a table
 * that was allocated, or a block that was divided because pte_entry is set, stays so
 * if the callback then refuses.
 *
 * update is called for each entry that was installed, once, right after it was
 * stored, with the entry as it is; for nothing else.  walk->vma is its VMA: where
 * there is none nothing is installed (R38).  It may not change tables.  Source:
 * Linux's update_mmu_cache() in walk_pte_range_inner().
 *
 *			Tests of tables
 *
 * WALK_TABLE_TESTS (R41): test_p4d, test_pud and test_pmd, if set, are called
 * with the clipped range each time the walk is about to read a table of entries
 * of that depth below the root; a level that is an alias of the root (and the
 * root's own depth, where there are aliases above it) is such a table of one
 * entry, once per entry, right before that alias.  Less than 0 ends the walk
 * with it, more than 0 skips the table, or this and all later aliases and what
 * is below, the hole included.  A re-evaluation does not test again.  Without
 * WALK_FOLDED_EMPTY a none entry has no aliases, and so no tests.  Without the
 * flag they are never called.
 */
typedef int pt_range_fn(uint64_t start, uint64_t last, struct pt_walk *walk);
typedef void pt_post_fn(struct pt_walk *walk);

/* What install_pte supplies. */
struct pt_install {
	uint64_t pa;
	uint32_t attrs;
};
typedef int pt_install_fn(uint64_t start, uint64_t last,
			  struct pt_install *supplied, struct pt_walk *walk);
typedef void pt_update_fn(const struct pt_visit *visit, struct pt_walk *walk);

/*
 *			Walks that ask whose a table is
 *
 * table_of returns what is known of the table at pa (table_owner.h), or NULL.
 * If it is set it is asked right before the entries of a table are read, each
 * time, the root included; for hugetlb_entry on the way to each page.  Unless the
 * answer is exactly what the walk takes the table for (address, length, depth,
 * number of the space, or of the owner in a shared kernel part) stray is called,
 * if it is set, with that and with the answer, and the walk ends with -EFAULT.
 */
typedef const struct pt_table_page *pt_table_of_fn(uint64_t pa,
						   struct pt_walk *walk);
typedef void pt_stray_fn(const struct pt_table_page *wanted,
			 const struct pt_table_page *found,
			 struct pt_walk *walk);

/*
 * OP_POKE: somebody writes a wrong entry behind everybody's back, the space is
 * looked at, and the bytes are put back as they were.  In this order:
 *
 * -EOPNOTSUPP: OP_POKE_NOTHING; a pointer at PT_PTE.  Then what pt_table_at(va,
 * depth) returns (table_owner.h) if it is not 0.  -EBUSY: the entry of that table
 * covering va is not none.  Then, by nth, the word is
 *
 * OP_POKE_BAD	the first bad one of: all ones; each single bit, from bit 0 on; each
 *		of these inverted.  -EOPNOTSUPP: there is no bad one.  An entry in
 *		halves is as long as both; the copies are alike.
 * OP_POKE_OTHER a pointer, taking nothing away, to the other space's table of the
 *		next depth that covers va, or, with two roots, the same place of
 *		the other half.  -EBUSY: the spaces share a kernel part (share.h).
 *		-ENOENT: there is no such table.
 * OP_POKE_DEPTH such a pointer to the table that the entry is in.  -EOPNOTSUPP:
 *		it is shorter than one of the next depth.
 * OP_POKE_UNKNOWN such a pointer to an address that a pointer can hold, aligned as
 *		a table of the next depth is, where no live table is.
 *
 * Nothing is invalidated, and no observer sees it.  There is a bad word wherever
 * hardware rejects one of them, or does not look at it and it is not none.  Then
 * pt_walk_inclusive() of [va, last] with all entry callbacks, pte_hole and bad set,
 * table_of answering for every live table, and stray; flags are those of the case;
 * callbacks return 0 and leave SUBTREE.  Events: as of OP_WALK; bad is a TRACE_VISIT
 * with kind PT_BAD and neither address nor attributes; stray a TRACE_STRAY.  Of
 * OP_POKE_BAD, if the walk returned 0, the range is dumped too, as OP_DUMP does with
 * holes and no marker, and va is looked up as by OP_TRANSLATE, also where the dump is
 * refused.  Returns what the walk returned, then the first that failed.
 *
 * A walk that clears what is bad (WALK_CLEARS_BAD) leaves it none, which it was.
 */

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
 * The entry as it was read before its callbacks is the one that is followed,
 * unless a callback changes the tables: see "Changes during a walk".
 *
 * Those from test_walk to post_vma are called by walks over VMAs only.
 */
struct pt_walk_ops {
	pt_entry_fn *pgd_entry, *p4d_entry, *pud_entry, *pmd_entry, *pte_entry;
	pt_hole_fn *pte_hole;
	pt_entry_fn *bad;
	pt_range_fn *test_p4d, *test_pud, *test_pmd;
	pt_range_fn *test_walk;
	pt_range_fn *pre_vma;
	pt_post_fn *post_vma;
	pt_entry_fn *hugetlb_entry;	/* visit->depth is huge_depth */
	pt_install_fn *install_pte;
	pt_update_fn *update;
	pt_table_of_fn *table_of;
	pt_stray_fn *stray;
};

struct pt_walk {
	const struct pt_walk_ops *ops;
	struct pt_space *space;
	void *context;			/* the caller's */
	const struct pt_vma *vma;	/* NULL without, and in gaps */
	/* Of vma what pre_vma was called with: for post_vma. */
	uint64_t vma_start, vma_last;
	enum pt_walk_action action;
};

/*
 * Walks [va, last].  -EINVAL: last < va, or va or last + 1 not aligned to the
 * base page (R1, R28), or install_pte is set (R3).  -ERANGE: the range touches
 * an address that no root of the space translates (R57).  Both before any
 * callback.  Else 0, -EAGAIN, -EFAULT, or what a callback returned.
 *
 * WALK_UNALIGNED (R28): alignment is not looked at, but last less than a base
 * page - 1 is -EINVAL: Linux would not end.  Ranges above PT_PTE are clipped to
 * the bytes asked for.  In a page table the first visit starts at va, or at the
 * table's first byte of the range, as it is; each has the length of a page and
 * so perhaps ends beyond the range (modulo the address word); the next starts a
 * page further on; the last is the first whose start is not below last + 1 - a
 * page (modulo the address word).  An entry is visited once per visit of its
 * index: counting starts with the entry that covers the first start.  The pa of
 * a visit is that of its start.
 *
 * This is the walk without VMAs: of the kernel's tables, or for debugging.
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

/*
 * Walks [va, last] over the space's VMAs; errors as above.  pt_walk_install()
 * is the same and accepts install_pte (-EINVAL where it is not set; with
 * WALK_NO_INSTALL always); the others refuse it with -EINVAL before anything
 * else.
 */
int pt_walk_vmas(struct pt_space *space, uint64_t va, uint64_t last,
		 const struct pt_walk_ops *ops, void *context);
int pt_walk_install(struct pt_space *space, uint64_t va, uint64_t last,
		    const struct pt_walk_ops *ops, void *context);

/* Walks all of one VMA of the space (R12). */
int pt_walk_vma(struct pt_space *space, const struct pt_vma *vma,
		const struct pt_walk_ops *ops, void *context);

/*
 * Walks [va, last] of one VMA.  -EINVAL also where that is not inside it (R4),
 * after the checks of pt_walk_inclusive().
 */
int pt_walk_range_vma(struct pt_space *space, const struct pt_vma *vma,
		      uint64_t va, uint64_t last,
		      const struct pt_walk_ops *ops, void *context);

/*
 * Walks, in every VMA with file set, in ascending order of address, what is of
 * the pages first..last of the file (R14).  last < first is -EINVAL.
 */
int pt_walk_mapping(struct pt_space *space, uint64_t first, uint64_t last,
		    const struct pt_walk_ops *ops, void *context);

/*
 *			Changes during a walk
 *
 * An entry callback, pte_hole included, may carry out operations on the space
 * being walked.  Each call of pt_map, pt_unmap, pt_protect, pt_split,
 * pt_collapse, pt_restrict, pt_setkind, pt_free_tables, pt_walk_install and
 * pt_copy (of both its spaces) is a change (pt_space.changes), whatever it
 * returned; pt_touch, pt_translate, dumps, iterations and other walks are none,
 * nor is what this walk splits or installs itself.
 *
 * When a callback returned 0 and a change was made during it, its action is not
 * looked at.  The walker keeps no table and no entry that it had read: it reads
 * anew from the root at a, the first address that the callback was given, and
 * goes on there:
 *
 * 1. As long as the entry covering a at a depth above that of the callback's
 *    real entry (pt_visit.real_depth; of a hole that of the none entry) is a
 *    table, nothing is called for it: its callbacks have been.
 * 2. The entry where this ends, at the callback's real depth or above it, is
 *    evaluated as one that was never seen: from its first alias, or as a hole,
 *    with its range clipped to [a, last].  Where this is at PT_PTE, the entry at
 *    a and those after it are visited as ever.
 * 3. What is behind a is not visited again; what is ahead is seen as it then is.
 *
 * A change counts as an AGAIN of the entry that the callback was called for
 * (with WALK_AGAIN_ALIAS of the alias that made it, and too it starts at the first
 * alias).  AGAINs and changes of one entry are counted together; an entry of
 * another depth at the same address starts a count of its own.  Changes at one
 * address, of whatever depths, have the same limit besides, so that no callbacks
 * make a walk endless.  A table that an operation inside a callback releases is
 * released at once.
 *
 * bad and install_pte are entry callbacks here; what install_pte supplied along
 * with a change is not stored, and it is asked again.  Holes of gaps and of PFNMAP
 * VMAs, and hugetlb pages, belong to no entry that is evaluated: the walk goes on
 * behind them.  test_walk, pre_vma, post_vma and the tests of tables may not change
 * tables.  Of tables passed without a word no test is called.
 *
 * Linux's walker holds a reference to the table it is in and evaluates an entry
 * of PT_PUD or PT_PMD again if it was cleared under it (R24); a table that is
 * released waits for all walkers.  What it has seen before the change it may go
 * on to use.  That is not modelled.
 *
 *			Operations on these in a case
 *
 * OP_DURING: the operation that follows is *held* if it is a map, unmap, protect,
 * split, collapse, restrict, setkind, free or install: it returns 0 at its turn,
 * without any other event.  The next OP_WALK carries it out inside its callback
 * with the number nth, counted from 1 as stop_at counts, right after that
 * callback's own event: its events as if it came alone, but TRACE_INNER instead of
 * TRACE_RETURN.  If that callback is also the one that stops the walk, the
 * operation comes first.  A walk that has fewer callbacks does not carry it out.
 * In any case it is forgotten then, as it is at the next OP_DURING; one with nth 0
 * holds nothing.  Walks over VMAs and installs neither carry it out nor forget it.
 * An operation of another kind that follows ends the wait: it is carried out at its
 * turn, and nothing is held.  The held operation works on the
 * space that is current when it is carried out.  OP_DURING itself returns 0.
 *
 * OP_VMA: the range va..last stops being of any VMA (those that it cuts keep
 * what is left, the part behind it with a page_offset larger by the pages before
 * it); then, unless type is
 * OP_VMA_NONE, it is a VMA of its own, page_offset 0.  Never joined to others.
 * -EINVAL and -ERANGE as for pt_walk_inclusive() without flags; -EOPNOTSUPP for
 * hugetlb where the depth has no leaves or is PT_PTE; -EINVAL for hugetlb where
 * va or last + 1 is not aligned to its page.  Checked in the order -EINVAL of
 * the range, -ERANGE, -EOPNOTSUPP, -EINVAL of hugetlb.  It always succeeds
 * otherwise: there is room for 2 * 64 + 1 of them per space.  VMAs are of the
 * space that is current.
 *
 * OP_WALK_VMA: the entry point that walk.entry says; for OP_ENTRY_VMA and
 * OP_ENTRY_RANGE_VMA -ENOENT, before any other error, where no VMA covers va.
 * TRACE_POST has the VMA's part also where pre_vma is not set; the depth of TEST,
 * PRE and POST is 0.  OP_INSTALL:
 * pt_walk_install() with the callbacks of walk.callbacks, install_pte supplying
 * op.pa + (address - op.va) and op.attrs; test_walk, pre_vma and so on are not
 * set.  bad is never set.
 */

#endif
