/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A case: bytes <-> records <-> text, and records -> concrete operations.
 *
 * Byte order is little-endian by explicit shifts, so a case file means the same
 * on every host.  docs/case-format.md has the layout and the text grammar.
 */
#ifndef HARNESS_CASE_H
#define HARNESS_CASE_H

#include <stdio.h>

#include <tablewalk/format.h>
#include <tablewalk/op.h>

#define CASE_HEADER_BYTES 16
#define CASE_RECORD_BYTES 8
/* What fuzz targets and the generator use; longer cases do not exist yet. */
#define CASE_RECORDS 64
#define CASE_BYTES (CASE_HEADER_BYTES + CASE_RECORDS * CASE_RECORD_BYTES)
/* First byte of a canonical binary case. */
#define CASE_TAG 0xA1
/* The newest version; what generators make. */
#define CASE_NEWEST 3
/* Room for the canonical text of any case, terminating zero included. */
#define CASE_TEXT_BYTES 16384
/* case_load() refuses files larger than this. */
#define CASE_FILE_BYTES (1u << 20)
/* map and protect are clipped to this many entries of the size asked for. */
#define CASE_CLIP 4096
/*
 * Of version 3: in base pages, but identity's in its largest leaves.  A shadow that
 * looks long has an event for each page: CASE_CLIP, or two tables of them.
 */
#define CASE_CLIP_COMPARE 1024	/* pair that compares; one that copies: CASE_CLIP */
#define CASE_CLIP_POKE (16 * CASE_CLIP)
#define CASE_CLIP_IDENTITY 64

/*
 * Where tables and data of a case lie.
 * CASE_WINDOW_LOW	tables below 4 GiB
 * CASE_WINDOW_4G	tables in a window that straddles 4 GiB
 * CASE_WINDOW_TOP	tables at the top of pa_bits
 * CASE_WINDOW_MIXED	each table from the next of the three in turn
 * CASE_WINDOW_RAM	tables and data in the RAM of the reference machine, so
 *			that a guest can run the case
 * CASE_WINDOW_PAGES	as MIXED, but tables shorter than a page share pages
 *			(fragment.h), and their places are used again, pages
 *			that went back are not; version 3
 */
enum case_window {
	CASE_WINDOW_LOW,
	CASE_WINDOW_4G,
	CASE_WINDOW_TOP,
	CASE_WINDOW_MIXED,
	CASE_WINDOW_RAM,
	CASE_WINDOW_PAGES,
	CASE_WINDOWS,
};

/*
 * What a virtual address is counted from.  "The half" is the range of upper
 * bits 0 or 1 that one root, or one sign, covers.  Formats with two roots keep
 * to the half of the current space, except at the two gap anchors.  The home
 * anchors, the literal and the references stay inside their half whatever is
 * added to them; the others wrap at the address word.
 *
 * ZERO		first address of the space
 * PAGE1	the page after it
 * LOW_END	last page of the low half
 * HIGH_START	first page of the high half
 * TOP		last page of the address word
 * HOME0	a border between two entries of the root, chosen by the salt
 * HOME1	a border between entries one depth lower, up to 3 after HOME0
 * HOME2	the middle of the tables of every depth
 * HOME3	as HOME0, in the high half
 * LITERAL	a page whose address bits are a hash of the salt
 * GAP		first page after the low half
 * GAP_END	last page before the high half
 * PREVn	start of the range of the n-th record before this one
 * PREVn_END	the address after its last
 * FIRST	start of the range of the first record that has one
 * FIRST_END	the address after its last
 *
 * Records without a range (nop, switch, fail) have that of the record before
 * them.  A reference to before the first record is HOME0.
 */
enum case_anchor {
	CASE_ZERO,
	CASE_PAGE1,
	CASE_LOW_END,
	CASE_HIGH_START,
	CASE_TOP,
	CASE_HOME0,
	CASE_HOME1,
	CASE_HOME2,
	CASE_HOME3,
	CASE_LITERAL,
	CASE_GAP,
	CASE_GAP_END,
	CASE_PREV1,
	CASE_PREV1_END,
	CASE_PREV2,
	CASE_PREV2_END,
	CASE_PREV4,
	CASE_PREV4_END,
	CASE_FIRST,
	CASE_FIRST_END,
	CASE_ANCHORS,
};

/* Heights count spans from the leaf: height h is depth PT_PTE - h. */
#define CASE_HEIGHTS 5

/*
 * What a length is counted in.
 * UNIT		for map the unit asked for, else the granule of the place
 * PAGE		base pages
 * H1..H4	entries of that height; for map one of the height above the
 *		leaf's, whatever the count: a table full of leaves
 * EDGE		no count: to the end of the table that holds va; for map of a
 *		table of the leaves asked for, else of the granule's height
 * SPACE	no count: all of the half; for map the rest of it
 */
enum case_scale {
	CASE_UNIT,
	CASE_PAGE,
	CASE_H1,
	CASE_H2,
	CASE_H3,
	CASE_H4,
	CASE_EDGE,
	CASE_SPACE,
	CASE_SCALES,
};

