/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables that only version 3 of the case format has, frozen as those of
 * case_tables.h are; case.c alone includes this file, after those two.
 */
#ifndef HARNESS_CASE_TABLES3_H
#define HARNESS_CASE_TABLES3_H

#include "case_tables2.h"

/* Byte 0: enum op_kind.  A fifth is for the kinds that version 3 has. */
static const uint8_t kind_code3[256] = {
	OP_NOP, X32(OP_MAP), X2(OP_MAP), X14(OP_UNMAP), X10(OP_PROTECT),
	X8(OP_SPLIT), X10(OP_COLLAPSE), X9(OP_RESTRICT), X9(OP_SETKIND),
	X5(OP_TOUCH), X9(OP_FREE), X3(OP_TRANSLATE), X7(OP_SWITCH),
	X11(OP_WALK), X5(OP_FAIL), X9(OP_INSTALL), X6(OP_DUMP),
	X7(OP_ITERATE), X7(OP_COPY), X8(OP_POKE), X4(OP_CTOR_FAIL),
	X4(OP_SHARE), X3(OP_SYNC), X9(OP_VMA), X14(OP_WALK_VMA), X3(OP_OWNER),
	X6(OP_DURING), X8(OP_SHADOW), X10(OP_IDENTITY), X5(OP_CLONE),
	X10(OP_PAIR), X8(OP_POISON),
};

/* Header byte 3: a sixth shares pages among tables. */
static const uint8_t window_code3[256] = {
	X64(CASE_WINDOW_LOW), X16(CASE_WINDOW_LOW), X4(CASE_WINDOW_LOW),
	X32(CASE_WINDOW_4G), X12(CASE_WINDOW_4G), X32(CASE_WINDOW_TOP),
	X8(CASE_WINDOW_TOP), X32(CASE_WINDOW_MIXED), X6(CASE_WINDOW_MIXED),
	X8(CASE_WINDOW_RAM), X32(CASE_WINDOW_PAGES), X10(CASE_WINDOW_PAGES),
};

#define SKEWED(how, h, v) { .height = h, .skew = CASE_SKEW_##how, .value = v }
#define SKEWS(v)                                                               \
	SKEWED(VA, 0, v), SKEWED(LAST, 0, v), SKEWED(BOTH, 0, v),              \
		SKEWED(HALF, 0, v)

/* Byte 7 of shadow: enum op_shadow, or with a skew. */
static const struct case_aux shadow_code[256] = {
	X64(VALUE(0, OP_SHADOW_SHORT)), X32(VALUE(0, OP_SHADOW_SHORT)),
	X16(VALUE(0, OP_SHADOW_SHORT)), X64(VALUE(0, OP_SHADOW_LONG)),
	X32(VALUE(0, OP_SHADOW_LONG)), X16(VALUE(0, OP_SHADOW_LONG)),
	X4(SKEWS(OP_SHADOW_SHORT)), X4(SKEWS(OP_SHADOW_LONG)),
};

/* Byte 7 of clone: CASE_DUMP_HOLES, or with a skew. */
static const struct case_aux clone_code[256] = {
	X64(VALUE(0, 0)), X32(VALUE(0, 0)), X16(VALUE(0, 0)),
	X64(VALUE(0, CASE_DUMP_HOLES)), X32(VALUE(0, CASE_DUMP_HOLES)),
	X16(VALUE(0, CASE_DUMP_HOLES)), X4(SKEWS(0)),
	X4(SKEWS(CASE_DUMP_HOLES)),
};

/*
 * Byte 7 of pair: enum op_pair, how far away its target is and what it clears; to
 * compare clears nothing.
 */
