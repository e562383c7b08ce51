/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Your page-table code under test.
 *
 * A subject is an implementation of page tables: it maps, unmaps, walks.  Fill
 * one struct tablewalk_subject with functions that call your code, say what it
 * can do and where it differs from the contract below, and the whole of
 * Tablewalk applies to it: random cases, fuzzers, the flat model, the model MMU,
 * guests.  docs/writing-a-subject.md has a complete example.
 *
 * This header stands alone: it needs nothing else of Tablewalk, has no inline
 * functions, and may be included by C99 and C++.
 *
 *			The contract
 *
 * Addresses are 64 bits.  Ranges are inclusive: [va, last].  They are aligned to
 * the base page unless the harness tries that they are not.  depth is the level
 * whose entries are meant, counted as Linux counts: 0 pgd, 1 p4d, 2 pud, 3 pmd,
 * 4 pte; a root of three levels has depth 2.
 *
 * Each function returns 0 or one of TABLEWALK_INVALID .. below; any other number
 * is a violation.  A failure changes nothing.  Errors in order of precedence:
 * INVALID for what is malformed (last < va, alignment), RANGE for addresses the
 * space does not have, UNSUPPORTED for what the format or the subject cannot
 * express, then EXISTS, MISSING, BUSY for the state of the tables, then MEMORY.
 *
 * Where your code differs legitimately, say so by a TABLEWALK_DIFFERS_ flag with
 * the place in its source or manual that says it is meant: the harness stays
 * strict about everything else.
 *
 * done, where a function has it, is set to 0 by the harness before the call.  Set
 * it to the number of bytes from va on that the call has dealt with; on success
 * that is last - va + 1 (0 for 2^64), so leaving it at 0 says all.  It matters to
 * subjects with SHORT_COUNT or ERRORS_LEAVE_PREFIX.
 */
#ifndef TABLEWALK_SUBJECT_H
#define TABLEWALK_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Grows when members are added at the end or bits are given a meaning; a subject
 * built against a smaller one keeps working.  A change of any other kind would
 * rename the struct.
 */
#define TABLEWALK_SUBJECT_VERSION 1

/*
 * What functions return.  The numbers are those of Linux's errno on x86, on every
 * host: translate your own.
 */
#define TABLEWALK_OK 0
#define TABLEWALK_MISSING (-2)		/* ENOENT */
#define TABLEWALK_MEMORY (-12)		/* ENOMEM */
#define TABLEWALK_BUSY (-16)		/* EBUSY */
#define TABLEWALK_EXISTS (-17)		/* EEXIST */
#define TABLEWALK_INVALID (-22)		/* EINVAL */
#define TABLEWALK_RANGE (-34)		/* ERANGE */
#define TABLEWALK_UNSUPPORTED (-95)	/* EOPNOTSUPP */

/* Levels, by the span of their entries. */
#define TABLEWALK_PGD 0
#define TABLEWALK_P4D 1
#define TABLEWALK_PUD 2
#define TABLEWALK_PMD 3
#define TABLEWALK_PTE 4
#define TABLEWALK_DEPTHS 5

/*
 * Attributes of a leaf, as one word.  R, W, X are the rights of whom the page is
 * for: user code with USER, else the kernel; of a stage 2 or an IOMMU, whom it
 * translates for.  Memory type and key are small numbers.
 */
#define TABLEWALK_R UINT32_C(0x0001)
#define TABLEWALK_W UINT32_C(0x0002)
#define TABLEWALK_X UINT32_C(0x0004)
#define TABLEWALK_USER UINT32_C(0x0008)
#define TABLEWALK_RIGHTS UINT32_C(0x000f)
#define TABLEWALK_GLOBAL UINT32_C(0x0010)
#define TABLEWALK_ACCESSED UINT32_C(0x0020)
#define TABLEWALK_DIRTY UINT32_C(0x0040)
#define TABLEWALK_SOFT0 UINT32_C(0x0080)
#define TABLEWALK_SOFT1 UINT32_C(0x0100)
#define TABLEWALK_MEMTYPE UINT32_C(0x7000)
#define TABLEWALK_MEMTYPE_SHIFT 12	/* 0 WB, 1 WC, 2 UC, 3 WT */
#define TABLEWALK_KEY UINT32_C(0xf0000)
#define TABLEWALK_KEY_SHIFT 16