/*
 * What a physical address is counted from.  BELOW_4G and END count downward.
 * DATA, DATA2	16 MiB and 1 GiB
 * BELOW_4G	the last page, or unit, below 4 GiB
 * END		what ends at 2^pa_bits
 * BEYOND	2^pa_bits
 * RANDOM0, 1	a hash of the salt
 */
enum case_pa {
	CASE_PA_ZERO,
	CASE_PA_DATA,
	CASE_PA_DATA2,
	CASE_PA_BELOW_4G,
	CASE_PA_4G,
	CASE_PA_END,
	CASE_PA_BEYOND,
	CASE_PA_RANDOM0,
	CASE_PA_RANDOM1,
	CASE_PAS,
};
#define CASE_PA_DELTAS 16

/*
 * How map places its pa.
 * CONGRUENT	aligned as va is, up to the second largest leaf that is more
 *		than a page: tables of such leaves can be collapsed
 * ALIGNED	to the unit asked for; the delta counts units
 * EXACT	to the base page only; the delta counts pages
 */
enum case_pa_mode {
	CASE_PA_CONGRUENT,
	CASE_PA_ALIGNED,
	CASE_PA_EXACT,
	CASE_PA_MODES,
};

/*
 * How a range, or an address, is moved off the page borders.
 * VA		va + 1
 * LAST		last - 1; for a single address the last byte of its page
 * BOTH		va + 1 and last + 1
 * HALF		va + half a page
 */
enum case_skew {
	CASE_SKEW_NONE,
	CASE_SKEW_VA,
	CASE_SKEW_LAST,
	CASE_SKEW_BOTH,
	CASE_SKEW_HALF,
	CASE_SKEWS,
};

/*
 * Floor and ceiling of free.
 * RANGE	the range itself
 * FLOOR	floor is the start of the space, ceiling the range's last
 * CEILING	ceiling is the end of the space, floor the range's start
 * BOTH		the whole space
 * TABLE0	the range, grown to whole tables of height 0
 * TABLE1	of height 1
 */
enum case_bounds {
	CASE_BOUNDS_RANGE,
	CASE_BOUNDS_FLOOR,
	CASE_BOUNDS_CEILING,
	CASE_BOUNDS_BOTH,
	CASE_BOUNDS_TABLE0,
	CASE_BOUNDS_TABLE1,
	CASE_BOUNDS,
};

/*
 * Which walker's rules a case is run by: docs/walker-rules.md.  Append only.
 * Version 1 has CURRENT only.
 */
enum case_profile {
	CASE_CURRENT,
	CASE_SEED_V8,
	CASE_6_1,
	CASE_6_12,
	CASE_6_13,
	CASE_7_0,
	CASE_PROFILES,
};

struct case_header {
	uint64_t mask;		/* enabled kinds, bit = enum op_kind */
	uint16_t salt;		/* moves the home anchors */
	uint8_t regime;		/* 0..3, modulo pt_format.regime_count */
	uint8_t profile;	/* enum case_profile */
	uint8_t window;		/* enum case_window */
	/*
	 * Of the case format.  Bytes 6 and 7 of the header are 2 or 3 for these;
	 * any other number is version 1.  Code that fills a header by hand may
	 * leave 0, which is version 1 as well.
	 */
	uint8_t version;
};

/* What the last byte of a record says, by kind.  Only bytes: no padding. */
struct case_aux {
	/* map split collapse restrict setkind vma owner poke poison: 0..4 */
	uint8_t height;
	uint8_t group;		/* map collapse: 1: a group, not one entry */
	uint8_t exact;		/* map: 1: va is not aligned to the unit */
	uint8_t pa_mode;	/* map: enum case_pa_mode */
	uint8_t skew;		/* enum case_skew */
	/*
	 * restrict: rights taken away; setkind: enum pt_kind; touch: enum
	 * pt_access; free: enum case_bounds; switch: space; fail: nth; dump,
	 * clone: CASE_DUMP_*; iterate: enum op_iterate; copy: 1 takes W away;
	 * vma: CASE_VMA_*; poke: enum op_poke; shadow: enum op_shadow; pair:
	 * enum op_pair; poison: enum op_poison.
	 */
	uint8_t value;
	uint8_t shift;		/* pair, copy: enum case_shift */
	uint8_t clear;		/* pair: enum case_clear */
};

/* How much further than the range the target of a pair, or copy, is. */
enum case_shift {
	CASE_SHIFT_NONE,
	CASE_SHIFT_PAGE,	/* one base page; not copy */
	CASE_SHIFT_ENTRY,	/* one granule of the place */
	CASE_SHIFTS,
};

/* What a pair takes away from what it copies. */
enum case_clear {
	CASE_CLEAR_NONE,
	CASE_CLEAR_W,
	CASE_CLEAR_WAD,		/* W, ACCESSED and DIRTY */
	CASE_CLEARS,
};

/* What a dump does: holes are runs; a marker in the middle of the range. */
#define CASE_DUMP_HOLES UINT8_C(1)
#define CASE_DUMP_MARKER UINT8_C(2)

