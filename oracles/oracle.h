/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The oracle of one case: the flat model, the trace it expects, and the
 * comparisons with what the subject did.
 *
 * An oracle knows the operations so far and the second reading of the format's
 * capabilities (mmu/mmu.h).  It never sees a descriptor or the subject; raw
 * words it reads only to compare, through the model MMU.
 */
#ifndef ORACLES_ORACLE_H
#define ORACLES_ORACLE_H

#include <tablewalk/op.h>
#include <tablewalk/trace.h>
#include <tablewalk/types.h>

#include "mmu/mmu.h"

/*
 * The checks, by the names that violations are reported and deduplicated
 * under.  Append only.
 */
enum check_id {
	CHECK_NONE,
	CHECK_TRACE_VISIT,	/* a visit is wrong, missing or too many */
	CHECK_TRACE_HOLE,	/* a hole: range or depth */
	CHECK_TRACE_ALLOC,	/* allocation, refusal or release */
	CHECK_TRACE_LOOKUP,	/* translate */
	CHECK_TRACE_RETURN,	/* return value */
	CHECK_MMU_VERDICT,	/* model MMU and flat model: verdict word or depth */
	CHECK_MMU_ADDRESS,	/* ... physical address */
	CHECK_MMU_ATTRS,	/* ... attributes that hardware sees */
	CHECK_TABLE_LOST,	/* live in the arena, not reachable from a root */
	CHECK_TABLE_GHOST,	/* reachable, but not live, or outside memory */
	CHECK_TABLE_SHARED,	/* reachable twice */
	CHECK_TABLE_SET,	/* reachable at a depth or address the model has not */
	CHECK_ENTRY,		/* an entry is not what the model says */
	CHECK_STORE,		/* table memory changed without a store */
	CHECK_ARENA,		/* bad release, or a store to released memory */
	CHECK_OVERFLOW,		/* the trace is longer than any correct one */
	CHECK_MACHINE_VERDICT,	/* the guest disagrees: verdict */
	CHECK_MACHINE_ADDRESS,	/* the guest disagrees: page reached */
	CHECK_STORE_STATE,	/* between two stores: neither old nor new */
	CHECK_TRACE_VMA,	/* test_walk, pre_vma, post_vma, hugetlb_entry,
				   tests of tables */
	CHECK_TRACE_INSTALL,	/* install_pte: range, address, attributes */
	CHECK_TRACE_DUMP,	/* a dump: runs, W and X pages */
	CHECK_TRACE_ITEM,	/* an item of an iterator */
	CHECK_TABLE_OWNER,	/* constructor, destructor and owner marks against
				   reachable and live tables */
	CHECK_FLUSH_COVER,	/* a changed entry was not invalidated */
	CHECK_FLUSH_HINT,	/* ... with a depth that is none of the changed */
	CHECK_FLUSH_BEFORE_FREE,	/* ... a table was gone before */
	CHECK_SHARED_PART,	/* an entry of the kernel part is not the same
				   in the owner's root and the sharer's, or
				   something else was stored before it was */
	CHECK_BBM,		/* an entry was replaced without break before make */
	CHECK_TRACE_POISON,	/* a poisoned table, or what is lost with it */
	CHECK_TRACE_STRAY,	/* a table that a walk did not want */
	CHECK_MACHINE_FLAGS,	/* the guest disagrees: accessed or dirty is not set,
				   or is set, or something else of that entry */
	CHECK_MACHINE_TABLE,	/* the guest wrote to the table area elsewhere */
	CHECK_SUBJECT,		/* a foreign subject leaked, misused its interface,
				   or was no more */
	CHECK_OPINION,		/* another walker disagrees (docs/opinions.md) */
	CHECKS,
};

const char *check_name(enum check_id check);	/* "trace-visit" ... */

/* One violation.  expected and seen are one line of text each. */
struct finding {
	enum check_id check;
	int8_t depth;			/* enum pt_depth, or PT_DEPTH_UNKNOWN */
	uint8_t space;
	uint64_t va;			/* where; 0 if it has no address */
	char divergence[24];		/* lost ghost pfn prot level order depth
					   leak retval range kind count */
	char expected[160];
	char seen[160];
};

/* A table as the arena knows it. */
struct oracle_table {
	uint64_t pa, bytes;
};

struct oracle;

/* NULL if memory runs out.  One oracle serves many cases, one after the other. */
struct oracle *oracle_create(const struct mmu_arch *arch);
void oracle_destroy(struct oracle *oracle);

/*
 * Starts a case: both spaces empty and without VMAs, space 0 current, no
 * failure armed, of allocations or of constructors, nothing held by OP_DURING.
 * Costs what the last case touched.  regime->root is not looked at.
 */
void oracle_reset(struct oracle *oracle, const struct pt_regime *regime);

/*
 * Which depths are folded at run time, bit d for depth d (walk.h: the depth of
 * a hole in the root).  Stays until it is set again; at first 0.
 */
void oracle_fold(struct oracle *oracle, uint8_t runtime_folded);

/*
 * How walks differ from the current profile (op.h, WALK_*).  Stays until it is
 * set again; at first 0.
 */
void oracle_walk_flags(struct oracle *oracle, uint32_t flags);