/*
 * Simulated physical memory, for as long as the space is open.  context is
 * passed back as it is.
 */
#define TABLEWALK_WINDOWS 4
struct tablewalk_memory {
	void *context;
	/*
	 * A table of size bytes of zeros at a multiple of alignment (0: size);
	 * both are powers of two.  Sets *pa and returns where it is in this
	 * process, or NULL: then the operation returns TABLEWALK_MEMORY.
	 */
	void *(*allocate)(void *context, size_t size, size_t alignment,
			  uint64_t *pa);
	/* Takes back exactly what allocate gave. */
	void (*release)(void *context, uint64_t pa, size_t size);
	/* Where pa is in this process, or NULL where there is no memory. */
	void *(*pointer)(void *context, uint64_t pa);
	/* The reverse: 0, or TABLEWALK_RANGE. */
	int (*address)(void *context, const void *pointer, uint64_t *pa);
	/*
	 * Says that what hardware may have cached of [va, last] would be
	 * invalidated now; depth is that of the leaves or -1, tables not 0 where
	 * table entries changed too.  So far only the range and the depth are
	 * looked at: nothing is held against what changed yet.
	 */
	void (*flush)(void *context, uint64_t va, uint64_t last, int depth,
		      int tables);
	/*
	 * Where there is memory; windows that are not used have bytes 0.  With
	 * TABLEWALK_NEEDS_SHARED fd is the file that all of it is in, for another
	 * process to map, each window at offset; else -1.
	 */
	int fd;
	struct tablewalk_window {
		uint64_t pa, bytes, offset;
	} window[TABLEWALK_WINDOWS];
};

/* What a space is to be. */
struct tablewalk_setup {
	uint32_t bytes;			/* of this struct */
	uint32_t space;			/* 0 or 1; with two roots also which half */
	const char *format;		/* as `tablewalk list' has it */
	uint32_t control;		/* PT_REGIME_* of tablewalk/types.h */
	uint32_t pa_bits;		/* physical addresses the machine has */
	const struct tablewalk_memory *memory;
	/*
	 * For readers (no TABLEWALK_CAN_MAP): where the root is.  It does not move.
	 */
	uint64_t root;
	/* Bit d: a walker takes depth d for folded at run time. */
	uint32_t folded;
	/*
	 * To be set by open() with TABLEWALK_TABLES_ELSEWHERE: the physical
	 * addresses that tables will be at, 1 to 2^36 bytes of them within the
	 * format's.  Both spaces may name the same ones; else they do not overlap.
	 */
	uint64_t elsewhere_pa, elsewhere_bytes;
};

/* What a callback of a walk asks for, in tablewalk_visitor.action. */
#define TABLEWALK_SUBTREE 0		/* go on into what is below */
#define TABLEWALK_CONTINUE 1		/* go on behind this entry */
#define TABLEWALK_AGAIN 2		/* look at this entry once more */

/*
 * Whom a walk reports to.  Call entry for every entry that the walk visits and
 * hole for every stretch that is not mapped; where one returns something else
 * than 0 end the walk and return that.
 *
 * The walk contract is that of Linux's walk_page_range() for kernel tables
 * (include/tablewalk/walk.h), which TABLEWALK_WALK_ flags change.
 */
struct tablewalk_visitor {
	void *context;
	/*
	 * Which callbacks are set: bit d for entries of depth d, bit 5 for holes.
	 * Tables below an entry are read only if a deeper entry callback is set.
	 * Calls of the others are a violation.
	 */
	uint32_t callbacks;
	/*
	 * The visitor's answer to the last entry: TABLEWALK_SUBTREE ..; it is
	 * SUBTREE before every call.  Others than that come with
	 * TABLEWALK_CAN_ACTIONS only.
	 */
	uint32_t action;
	/*
	 * An entry that covers va..last of the walk's range.  entry_pa is where
	 * it is in memory: what it says is read from there.  -1 with
	 * TABLEWALK_DIFFERS_NO_ENTRIES.
	 */
	int (*entry)(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		     uint64_t last, uint64_t entry_pa);
	/* Depth -1 where the walker does not know it. */
	int (*hole)(struct tablewalk_visitor *visitor, int depth, uint64_t va,
		    uint64_t last);
	/*
	 * For readers that divide leaves on the way to deeper entries: makes the
	 * leaf of that depth that covers va a table of leaves.
	 */
	int (*split)(struct tablewalk_visitor *visitor, int depth, uint64_t va);
};