/*
 * A VMA as one byte: enum op_vma in the two lowest bits; whether it is of the
 * file; what test_walk returns (0, 1 or -7); that pre_vma returns -3, not 0.
 */
#define CASE_VMA_TYPE UINT8_C(0x03)
#define CASE_VMA_FILE UINT8_C(0x04)
#define CASE_VMA_SKIP UINT8_C(0x08)
#define CASE_VMA_STOP UINT8_C(0x10)
#define CASE_VMA_REFUSE UINT8_C(0x20)

/*
 * One record, as its bytes are after the tables.  Fields that the kind does
 * not use are 0, so equal operations are equal structures.
 */
struct case_record {
	uint32_t attrs;		/* map, protect: one of the attribute tuples */
	uint8_t kind;		/* enum op_kind; OP_NOP: all else 0 */
	uint8_t anchor;		/* enum case_anchor */
	uint8_t height;		/* granule of the coarse delta, 0..4 */
	int8_t coarse, fine;	/* in granules, in base pages */
	uint8_t count, scale;	/* length: count x enum case_scale */
	uint8_t pa_anchor;	/* map, setkind: enum case_pa */
	uint8_t pa_delta;
	struct case_aux aux;
	struct op_walk walk;	/* walk, walk-vma; install: callbacks, stop */
};

struct tw_case {
	struct case_header header;
	unsigned count;		/* 0..CASE_RECORDS */
	struct case_record record[CASE_RECORDS];
};

/* Total: any bytes are a case; what is beyond CASE_BYTES is ignored. */
void case_decode(const uint8_t *bytes, size_t length, struct tw_case *out);

/*
 * The canonical bytes: case_decode() of them gives the same case.  Returns
 * their number, at most CASE_BYTES.  A field that no byte can say (only code
 * that fills records by hand makes such) is written as 0.
 */
size_t case_encode(const struct tw_case *c, uint8_t out[CASE_BYTES]);

/*
 * Whether bytes of that version can say this record: what case_decode(),
 * case_parse() and generate_case() give always passes.  On failure *field names
 * what no byte says.
 */
bool case_record_valid(const struct case_record *r, unsigned version,
		       const char **field);

/* Same header, same records. */
bool case_equal(const struct tw_case *a, const struct tw_case *b);

/* Frozen for ever for given bytes: FNV-1a 64 over the decoded fields. */
uint64_t case_hash(const struct tw_case *c);

/* "current", "seed-v8" ... ; what it is made of, as WALK_* flags (op.h). */
const char *case_profile_name(unsigned profile);
uint32_t case_profile_flags(unsigned profile);

/*
 * Canonical text; case_parse() of it gives the same case.  Returns the length
 * without the terminating zero; at most CASE_TEXT_BYTES - 1.
 */
size_t case_text(const struct tw_case *c, char out[CASE_TEXT_BYTES]);
/* Writes the canonical text.  0, or -EIO. */
int case_print(FILE *out, const struct tw_case *c);

/*
 * Parses text of length bytes.  Returns 0, or -EINVAL with "name:line: what is
 * wrong" in error.
 */
int case_parse(const char *text, size_t length, const char *name,
	       struct tw_case *out, char *error, size_t error_bytes);

/*
 * Which files case_load() takes for a binary case.
 * CASE_TAGGED		those that begin with CASE_TAG: what is written here
 * CASE_ANY_BYTES	all that are not text: what a fuzzer leaves behind
 */
enum case_bytes {
	CASE_TAGGED,
	CASE_ANY_BYTES,
};

/*
 * Reads a file, text or binary (text begins with "tablewalk").  Returns 0 or
 * a negative errno with a sentence in error.
 */
int case_load(const char *path, enum case_bytes take, struct tw_case *out,
	      char *error, size_t error_bytes);

/*
 * What a case is resolved against.  ram_* say where data pages may lie when
 * the window is CASE_WINDOW_RAM; they are not looked at otherwise.
 */
struct case_place {
	const struct pt_format *format;
	uint64_t ram_pa, ram_bytes;
};

/*
 * Resolves the records of a case one after the other; a record may refer to
 * the ranges of those before it.  No allocation.
 *
 * Of the operations it gives: depth is never above the root, nor a folded one;
 * addresses fit the address word; a map that is not exact is aligned to its
 * unit, at most CASE_CLIP entries long, and its pa is aligned too unless the
 * mode is EXACT; under CASE_WINDOW_RAM what map maps is RAM, or where one leaf
 * is larger than RAM contains its start, and what identity maps is RAM.
 */
struct case_resolver {
	const struct tw_case *c;
	const struct case_place *place;
	unsigned next;
	unsigned space;			/* by the switches so far */
	uint64_t home[4];		/* offsets in their half */
	uint64_t va[CASE_RECORDS], last[CASE_RECORDS];
	bool ranged[CASE_RECORDS];	/* va and last mean something */
	unsigned first;			/* the first ranged record so far */
};

void case_resolver_init(struct case_resolver *r, const struct tw_case *c,
			const struct case_place *place);

/* False at the end of the case; else *op is the next operation. */
bool case_resolve(struct case_resolver *r, struct op *op);

#endif