/*
 * Applies one operation to the model and appends the events that a correct
 * subject emits, TRACE_RETURN last, to *expected (which the caller emptied).
 */
void oracle_expect(struct oracle *oracle, const struct op *op,
		   struct trace *expected);

/*
 * Compares the traces of one operation event by event.  Returns true when they
 * are equal; else fills *finding from the first difference.
 */
bool oracle_trace_equal(const struct trace *expected, const struct trace *seen,
			struct finding *finding);

/* What the flat model says of one address. */
struct oracle_view {
	uint8_t kind;		/* of the entry that decides; never PT_TABLE */
	uint8_t depth, order;
	uint32_t attrs;		/* LEAF, PROTNONE, INVALID_HUGE */
	uint32_t denied;	/* rights taken away above */
	uint64_t pa;		/* of the byte at va */
	uint64_t first, last;	/* around va: all addresses in it are alike,
				   pa ascending, and decided at this depth */
	bool canonical;		/* false: outside the space; the rest is 0 */
	int8_t reserved;	/* depth of the topmost table entry above whose
				   taking away of rights is a reserved encoding
				   in this regime (x86, NXE clear); else
				   PT_DEPTH_UNKNOWN */
};

void oracle_view(const struct oracle *oracle, unsigned space, uint64_t va,
		 struct oracle_view *view);

/*
 * The rights that the entry of a table at that depth takes away which leads towards
 * va: a part of view.denied.
 */
uint32_t oracle_denied_at(const struct oracle *oracle, unsigned space,
			  uint64_t va, unsigned depth);

/*
 * What the machine should say of an access at va, from the flat model and the
 * architecture's permits() alone.  view is from oracle_view() for va.
 */
struct pt_verdict oracle_verdict(const struct oracle *oracle,
				 const struct oracle_view *view,
				 enum pt_access access,
				 enum pt_privilege privilege);

/*
 * Compares model MMU and flat model at one address, all accesses.  True when
 * they agree or the format has no model MMU.
 */
bool oracle_check_address(const struct oracle *oracle,
			  const struct pt_memory *memory,
			  const struct pt_regime *regime, unsigned space,
			  uint64_t va, struct finding *finding);

/*
 * The addresses worth asking about: for every stretch of alike addresses of
 * the space (mappings of one kind, holes), its first, its last, and where the
 * stretch is longer one in the middle and those around the first and last
 * internal unit border.  Ascending; each at most once.  Calls fn until it
 * returns false; returns whether it always returned true.
 */
bool oracle_each_boundary(const struct oracle *oracle, unsigned space,
			  bool (*fn)(void *context, uint64_t va), void *context);

/*
 * The full sweep: oracle_check_address() at the first and last address of every
 * stretch of both spaces, and the structure: every entry of every reachable
 * table is read and classified, and the reachable tables are exactly the
 * model's (depth, address) and exactly the live ones, each once.  live is
 * sorted by pa.
 * Returns true when all agrees.
 */
bool oracle_sweep(const struct oracle *oracle, const struct pt_memory *memory,
		  const struct pt_regime *regime, const struct oracle_table *live,
		  unsigned live_count, struct finding *finding);

/* A table that hardware reaches. */
struct oracle_reached {
	uint64_t pa, bytes;
	uint64_t first;			/* address that it covers; of a signed
					   root 0 */
	uint8_t space;
	uint8_t depth;			/* enum pt_depth of its entries */
	uint32_t denied;		/* rights that the entry which leads to
					   it takes away */
};

/*
 * Calls fn for every table that is reachable from the roots of regime as the
 * model MMU reads the words in memory, whatever the flat model says: of each
 * space the root first, then by address, a table before those below it.  One
 * that is reachable twice is reported twice, and what is below it once where
 * neighbouring entries lead to it; in one outside memory nothing is read.  Calls
 * fn until it returns false; returns whether it always returned true.  What a
 * space shares is reported for its owner alone.  Where the format has no model MMU
 * fn is never called.
 */
bool oracle_each_table(const struct oracle *oracle,
		       const struct pt_memory *memory,
		       const struct pt_regime *regime,
		       bool (*fn)(void *context,
				  const struct oracle_reached *table),
		       void *context);

/*
 * For subjects that may keep or release empty tables as they like: the model has
 * those afterwards that are reachable from the roots of regime, and lacks those that
 * are not, as far as they are empty in the model.  Returns whether that changed
 * anything.
 */
bool oracle_adopt_tables(struct oracle *oracle, const struct pt_memory *memory,
			 const struct pt_regime *regime);

/*
 * For subjects that need not say what tables take away of those rights: the model's
 * tables take away what the reachable ones do.  Other rights stay what they were.
 * Returns whether that changed anything.
 */
bool oracle_adopt_denials(struct oracle *oracle, const struct pt_memory *memory,
			  const struct pt_regime *regime, uint32_t rights);

/*
 * How often the oracle allowed the legitimate difference of that number
 * (legit.h), over all its cases.
 */
uint64_t oracle_legit_uses(const struct oracle *oracle, unsigned id);

/* One event as a line of text, without newline; returns snprintf's result. */
int oracle_print_event(char *out, size_t bytes, const struct trace_event *event);

#endif