/* What translate found. */
struct tablewalk_translation {
	uint32_t present;		/* 0: there is nothing; the rest is 0 */
	int32_t depth;			/* of the leaf */
	uint64_t pa;			/* of the byte at va */
	uint32_t attrs;			/* of the leaf */
	uint32_t removed;		/* rights that table entries above take */
};

/* Whom a dump reports to: runs of alike leaves, ascending; holes are left out. */
struct tablewalk_dump {
	void *context;
	/*
	 * rights are what is left of the leaf's when those that table entries
	 * above take away are gone.  Runs end where depth or rights change.
	 */
	int (*run)(struct tablewalk_dump *dump, int depth, uint64_t va,
		   uint64_t last, uint32_t rights);
};

/*
 * What a subject can do.  What is not set is checked: where the function is not
 * NULL all the same it is called and must return TABLEWALK_UNSUPPORTED and change
 * nothing; where it is NULL the summary counts what was not asked.
 */
#define TABLEWALK_CAN_MAP UINT64_C(0x0001)	/* and root, open, close */
#define TABLEWALK_CAN_UNMAP UINT64_C(0x0002)
#define TABLEWALK_CAN_PROTECT UINT64_C(0x0004)
#define TABLEWALK_CAN_SPLIT UINT64_C(0x0008)
#define TABLEWALK_CAN_COLLAPSE UINT64_C(0x0010)
#define TABLEWALK_CAN_INSTALL UINT64_C(0x0020)
#define TABLEWALK_CAN_WALK UINT64_C(0x0040)
#define TABLEWALK_CAN_TRANSLATE UINT64_C(0x0080)
#define TABLEWALK_CAN_DUMP UINT64_C(0x0100)
#define TABLEWALK_CAN_FREE UINT64_C(0x0200)	/* free_tables */
#define TABLEWALK_CAN_ACTIONS UINT64_C(0x0400)	/* of visitors */
#define TABLEWALK_CAN_STOP UINT64_C(0x0800)	/* a callback can end a walk */
#define TABLEWALK_CAN_FLUSH UINT64_C(0x1000)	/* reports invalidations */
#define TABLEWALK_CAN_FAIL UINT64_C(0x2000)	/* survives a refused table */
/*
 * Tables are in memory of its own: open() says at which addresses, and those that
 * are reachable from the roots are copied with read() after each operation that may
 * change them.  What needs more than that is left out: a table that nothing points
 * to is not found, nor a store to one that was released; no access is made on behalf
 * of hardware; no guest runs on them.  allocate() and release() can be called all
 * the same and what they gave is looked after, but no table may be in it, and
 * TABLEWALK_CAN_FAIL has a meaning for what is allocated with them alone.
 */
#define TABLEWALK_TABLES_ELSEWHERE UINT64_C(0x4000)
#define TABLEWALK_NEEDS_SHARED UINT64_C(0x8000)	/* of tablewalk_memory */
#define TABLEWALK_CAPABILITIES UINT64_C(0xffff)

/*
 * How a subject may differ from the contract, each by name.  The name without the
 * prefix, in lower case and with hyphens, is what is printed, with how often it
 * was made use of.
 */
