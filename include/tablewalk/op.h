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
 * granule), so that a case stays cheap.
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
 * What each means is in table_ops.h and walk.h; the kinds from OP_INSTALL on
 * are numbered now so that no byte ever changes its meaning, and have no
 * effect yet: they return -EOPNOTSUPP.
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
	OP_KINDS,
};

/* The mask that a header with mask 0 stands for: all kinds up to OP_FAIL. */
#define OP_MASK_V1 UINT64_C(0x3fff)

/* Callbacks of a walk, as a mask. */
#define OP_CB_ENTRY(depth) ((uint8_t)(1u << (depth)))	/* enum pt_depth */
#define OP_CB_HOLE UINT8_C(0x20)

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
 *		returns stop_value.
 */
struct op_walk {
	uint8_t callbacks;
	uint8_t action;			/* enum op_action */
	uint8_t action_depth;		/* enum pt_depth */
	uint8_t action_from;
	bool action_always;
	uint8_t stop_at;
	int8_t stop_value;		/* not 0 where stop_at is not 0 */
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
	uint8_t nth;			/* 1 is the next allocation; 0 disarms */
	struct op_walk walk;
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
	};

	return kind < OP_KINDS ? name[kind] : "?";
}

#endif