#define COMPARE(s) { .value = OP_PAIR_COMPARE, .shift = CASE_SHIFT_##s }
#define COPY(s, c)                                                             \
	{ .value = OP_PAIR_COPY, .shift = CASE_SHIFT_##s,                      \
	  .clear = CASE_CLEAR_##c }
static const struct case_aux pair_code[256] = {
	X32(COMPARE(NONE)), X16(COMPARE(NONE)), X8(COMPARE(NONE)),
	X16(COMPARE(PAGE)), X8(COMPARE(PAGE)), X16(COMPARE(ENTRY)),
	X8(COMPARE(ENTRY)), X32(COPY(NONE, NONE)), X32(COPY(NONE, W)),
	X16(COPY(NONE, WAD)), X16(COPY(PAGE, NONE)), X12(COPY(PAGE, W)),
	X8(COPY(PAGE, WAD)), X16(COPY(ENTRY, NONE)), X12(COPY(ENTRY, W)),
	X8(COPY(ENTRY, WAD)),
};
#undef COPY
#undef COMPARE

/* Byte 7 of copy, of this version: as before, or one granule further. */
#define SHIFTED(v) { .value = v, .shift = CASE_SHIFT_ENTRY }
static const struct case_aux copy_code3[256] = {
	X64(VALUE(0, 0)), X16(VALUE(0, 0)), X64(VALUE(0, 1)), X16(VALUE(0, 1)),
	X4(SKEWS(0)), X4(SKEWS(1)), X32(SHIFTED(0)), X32(SHIFTED(1)),
};
#undef SHIFTED

/*
 * Byte 7 of iterate, of this version: as before, but for some of the codes of what
 * had many, which are for leaves to be moved.
 */
static const struct case_aux iterate_code3[256] = {
	X64(VALUE(0, OP_ITERATE_ALL)), X16(VALUE(0, OP_ITERATE_MOVE)),
	X64(VALUE(0, OP_ITERATE_PRESENT)), X8(VALUE(0, OP_ITERATE_MOVE)),
	X64(VALUE(0, OP_ITERATE_AGE)), X8(VALUE(0, OP_ITERATE_MOVE)),
	X2(SKEWS(OP_ITERATE_ALL)), SKEWS(OP_ITERATE_MOVE),
	X3(SKEWS(OP_ITERATE_PRESENT)), X2(SKEWS(OP_ITERATE_AGE)),
};

/* Byte 7 of poison: height and enum op_poison, or with a skew. */
#define WHICH(v)                                                               \
	X16(VALUE(0, v)), X8(VALUE(0, v)), X16(VALUE(1, v)), X8(VALUE(1, v)),  \
		X12(VALUE(2, v)), X8(VALUE(3, v)), X6(VALUE(4, v)),            \
		X4(SKEWED(VA, 0, v)), X4(SKEWED(LAST, 1, v)),                  \
		X3(SKEWED(HALF, 1, v))
static const struct case_aux poison_code[256] = {
	WHICH(OP_POISON_TABLE), WHICH(OP_POISON_ENTRY), WHICH(OP_POISON_TWO),
	VALUE(4, OP_POISON_TABLE),
};
#undef WHICH

/* Byte 7 of poke: height and enum op_poke; few pointers at height 0. */
#define POINTER(v)                                                             \
	X4(VALUE(0, v)), X16(VALUE(1, v)), X14(VALUE(1, v)),                   \
		X16(VALUE(2, v)), X8(VALUE(3, v)), X6(VALUE(4, v))
static const struct case_aux poke_code[256] = {
	X16(VALUE(0, OP_POKE_BAD)), X8(VALUE(0, OP_POKE_BAD)),
	X16(VALUE(1, OP_POKE_BAD)), X4(VALUE(1, OP_POKE_BAD)),
	X10(VALUE(2, OP_POKE_BAD)), X6(VALUE(3, OP_POKE_BAD)),
	X4(VALUE(4, OP_POKE_BAD)), POINTER(OP_POKE_OTHER),
	POINTER(OP_POKE_DEPTH), POINTER(OP_POKE_UNKNOWN),
};
#undef POINTER
#undef SKEWS
#undef SKEWED

#endif