/* unmap of a part of a leaf removes all of the leaf; else it is divided */
#define TABLEWALK_DIFFERS_UNMAP_DROPS_LEAF UINT64_C(0x00001)
/* ... is refused with any error, and nothing changes */
#define TABLEWALK_DIFFERS_UNMAP_REFUSES_PART UINT64_C(0x00002)
/* protect of a part of a leaf changes all of the leaf; else it is divided */
#define TABLEWALK_DIFFERS_PROTECT_WHOLE_LEAF UINT64_C(0x00004)
/* ... is refused with any error, and nothing changes */
#define TABLEWALK_DIFFERS_PROTECT_REFUSES_PART UINT64_C(0x00008)
/* map and unmap may stop early with 0 and *done short; called again for the rest */
#define TABLEWALK_DIFFERS_SHORT_COUNT UINT64_C(0x00010)
/* map uses the largest leaf that fits at each address, whatever depth is asked for */
#define TABLEWALK_DIFFERS_MAP_PICKS_LEAF UINT64_C(0x00020)
/* map replaces what is mapped; else it is EXISTS */
#define TABLEWALK_DIFFERS_MAP_REPLACES UINT64_C(0x00040)
/* tables that become empty are given back by unmap; else free_tables does that */
#define TABLEWALK_DIFFERS_FREES_EMPTY UINT64_C(0x00080)
/* whether an empty table is kept is nobody's business */
#define TABLEWALK_DIFFERS_EMPTY_ANY UINT64_C(0x00100)
/* a failed operation leaves what it did up to *done; else it changes nothing */
#define TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX UINT64_C(0x00200)
/* a failed operation may leave empty tables */
#define TABLEWALK_DIFFERS_ERRORS_LEAVE_TABLES UINT64_C(0x00400)
/* which error it is may be another one of those above */
#define TABLEWALK_DIFFERS_ERROR_VALUES UINT64_C(0x00800)
/* arguments are the caller's duty: malformed and out-of-range ones are not tried */
#define TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS UINT64_C(0x01000)
/* unmap and protect may end at a hole with any result; *done says how far they came */
#define TABLEWALK_DIFFERS_HOLE_ERRORS UINT64_C(0x02000)
/* map of what is mapped just so already may be 0; else it is EXISTS */
#define TABLEWALK_DIFFERS_MAP_SAME_OK UINT64_C(0x04000)
/* walks have no callbacks for tables */
#define TABLEWALK_DIFFERS_WALK_LEAVES UINT64_C(0x08000)
/* walks have none for entries above the root's depth */
#define TABLEWALK_DIFFERS_WALK_NO_ALIASES UINT64_C(0x10000)
/* walks do not report holes, and no empty entries */
#define TABLEWALK_DIFFERS_WALK_NO_HOLES UINT64_C(0x20000)
/* visits have no entry_pa: ranges and depths are compared, entries are not */
#define TABLEWALK_DIFFERS_NO_ENTRIES UINT64_C(0x40000)
/* map may be EXISTS where an empty table is in the way; else it replaces it */
#define TABLEWALK_DIFFERS_TABLE_IN_WAY UINT64_C(0x80000)
/* a failed unmap or protect may leave a leaf divided that it had to cut */
#define TABLEWALK_DIFFERS_ERRORS_DIVIDE UINT64_C(0x100000)
/* table entries may take away rights that no leaf of this subject can have */
#define TABLEWALK_DIFFERS_TABLES_TAKE UINT64_C(0x200000)
/*
 * leaves may be other words than ours that mean the same to hardware: what
 * Tablewalk's own code, which knows its own, would read of them is left out
 */
#define TABLEWALK_DIFFERS_OTHER_WORDS UINT64_C(0x400000)
/* protect of a part of a leaf that has those rights leaves it; else it is divided */
#define TABLEWALK_DIFFERS_PROTECT_SAME_KEEPS UINT64_C(0x800000)
/* with MAP_REPLACES: map of a leaf that is there but for its rights leaves it */
#define TABLEWALK_DIFFERS_MAP_KEEPS_RIGHTS UINT64_C(0x1000000)
/* protect that had to take another right than W away is UNSUPPORTED */
#define TABLEWALK_DIFFERS_PROTECT_GRADUAL UINT64_C(0x2000000)
#define TABLEWALK_DIFFERENCES UINT64_C(0x3ffffff)

/*
 * Which versions of Linux's walker walk() is like: the flags of struct op_walk
 * in tablewalk/op.h (WALK_*), 0 for current.  Cases that ask for others are run
 * with these.
 */
typedef uint32_t tablewalk_walk_flags;

/* Why a difference is legitimate. */
struct tablewalk_reason {
	uint64_t difference;		/* one TABLEWALK_DIFFERS_ */
	const char *source;		/* file and line, or manual and section */
};

