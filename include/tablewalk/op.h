/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations and cases.
 *
 * A case is a 16-byte header and up to CASE_RECORDS 8-byte records.  It is
 * symbolic: addresses are an anchor plus deltas in granules, so that one case
 * means something on every format.  case_resolve() turns a record into a
 * concrete struct op for one format; subject and oracles see only that.
 * Ranges of map and protect are clipped there to 4096 entries of the size asked
 * for (map: to a table of them, if it has more; protect: of the record's
 * granule), those of version 3's kinds as docs/case-format.md says, so that a case
 * stays cheap.
 *
 * The decoder is total: any byte string is a case.  Each selector byte goes
 * through a fixed 256-entry table that is never renumbered; a byte that means
 * nothing (or a kind that the header's mask disables) decodes to OP_NOP.  The
 * op-list hash of given bytes is therefore the same for ever.
 */
#ifndef TABLEWALK_OP_H
#define TABLEWALK_OP_H

#include <tablewalk/types.h>

/*
 * Kinds of operation.  Numbers are bits of the header's mask: append only.
 * What each means is in table_ops.h, walk.h, ptdump.h, vpte.h, vpte_pair.h,
 * table_owner.h, share.h, shadow.h, identity.h and clone.h.
 */
enum op_kind {
	OP_NOP,
	OP_MAP,
	OP_UNMAP,
	OP_PROTECT,
	OP_SPLIT,
	OP_COLLAPSE,
	OP_RESTRICT,
	OP_SETKIND,
	OP_TOUCH,
	OP_FREE,
	OP_TRANSLATE,
	OP_SWITCH,
	OP_WALK,
	OP_FAIL,
	OP_INSTALL,
	OP_DUMP,
	OP_ITERATE,
	OP_COPY,
	OP_POKE,
	OP_CTOR_FAIL,
	OP_SHARE,
	OP_SYNC,
	OP_VMA,
	OP_WALK_VMA,
	OP_OWNER,
	OP_DURING,
	OP_SHADOW,
	OP_IDENTITY,
	OP_CLONE,
	OP_PAIR,
	OP_POISON,
	OP_KINDS,
};

/* The mask that a header with mask 0 stands for: all kinds up to OP_FAIL. */
#define OP_MASK_V1 UINT64_C(0x3fff)
/*
 * Of version 2: those and install, dump, iterate, copy, ctor-fail, share, sync,
 * vma, walk-vma, owner, during.
 */
#define OP_MASK_V2 (OP_MASK_V1 | UINT64_C(0x3fbc000))
/* Of version 3: those and poke, shadow, identity, clone, pair, poison. */
#define OP_MASK_V3 (OP_MASK_V2 | UINT64_C(0x7c040000))

/* Callbacks of a walk, as a mask. */
#define OP_CB_ENTRY(depth) ((uint8_t)(1u << (depth)))	/* enum pt_depth */
#define OP_CB_HOLE UINT8_C(0x20)

/* The callbacks of a walk over VMAs beside those, as a mask (walk.h). */
#define OP_CB_TEST_WALK UINT8_C(0x01)
#define OP_CB_PRE_VMA UINT8_C(0x02)
#define OP_CB_POST_VMA UINT8_C(0x04)
#define OP_CB_HUGETLB UINT8_C(0x08)
#define OP_CB_TEST_TABLE UINT8_C(0x10)	/* test_p4d, test_pud and test_pmd */

/* The entry point of a walk over VMAs (walk.h). */
enum op_entry {
	OP_ENTRY_RANGE,		/* pt_walk_vmas() */
	OP_ENTRY_VMA,		/* pt_walk_vma() of the VMA that covers va */
	OP_ENTRY_RANGE_VMA,	/* pt_walk_range_vma() of that VMA */
	OP_ENTRY_MAPPING,	/* pt_walk_mapping() of pages floor..ceiling */
	OP_ENTRY_REFUSED,	/* pt_walk_vmas() with install_pte set */
	OP_ENTRIES,
};

/* What a VMA is of (walk.h). */
enum op_vma {
	OP_VMA_NONE,		/* there is none: what was there goes */
	OP_VMA_PLAIN,
	OP_VMA_PFNMAP,
	OP_VMA_HUGETLB,
	OP_VMAS,
};

/*
 * How a walk differs from what walk.h calls current, as a set of flags.  Each
 * is something that a version of Linux's walker does; which do what is in
 * docs/walker-rules.md.  Where walk.h mentions a flag, the sentence holds where
 * it is set; everything else holds always.
 */
#define WALK_ACTIONS_MIDDLE UINT32_C(0x001) /* R22: pud and pmd only */
#define WALK_NO_ACTIONS UINT32_C(0x002)	    /* R41: there are none */
#define WALK_AGAIN_ALIAS UINT32_C(0x004)    /* again from the same alias */
#define WALK_FOLDED_EMPTY UINT32_C(0x008)   /* R17: aliases see empty entries */
#define WALK_CLEARS_BAD UINT32_C(0x010)	    /* R20: at pgd and p4d */
#define WALK_NO_UPPER_LEAF UINT32_C(0x020)  /* R21: at pgd and p4d */
#define WALK_UNALIGNED UINT32_C(0x040)	    /* R28: any range */
#define WALK_TEST_ENDS_MAPPING UINT32_C(0x080) /* R14 */
#define WALK_VMA_TESTED UINT32_C(0x100)	    /* R12: pt_walk_vma() tests */
#define WALK_NO_INSTALL UINT32_C(0x200)	    /* R33: no install_pte yet */
#define WALK_NO_DEPTH UINT32_C(0x400)	    /* R43: holes have no depth */
#define WALK_TABLE_TESTS UINT32_C(0x800)    /* R41: test_p4d and so on */
#define WALK_FLAGS UINT32_C(0xfff)

/* What a callback asks of the walker, besides its return value. */
enum op_action {
	OP_SUBTREE,		/* descend if there is a table: the default */
	OP_CONTINUE,		/* go on with the next entry of this table */
	OP_AGAIN,		/* evaluate this entry once more from its top */
};

/*
 * What the callbacks of one walk do; interpreted by the harness's callbacks
 * and, independently, by the oracle.
 *
 * callbacks	which of pgd_entry..pte_entry and pte_hole are set.
 * action	is set by entry callbacks of depth action_depth on their call
 *		number action_from (counted from 0 over the walk, re-evaluations
 *		included; one count per depth), and if action_always is set also
 *		on every later one.  All other calls leave OP_SUBTREE.
 * stop_at	if not 0: the callback with this number (counted from 1 over all
 *		callbacks of the walk, holes and re-evaluations included)
 *		returns stop_value.  hugetlb_entry and install_pte count;
 *		test_walk, pre_vma, post_vma and those of tables do not.
 * vma_callbacks which of OP_CB_TEST_WALK.. are set; walk-vma only.  test_walk
 *		and pre_vma return what their VMA says.
 * entry	walk-vma only.
 *
 * With OP_CB_TEST_TABLE the tests of p4d, pud and pmd tables are set: the call
 * with number action_from (and with action_always every later one) of the test
 * of depth action_depth returns 1 where action is OP_CONTINUE and -4 where it is
 * OP_AGAIN; all others return 0.  One count per depth, not shared with the
 * entry callbacks.
 */
struct op_walk {
	uint8_t callbacks;
	uint8_t action;			/* enum op_action */
	uint8_t action_depth;		/* enum pt_depth */
	uint8_t action_from;
	bool action_always;
	uint8_t stop_at;
	int8_t stop_value;		/* not 0 where stop_at is not 0 */
	uint8_t vma_callbacks;		/* OP_CB_TEST_WALK .. */
	uint8_t entry;			/* enum op_entry */
};

/* What OP_VMA puts at a range. */
struct op_vma_kind {
	uint8_t type;			/* enum op_vma */
	uint8_t file;			/* 1: maps the one file there is */
	int8_t test;			/* what test_walk returns for it */
	int8_t pre;			/* what pre_vma returns for it */
};

/*
 * One concrete operation.  Ranges are inclusive; last < va is a malformed
 * (empty) range.  Fields that a kind does not use are 0.
 *
 *		va last pa attrs depth order other
 * map		x  x    x  x     x     x
 * unmap	x  x
 * protect	x  x       x			attrs: only PT_RIGHTS count
 * split	x                x
 * collapse	x                x     x
 * restrict	x          x     x		attrs: the rights taken away
 * setkind	x       x        x		target; pa 0 where the kind has none
 * touch	x				access
 * free		x  x				floor, ceiling
 * translate	x
 * switch					space
 * walk		x  x				walk
 * fail						nth
 * install	x  x	 x  x			walk: callbacks, stop
 * dump		x  x				floor: marker; nth: PT_DUMP flags
 * iterate	x  x				nth: enum op_iterate
 * copy		x  x	 x			pa: the target address;
 *						nth: 1 takes W away
 * vma		x  x		x		vma; depth of hugetlb's pages
 * walk-vma	x  x				walk, floor, ceiling
 * ctor-fail					nth
 * owner	x                x
 * share					nth: 1 synced
 * sync		x
 * during					nth
 * poke		x  x             x		nth: enum op_poke
 * shadow	x  x	 x  x			nth: enum op_shadow
 * identity	x  x	    x			pa is va
 * clone	x  x				nth: PT_DUMP flags
 * pair		x  x	 x  x			pa: the target address; attrs: what
 *						is cleared; nth: enum op_pair
 * poison	x		 x		nth: enum op_poison
 */
struct op {
	uint64_t va, last, pa, floor, ceiling;
	uint32_t attrs;
	uint8_t kind;			/* enum op_kind */
	uint8_t depth;			/* enum pt_depth, never above the root */
	uint8_t order;			/* lg2 entries of a group; 0 single */
	uint8_t target;			/* enum pt_kind */
	uint8_t access;			/* enum pt_access */
	uint8_t space;			/* 0 or 1 */
	uint8_t nth;			/* 1 is the next one; 0 disarms */
	struct op_walk walk;
	struct op_vma_kind vma;
};

/* What OP_ITERATE does at each item (vpte.h). */
enum op_iterate {
	OP_ITERATE_ALL,		/* reports it */
	OP_ITERATE_PRESENT,	/* reports it; holes are left out */
	OP_ITERATE_AGE,		/* reports leaves and clears ACCESSED */
	OP_ITERATE_MOVE,	/* reports leaves and sets the address behind */
	OP_ITERATES,
};

/* What OP_POKE writes (walk.h).  Of version 2 it is always OP_POKE_NOTHING. */
enum op_poke {
	OP_POKE_NOTHING,
	OP_POKE_BAD,		/* a word that is no entry */
	OP_POKE_OTHER,		/* a pointer to a table of the other space */
	OP_POKE_DEPTH,		/* ... to one of the wrong depth */
	OP_POKE_UNKNOWN,	/* ... to memory that is no table */
	OP_POKES,
};

/* How OP_SHADOW looks at what it filled (shadow.h). */
enum op_shadow {
	OP_SHADOW_SHORT,	/* the dump takes the shortcut */
	OP_SHADOW_LONG,		/* it does not, and the range is walked too */
	OP_SHADOWS,
};

/* What OP_PAIR does at each stretch (vpte_pair.h). */
enum op_pair {
	OP_PAIR_COMPARE,	/* reports it */
	OP_PAIR_COPY,		/* copies it */
	OP_PAIRS,
};

/* Which bytes OP_POISON is about (table_owner.h). */
enum op_poison {
	OP_POISON_TABLE,	/* the table */
	OP_POISON_ENTRY,	/* the first byte of an entry */
	OP_POISON_TWO,		/* from there to the first byte of the next */
	OP_POISONS,
};

static inline const char *op_kind_name(unsigned kind)
{
	static const char *const name[OP_KINDS] = {
		[OP_NOP] = "nop",	    [OP_MAP] = "map",
		[OP_UNMAP] = "unmap",	    [OP_PROTECT] = "protect",
		[OP_SPLIT] = "split",	    [OP_COLLAPSE] = "collapse",
		[OP_RESTRICT] = "restrict", [OP_SETKIND] = "setkind",
		[OP_TOUCH] = "touch",	    [OP_FREE] = "free",
		[OP_TRANSLATE] = "translate", [OP_SWITCH] = "switch",
		[OP_WALK] = "walk",	    [OP_FAIL] = "fail",
		[OP_INSTALL] = "install",   [OP_DUMP] = "dump",
		[OP_ITERATE] = "iterate",   [OP_COPY] = "copy",
		[OP_POKE] = "poke",	    [OP_CTOR_FAIL] = "ctor-fail",
		[OP_SHARE] = "share",	    [OP_SYNC] = "sync",
		[OP_VMA] = "vma",	    [OP_WALK_VMA] = "walk-vma",
		[OP_OWNER] = "owner",	    [OP_DURING] = "during",
		[OP_SHADOW] = "shadow",	    [OP_IDENTITY] = "identity",
		[OP_CLONE] = "clone",	    [OP_PAIR] = "pair",
		[OP_POISON] = "poison",
	};

	return kind < OP_KINDS ? name[kind] : "?";
}

#endif