struct tablewalk_subject {
	uint32_t version;		/* TABLEWALK_SUBJECT_VERSION */
	uint32_t bytes;			/* sizeof(struct tablewalk_subject) */
	const char *name;		/* a-z, 0-9, '-'; as --subject takes it */
	const char *what;		/* one line: which code, which version */
	const char *const *formats;	/* names, the last one NULL */
	uint64_t capabilities;		/* TABLEWALK_CAN_* */
	uint64_t differences;		/* TABLEWALK_DIFFERS_* */
	const struct tablewalk_reason *reasons;	/* one for each, then { 0, NULL } */
	/*
	 * Attributes that map and protect can express.  Those of a case are
	 * reduced to attrs, and those of always are added, before the subject or
	 * a model sees them: a subject that marks every leaf ACCESSED has that in
	 * always.  What the format then cannot express must be UNSUPPORTED.
	 */
	uint32_t attrs, attrs_always;
	/* Bit d: map takes leaves of depth d.  Others must be UNSUPPORTED. */
	uint32_t leaf_depths;
	tablewalk_walk_flags walk_flags;
	void *context;			/* the adapter's own; open() has it */

	/*
	 * An empty space.  *state is passed to all others.  Called once for each of
	 * the two spaces of a case before anything else.
	 */
	int (*open)(const struct tablewalk_subject *subject,
		    struct tablewalk_setup *setup, void **state);
	/* Gives back every table, the root included: what is left is a leak. */
	void (*close)(void *state);
	/* The physical address of the root table, and what else hardware needs. */
	uint64_t (*root)(void *state);

	/*
	 * Maps [va, last] to [pa, ...] with leaves of that depth.
	 * EXISTS: something is mapped there already.
	 */
	int (*map)(void *state, uint64_t va, uint64_t last, uint64_t pa,
		   uint32_t attrs, int depth, uint64_t *done);
	/* Removes what is mapped.  Holes are fine.  Tables stay. */
	int (*unmap)(void *state, uint64_t va, uint64_t last, uint64_t *done);
	/* Sets the rights of what is mapped.  Holes are fine. */
	int (*protect)(void *state, uint64_t va, uint64_t last, uint32_t rights,
		       uint64_t *done);
	/*
	 * Makes the leaf of that depth that covers va a table of leaves that map
	 * the same.  MISSING: there is no such leaf.
	 */
	int (*split)(void *state, uint64_t va, int depth);
	/*
	 * The reverse: the table below the entry of that depth that covers va
	 * becomes one leaf.  MISSING: there is none; BUSY: it is not full of
	 * leaves of one kind.
	 */
	int (*collapse)(void *state, uint64_t va, int depth);
	/*
	 * Maps the base pages of [va, last] that are not mapped to pa + (their
	 * address - va); others stay as they are.  Where a table is refused the
	 * pages in front of it stay installed: *done says how far it came.
	 */
	int (*install)(void *state, uint64_t va, uint64_t last, uint64_t pa,
		       uint32_t attrs, uint64_t *done);
	/* Releases empty tables that share an address with [va, last]. */
	int (*free_tables)(void *state, uint64_t va, uint64_t last);

	int (*walk)(void *state, uint64_t va, uint64_t last,
		    struct tablewalk_visitor *visitor);
	int (*translate)(void *state, uint64_t va,
			 struct tablewalk_translation *found);
	int (*dump)(void *state, uint64_t va, uint64_t last,
		    struct tablewalk_dump *dump);

	/*
	 * TABLEWALK_TABLES_ELSEWHERE: bytes at pa, which is of a table that is
	 * reachable in this space; not 0 where there are none: a violation.
	 */
	int (*read)(void *state, uint64_t pa, void *to, size_t bytes);
};

/*
 * The whole command line for these subjects beside the built-in one, which
 * --subject chooses and of which the first is the default.  Returns the exit
 * status.  count subjects; the array and all in it stay the caller's.
 */
int tablewalk_main(int argc, char **argv,
		   const struct tablewalk_subject *subject);
int tablewalk_main_many(int argc, char **argv,
			const struct tablewalk_subject *const *subjects,
			unsigned count);

/*
 * Not ours but yours to define, where you do not define main(): the main() of
 * libtablewalk.a calls tablewalk_main() with it, and fuzz targets run it.
 */
const struct tablewalk_subject *tablewalk_the_subject(void);

/*
 * Serves one subject to a tablewalk in another process, over the two descriptors
 * (docs/subject-protocol.md): `tablewalk --subject-command'.  Returns the exit
 * status when the other side closes.  It needs nothing else of Tablewalk:
 * harness/subjects/serve.c is one file for any compiler and either byte order.
 */
int tablewalk_serve(const struct tablewalk_subject *subject, int in, int out);

#ifdef __cplusplus
}
#endif

#endif
